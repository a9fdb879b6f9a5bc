//! The territory: all regions as a tree, and who lies within whom.

use std::collections::HashMap;

use super::{MAX_CODE_CHARS, MAX_NAME_CHARS, Region, RegionKind};
use crate::domain::id::RegionId;
use crate::domain::language::Language;
use crate::domain::said::Said;

/// The most regions of one territory.
pub const MAX_REGIONS: usize = 250_000;

/// All regions as a tree, in memory. Holds by the rules of [`RegionKind::may_be_under`].
///
/// The regions stand in the order of a walk from the top, those of one parent by name, so that everything
/// within a region is one slice after it.
#[derive(Clone, Debug, Default)]
pub struct Territory {
    regions: Vec<Region>,
    /// For every region, where its parent stands.
    parents: Vec<Option<usize>>,
    /// For every region, where what lies within it ends.
    ends: Vec<usize>,
    by_id: HashMap<RegionId, usize>,
    by_code: HashMap<RegionKind, HashMap<String, usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Territory {
    /// The tree of these regions, in any order.
    pub fn new(regions: Vec<Region>) -> Result<Self, TerritoryError> {
        if regions.len() > MAX_REGIONS {
            return Err(TerritoryError::TooMany);
        }
        let mut given: HashMap<RegionId, usize> = HashMap::with_capacity(regions.len());
        for (index, region) in regions.iter().enumerate() {
            check_texts(region)?;
            if given.insert(region.id, index).is_some() {
                return Err(TerritoryError::DuplicateId { id: region.id });
            }
        }
        // What stands under every region, and under none.
        let mut children: HashMap<Option<RegionId>, Vec<usize>> = HashMap::new();
        for (index, region) in regions.iter().enumerate() {
            let parent = match region.parent {
                Some(id) => Some(
                    &regions[*given
                        .get(&id)
                        .ok_or_else(|| TerritoryError::unknown_parent(region))?],
                ),
                None => None,
            };
            check_parent(region, parent)?;
            children.entry(region.parent).or_default().push(index);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_cached_key(|index| {
                let region = &regions[*index];
                (region.kind, region.name.to_lowercase(), region.code.clone())
            });
        }
        Self::walk(regions, children)
    }

    /// Lays the regions out in the order of the walk. Every region is reached: a parent is of a wider kind,
    /// so that going up ends at the top.
    fn walk(
        regions: Vec<Region>,
        mut children: HashMap<Option<RegionId>, Vec<usize>>,
    ) -> Result<Self, TerritoryError> {
        let mut territory = Self::default();
        let mut regions: Vec<_> = regions.into_iter().map(Some).collect();
        let mut pending: Vec<(usize, Option<usize>)> = Vec::new();
        let mut push = |pending: &mut Vec<_>, parent_id, parent| {
            let found = children.remove(&parent_id).unwrap_or_default();
            pending.extend(found.into_iter().rev().map(|index| (index, parent)));
        };
        push(&mut pending, None, None);
        while let Some((index, parent)) = pending.pop() {
            let region = regions[index].take().expect("a region has one parent");
            let here = territory.regions.len();
            push(&mut pending, Some(region.id), Some(here));
            let codes = territory.by_code.entry(region.kind).or_default();
            if codes.insert(region.code.clone(), here).is_some() {
                return Err(TerritoryError::DuplicateCode {
                    kind: region.kind,
                    code: region.code,
                });
            }
            territory.by_id.insert(region.id, here);
            territory
                .by_name
                .entry(region.name.to_lowercase())
                .or_default()
                .push(here);
            territory.regions.push(region);
            territory.parents.push(parent);
        }
        territory.ends = (1..=territory.regions.len()).collect();
        for index in (0..territory.regions.len()).rev() {
            if let Some(parent) = territory.parents[index] {
                territory.ends[parent] = territory.ends[parent].max(territory.ends[index]);
            }
        }
        Ok(territory)
    }

    /// All regions, each after the one it belongs to.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The region with this id.
    pub fn get(&self, id: RegionId) -> Option<&Region> {
        self.by_id.get(&id).map(|index| &self.regions[*index])
    }

    /// The region of this kind with this code.
    pub fn find(&self, kind: RegionKind, code: &str) -> Option<&Region> {
        self.by_code
            .get(&kind)?
            .get(code)
            .map(|index| &self.regions[*index])
    }

    /// The regions with this name, widest first; upper and lower case are alike.
    pub fn find_named(&self, name: &str) -> impl Iterator<Item = &Region> {
        let mut found = self
            .by_name
            .get(&name.trim().to_lowercase())
            .cloned()
            .unwrap_or_default();
        found.sort_by_key(|index| self.regions[*index].kind);
        found.into_iter().map(|index| &self.regions[index])
    }

    /// The regions at the top.
    pub fn roots(&self) -> impl Iterator<Item = &Region> {
        self.siblings(0, self.regions.len())
    }

    /// The regions that belong to this one directly, by kind and name. None for an unknown id.
    pub fn children(&self, id: RegionId) -> impl Iterator<Item = &Region> {
        let (start, end) = self
            .by_id
            .get(&id)
            .map_or((0, 0), |index| (index + 1, self.ends[*index]));
        self.siblings(start, end)
    }

    /// Walks from one sibling to the next by jumping over what lies within.
    fn siblings(&self, start: usize, end: usize) -> impl Iterator<Item = &Region> {
        let next = move |index: usize| (index < end).then_some(index);
        std::iter::successors(next(start), move |index| next(self.ends[*index]))
            .map(|index| &self.regions[index])
    }

    /// The regions that this one lies within, nearest first, without itself. None for an unknown id.
    pub fn ancestors(&self, id: RegionId) -> impl Iterator<Item = &Region> {
        let start = self.by_id.get(&id).and_then(|index| self.parents[*index]);
        std::iter::successors(start, |index| self.parents[*index]).map(|index| &self.regions[index])
    }

    /// The regions within this one, without itself, each after the one it belongs to. None for an unknown id.
    pub fn descendants(&self, id: RegionId) -> &[Region] {
        self.by_id
            .get(&id)
            .map_or(&[], |index| &self.regions[index + 1..self.ends[*index]])
    }

    /// Whether `inner` is `outer` or lies within it in the tree. False when either is unknown.
    pub fn contains(&self, outer: RegionId, inner: RegionId) -> bool {
        match (self.by_id.get(&outer), self.by_id.get(&inner)) {
            (Some(outer), Some(inner)) => (*outer..self.ends[*outer]).contains(inner),
            _ => false,
        }
    }

    /// The names from the top down to this region. Empty for an unknown id.
    pub fn path(&self, id: RegionId) -> Vec<&str> {
        let mut names: Vec<_> = self
            .get(id)
            .into_iter()
            .chain(self.ancestors(id))
            .map(|r| r.name.as_str())
            .collect();
        names.reverse();
        names
    }
}

fn check_texts(region: &Region) -> Result<(), TerritoryError> {
    let fits = |text: &str, max: usize| !text.trim().is_empty() && text.chars().count() <= max;
    if fits(&region.code, MAX_CODE_CHARS) && fits(&region.name, MAX_NAME_CHARS) {
        Ok(())
    } else {
        Err(TerritoryError::Text { id: region.id })
    }
}

fn check_parent(region: &Region, parent: Option<&Region>) -> Result<(), TerritoryError> {
    let Region { kind, .. } = *region;
    let code = || region.code.clone();
    match parent {
        None if kind.may_be_root() => Ok(()),
        None => Err(TerritoryError::NeedsParent { kind, code: code() }),
        Some(parent) if kind.may_be_under(parent.kind) => Ok(()),
        Some(parent) => Err(TerritoryError::WrongParent {
            kind,
            code: code(),
            parent: parent.kind,
        }),
    }
}

/// Why regions do not make a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TerritoryError {
    /// Too many to hold.
    #[error("there are more than {MAX_REGIONS} regions: leave out the narrowest kind")]
    TooMany,
    /// One id twice.
    #[error("the id {id} is used for two regions")]
    DuplicateId {
        /// The id.
        id: RegionId,
    },
    /// One code twice within a kind.
    #[error("the code {code:?} is used for two regions of the kind {}: give each its own", kind.name())]
    DuplicateCode {
        /// The kind.
        kind: RegionKind,
        /// The code.
        code: String,
    },
    /// A parent that is not there.
    #[error("the {} {code:?} belongs to a region that is not there: {parent}", kind.name())]
    UnknownParent {
        /// The kind.
        kind: RegionKind,
        /// The code.
        code: String,
        /// The id of the missing region.
        parent: RegionId,
    },
    /// A parent of a kind that is not wider.
    #[error("the {} {code:?} cannot belong to a {}: choose a wider region", kind.name(), parent.name())]
    WrongParent {
        /// The kind.
        kind: RegionKind,
        /// The code.
        code: String,
        /// The kind of its parent.
        parent: RegionKind,
    },
    /// A kind that cannot stand alone.
    #[error("the {} {code:?} belongs to no region: name the municipality it is in", kind.name())]
    NeedsParent {
        /// The kind.
        kind: RegionKind,
        /// The code.
        code: String,
    },
    /// An empty or endless code or name.
    #[error("the region {id} needs a code and a name of 1 to 100 characters")]
    Text {
        /// The region.
        id: RegionId,
    },
}

