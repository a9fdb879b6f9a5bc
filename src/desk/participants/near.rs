//! The actions that a participant may see: those that they were called on for, and public ones around their places.
//!
//! What runs is read from the database once a second at most, however many look; whose it is, is decided in memory.

use std::sync::Arc;
use std::time::Duration;

use roaring::RoaringBitmap;
use tokio::sync::Mutex;

use super::ParticipantScope;
use crate::desk::feeds::Bulletin;
use crate::desk::{Desk, DeskError, Result};
use crate::domain::action::{Action, ActionNumber};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, ParticipantNumber, PhotoId};
use crate::domain::participant::Place;
use crate::geofence::Fence;
use crate::storage::Tx;
use crate::storage::photos::PhotoSize;

/// How long what was read is good enough.
const FRESH: Duration = Duration::from_secs(1);
/// How long the end of an action is shown.
const ENDED_FOR: Duration = Duration::from_hours(48);
/// The most actions that are shown.
const MOST: u32 = 200;

/// An action that a participant may see.
#[derive(Clone, Debug)]
pub struct NearAction {
    /// Its id, to send tips about it.
    pub id: ActionId,
    /// What was said last, and where it is.
    pub bulletin: Bulletin,
    /// Its photos; none once it has ended.
    pub photos: Vec<PhotoId>,
    /// Whether everyone may read it.
    pub is_public: bool,
}

/// An action, with what decides who may see it.
#[derive(Debug)]
struct Seen {
    action: NearAction,
    fence: Option<Fence>,
    called_on: RoaringBitmap,
}

impl Seen {
    fn is_for(&self, number: ParticipantNumber, places: &[Place]) -> bool {
        let is_around = |fence: &Fence| places.iter().any(|place| fence.contains(place.point));
        self.called_on.contains(number)
            || (self.action.is_public && self.fence.as_ref().is_some_and(is_around))
    }
}

/// What participants may see, as it was read last.
#[derive(Debug, Default)]
pub(in crate::desk) struct Running(Mutex<Option<(Timestamp, Arc<Vec<Seen>>)>>);

impl Desk {
    /// The actions around the participant's places, and those that they were called on for; the latest first.
    pub async fn actions_near(&self, scope: &ParticipantScope) -> Result<Vec<NearAction>> {
        let parts = self.parts();
        let stored = {
            let mut tx = parts.store.read().await?;
            tx.find_participant(&parts.keys, scope.number).await?
        };
        let places = stored.ok_or(DeskError::NotSignedIn)?.participant.places.to_vec();
        let seen = self.seen_by_participants().await?;
        let own = seen.iter().filter(|one| one.is_for(scope.number, &places));
        Ok(own.map(|one| one.action.clone()).collect())
    }

    /// One of them.
    pub async fn action_near(&self, scope: &ParticipantScope, number: ActionNumber) -> Result<NearAction> {
        let near = self.actions_near(scope).await?;
        let found = near.into_iter().find(|action| action.bulletin.number == number);
        found.ok_or(DeskError::NotFound("action"))
    }

    /// A photo of one of them, a JPEG.
    pub async fn photo_near(
        &self,
        scope: &ParticipantScope,
        number: ActionNumber,
        position: usize,
    ) -> Result<Vec<u8>> {
        const UNKNOWN: DeskError = DeskError::NotFound("photo");
        let action = self.action_near(scope, number).await?;
        let photo = *action.photos.get(position).ok_or(UNKNOWN)?;
        let mut tx = self.parts().store.read().await?;
        let file = tx
            .find_picture(&self.parts().keys, photo, PhotoSize::Full)
            .await?;
        file.ok_or(UNKNOWN)
    }

    async fn seen_by_participants(&self) -> Result<Arc<Vec<Seen>>> {
        // Held while it is read, so that it is read once.
        let mut last = self.0.running.0.lock().await;
        let now = self.now();
        if let Some((at, seen)) = last.as_ref()
            && now.since(*at) < FRESH
        {
            return Ok(seen.clone());
        }
        let mut tx = self.parts().store.read().await?;
        let actions = tx
            .list_actions_for_participants(&self.parts().keys, now - ENDED_FOR, MOST)
            .await?;
        let mut seen = Vec::with_capacity(actions.len());
        for action in actions {
            if let Some(bulletin) = self.bulletin(&mut tx, &action, now).await? {
                seen.push(self.seen(&mut tx, &action, bulletin).await?);
            }
        }
        let seen = Arc::new(seen);
        *last = Some((now, seen.clone()));
        Ok(seen)
    }

    async fn seen(&self, tx: &mut Tx, action: &Action, bulletin: Bulletin) -> Result<Seen> {
        let mut called_on = RoaringBitmap::new();
        for wave in tx.list_waves(&self.parts().keys, action.id).await? {
            // What is held may still be taken back, and what was stopped in its hold went to nobody.
            let was_held = wave.held_until.is_some_and(|until| {
                until > self.now() || wave.halted_at.is_some_and(|halted_at| halted_at < until)
            });
            if !was_held && let Some(audience) = tx.find_audience(wave.id).await? {
                called_on |= audience;
            }
        }
        let photos = if bulletin.is_running {
            tx.list_photos_of_action(action.id).await?
        } else {
            Vec::new()
        };
        let area = action.content.area.as_ref();
        Ok(Seen {
            fence: area.and_then(|area| self.directory().fence(area).ok()),
            action: NearAction {
                id: action.id,
                bulletin,
                photos: photos.into_iter().map(|photo| photo.id).collect(),
                is_public: action.content.is_public,
            },
            called_on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::actions::fixture::{Room, area};
    use crate::domain::id::SessionId;

    fn participant(number: ParticipantNumber) -> ParticipantScope {
        ParticipantScope {
            number,
            session: SessionId::from_uuid(uuid::Uuid::nil()),
        }
    }

    /// Numbers of participants of the fixture who are called on by this action, and who are not.
    async fn by_audience(room: &Room, action: &Action) -> (ParticipantNumber, ParticipantNumber) {
        let mut tx = room.database.store.read().await.unwrap();
        let waves = tx.list_waves(&room.desk.parts().keys, action.id).await.unwrap();
        let audience = tx.find_audience(waves[0].id).await.unwrap().unwrap();
        let called = audience.min().unwrap();
        let mut other = 0;
        while audience.contains(other)
            || tx
                .find_participant(&room.desk.parts().keys, other)
                .await
                .unwrap()
                .is_none()
        {
            other += 1;
        }
        (called, other)
    }

    #[tokio::test]
    async fn whoever_was_called_on_sees_the_action_and_others_do_not() {
        for room in Room::each().await {
            let action = room.started(area(0, 0, 5, 5)).await;
            let (called, other) = by_audience(&room, &action).await;
            let near = room.desk.actions_near(&participant(called)).await.unwrap();
            assert_eq!(near.len(), 1);
            assert_eq!(near[0].id, action.id);
            let seen = room.desk.actions_near(&participant(other)).await.unwrap();
            assert!(seen.is_empty(), "it is not public");
            let asked = room.desk.action_near(&participant(other), action.number).await;
            assert!(matches!(asked, Err(DeskError::NotFound("action"))));
            let nobody = room.desk.actions_near(&participant(u32::MAX)).await;
            assert!(matches!(nobody, Err(DeskError::NotSignedIn)));
        }
    }
}
