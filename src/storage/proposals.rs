//! Expansions and updates that wait for a second person, as they are stored. At most one of an action is open.

use sqlx::FromRow;
use uuid::Uuid;

use super::actions::{ReviewDeeds, ReviewNote};
use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::action::approval::{Proposal, Review};
use crate::domain::action::{Deed, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, ProposalId};

statements! {
    REPLACE_OPEN = "update proposals set state = 'replaced' \
        where action_id = $1 and state in ('submitted', 'returned', 'approved')";
    INSERT = "insert into proposals (id, action_id, state, matter_sealed, review_sealed, submitted_by, submitted_at) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    FIND_OPEN = "select id, action_id, state, matter_sealed, review_sealed, submitted_by, submitted_at, reviewed_by, \
        reviewed_at from proposals where action_id = $1 and state in ('submitted', 'returned', 'approved')";
    MARK = "update proposals set state = $3, review_sealed = $4, reviewed_by = $5, reviewed_at = $6 \
        where id = $1 and state = $2";
    MARK_SENT = "update proposals set state = 'sent' where id = $1 and state = 'approved'";
}

const MATTER: &str = "proposals.matter";

#[derive(FromRow)]
struct ProposalRow {
    id: Uuid,
    action_id: Uuid,
    state: String,
    matter_sealed: Vec<u8>,
    review_sealed: Vec<u8>,
    submitted_by: Uuid,
    submitted_at: i64,
    reviewed_by: Option<Uuid>,
    reviewed_at: Option<i64>,
}

fn deed(by: Uuid, at: i64) -> Deed {
    Deed {
        by: AccountId::from_uuid(by),
        at: Timestamp::from_millis(at),
    }
}

impl ProposalRow {
    fn open(self, keys: &Keyring) -> Result<Proposal> {
        const STATE: StorageError = StorageError::Corrupt("proposals.state");
        let note = ReviewNote::open(keys, Some(&self.review_sealed))?;
        let deeds = ReviewDeeds {
            submitted: deed(self.submitted_by, self.submitted_at),
            judged: self
                .reviewed_by
                .zip(self.reviewed_at)
                .map(|(by, at)| deed(by, at)),
        };
        let phase = Phase::parse(&self.state).ok_or(STATE)?;
        Ok(Proposal {
            id: ProposalId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            matter: keys.open_json(MATTER, &self.matter_sealed)?,
            review: deeds.review(phase, note.basis).ok_or(STATE)?,
            verdict: note.reason,
        })
    }
}

impl Tx {
    /// Stores a proposal in the place of the one that was open. The action's row must be claimed before.
    pub async fn insert_proposal(&mut self, keys: &Keyring, proposal: &Proposal) -> Result<()> {
        self.execute(REPLACE_OPEN, values![proposal.action]).await?;
        let submitted = proposal.review.submitted();
        let values = values![
            proposal.id,
            proposal.action,
            proposal.review.phase().name(),
            keys.seal_json(MATTER, &proposal.matter),
            ReviewNote::of(&proposal.review, None).seal(keys),
            submitted.by,
            submitted.at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// The proposal of an action that is open.
    pub async fn find_open_proposal(&mut self, keys: &Keyring, action: ActionId) -> Result<Option<Proposal>> {
        let row: Option<ProposalRow> = self.find(FIND_OPEN, values![action]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Brings a proposal as it was seen to the next step of its review. False when somebody else did meanwhile.
    pub async fn mark_proposal(
        &mut self,
        keys: &Keyring,
        seen: &Proposal,
        to: &Review,
        reason: Option<&str>,
    ) -> Result<bool> {
        let judged = to.judged();
        let values = values![
            seen.id,
            seen.review.phase().name(),
            to.phase().name(),
            ReviewNote::of(to, reason).seal(keys),
            judged.map(|deed| deed.by),
            judged.map(|deed| deed.at),
        ];
        Ok(self.execute(MARK, values).await? == 1)
    }

    /// Uses an approved proposal up. False when it was used or replaced meanwhile.
    pub async fn mark_proposal_sent(&mut self, id: ProposalId) -> Result<bool> {
        Ok(self.execute(MARK_SENT, values![id]).await? == 1)
    }
}
