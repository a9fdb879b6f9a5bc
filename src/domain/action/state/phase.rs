//! How far an action is, without its data.

use std::fmt;

/// The state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Being prepared.
    Draft,
    /// Waits for a second person.
    Submitted,
    /// Given back by a second person, to be made better.
    Returned,
    /// Refused by a second person; it is never sent.
    Refused,
    /// Approved by a second person, and not started yet.
    Approved,
    /// Going on.
    Active,
    /// Sending is held.
    Paused,
    /// Ended with an outcome.
    Closed,
    /// Called back.
    Withdrawn,
    /// Its time was over.
    Expired,
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Submitted,
        Self::Returned,
        Self::Refused,
        Self::Approved,
        Self::Active,
        Self::Paused,
        Self::Closed,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The phase of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// Whether nothing of it is sent any more.
    pub const fn is_ended(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::Closed | Self::Withdrawn | Self::Expired
        )
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
