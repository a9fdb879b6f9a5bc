//! Who is signed in. A token is stored as a keyed hash, so that a copy of the database opens no door.

use sqlx::FromRow;
use uuid::Uuid;

use super::participants::read_number;
use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ParticipantNumber, SessionId};

statements! {
    INSERT = "insert into sessions (id, token_hash, account_id, participant_number, created_at, seen_at, \
        expires_at, user_agent_sealed, proved_at, address_sealed) values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)";
    FIND = "select id, account_id, participant_number, created_at, seen_at, expires_at, user_agent_sealed, \
        proved_at, address_sealed from sessions where token_hash = $1";
    LIST_OF_ACCOUNT = "select id, account_id, participant_number, created_at, seen_at, expires_at, \
        user_agent_sealed, proved_at, address_sealed from sessions where account_id = $1 order by seen_at desc, id";
    LIST_OF_PARTICIPANT = "select id, account_id, participant_number, created_at, seen_at, expires_at, \
        user_agent_sealed, proved_at, address_sealed from sessions where participant_number = $1 order by seen_at desc, id";
    MARK_SEEN = "update sessions set seen_at = $2 where id = $1 and seen_at < $2";
    MARK_PROVED = "update sessions set proved_at = $2 where id = $1";
    DELETE = "delete from sessions where id = $1";
    DELETE_OF_ACCOUNT = "delete from sessions where account_id = $1 and id <> $2";
    DELETE_OF_PARTICIPANT = "delete from sessions where participant_number = $1 and id <> $2";
    DELETE_STALE = "delete from sessions where expires_at <= $1 \
        or (account_id is not null and seen_at <= $2) or (participant_number is not null and seen_at <= $3)";
}

const TOKEN: &str = "sessions.token";
const USER_AGENT: &str = "sessions.user_agent";
const ADDRESS: &str = "sessions.address";
/// No session has it: excepts nobody.
const NO_SESSION: SessionId = SessionId::from_uuid(Uuid::nil());

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionHolder {
    /// Someone who works with the network.
    Account(AccountId),
    /// A participant.
    Participant(ParticipantNumber),
}

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, to show and to revoke it by; opens nothing.
    pub id: SessionId,
    /// Whose it is.
    pub holder: SessionHolder,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// What the browser or app called itself.
    pub user_agent: Option<String>,
    /// When the holder last proved by a code to be themselves.
    pub proved_at: Option<Timestamp>,
    /// Where it was opened from, masked.
    pub address: Option<String>,
}

#[derive(FromRow)]
struct SessionRow {
    id: Uuid,
    account_id: Option<Uuid>,
    participant_number: Option<i64>,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
    user_agent_sealed: Option<Vec<u8>>,
    proved_at: Option<i64>,
    address_sealed: Option<Vec<u8>>,
}

impl SessionRow {
    fn open(self, keys: &Keyring) -> Result<Session> {
        let holder = match (self.account_id, self.participant_number) {
            (Some(account), None) => SessionHolder::Account(AccountId::from_uuid(account)),
            (None, Some(number)) => SessionHolder::Participant(read_number(number)?),
            _ => return Err(StorageError::Corrupt("sessions.holder")),
        };
        Ok(Session {
            id: SessionId::from_uuid(self.id),
            holder,
            created_at: Timestamp::from_millis(self.created_at),
            seen_at: Timestamp::from_millis(self.seen_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            user_agent: self
                .user_agent_sealed
                .map(|sealed| keys.open_json(USER_AGENT, &sealed))
                .transpose()?,
            proved_at: self.proved_at.map(Timestamp::from_millis),
            address: self
                .address_sealed
                .map(|sealed| keys.open_json(ADDRESS, &sealed))
                .transpose()?,
        })
    }
}

impl Tx {
    /// Stores a session that begins now under this token.
    pub async fn insert_session(&mut self, keys: &Keyring, session: &Session, token: &str) -> Result<()> {
        let (account, number) = match session.holder {
            SessionHolder::Account(account) => (Some(account), None),
            SessionHolder::Participant(number) => (None, Some(number)),
        };
        let values = values![
            session.id,
            keys.hash(TOKEN, token),
            account,
            number,
            session.created_at,
            session.expires_at,
            session
                .user_agent
                .as_ref()
                .map(|agent| keys.seal_json(USER_AGENT, agent)),
            session.proved_at,
            session
                .address
                .as_ref()
                .map(|address| keys.seal_json(ADDRESS, address)),
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// The session of this token, also when its time is over: that is the caller's to judge.
    pub async fn find_session(&mut self, keys: &Keyring, token: &str) -> Result<Option<Session>> {
        let row: Option<SessionRow> = self.find(FIND, values![keys.hash(TOKEN, token)]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The holder's sessions, last used first.
    pub async fn list_sessions(&mut self, keys: &Keyring, holder: SessionHolder) -> Result<Vec<Session>> {
        let rows: Vec<SessionRow> = match holder {
            SessionHolder::Account(account) => self.list(LIST_OF_ACCOUNT, values![account]).await?,
            SessionHolder::Participant(number) => self.list(LIST_OF_PARTICIPANT, values![number]).await?,
        };
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Notes that a session was used.
    pub async fn mark_session_seen(&mut self, id: SessionId, now: Timestamp) -> Result<()> {
        self.execute(MARK_SEEN, values![id, now]).await.map(drop)
    }

    /// Notes that the holder proved by a code to be themselves.
    pub async fn mark_session_proved(&mut self, id: SessionId, now: Timestamp) -> Result<()> {
        self.execute(MARK_PROVED, values![id, now]).await.map(drop)
    }

    /// Ends a session. False when there was none.
    pub async fn delete_session(&mut self, id: SessionId) -> Result<bool> {
        Ok(self.execute(DELETE, values![id]).await? > 0)
    }

    /// Ends the holder's sessions but one; answers how many.
    pub async fn delete_sessions_of(
        &mut self,
        holder: SessionHolder,
        except: Option<SessionId>,
    ) -> Result<u64> {
        let except = except.unwrap_or(NO_SESSION);
        match holder {
            SessionHolder::Account(account) => {
                self.execute(DELETE_OF_ACCOUNT, values![account, except]).await
            }
            SessionHolder::Participant(number) => {
                self.execute(DELETE_OF_PARTICIPANT, values![number, except]).await
            }
        }
    }

    /// Forgets sessions that are over: past their end, or unused since the moments given for accounts and
    /// participants.
    pub async fn delete_stale_sessions(
        &mut self,
        now: Timestamp,
        accounts_unused_since: Timestamp,
        participants_unused_since: Timestamp,
    ) -> Result<u64> {
        let values = values![now, accounts_unused_since, participants_unused_since];
        self.execute(DELETE_STALE, values).await
    }
}

#[cfg(test)]
mod tests;
