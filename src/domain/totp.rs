//! Codes of an app on the telephone that change with time (RFC 6238): six digits, every 30 seconds, HMAC-SHA-1,
//! which is what every such app can do.

use aws_lc_rs::{constant_time, hmac};

use super::clock::Timestamp;
use super::random::Random;

/// How long a code holds.
const STEP_S: i64 = 30;
/// Steps before and after the present one whose code is taken: clocks differ, and typing takes time.
const WINDOW: i64 = 1;
/// Digits of a code.
const DIGITS: usize = 6;
/// Bytes of a secret: the length of the hash (RFC 4226, section 4).
const SECRET_LEN: usize = 20;

/// What an app and we share. Secret: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Vec<u8>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    /// A new secret.
    pub fn new(random: &Random) -> Self {
        Self(random.bytes::<SECRET_LEN>().to_vec())
    }

    /// The secret with these bytes, as [`Self::as_bytes`] gave them.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it: base 32 (RFC 4648, section 6) without padding.
    pub fn to_base32(&self) -> String {
        base32(&self.0)
    }

    /// The address that an app takes it from, as a picture or a link (`otpauth://totp/...`, in the form that Google
    /// Authenticator's wiki describes and other apps follow). Issuer and account are percent-encoded.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (encoded(issuer), encoded(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}",
            self.to_base32()
        )
    }

    /// The code at a moment.
    pub fn code_at(&self, at: Timestamp) -> String {
        self.code(step_of(at))
    }

    /// The step whose code this is: near the present one, and later than the last whose code was used, so that no
    /// code is used twice.
    pub fn step_of_code(&self, code: &str, now: Timestamp, last_used: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let present = step_of(now);
        let mut found = None;
        for step in present - WINDOW..=present + WINDOW {
            let is_same = constant_time::verify_slices_are_equal(self.code(step).as_bytes(), code.as_bytes());
            if is_same.is_ok() && step > last_used {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a step (RFC 4226, section 5.3).
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0x0f);
        let part = [
            tag[offset] & 0x7f,
            tag[offset + 1],
            tag[offset + 2],
            tag[offset + 3],
        ];
        let number = u32::from_be_bytes(part) % 10_u32.pow(6);
        format!("{number:0DIGITS$}")
    }
}

const fn step_of(at: Timestamp) -> i64 {
    at.as_secs().div_euclid(STEP_S)
}

fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut buffer, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        buffer = buffer << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(buffer >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(buffer << (5 - bits) & 31) as usize]));
    }
    text
}

fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes any text");
        }
        out
    })
}

/// A code that works once when the telephone is lost: ten letters and digits that are not mistaken for each other, in
/// two groups.
pub fn recovery_code(random: &Random) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 31)]);
    let bytes: [u8; 10] = random.bytes();
    let (first, last) = bytes.split_at(5);
    let group = |bytes: &[u8]| bytes.iter().map(|byte| letter(*byte)).collect::<String>();
    format!("{}-{}", group(first), group(last))
}

/// A recovery code as it is compared: without case, spaces and dash; none for what cannot be one.
pub fn normalised_recovery_code(text: &str) -> Option<String> {
    let code: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    (code.len() == 10 && code.chars().all(|c| c.is_ascii_alphanumeric())).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of the eight digits.
        let secret = TotpSecret::from_bytes(b"12345678901234567890".to_vec());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code_at(at(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn an_app_reads_issuer_and_account_from_the_address() {
        let secret = TotpSecret::from_bytes(b"foobar".to_vec());
        assert_eq!(
            secret.uri("Oproep Midden", "n.jansen"),
            "otpauth://totp/Oproep%20Midden:n.jansen?secret=MZXW6YTBOI&issuer=Oproep%20Midden&algorithm=SHA1&digits=6\
             &period=30"
        );
    }

    proptest! {
        #[test]
        fn a_code_is_taken_a_step_before_and_after_and_never_twice(
            seed in any::<u64>(), now in 0_i64..4_000_000_000, away in -300_i64..300,
        ) {
            let secret = TotpSecret::new(&Random::from_seed(seed));
            let code = secret.code_at(at(now + away));
            let steps = (now + away).div_euclid(30) - now.div_euclid(30);
            let found = secret.step_of_code(&code, at(now), i64::MIN);
            if steps.abs() <= 1 {
                let step = found.expect("it is near");
                prop_assert_eq!(secret.step_of_code(&code, at(now), step), None);
                let spaced = format!(" {} {}", &code[..3], &code[3..]);
                let again = secret.step_of_code(&spaced, at(now), step - 1);
                prop_assert_eq!(again, Some(step));
            } else if found.is_some() {
                // Two steps may have one code by chance: one in a million.
                prop_assert_eq!(secret.code(found.unwrap()), code);
            }
        }

        #[test]
        fn a_recovery_code_reads_back_however_it_is_typed(seed in any::<u64>(), text in ".{0,30}") {
            let code = recovery_code(&Random::from_seed(seed));
            let read = normalised_recovery_code(&code).unwrap();
            prop_assert_eq!(normalised_recovery_code(&code.to_lowercase().replace('-', " ")), Some(read));
            let _ = normalised_recovery_code(&text);
        }
    }
}
