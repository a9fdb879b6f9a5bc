use proptest::prelude::*;

use super::super::{HalfHour, Place, PlaceKind, Places, QuietHours, Topic};
use super::*;
use crate::domain::language::Language;

fn locate(postcode: Postcode) -> Option<Point> {
    (postcode.digits() == 3511).then(|| Point::from_degrees(5.1214, 52.0907).unwrap())
}

fn read(text: &str) -> Vec<Result<Registration, String>> {
    let reader = Reader::new(text.as_bytes(), locate).expect("the first line is right");
    reader.map(|row| row.map_err(|error| error.to_string())).collect()
}

#[test]
fn the_documented_example_is_read() {
    let text = "language,email,phone,topics,places\r\n\
        nl,jan@example.org,+31612345678,urgent;missing_persons,\"home:5.1214,52.0907,3511AB|Thuis;work:3511AC\"\r\n";
    let rows = read(text);
    let row = rows[0].as_ref().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((row.language, row.topics), (Language::Nl, Topics::CALL_OUTS));
    assert_eq!(row.contact.phone.as_ref().unwrap().as_str(), "+31612345678");
    assert_eq!(
        (row.places[0].kind, row.places[1].kind),
        (PlaceKind::Home, PlaceKind::Work)
    );
    assert_eq!(row.places[0].label.as_deref(), Some("Thuis"));
    assert_eq!(row.places[1].postcode.unwrap().to_string(), "3511AC");
    assert_eq!(row.places[0].point, row.places[1].point);
}

#[test]
fn columns_may_come_in_any_order_after_a_byte_order_mark() {
    let rows = read("\u{feff}places,topics,phone,email,language\n\"other:3511\",,,a@b.nl,en\n");
    assert_eq!(rows[0].as_ref().unwrap().language, Language::En);
}

