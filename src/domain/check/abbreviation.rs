//! Abbreviations, which irritate whoever reads them: a kept list with what to write instead, and what looks like
//! one.

use super::words::{Word, is_followed_by_stop, plain, words};
use super::{CheckCode, Finding, TextPlace};
use crate::domain::language::Language;

/// An abbreviation without its full stops, what to write, and whether it is one only with a full stop behind it,
/// because it is a word of its own without.
type Entry = (&'static str, &'static str, bool);

const DUTCH: &[Entry] = &[
    ("dhr", "de heer", false),
    ("mevr", "mevrouw", false),
    ("mw", "mevrouw", false),
    ("hr", "de heer", false),
    ("aub", "alstublieft", false),
    ("svp", "alstublieft", false),
    ("mbt", "over", false),
    ("dmv", "door", false),
    ("tav", "voor", false),
    ("ivm", "in verband met", false),
    ("oa", "onder andere", false),
    ("bijv", "bijvoorbeeld", false),
    ("bv", "bijvoorbeeld", true),
    ("ca", "ongeveer", false),
    ("plm", "ongeveer", false),
    ("evt", "eventueel", false),
    ("incl", "met", false),
    ("excl", "zonder", false),
    ("nr", "nummer", false),
    ("nrs", "nummers", false),
    ("str", "straat", false),
    ("tel", "telefoon", true),
    ("t/m", "tot en met", false),
    ("tm", "tot en met", false),
    ("jr", "jaar", false),
    ("mtr", "meter", false),
    ("mnl", "man", false),
    ("vrl", "vrouw", false),
    ("mnd", "maanden", false),
    ("min", "minuten", true),
    ("sec", "seconden", true),
    ("lft", "leeftijd", false),
    ("sign", "signalement", true),
    ("pers", "personen", true),
    ("ong", "ongeveer", false),
    ("omg", "omgeving", true),
    ("thv", "bij", false),
    ("ipv", "in plaats van", false),
    ("nav", "naar aanleiding van", false),
    ("zsm", "zo snel mogelijk", false),
    ("vd", "van de", false),
    ("v/d", "van de", false),
    ("a/d", "aan de", false),
    ("i/d", "in de", false),
    ("vh", "van het", false),
    ("kent", "kenteken", true),
    ("kntk", "kenteken", false),
    ("gem", "gemeente", true),
    ("ed", "en dergelijke", true),
    ("enz", "enzovoort", false),
    ("etc", "enzovoort", false),
    ("resp", "respectievelijk", false),
    ("jl", "afgelopen", false),
    ("gekl", "gekleed", false),
    ("don", "donker", true),
    ("dkr", "donker", false),
    ("dbl", "donkerblauw", false),
    ("zw", "zwart", false),
    ("gr", "grijs", true),
    ("dwz", "dat wil zeggen", false),
    ("mn", "met name", false),
    ("hsnr", "huisnummer", false),
    ("wo", "woensdag", true),
    ("vm", "vermist", true),
    ("vmp", "vermist persoon", false),
    ("onb", "onbekend", false),
    ("verm", "vermoedelijk", true),
    ("gsm", "telefoon", false),
    ("ivw", "in verband met", false),
    ("obv", "op basis van", false),
    ("tvv", "ten vervolge van", false),
    ("nml", "namelijk", false),
    ("afk", "afkomstig", true),
    ("betr", "betrokkene", true),
    ("voorz", "voorzien", true),
    ("cm", "centimeter", false),
    ("km", "kilometer", false),
];

const ENGLISH: &[Entry] = &[
    ("approx", "about", false),
    ("yrs", "years", false),
    ("yo", "years old", false),
    ("hrs", "hours", false),
    ("mins", "minutes", false),
    ("min", "minutes", false),
    ("no", "number", true),
    ("nr", "near", false),
    ("eg", "for example", false),
    ("ie", "that is", false),
    ("asap", "as soon as possible", false),
    ("btw", "by the way", false),
    ("poss", "possibly", false),
    ("veh", "vehicle", false),
    ("reg", "registration", false),
    ("incl", "including", false),
    ("excl", "without", false),
    ("rd", "road", false),
    ("ave", "avenue", true),
    ("dob", "date of birth", false),
    ("pls", "please", false),
    ("plz", "please", false),
    ("etc", "and so on", false),
    ("vs", "against", false),
    ("dk", "dark", false),
    ("lt", "light", true),
    ("w/o", "without", false),
    ("w/", "with", false),
    ("ft", "feet", false),
    ("cm", "centimetres", false),
    ("km", "kilometres", false),
    ("tel", "telephone", true),
    ("mph", "miles per hour", false),
    ("mispers", "missing person", false),
    ("misper", "missing person", false),
    ("susp", "person", false),
    ("desc", "description", true),
];

