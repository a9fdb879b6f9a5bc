//! The end of an action: closed with an outcome, called back, or its time over.

use serde_json::json;

use super::super::{Desk, Result, Scope};
use super::checks::{Confirmed, Held, Outgoing, channels_of};
use super::waves::{WaveDraft, closing_expires_at, wave_started};
use super::{event, seen_at};
use crate::domain::action::{Action, ActionState, Deed, Phase, Texts};
use crate::domain::actor::Actor;
use crate::domain::audit;
use crate::domain::channel::ChannelSet;
use crate::domain::event::EventKind;
use crate::domain::id::ActionId;
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::problem::{FieldProblem, ProblemCode, Problems};
use crate::domain::wave::WaveKind;
use crate::storage::Tx;
use crate::storage::events::NewEvent;

/// How an action is to be closed.
#[derive(Clone, Debug)]
pub struct Closing {
    /// How it ended.
    pub outcome: Outcome,
    /// What those who were told read; the outcome's own texts when left out.
    pub texts: Option<Texts>,
    /// Findings of the checks that the caller took on themselves.
    pub confirmed: Confirmed,
}

/// How an action ends.
struct Ending {
    to: ActionState,
    deed: Deed,
    outcome: OutcomeKind,
    /// The outcome's own texts when left out.
    texts: Option<Texts>,
    held: Held,
}

/// An action that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The action afterwards.
    pub action: Action,
    /// How many hear how it ended.
    pub told: u64,
}

impl Desk {
    /// Closes an action and tells everyone who was told of it how it ended.
    pub async fn close_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        closing: Closing,
    ) -> Result<Ended> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
        if let Some(tip) = closing.outcome.tip() {
            let found = tx.find_tip(&self.parts().keys, tip).await?;
            if found.is_none_or(|found| found.action != id) {
                let problem = FieldProblem::new("outcome.tip", ProblemCode::TipUnknown);
                return Err(vec![problem].into());
            }
        }
        let to = action.state.close(deed, closing.outcome)?;
        let held = match &closing.texts {
            Some(texts) => {
                let outgoing = Outgoing {
                    wave: WaveKind::Closing,
                    texts,
                    channels: channels_of(&action.content, WaveKind::Closing),
                    extent: None,
                };
                self.hold_to_checks(&mut tx, &action, &outgoing, &closing.confirmed)
                    .await?
            }
            // The outcome's own texts are held to the checks by a test.
            None => Held::default(),
        };
        let ending = Ending {
            to,
            deed,
            outcome: closing.outcome.kind(),
            texts: closing.texts,
            held,
        };
        self.end(tx, action, ending).await
    }

    /// Calls an action back. Who was told of it hears so; a draft just goes.
    pub async fn withdraw_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Ended> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let seen = self.action_to_prepare(&mut tx, scope, id).await?;
        let action = match seen.state {
            ActionState::Draft | ActionState::InReview(_) => seen_at(seen, version)?,
            _ => self.action_to_send_at(&mut tx, scope, id, version).await?,
        };
        let to = action.state.withdraw(deed)?;
        let ending = Ending {
            to,
            deed,
            outcome: OutcomeKind::Withdrawn,
            texts: None,
            held: Held::default(),
        };
        self.end(tx, action, ending).await
    }

    async fn end(&self, mut tx: Tx, action: Action, ending: Ending) -> Result<Ended> {
        let Ending {
            to,
            deed,
            outcome,
            texts,
            held,
        } = ending;
        let texts = texts.unwrap_or_else(|| outcome.default_texts(action.content.kind));
        let texts = self.as_sent(&texts)?;
        let mut problems = Problems::default();
        // It may go over any channel: see [`Desk::audience_of_told`].
        texts.check(ChannelSet::ALL, &mut problems);
        problems.or(())?;
        self.write_state(&mut tx, &action, &to, Some(&texts)).await?;
        tx.mark_waves_halted(action.id, deed.at).await?;
        tx.settle_halted_batches(deed.at).await?;
        let told = self.told_of(&mut tx, action.id).await?;
        let expires_at = closing_expires_at(deed.at);
        let mut audience = self.audience_of_told(&action, &told);
        // Nobody is woken to hear how it ended.
        self.directory().put_off(&mut audience, deed.at, expires_at);
        let wave = WaveDraft {
            kind: WaveKind::Closing,
            texts: &texts,
            area: None,
            audience,
            // In any order: nobody is near to an ending.
            origin: None,
            deed,
            expires_at,
        };
        let planned = self.plan_wave(&action, wave).await?;
        let (kind, kept) = match to.phase() {
            Phase::Withdrawn => (EventKind::ActionWithdrawn, audit::Deed::ActionWithdrawn),
            _ => (EventKind::ActionClosed, audit::Deed::ActionClosed),
        };
        let mut ended = event(&action, action.region, kind, deed, to.phase());
        ended.data["outcome"] = json!(outcome);
        held.note_in(&mut ended.data);
        let mut events = vec![ended];
        if !planned.audience.is_empty() {
            tx.insert_planned_wave(&self.parts().keys, &planned).await?;
            events.push(wave_started(&action, &planned));
        }
        held.record(self, &mut tx, &action, deed).await?;
        self.record_of_action(&mut tx, kept, &action, deed).await?;
        tx.append_events(&events).await?;
        self.commit_and_wake(tx).await?;
        Ok(Ended {
            told: planned.audience.len(),
            action: Action {
                state: to,
                version: action.version + 1,
                ..action
            },
        })
    }

    /// Ends actions whose time is over; answers how many. Their outcome is still to be given. Called over and
    /// over by every node: the version lets one of them win.
    pub async fn expire_actions(&self) -> Result<usize> {
        let now = self.now();
        let keys = &self.parts().keys;
        let overdue = {
            let mut tx = self.parts().store.read().await?;
            tx.list_overdue_actions(keys, now).await?
        };
        let mut expired = 0;
        for action in overdue {
            let to = action.state.expire(now)?;
            let mut tx = self.parts().store.write().await?;
            if !tx.mark_action_state(keys, &action, &to, None).await? {
                continue;
            }
            tx.mark_waves_halted(action.id, now).await?;
            tx.settle_halted_batches(now).await?;
            tx.append_events(&[NewEvent {
                happened_at: now,
                kind: EventKind::ActionExpired,
                region: Some(action.region),
                action: Some(action.id),
                actor: Actor::System,
                data: json!({ "number": action.number, "kind": action.content.kind, "state": to.phase(),
                    "training": action.training }),
            }])
            .await?;
            self.commit_and_wake(tx).await?;
            expired += 1;
        }
        Ok(expired)
    }
}

impl Closing {
    /// The closing with the outcome's own texts.
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            texts: None,
            confirmed: Confirmed::nothing(),
        }
    }
}
