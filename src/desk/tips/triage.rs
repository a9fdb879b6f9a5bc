//! Judging tips, noting on them, and passing them on.

use super::super::{Desk, Permission, Reason, Result, Scope};
use super::event;
use crate::domain::event::EventKind;
use crate::domain::id::TipId;
use crate::domain::problem::{FieldProblem, ProblemCode, Problems};
use crate::domain::tip::{MAX_NOTE_CHARS, MAX_UNIT_CHARS, Tip, TipDeed, TipMark, TipPhase, TipVerb};
use crate::storage::Tx;

impl Desk {
    /// Marks a tip as the caller saw it: seen, relevant, not relevant, a duplicate, or passed on.
    pub async fn mark_tip(&self, scope: &Scope, id: TipId, version: u32, mark: TipMark) -> Result<Tip> {
        let deed = self.deed_on_tip(scope, mark.verb(), mark.detail());
        let mut tx = self.parts().store.write().await?;
        let (tip, action) = self.tip_for(&mut tx, scope, Permission::HandleTips, id).await?;
        let mark = self.checked_mark(&mut tx, &tip, mark).await?;
        let to = tip.state.clone().mark(mark)?;
        let keys = &self.parts().keys;
        if tip.version != version || !tx.mark_tip(keys, &tip, &to, &deed).await? {
            return Err(Reason::TipChanged.into());
        }
        let passed_on = (to.phase() == TipPhase::PassedOn).then_some(deed.at);
        let tip = Tip {
            state: to,
            passed_on_at: tip.passed_on_at.or(passed_on),
            changed_at: deed.at,
            version: version + 1,
            ..tip
        };
        let changed = event(&action, &tip, EventKind::TipChanged, deed.actor, deed.at);
        tx.append_events(&[changed]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(tip)
    }

    /// Writes a note on a tip.
    pub async fn note_on_tip(&self, scope: &Scope, id: TipId, note: &str) -> Result<()> {
        let note = note.trim();
        let mut problems = Problems::default();
        problems.add_if(note.is_empty(), "note", ProblemCode::TextMissing);
        problems.check_text("note", note, MAX_NOTE_CHARS, true);
        problems.or(())?;
        let deed = self.deed_on_tip(scope, TipVerb::Noted, Some(note.to_owned()));
        let mut tx = self.parts().store.write().await?;
        let (tip, action) = self.tip_for(&mut tx, scope, Permission::HandleTips, id).await?;
        tx.note_on_tip(&self.parts().keys, id, &deed).await?;
        let changed = event(&action, &tip, EventKind::TipChanged, deed.actor, deed.at);
        tx.append_events(&[changed]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(())
    }

    fn deed_on_tip(&self, scope: &Scope, verb: TipVerb, detail: Option<String>) -> TipDeed {
        TipDeed {
            at: self.now(),
            actor: scope.account.into(),
            verb,
            detail,
        }
    }

    async fn checked_mark(&self, tx: &mut Tx, tip: &Tip, mark: TipMark) -> Result<TipMark> {
        let mut problems = Problems::default();
        match &mark {
            TipMark::PassedOn { unit } => {
                problems.add_if(unit.trim().is_empty(), "unit", ProblemCode::TextMissing);
                problems.check_text("unit", unit, MAX_UNIT_CHARS, false);
                problems.or(())?;
            }
            TipMark::DuplicateOf { tip: first } => {
                let code = match tx.find_tip(&self.parts().keys, *first).await? {
                    _ if *first == tip.id => Some(ProblemCode::DuplicateOfItself),
                    Some(found) if found.action != tip.action => Some(ProblemCode::TipUnknown),
                    Some(found) if found.state.phase() == TipPhase::DuplicateOf => {
                        Some(ProblemCode::DuplicateOfItself)
                    }
                    Some(_) => None,
                    None => Some(ProblemCode::TipUnknown),
                };
                if let Some(code) = code {
                    return Err(vec![FieldProblem::new("tip", code)].into());
                }
            }
            TipMark::Seen | TipMark::Relevant | TipMark::NotRelevant => {}
        }
        Ok(mark)
    }
}
