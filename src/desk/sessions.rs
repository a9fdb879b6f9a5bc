//! Who is signed in: tokens of 32 random bytes, looked up in the database at every request, so that ending a
//! session counts at once on every node.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::{Desk, DeskError, Result};
use crate::domain::clock::Timestamp;
use crate::domain::id::SessionId;
use crate::storage::Tx;
use crate::storage::sessions::{Session, SessionHolder};

/// How often the last use of a session is written down.
const SEEN_EVERY: Duration = Duration::from_mins(1);
/// The most characters that are kept of what a browser calls itself.
const MAX_USER_AGENT_CHARS: usize = 200;

/// The credential of a session: 43 characters, URL-safe base64 of 32 random bytes. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SessionToken(String);

impl SessionToken {
    /// The token, for a cookie or an `Authorization` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// A session that was just opened; the token is told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenedSession {
    /// Its id, to list and end it by.
    pub id: SessionId,
    /// Its credential.
    pub token: SessionToken,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// What the browser or app called itself.
    pub user_agent: Option<String>,
    /// Where it was opened from, masked.
    pub address: Option<String>,
}

/// A session to be opened.
pub(super) struct NewSession<'a> {
    pub(super) holder: SessionHolder,
    pub(super) user_agent: Option<&'a str>,
    /// Where it is opened from, masked.
    pub(super) address: Option<String>,
    /// When the holder proved by a code to be themselves.
    pub(super) proved_at: Option<Timestamp>,
}

impl SessionView {
    pub(super) fn new(session: Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id,
            is_current: current == Some(session.id),
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}

impl Desk {
    /// Opens a session in a transaction; it holds from the commit on.
    pub(super) async fn open_session(&self, tx: &mut Tx, new: NewSession<'_>) -> Result<OpenedSession> {
        let parts = self.parts();
        let now = self.now();
        let token = SessionToken(URL_SAFE_NO_PAD.encode(parts.random.bytes::<32>()));
        let session = Session {
            id: SessionId::new(now, &parts.random),
            holder: new.holder,
            created_at: now,
            seen_at: now,
            expires_at: now + self.0.lifetimes.absolute(new.holder),
            user_agent: new
                .user_agent
                .map(|text| text.chars().take(MAX_USER_AGENT_CHARS).collect()),
            proved_at: new.proved_at,
            address: new.address,
        };
        tx.insert_session(&parts.keys, &session, token.as_str()).await?;
        Ok(OpenedSession {
            id: session.id,
            token,
            expires_at: session.expires_at,
        })
    }

    /// The session of a token, when it holds at this moment.
    pub(super) async fn holding_session(&self, tx: &mut Tx, token: &str) -> Result<Session> {
        let session = tx
            .find_session(&self.parts().keys, token)
            .await?
            .ok_or(DeskError::NotSignedIn)?;
        let now = self.now();
        let idle = self.0.lifetimes.idle(session.holder);
        if session.expires_at <= now || session.seen_at + idle <= now {
            return Err(DeskError::NotSignedIn);
        }
        Ok(session)
    }

    /// Writes down that a session was used, once a minute at most.
    pub(super) async fn note_use(&self, session: &Session) -> Result<()> {
        let now = self.now();
        if now.since(session.seen_at) >= SEEN_EVERY {
            let mut tx = self.parts().store.write().await?;
            tx.mark_session_seen(session.id, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn end_session(&self, id: SessionId) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        tx.delete_session(id).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn sessions_of(
        &self,
        holder: SessionHolder,
        current: Option<SessionId>,
    ) -> Result<Vec<SessionView>> {
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let sessions = tx.list_sessions(&parts.keys, holder).await?;
        let now = self.now();
        let idle = self.0.lifetimes.idle(holder);
        let holding = |session: &Session| session.expires_at > now && session.seen_at + idle > now;
        Ok(sessions
            .into_iter()
            .filter(holding)
            .map(|session| SessionView::new(session, current))
            .collect())
    }
}
