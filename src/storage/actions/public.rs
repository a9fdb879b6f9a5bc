//! The actions that everyone may read: those that run, and for a while those that ended.

use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::statement::Statement;
use super::super::{Result, Tx};
use super::moment;
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;

statements! {
    LIST_PUBLIC = "select id from actions where is_public = 1 and started_at is not null \
        and (state in ('active', 'paused') or ended_at >= $1) order by started_at desc, id desc limit $2";
    LIST_FOR_PARTICIPANTS = "select id from actions where started_at is not null \
        and (state in ('active', 'paused') or ended_at >= $1) order by started_at desc, id desc limit $2";
    LIST_STOPS = "select happened_at from events where action_id = $1 and kind = 'action.stopped' \
        order by number limit 100";
}

impl Tx {
    /// The public actions that run or ended at or after a moment, the latest first, at most `limit`.
    pub async fn list_public_actions(
        &mut self,
        keys: &Keyring,
        ended_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Action>> {
        self.list_started(LIST_PUBLIC, keys, ended_since, limit).await
    }

    /// The same with those that only whoever was called on may see.
    pub async fn list_actions_for_participants(
        &mut self,
        keys: &Keyring,
        ended_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Action>> {
        self.list_started(LIST_FOR_PARTICIPANTS, keys, ended_since, limit)
            .await
    }

    async fn list_started(
        &mut self,
        which: Statement,
        keys: &Keyring,
        ended_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Action>> {
        let rows: Vec<(Uuid,)> = self.list(which, values![ended_since, limit]).await?;
        let mut actions = Vec::with_capacity(rows.len());
        for (id,) in rows {
            actions.extend(self.find_action(keys, ActionId::from_uuid(id)).await?);
        }
        Ok(actions)
    }

    /// When the waves of an action were stopped, each time.
    pub async fn list_stops(&mut self, action: ActionId) -> Result<Vec<Timestamp>> {
        let rows: Vec<(i64,)> = self.list(LIST_STOPS, values![action]).await?;
        Ok(rows.into_iter().map(|(at,)| moment(at)).collect())
    }
}
