//! Who works with the network.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::region::RegionKind;

/// What an account is for; what each may do is `desk::permission`'s table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Starts and leads urgent actions from the control room.
    Operator,
    /// Prepares actions and sorts tips; an operator approves.
    VolunteerOperator,
    /// Sends messages without hurry in one municipality.
    MunicipalAmbassador,
    /// Holds surveys in the area of one base team.
    BaseTeamAmbassador,
    /// Sends surveys and informative messages in one district.
    DistrictAmbassador,
    /// Keeps targets, reports, the training register and templates.
    Coordinator,
    /// Keeps accounts, territories, providers and keys.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Operator,
        Self::VolunteerOperator,
        Self::MunicipalAmbassador,
        Self::BaseTeamAmbassador,
        Self::DistrictAmbassador,
        Self::Coordinator,
        Self::Administrator,
    ];

    /// The name in configuration, API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::VolunteerOperator => "volunteer_operator",
            Self::MunicipalAmbassador => "municipal_ambassador",
            Self::BaseTeamAmbassador => "base_team_ambassador",
            Self::DistrictAmbassador => "district_ambassador",
            Self::Coordinator => "coordinator",
            Self::Administrator => "administrator",
        }
    }

    /// The words for it on a screen.
    pub const fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Operator, Language::Nl) => "centralist meldkamer",
            (Self::Operator, Language::En) => "operator",
            (Self::VolunteerOperator, Language::Nl) => "burgervrijwilliger-centralist",
            (Self::VolunteerOperator, Language::En) => "volunteer operator",
            (Self::MunicipalAmbassador, Language::Nl) => "gemeentelijk ambassadeur",
            (Self::MunicipalAmbassador, Language::En) => "municipal ambassador",
            (Self::BaseTeamAmbassador, Language::Nl) => "basisteamambassadeur",
            (Self::BaseTeamAmbassador, Language::En) => "base-team ambassador",
            (Self::DistrictAmbassador, Language::Nl) => "ambassadeur districtsrecherche",
            (Self::DistrictAmbassador, Language::En) => "district ambassador",
            (Self::Coordinator, Language::Nl) => "coördinator",
            (Self::Coordinator, Language::En) => "coordinator",
            (Self::Administrator, Language::Nl) => "beheerder",
            (Self::Administrator, Language::En) => "administrator",
        }
    }

    /// Whether it may send only while trained for the portal.
    pub const fn needs_training(self) -> bool {
        matches!(
            self,
            Self::MunicipalAmbassador | Self::BaseTeamAmbassador | Self::DistrictAmbassador
        )
    }

    /// Whether its rights lapse without practice: of those who do it beside other work.
    pub const fn needs_practice(self) -> bool {
        self.needs_training() || matches!(self, Self::VolunteerOperator)
    }

    /// The kind of region it works for; none for any.
    pub const fn region_kind(self) -> Option<RegionKind> {
        match self {
            Self::MunicipalAmbassador => Some(RegionKind::Municipality),
            Self::BaseTeamAmbassador => Some(RegionKind::BaseTeam),
            Self::DistrictAmbassador => Some(RegionKind::District),
            Self::Operator | Self::VolunteerOperator | Self::Coordinator | Self::Administrator => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or(UnknownRole)
    }
}

/// The name is of no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown role: use operator, volunteer_operator, municipal_ambassador, base_team_ambassador, \
     district_ambassador, coordinator or administrator"
)]
pub struct UnknownRole;
