//! What participants do themselves: take part, change what they gave, see all that is held, and leave.

use serde::{Deserialize, Serialize};

use super::sessions::OpenedSession;
use super::{Desk, DeskError, Result};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ParticipantId, ParticipantNumber, SessionId, VerificationId};
use crate::domain::language::Language;
use crate::domain::participant::{Contact, Place, Rest, Topics};
use crate::storage::devices::Device;
use crate::storage::participants::StoredParticipant;
use crate::storage::sessions::SessionHolder;

mod code;
mod confirmation;
mod device;
mod leaving;
mod near;
mod registration;
mod settings;
mod subscription;
mod test_alert;

pub(super) use registration::read_address;
#[cfg(test)]
mod tests;

pub use device::MAX_DEVICES;
pub use leaving::Export;
pub use near::NearAction;
pub(super) use near::Running;
pub use settings::SettingsChange;
pub use subscription::Subscription;

/// A participant who is signed in. Only the desk makes one, from a session that holds at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParticipantScope {
    /// Who asks.
    pub number: ParticipantNumber,
    /// The session.
    pub session: SessionId,
}

/// A code is under way. The same whether or not the address is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeSent {
    /// To be repeated beside the code.
    pub verification: VerificationId,
    /// How the code travels.
    pub channel: Channel,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// What a right code led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedAs {
    /// Someone new takes part.
    Registered,
    /// Someone who took part already is signed in.
    SignedIn,
    /// An address was added or replaced.
    AddressChanged,
}

/// The answer to a right code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    /// What it led to.
    pub outcome: ConfirmedAs,
    /// Who it is.
    pub participant: ParticipantId,
    /// A session, unless there was one.
    pub session: Option<OpenedSession>,
    /// The code for the second address, when two were given.
    pub next: Option<CodeSent>,
}

/// A participant's own view of what is held.
#[derive(Clone, Debug, Serialize)]
pub struct ParticipantView {
    /// The public id.
    pub id: ParticipantId,
    /// The language of all messages.
    pub language: Language,
    /// The confirmed addresses.
    pub contact: Contact,
    /// The places.
    pub places: Vec<Place>,
    /// The topics.
    pub topics: Topics,
    /// The rest that is wanted.
    pub rest: Rest,
    /// The channels that are allowed.
    pub channels: ChannelSet,
    /// The channels that reach the participant now.
    pub reachable: ChannelSet,
    /// The devices, retired ones included.
    pub devices: Vec<DeviceView>,
    /// When the participant came.
    pub confirmed_at: Timestamp,
    /// When something was last changed.
    pub changed_at: Timestamp,
}

/// A device as its participant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    /// Its id.
    pub id: crate::domain::id::DeviceId,
    /// What kind of registration it is.
    pub kind: DeviceKind,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When the push service called it gone.
    pub retired_at: Option<Timestamp>,
}

/// What kind of registration a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// The app, over Firebase Cloud Messaging.
    Fcm,
    /// The app on a device of Apple's, over its own push service.
    Apns,
    /// A browser, over Web Push.
    WebPush,
}

impl DeviceView {
    fn new(device: &Device) -> Self {
        Self {
            id: device.id,
            kind: match device.endpoint {
                Endpoint::Fcm { .. } => DeviceKind::Fcm,
                Endpoint::Apns { .. } => DeviceKind::Apns,
                Endpoint::WebPush { .. } | Endpoint::Phone(_) | Endpoint::Mailbox(_) => DeviceKind::WebPush,
            },
            created_at: device.created_at,
            retired_at: device.retired_at,
        }
    }
}

impl ParticipantView {
    fn new(stored: StoredParticipant, devices: &[Device]) -> Self {
        let participant = stored.participant;
        Self {
            id: participant.id,
            language: participant.language,
            contact: participant.contact,
            places: participant.places.to_vec(),
            topics: participant.topics,
            rest: participant.rest,
            channels: stored.wanted,
            reachable: stored.reachable,
            devices: devices.iter().map(DeviceView::new).collect(),
            confirmed_at: stored.confirmed_at,
            changed_at: stored.changed_at,
        }
    }
}

impl Desk {
    /// Who a participant's token is, at this moment.
    pub async fn participant_scope(&self, token: &str) -> Result<ParticipantScope> {
        let session = {
            let mut tx = self.parts().store.read().await?;
            self.holding_session(&mut tx, token).await?
        };
        let SessionHolder::Participant(number) = session.holder else {
            return Err(DeskError::NotSignedIn);
        };
        self.note_use(&session).await?;
        Ok(ParticipantScope {
            number,
            session: session.id,
        })
    }

    /// What is held of oneself, to look at and to change.
    pub async fn own_participant(&self, scope: &ParticipantScope) -> Result<ParticipantView> {
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let stored = tx.find_participant(&parts.keys, scope.number).await?;
        let stored = stored.ok_or(DeskError::NotSignedIn)?;
        let devices = tx.list_devices(&parts.keys, scope.number).await?;
        Ok(ParticipantView::new(stored, &devices))
    }

    /// Signs a participant out on this device.
    pub async fn sign_participant_out(&self, scope: &ParticipantScope) -> Result<()> {
        self.end_session(scope.session).await
    }
}
