//! What stands between one person and a whole region: the sizes above which a second person approves, the hold
//! before the first message, and how many actions one may start.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::action::ActionKind;
use crate::domain::action::approval::Tolerance;
use crate::domain::message::Urgency;
use crate::domain::participant::EmailAddress;

/// What stands between one person and a whole region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Safeguards {
    /// When a second person approves.
    pub approval: ApprovalRules,
    /// How long nothing leaves after an order.
    pub hold: HoldRules,
    /// How many actions may be started.
    pub limits: Limits,
}

/// Above which size a second person approves. What somebody prepared who may not send it always needs one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRules {
    /// More participants than this need an approval.
    pub people: u64,
    /// A larger area than this many square kilometres needs one.
    pub km2: u32,
    /// How far the audience may have changed since it was approved.
    pub tolerance: Tolerance,
    /// Kinds that go by other sizes.
    #[serde(default)]
    pub of_kind: Vec<ApprovalOfKind>,
}

/// Above which size an action of one kind needs an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalOfKind {
    /// The kind.
    pub kind: ActionKind,
    /// More participants than this; as every kind when left out.
    #[serde(default)]
    pub people: Option<u64>,
    /// A larger area than this; as every kind when left out.
    #[serde(default)]
    pub km2: Option<u32>,
}

impl ApprovalRules {
    /// The most participants, and the largest area in square kilometres, that one person calls on alone.
    pub fn sizes(&self, kind: ActionKind) -> (u64, u32) {
        let own = self.of_kind.iter().find(|own| own.kind == kind);
        (
            own.and_then(|own| own.people).unwrap_or(self.people),
            own.and_then(|own| own.km2).unwrap_or(self.km2),
        )
    }
}

impl Default for ApprovalRules {
    fn default() -> Self {
        Self {
            people: 25_000,
            km2: 150,
            tolerance: Tolerance {
                percent: 5,
                people: 50,
            },
            of_kind: Vec::new(),
        }
    }
}

/// How long nothing leaves after the order of a wave that calls on people: a start or an expansion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldRules {
    /// How long, in milliseconds; 0 for none.
    pub for_ms: u64,
    /// Kinds with another hold.
    #[serde(default)]
    pub of_kind: Vec<HoldOfKind>,
}

/// The hold of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldOfKind {
    /// The kind.
    pub kind: ActionKind,
    /// How long, in milliseconds; 0 for none.
    pub for_ms: u64,
}

impl HoldRules {
    /// How long a wave of this kind of action is held; none for not at all.
    pub fn of(&self, kind: ActionKind) -> Option<Duration> {
        let own = self.of_kind.iter().find(|own| own.kind == kind);
        let for_ms = own.map_or(self.for_ms, |own| own.for_ms);
        (for_ms > 0).then(|| Duration::from_millis(for_ms))
    }
}

impl Default for HoldRules {
    fn default() -> Self {
        Self {
            for_ms: 10_000,
            of_kind: Vec::new(),
        }
    }
}

/// How many actions may be started, by one person and in one territory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// By one account.
    pub by_account: ByUrgency,
    /// By all together in the part of the territory that the account works for.
    pub in_territory: ByUrgency,
    /// The mail addresses that hear of a start over a limit, at any hour.
    pub told: Vec<String>,
}

/// How many with and without hurry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByUrgency {
    /// Actions in which minutes count.
    pub urgent: MostActions,
    /// Others.
    pub normal: MostActions,
}

/// How many in an hour and in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MostActions {
    /// In any hour.
    pub an_hour: u32,
    /// In any 24 hours.
    pub a_day: u32,
}

impl ByUrgency {
    /// The limit for this urgency.
    pub const fn of(&self, urgency: Urgency) -> MostActions {
        match urgency {
            Urgency::Urgent => self.urgent,
            Urgency::Normal => self.normal,
        }
    }
}

impl Limits {
    /// The first of the addresses to tell that is none.
    pub fn no_address(&self) -> Option<&str> {
        let mut told = self.told.iter().map(String::as_str);
        told.find(|address| address.parse::<EmailAddress>().is_err())
    }
}

const fn most(an_hour: u32, a_day: u32) -> MostActions {
    MostActions { an_hour, a_day }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            by_account: ByUrgency {
                urgent: most(6, 20),
                normal: most(3, 8),
            },
            in_territory: ByUrgency {
                urgent: most(20, 60),
                normal: most(10, 30),
            },
            told: Vec::new(),
        }
    }
}

impl Safeguards {
    /// None: any size, at once, as often as one likes. What somebody prepared who may not send it needs an
    /// approval all the same. For tools and for tests of something else; a service takes its configuration's.
    pub fn none() -> Self {
        let unlimited = ByUrgency {
            urgent: most(u32::MAX, u32::MAX),
            normal: most(u32::MAX, u32::MAX),
        };
        Self {
            approval: ApprovalRules {
                people: u64::MAX,
                km2: u32::MAX,
                ..ApprovalRules::default()
            },
            hold: HoldRules {
                for_ms: 0,
                of_kind: Vec::new(),
            },
            limits: Limits {
                by_account: unlimited,
                in_territory: unlimited,
                told: Vec::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_goes_by_its_own_size_and_hold_and_else_by_everyones() {
        let rules = ApprovalRules {
            of_kind: vec![ApprovalOfKind {
                kind: ActionKind::MissingChildNational,
                people: Some(0),
                km2: None,
            }],
            ..ApprovalRules::default()
        };
        assert_eq!(rules.sizes(ActionKind::MissingChildNational), (0, 150));
        assert_eq!(rules.sizes(ActionKind::Theft), (25_000, 150));
        let hold = HoldRules {
            for_ms: 5_000,
            of_kind: vec![HoldOfKind {
                kind: ActionKind::Robbery,
                for_ms: 0,
            }],
        };
        assert_eq!(hold.of(ActionKind::Robbery), None);
        assert_eq!(hold.of(ActionKind::Theft), Some(Duration::from_secs(5)));
    }
}
