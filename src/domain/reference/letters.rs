//! Bytes as lower-case letters and digits: base32 (RFC 4648, section 6) without padding. Mail servers on the way
//! may change the case of an address, so that what stands in one must read back in either.

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The letters of these bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// The bytes of these letters, in either case; none when they are not exactly `N` bytes, written as
/// [`encode`] does.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let (mut bytes, mut at) = ([0; N], 0);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => letter - b'a',
            letter @ b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *bytes.get_mut(at)? = u8::try_from(held >> bits & 0xff).ok()?;
            at += 1;
        }
    }
    // What is left over must be nothing: one reference has one form.
    (at == N && held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_letters_are_those_of_the_standard() {
        // RFC 4648, section 10.
        assert_eq!(encode(b"foobar"), "mzxw6ytboi");
        assert_eq!(decode::<6>("MZXW6YTBOI"), Some(*b"foobar"));
        assert_eq!(encode(b"f"), "my");
        assert_eq!(decode::<1>("mz"), None, "a bit is left over");
    }

    proptest! {
        #[test]
        fn bytes_read_back_in_either_case(bytes in any::<[u8; 18]>(), upper in any::<bool>()) {
            let text = encode(&bytes);
            let text = if upper { text.to_ascii_uppercase() } else { text };
            prop_assert_eq!(decode::<18>(&text), Some(bytes));
        }

        #[test]
        fn any_other_text_is_none_or_the_one_form(text in "[ -~]{0,40}") {
            if let Some(bytes) = decode::<18>(&text) {
                prop_assert_eq!(encode(&bytes), text.to_ascii_lowercase());
            }
        }
    }
}
