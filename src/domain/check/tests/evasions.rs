//! Numbers and links that somebody tries to hide, and those that are simply wrong: all must be found.

use super::*;

const NUMBERS: &[&str] = &[
    "Bel 06-12345678.",
    "Bel 0612345678",
    "bel 06 12 34 56 78",
    "bel 0 6 1 2 3 4 5 6 7 8",
    "06.12.34.56.78",
    "06,12,34,56,78",
    "06:12:34:56:78",
    "06/12345678",
    "06_1234_5678",
    "06*1234*5678",
    "06 - 12 - 34 - 56 - 78",
    "(06) 12345678",
    "+31612345678",
    "+31 (0)6 12345678",
    "+ 31 6 12 34 56 78",
    "0031 6 12345678",
    "00 31 (0) 6 12345678",
    "31612345678",
    "612345678",
    "6 12 34 56 78",
    "O6-12345678",
    "o6 1234 5678",
    "06-I2345678",
    "06-l2345678",
    "06-1234S678",
    "O6 l2 34 S6 78",
    "\u{ff10}\u{ff16}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff18}",
    "\u{660}\u{666}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}\u{667}\u{668}",
    "\u{966}\u{96c}12345678",
    "\u{1d7ce}\u{1d7d4}\u{1d7cf}\u{1d7d0}345678",
    "\u{24ea}\u{2465}\u{2460}\u{2461}\u{2462}\u{2463}\u{2464}\u{2465}\u{2466}\u{2467}",
    "0\u{fe0f}\u{20e3}6\u{fe0f}\u{20e3}12345678",
    "06\u{200b}1234\u{200b}5678",
    "06\u{ad}12345678",
    "06\u{2011}12345678",
    "06\u{a0}12345678",
    "06\u{202e}12345678",
    "\u{41e}6-12345678",
    "06-1234\u{417}678",
    "nul zes twaalf vierendertig zesenvijftig achtenzeventig",
    "nul zes een twee drie vier vijf zes zeven acht",
    "nul-zes-een-twee-drie-vier-vijf-zes-zeven-acht",
    "nulzeseentweedrievierv\u{133}fzeszevenacht",
    "NUL ZES twaalf 34 56 78",
    "nul 6, \u{e9}\u{e9}n twee drie vier vijf zes zeven acht",
    "nul zes en dan twaalf vierendertig zesenvijftig achtenzeventig",
    "plus eenendertig zes twaalf vierendertig zesenvijftig achtenzeventig",
    "zero six one two three four five six seven eight",
    "oh six twelve thirty-four fifty-six seventy-eight",
    "zero six twelve thirty four fifty six seventy eight",
    "zero six double one double two double three double four",
    "06tien twee drie vier vijf zes zeven",
    "030-2345678",
    "030 - 234 56 78",
    "0900-1234",
    "0900-8845",
    "0906 1234567",
    "0800-1234",
    "negenhonderd: nul negenhonderd achtentachtig vijfenveertig",
    "088-1234567",
    "085 1234567",
    "bel 114",
    "Bel 1233 voor meer",
    "Call 911.",
    "sms naar 4040",
    "sms HELP naar 7733",
    "bel 2345678",
    "bel 234 56 78",
    "text 60999",
    "+49 151 23456789",
    "0049 151 23456789",
    "+1 (212) 555-0100",
    "(212) 555-0100",
    "0032 470 12 34 56",
    "112-0612345678",
    "0900 8844 of 0900 8845",
    "Bel 0900 8844 1234",
    "Bel 112 345 678 9",
    "Bel 112 of 06-12345678",
    "06-12-1978 45",
    "06:12 13:14 15",
    "tel:+31612345678",
    "tel0612345678",
    "wa.me/31612345678",
    "06-1234567",
    "06-123456789",
    "0900 884",
    "NL91ABNA0417164300",
];