impl TerritoryError {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let word = |kind: &RegionKind| kind.word(Language::Nl);
        let nl = match self {
            Self::TooMany => format!("er zijn meer dan {MAX_REGIONS} gebieden: laat de kleinste soort weg"),
            Self::DuplicateId { id } => format!("het id {id} hoort bij twee gebieden: geef elk een eigen id"),
            Self::DuplicateCode { kind, code } => format!(
                "de code {code:?} hoort bij twee gebieden van de soort {}: geef elk een eigen code",
                word(kind)
            ),
            Self::UnknownParent { kind, code, parent } => {
                format!(
                    "{} {code:?} hoort bij een gebied dat er niet is: {parent}",
                    word(kind)
                )
            }
            Self::WrongParent { kind, code, parent } => format!(
                "{} {code:?} kan niet bij een {} horen: kies een ruimer gebied",
                word(kind),
                word(parent)
            ),
            Self::NeedsParent { kind, code } => format!(
                "{} {code:?} hoort bij geen gebied: noem de gemeente waarin het ligt",
                word(kind)
            ),
            Self::Text { id } => {
                format!("het gebied {id} heeft een code en een naam van 1 tot 100 tekens nodig")
            }
        };
        Said::new(nl, self.to_string())
    }
}

impl TerritoryError {
    fn unknown_parent(region: &Region) -> Self {
        let parent = region.parent.unwrap_or(region.id);
        Self::UnknownParent {
            kind: region.kind,
            code: region.code.clone(),
            parent,
        }
    }
}

#[cfg(test)]
mod tests;
