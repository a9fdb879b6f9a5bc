//! Actions and waves as the API shows them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

pub use super::reviewed::{ProposalBody, ReviewBody};
use crate::desk::actions::{ActionView, WaveView};
use crate::domain::action::{Action, ActionKind, ActionNumber, ActionState, Description, Phase, Texts};
use crate::domain::area::Area;
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, PhotoId, RegionId, TipId, WaveId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::point::Point;
use crate::domain::wave::{Accounting, WaveKind, WaveState};
use crate::storage::photos::PhotoEntry;
use crate::storage::waves::WaveAccounts;

/// An action as it stands in a list.
#[derive(Serialize, ToSchema)]
pub struct ActionSummary {
    /// Its id.
    id: ActionId,
    /// Its number, for people.
    number: ActionNumber,
    /// The region that it belongs to.
    region: RegionId,
    /// Whether it is an exercise: nobody real hears of it.
    training: bool,
    /// What it is about.
    kind: ActionKind,
    /// Whether minutes count.
    is_time_critical: bool,
    /// How far it is.
    state: Phase,
    /// The Dutch title.
    title: String,
    /// When the draft was made.
    created_at: Timestamp,
    /// By whom.
    created_by: AccountId,
    /// When it was started.
    started_at: Option<Timestamp>,
    /// When it ends by itself.
    expires_at: Option<Timestamp>,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// How it ended.
    outcome: Option<OutcomeKind>,
    /// Counts the writes: whoever changes an action names the version that they saw.
    version: u32,
}

impl From<&Action> for ActionSummary {
    fn from(action: &Action) -> Self {
        let run = action.state.run();
        Self {
            id: action.id,
            number: action.number,
            region: action.region,
            training: action.training,
            kind: action.content.kind,
            is_time_critical: action.content.kind.is_time_critical(),
            state: action.state.phase(),
            title: action.content.texts.nl.title.clone(),
            created_at: action.created.at,
            created_by: action.created.by,
            started_at: run.map(|run| run.started.at),
            expires_at: run.map(|run| run.expires_at),
            ended_at: action.state.ended_at(),
            outcome: action.state.outcome_kind(),
            version: action.version,
        }
    }
}

/// A photo of an action or a tip.
#[derive(Serialize, ToSchema)]
#[schema(as = Photo)]
pub struct PhotoBody {
    /// Its id.
    pub id: PhotoId,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// When it was added.
    pub created_at: Timestamp,
}

impl From<PhotoEntry> for PhotoBody {
    fn from(photo: PhotoEntry) -> Self {
        Self {
            id: photo.id,
            width: photo.width,
            height: photo.height,
            created_at: photo.created_at,
        }
    }
}

/// An action with everything around it.
#[derive(Serialize, ToSchema)]
#[schema(as = Action)]
pub struct ActionBody {
    /// What stands in a list.
    #[serde(flatten)]
    summary: ActionSummary,
    /// What to look out for.
    description: Description,
    /// The texts.
    texts: Texts,
    /// Whether somebody edited the texts: otherwise they follow the description.
    texts_edited: bool,
    /// Where it is aimed.
    area: Option<Area>,
    /// Where it happened.
    origin: Option<Point>,
    /// The channels to use.
    channels: ChannelSet,
    /// How long it runs, in seconds.
    expires_after_s: u64,
    /// Whether everyone may read it, in the public feeds.
    is_public: bool,
    /// How long after a push a participant of whom nothing is heard is told by text message, in seconds.
    fallback_after_s: Option<u64>,
    /// When it happened.
    incident_at: Option<Timestamp>,
    /// When the control room was asked for an action.
    requested_at: Option<Timestamp>,
    /// When the draft was last changed.
    changed_at: Timestamp,
    /// By whom.
    changed_by: AccountId,
    /// By whom it was started.
    started_by: Option<AccountId>,
    /// When its waves were stopped for good.
    stopped_at: Option<Timestamp>,
    /// Since when sending is held.
    paused_at: Option<Timestamp>,
    /// The tip that led to a direct success.
    outcome_tip: Option<TipId>,
    /// Its photos.
    photos: Vec<PhotoBody>,
    /// Its waves in their order.
    waves: Vec<WaveBody>,
    /// Where everyone is in all waves together; who is in two waves counts twice.
    accounting: Accounting,
    /// How many tips are in each state.
    tips: BTreeMap<&'static str, u64>,
    /// What those who were called on read of the end.
    closing: Option<Texts>,
    /// Whether it goes out only after a second person approved it, whatever its size.
    needs_approval: bool,
    /// The review of a draft, or the approval that a running action was started under.
    review: Option<ReviewBody>,
    /// The expansion or update that a second person is asked for.
    proposal: Option<ProposalBody>,
    /// The other system that asked for it, where it was one: `created_by` is then the id of its key.
    requested_by_system: Option<String>,
}

