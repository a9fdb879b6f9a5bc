//! A second person: asked for, and judging what goes out.
//!
//! What is submitted is the start of a draft, or an expansion or an update of a running action. Whoever approves
//! says how many participants they read; what was submitted, what they read and what is counted at that moment
//! have to agree, and the start counts once more. A stop, a correction and the end of an action never wait.

use serde_json::json;

use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use super::checks::Intended;
use super::{changed_meanwhile, event, seen_at};
use crate::domain::action::approval::{Makers, Matter, Proposal, Review};
use crate::domain::action::{Action, ActionKind, ActionState, Deed, TransitionError, Tried};
use crate::domain::audit;
use crate::domain::check::Severity;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, ProposalId};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::wave::WaveKind;
use crate::storage::Tx;

/// The most characters of a reason.
pub const MAX_REASON_CHARS: usize = 500;

/// What approving an action of this kind needs.
const fn approving(kind: ActionKind) -> Permission {
    if kind.is_time_critical() {
        Permission::ApproveUrgent
    } else {
        Permission::ApproveNonUrgent
    }
}

/// What was submitted.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The action afterwards.
    pub action: Action,
    /// What it is about, where the action runs already.
    pub proposal: Option<Proposal>,
    /// How many it would go to.
    pub audience: u64,
}

/// A judgement that gives no leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is to be made better.
    Return,
    /// It is never sent.
    Refuse,
}

impl Verdict {
    const fn tried(self) -> Tried {
        match self {
            Self::Return => Tried::Returned,
            Self::Refuse => Tried::Refused,
        }
    }

    const fn event(self) -> EventKind {
        match self {
            Self::Return => EventKind::ActionReturned,
            Self::Refuse => EventKind::ActionRefused,
        }
    }
}

/// What the audit log keeps of a step.
const fn kept(kind: EventKind) -> audit::Deed {
    match kind {
        EventKind::ActionApproved => audit::Deed::ActionApproved,
        EventKind::ActionReturned => audit::Deed::ActionReturned,
        EventKind::ActionRefused => audit::Deed::ActionRefused,
        _ => audit::Deed::ActionSubmitted,
    }
}

/// A reason as it is stored.
pub(super) fn checked_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    let problem = |code| Err(vec![FieldProblem::new("reason", code)].into());
    if reason.is_empty() {
        return problem(ProblemCode::Missing);
    }
    if reason.chars().count() > MAX_REASON_CHARS {
        return problem(ProblemCode::TextTooLong);
    }
    Ok(reason)
}

impl Desk {
    /// Refuses to ask a second person for what a check never lets out. What goes out only once confirmed is confirmed
    /// by whoever sends it.
    async fn hold_submission(&self, tx: &mut Tx, action: &Action, matter: Option<&Matter>) -> Result<()> {
        let (wave, texts, area) = match matter {
            None => (WaveKind::First, None, None),
            Some(Matter::Expansion(area)) => (WaveKind::Expansion, None, Some(area.clone())),
            Some(Matter::Update(texts)) => (WaveKind::Update, Some(texts.clone()), None),
        };
        let intended = Intended { wave, texts, area };
        let findings = self.findings_of_intended(tx, action, &intended).await?;
        if findings
            .iter()
            .any(|finding| finding.severity() == Severity::Refuse)
        {
            return Err(DeskError::Checked(findings));
        }
        Ok(())
    }

