use proptest::prelude::*;

use super::*;
use crate::domain::action::description::{
    Build, Colour, Garment, GarmentKind, Hair, HairLength, LastSeen, Vehicle, VehicleKind,
};
use crate::domain::sms_text::SmsLength;

fn at(moment: &str) -> Timestamp {
    Timestamp::parse_rfc3339(moment).unwrap()
}

fn a_missing_woman() -> Description {
    Description {
        persons: vec![Person {
            name: Some("Anna".to_owned()),
            sex: Some(Sex::Female),
            age: Some(Age { from: 82, to: None }),
            height_cm: Some(165),
            build: Some(Build::Slim),
            hair: Some(Hair {
                length: Some(HairLength::Short),
                colour: Some(Colour::Grey),
            }),
            clothing: vec![
                Garment {
                    kind: GarmentKind::Coat,
                    colour: Some(Colour::Red),
                },
                Garment {
                    kind: GarmentKind::TShirt,
                    colour: Some(Colour::White),
                },
                Garment {
                    kind: GarmentKind::Slippers,
                    colour: Some(Colour::Black),
                },
            ],
            particulars: Some(Words {
                nl: "loopt met een rollator!".to_owned(),
                en: None,
            }),
        }],
        last_seen: Some(LastSeen {
            place: "Stationsplein, Utrecht".to_owned(),
            point: None,
            at: Some(at("2026-03-01T13:02:00Z")),
        }),
        direction: Some("de Biltstraat".to_owned()),
        ..Description::default()
    }
}

#[test]
fn a_missing_person_reads_as_a_neighbour_would_tell_it() {
    let composed = compose(
        ActionKind::MissingPerson,
        &a_missing_woman(),
        at("2026-03-01T13:10:00Z"),
    );
    assert_eq!(composed.texts.nl.title, "Vermist: vrouw van 82 jaar");
    assert_eq!(
        composed.texts.nl.body,
        "Wij zoeken Anna, een vrouw van 82 jaar. Zij is 1,65 meter lang, slank en heeft kort grijs haar. \
         Zij draagt een rode jas, een wit T-shirt en zwarte pantoffels. Loopt met een rollator. \
         Laatst gezien om 14:02 uur: Stationsplein, Utrecht, richting de Biltstraat. \
         Ziet u haar? Bel 112."
    );
    assert_eq!(
        composed.texts.en.body,
        "We are looking for Anna, a woman aged 82. She is 1.65 metres tall, slim and has short grey hair. \
         She wears a red coat, a white T-shirt and black slippers. \
         Last seen at 14:02: Stationsplein, Utrecht, towards de Biltstraat. Do you see her? Call 112."
    );
    assert_eq!(
        composed.missing_in_english,
        ["description.persons[0].particulars"]
    );
    assert_eq!(SmsLength::of(&composed.texts.nl.body).segments, 2);
    assert_eq!(SmsLength::of(&composed.texts.en.body).segments, 2);
}

#[test]
fn a_vehicle_that_fled_is_named_with_its_plate_and_participants_keep_away() {
    let description = Description {
        vehicles: vec![Vehicle {
            kind: VehicleKind::Car,
            colour: Some(Colour::Black),
            make: Some("Volkswagen".to_owned()),
            model: Some("Golf".to_owned()),
            plate: Some("gh-123-x".to_owned()),
        }],
        direction: Some("Amersfoort".to_owned()),
        ..Description::default()
    };
    let texts = compose(ActionKind::Robbery, &description, at("2026-03-01T13:10:00Z")).texts;
    assert_eq!(texts.nl.title, "Gezocht: zwarte auto");
    assert_eq!(
        texts.nl.body,
        "Wij zoeken een zwarte auto van het merk Volkswagen Golf met kenteken GH-123-X. \
         Laatst gezien: richting Amersfoort. Ga er niet zelf op af. Ziet u dit voertuig? Bel 112."
    );
}

#[test]
fn a_moment_of_another_day_carries_its_date() {
    let mut description = a_missing_woman();
    description.persons.clear();
    let texts = compose(ActionKind::WitnessCall, &description, at("2026-03-03T08:00:00Z")).texts;
    assert!(
        texts.nl.body.starts_with("Laatst gezien op 1 maart om 14:02 uur"),
        "{}",
        texts.nl.body
    );
    assert!(texts.nl.body.ends_with("Weet u meer? Bel 0900 8844."));
    assert!(texts.en.body.starts_with("Last seen on 1 March at 14:02"));
}

#[test]
fn the_suspected_offence_is_left_out() {
    for kind in ActionKind::ALL {
        let texts = compose(kind, &a_missing_woman(), at("2026-03-01T13:10:00Z")).texts;
        let all = [texts.nl.title, texts.nl.body, texts.en.title, texts.en.body]
            .join(" ")
            .to_lowercase();
        for word in [
            "inbra",
            "overval",
            "diefstal",
            "gestolen",
            "mishandel",
            "burglar",
            "robbe",
            "theft",
            "stolen",
            "assault",
            "hit and run",
        ] {
            assert!(!all.contains(word), "{kind}: {word}");
        }
    }
}

fn any_description() -> impl Strategy<Value = Description> {
    let person = (any::<bool>(), 0_u8..=120, any::<bool>(), "[a-zé!]{0,20}").prop_map(
        |(female, age, guessed, own)| Person {
            sex: Some(if female { Sex::Female } else { Sex::Male }),
            age: Some(Age {
                from: age,
                to: guessed.then_some(120),
            }),
            particulars: Some(Words {
                nl: own.clone(),
                en: Some(own),
            }),
            ..Person::default()
        },
    );
    (prop::collection::vec(person, 0..4), "[A-Za-z, !]{0,30}").prop_map(|(persons, place)| Description {
        persons,
        last_seen: Some(LastSeen {
            place: place.replace('!', ""),
            ..LastSeen::default()
        }),
        ..Description::default()
    })
}

proptest! {
    #[test]
    fn every_text_is_whole_sentences_without_exclamation(
        description in any_description(), kind in prop::sample::select(&ActionKind::ALL[..]),
    ) {
        let texts = compose(kind, &description, Timestamp::from_millis(0)).texts;
        for text in [&texts.nl, &texts.en] {
            prop_assert!(!text.title.is_empty());
            prop_assert!(text.title.chars().count() <= super::super::texts::MAX_TITLE_CHARS);
            prop_assert!(text.body.is_empty() || text.body.ends_with('.'));
            prop_assert!(!text.body.contains('!'));
            prop_assert!(!text.body.contains("  "));
            prop_assert!(text.body.chars().next().is_none_or(|first| !first.is_lowercase()));
        }
    }
}
