//! The checks before sending, the register, the texts that stand ready, and searches.

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{ActionSummary, Client, ClientError};
use crate::domain::action::{ActionKind, StandingPurpose, Texts};
use crate::domain::area::Area;
use crate::domain::check::{CheckCode, Severity};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, AllowedId, RegionId};
use crate::domain::point::Point;
use crate::domain::travel::Means;
use crate::domain::wave::WaveKind;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundAnswer {
    /// What.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Which field.
    pub field: String,
    /// Why, and what to do.
    pub message: String,
    /// What could stand there instead.
    pub proposal: Option<String>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl fmt::Display for FoundAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name();
        write!(f, "{severity} {} in {}: {}", self.code, self.field, self.message)?;
        match &self.proposal {
            Some(proposal) => write!(f, " ({proposal})"),
            None => Ok(()),
        }
    }
}

/// What the checks found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChecksAnswer {
    /// Whether nothing of it is refused.
    pub may_go_out: bool,
    /// The codes that must be confirmed.
    pub to_confirm: Vec<CheckCode>,
    /// Everything that was found.
    pub findings: Vec<FoundAnswer>,
}

/// An entry of the register.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AllowedAnswer {
    /// Its id.
    pub id: AllowedId,
    /// Where it holds; everywhere when none.
    pub region: Option<RegionId>,
    /// `number` or `link`.
    pub kind: String,
    /// In its one form.
    pub value: String,
    /// What it is for.
    pub note: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Something to be allowed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewAllowed {
    /// Where; one's own region when none.
    pub region: Option<RegionId>,
    /// A telephone number.
    pub number: Option<String>,
    /// A link.
    pub link: Option<String>,
    /// What it is for.
    pub note: Option<String>,
}

/// A text that stands ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StandingTextAnswer {
    /// The kind.
    pub kind: ActionKind,
    /// What it says.
    pub texts: Texts,
    /// The region that wrote it; none for the network's own.
    pub of: Option<RegionId>,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What became of a correction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectedAnswer {
    /// The action afterwards.
    pub action: ActionSummary,
    /// How many hear it.
    pub told: u64,
    /// What else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Whom is searched.
#[derive(Clone, Debug, Serialize)]
pub struct SearchQuestion {
    /// The action that it would expand.
    pub action: ActionId,
    /// Where last seen; where the action says when none.
    pub from: Option<Point>,
    /// When.
    pub seen_at: Option<Timestamp>,
    /// By what they go.
    pub means: Means,
}

/// The area of a search, as `GeoJSON`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SearchAnswer {
    /// What is known of it.
    pub properties: SearchProperties,
    /// The outline, and what else the service says.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// What is known of the area of a search.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SearchProperties {
    /// How large it is.
    #[serde(flatten)]
    pub now: SearchSize,
    /// How it will have grown.
    pub growth: Vec<SearchSize>,
    /// The area.
    pub area: Area,
}

/// How large a search is at a moment.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SearchSize {
    /// The moment.
    pub at: Timestamp,
    /// The radius in metres.
    pub radius_m: u32,
    /// In square kilometres.
    pub km2: f64,
    /// How many would be reached.
    pub total: u64,
    /// Of these, who was not called on before.
    pub newly_reached: u64,
    /// Whether they may have got further than the kind lets a search grow.
    pub bounded_by_kind: bool,
    /// Whether it ends at the border of one's territory.
    pub bounded_by_territory: bool,
}

impl Client {
    /// What the checks find of an action as it stands.
    pub async fn checks(&self, id: ActionId) -> Result<ChecksAnswer, ClientError> {
        self.get(&format!("/actions/{id}/checks"), &()).await
    }

    /// What the checks find of what is about to be sent for an action.
    pub async fn checks_of(
        &self,
        id: ActionId,
        wave: WaveKind,
        texts: Option<&Texts>,
        area: Option<&Area>,
    ) -> Result<ChecksAnswer, ClientError> {
        let body = json!({ "wave": wave, "texts": texts, "area": area });
        self.post(&format!("/actions/{id}/checks"), &body).await
    }

    /// The register of numbers and links.
    pub async fn register(&self) -> Result<Vec<AllowedAnswer>, ClientError> {
        self.get("/register", &()).await
    }

    /// Allows a number or a link.
    pub async fn allow(&self, new: &NewAllowed) -> Result<AllowedAnswer, ClientError> {
        self.post("/register", new).await
    }

    /// Takes a number or a link out.
    pub async fn disallow(&self, id: AllowedId) -> Result<(), ClientError> {
        self.tell(Method::DELETE, &format!("/register/{id}"), &json!({}))
            .await
    }

    /// The texts that stand ready in one's region for a purpose.
    pub async fn standing_texts(
        &self,
        purpose: StandingPurpose,
    ) -> Result<Vec<StandingTextAnswer>, ClientError> {
        self.get(path_of(purpose), &()).await
    }

    /// Writes one's region's own text, or takes it away.
    pub async fn set_standing_text(
        &self,
        purpose: StandingPurpose,
        kind: ActionKind,
        texts: Option<&Texts>,
    ) -> Result<(), ClientError> {
        let body = json!({ "texts": texts });
        self.tell(Method::PUT, &format!("{}/{kind}", path_of(purpose)), &body)
            .await
    }

    /// The correction that stands ready for an action.
    pub async fn correction(&self, id: ActionId) -> Result<StandingTextAnswer, ClientError> {
        self.get(&format!("/actions/{id}/correction"), &()).await
    }

    /// Stops what is being sent and corrects it.
    pub async fn correct_action(
        &self,
        id: ActionId,
        texts: Option<&Texts>,
    ) -> Result<CorrectedAnswer, ClientError> {
        let body = json!({ "texts": texts });
        self.post(&format!("/actions/{id}/correct"), &body).await
    }

    /// Where to look for somebody.
    pub async fn propose_search(&self, question: &SearchQuestion) -> Result<SearchAnswer, ClientError> {
        self.post("/search-areas", question).await
    }
}

const fn path_of(purpose: StandingPurpose) -> &'static str {
    match purpose {
        StandingPurpose::Correction => "/corrections",
        StandingPurpose::Message => "/wordings",
    }
}
