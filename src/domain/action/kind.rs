//! The kinds of action, and what each brings along.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::channel::{Channel, ChannelSet};
use super::super::message::Urgency;
use super::super::participant::Topic;

/// What an action is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A grown-up is missing.
    MissingPerson,
    /// A child is missing and called for in the region.
    MissingChildRegional,
    /// A child is missing and its life may be in danger: an Amber Alert, in the whole country.
    MissingChildNational,
    /// A burglary just happened.
    Burglary,
    /// A robbery just happened.
    Robbery,
    /// A theft just happened.
    Theft,
    /// Someone was attacked.
    Assault,
    /// A driver left after a collision.
    HitAndRun,
    /// Something endangers whoever comes near.
    DangerousSituation,
    /// Anything else in which minutes count.
    Other,
    /// Someone whom the police want to speak, without hurry.
    WantedPerson,
    /// Witnesses of something in the past days.
    WitnessCall,
    /// Someone who was found and whose name nobody knows.
    UnknownPerson,
    /// A vehicle that was taken.
    StolenVehicle,
    /// Something of value that was lost or found.
    LostOrFound,
}

/// The area that is proposed for a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProposedArea {
    /// A circle around the incident.
    Circle {
        /// Its radius.
        radius_m: u32,
    },
    /// The whole region of whoever starts it.
    Region,
    /// The whole country.
    Country,
}

/// A part of the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DescriptionPart {
    /// Who.
    Persons,
    /// With what.
    Vehicles,
    /// Where and when last seen.
    LastSeen,
    /// Where to.
    Direction,
    /// What else to look for.
    Details,
}

/// What a kind brings along; area, channels and running time can be changed in the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindDefaults {
    /// The area proposed.
    pub area: ProposedArea,
    /// How long it runs unless said otherwise.
    pub expires_after: Duration,
    /// The longest it may run.
    pub longest: Duration,
    /// The channels used unless said otherwise.
    pub channels: ChannelSet,
    /// Whom it is for: those who chose this topic.
    pub topic: Topic,
    /// How much hurry it has.
    pub urgency: Urgency,
    /// What helps participants most, the most important first.
    pub parts: &'static [DescriptionPart],
    /// Whether participants are told to keep away.
    pub keep_away: bool,
    /// Whether others than those in the area may read it too: feeds, other systems.
    pub is_public: bool,
}

/// The shortest that any action runs.
pub const SHORTEST_RUN: Duration = Duration::from_mins(15);

use DescriptionPart::{Details, Direction, LastSeen, Persons, Vehicles};