impl ActionBody {
    /// An action that has nothing around it yet.
    pub fn alone(action: Action) -> Self {
        ActionView {
            action,
            photos: Vec::new(),
            waves: Vec::new(),
            tips: Vec::new(),
            closing: None,
            proposal: None,
            system: None,
        }
        .into()
    }
}

impl From<ActionView> for ActionBody {
    fn from(view: ActionView) -> Self {
        let accounting = view.accounting();
        let ActionView {
            action,
            photos,
            waves,
            tips,
            closing,
            proposal,
            system,
        } = view;
        let run = action.state.run();
        let paused_at = match &action.state {
            ActionState::Paused { paused, .. } => Some(paused.at),
            _ => None,
        };
        let outcome_tip = match &action.state {
            ActionState::Closed { outcome, .. } => outcome.tip(),
            _ => None,
        };
        Self {
            summary: ActionSummary::from(&action),
            needs_approval: action.needs_approval,
            review: ReviewBody::of(&action),
            started_by: run.map(|run| run.started.by),
            stopped_at: run.and_then(|run| run.stopped).map(|stopped| stopped.at),
            paused_at,
            outcome_tip,
            description: action.content.description,
            texts: action.content.texts,
            texts_edited: action.content.texts_edited,
            area: action.content.area,
            origin: action.content.origin,
            channels: action.content.channels,
            expires_after_s: action.content.expires_after_s,
            is_public: action.content.is_public,
            fallback_after_s: action.content.fallback_after_s,
            incident_at: action.content.incident_at,
            requested_at: action.content.requested_at,
            changed_at: action.changed.at,
            changed_by: action.changed.by,
            photos: photos.into_iter().map(PhotoBody::from).collect(),
            waves: waves.into_iter().map(WaveBody::from).collect(),
            accounting,
            tips: tips
                .into_iter()
                .map(|(phase, count)| (phase.name(), count))
                .collect(),
            closing,
            proposal: proposal.map(ProposalBody::from),
            requested_by_system: system,
        }
    }
}

/// Where everyone in a wave is, and the span of its sending.
#[derive(Serialize, ToSchema)]
#[schema(as = WaveAccounts)]
pub struct AccountsBody {
    /// Where everyone is.
    #[serde(flatten)]
    accounting: Accounting,
    /// When the first message was handed over.
    first_handover_at: Option<Timestamp>,
    /// When the last message so far was handed over.
    last_handover_at: Option<Timestamp>,
}

impl From<WaveAccounts> for AccountsBody {
    fn from(accounts: WaveAccounts) -> Self {
        Self {
            accounting: accounts.accounting,
            first_handover_at: accounts.first_handover_at,
            last_handover_at: accounts.last_handover_at,
        }
    }
}

/// A wave with its accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = Wave)]
pub struct WaveBody {
    /// Its id.
    id: WaveId,
    /// 1 for the first of its action.
    ordinal: u32,
    /// Why it goes out.
    kind: WaveKind,
    /// How far it is.
    state: WaveState,
    /// Where it is aimed; null for a wave to those who were told.
    #[schema(value_type = Option<Area>)]
    area: Option<serde_json::Value>,
    /// The texts.
    texts: Texts,
    /// How many it is for.
    audience: u64,
    /// Who ordered it.
    created_by: AccountId,
    /// When.
    created_at: Timestamp,
    /// After this moment nothing of it is handed over.
    expires_at: Timestamp,
    /// Before this moment nothing of it leaves, unless it is sent at once; null when nothing was held.
    held_until: Option<Timestamp>,
    /// When it was stopped.
    halted_at: Option<Timestamp>,
    /// When everyone had a final disposition.
    finished_at: Option<Timestamp>,
    /// Where everyone is.
    accounts: AccountsBody,
    /// The same by channel.
    by_channel: BTreeMap<String, AccountsBody>,
}

impl From<WaveView> for WaveBody {
    fn from(view: WaveView) -> Self {
        let WaveView {
            wave,
            accounts,
            by_channel,
        } = view;
        let text = |message: crate::domain::message::Message| {
            crate::domain::action::Text::new(message.title, message.body)
        };
        let by_channel = by_channel.into_iter();
        Self {
            id: wave.id,
            ordinal: wave.ordinal,
            kind: wave.kind,
            state: wave.state,
            area: wave.area.and_then(|area| serde_json::from_str(&area).ok()),
            texts: Texts {
                nl: text(wave.message.nl),
                en: text(wave.message.en),
            },
            audience: wave.audience_count,
            created_by: wave.created_by,
            created_at: wave.created_at,
            expires_at: wave.expires_at,
            held_until: wave.held_until,
            halted_at: wave.halted_at,
            finished_at: wave.finished_at,
            accounts: accounts.into(),
            by_channel: by_channel
                .map(|(channel, accounts)| (channel, accounts.into()))
                .collect(),
        }
    }
}
