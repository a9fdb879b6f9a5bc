//! Live or training: which of the two a database, a process and an action belong to, for ever.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Live or training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Realm {
    /// Messages go to real people.
    #[default]
    Live,
    /// Nothing leaves the machine, and a made-up population answers.
    Training,
}

impl Realm {
    /// The name in API, database and configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Training => "training",
        }
    }

    /// The realm of this name; none for another text.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Live, Self::Training]
            .into_iter()
            .find(|realm| realm.name() == name)
    }

    /// The one that it is not.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Live => Self::Training,
            Self::Training => Self::Live,
        }
    }

    /// The realm of what says whether it is for training.
    pub const fn of(training: bool) -> Self {
        if training { Self::Training } else { Self::Live }
    }

    /// Whether nothing here is real.
    pub const fn is_training(self) -> bool {
        matches!(self, Self::Training)
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
