use proptest::prelude::*;

use super::*;

/// The 7-bit default alphabet in the order of its codes (TS 23.038, 6.2.1), without the escape at 0x1B.
const DEFAULT_ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                                ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

#[test]
fn every_character_of_the_default_alphabet_takes_one_septet() {
    assert_eq!(DEFAULT_ALPHABET.chars().count(), 127);
    for character in DEFAULT_ALPHABET.chars() {
        assert_eq!(septets(character), Some(1), "{character:?}");
    }
}

#[test]
fn no_other_character_does() {
    for character in (0..0x3000).filter_map(char::from_u32) {
        let expected = if DEFAULT_ALPHABET.contains(character) {
            Some(1)
        } else if "\u{c}^{}\\[~]|€".contains(character) {
            Some(2)
        } else {
            None
        };
        assert_eq!(septets(character), expected, "{character:?}");
    }
}

#[test]
fn the_limits_lie_where_the_standard_puts_them() {
    for (character, single, joined) in [('a', 160, 153), ('€', 80, 76), ('ê', 70, 67), ('😀', 35, 33)] {
        let text = |count: usize| character.to_string().repeat(count);
        assert_eq!(SmsLength::of(&text(single)).segments, 1, "{character}");
        assert_eq!(SmsLength::of(&text(single + 1)).segments, 2, "{character}");
        assert_eq!(SmsLength::of(&text(3 * joined)).segments, 3, "{character}");
        assert_eq!(SmsLength::of(&text(3 * joined + 1)).segments, 4, "{character}");
    }
}

#[test]
fn the_euro_sign_counts_two_and_an_acute_i_makes_the_whole_text_ucs2() {
    let euro = SmsLength {
        alphabet: Alphabet::Gsm7,
        units: 5,
        segments: 1,
    };
    assert_eq!(SmsLength::of("€100"), euro);
    let acute = SmsLength {
        alphabet: Alphabet::Ucs2,
        units: 7,
        segments: 1,
    };
    assert_eq!(SmsLength::of("bí & já"), acute);
    assert_eq!(outside_gsm7("bí já bí ç", 2), ['í', 'á']);
}

#[test]
fn an_empty_text_is_one_segment() {
    assert_eq!(SmsLength::of("").segments, 1);
    assert_eq!(segments(""), [""]);
}

#[test]
fn a_link_stands_on_its_own_line() {
    assert_eq!(
        with_link("Kijk uit.", Some("https://x.example/a")),
        "Kijk uit.\nhttps://x.example/a"
    );
    assert_eq!(with_link("Code 123456", None), "Code 123456");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,400}",
        "[a-z€\\[\\]]{140,320}",
        "[a-zê😀]{60,220}",
        proptest::collection::vec(any::<char>(), 0..300).prop_map(String::from_iter),
    ]
}

proptest! {
    #[test]
    fn the_segments_together_are_the_text(text in any_text()) {
        prop_assert_eq!(segments(&text).concat(), text);
    }

    #[test]
    fn there_are_as_many_segments_as_the_length_says(text in any_text()) {
        prop_assert_eq!(segments(&text).len(), SmsLength::of(&text).segments);
    }

    #[test]
    fn no_segment_holds_more_than_it_can(text in any_text()) {
        let alphabet = Alphabet::of(&text);
        let pieces = segments(&text);
        let limit = if pieces.len() == 1 { alphabet.single() } else { alphabet.joined() };
        for piece in &pieces {
            let units: usize = piece.chars().map(|character| alphabet.units(character)).sum();
            prop_assert!(units <= limit);
        }
    }

    #[test]
    fn a_segment_ends_early_only_for_a_character_of_two_units(text in any_text()) {
        let alphabet = Alphabet::of(&text);
        for pair in segments(&text).windows(2) {
            let used: usize = pair[0].chars().map(|character| alphabet.units(character)).sum();
            let next = alphabet.units(pair[1].chars().next().expect("a segment is not empty"));
            prop_assert!(used + next > alphabet.joined());
        }
    }

    #[test]
    fn the_units_are_those_of_the_characters(text in any_text()) {
        let length = SmsLength::of(&text);
        match length.alphabet {
            Alphabet::Ucs2 => prop_assert_eq!(length.units, text.encode_utf16().count()),
            Alphabet::Gsm7 => prop_assert!(outside_gsm7(&text, 1).is_empty()),
        }
    }
}
