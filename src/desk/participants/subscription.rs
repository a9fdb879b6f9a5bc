//! Switching a topic off by the link in a mail about it, without signing in, and on again by the same link.

use crate::desk::{Desk, DeskError, Result};
use crate::domain::id::ParticipantNumber;
use crate::domain::language::Language;
use crate::domain::participant::{Topic, Topics};
use crate::domain::reference::DeliveryRef;
use crate::storage::Tx;
use crate::storage::participants::StoredParticipant;

/// What a mail's link switches, and what stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// What the mail was about.
    pub topic: Topic,
    /// Whether its reader is called on for it.
    pub is_on: bool,
    /// What else its reader is called on for.
    pub others: Topics,
    /// The reader's language.
    pub language: Language,
}

impl Subscription {
    fn of(stored: &StoredParticipant, topic: Topic) -> Self {
        let topics = stored.participant.topics;
        Self {
            topic,
            is_on: topics.contains(topic),
            others: topics.without(topic),
            language: stored.participant.language,
        }
    }
}

impl Desk {
    /// What the link of a mail switches.
    pub async fn subscription(&self, link: &str) -> Result<Subscription> {
        let mut tx = self.parts().store.read().await?;
        let (stored, topic) = self.read_subscription(&mut tx, link).await?;
        Ok(Subscription::of(&stored, topic))
    }

    /// Switches the topic of a mail off, or on again. A second time changes nothing.
    pub async fn switch_subscription(&self, link: &str, on: bool) -> Result<Subscription> {
        let mut tx = self.parts().store.write().await?;
        let (mut stored, topic) = self.read_subscription(&mut tx, link).await?;
        let topics = stored.participant.topics;
        let changed = if on {
            topics.with(topic)
        } else {
            topics.without(topic)
        };
        if changed != topics {
            stored.participant.topics = changed;
            tx.update_participant(&self.parts().keys, &stored, self.now())
                .await?;
            tx.commit().await?;
            self.directory().wake();
        }
        Ok(Subscription::of(&stored, topic))
    }

    /// Whose link it is and which topic it switches; never one of what is urgent.
    async fn read_subscription(&self, tx: &mut Tx, link: &str) -> Result<(StoredParticipant, Topic)> {
        const UNKNOWN: DeskError = DeskError::NotFound("link");
        let delivery = self.parts().references.read_unsubscribe(link).ok_or(UNKNOWN)?;
        let (participant, topic) = self.topic_of(tx, delivery).await?.ok_or(UNKNOWN)?;
        let stored = tx.find_participant(&self.parts().keys, participant).await?;
        Ok((stored.ok_or(UNKNOWN)?, topic))
    }

    async fn topic_of(
        &self,
        tx: &mut Tx,
        delivery: DeliveryRef,
    ) -> Result<Option<(ParticipantNumber, Topic)>> {
        let keys = &self.parts().keys;
        let Some((wave, participant)) = tx.find_recipient(delivery).await? else {
            return Ok(None);
        };
        let Some(wave) = tx.find_wave(keys, wave).await? else {
            return Ok(None);
        };
        let action = tx.find_action(keys, wave.action).await?;
        let calm = action.filter(|action| !action.content.kind.is_time_critical());
        Ok(calm.map(|action| (participant, action.content.kind.defaults().topic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::actions::fixture::{Room, area, operator};
    use crate::domain::action::{ActionKind, DraftInput};
    use crate::domain::channel::{Channel, ChannelSet};
    use crate::storage::testing::people::keyring;

    /// One of the participants, who want everything, told by a mail of this kind of action.
    async fn told(room: &Room, kind: ActionKind) -> DeliveryRef {
        let mut input = DraftInput::new(kind);
        input.area = Some(area(0, 0, 5, 5));
        input.channels = Some(ChannelSet::NONE.with(Channel::Email));
        input.description.direction = Some("de brug".to_owned());
        let draft = room.desk.create_draft(&operator(), input).await.unwrap();
        room.desk
            .start_action(&operator(), draft.id, draft.version)
            .await
            .unwrap();
        let mut tx = room.database.store.read().await.unwrap();
        let waves = tx.list_waves(&keyring(), draft.id).await.unwrap();
        let recipients = tx.list_recipients(waves[0].id).await.unwrap();
        DeliveryRef {
            batch: recipients[0].batch,
            position: 0,
        }
    }

    #[tokio::test]
    async fn one_click_ends_the_topic_and_no_other_and_a_second_changes_nothing() {
        for room in Room::each().await {
            let delivery = told(&room, ActionKind::WitnessCall).await;
            let link = room.references.unsubscribe(delivery);
            assert!(room.desk.subscription(&link).await.unwrap().is_on);
            for _ in 0..2 {
                let off = room.desk.switch_subscription(&link, false).await.unwrap();
                assert_eq!((off.topic, off.is_on), (Topic::Informative, false));
                assert_eq!(off.others, Topics::ALL.without(Topic::Informative));
            }
            let on = room.desk.switch_subscription(&link, true).await.unwrap();
            assert!(on.is_on);
            assert_eq!(room.desk.subscription(&link).await.unwrap(), on);
        }
    }

    #[tokio::test]
    async fn nobody_ends_what_is_urgent_nor_by_another_reference() {
        for room in Room::each().await {
            let delivery = told(&room, ActionKind::Burglary).await;
            for link in [
                room.references.unsubscribe(delivery),
                room.references.delivery(delivery),
                "x".to_owned(),
            ] {
                let refused = room.desk.switch_subscription(&link, false).await;
                assert!(matches!(refused, Err(DeskError::NotFound("link"))), "{refused:?}");
            }
        }
    }
}
