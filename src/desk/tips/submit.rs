//! A tip comes in: by a link, from a device, by telephone.

use bytes::Bytes;

use super::super::photos::FileError;
use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use super::event;
use super::limits::Sender;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::channel::Channel;
use crate::domain::event::EventKind;
use crate::domain::id::{AccountId, ActionId, ParticipantNumber, PhotoId, TipId, VideoId};
use crate::domain::photo::Photo;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::tip::{MAX_TIP_PHOTOS, Tip, TipContent, TipDeed, TipSource, TipState, TipVerb};
use crate::domain::video::{self, Video, VideoError};

/// A tip that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id, for whoever handles it.
    pub tip: TipId,
    /// Its reference, for whoever sent it: [`Desk::follow_tip`] tells what becomes of it.
    pub reference: String,
    /// Whether the action had ended before.
    pub late: bool,
    /// Photos and films that were not taken, by position from 0: a tip is never lost for a photo.
    pub refused_photos: Vec<(usize, FileError)>,
}

/// Who sends a tip, and how.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) source: TipSource,
    pub(super) participant: Option<ParticipantNumber>,
    pub(super) received_by: Option<AccountId>,
    /// Tells it from every other, where it may be brought twice: a second one is the first.
    pub(super) once: Option<String>,
    /// What whoever handles it must know.
    pub(super) note: Option<String>,
}

impl Origin {
    fn actor(&self) -> Actor {
        self.received_by.map_or(Actor::Participant, Actor::Account)
    }
}

impl Desk {
    /// Refuses a link that leads nowhere, before anything is taken in for it.
    pub async fn check_link(&self, link: &str) -> Result<()> {
        let mut tx = self.parts().store.read().await?;
        self.read_link(&mut tx, link).await.map(drop)
    }

    /// Takes a tip from whoever has the link of a message; also after the action ended.
    pub async fn submit_tip_by_link(
        &self,
        link: &str,
        content: TipContent,
        photos: Vec<Bytes>,
    ) -> Result<Submitted> {
        let content = checked(content, &photos)?;
        let (linked, action) = {
            let mut tx = self.parts().store.read().await?;
            let linked = self.read_link(&mut tx, link).await?;
            let action = tx.find_action(&self.parts().keys, linked.action).await?;
            (linked, action.ok_or(DeskError::NotFound("link"))?)
        };
        self.limit(Sender::Link(linked.delivery))?;
        let origin = Origin {
            source: match linked.channel {
                Channel::App => TipSource::App,
                Channel::Sms => TipSource::Sms,
                Channel::Email => TipSource::Email,
                Channel::Voice => TipSource::Call,
            },
            participant: Some(linked.participant),
            received_by: None,
            once: None,
            note: None,
        };
        self.take_tip(action, origin, content, photos).await
    }

    /// Takes a tip from a participant who is signed in, by session or device, about any action that went out.
    pub async fn submit_tip_as_participant(
        &self,
        participant: ParticipantNumber,
        action: ActionId,
        content: TipContent,
        photos: Vec<Bytes>,
    ) -> Result<Submitted> {
        let content = checked(content, &photos)?;
        let action = {
            let mut tx = self.parts().store.read().await?;
            let action = tx.find_action(&self.parts().keys, action).await?;
            action.ok_or(DeskError::NotFound("action"))?
        };
        if action.state.run().is_none() {
            return Err(DeskError::NotFound("action"));
        }
        self.limit(Sender::Participant(participant))?;
        let origin = Origin {
            source: TipSource::Device,
            participant: Some(participant),
            received_by: None,
            once: None,
            note: None,
        };
        self.take_tip(action, origin, content, photos).await
    }

    /// Writes down a tip that came by telephone.
    pub async fn submit_tip_by_telephone(
        &self,
        scope: &Scope,
        action: ActionId,
        content: TipContent,
    ) -> Result<Submitted> {
        let content = checked(content, &[])?;
        let action = {
            let mut tx = self.parts().store.read().await?;
            self.action_for(&mut tx, scope, Permission::HandleTips, action)
                .await?
        };
        if action.state.run().is_none() {
            return Err(Reason::NotStarted.into());
        }
        let origin = Origin {
            source: TipSource::Telephone,
            participant: None,
            received_by: Some(scope.account),
            once: None,
            note: None,
        };
        self.take_tip(action, origin, content, Vec::new()).await
    }

    pub(super) fn limit(&self, sender: Sender) -> Result<()> {
        self.0
            .tip_limits
            .take(sender, self.now())
            .map_err(|retry_after| DeskError::TooMany { retry_after })
    }

