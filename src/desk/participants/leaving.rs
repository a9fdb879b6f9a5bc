//! Taking along all that is held, and leaving.

use serde::Serialize;

use super::{ParticipantScope, ParticipantView};
use crate::desk::sessions::SessionView;
use crate::desk::{Desk, DeskError, Result};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ActionId, DeviceId, PhotoId, TipId, VideoId, WaveId};
use crate::domain::tip::{TipContent, TipSource};
use crate::storage::devices::Device;
use crate::storage::failures::OwnFailure;
use crate::storage::searches::StoredSearch;
use crate::storage::sessions::SessionHolder;

/// Everything that is held of a participant (General Data Protection Regulation, articles 15 and 20).
#[derive(Clone, Debug, Serialize)]
pub struct Export {
    /// When it was made.
    pub made_at: Timestamp,
    /// What was given.
    pub participant: ParticipantView,
    /// The devices' registrations.
    pub registrations: Vec<Registered>,
    /// Where one is signed in.
    pub sessions: Vec<SessionView>,
    /// What one was called on for.
    pub called_on: Vec<CalledOn>,
    /// The messages that did not arrive.
    pub failures: Vec<OwnFailure>,
    /// The tips that one sent, but for those that were anonymous: of these nobody knows whose they are.
    pub tips: Vec<OwnTip>,
    /// Where one looked and found nothing.
    pub searches: Vec<StoredSearch>,
}

/// A tip of one's own.
#[derive(Clone, Debug, Serialize)]
pub struct OwnTip {
    /// Its id.
    pub id: TipId,
    /// The action.
    pub action: ActionId,
    /// What it says.
    pub content: TipContent,
    /// How it came in.
    pub source: TipSource,
    /// When.
    pub received_at: Timestamp,
    /// Its photos, which the control room gives on request.
    pub photos: Vec<PhotoId>,
    /// Its films, likewise.
    pub videos: Vec<VideoId>,
}

/// A device's registration, with where its messages go.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// The device.
    pub device: DeviceId,
    /// Where its messages go.
    pub endpoint: Endpoint,
    /// Why it is out of use.
    pub retired_reason: Option<String>,
}

/// A wave that had one in its audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CalledOn {
    /// The action.
    pub action: ActionId,
    /// The wave.
    pub wave: WaveId,
    /// When it was ordered.
    pub at: Timestamp,
}

impl From<Device> for Registered {
    fn from(device: Device) -> Self {
        Self {
            device: device.id,
            endpoint: device.endpoint,
            retired_reason: device.retired_reason,
        }
    }
}

impl Desk {
    /// Everything that is held of oneself. It reads the audience of every wave since one came, so that few are
    /// made at once.
    pub async fn export_own(&self, scope: &ParticipantScope) -> Result<Export> {
        let _turn = self
            .0
            .exports
            .acquire()
            .await
            .expect("the turns are never closed");
        let participant = self.own_participant(scope).await?;
        let holder = SessionHolder::Participant(scope.number);
        let sessions = self.sessions_of(holder, Some(scope.session)).await?;
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let devices = tx.list_devices(&parts.keys, scope.number).await?;
        let failures = tx.list_failures_of(scope.number).await?;
        let mut tips = Vec::new();
        for tip in tx.list_tips_of(&parts.keys, scope.number).await? {
            let photos = tx.list_photos_of_tip(tip.id).await?;
            let videos = tx.list_videos_of_tip(tip.id).await?;
            tips.push(OwnTip {
                id: tip.id,
                action: tip.action,
                content: tip.content,
                source: tip.source,
                received_at: tip.received_at,
                photos: photos.into_iter().map(|photo| photo.id).collect(),
                videos: videos.into_iter().map(|video| video.id).collect(),
            });
        }
        let searches = tx.list_searches_of(&parts.keys, scope.number).await?;
        let waves = tx.list_waves_since(participant.confirmed_at).await?;
        drop(tx);
        let mut called_on = Vec::new();
        // One audience at a time, and no transaction as long as all of them.
        for (action, wave, at) in waves {
            let audience = parts.store.read().await?.find_audience(wave).await?;
            if audience.is_some_and(|audience| audience.contains(scope.number)) {
                called_on.push(CalledOn { action, wave, at });
            }
        }
        Ok(Export {
            made_at: self.now(),
            participant,
            registrations: devices.into_iter().map(Registered::from).collect(),
            sessions,
            called_on,
            failures,
            tips,
            searches,
        })
    }

    /// Leaves: everything that is held of oneself is erased at once. Tips stay, without saying whose they
    /// are.
    pub async fn leave(&self, scope: &ParticipantScope) -> Result<()> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let stored = tx.find_participant(&parts.keys, scope.number).await?;
        let stored = stored.ok_or(DeskError::NotSignedIn)?;
        for address in stored.participant.contact.endpoints() {
            tx.delete_verifications_of(&parts.keys, &address).await?;
        }
        tx.erase_participant(scope.number, self.now()).await?;
        tx.commit().await?;
        self.directory().wake();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