impl ActionKind {
    /// All kinds, those with hurry first.
    pub const ALL: [Self; 15] = [
        Self::MissingPerson,
        Self::MissingChildRegional,
        Self::MissingChildNational,
        Self::Burglary,
        Self::Robbery,
        Self::Theft,
        Self::Assault,
        Self::HitAndRun,
        Self::DangerousSituation,
        Self::Other,
        Self::WantedPerson,
        Self::WitnessCall,
        Self::UnknownPerson,
        Self::StolenVehicle,
        Self::LostOrFound,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingPerson => "missing_person",
            Self::MissingChildRegional => "missing_child_regional",
            Self::MissingChildNational => "missing_child_national",
            Self::Burglary => "burglary",
            Self::Robbery => "robbery",
            Self::Theft => "theft",
            Self::Assault => "assault",
            Self::HitAndRun => "hit_and_run",
            Self::DangerousSituation => "dangerous_situation",
            Self::Other => "other",
            Self::WantedPerson => "wanted_person",
            Self::WitnessCall => "witness_call",
            Self::UnknownPerson => "unknown_person",
            Self::StolenVehicle => "stolen_vehicle",
            Self::LostOrFound => "lost_or_found",
        }
    }

    /// Whether minutes count: such actions belong to the control room alone.
    pub const fn is_time_critical(self) -> bool {
        matches!(self.defaults().urgency, Urgency::Urgent)
    }

    /// Whether someone is missing, rather than sought for what they did.
    pub const fn is_missing(self) -> bool {
        matches!(
            self,
            Self::MissingPerson | Self::MissingChildRegional | Self::MissingChildNational
        )
    }

    /// What it brings along.
    pub const fn defaults(self) -> KindDefaults {
        let offence = KindDefaults {
            area: ProposedArea::Circle { radius_m: 2_000 },
            expires_after: Duration::from_hours(2),
            longest: Duration::from_hours(24),
            channels: ChannelSet::ALL,
            topic: Topic::Urgent,
            urgency: Urgency::Urgent,
            parts: &[Persons, Vehicles, LastSeen, Direction, Details],
            keep_away: false,
            is_public: false,
        };
        let missing = KindDefaults {
            area: ProposedArea::Circle { radius_m: 3_000 },
            expires_after: Duration::from_hours(6),
            longest: Duration::from_hours(72),
            topic: Topic::MissingPersons,
            parts: &[Persons, LastSeen, Direction, Vehicles, Details],
            is_public: true,
            ..offence
        };
        let unhurried = KindDefaults {
            area: ProposedArea::Circle { radius_m: 1_000 },
            expires_after: Duration::from_hours(7 * 24),
            longest: Duration::from_hours(21 * 24),
            channels: ChannelSet::NONE.with(Channel::App).with(Channel::Email),
            topic: Topic::Informative,
            urgency: Urgency::Normal,
            ..offence
        };
        match self {
            Self::MissingPerson => missing,
            Self::MissingChildRegional => KindDefaults {
                area: ProposedArea::Region,
                expires_after: Duration::from_hours(12),
                ..missing
            },
            Self::MissingChildNational => KindDefaults {
                area: ProposedArea::Country,
                expires_after: Duration::from_hours(24),
                ..missing
            },
            Self::Burglary | Self::Theft | Self::Other => offence,
            Self::Robbery => KindDefaults {
                area: ProposedArea::Circle { radius_m: 5_000 },
                keep_away: true,
                ..offence
            },
            Self::Assault => KindDefaults {
                keep_away: true,
                ..offence
            },
            Self::HitAndRun => KindDefaults {
                area: ProposedArea::Circle { radius_m: 5_000 },
                parts: &[Vehicles, LastSeen, Direction, Persons, Details],
                ..offence
            },
            Self::DangerousSituation => KindDefaults {
                area: ProposedArea::Circle { radius_m: 1_000 },
                parts: &[Details, LastSeen, Vehicles, Persons, Direction],
                keep_away: true,
                ..offence
            },
            Self::WantedPerson => KindDefaults {
                parts: &[Persons, LastSeen, Vehicles, Details],
                ..unhurried
            },
            Self::WitnessCall => KindDefaults {
                parts: &[LastSeen, Details, Persons, Vehicles, Direction],
                ..unhurried
            },
            Self::UnknownPerson => KindDefaults {
                area: ProposedArea::Circle { radius_m: 5_000 },
                parts: &[Persons, LastSeen, Details],
                ..unhurried
            },
            Self::StolenVehicle => KindDefaults {
                area: ProposedArea::Circle { radius_m: 5_000 },
                parts: &[Vehicles, LastSeen, Details],
                ..unhurried
            },
            Self::LostOrFound => KindDefaults {
                parts: &[Details, LastSeen],
                ..unhurried
            },
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is of no kind of action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of action: see the list of kinds")]
pub struct UnknownKind;

impl FromStr for ActionKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_its_name_and_has_sound_defaults() {
        for kind in ActionKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                serde_json::Value::from(kind.name())
            );
            let defaults = kind.defaults();
            assert!((SHORTEST_RUN..=defaults.longest).contains(&defaults.expires_after));
            assert!(!defaults.channels.is_empty());
            assert!(!defaults.parts.is_empty());
        }
    }

    #[test]
    fn only_who_is_missing_is_public_unless_somebody_says_so() {
        for kind in ActionKind::ALL {
            assert_eq!(kind.defaults().is_public, kind.is_missing(), "{kind}");
        }
    }

    #[test]
    fn only_kinds_with_hurry_are_urgent_on_the_wire() {
        assert!(ActionKind::Burglary.is_time_critical());
        assert!(ActionKind::MissingChildNational.is_time_critical());
        assert!(!ActionKind::WitnessCall.is_time_critical());
    }
}