/// Names that everyone knows by their letters.
const KNOWN: &[&str] = &[
    "NS", "OV", "GPS", "USB", "TV", "SMS", "BMW", "VW", "KIA", "DAF", "MAN", "ANWB", "HEMA", "IKEA", "KLM",
    "PTT", "ING", "ABN", "GGD", "UMC", "AMC", "VU", "RET", "GVB", "HTM", "DHL", "UPS", "NL", "EU", "UK",
    "US", "USA", "LED", "SUV", "GTI", "TDI", "XL", "XXL", "OK", "SOS", "CD", "DVD", "PSV", "NEC", "AZ", "FC",
    "NAC", "PSG", "ID", "AH", "PLUS", "LIDL", "ALDI", "SEAT", "FIAT", "OPEL", "FORD", "AUDI", "MG", "CE",
    "AED", "WC", "PVC", "ROC", "HBO", "MBO", "HU", "TU", "II", "III", "IV", "VI", "TT", "RS", "GT", "GTS",
    "AMG", "RAI", "NOS", "KNMI", "ATM", "PIN", "IPHONE", "APK", "A", "I",
];
/// Words without a vowel that are words.
const NO_VOWELS: &[&str] = &[
    "pst",
    "brr",
    "hmm",
    "grr",
    "mr",
    "mrs",
    "ms",
    "dr",
    "st",
    "bmw",
    "vw",
    "sms",
    "ns",
    "tv",
    "gps",
    "gps-tracker",
    "xl",
    "xxl",
    "nl",
];

pub(super) fn check(text: &str, at: TextPlace, findings: &mut Vec<Finding>) {
    let all_capitals = !text.chars().any(char::is_lowercase);
    let mut before: Option<Word<'_>> = None;
    for word in words(text) {
        if let Some(proposal) = listed(text, &word, at.language) {
            findings
                .push(Finding::at(CheckCode::Abbreviation, at, with_stop(text, &word)).proposing(proposal));
        } else if looks_like_one(&word, before.as_ref(), all_capitals) {
            findings.push(Finding::at(CheckCode::Abbreviation, at, word.bytes()));
        }
        before = Some(word);
    }
}

/// Where the abbreviation stands with its full stop: with that of an end of a sentence too, which is put back by
/// whoever writes.
fn with_stop(text: &str, word: &Word<'_>) -> std::ops::Range<usize> {
    let bytes = word.bytes();
    let ends_text = text[bytes.end..].trim_end() == ".";
    let stop = usize::from(is_followed_by_stop(text, word) && !ends_text);
    bytes.start..bytes.end + stop
}

fn listed(text: &str, word: &Word<'_>, language: Language) -> Option<&'static str> {
    let list = match language {
        Language::Nl => DUTCH,
        Language::En => ENGLISH,
    };
    let low = plain(word.text);
    let letters: String = low.chars().filter(|c| *c != '.').collect();
    let dotted = letters.len() < low.len();
    // A title, a name or a place in capitals is looked at by what it looks like.
    let in_capitals =
        word.text.chars().any(char::is_alphabetic) && !word.text.chars().any(char::is_lowercase);
    let (_, proposal, needs_stop) = list.iter().find(|(short, ..)| *short == letters)?;
    let ends = is_followed_by_stop(text, word) && !is_last_of_sentence(text, word);
    let is_one = if *needs_stop {
        ends || dotted
    } else {
        !in_capitals || dotted || ends
    };
    is_one.then_some(*proposal)
}

/// Whether the full stop behind a word may end its sentence: a capital letter or nothing follows.
fn is_last_of_sentence(text: &str, word: &Word<'_>) -> bool {
    let rest = text[word.bytes().end..].trim_start_matches('.').trim_start();
    rest.chars().next().is_none_or(char::is_uppercase)
}

fn looks_like_one(word: &Word<'_>, before: Option<&Word<'_>>, all_capitals: bool) -> bool {
    is_dotted(word.text) || is_capitals(word.text, before, all_capitals) || has_no_vowel(word.text)
}

/// `x.y.z`: letters with full stops between them; initials of a name begin with a capital.
fn is_dotted(word: &str) -> bool {
    let parts: Vec<_> = word.split('.').collect();
    let short = |part: &&str| part.chars().count() == 1 && part.chars().all(char::is_lowercase);
    parts.len() >= 2 && parts.iter().all(short)
}

/// Two to five capital letters that nobody knows as a name: no number plate, no letters of a postcode.
fn is_capitals(word: &str, before: Option<&Word<'_>>, all_capitals: bool) -> bool {
    let length = word.chars().count();
    let postcode = before.is_some_and(|before| {
        before.text.len() == 4 && before.text.bytes().all(|byte| byte.is_ascii_digit()) && length == 2
    });
    !all_capitals
        && (2..=5).contains(&length)
        && word.chars().all(char::is_uppercase)
        && !KNOWN.contains(&word)
        && !postcode
}

fn has_no_vowel(word: &str) -> bool {
    let low = plain(word);
    let letters = low.chars().count();
    (3..=5).contains(&letters)
        && word.chars().any(char::is_lowercase)
        && low
            .chars()
            .all(|c| c.is_ascii_lowercase() && !"aeiouy".contains(c))
        && !NO_VOWELS.contains(&low.as_str())
}
