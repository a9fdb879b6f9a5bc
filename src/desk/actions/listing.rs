//! Finding actions: by filters and words, page by page.

use super::super::paging::{read_cursor, write_cursor};
use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::action::Action;
use crate::domain::id::{ActionId, WaveId};
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

    /// Where the recipients of a wave are, in the order of sending: up to `limit` of them from a position on.
    pub async fn list_wave_recipients(
        &self,
        scope: &Scope,
        action: ActionId,
        wave: WaveId,
        from: usize,
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
        Ok(recipients.into_iter().skip(from).take(limit).collect())
    }
}
