//! Subscriptions out of a seed and a number.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, Tag, sign};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;

/// Bytes of the authentication code in an id.
const CODE_LEN: usize = 12;

/// All subscriptions that there could be.
#[derive(Debug)]
pub(super) struct Subscriptions {
    seed: Key,
}

/// The keys of one subscriber (RFC 8291 section 3.1 and 3.2).
pub(super) struct Subscriber {
    pub(super) private: PrivateKey,
    pub(super) public: [u8; 65],
    pub(super) auth: [u8; 16],
}

impl Subscriptions {
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        Self {
            seed: Key::new(HMAC_SHA256, seed),
        }
    }

    fn derive(&self, purpose: &str, number: u32, attempt: u8) -> Tag {
        sign(
            &self.seed,
            &[purpose.as_bytes(), &number.to_be_bytes(), &[attempt]].concat(),
        )
    }

    /// The id in the address: number and authentication code.
    pub(super) fn id(&self, number: u32) -> String {
        let code = self.derive("id", number, 0);
        BASE64URL.encode([&number.to_be_bytes()[..], &code.as_ref()[..CODE_LEN]].concat())
    }

    /// The number in an id; none when it is not one of ours.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let bytes = BASE64URL
            .decode(id)
            .ok()
            .filter(|bytes| bytes.len() == 4 + CODE_LEN)?;
        let number = u32::from_be_bytes(*bytes.first_chunk()?);
        (self.id(number) == id).then_some(number)
    }

    /// The keys of this subscription.
    pub(super) fn subscriber(&self, number: u32) -> Subscriber {
        // A number past the curve's order, once in 2^32, is followed by another.
        let private = (0..=u8::MAX)
            .find_map(|attempt| {
                let scalar = self.derive("p256dh", number, attempt);
                PrivateKey::from_private_key(&ECDH_P256, scalar.as_ref()).ok()
            })
            .expect("one of 256 numbers lies below the curve's order");
        let public = private
            .compute_public_key()
            .expect("a private key has a public one");
        let public = public
            .as_ref()
            .try_into()
            .expect("an uncompressed point of P-256 has 65 bytes");
        let auth = self.derive("auth", number, 0);
        let auth = *auth
            .as_ref()
            .first_chunk()
            .expect("a code of HMAC-SHA256 has 32 bytes");
        Subscriber {
            private,
            public,
            auth,
        }
    }
}

impl Subscriber {
    pub(super) fn public_text(&self) -> String {
        BASE64URL.encode(self.public)
    }

    pub(super) fn auth_text(&self) -> String {
        BASE64URL.encode(self.auth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_comes_back_by_seed_and_number_and_no_other_id_is_taken() {
        let (first, same) = (Subscriptions::new(&[1; 32]), Subscriptions::new(&[1; 32]));
        let id = first.id(299_999);
        assert_eq!(same.number(&id), Some(299_999));
        assert_eq!(same.subscriber(299_999).public, first.subscriber(299_999).public);
        assert_ne!(same.subscriber(299_998).auth, first.subscriber(299_999).auth);

        assert_eq!(Subscriptions::new(&[2; 32]).number(&id), None);
        let flipped = id.replace(|c: char| c == id.chars().next_back().unwrap(), "0");
        for garbled in ["", "abc", &id[1..], &flipped, &format!("{id}A")] {
            assert_eq!(first.number(garbled), None, "{garbled}");
        }
    }
}
