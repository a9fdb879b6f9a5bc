//! Regions: named parts of the territory, each with its shape.

use serde::{Deserialize, Serialize};

use super::area::Polygons;
use super::id::RegionId;
use super::language::Language;

pub use placing::{UnknownParentCode, place_features};
pub use territory::{Territory, TerritoryError};

pub mod geojson;
mod placing;
mod territory;

/// The most characters of a region's code.
pub const MAX_CODE_CHARS: usize = 100;
/// The most characters of a region's name.
pub const MAX_NAME_CHARS: usize = 100;

/// A named part of the territory tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The id.
    pub id: RegionId,
    /// The wider region that it belongs to.
    pub parent: Option<RegionId>,
    /// What it is.
    pub kind: RegionKind,
    /// What it is called in files, unique within its kind: an official code (`GM0344`, `3511`), or the name
    /// where there is none. At most [`MAX_CODE_CHARS`] characters.
    pub code: String,
    /// What people call it; at most [`MAX_NAME_CHARS`] characters.
    pub name: String,
    /// How many people live there.
    pub inhabitants: Option<u32>,
    /// Its borders.
    pub shape: Polygons,
}

/// What a region is, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// The whole country.
    Country,
    /// What one chief of police leads.
    PoliceUnit,
    /// A part of a police unit.
    District,
    /// What one police station serves.
    BaseTeam,
    /// A municipality.
    Municipality,
    /// A neighbourhood as the municipality draws it.
    Neighbourhood,
    /// All addresses with the same four digits of the postcode.
    PostcodeArea,
}

impl RegionKind {
    /// All, widest first.
    pub const ALL: [Self; 7] = [
        Self::Country,
        Self::PoliceUnit,
        Self::District,
        Self::BaseTeam,
        Self::Municipality,
        Self::Neighbourhood,
        Self::PostcodeArea,
    ];

    /// The name in configuration, files, API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::PoliceUnit => "police_unit",
            Self::District => "district",
            Self::BaseTeam => "base_team",
            Self::Municipality => "municipality",
            Self::Neighbourhood => "neighbourhood",
            Self::PostcodeArea => "postcode_area",
        }
    }

    /// The word for it on a screen.
    pub const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Country, Language::Nl) => "land",
            (Self::PoliceUnit, Language::Nl) => "eenheid",
            (Self::District, _) => "district",
            (Self::BaseTeam, Language::Nl) => "basisteam",
            (Self::Municipality, Language::Nl) => "gemeente",
            (Self::Neighbourhood, Language::Nl) => "buurt",
            (Self::PostcodeArea, Language::Nl) => "postcodegebied",
            (Self::Country, Language::En) => "country",
            (Self::PoliceUnit, Language::En) => "police unit",
            (Self::BaseTeam, Language::En) => "base team",
            (Self::Municipality, Language::En) => "municipality",
            (Self::Neighbourhood, Language::En) => "neighbourhood",
            (Self::PostcodeArea, Language::En) => "postcode area",
        }
    }

    /// The kind with this name or Dutch word; none for another text.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text || kind.word(Language::Nl) == text)
    }

    /// Whether a region of this kind may belong to one of the kind `parent`: any wider kind.
    ///
    /// Steps may be left out, because the levels do not everywhere hold each other: a base team may be part
    /// of a large town and may also serve several villages. Both then belong to their district.
    pub const fn may_be_under(self, parent: Self) -> bool {
        (parent as u8) < (self as u8) && !matches!(parent, Self::Neighbourhood)
    }

    /// Whether a region of this kind may stand at the top of the tree. Neighbourhoods and postcode areas
    /// belong to somebody: nobody is responsible for one that stands alone.
    pub const fn may_be_root(self) -> bool {
        !matches!(self, Self::Neighbourhood | Self::PostcodeArea)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name_and_its_dutch_word() {
        for kind in RegionKind::ALL {
            assert_eq!(RegionKind::from_name(kind.name()), Some(kind));
            assert_eq!(RegionKind::from_name(kind.word(Language::Nl)), Some(kind));
        }
        assert_eq!(RegionKind::from_name("gewest"), None);
    }

    #[test]
    fn only_wider_kinds_hold_narrower_ones() {
        use RegionKind::{BaseTeam, Country, District, Municipality, Neighbourhood, PostcodeArea};
        assert!(Municipality.may_be_under(BaseTeam) && Municipality.may_be_under(District));
        assert!(PostcodeArea.may_be_under(Municipality) && Neighbourhood.may_be_under(BaseTeam));
        assert!(!BaseTeam.may_be_under(Municipality) && !Country.may_be_under(Country));
        assert!(!PostcodeArea.may_be_under(Neighbourhood) && !Neighbourhood.may_be_under(PostcodeArea));
    }
}
