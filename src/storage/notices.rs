//! What other systems alerted of, and what became of it. The messages are sealed: they may name people.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, NoticeId, RegionId};

pub mod sources;

statements! {
    INSERT_PROPOSAL = "insert into notices (id, source, region_id, message_hash, state, reason, alert_sealed, sent_at, \
        received_at, expires_at, follows_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        on conflict (message_hash) do nothing";
    FIND_PROPOSAL = "select id, source, region_id, state, reason, alert_sealed, sent_at, received_at, expires_at, \
        follows_id, action_id, settled_by, settled_at from notices where id = $1";
    FIND_BY_MESSAGE = "select id, source, region_id, state, reason, alert_sealed, sent_at, received_at, expires_at, \
        follows_id, action_id, settled_by, settled_at from notices where message_hash = $1";
    LIST_PROPOSALS = "select id, source, region_id, state, reason, alert_sealed, sent_at, received_at, expires_at, \
        follows_id, action_id, settled_by, settled_at from notices where (received_at, id) < ($1, $2) \
        and (state = $3 or $3 is null) and (expires_at > $4 or expires_at is null or state <> 'open' or $3 is null) \
        and region_id in (with recursive part (id) as ( \
            select id from regions where id = $5 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
        order by received_at desc, id desc limit $6";
    SETTLE = "update notices set state = $3, action_id = $4, settled_by = $5, settled_at = $6 \
        where id = $1 and state = $2";
    INSERT_REFERENCE = "insert into notice_references (notice_id, message_hash) values ($1, $2) \
        on conflict do nothing";
    FIND_REFERRING = "select p.id, p.source, p.region_id, p.state, p.reason, p.alert_sealed, p.sent_at, p.received_at, \
        p.expires_at, p.follows_id, p.action_id, p.settled_by, p.settled_at from notice_references r \
        join notices p on p.id = r.notice_id where r.message_hash = $1 and p.source = $2 \
        order by p.sent_at desc limit 1";
    COUNT_OPEN = "select cast(count(*) as bigint) from notices where source = $1 and state = 'open'";
    DELETE_OLD = "delete from notices where received_at < $1 and action_id is null";
}

const ALERT: &str = "notices.alert";
const MESSAGE: &str = "notices.message";

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// To be judged.
    Open,
    /// Somebody made a draft of it.
    Drafted,
    /// Somebody judged that nothing is to be done.
    Dismissed,
    /// A later message took its place before anybody judged it.
    Superseded,
    /// Its sender called it back before anybody judged it.
    Cancelled,
    /// It says that another ended: nothing to judge.
    Noted,
    /// It is no notice: an exercise, a test, without an area.
    Refused,
}

impl NoticeState {
    const ALL: [Self; 7] = [
        Self::Open,
        Self::Drafted,
        Self::Dismissed,
        Self::Superseded,
        Self::Cancelled,
        Self::Noted,
        Self::Refused,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Drafted => "drafted",
            Self::Dismissed => "dismissed",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
            Self::Noted => "noted",
            Self::Refused => "refused",
        }
    }
}

/// A message with what became of it; `T` is the message itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice<T> {
    /// Its id.
    pub id: NoticeId,
    /// Where it came from, by its name in the configuration.
    pub source: String,
    /// The region that it is for.
    pub region: RegionId,
    /// What became of it.
    pub state: NoticeState,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The message.
    pub alert: T,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it came in.
    pub received_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Option<Timestamp>,
    /// The notice that it takes the place of.
    pub follows: Option<NoticeId>,
    /// The action whose draft was made of it.
    pub action: Option<ActionId>,
    /// Who judged it.
    pub settled_by: Option<AccountId>,
    /// When.
    pub settled_at: Option<Timestamp>,
}

/// A message as the database knows it: hashed, since a sender may be a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageHash(Vec<u8>);

impl MessageHash {
    /// Of sender, identifier and moment, of this source alone: no source speaks for another.
    pub fn of(keys: &Keyring, source: &str, sender: &str, identifier: &str, sent: Timestamp) -> Self {
        let text = format!("{source}\u{0}{sender}\u{0}{identifier}\u{0}{}", sent.as_secs());
        Self(keys.hash(MESSAGE, &text))
    }
}

#[derive(FromRow)]
struct NoticeRow {
    id: Uuid,
    source: String,
    region_id: Uuid,
    state: String,
    reason: Option<String>,
    alert_sealed: Vec<u8>,
    sent_at: i64,
    received_at: i64,
    expires_at: Option<i64>,
    follows_id: Option<Uuid>,
    action_id: Option<Uuid>,
    settled_by: Option<Uuid>,
    settled_at: Option<i64>,
}

