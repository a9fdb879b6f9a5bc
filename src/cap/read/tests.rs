//! What was written reads back, other versions are understood, and nothing breaks the reader.

use proptest::prelude::*;

use super::*;
use crate::cap::write::xml;

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9<>&\"' \u{e9}\u{1f600}]{1,20}".prop_map(|text| format!("x{text}x"))
}

fn second() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000).prop_map(|secs| Timestamp::from_millis(secs * 1000))
}

fn word<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    (0..all.len()).prop_map(|index| all[index])
}

fn point() -> impl Strategy<Value = Point> {
    (-Point::MAX_LON..=Point::MAX_LON, -Point::MAX_LAT..=Point::MAX_LAT)
        .prop_map(|(lon, lat)| Point::from_units(lon, lat).unwrap())
}

fn any_area() -> impl Strategy<Value = AlertArea> {
    let ring = prop::collection::vec(point(), 3..6).prop_map(|mut points| {
        points.push(points[0]);
        points
    });
    let circle = (point(), 0.0..500.0_f64).prop_map(|(centre, radius_km)| AlertCircle { centre, radius_km });
    (
        text(),
        prop::collection::vec(ring, 0..3),
        prop::collection::vec(circle, 0..3),
        prop::collection::vec((text(), text()), 0..3),
    )
        .prop_map(|(description, polygons, circles, geocodes)| AlertArea {
            description,
            polygons,
            circles,
            geocodes,
        })
}

fn any_info() -> impl Strategy<Value = Info> {
    let some_text = || prop::option::of(text());
    (
        (
            word(Category::ALL),
            word(Response::ALL),
            word(Urgency::ALL),
            word(Severity::ALL),
            word(Certainty::ALL),
        ),
        (
            text(),
            prop::option::of(second()),
            prop::option::of(second()),
            prop::option::of(second()),
        ),
        (
            some_text(),
            some_text(),
            some_text(),
            some_text(),
            some_text(),
            some_text(),
        ),
        prop::collection::vec(any_area(), 0..3),
    )
        .prop_map(|(words, (event, effective, onset, expires), texts, areas)| Info {
            language: "nl-NL".to_owned(),
            categories: vec![words.0],
            event,
            responses: vec![words.1],
            urgency: words.2,
            severity: words.3,
            certainty: words.4,
            event_codes: vec![("list".to_owned(), "code".to_owned())],
            effective,
            onset,
            expires,
            sender_name: texts.0,
            headline: texts.1,
            description: texts.2,
            instruction: texts.3,
            web: texts.4,
            contact: texts.5,
            areas,
        })
}

pub(super) fn any_alert() -> impl Strategy<Value = Alert> {
    let name = || "[a-zA-Z0-9@.:-]{1,20}";
    let reference = (name(), name(), second()).prop_map(|(sender, identifier, sent)| Reference {
        sender,
        identifier,
        sent,
    });
    (
        (name(), name(), second()),
        (word(Status::ALL), word(MessageType::ALL), word(Audience::ALL)),
        prop::option::of(text()),
        prop::collection::vec(reference, 0..3),
        prop::collection::vec(any_info(), 0..3),
    )
        .prop_map(
            |((identifier, sender, sent), words, note, references, infos)| Alert {
                identifier,
                sender,
                sent,
                status: words.0,
                message_type: words.1,
                audience: words.2,
                note,
                references,
                infos,
            },
        )
}

proptest! {
    #[test]
    fn what_was_written_reads_back(alert in any_alert()) {
        prop_assert_eq!(read(xml(&alert).as_bytes()), Ok(alert));
    }

    #[test]
    fn a_damaged_message_is_read_or_refused_and_breaks_nothing(
        alert in any_alert(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = xml(&alert).into_bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read(&bytes);
    }

    #[test]
    fn no_text_of_a_part_breaks_the_reader(text in "\\PC{0,60}", numbers in "[-0-9.,eE+ NaInf]{0,40}") {
        let clean = |text: &str| text.replace(['<', '&'], " ");
        for part in ["identifier", "sent", "status", "references"] {
            let document = format!("<alert xmlns='{}'><{part}>{}</{part}></alert>", crate::cap::NAMESPACE, clean(&text));
            prop_assert!(read(document.as_bytes()).is_err());
        }
        let _ = (ring(&numbers), circle(&numbers));
    }
}

const OLD: &str = "<cap:alert xmlns:cap='http://www.incident.com/cap/1.0'>
    <cap:identifier>KSTO1055887203</cap:identifier><cap:sender>KSTO@NWS.NOAA.GOV</cap:sender>
    <cap:sent>2003-06-17T14:57:00-07:00</cap:sent><cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType>
    <cap:info><cap:event>SEVERE THUNDERSTORM</cap:event><cap:urgency>Soon</cap:urgency>
      <cap:eventCode>same=SVR</cap:eventCode>
      <cap:area><cap:areaDesc>A county</cap:areaDesc><cap:polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74</cap:polygon>
      <cap:circle>38.4,-119.9 0</cap:circle></cap:area></cap:info></cap:alert>";

#[test]
fn an_old_version_is_understood_and_what_its_sender_made_up_is_unknown() {
    let alert = read(OLD.as_bytes()).unwrap();
    assert_eq!((alert.status, alert.audience), (Status::Actual, Audience::Public));
    let info = &alert.infos[0];
    assert_eq!(
        (info.language.as_str(), info.urgency),
        ("en-US", Urgency::Unknown)
    );
    assert_eq!(info.event_codes, [("same".to_owned(), "SVR".to_owned())]);
    assert_eq!(info.areas[0].polygons[0].len(), 4, "closed where it was open");
    assert!(info.areas[0].circles[0].radius_km.abs() < f64::EPSILON);
}

#[test]
fn what_decides_whom_it_alerts_is_never_guessed() {
    for (part, instead) in [
        ("<cap:status>Actual</cap:status>", ""),
        ("<cap:status>Actual</cap:status>", "<cap:status>Real</cap:status>"),
        (
            "<cap:msgType>Alert</cap:msgType>",
            "<cap:msgType>Notify</cap:msgType>",
        ),
        ("2003-06-17T14:57:00-07:00", "yesterday"),
        ("KSTO1055887203", "KSTO,1"),
        ("38.34,-119.95", "380.34,-119.95"),
        ("38.4,-119.9 0", "38.4,-119.9 -1"),
        ("38.4,-119.9 0", "38.4,-119.9 NaN"),
        ("http://www.incident.com/cap/1.0", "urn:other"),
    ] {
        assert!(OLD.contains(part), "{part}");
        assert!(
            read(OLD.replace(part, instead).as_bytes()).is_err(),
            "{part} -> {instead}"
        );
    }
}
