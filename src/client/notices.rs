//! Notices: what other systems alert of, for whoever judges it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Action, Client, ClientError};
use crate::domain::action::ActionKind;
use crate::domain::clock::Timestamp;
use crate::domain::id::NoticeId;

/// A notice as the service answers it. `Debug` shows none of what it says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Where it came from.
    pub source: String,
    /// What became of it.
    pub state: String,
    /// Why it is no notice.
    pub reason: Option<String>,
    /// When it came in.
    pub received_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Option<Timestamp>,
    /// What it says, once in each language.
    pub infos: Vec<NoticeInfo>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What a notice says in one language.
#[derive(Clone, Serialize, Deserialize)]
pub struct NoticeInfo {
    /// The language.
    pub language: String,
    /// What it is, in a few words.
    pub event: String,
    /// The headline.
    pub headline: Option<String>,
    /// The text.
    pub description: Option<String>,
    /// Where it is, in words.
    pub places: Vec<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A page of notices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoticePage {
    /// The notices, the latest first.
    pub items: Vec<Notice>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notice({}, {})", self.id, self.state)
    }
}

impl fmt::Debug for NoticeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoticeInfo({})", self.language)
    }
}

impl Client {
    /// The latest notices, in this state or in any.
    pub async fn notices(&self, state: Option<&str>) -> Result<NoticePage, ClientError> {
        let query: Vec<_> = state.map(|state| ("state", state)).into_iter().collect();
        self.get("/notices", &query).await
    }

    /// A notice.
    pub async fn notice(&self, id: NoticeId) -> Result<Notice, ClientError> {
        self.get(&format!("/notices/{id}"), &()).await
    }

    /// Makes a draft of a notice.
    pub async fn draft_of_notice(
        &self,
        id: NoticeId,
        kind: Option<ActionKind>,
    ) -> Result<Action, ClientError> {
        self.post(&format!("/notices/{id}/draft"), &json!({ "kind": kind }))
            .await
    }

    /// Judges that nothing is to be done about a notice.
    pub async fn dismiss_notice(&self, id: NoticeId) -> Result<Notice, ClientError> {
        self.post(&format!("/notices/{id}/dismiss"), &json!({})).await
    }
}
