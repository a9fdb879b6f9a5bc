//! "Looked here, found nothing": where somebody searched. It tells the control room where not to look again.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::area::Circle;
use super::point::Point;
use super::problem::{FieldProblem, ProblemCode, Problems};

/// The smallest and the largest radius that somebody searches, in metres.
pub const RADIUS_M: std::ops::RangeInclusive<u32> = Circle::MIN_RADIUS_M..=2_000;
/// The most characters of what was searched.
pub const MAX_WHAT_CHARS: usize = 500;

/// Where somebody looked and found nothing. Personal: sealed when stored, and `Debug` shows none of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// Within a distance of a point.
    pub circle: Option<Searched>,
    /// In words: `my garden and the shed`.
    pub what: Option<String>,
}

/// Everything within a distance of a point.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// The middle.
    pub point: Point,
    /// The distance, in metres.
    pub radius_m: u32,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Search(..)")
    }
}

impl fmt::Debug for Searched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Searched(..)")
    }
}

impl Search {
    /// A search as it was told, or everything that is wrong with it. A place needs a radius, and something has to
    /// be told.
    pub fn check(
        point: Option<Point>,
        radius_m: Option<u32>,
        what: Option<&str>,
    ) -> Result<Self, Vec<FieldProblem>> {
        let what = what.map(|what| what.trim().replace("\r\n", "\n"));
        let what = what.filter(|what| !what.is_empty());
        let mut problems = Problems::default();
        if let Some(what) = &what {
            problems.check_text("what", what, MAX_WHAT_CHARS, true);
        }
        problems.add_if(
            point.is_none() && what.is_none(),
            "what",
            ProblemCode::TextMissing,
        );
        let fits = radius_m.is_some_and(|radius| RADIUS_M.contains(&radius));
        problems.add_if(point.is_some() && !fits, "radius_m", ProblemCode::SearchRadius);
        let circle = point
            .zip(radius_m)
            .map(|(point, radius_m)| Searched { point, radius_m });
        problems.or(Self { circle, what })
    }

    /// The searched circle; none when nobody can draw it.
    pub fn circle(&self) -> Option<Circle> {
        let searched = self.circle?;
        Circle::new(searched.point, searched.radius_m).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(search: Result<Search, Vec<FieldProblem>>) -> Vec<&'static str> {
        let problems = search.unwrap_err();
        problems.iter().map(|problem| problem.code.name()).collect()
    }

    #[test]
    fn a_search_tells_a_place_with_a_radius_or_words() {
        let point = Some(Point::from_degrees(5.1, 52.1).unwrap());
        assert!(Search::check(point, Some(200), None).unwrap().circle().is_some());
        let words = Search::check(None, None, Some(" mijn tuin\r\nen de schuur ")).unwrap();
        assert_eq!(words.what.as_deref(), Some("mijn tuin\nen de schuur"));
        assert!(words.circle().is_none());
        assert!(!format!("{words:?}").contains("tuin"));
    }

    #[test]
    fn what_tells_nothing_or_too_much_is_refused() {
        let point = Some(Point::from_degrees(5.1, 52.1).unwrap());
        assert_eq!(codes(Search::check(None, None, Some("  "))), ["text_missing"]);
        assert_eq!(codes(Search::check(point, None, None)), ["search_radius"]);
        assert_eq!(codes(Search::check(point, Some(2_001), None)), ["search_radius"]);
        assert_eq!(
            codes(Search::check(None, Some(5), Some(&"x".repeat(501)))),
            ["text_too_long"]
        );
    }
}
