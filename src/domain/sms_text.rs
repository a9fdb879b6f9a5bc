//! How long a text message is on the air, and where it breaks into segments (3GPP TS 23.038 and 23.040).
//!
//! A text whose characters all stand in the GSM 7-bit default alphabet, or in its extension table, goes out
//! in septets: 160 in a single message, 153 in each segment of a longer one. Any other character turns the
//! whole text into UCS-2: 70 units in a single message, 67 in each segment. A character of the extension
//! table takes two septets and one outside the Basic Multilingual Plane two units; neither is split over
//! two segments, so that a segment can end one short.

/// The most segments that a text message takes: what gateways are set up for, and what people read.
pub const MOST_SEGMENTS: usize = 5;
/// The most characters of the link in a message, all of the GSM alphabet's plain ones; the configuration holds
/// the public address to it.
pub const LONGEST_LINK: usize = 100;

/// What the characters are sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// The GSM 7-bit default alphabet with its extension table (TS 23.038, 6.2.1); units are septets.
    Gsm7,
    /// UCS-2, in practice UTF-16; units are of 16 bits.
    Ucs2,
}

impl Alphabet {
    /// The alphabet that a text needs.
    pub fn of(text: &str) -> Self {
        if text.chars().all(|character| septets(character).is_some()) {
            Self::Gsm7
        } else {
            Self::Ucs2
        }
    }

    /// How many units a message of one segment holds.
    pub const fn single(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// How many units each segment of a longer message holds: the rest goes to the header that joins them.
    pub const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => septets(character).unwrap_or(1),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// The length of a text on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsLength {
    /// The alphabet it needs.
    pub alphabet: Alphabet,
    /// Its length in units of that alphabet: septets, or 16 bits.
    pub units: usize,
    /// Into how many segments it breaks, each of which is paid for; 1 for an empty text.
    pub segments: usize,
}

impl SmsLength {
    /// Measures a text.
    pub fn of(text: &str) -> Self {
        let alphabet = Alphabet::of(text);
        let units = text.chars().map(|character| alphabet.units(character)).sum();
        let segments = if units <= alphabet.single() {
            1
        } else {
            breaks(text, alphabet).count() + 1
        };
        Self {
            alphabet,
            units,
            segments,
        }
    }
}

/// The text in the pieces that its segments carry; one piece for an empty text.
pub fn segments(text: &str) -> Vec<&str> {
    let length = SmsLength::of(text);
    if length.segments == 1 {
        return vec![text];
    }
    let mut pieces = Vec::with_capacity(length.segments);
    let mut start = 0;
    for end in breaks(text, length.alphabet).chain([text.len()]) {
        pieces.push(&text[start..end]);
        start = end;
    }
    pieces
}

/// The text of a message with the link of its recipient on a line of its own.
pub fn with_link(body: &str, link: Option<&str>) -> String {
    match link {
        Some(link) => format!("{body}\n{link}"),
        None => body.to_owned(),
    }
}

/// Whether a text fits a text message with the longest link that there may be.
pub fn fits_with_link(body: &str) -> bool {
    let link = "x".repeat(LONGEST_LINK);
    SmsLength::of(&with_link(body, Some(&link))).segments <= MOST_SEGMENTS
}

/// The first characters that do not stand in the GSM alphabet, each once and at most `limit`: what a writer
/// can replace to keep the message short.
pub fn outside_gsm7(text: &str, limit: usize) -> Vec<char> {
    let mut found = Vec::new();
    for character in text.chars().filter(|character| septets(*character).is_none()) {
        if found.len() == limit {
            break;
        }
        if !found.contains(&character) {
            found.push(character);
        }
    }
    found
}

/// The byte offsets at which a text that needs several segments breaks.
fn breaks(text: &str, alphabet: Alphabet) -> impl Iterator<Item = usize> {
    let mut used = 0;
    text.char_indices().filter_map(move |(offset, character)| {
        let units = alphabet.units(character);
        let full = used + units > alphabet.joined();
        used = if full { units } else { used + units };
        full.then_some(offset)
    })
}

/// How many septets a character takes: one, two by way of the extension table, none when it stands in neither.
const fn septets(character: char) -> Option<usize> {
    match character {
        '\n'
        | '\r'
        | ' '..='#'
        | '%'..='?'
        | 'A'..='Z'
        | 'a'..='z'
        | '$'
        | '@'
        | '_'
        | '£'
        | '¥'
        | '¤'
        | '§'
        | '¡'
        | '¿'
        | 'Ä'
        | 'Å'
        | 'Æ'
        | 'Ç'
        | 'É'
        | 'Ñ'
        | 'Ö'
        | 'Ø'
        | 'Ü'
        | 'ß'
        | 'à'
        | 'ä'
        | 'å'
        | 'æ'
        | 'è'
        | 'é'
        | 'ì'
        | 'ñ'
        | 'ò'
        | 'ö'
        | 'ø'
        | 'ù'
        | 'ü'
        | 'Γ'
        | 'Δ'
        | 'Θ'
        | 'Λ'
        | 'Ξ'
        | 'Π'
        | 'Σ'
        | 'Φ'
        | 'Ψ'
        | 'Ω' => Some(1),
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
