//! Where postcode areas grow from: a site for each, the first of a municipality at its centre and the others
//! spread evenly over its land, and sites around the region that nothing grows from, so that the outer border looks like the inner ones.

use super::plan::{Municipality, is_within};
use super::plane::Spot;
use crate::demo::dice::Dice;

/// Sites that are tried for every one that is kept: the farthest from all others wins.
const CANDIDATES: usize = 12;
/// Kilometres between the sites around the region.
const OUTER_STEP_KM: f64 = 2.2;
/// How far around the region they go.
const OUTER_MARGIN_KM: f64 = 14.0;

/// A site and the municipality that it belongs to, by its place in the list; none around the region.
pub(super) struct Site {
    pub(super) spot: Spot,
    pub(super) municipality: Option<usize>,
}

/// All sites, those of the municipalities first and in their order.
pub(super) fn scatter(municipalities: &[Municipality], outline: &[Spot], dice: &mut Dice) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for (index, municipality) in municipalities.iter().enumerate() {
        sites.push(Site {
            spot: municipality.centre(),
            municipality: Some(index),
        });
        for _ in 1..municipality.postcode_areas() {
            let candidates = (0..CANDIDATES).map(|_| draw(index, municipalities, outline, dice));
            let spot = candidates.max_by(|a, b| room(*a, &sites).total_cmp(&room(*b, &sites)));
            sites.extend(spot.map(|spot| Site {
                spot,
                municipality: Some(index),
            }));
        }
    }
    let (west, south, east, north) =
        outline
            .iter()
            .fold((0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64), |bounds, spot| {
                (
                    bounds.0.min(spot.x),
                    bounds.1.min(spot.y),
                    bounds.2.max(spot.x),
                    bounds.3.max(spot.y),
                )
            });
    let mut y = south - OUTER_MARGIN_KM;
    while y < north + OUTER_MARGIN_KM {
        let mut x = west - OUTER_MARGIN_KM;
        while x < east + OUTER_MARGIN_KM {
            let spot = Spot {
                x: x + dice.between(0.0, 1.4),
                y: y + dice.between(0.0, 1.4),
            };
            if !is_within(spot, outline) {
                sites.push(Site {
                    spot,
                    municipality: None,
                });
            }
            x += OUTER_STEP_KM;
        }
        y += OUTER_STEP_KM;
    }
    sites
}

/// A spot within the outline on the land of one municipality.
fn draw(index: usize, municipalities: &[Municipality], outline: &[Spot], dice: &mut Dice) -> Spot {
    let municipality = &municipalities[index];
    let centre = municipality.centre();
    let reach = municipality.radius2().sqrt() * 2.5;
    for _ in 0..1_000 {
        let spot = Spot {
            x: centre.x + dice.between(-reach, reach),
            y: centre.y + dice.between(-reach, reach),
        };
        if owner(spot, municipalities) == index && is_within(spot, outline) {
            return spot;
        }
    }
    centre
}

/// Whose land a spot is: of the municipality whose circle it lies in deepest (a power diagram), so that a
/// large one gets more land than a small one beside it.
fn owner(spot: Spot, municipalities: &[Municipality]) -> usize {
    let power = |m: &Municipality| spot.distance2(m.centre()) - m.radius2();
    let all = municipalities.iter().enumerate();
    all.min_by(|a, b| power(a.1).total_cmp(&power(b.1)))
        .map_or(0, |(index, _)| index)
}

/// The square of the distance to the nearest site.
fn room(spot: Spot, sites: &[Site]) -> f64 {
    sites
        .iter()
        .map(|site| site.spot.distance2(spot))
        .fold(f64::INFINITY, f64::min)
}