    /// Asks a second person for a draft, or for an expansion or an update of a running action. By whoever may
    /// prepare it.
    pub async fn submit_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        matter: Option<Matter>,
    ) -> Result<Submitted> {
        let deed = self.deed(scope);
        let (action, survey) = {
            let mut tx = self.parts().store.read().await?;
            let action = seen_at(self.action_to_prepare(&mut tx, scope, id).await?, version)?;
            let survey = self
                .survey(&mut tx, scope, &action, matter.as_ref(), deed.at)
                .await?;
            if survey.check.basis.audience == 0 {
                return Err(Reason::NobodyReached.into());
            }
            self.hold_submission(&mut tx, &action, matter.as_ref()).await?;
            (action, survey)
        };
        let basis = survey.check.basis;
        let Some(matter) = matter else {
            let to = action.state.submit(deed, basis)?;
            let action = self
                .write_review(action, to, None, EventKind::ActionSubmitted, deed)
                .await?;
            return Ok(Submitted {
                action,
                proposal: None,
                audience: basis.audience,
            });
        };
        let proposal = Proposal {
            id: ProposalId::new(deed.at, &self.parts().random),
            action: id,
            matter,
            review: Review::Submitted {
                submitted: deed,
                basis,
            },
            verdict: None,
        };
        let mut tx = self.parts().store.write().await?;
        if !tx.claim_action(&action).await? {
            return Err(changed_meanwhile());
        }
        tx.insert_proposal(&self.parts().keys, &proposal).await?;
        let action = self
            .tell_review(
                tx,
                action,
                EventKind::ActionSubmitted,
                deed,
                Some(proposal.matter.wave()),
            )
            .await?;
        Ok(Submitted {
            action,
            proposal: Some(proposal),
            audience: basis.audience,
        })
    }

    /// Approves what waits, for as many participants as the approver read. Nobody approves what they made,
    /// submitted or changed last.
    pub async fn approve_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        audience: u64,
    ) -> Result<Action> {
        self.require_fresh_proof(scope)?;
        let deed = self.deed(scope);
        let keys = &self.parts().keys;
        let (action, open, survey) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_to_judge_at(&mut tx, scope, id, version).await?;
            let open = self.open_proposal(&mut tx, &action, Tried::Approved).await?;
            let matter = open.as_ref().map(|proposal| &proposal.matter);
            let survey = self.survey(&mut tx, scope, &action, matter, deed.at).await?;
            (action, open, survey)
        };
        let Some(proposal) = open else {
            let to = action
                .state
                .approve(deed, action.makers(), audience, &survey.check)?;
            return self
                .write_review(action, to, None, EventKind::ActionApproved, deed)
                .await;
        };
        let author = proposal.review.submitted().by;
        let makers = Makers {
            author,
            editor: author,
        };
        let to = proposal.review.approve(deed, makers, audience, &survey.check)?;
        let mut tx = self.parts().store.write().await?;
        if !tx.claim_action(&action).await? || !tx.mark_proposal(keys, &proposal, &to, None).await? {
            return Err(changed_meanwhile());
        }
        let wave = Some(proposal.matter.wave());
        self.tell_review(tx, action, EventKind::ActionApproved, deed, wave)
            .await
    }

    /// Gives back or refuses what was submitted, with a reason; also what was approved and not sent yet.
    pub async fn decline_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        verdict: Verdict,
        reason: &str,
    ) -> Result<Action> {
        let deed = self.deed(scope);
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_judge_at(&mut tx, scope, id, version).await?;
        let reason = checked_reason(reason)?;
        let Some(proposal) = self.open_proposal(&mut tx, &action, verdict.tried()).await? else {
            drop(tx);
            let to = match verdict {
                Verdict::Return => action.state.send_back(deed)?,
                Verdict::Refuse => action.state.refuse(deed)?,
            };
            return self
                .write_review(action, to, Some(reason), verdict.event(), deed)
                .await;
        };
        let to = match verdict {
            Verdict::Return => proposal.review.send_back(deed)?,
            Verdict::Refuse => proposal.review.refuse(deed)?,
        };
        if !tx.claim_action(&action).await? || !tx.mark_proposal(keys, &proposal, &to, Some(reason)).await? {
            return Err(changed_meanwhile());
        }
        let wave = Some(proposal.matter.wave());
        self.tell_review(tx, action, verdict.event(), deed, wave).await
    }

    /// An action that the scope may judge, as the caller saw it.
    async fn action_to_judge_at(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        id: ActionId,
        version: u32,
    ) -> Result<Action> {
        let action = self.action_for(tx, scope, Permission::SeeActions, id).await?;
        scope.require(approving(action.content.kind))?;
        scope.require_training(self.now())?;
        seen_at(action, version)
    }

    /// What is proposed for a running action; none for a draft, which is itself what is judged.
    async fn open_proposal(&self, tx: &mut Tx, action: &Action, tried: Tried) -> Result<Option<Proposal>> {
        if action.state.run().is_none() {
            return Ok(None);
        }
        let open = tx.find_open_proposal(&self.parts().keys, action.id).await?;
        let missing = TransitionError::WrongPhase {
            phase: action.state.phase(),
            verb: tried,
        };
        open.map(Some).ok_or_else(|| missing.into())
    }

    async fn write_review(
        &self,
        action: Action,
        to: ActionState,
        reason: Option<&str>,
        kind: EventKind,
        deed: Deed,
    ) -> Result<Action> {
        let mut tx = self.parts().store.write().await?;
        if !tx.mark_review(&self.parts().keys, &action, &to, reason).await? {
            return Err(changed_meanwhile());
        }
        let action = Action {
            state: to,
            verdict: reason.map(str::to_owned),
            ..action
        };
        self.tell_review(tx, action, kind, deed, None).await
    }

    /// Tells the screens, and commits. `wave` is what a proposal would become.
    async fn tell_review(
        &self,
        mut tx: Tx,
        action: Action,
        kind: EventKind,
        deed: Deed,
        wave: Option<WaveKind>,
    ) -> Result<Action> {
        let mut told = event(&action, action.region, kind, deed, action.state.phase());
        if let Some(wave) = wave {
            told.data["wave"] = json!(wave);
        }
        self.record_of_action(&mut tx, kept(kind), &action, deed).await?;
        tx.append_events(&[told]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(Action {
            version: action.version + 1,
            ..action
        })
    }
}

#[cfg(test)]
mod tests;
