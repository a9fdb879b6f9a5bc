//! Municipalities in one piece: cells that came to lie apart go to the neighbour around them.

use std::collections::{BTreeMap, BTreeSet};

use super::tessellation::Side;

/// Rounds after which no cell lies apart any more; every round shrinks what is apart.
const MAX_ROUNDS: usize = 20;

/// Gives every cell that is not connected to the first cell of its owner to the owner with whom it shares
/// the longest border. Cells around the region have no owner.
pub(super) fn join_apart(cells: &[Vec<Side>], owners: &mut [usize]) {
    for _ in 0..MAX_ROUNDS {
        let apart = apart(cells, owners);
        if apart.is_empty() {
            return;
        }
        for cell in apart {
            let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
            for side in cells[cell].iter().filter(|side| side.neighbour < owners.len()) {
                let owner = owners[side.neighbour];
                if owner != owners[cell] {
                    *shared.entry(owner).or_default() += side.start.distance(side.end);
                }
            }
            if let Some((&owner, _)) = shared.iter().max_by(|a, b| a.1.total_cmp(b.1)) {
                owners[cell] = owner;
            }
        }
    }
}

/// The cells that cannot be reached from the first cell of their owner without leaving the owner's land.
fn apart(cells: &[Vec<Side>], owners: &[usize]) -> Vec<usize> {
    let mut reached = BTreeSet::new();
    let mut owners_seen = BTreeSet::new();
    for first in 0..owners.len() {
        if owners_seen.insert(owners[first]) {
            let mut pending = vec![first];
            while let Some(cell) = pending.pop() {
                if reached.insert(cell) {
                    let neighbours = cells[cell].iter().map(|side| side.neighbour);
                    pending.extend(neighbours.filter(|&n| n < owners.len() && owners[n] == owners[first]));
                }
            }
        }
    }
    (0..owners.len()).filter(|cell| !reached.contains(cell)).collect()
}
