//! Privileged deeds: what the audit log keeps of who changed what, and of whom or what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::id::{AccountId, ActionId, AllowedId, KeyId, RegionId, WebhookId};

macro_rules! named {
    ($(#[$outer:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident $name:literal)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $type {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl $type {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in API and database.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The one of this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                Self::parse(name).ok_or(UnknownName)
            }
        }
    };
}

/// The text names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name: docs/operation.md lists the deeds of the audit log")]
pub struct UnknownName;

named! {
    /// What was done.
    Deed {
        /// The log was opened on a database that had none.
        LogOpened "log.opened"
        /// An account was made.
        AccountCreated "account.created"
        /// An account's name, role or territory was changed.
        AccountChanged "account.changed"
        /// An account was put out of use.
        AccountDisabled "account.disabled"
        /// An account was taken into use again.
        AccountEnabled "account.enabled"
        /// An account was made, or opened again, by a link in an e-mail.
        AccountInvited "account.invited"
        /// The invited chose a password.
        AccountJoined "account.joined"
        /// Somebody chose another password.
        PasswordChanged "password.changed"
        /// Somebody was given another password.
        PasswordReset "password.reset"
        /// Somebody set up codes of an app as the second proof.
        SecondProofSet "second_proof.set"
        /// The second proof of an account was taken away.
        SecondProofRemoved "second_proof.removed"
        /// A recovery code was used in place of the app.
        RecoveryCodeUsed "recovery_code.used"
        /// Somebody replaced their recovery codes.
        RecoveryCodesRenewed "recovery_codes.renewed"
        /// Sessions were ended before their time.
        SessionsEnded "sessions.ended"
        /// A training was written into the register.
        TrainingRecorded "training.recorded"
        /// Regions were brought in.
        RegionsImported "regions.imported"
        /// Participants were brought in.
        ParticipantsImported "participants.imported"
        /// Participants were written out.
        ParticipantsExported "participants.exported"
        /// A copy of the database was made.
        BackupMade "backup.made"
        /// A draft was submitted for approval.
        ActionSubmitted "action.submitted"
        /// A draft was approved.
        ActionApproved "action.approved"
        /// A draft was sent back.
        ActionReturned "action.returned"
        /// A draft was refused.
        ActionRefused "action.refused"
        /// An action went out.
        ActionStarted "action.started"
        /// More people were called on.
        ActionExpanded "action.expanded"
        /// Those who were told were told more.
        ActionUpdated "action.updated"
        /// Those who were told were told that it was wrong.
        ActionCorrected "action.corrected"
        /// A start was taken back before anybody was told.
        ActionTakenBack "action.taken_back"
        /// A start did not wait for the end of its hold.
        ActionSentNow "action.sent_now"
        /// Sending was held.
        ActionPaused "action.paused"
        /// Sending went on.
        ActionResumed "action.resumed"
        /// Sending was stopped for good.
        ActionStopped "action.stopped"
        /// An action ended with an outcome.
        ActionClosed "action.closed"
        /// A draft or an action was called back.
        ActionWithdrawn "action.withdrawn"
        /// Somebody sent past a limit of actions.
        LimitOverridden "limit.overridden"
        /// Somebody sent past a check.
        CheckOverridden "check.overridden"
        /// A telephone number or link was allowed in messages.
        RegisterAdded "register.added"
        /// A telephone number or link is no longer allowed in messages.
        RegisterRemoved "register.removed"
        /// A region wrote its own text for a kind of action.
        StandingTextWritten "standing_text.written"
        /// A region took its own text away.
        StandingTextRemoved "standing_text.removed"
        /// A key for another system was made.
        KeyCreated "key.created"
        /// A key for another system was withdrawn.
        KeyRevoked "key.revoked"
        /// Another system is told of what happens.
        WebhookAdded "webhook.added"
        /// What another system is told of was changed.
        WebhookChanged "webhook.changed"
        /// Another system is told no longer.
        WebhookRemoved "webhook.removed"
        /// Somebody sent a message to see whether a provider brings it.
        ProviderTested "provider.tested"
        /// The configuration differs from that of the start before.
        SettingsChanged "settings.changed"
        /// The database was put back from a backup.
        BackupRestored "backup.restored"
    }
}

named! {
    /// What kind of thing something was done to.
    SubjectKind {
        /// An account.
        Account "account"
        /// An action.
        Action "action"
        /// A region.
        Region "region"
        /// A key of another system.
        Key "key"
        /// An address of another system.
        Webhook "webhook"
        /// A telephone number or link that messages may hold.
        Allowed "allowed"
    }
}

/// To what something was done: written as its kind and id, `account 0193...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Which.
    pub id: Uuid,
}

impl Subject {
    /// The thing of this kind and id.
    pub const fn new(kind: SubjectKind, id: Uuid) -> Self {
        Self { kind, id }
    }
}

macro_rules! subjects {
    ($($id:ident $kind:ident)*) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self::new(SubjectKind::$kind, id.as_uuid())
            }
        }
    )*};
}

subjects! { AccountId Account ActionId Action AllowedId Allowed RegionId Region KeyId Key WebhookId Webhook }

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

impl FromStr for Subject {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let (kind, id) = text.split_once(' ').ok_or(UnknownName)?;
        Ok(Self::new(kind.parse()?, id.parse().map_err(|_| UnknownName)?))
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_and_subject_reads_back_its_name() {
        for deed in Deed::ALL {
            assert_eq!(deed.name().parse(), Ok(*deed));
            assert_eq!(serde_json::to_value(deed).unwrap(), deed.name());
        }
        for kind in SubjectKind::ALL {
            let subject = Subject::new(*kind, Uuid::from_u128(7));
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_eq!("account".parse::<Subject>(), Err(UnknownName));
        assert_eq!("house 1".parse::<Subject>(), Err(UnknownName));
    }
}
