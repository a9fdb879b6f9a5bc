//! The checks on corpora: what must be found, and good texts of which nothing is to be said.

use proptest::prelude::*;

use super::*;
use crate::domain::action::Text;
use crate::domain::channel::Channel;

mod corpus;
mod evasions;

/// The register that a new network begins with, and one link.
fn register() -> Register {
    let mut register = Register::default();
    for number in ["112", "113", "144", "0900-8844"] {
        register.add_number(Dialled::read(number).unwrap());
    }
    register.add_link(LinkPrefix::read("politie.nl").unwrap());
    register
}

/// What is found in a Dutch body.
fn found(body: &str) -> Vec<Finding> {
    let texts = Texts {
        nl: Text::new("Gezocht: man", body),
        en: Text::new("Wanted: man", "Look out for a man in a red coat."),
    };
    check_texts(ActionKind::MissingPerson, &texts, ChannelSet::ALL, &register())
}

fn codes(body: &str) -> Vec<CheckCode> {
    let mut codes: Vec<_> = found(body).into_iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn every_code_has_a_name_of_its_own_and_speaks_both_languages() {
    let names: std::collections::BTreeSet<_> = CheckCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), CheckCode::ALL.len());
    for code in CheckCode::ALL {
        assert_eq!(code.name().parse(), Ok(*code));
        let said = code.said();
        let [nl, en] = Language::ALL.map(|language| said.in_language(language));
        assert!(nl != en && nl.ends_with('.') && en.ends_with('.'), "{code}");
    }
}

#[test]
fn an_abbreviation_is_marked_with_what_to_write_instead() {
    let body = "Wij zoeken dhr. Jansen, ca. 80 jaar, i.v.m. zijn medicijnen.";
    let found = found(body);
    let marked: Vec<_> = found
        .iter()
        .map(|finding| {
            let bytes = finding.mark.clone().unwrap().bytes;
            (&body[bytes], finding.proposal.as_deref())
        })
        .collect();
    assert_eq!(
        marked,
        [
            ("dhr.", Some("de heer")),
            ("ca.", Some("ongeveer")),
            ("i.v.m.", Some("in verband met")),
        ]
    );
}

#[test]
fn what_looks_like_an_abbreviation_is_shown_and_names_are_not() {
    assert_eq!(
        codes("Gezien bij het VBP in een grijze BMW."),
        [CheckCode::Abbreviation]
    );
    assert_eq!(
        codes("Hij draagt een lange jas, q.q. een deken."),
        [CheckCode::Abbreviation]
    );
    assert_eq!(
        codes("Gezien bij het NS-station door J. Smit, postcode 3511 AB."),
        []
    );
}

#[test]
fn an_offence_is_named_in_either_language() {
    for body in [
        "Wij zoeken de dader van een overval.",
        "Er is ingebroken in de Dorpsstraat.",
        "Let op: gewapende man.",
        "He is a suspect of a Robbery.",
        "Getuigen van de steekpartij in Zeist.",
    ] {
        assert_eq!(codes(body), [CheckCode::OffenceNamed], "{body}");
    }
    assert_eq!(codes("Wij zoeken een Range Rover met een rood dak."), []);
    let mut findings = Vec::new();
    let at = TextPlace {
        language: Language::Nl,
        part: TextPart::Body,
    };
    offence::check(
        ActionKind::StolenVehicle,
        "Een gestolen fiets.",
        at,
        &mut findings,
    );
    assert_eq!(findings, [], "what was taken is what people look for");
}

#[test]
fn a_text_in_capitals_shouts() {
    assert_eq!(
        codes("WIJ ZOEKEN EEN MAN IN EEN RODE JAS."),
        [CheckCode::Capitals]
    );
    assert_eq!(
        codes("Wij zoeken DRINGEND een man in een rode jas."),
        [CheckCode::Capitals]
    );
}

#[test]
fn the_length_counts_segments_and_the_euro_sign_twice() {
    let plain = "Wij zoeken een man. ".repeat(15);
    assert_eq!(codes(&plain), []);
    assert_eq!(
        codes(&"Wij zoeken een man. ".repeat(20)),
        [CheckCode::ManySegments]
    );
    assert_eq!(
        codes(&"Wij zoeken een man. ".repeat(34)),
        [CheckCode::TooLongForSms]
    );
    let euros = format!("Hij heeft {} bij zich.", "\u{20ac}".repeat(200));
    assert_eq!(
        codes(&euros),
        [CheckCode::ManySegments],
        "400 places and the link"
    );
    let quoted = "Hij zei \u{201c}hallo\u{201d} tegen een vrouw in het park.";
    let found = found(quoted);
    assert_eq!(found[0].code, CheckCode::CostlyCharacter);
    assert_eq!(found[0].proposal.as_deref(), Some("\""));
    let mail = check_texts(
        ActionKind::MissingPerson,
        &Texts {
            nl: Text::new("Gezocht", quoted),
            en: Text::new("Wanted", "A man in a red coat."),
        },
        ChannelSet::ALL.without(Channel::Sms),
        &register(),
    );
    assert_eq!(mail, [], "only text messages have segments");
}

#[test]
fn a_draft_is_looked_at_as_a_whole() {
    use crate::domain::action::DraftInput;
    use crate::domain::clock::Timestamp;
    let now = Timestamp::from_millis(1_772_373_720_000);
    let mut input = DraftInput::new(ActionKind::Burglary);
    input.expires_after_s = Some(3 * 3600);
    input.texts = Some(Texts {
        nl: Text::new("Gezocht", "Rode jas"),
        en: Text::default(),
    });
    let mut content = input.check(now).unwrap();
    let codes = |content: &Content| -> Vec<_> {
        let found = check_content(content, &register());
        found.into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(
        codes(&content),
        [
            CheckCode::AreaMissing,
            CheckCode::ExpiryLong,
            CheckCode::DescriptionMissing,
            CheckCode::TextMissing,
            CheckCode::TextMissing,
        ]
    );
    content.expires_after_s = 0;
    assert!(codes(&content).contains(&CheckCode::ExpiryMissing));
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_mark_stands_on_whole_characters(text in "(\\PC|[0-9+.@/ ()-]){0,80}") {
        for finding in found(&text) {
            if let Some(mark) = finding.mark.filter(|mark| mark.field == "texts.nl.body") {
                prop_assert!(mark.bytes.start < mark.bytes.end);
                prop_assert!(text.get(mark.bytes.clone()).is_some(), "{:?}", mark.bytes);
            }
        }
    }
}
