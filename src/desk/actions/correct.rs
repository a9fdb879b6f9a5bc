//! A correction: first everything that is being sent stops, then exactly those hear it who were or may have been
//! told, over the channel on which they were.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use serde_json::json;

use super::super::{Desk, DeskError, Result, Scope};
use super::checks::{Confirmed, Outgoing};
use super::stop::STOP_TRIES;
use super::waves::{WaveDraft, closing_expires_at, wave_started};
use super::{CHANGED, event};
use crate::directory::Audience;
use crate::domain::action::{Action, StandingPurpose, Texts};
use crate::domain::audit;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::problem::Problems;
use crate::domain::wave::WaveKind;
use crate::storage::Tx;

/// What became of a correction.
#[derive(Clone, Debug)]
pub struct Corrected {
    /// The action afterwards.
    pub action: Action,
    /// The wave; none when nobody was told anything.
    pub wave: Option<WaveId>,
    /// How many hear it.
    pub told: u64,
    /// What they read.
    pub texts: Texts,
}

impl Desk {
    /// Stops what is being sent and tells those who were told that it was wrong, in these texts or in those that
    /// stand ready for the kind. Also after the action ended, as often as it takes. No version is asked for and
    /// nobody else: a correction waits for nothing.
    pub async fn correct_action(
        &self,
        scope: &Scope,
        id: ActionId,
        texts: Option<&Texts>,
    ) -> Result<Corrected> {
        let mut tries = 1;
        loop {
            match self.try_correct(scope, id, texts).await {
                Err(DeskError::Conflict { code: CHANGED, .. }) if tries < STOP_TRIES => tries += 1,
                corrected => return corrected,
            }
        }
    }

    async fn try_correct(&self, scope: &Scope, id: ActionId, texts: Option<&Texts>) -> Result<Corrected> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send(&mut tx, scope, id).await?;
        let to = action.state.stop(deed)?;
        let texts = if let Some(texts) = texts {
            texts.clone()
        } else {
            let asked = (StandingPurpose::Correction, action.content.kind);
            self.standing_text(&mut tx, action.region, asked).await?.texts
        };
        let mut problems = Problems::default();
        texts.check(ChannelSet::ALL, &mut problems);
        problems.or(())?;
        let outgoing = Outgoing {
            wave: WaveKind::Correction,
            texts: &texts,
            channels: ChannelSet::ALL,
            extent: None,
        };
        self.hold_to_checks(&mut tx, &action, &outgoing, &Confirmed::nothing())
            .await?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.mark_waves_halted(id, deed.at).await?;
        tx.end_fallbacks(id).await?;
        // So many at a time: whatever nobody holds must be settled before it is read who may have been told.
        while tx.settle_halted_batches(deed.at).await? > 0 {}
        let audience = self.told_again(&self.told_by_channel(&mut tx, id).await?);
        let wave = WaveDraft {
            kind: WaveKind::Correction,
            texts: &texts,
            area: None,
            audience,
            origin: action.content.origin,
            deed,
            expires_at: closing_expires_at(deed.at),
        };
        let planned = self.plan_wave(&action, wave).await?;
        let told = planned.audience.len();
        let mut corrected = event(
            &action,
            action.region,
            EventKind::ActionCorrected,
            deed,
            to.phase(),
        );
        corrected.data["told"] = json!(told);
        let mut events = vec![corrected];
        if told > 0 {
            tx.insert_planned_wave(&self.parts().keys, &planned).await?;
            events.push(wave_started(&action, &planned));
        }
        let kept = audit::Deed::ActionCorrected;
        self.record_of_action(&mut tx, kept, &action, deed).await?;
        tx.append_events(&events).await?;
        self.commit_and_wake(tx).await?;
        Ok(Corrected {
            wave: (told > 0).then_some(planned.order.wave),
            told,
            texts,
            action: Action {
                state: to,
                version: action.version + 1,
                ..action
            },
        })
    }

    /// Who was or may have been told something of an action, each under the channel of the last message that is the
    /// most certain to have reached them. Read it in the transaction that halted the waves.
    async fn told_by_channel(&self, tx: &mut Tx, id: ActionId) -> Result<BTreeMap<Channel, RoaringBitmap>> {
        let mut by_channel = BTreeMap::<Channel, RoaringBitmap>::new();
        let mut placed = RoaringBitmap::new();
        let waves = tx.list_waves(&self.parts().keys, id).await?;
        for wave in waves.iter().rev() {
            let channels = tx.list_batch_channels(wave.id).await?;
            let recipients = tx.list_recipients(wave.id).await?;
            for certain in [true, false] {
                for one in &recipients {
                    let told = if certain {
                        one.disposition.is_taken()
                    } else {
                        // A message is on its way where the intent reaches; beyond it nobody hands over any more.
                        one.disposition.may_have_been_told() || one.in_flight
                    };
                    let channel = channels.get(&one.batch);
                    if let Some(channel) = channel.filter(|_| told && !placed.contains(one.participant)) {
                        placed.insert(one.participant);
                        by_channel.entry(*channel).or_default().insert(one.participant);
                    }
                }
            }
        }
        Ok(by_channel)
    }

    /// These people by the channel on which they were told; whom it reaches no longer, by any other that does.
    fn told_again(&self, told: &BTreeMap<Channel, RoaringBitmap>) -> Audience {
        let served = self.parts().accounts.channels();
        let mut reached = BTreeMap::<Channel, RoaringBitmap>::new();
        let mut add = |audience: Audience| -> RoaringBitmap {
            let everyone = audience.everyone();
            for (channel, people) in audience.by_channel {
                *reached.entry(channel).or_default() |= people;
            }
            everyone
        };
        let mut left = RoaringBitmap::new();
        for (channel, people) in told {
            let own = Some(*channel).filter(|channel| served.contains(*channel));
            let found = add(self.directory().by_channel(people, own));
            left |= people - &found;
        }
        let others = Channel::ALL
            .into_iter()
            .filter(|channel| served.contains(*channel));
        add(self.directory().by_channel(&left, others));
        Audience {
            by_channel: reached.into_iter().collect(),
            ..Audience::default()
        }
    }
}

#[cfg(test)]
mod tests;
