//! Actions: what they look like from outside, and what can be done with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Client, ClientError, LiveStream, Proposal, Review};
use crate::domain::action::{ActionKind, ActionNumber, DraftInput, Phase, Texts};
use crate::domain::area::Area;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::check::CheckCode;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId, WaveId};
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::region::RegionKind;
use crate::domain::wave::{Accounting, WaveKind, WaveState};

/// An action as it stands in a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ActionSummary {
    /// Its id.
    pub id: ActionId,
    /// Its number, for people.
    pub number: ActionNumber,
    /// Whether it is an exercise.
    #[serde(default)]
    pub training: bool,
    /// What it is about.
    pub kind: ActionKind,
    /// How far it is.
    pub state: Phase,
    /// The Dutch title.
    pub title: String,
    /// When the draft was made.
    pub created_at: Timestamp,
    /// When it ends by itself, once it was started.
    pub expires_at: Option<Timestamp>,
    /// Counts the writes; whoever changes an action names the version that they saw.
    pub version: u32,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// An action with its waves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Its number, for people.
    pub number: ActionNumber,
    /// Whether it is an exercise.
    #[serde(default)]
    pub training: bool,
    /// What it is about.
    pub kind: ActionKind,
    /// How far it is.
    pub state: Phase,
    /// When it ends by itself, once it was started.
    pub expires_at: Option<Timestamp>,
    /// Counts the writes.
    pub version: u32,
    /// What people read.
    pub texts: Texts,
    /// Its waves in their order.
    pub waves: Vec<Wave>,
    /// Where everyone is in all waves together; who is in two waves counts twice.
    pub accounting: Accounting,
    /// The review of a draft, or the approval of a running action.
    #[serde(default)]
    pub review: Option<Review>,
    /// The expansion or update that a second person is asked for.
    #[serde(default)]
    pub proposal: Option<Proposal>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A wave with its accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wave {
    /// Its id.
    pub id: WaveId,
    /// Why it was sent.
    pub kind: WaveKind,
    /// How far it is.
    pub state: WaveState,
    /// Before this moment nothing of it leaves, unless it is sent at once.
    #[serde(default)]
    pub held_until: Option<Timestamp>,
    /// Where everyone in its audience is.
    pub accounts: WaveAccounts,
    /// The same by channel.
    pub by_channel: BTreeMap<Channel, WaveAccounts>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Wave {
    /// Whether nobody waits for it any more.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, WaveState::Finished | WaveState::Halted) && self.accounts.accounting.queued == 0
    }

    /// Where those are whom it calls on over this channel.
    pub fn by(&self, channel: Channel) -> Accounting {
        self.by_channel
            .get(&channel)
            .map(|accounts| accounts.accounting)
            .unwrap_or_default()
    }
}

/// Where everyone in a wave is, and the span of its sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveAccounts {
    /// Where everyone is.
    #[serde(flatten)]
    pub accounting: Accounting,
    /// When the first message was handed over.
    pub first_handover_at: Option<Timestamp>,
    /// When the last message so far was handed over.
    pub last_handover_at: Option<Timestamp>,
}

/// Who would be reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reach {
    /// How many in all.
    pub total: u64,
    /// How many by each channel.
    pub by_channel: Vec<ChannelCount>,
    /// Of these, who is told later, at the end of their quiet hours.
    #[serde(default)]
    pub quiet: u64,
    /// Who is left out because they had enough messages this week.
    #[serde(default)]
    pub limited: u64,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// How many are reached over a channel.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ChannelCount {
    /// The channel.
    pub channel: Channel,
    /// How many.
    pub count: u64,
}

/// A wave that was just ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Started {
    /// The action afterwards.
    pub action: ActionSummary,
    /// The wave.
    pub wave: WaveId,
    /// How many it is for.
    pub audience: u64,
    /// Before this moment nothing of it leaves, unless it is sent at once.
    #[serde(default)]
    pub held_until: Option<Timestamp>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// An action that ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// The action afterwards.
    pub action: ActionSummary,
    /// How many hear how it ended.
    pub told: u64,
}

/// Who is asked about: the audience of an area.
#[derive(Clone, Debug, Serialize)]
pub struct ReachQuestion {
    /// What the action is about, which decides whose topic it is.
    pub kind: ActionKind,
    /// The area.
    pub area: Area,
    /// The channels; those of the kind when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<ChannelSet>,
}

/// A page of actions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ActionPage {
    /// The actions, the newest first.
    pub items: Vec<ActionSummary>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

