//! The plane divided among sites: to each what lies nearest to it (a Voronoi tessellation).
//!
//! Cells are cut out one by one in floating point, but where three cells meet is named by the three sites,
//! and its coordinates are taken once for all of them: neighbours share their corners exactly.

use std::collections::BTreeMap;

use super::plane::Spot;

/// Sites farther apart than this share no border: no cell reaches half as far.
const REACH_KM: f64 = 28.0;

/// A corner: the three sites that meet there, lowest first.
type Key = [usize; 3];

/// A side of a cell, walked counter-clockwise around its site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) start: Spot,
    pub(super) end: Spot,
    /// The site on the other side.
    pub(super) neighbour: usize,
}

/// The cells of the first `count` of the sites, which must be surrounded by the others.
pub(super) fn cells(sites: &[Spot], count: usize) -> Vec<Vec<Side>> {
    let outlines: Vec<_> = (0..count).map(|site| cut_out(sites, site)).collect();
    let mut corners: BTreeMap<Key, Spot> = BTreeMap::new();
    for (key, spot, _) in outlines.iter().flatten() {
        corners.entry(*key).or_insert(*spot);
    }
    let walked = |outline: &Vec<(Key, Spot, usize)>| {
        let next = outline.iter().cycle().skip(1);
        let pairs = outline.iter().zip(next);
        pairs
            .map(|(a, b)| Side {
                start: corners[&a.0],
                end: corners[&b.0],
                neighbour: a.2,
            })
            .collect()
    };
    outlines.iter().map(walked).collect()
}

/// The corners of one cell with the neighbour across the side that begins there.
fn cut_out(sites: &[Spot], site: usize) -> Vec<(Key, Spot, usize)> {
    let centre = sites[site];
    let mut others: Vec<_> = (0..sites.len())
        .filter(|&other| other != site && sites[other].distance2(centre) < REACH_KM * REACH_KM)
        .collect();
    others.sort_by(|a, b| {
        sites[*a]
            .distance2(centre)
            .total_cmp(&sites[*b].distance2(centre))
    });
    // A square around the site, cut smaller by every neighbour; no real corner is left on it.
    let square = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    let mut cell: Vec<(Spot, usize)> = square
        .iter()
        .map(|(x, y)| {
            (
                Spot {
                    x: centre.x + x * REACH_KM,
                    y: centre.y + y * REACH_KM,
                },
                usize::MAX,
            )
        })
        .collect();
    for other in others {
        cell = cut(&cell, centre, sites[other], other);
    }
    let before = cell.iter().cycle().skip(cell.len() - 1);
    let corners = before.zip(&cell).map(|(before, corner)| {
        let mut key = [site, before.1, corner.1];
        key.sort_unstable();
        (key, corner.0, corner.1)
    });
    corners.collect()
}

/// What of the cell lies nearer to its own site than to another.
fn cut(cell: &[(Spot, usize)], own: Spot, other: Spot, label: usize) -> Vec<(Spot, usize)> {
    // Negative on the own side, linear along every side of the cell.
    let excess = |spot: Spot| spot.distance2(own) - spot.distance2(other);
    let mut kept = Vec::with_capacity(cell.len() + 1);
    for (&(start, neighbour), &(end, _)) in cell.iter().zip(cell.iter().cycle().skip(1)) {
        let (here, there) = (excess(start), excess(end));
        let crossing = || start.towards(end, here / (here - there));
        match (here <= 0.0, there <= 0.0) {
            (true, true) => kept.push((start, neighbour)),
            (true, false) => kept.extend([(start, neighbour), (crossing(), label)]),
            (false, true) => kept.push((crossing(), neighbour)),
            (false, false) => {}
        }
    }
    kept
}
