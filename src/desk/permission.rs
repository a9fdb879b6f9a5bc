//! What each role may do, as one table.

use crate::domain::key_rights::KeyRight;
use crate::domain::role::Role;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident => [$($role:ident),* $(,)?];)*) => {
        /// Something that a role may or may not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        impl Permission {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The roles that have it.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$(Role::$role),*],)*
                }
            }
        }
    };
}

permissions! {
    /// See actions with their waves, accounts and history.
    SeeActions => [
        Operator, VolunteerOperator, MunicipalAmbassador, BaseTeamAmbassador, DistrictAmbassador, Coordinator,
    ];
    /// Count the reach of an area.
    CountReach => [
        Operator, VolunteerOperator, MunicipalAmbassador, BaseTeamAmbassador, DistrictAmbassador, Coordinator,
    ];
    /// Prepare what has no hurry: compose texts, make a draft, change it, add photos, withdraw it.
    ///
    /// Of the kinds that there are, none is a survey or an informative message, which is what the ambassadors of
    /// base teams and districts hold and send; they get permissions of their own.
    PrepareNonUrgent => [Operator, VolunteerOperator, MunicipalAmbassador];
    /// Prepare what is urgent.
    PrepareUrgent => [Operator, VolunteerOperator];
    /// Start, expand, update, pause, resume, stop, take back, send at once and close what is urgent.
    SendUrgent => [Operator];
    /// Start, expand, update, pause, resume, stop, take back, send at once and close what has no hurry.
    SendNonUrgent => [Operator, MunicipalAmbassador];
    /// Approve, return or refuse what is urgent and somebody else made.
    ApproveUrgent => [Operator];
    /// Approve, return or refuse what has no hurry and somebody else made.
    ApproveNonUrgent => [Operator, Coordinator];
    /// See who started actions over a limit and why, and say that one saw it.
    SeeOverrides => [Operator, Coordinator, Administrator];
    /// See tips.
    SeeTips => [Operator, VolunteerOperator];
    /// Sort tips, note on them and pass them on; enter one from the telephone.
    HandleTips => [Operator, VolunteerOperator];
    /// See the success rate and the clocks of lost minutes.
    SeeStatistics => [Operator, Coordinator, MunicipalAmbassador, BaseTeamAmbassador, DistrictAmbassador];
    /// See the territory tree and its shapes.
    SeeRegions => [
        Operator, VolunteerOperator, MunicipalAmbassador, BaseTeamAmbassador, DistrictAmbassador, Coordinator,
        Administrator,
    ];
    /// Make and withdraw keys of other systems.
    ManageKeys => [Administrator];
    /// Import regions.
    ChangeRegions => [Administrator];
    /// See and change accounts, roles and territories.
    ManageAccounts => [Administrator];
    /// Read the audit log.
    SeeAuditLog => [Coordinator, Administrator];
    /// Keep the training register.
    KeepTrainingRegister => [Coordinator];
    /// See the telephone numbers and links that texts may hold.
    SeeRegister => [
        Operator, VolunteerOperator, MunicipalAmbassador, BaseTeamAmbassador, DistrictAmbassador, Coordinator,
        Administrator,
    ];
    /// Add to the register of telephone numbers and links, and take out.
    KeepRegister => [Administrator];
    /// Write the texts that stand ready for each kind: corrections, and how messages are worded.
    KeepStandingTexts => [Coordinator];
    /// Import and export participants.
    MoveParticipants => [Administrator];
    /// See what other systems alert of, make drafts of it, or dismiss it: most of it has hurry.
    JudgeNotices => [Operator, VolunteerOperator];
    /// Send a message to oneself, to see whether a provider brings it.
    TestProviders => [Administrator];
    /// Register other systems that hear what happens.
    ManageWebhooks => [Administrator];
}

impl Permission {
    /// The right by which a key of another system has it; none where no key has it.
    pub const fn of_keys(self) -> Option<KeyRight> {
        match self {
            Self::SeeActions => Some(KeyRight::ReadActions),
            Self::CountReach | Self::PrepareNonUrgent | Self::PrepareUrgent => Some(KeyRight::RequestActions),
            Self::SeeTips => Some(KeyRight::ReadTips),
            Self::HandleTips => Some(KeyRight::WriteTips),
            Self::SeeRegions => Some(KeyRight::ReadRegions),
            _ => None,
        }
    }

    /// Whether a volunteer loses it for want of practice: whatever changes something.
    pub const fn lapses(self) -> bool {
        matches!(
            self,
            Self::PrepareNonUrgent | Self::PrepareUrgent | Self::HandleTips
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_but_an_operator_sends_what_is_urgent() {
        assert_eq!(Permission::SendUrgent.roles(), [Role::Operator]);
    }

    #[test]
    fn ambassadors_of_base_teams_and_districts_start_no_actions() {
        for permission in [
            Permission::PrepareNonUrgent,
            Permission::SendUrgent,
            Permission::SendNonUrgent,
        ] {
            for role in [Role::BaseTeamAmbassador, Role::DistrictAmbassador] {
                assert!(!permission.roles().contains(&role), "{role}");
            }
        }
    }

    #[test]
    fn what_is_urgent_is_for_the_control_room_alone_from_the_first_word_on() {
        for permission in [Permission::PrepareUrgent, Permission::SendUrgent] {
            assert!(permission.roles().iter().all(|role| !role.needs_training()));
        }
    }

    #[test]
    fn a_key_sends_nothing_and_keeps_nothing() {
        let of_keys: Vec<_> = Permission::ALL
            .iter()
            .filter(|permission| permission.of_keys().is_some())
            .collect();
        for permission in [
            Permission::SendUrgent,
            Permission::SendNonUrgent,
            Permission::ManageAccounts,
            Permission::ManageKeys,
            Permission::MoveParticipants,
            Permission::ChangeRegions,
        ] {
            assert!(!of_keys.contains(&&permission), "{permission:?}");
        }
        // A key has the role of a volunteer, so a right without that role would be worth nothing.
        for permission in of_keys {
            assert!(
                permission.roles().contains(&Role::VolunteerOperator),
                "{permission:?}"
            );
        }
    }

    #[test]
    fn a_volunteer_sends_nothing() {
        for permission in [Permission::SendUrgent, Permission::SendNonUrgent] {
            assert!(!permission.roles().contains(&Role::VolunteerOperator));
        }
    }

    #[test]
    fn an_administrator_neither_sends_nor_reads_tips() {
        for permission in [
            Permission::SendUrgent,
            Permission::SendNonUrgent,
            Permission::SeeTips,
            Permission::HandleTips,
            Permission::SeeActions,
        ] {
            assert!(!permission.roles().contains(&Role::Administrator));
        }
    }
}