/// Which actions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ActionFilter {
    /// In this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Phase>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActionKind>,
    /// Ended so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeKind>,
    /// Words that stand in description or texts.
    #[serde(rename = "q", skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only what waits for a second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_for_approval: Option<bool>,
    /// How many at most.
    pub limit: u32,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The clock of lost minutes of an action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LostMinutes {
    /// The steps, in their order.
    pub steps: Vec<StepTaken>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A step of an action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepTaken {
    /// The step: `start_to_first_handover`.
    pub step: String,
    /// How long it took; none while one of its moments is missing.
    pub took_ms: Option<u64>,
}

/// A region as the service answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegionAnswer {
    /// Its id.
    pub id: RegionId,
    /// What it is.
    pub kind: RegionKind,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

impl Client {
    /// Who an area would reach, without starting anything.
    pub async fn reach(&self, question: &ReachQuestion) -> Result<Reach, ClientError> {
        self.post("/reach", question).await
    }

    /// All regions in one's territory.
    pub async fn regions(&self) -> Result<Vec<RegionAnswer>, ClientError> {
        self.get("/regions", &()).await
    }

    /// Makes a draft.
    pub async fn create_action(&self, draft: &DraftInput) -> Result<Action, ClientError> {
        self.post("/actions", draft).await
    }

    /// A page of the actions in one's territory.
    pub async fn actions(&self, filter: &ActionFilter) -> Result<ActionPage, ClientError> {
        self.get("/actions", filter).await
    }

    /// An action with its waves.
    pub async fn action(&self, id: ActionId) -> Result<Action, ClientError> {
        self.get(&format!("/actions/{id}"), &()).await
    }

    /// Starts a draft as it was seen.
    pub async fn start_action(&self, id: ActionId, version: u32) -> Result<Started, ClientError> {
        self.start_action_confirming(id, version, &[]).await
    }

    /// The same, with findings of the checks that the caller takes on themselves.
    pub async fn start_action_confirming(
        &self,
        id: ActionId,
        version: u32,
        confirmed: &[CheckCode],
    ) -> Result<Started, ClientError> {
        self.start_action_on(id, version, None, confirmed).await
    }

    /// The same with a reason to start it even over a limit.
    pub async fn start_action_on(
        &self,
        id: ActionId,
        version: u32,
        over_limit: Option<&str>,
        confirmed: &[CheckCode],
    ) -> Result<Started, ClientError> {
        let body = json!({ "version": version, "over_limit": over_limit, "confirmed": confirmed });
        self.post(&format!("/actions/{id}/start"), &body).await
    }

    /// Calls on those in another area who were not called on yet.
    pub async fn expand_action(
        &self,
        id: ActionId,
        version: u32,
        area: &Area,
        confirmed: &[CheckCode],
    ) -> Result<Started, ClientError> {
        let body = json!({ "version": version, "area": area, "confirmed": confirmed });
        self.post(&format!("/actions/{id}/expand"), &body).await
    }

    /// Tells those who were called on something new.
    pub async fn update_action(
        &self,
        id: ActionId,
        version: u32,
        texts: &Texts,
        confirmed: &[CheckCode],
    ) -> Result<Started, ClientError> {
        let body = json!({ "version": version, "texts": texts, "confirmed": confirmed });
        self.post(&format!("/actions/{id}/update"), &body).await
    }

    /// Holds what is being sent.
    pub async fn pause_action(&self, id: ActionId, version: u32) -> Result<ActionSummary, ClientError> {
        self.post(&format!("/actions/{id}/pause"), &json!({ "version": version }))
            .await
    }

    /// Lets what was held go on.
    pub async fn resume_action(&self, id: ActionId, version: u32) -> Result<ActionSummary, ClientError> {
        self.post(&format!("/actions/{id}/resume"), &json!({ "version": version }))
            .await
    }

    /// Stops what is being sent, for good.
    pub async fn stop_action(&self, id: ActionId) -> Result<Action, ClientError> {
        self.post(&format!("/actions/{id}/stop"), &json!({})).await
    }

    /// Calls an action back, or throws a draft away.
    pub async fn withdraw_action(&self, id: ActionId, version: u32) -> Result<Ended, ClientError> {
        self.post(&format!("/actions/{id}/withdraw"), &json!({ "version": version }))
            .await
    }

    /// Ends an action; those who were told hear how. Without texts they read those of the outcome.
    pub async fn close_action(
        &self,
        id: ActionId,
        version: u32,
        outcome: Outcome,
        texts: Option<&Texts>,
        confirmed: &[CheckCode],
    ) -> Result<Ended, ClientError> {
        let body = json!({
            "version": version, "outcome": outcome.kind(), "tip": outcome.tip(), "texts": texts,
            "confirmed": confirmed,
        });
        self.post(&format!("/actions/{id}/close"), &body).await
    }

    /// What happens with an action from now on.
    pub async fn follow_action(&self, id: ActionId) -> Result<LiveStream, ClientError> {
        self.follow(format!("/live?action={id}"), None).await
    }

    /// The clock of lost minutes of an action.
    pub async fn lost_minutes(&self, id: ActionId) -> Result<LostMinutes, ClientError> {
        self.get(&format!("/actions/{id}/lost-minutes"), &()).await
    }
}
