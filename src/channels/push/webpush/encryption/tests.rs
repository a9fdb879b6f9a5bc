use super::*;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;

// RFC 8291, appendix A.
const PLAINTEXT: &[u8] = b"When I grow up, I want to be a watermelon";
const SENDER_PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const RECEIVER_PUBLIC: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

fn sender() -> PrivateKey {
    PrivateKey::from_private_key(&ECDH_P256, &B64.decode(SENDER_PRIVATE).unwrap()).unwrap()
}

fn salt() -> [u8; 16] {
    B64.decode(SALT).unwrap().try_into().unwrap()
}

#[test]
fn the_example_of_the_standard_comes_out_byte_for_byte() {
    let keys = SubscriptionKeys::parse(RECEIVER_PUBLIC, AUTH).unwrap();
    let body = encrypt(&keys, &sender(), &salt(), PLAINTEXT).unwrap();
    assert_eq!(B64.encode(body), BODY);
}

#[test]
fn padded_keys_are_read_as_well() {
    let keys = SubscriptionKeys::parse(&format!("{RECEIVER_PUBLIC}="), &format!("{AUTH}==")).unwrap();
    assert_eq!(
        B64.encode(encrypt(&keys, &sender(), &salt(), PLAINTEXT).unwrap()),
        BODY
    );
}

#[test]
fn keys_that_are_none_are_refused() {
    let off_the_curve = B64.encode([&[4_u8][..], &[1; 64]].concat());
    let compressed = B64.encode([&[2_u8][..], &[1; 64]].concat());
    for (p256dh, auth) in [
        (RECEIVER_PUBLIC, ""),
        (RECEIVER_PUBLIC, "BTBZMqHH6r4Tts7J_aSIggA"),
        ("", AUTH),
        (AUTH, AUTH),
        ("not base64!", AUTH),
        (&"A".repeat(4_000), AUTH),
        (&compressed, AUTH),
    ] {
        assert_eq!(
            SubscriptionKeys::parse(p256dh, auth).err(),
            Some(EncryptionError::BadKeys)
        );
    }
    let keys = SubscriptionKeys::parse(&off_the_curve, AUTH).unwrap();
    assert_eq!(
        encrypt(&keys, &sender(), &salt(), PLAINTEXT),
        Err(EncryptionError::BadKeys)
    );
}

#[test]
fn the_longest_message_fills_the_body_and_one_byte_more_is_refused() {
    let keys = SubscriptionKeys::parse(RECEIVER_PUBLIC, AUTH).unwrap();
    let body = encrypt(&keys, &sender(), &salt(), &[b'x'; PLAINTEXT_LIMIT]).unwrap();
    assert_eq!(body.len(), 4_096);
    let longer = [b'x'; PLAINTEXT_LIMIT + 1];
    assert_eq!(
        encrypt(&keys, &sender(), &salt(), &longer),
        Err(EncryptionError::TooLong)
    );
}
