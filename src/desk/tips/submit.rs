//! A tip comes in: by a link, from a device, by telephone.

use bytes::Bytes;

use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use super::event;
use super::limits::Sender;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::channel::Channel;
use crate::domain::event::EventKind;
use crate::domain::id::{AccountId, ActionId, ParticipantNumber, PhotoId, TipId};
use crate::domain::photo::{Photo, PhotoError};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::tip::{MAX_TIP_PHOTOS, Tip, TipContent, TipDeed, TipSource, TipState, TipVerb};

/// A tip that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id, for whoever handles it.
    pub tip: TipId,
    /// Its reference, for whoever sent it: [`Desk::follow_tip`] tells what becomes of it.
    pub reference: String,
    /// Whether the action had ended before.
    pub late: bool,
    /// Photos that were not taken, by position from 0: a tip is never lost for a photo.
    pub refused_photos: Vec<(usize, PhotoError)>,
}

/// Who sends a tip, and how.
#[derive(Clone, Copy)]
struct Origin {
    source: TipSource,
    participant: Option<ParticipantNumber>,
    received_by: Option<AccountId>,
}

impl Origin {
    fn actor(self) -> Actor {
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
            },
            participant: Some(linked.participant),
            received_by: None,
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
        };
        self.take_tip(action, origin, content, Vec::new()).await
    }

    fn limit(&self, sender: Sender) -> Result<()> {
        self.0
            .tip_limits
            .take(sender, self.now())
            .map_err(|retry_after| DeskError::TooMany { retry_after })
    }

    async fn take_tip(
        &self,
        action: Action,
        origin: Origin,
        content: TipContent,
        files: Vec<Bytes>,
    ) -> Result<Submitted> {
        let (mut photos, mut refused_photos): (Vec<Photo>, _) = (Vec::new(), Vec::new());
        for (position, file) in files.into_iter().enumerate() {
            match self.darkroom().develop(file).await? {
                Ok(photo) => photos.push(photo),
                Err(error) => refused_photos.push((position, error)),
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
        for photo in &photos {
            let id = PhotoId::new(now, random);
            tx.insert_photo(keys, id, action.id, Some(tip.id), photo, now)
                .await?;
        }
        let arrived = event(&action, &tip, EventKind::TipReceived, origin.actor(), now);
        tx.append_events(&[arrived]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(Submitted {
            tip: tip.id,
            reference: self.parts().references.tip(tip.id),
            late: tip.late,
            refused_photos,
        })
    }
}

fn checked(content: TipContent, photos: &[Bytes]) -> Result<TipContent> {
    let mut problems = Vec::new();
    if photos.len() > MAX_TIP_PHOTOS {
        problems.push(FieldProblem::new("photos", ProblemCode::TooManyPhotos));
    }
    match content.check() {
        Ok(content) if problems.is_empty() => Ok(content),
        Ok(_) => Err(problems.into()),
        Err(more) => Err([more, problems].concat().into()),
    }
}
