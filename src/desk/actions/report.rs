//! The clock of lost minutes and the success rate.

use std::time::Duration;

use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::lost_minutes::{Moments, Step, StepMedian, medians};
use crate::domain::outcome::{OutcomeKind, SuccessRate};
use crate::storage::actions::moments::ActionMoments;

/// The most actions of one report: more than a region starts in five years.
const MAX_ACTIONS: u32 = 10_000;

/// A step of one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StepTaken {
    /// The step.
    pub step: Step,
    /// How long it took; none while one of its moments is missing.
    pub took_ms: Option<u64>,
}

/// What became of the actions of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionReport {
    /// Actions started.
    pub started: u64,
    /// Of these, those with hurry.
    pub time_critical: u64,
    /// Of these, how many ended how; in the order of [`OutcomeKind::ALL`].
    pub outcomes: Vec<(OutcomeKind, u64)>,
    /// Of these, how many ended without anybody saying how.
    pub without_outcome: u64,
    /// Direct successes of those that ended and were not withdrawn.
    pub success: SuccessRate,
    /// The median of every step.
    pub medians: Vec<StepMedian>,
}

impl ActionReport {
    pub(crate) fn of(actions: &[ActionMoments]) -> Self {
        let count = |test: &dyn Fn(&ActionMoments) -> bool| {
            actions.iter().filter(|action| test(action)).count() as u64
        };
        let outcomes: Vec<_> = OutcomeKind::ALL
            .into_iter()
            .map(|kind| (kind, count(&|action| action.outcome == Some(kind))))
            .collect();
        let moments: Vec<Moments> = actions.iter().map(|action| action.moments).collect();
        Self {
            started: actions.len() as u64,
            time_critical: count(&|action| action.kind.is_time_critical()),
            without_outcome: count(&|action| action.phase.is_ended() && action.outcome.is_none()),
            success: SuccessRate {
                successes: count(&|action| action.outcome == Some(OutcomeKind::DirectSuccess)),
                total: count(&|action| {
                    action.phase.is_ended() && action.outcome != Some(OutcomeKind::Withdrawn)
                }),
            },
            medians: medians(&moments),
            outcomes,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Desk {
    /// The clock of lost minutes of one action.
    pub async fn lost_minutes(&self, scope: &Scope, id: ActionId) -> Result<(Moments, Vec<StepTaken>)> {
        let mut tx = self.parts().store.read().await?;
        self.action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        let found = tx.find_moments(id).await?;
        let moments = found.ok_or(DeskError::NotFound("action"))?.moments;
        let steps = Step::ALL.map(|step| StepTaken {
            step,
            took_ms: moments.took(step).map(millis),
        });
        Ok((moments, steps.to_vec()))
    }

    /// What became of the actions that were started in a period, in a region of the caller's territory or all
    /// of it.
    pub async fn report_actions(
        &self,
        scope: &Scope,
        from: Timestamp,
        until: Timestamp,
        region: Option<RegionId>,
    ) -> Result<ActionReport> {
        let region = region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeStatistics, &territory, region, "region")?;
        if until <= from {
            return Err(Reason::PeriodReversed.into());
        }
        let mut tx = self.parts().store.read().await?;
        let actions = tx
            .list_moments(from, until, Some(region), MAX_ACTIONS + 1)
            .await?;
        if actions.len() > MAX_ACTIONS as usize {
            return Err(Reason::PeriodTooLong.into());
        }
        Ok(ActionReport::of(&actions))
    }
}
