//! What everyone may read: of every public action the text that counts now, and where it is.
//!
//! Nothing is stored for it. What the feeds say follows from the action's waves, stops and end, so there is nothing
//! that could be published and not sent, or sent and not published. A stop ends what is public as well, since the
//! text may be wrong; an update after it is public again. A text that another took the place of is not shown any
//! more, and of an action that ended only that it did.

use std::time::Duration;

use super::{Desk, Result};
use crate::cap::outline::Outline;
use crate::domain::action::{Action, ActionKind, ActionNumber, ActionState, Texts};
use crate::domain::area::Area;
use crate::domain::clock::Timestamp;
use crate::domain::wave::WaveKind;
use crate::storage::{StorageError, Tx};
use timeline::{Latest, Step, latest};

mod alert;
#[cfg(test)]
mod tests;
mod timeline;

pub use alert::Publisher;

/// The most actions of the feeds.
pub const MOST_ACTIONS: u32 = 100;

/// A public action as everyone may read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bulletin {
    /// Its number.
    pub number: ActionNumber,
    /// Whether it is an exercise.
    pub training: bool,
    /// What it is about.
    pub kind: ActionKind,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it goes on: people are still to look out.
    pub is_running: bool,
    /// Where it is.
    pub outline: Outline,
    /// What the region is called that it belongs to.
    pub place: String,
    latest: Latest,
}

impl Bulletin {
    /// What was said last.
    pub const fn texts(&self) -> &Texts {
        &self.latest.texts
    }

    /// When.
    pub const fn updated_at(&self) -> Timestamp {
        self.latest.at
    }
}

impl Desk {
    /// The public actions that run, and those that ended no longer than this ago, the latest start first.
    pub async fn bulletins(&self, ended_for: Duration) -> Result<Vec<Bulletin>> {
        let now = self.now();
        let mut tx = self.parts().store.read().await?;
        let actions = tx
            .list_public_actions(&self.parts().keys, now - ended_for, MOST_ACTIONS)
            .await?;
        let mut bulletins = Vec::with_capacity(actions.len());
        for action in actions {
            if let Some(bulletin) = self.bulletin(&mut tx, &action, now).await? {
                bulletins.push(bulletin);
            }
        }
        Ok(bulletins)
    }

    /// What is public of an action; nothing when its time was over before anybody ended it.
    pub(in crate::desk) async fn bulletin(
        &self,
        tx: &mut Tx,
        action: &Action,
        now: Timestamp,
    ) -> Result<Option<Bulletin>> {
        let Some(run) = action.state.run() else {
            return Ok(None);
        };
        let (steps, areas) = self.steps(tx, action).await?;
        let Some(latest) = latest(steps) else {
            return Ok(None);
        };
        let is_ended = action.state.phase().is_ended();
        let counts = !latest.is_end() && now < run.expires_at;
        if !counts && !latest.is_end() {
            return Ok(None);
        }
        let territory = self.directory().territory();
        let place = territory.get(action.region).map(|region| region.name.clone());
        Ok(Some(Bulletin {
            number: action.number,
            training: action.training,
            kind: action.content.kind,
            started_at: run.started.at,
            expires_at: run.expires_at,
            is_running: counts && !is_ended,
            outline: Outline::of(&areas, &territory),
            place: place.unwrap_or_default(),
            latest,
        }))
    }

    /// Everywhere that an action was aimed at, as far as it was told.
    pub(in crate::desk) async fn told_areas(&self, tx: &mut Tx, action: &Action) -> Result<Vec<Area>> {
        Ok(self.steps(tx, action).await?.1)
    }

    /// What happened to an action as far as everyone may know, and everywhere that it was aimed at.
    async fn steps(&self, tx: &mut Tx, action: &Action) -> Result<(Vec<(Timestamp, Step)>, Vec<Area>)> {
        let (keys, now) = (&self.parts().keys, self.now());
        let (mut steps, mut areas, mut told_end) = (Vec::new(), Vec::new(), false);
        for wave in tx.list_waves(keys, action.id).await? {
            // What is held may still be taken back, and what was stopped in its hold was told to nobody.
            let at = wave.held_until.unwrap_or(wave.created_at).max(wave.created_at);
            if at > now || wave.halted_at.is_some_and(|halted_at| halted_at < at) {
                continue;
            }
            if wave.kind == WaveKind::Fallback {
                // It repeats another one to those who did not hear it.
                continue;
            }
            let texts = wave.message.texts();
            if let Some(area) = &wave.area {
                areas.push(serde_json::from_str(area).map_err(|_| StorageError::Corrupt("waves.area"))?);
            }
            told_end |= wave.kind == WaveKind::Closing;
            steps.push((
                at,
                match wave.kind {
                    // After a correction nothing counts that was told before.
                    WaveKind::Closing | WaveKind::Correction => Step::Ended(texts),
                    _ => Step::Told(texts),
                },
            ));
        }
        steps.extend(
            tx.list_stops(action.id)
                .await?
                .into_iter()
                .map(|at| (at, Step::Stopped)),
        );
        if let (false, ActionState::Closed { .. } | ActionState::Withdrawn { .. }, Some(ended_at)) =
            (told_end, &action.state, action.state.ended_at())
        {
            let texts = tx.find_closing_texts(keys, action.id).await?;
            steps.push((ended_at, Step::Ended(texts.unwrap_or_default())));
        }
        // Of one moment, what was told comes before the stop.
        steps.sort_by_key(|(at, _)| *at);
        Ok((steps, areas))
    }
}
