//! Tips: reading and sorting them, and sending one as a participant does.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Client, ClientError};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, TipId};
use crate::domain::tip::{TipContent, TipPhase};

/// A tip as the service answers it. `Debug` shows none of what it says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tip {
    /// Its id.
    pub id: TipId,
    /// The action that it is about.
    pub action: ActionId,
    /// What became of it.
    pub state: TipPhase,
    /// When it came in.
    pub received_at: Timestamp,
    /// What was seen.
    pub text: String,
    /// A telephone number to call back.
    pub phone: Option<String>,
    /// The name of whoever reports.
    pub name: Option<String>,
    /// Counts the writes.
    pub version: u32,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl fmt::Debug for Tip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tip({}, {})", self.id, self.state.name())
    }
}

/// A page of tips.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TipPage {
    /// The tips, the newest first.
    pub items: Vec<Tip>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

/// What is made of a tip.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum TipMark {
    /// It was read.
    Seen,
    /// It may help.
    Relevant,
    /// It does not help.
    NotRelevant,
    /// It repeats another tip of the same action.
    DuplicateOf {
        /// That tip.
        tip: TipId,
    },
    /// A unit acts on it.
    PassedOn {
        /// The unit.
        unit: String,
    },
}

/// A tip that was just taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TipTaken {
    /// By which whoever sent it sees what becomes of it.
    pub reference: String,
}

/// A tip that may report the same as another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SimilarTip {
    /// Which.
    pub tip: TipId,
    /// How much it looks alike, 0 to 1.
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<Value>,
}

impl Client {
    /// The latest tips of an action.
    pub async fn tips(&self, action: ActionId) -> Result<TipPage, ClientError> {
        self.get(&format!("/actions/{action}/tips"), &()).await
    }

    /// A tip.
    pub async fn tip(&self, id: TipId) -> Result<Tip, ClientError> {
        self.get(&format!("/tips/{id}"), &()).await
    }

    /// The tips that may report the same as this one, the most alike first.
    pub async fn similar_tips(&self, id: TipId) -> Result<Vec<SimilarTip>, ClientError> {
        self.get(&format!("/tips/{id}/similar"), &()).await
    }

    /// What was searched for an action without a find, as GeoJSON.
    pub async fn searched(&self, action: ActionId) -> Result<Value, ClientError> {
        self.get(&format!("/actions/{action}/searched"), &()).await
    }

    /// Sorts a tip.
    pub async fn mark_tip(&self, id: TipId, version: u32, mark: &TipMark) -> Result<Tip, ClientError> {
        let mut body = serde_json::to_value(mark).map_err(ClientError::Answer)?;
        body["version"] = json!(version);
        self.patch(&format!("/tips/{id}"), &body).await
    }

    /// Sends a tip by the reference in a message's link.
    pub async fn send_tip(&self, reference: &str, tip: &TipContent) -> Result<TipTaken, ClientError> {
        self.post(&format!("/alerts/{reference}/tips"), tip).await
    }
}
