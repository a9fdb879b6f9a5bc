//! Reviews as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::action::approval::{Matter, Proposal, Review};
use crate::domain::action::{Action, ActionState, Phase, Texts};
use crate::domain::area::Area;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ProposalId};
use crate::domain::wave::WaveKind;

/// How far a submission is.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewBody {
    /// `submitted`, `returned`, `refused` or `approved`.
    state: Phase,
    /// Who submitted it.
    submitted_by: AccountId,
    /// When.
    submitted_at: Timestamp,
    /// Who approved, returned or refused it.
    judged_by: Option<AccountId>,
    /// When.
    judged_at: Option<Timestamp>,
    /// How many participants it goes to, as submitted or approved.
    audience: Option<u64>,
    /// Why it was returned or refused.
    reason: Option<String>,
}

impl ReviewBody {
    fn new(review: &Review, reason: Option<String>) -> Self {
        let (submitted, judged) = (review.submitted(), review.judged());
        Self {
            state: review.phase(),
            submitted_by: submitted.by,
            submitted_at: submitted.at,
            judged_by: judged.map(|deed| deed.by),
            judged_at: judged.map(|deed| deed.at),
            audience: review.basis().map(|basis| basis.audience),
            reason,
        }
    }

    /// The review of a draft, or the approval that a running action was started under.
    pub fn of(action: &Action) -> Option<Self> {
        if let ActionState::InReview(review) = &action.state {
            return Some(Self::new(review, action.verdict.clone()));
        }
        let approval = action.state.run()?.approval?;
        Some(Self::new(&Review::Approved(approval), None))
    }
}

/// An expansion or an update of a running action that a second person is asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalBody {
    /// Its id.
    id: ProposalId,
    /// `expansion` or `update`.
    wave: WaveKind,
    /// The area of an expansion.
    area: Option<Area>,
    /// The texts of an update.
    texts: Option<Texts>,
    /// How far it is.
    review: ReviewBody,
}

impl From<Proposal> for ProposalBody {
    fn from(proposal: Proposal) -> Self {
        let wave = proposal.matter.wave();
        let review = ReviewBody::new(&proposal.review, proposal.verdict);
        let (area, texts) = match proposal.matter {
            Matter::Expansion(area) => (Some(area), None),
            Matter::Update(texts) => (None, Some(texts)),
        };
        Self {
            id: proposal.id,
            wave,
            area,
            texts,
            review,
        }
    }
}
