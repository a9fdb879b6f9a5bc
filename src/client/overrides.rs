//! Starts over a limit.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Client, ClientError};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, OverrideId};

/// A start over a limit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// The action that was started.
    pub action: ActionId,
    /// Who started it.
    pub account: AccountId,
    /// Which limit.
    pub limit: String,
    /// Why.
    pub reason: String,
    /// When.
    pub happened_at: Timestamp,
    /// Which second person said that they saw it.
    pub seen_by: Option<AccountId>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A page of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OverridePage {
    /// The latest first.
    pub items: Vec<Override>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl Client {
    /// The latest starts over a limit in one's part of the territory.
    pub async fn overrides(&self, limit: u32) -> Result<OverridePage, ClientError> {
        self.get("/overrides", &[("limit", limit)]).await
    }

    /// Says that one saw a start over a limit.
    pub async fn see_override(&self, id: OverrideId) -> Result<Override, ClientError> {
        self.post(&format!("/overrides/{id}/seen"), &json!({})).await
    }
}
