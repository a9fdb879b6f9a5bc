//! Canary persons, and the search for them in every form in which they could have been written down.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// What names the canaries, and must not be found again.
const CANARIES: [&str; 12] = [
    "kanarie.een@geheim-voorbeeld.example",
    "kanarie.twee@geheim-voorbeeld.example",
    "geheim-voorbeeld",
    "+31687654321",
    "+31687654322",
    "0687654321",
    "31687654322",
    "Kanariestraat",
    "Kanarsina",
    "verenkleed",
    "5.1214987",
    "52.0907654",
];

/// Where they live.
pub const PLACE: [f64; 2] = [5.121_498_7, 52.090_765_4];

/// A text in every form in which it could have been written down.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let plain = text.as_bytes();
    let mut forms = vec![
        plain.to_vec(),
        text.to_lowercase().into_bytes(),
        text.to_uppercase().into_bytes(),
    ];
    let wide = |swap: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    forms.extend([wide(false), wide(true)]);
    let hex = oproep::backup::sealed_file::hex(plain);
    forms.extend([hex.clone().into_bytes(), hex.to_uppercase().into_bytes()]);
    // Base64 reads three bytes at a time: whatever stands before, one of these stands inside.
    for skipped in 0..3 {
        let part = &plain[skipped..];
        let whole = &part[..part.len() / 3 * 3];
        forms.push(STANDARD.encode(whole).into_bytes());
        forms.push(URL_SAFE_NO_PAD.encode(whole).into_bytes());
    }
    forms
}

/// Everything that must not be found, by its first two bytes.
struct Search(Vec<Vec<(&'static str, Vec<u8>)>>);

impl Search {
    fn new() -> Self {
        let mut all: Vec<(&'static str, Vec<u8>)> = CANARIES
            .into_iter()
            .flat_map(|canary| forms(canary).into_iter().map(move |form| (canary, form)))
            .collect();
        // Both coordinates side by side, in the units of the index.
        let mut place = 51_214_987_i32.to_le_bytes().to_vec();
        place.extend_from_slice(&520_907_654_i32.to_le_bytes());
        all.push(("the place", place));
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (canary, form) in all {
            by_start[usize::from(u16::from_be_bytes([form[0], form[1]]))].push((canary, form));
        }
        Self(by_start)
    }

    fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        for (place, pair) in bytes.windows(2).enumerate() {
            for (canary, form) in &self.0[usize::from(u16::from_be_bytes([pair[0], pair[1]]))] {
                if bytes[place..].starts_with(form) {
                    return Some(canary);
                }
            }
        }
        None
    }
}

pub fn assert_clean(what: &str, bytes: &[u8]) {
    static SEARCH: std::sync::OnceLock<Search> = std::sync::OnceLock::new();
    if let Some(canary) = SEARCH.get_or_init(Search::new).find(bytes) {
        panic!("{what} holds {canary}");
    }
}

#[test]
fn the_search_finds_a_canary_in_every_form() {
    for form in forms(CANARIES[0]) {
        let mut text = b"something before ".to_vec();
        text.extend_from_slice(&form);
        assert!(Search::new().find(&text).is_some(), "{form:?}");
    }
    assert_clean("a clean text", b"nothing of them");
}
