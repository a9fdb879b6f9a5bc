//! The language that a caller asks for: `Accept-Language` (RFC 9110, section 12.5.4).

use http::{HeaderMap, header};

use crate::domain::language::Language;

/// The most preferences that are read.
const MOST: usize = 16;

/// The language that a caller asked for; English for a program that asks for none.
pub fn accepted(headers: &HeaderMap) -> Language {
    asked(headers).unwrap_or(Language::En)
}

/// The language that a caller asked for, if it is one of ours.
pub fn asked(headers: &HeaderMap) -> Option<Language> {
    let asked = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Language, f32)> = None;
    for preference in asked.split(',').take(MOST) {
        let (tag, weight) = match preference.split_once(';') {
            Some((tag, parameter)) => (tag, weight(parameter)),
            None => (preference, 1.0),
        };
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let Some(language) = Language::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
        else {
            continue;
        };
        if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// `q=0.5` as 0.5; what cannot be read weighs nothing.
fn weight(parameter: &str) -> f32 {
    let value = parameter.trim().strip_prefix("q=").unwrap_or_default();
    value.parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_heaviest_of_our_languages_is_taken() {
        for (asked, language) in [
            ("nl", Language::Nl),
            ("nl-NL,nl;q=0.9,en;q=0.8", Language::Nl),
            ("fr, en;q=0.3, nl;q=0.7", Language::Nl),
            ("EN-gb", Language::En),
            ("de", Language::En),
            ("nl;q=0", Language::En),
            ("nl;q=much", Language::En),
            ("", Language::En),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked))]);
            assert_eq!(accepted(&headers), language, "{asked}");
        }
        assert_eq!(accepted(&HeaderMap::new()), Language::En);
    }
}
