//! Starts over a limit: what counts towards one, who went over it and why, and who was told.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, OverrideId, RegionId};
use crate::domain::participant::EmailAddress;

statements! {
    // Of the latest starts, at most as many as the limit.
    LIST_BY_ACCOUNT = "select created_at from waves where kind = 'first' and priority = $1 and created_by = $2 \
        and created_at > $3 order by created_at desc limit $4";
    LIST_IN_TERRITORY = "select w.created_at from waves w join actions a on a.id = w.action_id \
        where w.kind = 'first' and w.priority = $1 and a.region_id in (with recursive part (id) as ( \
            select id from regions where id = $2 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
        and w.created_at > $3 order by w.created_at desc limit $4";
    INSERT = "insert into overrides (id, action_id, region_id, account_id, limit_name, reason_sealed, happened_at, \
        untold_sealed, told_at, not_before) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LIST = "select id, action_id, region_id, account_id, limit_name, reason_sealed, happened_at, told_at, seen_by, seen_at \
        from overrides where (happened_at, id) < ($1, $2) and region_id in (with recursive part (id) as ( \
            select id from regions where id = $3 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
        order by happened_at desc, id desc limit $4";
    FIND = "select id, action_id, region_id, account_id, limit_name, reason_sealed, happened_at, told_at, seen_by, seen_at \
        from overrides where id = $1";
    HAS_UNTOLD = "select cast(1 as bigint) from overrides where told_at is null and not_before <= $1 limit 1";
    MARK_SEEN = "update overrides set seen_by = $2, seen_at = $3 where id = $1 and seen_by is null";
    CLAIM_UNTOLD = {
        sqlite: "update overrides set not_before = $2, tries = tries + 1 where id in (select id from overrides \
            where told_at is null and not_before <= $1 order by not_before limit 20) \
            returning id, action_id, account_id, limit_name, happened_at, untold_sealed, tries",
        postgres: "update overrides set not_before = $2, tries = tries + 1 where id in (select id from overrides \
            where told_at is null and not_before <= $1 order by not_before limit 20 for update skip locked) \
            returning id, action_id, account_id, limit_name, happened_at, untold_sealed, tries"
    };
    MARK_TOLD = "update overrides set untold_sealed = $3, told_at = $4, not_before = $5 where id = $1 and tries = $2";
}

const REASON: &str = "overrides.reason";
const UNTOLD: &str = "overrides.untold";

/// A start over a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// The action that was started.
    pub action: ActionId,
    /// The region of the action.
    pub region: RegionId,
    /// Who started it.
    pub account: AccountId,
    /// Which limit: `account_hour`, for instance.
    pub limit: String,
    /// Why.
    pub reason: String,
    /// When.
    pub happened_at: Timestamp,
    /// When the mails about it had left; none while they wait.
    pub told_at: Option<Timestamp>,
    /// Which second person said that they saw it, and when.
    pub seen: Option<(AccountId, Timestamp)>,
}

/// An override of which addresses are yet to be told.
#[derive(Clone, Debug)]
pub struct Untold {
    /// The override.
    pub id: OverrideId,
    /// The action that was started.
    pub action: ActionId,
    /// Who started it.
    pub account: AccountId,
    /// Which limit.
    pub limit: String,
    /// When.
    pub happened_at: Timestamp,
    /// Whom to tell.
    pub addresses: Vec<EmailAddress>,
    /// How often it was tried, this time included.
    pub tries: i64,
}

#[derive(Serialize, Deserialize)]
struct Addresses(Vec<EmailAddress>);

#[derive(FromRow)]
struct OverrideRow {
    id: Uuid,
    action_id: Uuid,
    region_id: Uuid,
    account_id: Uuid,
    limit_name: String,
    reason_sealed: Vec<u8>,
    happened_at: i64,
    told_at: Option<i64>,
    seen_by: Option<Uuid>,
    seen_at: Option<i64>,
}

impl OverrideRow {
    fn open(self, keys: &Keyring) -> Result<Override> {
        let seen = self.seen_by.zip(self.seen_at);
        Ok(Override {
            id: OverrideId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            region: RegionId::from_uuid(self.region_id),
            account: AccountId::from_uuid(self.account_id),
            limit: self.limit_name,
            reason: keys.open_json(REASON, &self.reason_sealed)?,
            happened_at: Timestamp::from_millis(self.happened_at),
            told_at: self.told_at.map(Timestamp::from_millis),
            seen: seen.map(|(by, at)| (AccountId::from_uuid(by), Timestamp::from_millis(at))),
        })
    }
}

impl Tx {
    /// Makes this transaction wait for whoever counts starts before it. Call it first.
    pub async fn lock_starts(&mut self) -> Result<()> {
        self.take_numbers("start", 1).await.map(drop)
    }

    /// The moments of an account's latest starts since one, at most `limit` of them, the latest first.
    pub async fn list_starts_by(
        &mut self,
        account: AccountId,
        priority: u8,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>> {
        let values = values![priority, account, since, limit];
        let rows: Vec<(i64,)> = self.list(LIST_BY_ACCOUNT, values).await?;
        Ok(rows.into_iter().map(|(at,)| Timestamp::from_millis(at)).collect())
    }

    /// The same of everyone, of actions in a region or one inside it.
    pub async fn list_starts_in(
        &mut self,
        region: RegionId,
        priority: u8,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>> {
        let values = values![priority, region, since, limit];
        let rows: Vec<(i64,)> = self.list(LIST_IN_TERRITORY, values).await?;
        Ok(rows.into_iter().map(|(at,)| Timestamp::from_millis(at)).collect())
    }

    /// Stores a start over a limit, with whom to tell of it.
    pub async fn insert_override(
        &mut self,
        keys: &Keyring,
        new: &Override,
        addresses: Vec<EmailAddress>,
    ) -> Result<()> {
        let told_at = addresses.is_empty().then_some(new.happened_at);
        let values = values![
            new.id,
            new.action,
            new.region,
            new.account,
            new.limit.as_str(),
            keys.seal_json(REASON, &new.reason),
            new.happened_at,
            keys.seal_json(UNTOLD, &Addresses(addresses)),
            told_at,
            new.happened_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// Up to `limit` overrides in a region or one inside it before a place, the latest first.
    pub async fn list_overrides(
        &mut self,
        keys: &Keyring,
        region: RegionId,
        before: Option<(Timestamp, OverrideId)>,
        limit: u32,
    ) -> Result<Vec<Override>> {
        let (at, id) = before.map_or((Timestamp::from_millis(i64::MAX), Uuid::max()), |(at, id)| {
            (at, id.as_uuid())
        });
        let rows: Vec<OverrideRow> = self.list(LIST, values![at, id, region, limit]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// The override of this id.
    pub async fn find_override(&mut self, keys: &Keyring, id: OverrideId) -> Result<Option<Override>> {
        let row: Option<OverrideRow> = self.find(FIND, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Says that a second person saw it. False when one did before.
    pub async fn mark_override_seen(
        &mut self,
        id: OverrideId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<bool> {
        Ok(self.execute(MARK_SEEN, values![id, by, now]).await? == 1)
    }

    /// Whether somebody is yet to be told of a start.
    pub async fn has_untold(&mut self, now: Timestamp) -> Result<bool> {
        Ok(self.find::<(i64,)>(HAS_UNTOLD, values![now]).await?.is_some())
    }

    /// Takes some of which addresses are yet to be told; nobody else does so before `until`.
    pub async fn claim_untold(
        &mut self,
        keys: &Keyring,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Untold>> {
        type Row = (Uuid, Uuid, Uuid, String, i64, Vec<u8>, i64);
        let rows: Vec<Row> = self.list(CLAIM_UNTOLD, values![now, until]).await?;
        rows.into_iter()
            .map(|(id, action, account, limit, at, untold, tries)| {
                let Addresses(addresses) = keys.open_json(UNTOLD, &untold)?;
                Ok(Untold {
                    id: OverrideId::from_uuid(id),
                    action: ActionId::from_uuid(action),
                    account: AccountId::from_uuid(account),
                    limit,
                    happened_at: Timestamp::from_millis(at),
                    addresses,
                    tries,
                })
            })
            .collect()
    }

    /// Writes who is left to be told, under the try that was taken; `told_at` when nobody is.
    pub async fn mark_told(
        &mut self,
        keys: &Keyring,
        taken: &Untold,
        left: Vec<EmailAddress>,
        told_at: Option<Timestamp>,
        not_before: Timestamp,
    ) -> Result<bool> {
        let left = keys.seal_json(UNTOLD, &Addresses(left));
        let values = values![taken.id, taken.tries, left, told_at, not_before];
        Ok(self.execute(MARK_TOLD, values).await? == 1)
    }
}
