//! Names of things: `UUIDv7` in the open, a dense number for participants and batches inside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::Timestamp;
use super::random::Random;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id for this moment.
            pub fn new(now: Timestamp, random: &Random) -> Self {
                Self(random.uuid(now))
            }

            /// The id with this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// An account of someone who works with the network.
    AccountId
    /// An action.
    ActionId
    /// A wave of an action.
    WaveId
    /// A region of the territory tree.
    RegionId
    /// A participant, in the open.
    ParticipantId
    /// A device of a participant.
    DeviceId
    /// A number or link that texts may hold.
    AllowedId
    /// A tip.
    TipId
    /// A photo, of an action or a tip.
    PhotoId
    /// A film of a tip.
    VideoId
    /// A report that somebody looked somewhere and found nothing.
    SearchId
    /// A running process that takes batches.
    NodeId
    /// A session of an account or a participant.
    SessionId
    /// A code that was sent to an address and waits to be repeated.
    VerificationId
    /// A key with which another system calls.
    KeyId
    /// An invitation to work with the network.
    InvitationId
    /// An expansion or an update that a second person is asked for.
    ProposalId
    /// A start over a limit.
    OverrideId
    /// Another system that hears what happens.
    WebhookId
    /// An event on its way to such a system.
    WebhookDeliveryId
    /// What another system alerted of.
    NoticeId
}

/// A participant inside: a dense number, so that sets of participants are bitmaps.
pub type ParticipantNumber = u32;

/// A batch: numbered in the order of planning.
pub type BatchNumber = i64;