    /// Whoever sent a tip needs no text message about the same any more. Should that fail, they get one.
    async fn spare_sender(&self, action: ActionId, sender: ParticipantNumber) {
        let spare = async {
            let mut tx = self.parts().store.write().await?;
            tx.mark_answered(action, &[sender].into_iter().collect()).await?;
            tx.commit().await
        };
        if let Err(error) = spare.await {
            tracing::warn!(%error, "whoever sent a tip may be told by text message as well");
        }
    }

    pub(super) async fn take_tip(
        &self,
        action: Action,
        origin: Origin,
        content: TipContent,
        files: Vec<Bytes>,
    ) -> Result<Submitted> {
        let (mut photos, mut film): (Vec<Photo>, Option<Video>) = (Vec::new(), None);
        let mut refused_photos: Vec<(usize, FileError)> = Vec::new();
        for (position, file) in files.into_iter().enumerate() {
            if video::is_video(&file) {
                if film.is_some() {
                    refused_photos.push((position, VideoError::OneOnly.into()));
                    continue;
                }
                match self.darkroom().develop_video(file).await? {
                    Ok(made) => film = Some(made),
                    Err(error) => refused_photos.push((position, error.into())),
                }
            } else {
                match self.darkroom().develop(file).await? {
                    Ok(photo) => photos.push(photo),
                    Err(error) => refused_photos.push((position, error.into())),
                }
            }
        }
        let (now, random, keys) = (self.now(), &self.parts().random, &self.parts().keys);
        let tip = Tip {
            id: TipId::new(now, random),
            action: action.id,
            participant: origin.participant.filter(|_| !content.anonymous),
            source: origin.source,
            content,
            state: TipState::New,
            received_by: origin.received_by,
            received_at: now,
            late: action.state.phase().is_ended(),
            passed_on_at: None,
            changed_at: now,
            version: 1,
        };
        let received = TipDeed {
            at: now,
            actor: origin.actor(),
            verb: TipVerb::Received,
            detail: None,
        };
        let mut tx = self.parts().store.write().await?;
        tx.insert_tip(keys, &tip, &received).await?;
        if let Some(key) = &origin.once
            && !tx.claim_tip_key(keys, key, tip.id, now).await?
        {
            // Rolled back: it is stored already.
            drop(tx);
            return self.known_tip(key, tip).await;
        }
        if let Some(note) = &origin.note {
            let noted = TipDeed {
                at: now,
                actor: Actor::System,
                verb: TipVerb::Noted,
                detail: Some(note.clone()),
            };
            tx.note_on_tip(keys, tip.id, &noted).await?;
        }
        for photo in &photos {
            let id = PhotoId::new(now, random);
            tx.insert_photo(keys, id, action.id, Some(tip.id), photo, now)
                .await?;
        }
        if let Some(film) = &film {
            let id = VideoId::new(now, random);
            tx.insert_video(keys, id, (action.id, tip.id), film, now).await?;
        }
        let arrived = event(&action, &tip, EventKind::TipReceived, origin.actor(), now);
        tx.append_events(&[arrived]).await?;
        tx.commit().await?;
        self.events().wake();
        if let Some(sender) = tip.participant {
            self.spare_sender(action.id, sender).await;
        }
        Ok(Submitted {
            tip: tip.id,
            reference: self.parts().references.tip(tip.id),
            late: tip.late,
            refused_photos,
        })
    }

    /// The tip that came from the same as one that is not stored.
    async fn known_tip(&self, key: &str, tip: Tip) -> Result<Submitted> {
        let mut tx = self.parts().store.read().await?;
        let known = tx.find_tip_by_key(&self.parts().keys, key).await?;
        let id = known.unwrap_or(tip.id);
        Ok(Submitted {
            tip: id,
            reference: self.parts().references.tip(id),
            late: tip.late,
            refused_photos: Vec::new(),
        })
    }
}

pub(super) fn checked(content: TipContent, photos: &[Bytes]) -> Result<TipContent> {
    let mut problems = Vec::new();
    let films = photos.iter().filter(|file| video::is_video(file)).count();
    if photos.len() - films > MAX_TIP_PHOTOS {
        problems.push(FieldProblem::new("photos", ProblemCode::TooManyPhotos));
    }
    match content.check() {
        Ok(content) if problems.is_empty() => Ok(content),
        Ok(_) => Err(problems.into()),
        Err(more) => Err([more, problems].concat().into()),
    }
}
