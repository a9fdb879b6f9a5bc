//! Tips of an action that came in within a span of time: what belongs to a page of them is read at once.

use super::super::statement::Value;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::tip::Tip;

/// The tips of an action from the first to the last of a page, both included. Others that came in between are in it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TipSpan {
    action: ActionId,
    from: Timestamp,
    to: Timestamp,
}

impl TipSpan {
    /// The span of a tip alone.
    pub fn of(tip: &Tip) -> Self {
        Self {
            action: tip.action,
            from: tip.received_at,
            to: tip.received_at,
        }
    }

    /// The span of tips of one action, in any order; none without any.
    pub fn over(tips: &[Tip]) -> Option<Self> {
        let spans = tips.iter().map(Self::of);
        spans.reduce(|span, other| Self {
            action: span.action,
            from: span.from.min(other.from),
            to: span.to.max(other.to),
        })
    }

    pub(in crate::storage) fn values(self) -> Vec<Value> {
        values![self.action, self.from, self.to]
    }
}