const LINKS: &[&str] = &[
    "http://example.com",
    "https://politie.nl.example.com/gezocht",
    "https://politie.nl@example.com",
    "https://example.com\\@politie.nl",
    "hxxp://politie.nl",
    "hxxps://example[.]com",
    "www.example.com",
    "WWW.POLITIE.NL.EU",
    "example.com",
    "Kijk op Example.Com.",
    "example.com/politie.nl",
    "pol\u{456}tie.nl",
    "p\u{43e}litie.nl/gezocht",
    "polit\u{131}e.nl",
    "politi\u{e9}.nl",
    "xn--politi-fva.nl",
    "\u{ff50}\u{ff4f}\u{ff4c}\u{ff49}\u{ff54}\u{ff49}\u{ff45}.nl",
    "politie\u{3002}com",
    "politie\u{2024}com",
    "politie[.]com",
    "politie (.) com",
    "politie (dot) com",
    "politie{punt}com",
    "politie punt com",
    "politie dot com",
    "politie . com",
    "politie .com",
    "politie. com",
    "www punt politie punt com",
    "w w w . p h i s h . n l",
    "h t t p s : / / p h i s h . n l",
    "phish.\u{200b}nl",
    "phi\u{ad}sh.nl",
    "bit.ly/3xyz",
    "t.co/abc",
    "tinyurl.com/politie",
    "t.me/politie",
    "politie.nl:8080/gezocht",
    "ftp://politie.nl",
    "javascript://politie.nl/%0aalert(1)",
    "http://192.168.1.10/",
    "192.168.1.10",
    "http://3232235777/",
    "mail naar tip@example.com",
    "mail naar tip (at) example (punt) com",
    "De man liep langs de brug.De politie zoekt hem",
    "politie-nl.com",
    "politie.nl,example.com",
    "example.com:https://politie.nl",
    "https://politie.nl/,example.com",
    "(example.com)",
    "politie.co",
    "p0litie.nl",
    "politie.n1.com",
];

#[test]
fn every_hidden_or_wrong_number_is_found() {
    let missed: Vec<_> = NUMBERS
        .iter()
        .filter(|body| {
            !codes(body)
                .iter()
                .any(|code| matches!(code, CheckCode::NumberUnknown | CheckCode::LinkUnknown))
        })
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_foreign_link_is_found() {
    let missed: Vec<_> = LINKS
        .iter()
        .filter(|body| !codes(body).contains(&CheckCode::LinkUnknown))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_number_stays_found_in_the_middle_of_a_good_text() {
    for number in NUMBERS {
        let body = format!("Ziet u hem? Bel 112 of {number} en blijf uit de buurt.");
        let codes = codes(&body);
        let found = codes
            .iter()
            .any(|code| matches!(code, CheckCode::NumberUnknown | CheckCode::LinkUnknown));
        assert!(found, "{body}: {codes:?}");
    }
}

/// A figure in one of its disguises.
fn disguised(digit: u8, disguise: u8) -> String {
    let value = u32::from(digit);
    let at = |zero: u32| char::from_u32(zero + value).unwrap().to_string();
    let dutch = [
        "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen",
    ];
    let english = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    match disguise % 8 {
        1 => at(0xff10),
        2 => at(0x660),
        3 => at(0x1d7ce),
        4 => format!(" {} ", dutch[usize::from(digit)]),
        5 => format!(" {} ", english[usize::from(digit)]),
        6 => format!("{digit}\u{200b}"),
        _ => digit.to_string(),
    }
}

proptest! {
    #[test]
    fn a_mobile_number_is_found_in_every_disguise(
        digits in proptest::collection::vec(0_u8..10, 7),
        second in 1_u8..6,
        disguises in proptest::collection::vec(0_u8..8, 10),
        gaps in proptest::collection::vec(prop::sample::select(vec!["", " ", "-", ".", " - ", "/", "\u{a0}", "_"]), 10),
        prefix in prop::sample::select(vec!["0", "+31", "0031", "+31 (0)"]),
    ) {
        let mut body = String::from("Ziet u hem? Dan ");
        body.push_str(prefix);
        for (index, digit) in [6, second].into_iter().chain(digits).enumerate() {
            body.push_str(&disguised(digit, disguises[index]));
            body.push_str(gaps[index]);
        }
        prop_assert!(codes(&body).contains(&CheckCode::NumberUnknown), "{}", body);
    }

    #[test]
    fn a_number_of_the_register_is_not_found(
        number in prop::sample::select(vec!["112", "0900 8844", "0900-8844", "+31 900 8844", "144", "113", "1-1-2"]),
        before in prop::sample::select(vec!["Bel ", "Call ", "Weet u meer? Bel ", "Telefoon: ", ""]),
        after in prop::sample::select(vec!["", ".", ", dag en nacht.", " of bel 112.", "!", " (24 uur per dag)."]),
    ) {
        let body = format!("{before}{number}{after}");
        prop_assert!(!codes(&body).contains(&CheckCode::NumberUnknown), "{}", body);
    }
}
