//! The subscriber's side of RFC 8291, written out from HMAC up, so that it shares nothing with who encrypts.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use super::subscriptions::Subscriber;

/// The plaintext of a body that is one record of `aes128gcm`; none when it is not for this subscriber.
pub(super) fn decrypt(subscriber: &Subscriber, body: &[u8]) -> Option<Vec<u8>> {
    let (salt, rest) = body.split_first_chunk::<16>()?;
    let (record_size, rest) = rest.split_first_chunk::<4>()?;
    let (&sender_len, rest) = rest.split_first()?;
    let (sender, record) = rest.split_at_checked(usize::from(sender_len))?;
    // A second record would follow after record_size bytes; push messages have one (RFC 8291 section 4).
    if sender.len() != 65 || record.len() > usize::try_from(u32::from_be_bytes(*record_size)).ok()? {
        return None;
    }
    let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
    let shared = agree(&subscriber.private, peer, (), |secret| {
        Ok(hmac(&subscriber.auth, &[secret]))
    })
    .ok()?;
    let input = hmac(&shared, &[b"WebPush: info\0", &subscriber.public, sender, &[1]]);
    let key = hmac(salt, &[&input]);
    let content_key = hmac(&key, &[b"Content-Encoding: aes128gcm\0", &[1]]);
    let nonce = hmac(&key, &[b"Content-Encoding: nonce\0", &[1]]);

    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key[..16]).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).ok()?;
    let mut record = record.to_vec();
    let padded = cipher.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
    // Zeros pad, and a 2 ends the last record (RFC 8188 section 2).
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    (padded[end] == 2).then(|| padded[..end].to_vec())
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let code = sign(&Key::new(HMAC_SHA256, key), &parts.concat());
    code.as_ref()
        .try_into()
        .expect("a code of HMAC-SHA256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::PrivateKey;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;

    use super::*;

    // RFC 8291, appendix A.
    const PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn subscriber() -> Subscriber {
        let private = PrivateKey::from_private_key(&ECDH_P256, &B64.decode(PRIVATE).unwrap()).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().try_into().unwrap();
        Subscriber {
            private,
            public,
            auth: B64.decode(AUTH).unwrap().try_into().unwrap(),
        }
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let plaintext = decrypt(&subscriber(), &B64.decode(BODY).unwrap()).unwrap();
        assert_eq!(plaintext, b"When I grow up, I want to be a watermelon");
    }

    #[test]
    fn no_changed_or_cut_body_is_read() {
        let body = B64.decode(BODY).unwrap();
        for place in 0..body.len() {
            assert!(decrypt(&subscriber(), &body[..place]).is_none(), "cut at {place}");
            let mut changed = body.clone();
            changed[place] ^= 1;
            // The record size is not authenticated; it may change as long as the record fits.
            if !(16..20).contains(&place) {
                assert!(decrypt(&subscriber(), &changed).is_none(), "changed at {place}");
            }
        }
    }
}
