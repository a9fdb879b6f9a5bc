//! Encryption of a push message for one subscription (RFC 8291), as one record of `aes128gcm` (RFC 8188).
//!
//! Costs two multiplications on P-256 a message and little else; nothing is kept between messages.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The most bytes that fit: push services must take bodies of 4,096 bytes (RFC 8030 section 7.2), of which
/// header, delimiter and tag are ours.
pub const PLAINTEXT_LIMIT: usize = 4_096 - HEADER_LEN - 1 - TAG_LEN;

const KEY_LEN: usize = 65;
const AUTH_LEN: usize = 16;
const SALT_LEN: usize = 16;
const TAG_LEN: usize = 16;
/// Salt, record size, length of the key id, key id (RFC 8188 section 2.1).
const HEADER_LEN: usize = SALT_LEN + 4 + 1 + KEY_LEN;
const RECORD_SIZE: u32 = 4_096;

/// Subscriptions come from many clients; some of them pad.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys that a client gave with its subscription.
pub struct SubscriptionKeys {
    public: [u8; KEY_LEN],
    auth: [u8; AUTH_LEN],
}

/// Why a message cannot be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptionError {
    /// The subscription's keys are none.
    #[error("p256dh must be 65 bytes of an uncompressed P-256 point and auth 16 bytes, both in base64url")]
    BadKeys,
    /// The message is too long.
    #[error("the message is longer than {PLAINTEXT_LIMIT} bytes; shorten it")]
    TooLong,
    /// The library refused, which it does on a private key out of range only.
    #[error("the encryption failed")]
    Failed,
}

impl From<Unspecified> for EncryptionError {
    fn from(_: Unspecified) -> Self {
        Self::Failed
    }
}

impl SubscriptionKeys {
    /// Reads `p256dh` and `auth` as browsers give them: base64url, with or without padding.
    ///
    /// Whether the point lies on the curve shows when encrypting.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, EncryptionError> {
        let keys = Self {
            public: decode(p256dh)?,
            auth: decode(auth)?,
        };
        // 4 marks an uncompressed point (SEC 1 section 2.3.3).
        if keys.public[0] == 4 {
            Ok(keys)
        } else {
            Err(EncryptionError::BadKeys)
        }
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], EncryptionError> {
    // Two bytes of room more than fit, which is what the decoder's estimate may ask for.
    let mut bytes = [0; KEY_LEN + 2];
    match BASE64URL.decode_slice(text, &mut bytes) {
        Ok(len) if len == N => Ok(*bytes.first_chunk().expect("N is at most the buffer's length")),
        _ => Err(EncryptionError::BadKeys),
    }
}

/// A private key for one message.
///
/// From the library's own generator, which no seed reaches: keys of a run that is repeated from a seed
/// differ, and none can be foretold. Half the time of a key made from given bytes.
pub fn one_time_key() -> Result<PrivateKey, EncryptionError> {
    Ok(PrivateKey::generate(&ECDH_P256)?)
}

/// The body of the push message that carries `plaintext`.
///
/// `private` is used for this message only; `salt` is 16 random bytes.
pub fn encrypt(
    keys: &SubscriptionKeys,
    private: &PrivateKey,
    salt: &[u8; SALT_LEN],
    plaintext: &[u8],
) -> Result<Vec<u8>, EncryptionError> {
    if plaintext.len() > PLAINTEXT_LIMIT {
        return Err(EncryptionError::TooLong);
    }
    let public = private.compute_public_key()?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, keys.public);
    let input = agree(private, peer, EncryptionError::BadKeys, |secret| {
        // RFC 8291 section 3.3: bound to both public keys.
        let info: [&[u8]; 3] = [b"WebPush: info\0", &keys.public, public.as_ref()];
        derive::<32>(&Salt::new(HKDF_SHA256, &keys.auth).extract(secret), &info)
            .map_err(EncryptionError::from)
    })?;
    // RFC 8188 section 2.2 and 2.3; the only record has the sequence number 0, which leaves the nonce as it is.
    let prk = Salt::new(HKDF_SHA256, salt).extract(&input);
    let key: [u8; 16] = derive(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(&prk, &[b"Content-Encoding: nonce\0"])?;

    let mut body = Vec::with_capacity(HEADER_LEN + plaintext.len() + 1 + TAG_LEN);
    body.extend_from_slice(salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    body.push(u8::try_from(KEY_LEN).expect("65 fits a byte"));
    body.extend_from_slice(public.as_ref());
    body.extend_from_slice(plaintext);
    // The delimiter of the last record (RFC 8188 section 2).
    body.push(2);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut body[HEADER_LEN..])?;
    body.extend_from_slice(tag.as_ref());
    Ok(body)
}

/// The length of what HKDF derives.
struct Bytes<const N: usize>;

impl<const N: usize> KeyType for Bytes<N> {
    fn len(&self) -> usize {
        N
    }
}

fn derive<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    prk.expand(info, Bytes::<N>)?.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
