use super::*;

fn point() -> Point {
    Point::from_degrees(5.1214, 52.0907).unwrap()
}

#[test]
fn a_participant_has_one_to_eight_places() {
    let place = Place::new(PlaceKind::Home, point());
    assert_eq!(Places::new(Vec::new()), Err(PlacesError::None));
    assert!(Places::new(vec![place.clone(); 8]).is_ok());
    assert_eq!(Places::new(vec![place; 9]), Err(PlacesError::TooMany));
    assert!(serde_json::from_str::<Places>("[]").is_err());
}

#[test]
fn places_and_contact_read_back_what_they_write() {
    let mut place = Place::new(PlaceKind::Work, point());
    place.label = Some("school".to_owned());
    place.postcode = Some("3511AB".parse().unwrap());
    let places = Places::new(vec![Place::new(PlaceKind::Home, point()), place]).unwrap();
    let json = serde_json::to_string(&places).unwrap();
    assert_eq!(serde_json::from_str::<Places>(&json).unwrap(), places);

    let contact = Contact {
        email: Some("a@example.org".parse().unwrap()),
        phone: None,
    };
    let json = serde_json::to_string(&contact).unwrap();
    assert_eq!(json, r#"{"email":"a@example.org"}"#);
    assert_eq!(serde_json::from_str::<Contact>(&json).unwrap(), contact);
}

#[test]
fn addresses_give_channels_and_endpoints_fastest_first() {
    let contact = Contact {
        email: Some("a@example.org".parse().unwrap()),
        phone: Some("0612345678".parse().unwrap()),
    };
    assert_eq!(
        contact.channels(),
        ChannelSet::NONE
            .with(Channel::Sms)
            .with(Channel::Email)
            .with(Channel::Voice)
    );
    let channels: Vec<_> = contact.endpoints().map(|endpoint| endpoint.channel()).collect();
    assert_eq!(channels, [Channel::Sms, Channel::Email]);
    assert!(Contact::default().channels().is_empty());
}

#[test]
fn a_label_is_short_and_of_one_line() {
    assert!(is_label("Bij oma & opa"));
    for text in ["", " thuis", "a\nb", &"x".repeat(41)] {
        assert!(!is_label(text));
    }
}