impl NoticeRow {
    fn open<T: serde::de::DeserializeOwned>(self, keys: &Keyring) -> Result<Notice<T>> {
        let state = NoticeState::ALL
            .into_iter()
            .find(|state| state.name() == self.state);
        Ok(Notice {
            id: NoticeId::from_uuid(self.id),
            source: self.source,
            region: RegionId::from_uuid(self.region_id),
            state: state.ok_or(StorageError::Corrupt("notices.state"))?,
            reason: self.reason,
            alert: keys.open_json(ALERT, &self.alert_sealed)?,
            sent_at: Timestamp::from_millis(self.sent_at),
            received_at: Timestamp::from_millis(self.received_at),
            expires_at: self.expires_at.map(Timestamp::from_millis),
            follows: self.follows_id.map(NoticeId::from_uuid),
            action: self.action_id.map(ActionId::from_uuid),
            settled_by: self.settled_by.map(AccountId::from_uuid),
            settled_at: self.settled_at.map(Timestamp::from_millis),
        })
    }
}

impl Tx {
    /// Stores a message that was not there, with those that it refers to; false when it was there.
    pub async fn insert_notice<T: serde::Serialize + Sync>(
        &mut self,
        keys: &Keyring,
        notice: &Notice<T>,
        message: &MessageHash,
        references: &[MessageHash],
    ) -> Result<bool> {
        let values = values![
            notice.id,
            notice.source.clone(),
            notice.region,
            message.0.clone(),
            notice.state.name(),
            notice.reason.clone(),
            keys.seal_json(ALERT, &notice.alert),
            notice.sent_at,
            notice.received_at,
            notice.expires_at,
            notice.follows,
        ];
        if self.execute(INSERT_PROPOSAL, values).await? == 0 {
            return Ok(false);
        }
        for reference in references {
            let values = values![notice.id, reference.0.clone()];
            self.execute(INSERT_REFERENCE, values).await?;
        }
        Ok(true)
    }

    /// The message of this id.
    pub async fn find_notice<T: serde::de::DeserializeOwned>(
        &mut self,
        keys: &Keyring,
        id: NoticeId,
    ) -> Result<Option<Notice<T>>> {
        let row: Option<NoticeRow> = self.find(FIND_PROPOSAL, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The message that is known by this hash.
    pub async fn find_notice_of_message<T: serde::de::DeserializeOwned>(
        &mut self,
        keys: &Keyring,
        message: &MessageHash,
    ) -> Result<Option<Notice<T>>> {
        let row: Option<NoticeRow> = self.find(FIND_BY_MESSAGE, values![message.0.clone()]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The latest message of a source that ends or takes the place of this one.
    pub async fn find_notice_referring<T: serde::de::DeserializeOwned>(
        &mut self,
        keys: &Keyring,
        source: &str,
        message: &MessageHash,
    ) -> Result<Option<Notice<T>>> {
        let values = values![message.0.clone(), source];
        let row: Option<NoticeRow> = self.find(FIND_REFERRING, values).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Up to `limit` messages for a region or one inside it, the latest first, before a place in the list; in one
    /// state where it is given, and open ones only while they count.
    pub async fn list_notices<T: serde::de::DeserializeOwned>(
        &mut self,
        keys: &Keyring,
        region: RegionId,
        state: Option<NoticeState>,
        before: Option<(Timestamp, NoticeId)>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Notice<T>>> {
        let latest = (Timestamp::from_millis(i64::MAX), NoticeId::from_uuid(Uuid::max()));
        let (received_at, id) = before.unwrap_or(latest);
        let values = values![received_at, id, state.map(NoticeState::name), now, region, limit];
        let rows: Vec<NoticeRow> = self.list(LIST_PROPOSALS, values).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Brings a message from one state to another; false when it was not in it any more.
    pub async fn settle_notice(
        &mut self,
        id: NoticeId,
        from: NoticeState,
        to: NoticeState,
        action: Option<ActionId>,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<bool> {
        let values = values![id, from.name(), to.name(), action, by, now];
        Ok(self.execute(SETTLE, values).await? == 1)
    }

    /// How many messages of a source wait to be judged.
    pub async fn count_open_notices(&mut self, source: &str) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT_OPEN, values![source]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// Forgets messages that came in before a moment, but those that became an action.
    pub async fn delete_old_notices(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD, values![before]).await
    }
}
