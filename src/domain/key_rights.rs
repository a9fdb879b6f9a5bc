//! What a key of another system may do.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Something that a key may do. None of them sends anything: a key starts no action.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum KeyRight {
    /// Read actions and what becomes of them.
    #[serde(rename = "actions:read")]
    ReadActions,
    /// Ask for an action: make and change drafts, which somebody of the control room starts or not.
    #[serde(rename = "actions:request")]
    RequestActions,
    /// Read the tips of actions.
    #[serde(rename = "tips:read")]
    ReadTips,
    /// Enter what was reported elsewhere as a tip, judge tips and note on them.
    #[serde(rename = "tips:write")]
    WriteTips,
    /// Read the territory.
    #[serde(rename = "regions:read")]
    ReadRegions,
}

impl KeyRight {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::ReadActions,
        Self::RequestActions,
        Self::ReadTips,
        Self::WriteTips,
        Self::ReadRegions,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadActions => "actions:read",
            Self::RequestActions => "actions:request",
            Self::ReadTips => "tips:read",
            Self::WriteTips => "tips:write",
            Self::ReadRegions => "regions:read",
        }
    }
}

impl fmt::Display for KeyRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown right: use actions:read, actions:request, tips:read, tips:write or regions:read")]
pub struct UnknownRight;

impl FromStr for KeyRight {
    type Err = UnknownRight;

    fn from_str(name: &str) -> Result<Self, UnknownRight> {
        Self::ALL
            .into_iter()
            .find(|right| right.name() == name)
            .ok_or(UnknownRight)
    }
}

/// The rights of a key. Written with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KeyRights(BTreeSet<KeyRight>);

impl KeyRights {
    /// Whether this is among them.
    pub fn contains(&self, right: KeyRight) -> bool {
        self.0.contains(&right)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = KeyRight> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<KeyRight> for KeyRights {
    fn from_iter<I: IntoIterator<Item = KeyRight>>(rights: I) -> Self {
        Self(rights.into_iter().collect())
    }
}

impl fmt::Display for KeyRights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, right) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            right.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for KeyRights {
    type Err = UnknownRight;

    fn from_str(text: &str) -> Result<Self, UnknownRight> {
        text.split_whitespace().map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rights_read_back_what_they_write(picked in proptest::collection::vec(0_usize..5, 0..8), text in ".{0,40}") {
            let rights: KeyRights = picked.iter().map(|index| KeyRight::ALL[*index]).collect();
            prop_assert_eq!(rights.to_string().parse::<KeyRights>(), Ok(rights.clone()));
            for right in KeyRight::ALL {
                prop_assert_eq!(serde_json::to_value(right).unwrap(), right.name());
                prop_assert_eq!(rights.contains(right), rights.iter().any(|one| one == right));
            }
            let _ = text.parse::<KeyRights>();
        }
    }
}
