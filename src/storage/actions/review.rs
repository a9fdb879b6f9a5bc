//! Reviews as they are stored: who did what when in columns, what it was about and why sealed.

use serde::{Deserialize, Serialize};

use super::super::sealing::Keyring;
use super::super::{Result, Tx};
use super::{MARK_REVIEW, MARK_TAKEN_BACK};
use crate::domain::action::approval::{Approval, Basis, Fingerprint, Review};
use crate::domain::action::{Action, ActionState, Deed, Phase};

const REVIEW: &str = "actions.review";

/// What was submitted or approved, and why it was returned or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::storage) struct ReviewNote {
    pub(in crate::storage) basis: Option<Basis>,
    pub(in crate::storage) reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    fingerprint: Option<Fingerprint>,
    audience: u64,
    reason: Option<String>,
}

impl ReviewNote {
    /// The note of a review with this reason.
    pub(in crate::storage) fn of(review: &Review, reason: Option<&str>) -> Self {
        Self {
            basis: review.basis(),
            reason: reason.map(str::to_owned),
        }
    }

    pub(in crate::storage) fn seal(&self, keys: &Keyring) -> Vec<u8> {
        let sealed = Sealed {
            fingerprint: self.basis.map(|basis| basis.fingerprint),
            audience: self.basis.map_or(0, |basis| basis.audience),
            reason: self.reason.clone(),
        };
        keys.seal_json(REVIEW, &sealed)
    }

    pub(in crate::storage) fn open(keys: &Keyring, sealed: Option<&[u8]>) -> Result<Self> {
        let Some(sealed) = sealed else {
            return Ok(Self::default());
        };
        let note: Sealed = keys.open_json(REVIEW, sealed)?;
        let audience = note.audience;
        Ok(Self {
            basis: note.fingerprint.map(|fingerprint| Basis {
                fingerprint,
                audience,
            }),
            reason: note.reason,
        })
    }
}

/// Who submitted, and who judged.
pub(in crate::storage) struct ReviewDeeds {
    pub(in crate::storage) submitted: Deed,
    pub(in crate::storage) judged: Option<Deed>,
}

impl ReviewDeeds {
    /// The review in this phase; none when something that belongs to it is missing.
    pub(in crate::storage) fn review(self, phase: Phase, basis: Option<Basis>) -> Option<Review> {
        let Self { submitted, judged } = self;
        Some(match phase {
            Phase::Submitted => Review::Submitted {
                submitted,
                basis: basis?,
            },
            Phase::Returned => Review::Returned {
                submitted,
                returned: judged?,
            },
            Phase::Refused => Review::Refused {
                submitted,
                refused: judged?,
            },
            Phase::Approved => Review::Approved(Approval {
                submitted,
                approved: judged?,
                basis: basis?,
            }),
            _ => return None,
        })
    }
}

impl Tx {
    /// Brings a draft as it was seen to the next step of its review, with the reason of a return or refusal.
    /// False when somebody else changed it meanwhile, and nothing was written.
    pub async fn mark_review(
        &mut self,
        keys: &Keyring,
        seen: &Action,
        to: &ActionState,
        reason: Option<&str>,
    ) -> Result<bool> {
        let Some(review) = to.review() else {
            return Ok(false);
        };
        let (submitted, judged) = (review.submitted(), review.judged());
        let values = values![
            seen.id,
            seen.version,
            seen.state.phase().name(),
            to.phase().name(),
            submitted.by,
            submitted.at,
            judged.map(|deed| deed.by),
            judged.map(|deed| deed.at),
            ReviewNote::of(review, reason).seal(keys),
            to.ended_at(),
        ];
        Ok(self.execute(MARK_REVIEW, values).await? == 1)
    }

    /// Makes a started action a draft again, as it was seen. False when somebody else changed it meanwhile.
    pub async fn mark_taken_back(&mut self, seen: &Action) -> Result<bool> {
        Ok(self
            .execute(MARK_TAKEN_BACK, values![seen.id, seen.version])
            .await?
            == 1)
    }
}
