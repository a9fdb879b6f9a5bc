//! How many actions one may start, and what happens over that: refused until there is room again, or started with
//! a reason that is kept and of which a second person is told.

use std::time::Duration;

use serde_json::json;

use super::super::{Desk, DeskError, Result, Scope};
use super::approval::checked_reason;
use super::event;
use crate::desk::safeguards::MostActions;
use crate::dispatch::plan::priority;
use crate::domain::action::{Action, Deed, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::event::EventKind;
use crate::domain::id::OverrideId;
use crate::domain::said::Said;
use crate::storage::Tx;
use crate::storage::events::NewEvent;
use crate::storage::overrides::Override;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reached {
    /// Its name, in the API and in the list of overrides.
    name: &'static str,
    most: u32,
    by_account: bool,
    window: Duration,
    /// When there is room again.
    free_at: Timestamp,
}

impl Reached {
    /// What is the matter, when it is possible again, and what to do.
    fn said(&self) -> Said {
        let time = dutch_time(self.free_at).format("%Y-%m-%d %H:%M");
        let most = self.most;
        let (span_nl, span_en) = if self.window == HOUR {
            ("een uur", "an hour")
        } else {
            ("24 uur", "24 hours")
        };
        let (who_nl, who_en) = if self.by_account {
            ("u hebt", "you started")
        } else {
            ("in uw werkgebied zijn", "in your territory there were")
        };
        Said::new(
            format!(
                "{who_nl} in {span_nl} {most} acties gestart, en meer mag niet: het kan weer om {time}, of nu met een \
                 reden, die een ander te horen krijgt"
            ),
            format!(
                "{who_en} {most} actions within {span_en}, which is the most: it is possible again at {time} Dutch time, \
                 or now with a reason, which somebody else is told"
            ),
        )
    }
}

impl Desk {
    /// Counts a start towards its limits, first of all in its transaction. Over one of them it goes on only with
    /// a reason: then answers the event that tells of it.
    pub(super) async fn count_start(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        action: &Action,
        deed: Deed,
        over_limit: Option<&str>,
    ) -> Result<Option<NewEvent>> {
        tx.lock_starts().await?;
        let Some(reached) = self.reached_limit(tx, scope, action, deed.at).await? else {
            return Ok(None);
        };
        let Some(reason) = over_limit else {
            return Err(DeskError::Limited {
                code: reached.name,
                text: reached.said(),
                retry_after: reached.free_at.since(deed.at),
            });
        };
        let new = Override {
            id: OverrideId::new(deed.at, &self.parts().random),
            action: action.id,
            region: action.region,
            account: scope.account,
            limit: reached.name.to_owned(),
            reason: checked_reason(reason)?.to_owned(),
            happened_at: deed.at,
            told_at: None,
            seen: None,
        };
        let addresses = self.addresses_to_tell(tx, &new).await?;
        if addresses.is_empty() {
            tracing::warn!("a start over a limit is told to nobody by mail: set limits.told");
        }
        tx.insert_override(&self.parts().keys, &new, addresses).await?;
        let mut told = event(
            action,
            action.region,
            EventKind::LimitOverridden,
            deed,
            Phase::Active,
        );
        told.data["limit"] = json!(new.limit);
        told.data["override"] = json!(new.id);
        Ok(Some(told))
    }

    /// Of the limits that are reached, the one that is free again last.
    async fn reached_limit(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        action: &Action,
        now: Timestamp,
    ) -> Result<Option<Reached>> {
        let urgency = action.content.kind.defaults().urgency;
        let limits = &self.safeguards().limits;
        let mut last: Option<Reached> = None;
        for (by_account, names, MostActions { an_hour, a_day }) in [
            (
                true,
                ["limit_account_hour", "limit_account_day"],
                limits.by_account.of(urgency),
            ),
            (
                false,
                ["limit_territory_hour", "limit_territory_day"],
                limits.in_territory.of(urgency),
            ),
        ] {
            for (name, window, most) in [(names[0], HOUR, an_hour), (names[1], DAY, a_day)] {
                if most == u32::MAX {
                    continue;
                }
                let (since, priority) = (now - window, priority(urgency));
                let starts = if by_account {
                    tx.list_starts_by(scope.account, priority, since, most).await?
                } else {
                    tx.list_starts_in(scope.region, priority, since, most).await?
                };
                // As many as are allowed, and the oldest of them still counts.
                let Some(oldest) = starts.get(most as usize - 1) else {
                    continue;
                };
                let reached = Reached {
                    name,
                    most,
                    by_account,
                    window,
                    free_at: *oldest + window,
                };
                if last.is_none_or(|last| last.free_at < reached.free_at) {
                    last = Some(reached);
                }
            }
        }
        Ok(last)
    }
}

#[cfg(test)]
mod tests;
