//! How alike two texts are, by the words that they share.

use std::collections::BTreeSet;

use super::words::{plain, words};
use crate::domain::action::Texts;

/// From which likeness on two texts may be the same message.
pub const SIMILAR: f64 = 0.5;

/// The share of their Dutch words that two messages have in common, 0 to 1 (the index of Jaccard, 1912).
pub fn likeness(one: &Texts, other: &Texts) -> f64 {
    let (one, other) = (vocabulary(one), vocabulary(other));
    let all = one.union(&other).count();
    if all == 0 {
        return 0.0;
    }
    one.intersection(&other).count() as f64 / all as f64
}

fn vocabulary(texts: &Texts) -> BTreeSet<String> {
    [&texts.nl.title, &texts.nl.body]
        .into_iter()
        .flat_map(|text| words(text))
        .map(|word| plain(word.text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Text;

    fn nl(body: &str) -> Texts {
        Texts {
            nl: Text::new("Gezocht: man", body),
            ..Texts::default()
        }
    }

    #[test]
    fn the_same_message_in_other_words_is_alike_and_another_is_not() {
        let one = nl("Wij zoeken een man van 84 jaar. Hij draagt een rode jas. Ziet u hem? Bel 112.");
        let again =
            nl("Wij zoeken een man van 84 jaar. Hij draagt een rode jas en een pet. Ziet u hem? Bel 112.");
        let other = nl("Wie zag een zwarte bestelbus bij de brug in Zeist? Bel 0900 8844.");
        assert!(likeness(&one, &again) > SIMILAR);
        assert!(likeness(&one, &other) < SIMILAR);
        assert!((likeness(&one, &one) - 1.0).abs() < f64::EPSILON);
        assert!(likeness(&Texts::default(), &Texts::default()) < SIMILAR);
    }
}
