use super::*;

fn today() -> NaiveDate {
    "2026-03-01".parse().unwrap()
}

fn utrecht() -> Point {
    Point::from_degrees(5.1214, 52.0907).unwrap()
}

fn locate(postcode: Postcode) -> Option<Point> {
    (postcode.digits() == 3511).then(utrecht)
}

fn complete() -> RegistrationInput {
    RegistrationInput {
        language: "en".to_owned(),
        email: "Jan@Example.ORG".to_owned(),
        phone: "06-12345678".to_owned(),
        birth_date: "1990-12-31".to_owned(),
        places: vec![
            PlaceInput {
                kind: "home".to_owned(),
                postcode: "3511 ab".to_owned(),
                ..PlaceInput::default()
            },
            PlaceInput {
                kind: "work".to_owned(),
                longitude: Some(5.3),
                latitude: Some(52.2),
                label: " school ".to_owned(),
                ..PlaceInput::default()
            },
        ],
        topics: vec!["urgent".to_owned(), "survey".to_owned()],
        ..RegistrationInput::default()
    }
}

fn problems(input: &RegistrationInput) -> Vec<(String, ProblemCode)> {
    let problems = Registration::check(input, today(), locate).unwrap_err();
    problems
        .into_iter()
        .map(|problem| (problem.field, problem.code))
        .collect()
}

#[test]
fn a_complete_registration_is_normalised() {
    let registration = Registration::check(&complete(), today(), locate).unwrap();
    assert_eq!(registration.language, Language::En);
    assert_eq!(registration.contact.email.unwrap().as_str(), "Jan@example.org");
    assert_eq!(registration.contact.phone.unwrap().as_str(), "+31612345678");
    assert_eq!(registration.places.len(), 2);
    assert_eq!(registration.places[0].point, utrecht());
    assert_eq!(registration.places[0].postcode.unwrap().to_string(), "3511AB");
    assert_eq!(registration.places[1].label.as_deref(), Some("school"));
    assert_eq!(
        registration.topics,
        Topics::NONE.with(Topic::Urgent).with(Topic::Survey)
    );
}

#[test]
fn an_empty_form_tells_everything_that_is_missing_at_once() {
    assert_eq!(
        problems(&RegistrationInput::default()),
        [
            ("email".to_owned(), ProblemCode::ContactMissing),
            ("birth_date".to_owned(), ProblemCode::AgeMissing),
            ("places".to_owned(), ProblemCode::PlacesMissing),
            ("topics".to_owned(), ProblemCode::TopicsMissing),
        ]
    );
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let place = PlaceInput {
        kind: "home".to_owned(),
        ..PlaceInput::default()
    };
    let input = RegistrationInput {
        language: "fy".to_owned(),
        email: "jan".to_owned(),
        phone: "030-1234567".to_owned(),
        birth_date: "2015-01-01".to_owned(),
        // The birth date shows the contrary.
        is_old_enough: true,
        places: vec![
            PlaceInput {
                postcode: "12".to_owned(),
                kind: "boat".to_owned(),
                ..place.clone()
            },
            PlaceInput {
                postcode: "9999".to_owned(),
                label: "x".repeat(41),
                ..place.clone()
            },
            PlaceInput {
                longitude: Some(5.0),
                ..place.clone()
            },
            PlaceInput {
                longitude: Some(5.0),
                latitude: Some(f64::NAN),
                ..place.clone()
            },
            place,
        ],
        topics: vec!["urgent".to_owned(), "spam".to_owned()],
        ..RegistrationInput::default()
    };
    let expected = [
        ("language", ProblemCode::LanguageUnknown),
        ("email", ProblemCode::EmailForm),
        ("phone", ProblemCode::PhoneNotMobile),
        ("birth_date", ProblemCode::TooYoung),
        ("places[0].kind", ProblemCode::PlaceKindUnknown),
        ("places[0].postcode", ProblemCode::PostcodeForm),
        ("places[1].label", ProblemCode::LabelForm),
        ("places[1].postcode", ProblemCode::PostcodeUnknown),
        ("places[2].longitude", ProblemCode::PlaceCoordinates),
        ("places[3].longitude", ProblemCode::PlaceCoordinates),
        ("places[4].postcode", ProblemCode::PlaceMissing),
        ("topics", ProblemCode::TopicUnknown),
    ];
    assert_eq!(
        problems(&input),
        expected.map(|(field, code)| (field.to_owned(), code))
    );
}

#[test]
fn one_good_place_does_not_make_up_for_a_wrong_one() {
    let mut input = complete();
    input.places[1].latitude = Some(91.0);
    assert_eq!(
        problems(&input),
        [("places[1].longitude".to_owned(), ProblemCode::PlaceCoordinates)]
    );
}

#[test]
fn a_ninth_place_is_refused_before_any_postcode_is_looked_up() {
    let mut input = complete();
    input.places = vec![input.places[0].clone(); 9];
    let answer = Registration::check(&input, today(), |_| panic!("looked up"));
    assert_eq!(answer.unwrap_err()[0].code, ProblemCode::PlacesTooMany);
}

#[test]
fn who_has_the_app_needs_no_address_and_may_confirm_the_age() {
    let mut input = complete();
    (input.email, input.phone, input.birth_date) = <_>::default();
    (input.has_app, input.is_old_enough) = (true, true);
    assert_eq!(
        Registration::check(&input, today(), locate).unwrap().contact,
        Contact::default()
    );
}

#[test]
fn debug_shows_nothing_that_was_typed() {
    let input = complete();
    let registration = Registration::check(&input, today(), locate).unwrap();
    let participant = registration
        .clone()
        .into_participant("0190b0a0-0000-7000-8000-000000000000".parse().unwrap());
    let all = format!(
        "{input:?} {:?} {registration:?} {participant:?} {:?} {:?}",
        input.places[0], registration.contact, registration.places
    );
    for secret in ["xample", "1234567", "3511", "school", "5.1", "52."] {
        assert!(!all.contains(secret), "{all}");
    }
}
