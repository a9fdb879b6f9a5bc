//! A second person: asked for, and judging; and the moments before the first message.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ActionSummary, Client, ClientError};
use crate::domain::action::{Phase, Texts};
use crate::domain::area::Area;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;

/// How far a submission is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Review {
    /// `submitted`, `returned`, `refused` or `approved`.
    pub state: Phase,
    /// How many participants it goes to, as submitted or approved.
    pub audience: Option<u64>,
    /// Why it was returned or refused.
    pub reason: Option<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// An expansion or an update that a second person is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Which of the two.
    pub wave: WaveKind,
    /// The area of an expansion.
    pub area: Option<Area>,
    /// The texts of an update.
    pub texts: Option<Texts>,
    /// How far it is.
    pub review: Review,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What was submitted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submitted {
    /// The action afterwards.
    pub action: ActionSummary,
    /// How many participants it would go to.
    pub audience: u64,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What a second person is asked for.
#[derive(Clone, Debug)]
pub enum Submission {
    /// The start of a draft.
    Start,
    /// An expansion of a running action.
    Expansion(Area),
    /// An update of one.
    Update(Texts),
}

impl Client {
    /// Asks a second person.
    pub async fn submit_action(
        &self,
        id: ActionId,
        version: u32,
        submission: &Submission,
    ) -> Result<Submitted, ClientError> {
        let body = match submission {
            Submission::Start => json!({ "version": version }),
            Submission::Expansion(area) => json!({ "version": version, "area": area }),
            Submission::Update(texts) => json!({ "version": version, "texts": texts }),
        };
        self.post(&format!("/actions/{id}/submit"), &body).await
    }

    /// Approves what waits, for as many participants as were read.
    pub async fn approve_action(
        &self,
        id: ActionId,
        version: u32,
        audience: u64,
    ) -> Result<ActionSummary, ClientError> {
        let body = json!({ "version": version, "audience": audience });
        self.post(&format!("/actions/{id}/approve"), &body).await
    }

    /// Gives back what was submitted.
    pub async fn return_action(
        &self,
        id: ActionId,
        version: u32,
        reason: &str,
    ) -> Result<ActionSummary, ClientError> {
        let body = json!({ "version": version, "reason": reason });
        self.post(&format!("/actions/{id}/return"), &body).await
    }

    /// Refuses what was submitted.
    pub async fn refuse_action(
        &self,
        id: ActionId,
        version: u32,
        reason: &str,
    ) -> Result<ActionSummary, ClientError> {
        let body = json!({ "version": version, "reason": reason });
        self.post(&format!("/actions/{id}/refuse"), &body).await
    }

    /// Takes the last call-out back, of which nothing left yet.
    pub async fn take_back_action(&self, id: ActionId, version: u32) -> Result<ActionSummary, ClientError> {
        self.post(
            &format!("/actions/{id}/take-back"),
            &json!({ "version": version }),
        )
        .await
    }

    /// Ends the hold of the last call-out.
    pub async fn send_action_now(&self, id: ActionId, version: u32) -> Result<ActionSummary, ClientError> {
        self.post(&format!("/actions/{id}/send-now"), &json!({ "version": version }))
            .await
    }
}
