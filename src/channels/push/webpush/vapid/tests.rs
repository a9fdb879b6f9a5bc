use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: String,
}

fn vapid(clock: &Clock) -> Vapid {
    Vapid::new(
        VapidKey::generate(&Random::from_seed(5)),
        "mailto:beheer@oproep.example",
        clock.clone(),
    )
    .unwrap()
}

fn claims(header: &HeaderValue) -> Claims {
    let (token, key) = header
        .to_str()
        .unwrap()
        .strip_prefix("vapid t=")
        .unwrap()
        .split_once(", k=")
        .unwrap();
    let point = BASE64URL.decode(key).unwrap();
    let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..]));
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode(
        token,
        &DecodingKey::from_ec_components(&x, &y).unwrap(),
        &validation,
    )
    .unwrap()
    .claims
}

#[test]
fn the_token_names_the_push_service_the_operator_and_an_end_within_a_day() {
    let clock = Clock::manual(Timestamp::from_millis(1_700_000_000_000));
    let claims = claims(&vapid(&clock).authorization("https://push.example"));
    assert_eq!(claims.aud, "https://push.example");
    assert_eq!(claims.sub, "mailto:beheer@oproep.example");
    assert_eq!(claims.exp, 1_700_000_000 + 12 * 3600);
}

#[test]
fn one_token_serves_a_push_service_for_six_hours() {
    let clock = Clock::manual(Timestamp::from_millis(0));
    let vapid = vapid(&clock);
    let first = vapid.authorization("https://a.example");
    assert_ne!(vapid.authorization("https://b.example"), first);
    clock.advance(TOKEN_USE.saturating_sub(Duration::from_millis(1)));
    assert_eq!(vapid.authorization("https://a.example"), first);
    clock.advance(Duration::from_millis(1));
    assert_ne!(vapid.authorization("https://a.example"), first);
}

#[test]
fn the_tokens_kept_are_bounded() {
    let vapid = vapid(&Clock::manual(Timestamp::from_millis(0)));
    for host in 0..MOST_ORIGINS + 10 {
        vapid.authorization(&format!("https://{host}.example"));
    }
    assert!(vapid.tokens.read().unwrap().len() <= MOST_ORIGINS);
}

#[test]
fn a_key_is_read_from_base64url_and_from_pem() {
    let key = VapidKey::generate(&Random::from_seed(9));
    let again = VapidKey::from_text(&format!("{}\n", key.private())).unwrap();
    assert_eq!(again.public(), key.public());

    let scalar = BASE64URL.decode(key.private()).unwrap();
    let der: Pkcs8V1Der = PrivateKey::from_private_key(&ECDH_P256, &scalar)
        .unwrap()
        .as_der()
        .unwrap();
    let body = base64::prelude::BASE64_STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    assert_eq!(VapidKey::from_text(&pem).unwrap().public(), key.public());
}

#[test]
fn what_is_no_key_or_no_address_is_refused() {
    for text in [
        "",
        "AAAA",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "ä",
    ] {
        assert!(
            matches!(VapidKey::from_text(text), Err(VapidError::NoKey)),
            "{text}"
        );
    }
    for subject in [
        "",
        "beheer@oproep.example",
        "mailto:",
        "mailto:beheer",
        "http://oproep.example",
        "https://",
    ] {
        let key = VapidKey::generate(&Random::from_seed(1));
        assert!(
            matches!(
                Vapid::new(key, subject, Clock::system()),
                Err(VapidError::BadSubject)
            ),
            "{subject}"
        );
    }
}

#[test]
fn the_private_key_does_not_show_when_printed() {
    let key = VapidKey::generate(&Random::from_seed(9));
    assert!(!format!("{key:?}").contains(&key.private()));
}
