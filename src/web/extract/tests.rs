use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::domain::language::Language;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read into")]
struct Registration {
    language: Language,
    places: Vec<Place>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read into")]
struct Place {
    longitude: f64,
}

fn wrong(json: &str) -> (ProblemKind, Option<String>) {
    let problem = read_json::<Registration>(json.as_bytes()).unwrap_err();
    let field = problem.fields(Language::En).next();
    (problem.kind(), field.map(|(field, _)| field.to_owned()))
}

#[test]
fn a_problem_names_the_field_that_is_wrong() {
    for (json, field) in [
        (r#"{"language":"nl"}"#, "places"),
        (r#"{"language":"fr","places":[]}"#, "language"),
        (
            r#"{"language":"nl","places":[{"longitude":5},{}]}"#,
            "places[1].longitude",
        ),
        (
            r#"{"language":"nl","places":[{"longitude":"x"}]}"#,
            "places[0].longitude",
        ),
        (r#"{"language":"nl","places":[],"extra":1}"#, "extra"),
        (
            r#"{"language":"nl","places":[{"longitude":1,"colour":2}]}"#,
            "places[0].colour",
        ),
    ] {
        assert_eq!(
            wrong(json),
            (ProblemKind::Invalid, Some(field.to_owned())),
            "{json}"
        );
    }
}

#[test]
fn what_is_no_json_is_told_by_line_and_column() {
    for json in ["", "{", "{\"language\":", "[1,2", "{} {}", "\u{0}"] {
        let (kind, field) = wrong(json);
        assert!(
            kind == ProblemKind::Malformed || field.is_some(),
            "{json}: {kind:?} {field:?}"
        );
    }
    assert_eq!(wrong("{\"language\":").0, ProblemKind::Malformed);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_json::<Registration>(&bytes);
    }
}
