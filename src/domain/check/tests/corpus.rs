//! Good texts, of which nothing is to be said: also every text that the network composes itself.

use super::*;
use crate::domain::action::{
    Age, Colour, Description, Garment, GarmentKind, LastSeen, Person, Sex, Vehicle, VehicleKind, Words,
    compose,
};
use crate::domain::clock::Timestamp;
use crate::domain::outcome::OutcomeKind;

const GOOD: &[&str] = &[
    "Wij zoeken Jan, een man van 84 jaar. Hij is 1,75 meter lang en draagt een rode jas. Ziet u hem? Bel 112.",
    "Laatst gezien om 14:40 uur op het Stationsplein, richting de Biltstraat. Ziet u haar? Bel 112 of 0900 8844.",
    "Weet u meer? Bel 0900-8844, 24 uur per dag.",
    "Weet u meer? Bel 0900 8844. Dit kan tot 15 maart 2026.",
    "Wij zoeken een zwarte Volkswagen Golf met kenteken GH-123-X. Laatst gezien op de A2 bij afrit 8.",
    "Let op een grijze bestelbus, kenteken 06-JTX-1 of 12-SB-34, 2 inzittenden, leeftijd 20 tot 25 jaar.",
    "Op 12-03-2026 om 09:15 uur is een vrouw van 78 jaar vertrokken uit de Dorpsstraat 112 in Zeist, postcode 3701 AB.",
    "Tussen 02:15 en 03:30 uur liep hier een man met een hond. Zag u hem, of hebt u beelden van uw deurbel?",
    "Vermist sinds 23-11-2026 14:30. Zij rijdt in een Peugeot 208 en heeft 20 euro bij zich.",
    "Dit gaat naar 300.000 deelnemers in 39 gemeenten. Dank u wel voor het uitkijken.",
    "Kijk voor een foto op politie.nl/gezocht en mail naar tip@politie.nl. Bel anders 112.",
    "Meer weten? https://www.politie.nl/gezocht/zaak-12. Denkt u aan zelfdoding? Bel 113.",
    "Een dier in nood? Bel 144. Voor al het andere: 0900-8844.",
    "Zaaknummer PL0900-2026123456. Hebt u iets gezien? Bel 0900 8844.",
    "Zij is voor het laatst gezien in het park, dertig jaar oud, blond haar, blauwe ogen.",
    "U kunt helpen. Info volgt. Site en app zijn bij. Top dat u meekijkt.",
    "Sluit ramen en deuren. Zet ventilatie uit. Blijf binnen tot 18.30 uur.",
    "Look out for a woman of 82 in a light blue coat. Last seen at 14:40 near the station. Call 112.",
    "He is 1.75 metres tall, about 20 to 25 years old. Do not approach him yourself. Call 112.",
    "Do you know more? Call 0900 8844, 24 hours a day.",
    "Twenty one people looked out on 12 March 2026 between 10:00 and 11:00. Thank you.",
    "Bus 28 en lijn 12 rijden niet. Woont u op nummer 1200? Blijf dan binnen.",
    "Eén van de twee mannen liep weg. De ander bleef 3 minuten staan.",
    "Zij woont aan de Laan van Nieuw-Guinea 06 in Utrecht. Haar fiets is een Gazelle, framenummer GZ12345.",
    "De actie is gestopt. De vermiste persoon is gevonden. Dank u wel.",
];

#[test]
fn of_good_texts_nothing_is_said() {
    for body in GOOD {
        let found = found(body);
        let said: Vec<_> = found
            .iter()
            .map(|finding| (finding.code, finding.mark.clone().map(|mark| &body[mark.bytes])))
            .collect();
        assert!(said.is_empty(), "{body}: {said:?}");
    }
}

fn full() -> Description {
    Description {
        persons: vec![Person {
            name: Some("Jan".to_owned()),
            sex: Some(Sex::Male),
            age: Some(Age {
                from: 20,
                to: Some(25),
            }),
            height_cm: Some(185),
            clothing: vec![Garment {
                kind: GarmentKind::Coat,
                colour: Some(Colour::DarkBlue),
            }],
            ..Person::default()
        }],
        vehicles: vec![Vehicle {
            kind: VehicleKind::Car,
            colour: Some(Colour::Black),
            make: Some("Volkswagen".to_owned()),
            model: Some("Golf".to_owned()),
            plate: Some("GH-123-X".to_owned()),
        }],
        last_seen: Some(LastSeen {
            place: "Stationsplein, Utrecht".to_owned(),
            point: None,
            at: Some(Timestamp::from_millis(1_772_300_000_000)),
        }),
        direction: Some("de Biltstraat".to_owned()),
        details: Some(Words {
            nl: "Hij loopt mank.".to_owned(),
            en: Some("He limps.".to_owned()),
        }),
    }
}

#[test]
fn of_what_the_network_composes_nothing_is_said() {
    let now = Timestamp::from_millis(1_772_373_720_000);
    for kind in ActionKind::ALL {
        let texts = compose(kind, &full(), now).texts;
        let found = check_texts(kind, &texts, ChannelSet::ALL, &register());
        let said: Vec<_> = found
            .iter()
            .filter(|finding| finding.code != CheckCode::ManySegments)
            .collect();
        assert!(said.is_empty(), "{kind}: {said:?}");
        for outcome in OutcomeKind::ALL {
            let texts = outcome.default_texts(kind);
            assert_eq!(
                check_texts(kind, &texts, ChannelSet::ALL, &register()),
                [],
                "{kind} {outcome:?}"
            );
        }
    }
}
