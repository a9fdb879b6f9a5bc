//! What is known beforehand: the municipalities, and a rough outline of the region.

use serde::Deserialize;

use super::plane::Spot;

/// Names, places, inhabitants and sizes from general knowledge, rounded; the first postcode is near what
/// the post office uses there, the areas themselves are made up. The state of 2021, when Weesp was one.
const MUNICIPALITIES: &str = include_str!("../municipalities.csv");

/// The outline that the region is drawn into, counter-clockwise, degrees: a few dozen corners by hand.
const OUTLINE: [(f64, f64); 32] = [
    (4.80, 52.00),
    (4.90, 51.93),
    (4.99, 51.86),
    (5.14, 51.86),
    (5.24, 51.93),
    (5.40, 51.95),
    (5.54, 51.93),
    (5.62, 51.96),
    (5.62, 52.06),
    (5.55, 52.12),
    (5.48, 52.19),
    (5.42, 52.27),
    (5.56, 52.32),
    (5.66, 52.38),
    (5.80, 52.45),
    (5.88, 52.54),
    (5.96, 52.62),
    (5.98, 52.72),
    (5.92, 52.80),
    (5.78, 52.85),
    (5.64, 52.79),
    (5.56, 52.68),
    (5.56, 52.60),
    (5.42, 52.58),
    (5.32, 52.48),
    (5.13, 52.43),
    (5.10, 52.36),
    (5.00, 52.34),
    (4.97, 52.28),
    (4.80, 52.28),
    (4.78, 52.16),
    (4.77, 52.08),
];

/// A municipality before it has a shape.
#[derive(Clone, Deserialize)]
pub(super) struct Municipality {
    pub(super) name: String,
    pub(super) district: String,
    pub(super) base_team: String,
    longitude: f64,
    latitude: f64,
    pub(super) inhabitants: u32,
    km2: f64,
    pub(super) first_postcode: u16,
}

impl Municipality {
    pub(super) fn centre(&self) -> Spot {
        Spot::from_degrees(self.longitude, self.latitude)
    }

    /// The square of the radius of a circle of its size: its weight when land is divided.
    pub(super) fn radius2(&self) -> f64 {
        self.km2 / std::f64::consts::PI
    }

    /// Into how many postcode areas it falls: by inhabitants, and where few live by land.
    pub(super) fn postcode_areas(&self) -> usize {
        let (people, land) = (f64::from(self.inhabitants) / 8_000.0, self.km2 / 60.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few dozen"
        )]
        let count = (people + land).round() as usize;
        count.max(2)
    }
}

/// All municipalities.
pub(super) fn municipalities() -> Vec<Municipality> {
    let mut rows = csv::Reader::from_reader(MUNICIPALITIES.as_bytes());
    rows.deserialize()
        .collect::<Result<_, _>>()
        .expect("the list of municipalities is well formed")
}

/// The corners of the outline.
pub(super) fn outline() -> Vec<Spot> {
    OUTLINE
        .iter()
        .map(|&(longitude, latitude)| Spot::from_degrees(longitude, latitude))
        .collect()
}

/// Whether a spot lies within the corners of a polygon.
pub(super) fn is_within(spot: Spot, corners: &[Spot]) -> bool {
    let mut within = false;
    let mut previous = corners[corners.len() - 1];
    for &corner in corners {
        if (corner.y > spot.y) != (previous.y > spot.y) {
            let x = corner.x + (previous.x - corner.x) * (spot.y - corner.y) / (previous.y - corner.y);
            within ^= spot.x < x;
        }
        previous = corner;
    }
    within
}