#[test]
fn a_wrong_line_is_told_with_its_number_and_the_next_is_read() {
    let rows = read(
        "language,email,phone,topics,places\n\
         nl,a@b.nl,,,home:3511\n\
         de,,,,home:3511\n\
         nl,canary,,,home:3511\n\
         nl,,0301234567,,home:3511\n\
         nl,a@b.nl,,spam,home:3511\n\
         nl,a@b.nl,,,\n\
         nl,a@b.nl,,,home:3511;home:9999\n\
         nl,a@b.nl,,,home:5,91\n\
         nl,a@b.nl,,,\"home:5,91\"\n\
         nl,a@b.nl,,,home:3511|50%\n\
         nl,,,,home:3511\n\
         nl,,0612345678,,home:3511\n",
    );
    assert!(rows[0].is_ok() && rows[11].is_ok() && rows.len() == 12);
    let expected = [
        "line 3, column language: unknown language",
        "line 4, column email: the e-mail address has no @",
        "line 5, column phone: the telephone number is not a mobile number",
        "line 6, column topics: unknown topic",
        "line 7, column places: no place is given",
        "line 8, column places: place 2: the postcode is unknown",
        "line 9, column language: the line has 6 cells instead of 5",
        "line 10, column places: place 1: write longitude,latitude",
        "line 11, column places: place 1: the name after |",
        "line 12, column email: there is neither an e-mail address nor a telephone number",
    ];
    for (row, start) in rows[1..].iter().zip(expected) {
        let error = row.as_ref().unwrap_err();
        assert!(error.starts_with(start) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn quiet_hours_and_messages_a_week_may_be_given_left_empty_or_left_out() {
    let rows = read(
        "language,weekly_limit,email,phone,topics,places,quiet_hours\n\
         nl,2,a@b.nl,,,home:3511,22:00-07:00!\n\
         nl,,b@b.nl,,,home:3511,\n\
         nl,9,c@b.nl,,,home:3511,\n\
         nl,,c@b.nl,,,home:3511,22-7\n",
    );
    let rest = rows[0].as_ref().unwrap().rest;
    assert_eq!(rest.quiet_hours, Some("22:00-07:00!".parse().unwrap()));
    assert_eq!(rest.weekly_limit, Some(2));
    assert_eq!(rows[1].as_ref().unwrap().rest, Rest::default());
    assert!(
        rows[2]
            .as_ref()
            .unwrap_err()
            .starts_with("line 4, column weekly_limit")
    );
    assert!(
        rows[3]
            .as_ref()
            .unwrap_err()
            .starts_with("line 5, column quiet_hours")
    );
}

#[test]
fn a_file_of_another_form_is_refused_at_its_first_line() {
    let error = |text: &str| {
        Reader::new(text.as_bytes(), locate)
            .map(|_| ())
            .unwrap_err()
            .to_string()
    };
    assert!(error("language;email;phone;topics;places\n").contains("semicolons"));
    assert!(error("name,email\n").contains("must name the columns"));
    assert!(error("language,email,phone,topics,topics\n").contains("must name the columns"));
    assert!(error("").contains("must name the columns"));
}

#[test]
fn a_quotation_mark_left_open_ends_in_an_error_and_not_in_memory() {
    let text = format!(
        "language,email,phone,topics,places\nnl,,,,\"home:3511\n{}",
        "x\n".repeat(1_000_000)
    );
    let rows = read(&text);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].as_ref().unwrap_err().starts_with("line 2 is longer"));
}

#[test]
fn an_address_that_looks_like_a_formula_is_guarded() {
    let participant = Registration {
        language: Language::Nl,
        contact: Contact {
            email: Some("=1+1@example.org".parse().unwrap()),
            phone: None,
        },
        places: Places::new(vec![Place::new(
            PlaceKind::Home,
            Point::from_degrees(5.0, 52.0).unwrap(),
        )])
        .unwrap(),
        topics: Topics::NONE,
        rest: Rest::default(),
    };
    let text = written(std::slice::from_ref(&participant));
    assert!(text.contains(",'=1+1@example.org,") || text.contains("nl,'=1+1@example.org"));
    assert_eq!(read(&text), [Ok(participant)]);
}

fn written(participants: &[Registration]) -> String {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for participant in participants {
        writer.write(participant).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

fn any_place() -> impl Strategy<Value = Place> {
    let label = "[a-zA-Z%;|,\":'é€]([ -~é€]{0,30}[a-z%;|,])?";
    (
        0..3usize,
        -Point::MAX_LON..=Point::MAX_LON,
        -Point::MAX_LAT..=Point::MAX_LAT,
        proptest::option::of(label),
        proptest::option::of("[1-9][0-9]{3}([A-R][A-Z])?"),
    )
        .prop_map(|(kind, lon, lat, label, postcode)| Place {
            kind: PlaceKind::ALL[kind],
            point: Point::from_units(lon, lat).unwrap(),
            label,
            postcode: postcode.map(|postcode| postcode.parse().unwrap()),
        })
}

fn any_rest() -> impl Strategy<Value = Rest> {
    let hours = (0..48_u8, 1..48_u8, any::<bool>()).prop_map(|(from, length, urgent)| {
        let [from, to] = [from, (from + length) % 48].map(|index| HalfHour::new(index).unwrap());
        QuietHours::new(from, to, urgent).unwrap()
    });
    (proptest::option::of(hours), proptest::option::of(0..=7_u8)).prop_map(|(quiet_hours, weekly_limit)| {
        Rest {
            quiet_hours,
            weekly_limit,
        }
    })
}

fn any_participant() -> impl Strategy<Value = Registration> {
    (
        0..2usize,
        proptest::option::of("['=+-]{0,3}[a-z]{1,9}@[a-z]{1,9}\\.nl"),
        proptest::option::of("06[1-58][0-9]{7}"),
        0..32u8,
        proptest::collection::vec(any_place(), 1..=Places::MAX),
        any_rest(),
    )
        .prop_filter("an address", |(_, email, phone, ..)| {
            email.is_some() || phone.is_some()
        })
        .prop_map(|(language, email, phone, topics, places, rest)| Registration {
            language: Language::ALL[language],
            contact: Contact {
                email: email.map(|email| email.parse().unwrap()),
                phone: phone.map(|phone| phone.parse().unwrap()),
            },
            topics: Topics::from_bits(topics),
            places: Places::new(places).unwrap(),
            rest,
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(participants in proptest::collection::vec(any_participant(), 0..5)) {
        let rows = read(&written(&participants));
        prop_assert_eq!(rows, participants.into_iter().map(Ok).collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut text = b"language,email,phone,topics,places\n".to_vec();
        text.extend(&bytes);
        for source in [&text[..], &bytes[..]] {
            if let Ok(reader) = Reader::new(source, locate) {
                prop_assert!(reader.count() <= bytes.len());
            }
        }
    }

    #[test]
    fn any_text_of_places_is_read_or_refused(text in "((home|work):[0-9.,|%;A-Z]{0,20};?){0,4}") {
        if let Ok(places) = read_places(&text, &mut locate) {
            prop_assert_eq!(read_places(&write_places(&places), &mut locate), Ok(places));
        }
    }
}

#[test]
fn all_topics_have_their_names_in_the_file() {
    let names: Vec<_> = Topic::ALL.iter().map(|topic| topic.name()).collect();
    assert_eq!(read_topics(&names.join(" ; ")), Ok(Topics::ALL));
}
