//! What a participant sees of an action, by the link in their message: texts and photos, no description in
//! fields, nobody's tips, no figures.

use super::super::{Desk, DeskError, Result};
use crate::cap::outline::Outline;
use crate::domain::action::{ActionNumber, Text};
use crate::domain::clock::Timestamp;
use crate::domain::id::PhotoId;
use crate::domain::language::Language;
use crate::domain::message::Purpose;
use crate::domain::point::Point;
use crate::storage::photos::PhotoSize;

/// An action for participants, in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicAction {
    /// Its number.
    pub number: ActionNumber,
    /// What was sent, the newest first: the outcome, updates, and the call-out itself.
    pub messages: Vec<PublicMessage>,
    /// Its photos.
    pub photos: Vec<PhotoId>,
    /// Whether it has ended: tips are still taken.
    pub ended: bool,
    /// Whether everyone may read it, so that it can be shared.
    pub is_public: bool,
}

/// Something that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicMessage {
    /// Why.
    pub purpose: Purpose,
    /// When.
    pub sent_at: Timestamp,
    /// The text.
    pub text: Text,
}

impl Desk {
    /// The action that a participant's link leads to.
    pub async fn action_by_link(&self, link: &str, language: Language) -> Result<PublicAction> {
        let mut tx = self.parts().store.read().await?;
        let linked = self.read_link(&mut tx, link).await?;
        let keys = &self.parts().keys;
        let action = tx.find_action(keys, linked.action).await?;
        let action = action.ok_or(DeskError::NotFound("link"))?;
        let waves = tx.list_waves(keys, action.id).await?;
        let mut messages: Vec<PublicMessage> = Vec::with_capacity(waves.len());
        for wave in &waves {
            let message = wave.message.in_language(language);
            let text = Text::new(message.title.clone(), message.body.clone());
            // An expansion repeats the call-out for others.
            if messages.iter().all(|before| before.text != text) {
                messages.insert(
                    0,
                    PublicMessage {
                        purpose: message.purpose,
                        sent_at: wave.created_at,
                        text,
                    },
                );
            }
        }
        let photos = tx.list_photos_of_action(action.id).await?;
        Ok(PublicAction {
            number: action.number,
            messages,
            photos: photos.iter().map(|photo| photo.id).collect(),
            ended: action.state.phase().is_ended(),
            is_public: action.content.is_public,
        })
    }

    /// Everywhere that the action that a link leads to was aimed at, in simple forms that tell no address.
    pub async fn outline_by_link(&self, link: &str) -> Result<Outline> {
        let mut tx = self.parts().store.read().await?;
        let linked = self.read_link(&mut tx, link).await?;
        let action = tx.find_action(&self.parts().keys, linked.action).await?;
        let action = action.ok_or(DeskError::NotFound("link"))?;
        let areas = self.told_areas(&mut tx, &action).await?;
        Ok(Outline::of(&areas, &self.directory().territory()))
    }

    /// Where the action that a link leads to happened: its origin, or else the middle of its area.
    pub async fn place_by_link(&self, link: &str) -> Result<Option<Point>> {
        let mut tx = self.parts().store.read().await?;
        let linked = self.read_link(&mut tx, link).await?;
        let action = tx.find_action(&self.parts().keys, linked.action).await?;
        let content = action.ok_or(DeskError::NotFound("link"))?.content;
        if content.origin.is_some() {
            return Ok(content.origin);
        }
        let fence = content.area.and_then(|area| self.directory().fence(&area).ok());
        let middle = fence.map(|fence| {
            let bounds = fence.bounds();
            let half = |from: i32, to: i32| from + to.saturating_sub(from) / 2;
            Point::from_units(half(bounds.west, bounds.east), half(bounds.south, bounds.north))
        });
        Ok(middle.and_then(Result::ok))
    }

    /// A photo of the action that a participant's link leads to, a JPEG.
    pub async fn photo_by_link(&self, link: &str, photo: PhotoId, size: PhotoSize) -> Result<Vec<u8>> {
        let mut tx = self.parts().store.read().await?;
        let linked = self.read_link(&mut tx, link).await?;
        let entry = tx.find_photo(photo).await?;
        if !entry.is_some_and(|entry| entry.action == linked.action && entry.tip.is_none()) {
            return Err(DeskError::NotFound("photo"));
        }
        let file = tx.find_picture(&self.parts().keys, photo, size).await?;
        file.ok_or(DeskError::NotFound("photo"))
    }
}
