//! Finding actions: by filters and words, page by page.

use super::super::paging::{read_cursor, write_cursor};
use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::action::Action;
use crate::domain::id::{ActionId, BatchNumber, WaveId};
use crate::storage::actions::listing::{ActionCursor, ActionFilter, ActionOrder};
use crate::storage::batches::told::RecipientDisposition;

/// The most items of a page.
pub const MAX_PAGE: u32 = 200;
/// The most actions that one search opens: a page may come out shorter, and says where to go on.
const SEARCH_SPAN: usize = 2_000;
/// The most characters of a search.
const MAX_SEARCH_CHARS: usize = 100;

/// Which actions, in which order.
#[derive(Clone, Debug, Default)]
pub struct ActionQuery {
    /// By state, kind, region and period.
    pub filter: ActionFilter,
    /// In which order.
    pub order: ActionOrder,
    /// Words that stand in description or texts.
    pub search: Option<String>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// How many, at most [`MAX_PAGE`].
    pub limit: u32,
}

/// A page of actions.
#[derive(Clone, Debug)]
pub struct ActionPage {
    /// The actions.
    pub actions: Vec<Action>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl Desk {
    /// A page of the actions in the caller's territory.
    pub async fn list_actions(&self, scope: &Scope, query: &ActionQuery) -> Result<ActionPage> {
        scope.require(Permission::SeeActions)?;
        let region = query.filter.region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeActions, &territory, region, "region")?;
        let filter = ActionFilter {
            region: Some(region),
            ..query.filter.clone()
        };
        let search = query.search.as_deref().map(str::trim).unwrap_or_default();
        if search.chars().count() > MAX_SEARCH_CHARS {
            return Err(Reason::SearchTooLong.into());
        }
        let limit = query.limit.clamp(1, MAX_PAGE);
        let wanted = limit as usize;
        let after = query.after.as_deref().map(read_cursor).transpose()?;
        let mut after = after.map(|(created_at, id)| ActionCursor {
            created_at,
            id: ActionId::from_uuid(id),
        });
        let (mut actions, mut opened) = (Vec::new(), 0);
        let mut tx = self.parts().store.read().await?;
        let more = loop {
            let rows = tx
                .list_actions(&self.parts().keys, &filter, query.order, after, limit)
                .await?;
            let full = rows.len() == wanted;
            opened += rows.len();
            for action in rows {
                if actions.len() == wanted {
                    break;
                }
                after = Some(ActionCursor::after(&action));
                if search.is_empty() || action.content.contains(search) {
                    actions.push(action);
                }
            }
            if !full {
                break false;
            }
            if actions.len() == wanted || opened >= SEARCH_SPAN {
                break true;
            }
        };
        let next = after
            .filter(|_| more)
            .map(|after| write_cursor(after.created_at, after.id.as_uuid()));
        Ok(ActionPage { actions, next })
    }

    /// Where the recipients of a wave are, in the order of sending: up to `limit` of them after a place. Who moves
    /// to a later batch meanwhile comes later once more; nobody is left out.
    pub async fn list_wave_recipients(
        &self,
        scope: &Scope,
        action: ActionId,
        wave: WaveId,
        after: Option<(BatchNumber, u16)>,
        limit: usize,
    ) -> Result<Vec<RecipientDisposition>> {
        let mut tx = self.parts().store.read().await?;
        self.action_for(&mut tx, scope, Permission::SeeActions, action)
            .await?;
        let found = tx.find_wave(&self.parts().keys, wave).await?;
        if found.is_none_or(|found| found.action != action) {
            return Err(DeskError::NotFound("wave"));
        }
        let recipients = tx.list_recipients(wave).await?;
        let limit = limit.min(MAX_PAGE as usize * 5);
        let is_after =
            |one: &RecipientDisposition| after.is_none_or(|after| (one.batch, one.position) > after);
        Ok(recipients.into_iter().filter(is_after).take(limit).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::fixture::{Room, area, operator};
    use super::*;
    use crate::domain::channel::Channel;
    use crate::domain::delivery::Disposition;
    use crate::domain::id::NodeId;
    use crate::domain::random::Random;
    use crate::storage::batches::{BATCH_SIZE, BatchState, NewBatch, Progress};

    #[tokio::test]
    async fn a_recipient_who_moves_between_two_pages_hides_nobody() {
        for room in Room::each().await {
            let action = room.started(area(0, 0, 5, 5)).await;
            let wave = room.desk.action(&operator(), action.id).await.unwrap().waves[0]
                .wave
                .id;
            let page = async |after, limit| {
                let page = room
                    .desk
                    .list_wave_recipients(&operator(), action.id, wave, after, limit)
                    .await;
                page.unwrap()
            };
            let all = page(None, BATCH_SIZE).await;
            assert_eq!(all.len(), 25);
            let first = page(None, 10).await;
            let last = first.last().map(|last| (last.batch, last.position));
            // Those of the first page are split off to a batch of their own.
            let batch = room.hand_over(0, true).await.remove(0);
            let mut outcomes = batch.outcomes.clone();
            outcomes[..10].fill(Disposition::Moved);
            let now = room.clock.now();
            let owner = NodeId::new(now, &Random::from_seed(1));
            let progress = Progress {
                number: batch.number,
                claims: batch.claims,
                outcomes: &outcomes,
                intent_to: 0,
                state: BatchState::Ready { not_before: now },
                first_handover_at: None,
                last_handover_at: None,
            };
            let mut tx = room.database.store.write().await.unwrap();
            assert!(tx.record_progress(owner, now, &progress).await.unwrap());
            let moved = NewBatch {
                wave,
                channel: Channel::Sms,
                account: "sms".to_owned(),
                priority: 0,
                ordinal: 0,
                members: batch.members[..10].to_vec(),
                outcomes: vec![Disposition::Queued; 10],
                attempt: 1,
                not_before: now,
                origin: None,
            };
            tx.insert_batches(&[moved]).await.unwrap();
            tx.commit().await.unwrap();
            let second = page(last, BATCH_SIZE).await;
            let seen: BTreeSet<_> = first.iter().chain(&second).map(|one| one.participant).collect();
            let everyone: BTreeSet<_> = all.iter().map(|one| one.participant).collect();
            assert_eq!(seen, everyone);
            let ordered = |one: &RecipientDisposition| (one.batch, one.position);
            assert!(second.iter().map(ordered).is_sorted());
        }
    }
}
