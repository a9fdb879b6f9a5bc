//! The queue: batches of at most 500 recipients, claimed under a lease, recorded packed.
//!
//! A batch is `ready`, `claimed` or `done`. Whoever claims it holds a lease and a fencing token; every later
//! write repeats both, so that a node that was paused and taken over changes nothing. Outcomes are one byte a
//! member. Members before `intent_to` may have been handed over since the claim: when a node dies, exactly
//! those are in doubt.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Result, StorageError, Tx};
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::id::{BatchNumber, NodeId, ParticipantNumber, WaveId};
use crate::domain::wave::Accounting;

use receipts::Reported;

pub mod halted;
pub mod moving;
pub mod queued;
pub mod receipts;
pub mod silent;
pub mod told;

/// The most recipients of a batch.
pub const BATCH_SIZE: usize = 500;

// `state <> 'done'` repeats what the rest says: SQLite takes a partial index only where its words return.
statements! {
    CLAIM = {
        sqlite: "update batches set state = 'claimed', lease_owner = $1, lease_until = $2, \
            claims = claims + 1, doubt_to = case when state = 'claimed' then intent_to else 0 end, \
            intent_to = case when state = 'claimed' then 0 else $3 end \
            where number in (select b.number from batches b join waves w on w.id = b.wave_id \
                where b.account = $4 and b.priority = $5 and b.state <> 'done' \
                and w.state = 'running' and w.expires_at > $6 \
                and ((b.state = 'ready' and b.not_before <= $6) or (b.state = 'claimed' and b.lease_until < $6)) \
                order by b.ordinal, b.number limit $7) \
            returning number, wave_id, channel, attempt, claims, members, outcomes, receipts, intent_to, doubt_to",
        // Materialised, or the planner may run the limit once a row and claim more than was asked for.
        postgres: "with due as materialized (select b.number from batches b join waves w on w.id = b.wave_id \
                where b.account = $4 and b.priority = $5 and b.state <> 'done' \
                and w.state = 'running' and w.expires_at > $6 \
                and ((b.state = 'ready' and b.not_before <= $6) or (b.state = 'claimed' and b.lease_until < $6)) \
                order by b.ordinal, b.number limit $7 for update of b skip locked) \
            update batches b set state = 'claimed', lease_owner = $1, lease_until = $2, \
            claims = claims + 1, doubt_to = case when state = 'claimed' then intent_to else 0 end, \
            intent_to = case when state = 'claimed' then 0 else $3 end from due where b.number = due.number \
            returning b.number, wave_id, channel, attempt, claims, members, outcomes, receipts, intent_to, doubt_to"
    };
    RECORD = "update batches set outcomes = $4, intent_to = $5, lease_until = $6, state = $7, not_before = $8, \
        accepted = $9, delivered = $10, failed = $11, unknown = $12, stopped = $13, moved = $14, \
        first_handover_at = coalesce(first_handover_at, $15), \
        last_handover_at = coalesce($16, last_handover_at), doubtful = $17 \
        where number = $1 and lease_owner = $2 and claims = $3 and state = 'claimed' returning receipts";
    RELEASE_ALL = "update batches set lease_until = 0 where state <> 'done' and state = 'claimed'";
    IS_CLAIMABLE = "select cast(1 as bigint) from batches b join waves w on w.id = b.wave_id \
        where b.account = $1 and b.priority = $2 and b.state <> 'done' and w.state = 'running' \
        and w.expires_at > $3 \
        and ((b.state = 'ready' and b.not_before <= $3) or (b.state = 'claimed' and b.lease_until < $3)) \
        order by b.ordinal, b.number limit 1";
    HAS_URGENT = "select cast(1 as bigint) from batches b join waves w on w.id = b.wave_id \
        where b.account = $1 and b.priority = 0 and b.state <> 'done' and w.state = 'running' \
        and w.expires_at > $2 and (b.state = 'claimed' or b.not_before <= $2) limit 1";
    NEXT_CLAIMABLE = "select min(case when b.state = 'ready' then b.not_before else b.lease_until end) \
        from batches b join waves w on w.id = b.wave_id \
        where b.account = $1 and b.priority = $2 and b.state <> 'done' and w.state = 'running'";
}

/// A batch to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBatch {
    /// The wave it is part of.
    pub wave: WaveId,
    /// The channel it goes over.
    pub channel: Channel,
    /// The provider account it is for.
    pub account: String,
    /// 0 goes first.
    pub priority: u8,
    /// Nearest to the incident first.
    pub ordinal: u32,
    /// Whom it is for, at most [`BATCH_SIZE`].
    pub members: Vec<ParticipantNumber>,
    /// Where each member is: all queued in a new wave.
    pub outcomes: Vec<Disposition>,
    /// How often its members were tried before.
    pub attempt: u16,
    /// Not to be claimed before this moment.
    pub not_before: Timestamp,
    /// Where its members come from; none in a new wave.
    pub origin: Option<SplitOrigin>,
}

/// Where the members of a batch were before they were split off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOrigin {
    /// The batch.
    pub batch: BatchNumber,
    /// The position of each member in it.
    pub positions: Vec<u16>,
}

/// A batch that this node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedBatch {
    /// Its number.
    pub number: BatchNumber,
    /// The wave it is part of.
    pub wave: WaveId,
    /// The channel it goes over.
    pub channel: Channel,
    /// How often its members were tried before.
    pub attempt: u16,
    /// The fencing token.
    pub claims: i64,
    /// Whom it is for.
    pub members: Vec<ParticipantNumber>,
    /// Where each member is.
    pub outcomes: Vec<Disposition>,
    /// Members before this position may be handed over without another write.
    pub intent_to: usize,
    /// Members before this position were in the hands of a node that died.
    pub doubt_to: usize,
}

/// What a batch becomes with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchState {
    /// Still in hand.
    Claimed,
    /// Handed back, to be claimed from this moment on.
    Ready {
        /// The moment.
        not_before: Timestamp,
    },
    /// Nothing of it is open.
    Done,
}

/// What is written of a batch in hand.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// The batch.
    pub number: BatchNumber,
    /// The fencing token it was claimed with.
    pub claims: i64,
    /// Where each member is now.
    pub outcomes: &'a [Disposition],
    /// Members before this position may be handed over once this is durable.
    pub intent_to: usize,
    /// What it becomes.
    pub state: BatchState,
    /// The first hand-over since the claim.
    pub first_handover_at: Option<Timestamp>,
    /// The last one.
    pub last_handover_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct ClaimedRow {
    number: i64,
    wave_id: Uuid,
    channel: String,
    attempt: i64,
    claims: i64,
    members: Vec<u8>,
    outcomes: Vec<u8>,
    receipts: Option<Vec<u8>>,
    intent_to: i64,
    doubt_to: i64,
}

impl ClaimedRow {
    fn read(self) -> Result<ClaimedBatch> {
        let members = read_members(&self.members)?;
        let size = members.len();
        let position = |value: i64| usize::try_from(value).unwrap_or(0).min(size);
        let mut outcomes = read_outcomes(&self.outcomes, size)?;
        if let Some(receipts) = &self.receipts {
            // Whoever the provider spoke of was handed over, whatever a node wrote or could not write any more.
            receipts::settle_known(&mut outcomes, receipts);
        }
        Ok(ClaimedBatch {
            number: self.number,
            wave: WaveId::from_uuid(self.wave_id),
            channel: self
                .channel
                .parse()
                .map_err(|_| StorageError::Corrupt("batches.channel"))?,
            attempt: u16::try_from(self.attempt).unwrap_or(u16::MAX),
            claims: self.claims,
            outcomes,
            intent_to: position(self.intent_to),
            doubt_to: position(self.doubt_to),
            members,
        })
    }
}

fn member_bytes(members: &[ParticipantNumber]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(std::mem::size_of_val(members));
    for number in members {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes
}

fn read_members(bytes: &[u8]) -> Result<Vec<ParticipantNumber>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(StorageError::Corrupt("batches.members"));
    }
    Ok(numbers
        .iter()
        .map(|bytes| ParticipantNumber::from_le_bytes(*bytes))
        .collect())
}

fn outcome_bytes(outcomes: &[Disposition]) -> Vec<u8> {
    if outcomes
        .iter()
        .all(|disposition| *disposition == Disposition::Queued)
    {
        return Vec::new();
    }
    outcomes.iter().map(|disposition| disposition.byte()).collect()
}

/// The outcomes of so many members; no bytes at all stand for nobody told yet, which is how a wave begins.
fn read_outcomes(bytes: &[u8], size: usize) -> Result<Vec<Disposition>> {
    if bytes.is_empty() {
        return Ok(vec![Disposition::Queued; size]);
    }
    if bytes.len() != size {
        return Err(StorageError::Corrupt("batches.outcomes"));
    }
    bytes
        .iter()
        .map(|byte| Disposition::from_byte(*byte).ok_or(StorageError::Corrupt("batches.outcomes")))
        .collect()
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The size of a batch as it is stored.
fn stored_size(size: i64) -> usize {
    usize::try_from(size).unwrap_or(0).min(BATCH_SIZE)
}

/// Whether somebody in it may have been told once, as it is stored.
fn is_doubtful(outcomes: &[Disposition]) -> u8 {
    u8::from(outcomes.contains(&Disposition::InDoubt))
}

/// How many of each final disposition, in the order of the columns.
fn counts(outcomes: &[Disposition]) -> [i64; 6] {
    let counts = Accounting::count(outcomes.iter().copied());
    let moved = outcomes.len() as u64 - counts.audience;
    [
        counts.accepted,
        counts.delivered,
        counts.failed,
        counts.unknown,
        counts.stopped,
        moved,
    ]
    .map(signed)
}

impl Tx {
    /// Stores batches; their numbers follow their order. Call it last before the commit.
    pub async fn insert_batches(&mut self, batches: &[NewBatch]) -> Result<()> {
        if batches.is_empty() {
            return Ok(());
        }
        let first = self.take_numbers("batch", signed(batches.len() as u64)).await?;
        let rows = (first..)
            .zip(batches)
            .map(|(number, batch)| {
                values![
                    number,
                    batch.wave,
                    batch.channel.name(),
                    batch.account.as_str(),
                    batch.priority,
                    batch.ordinal,
                    "ready",
                    signed(batch.members.len() as u64),
                    member_bytes(&batch.members),
                    outcome_bytes(&batch.outcomes),
                    batch.attempt,
                    batch.not_before,
                    batch.origin.as_ref().map(|origin| origin.batch),
                    is_doubtful(&batch.outcomes),
                ]
            })
            .collect();
        self.insert_many(
            "insert into batches (number, wave_id, channel, account, priority, ordinal, state, size, members, \
             outcomes, attempt, not_before, split_from, doubtful)",
            rows,
        )
        .await
    }

    /// Claims up to `limit` batches of a lane, nearest first, those of dead nodes included. The first `window`
    /// members of each may be handed over once this commits; none of a dead node's batch, whose members in
    /// doubt want an intent of their own before a second attempt.
    pub async fn claim_batches(&mut self, claim: &Claim<'_>) -> Result<Vec<ClaimedBatch>> {
        let values = values![
            claim.owner,
            claim.lease_until,
            signed(claim.window as u64),
            claim.account,
            claim.priority,
            claim.now,
            signed(claim.limit as u64),
        ];
        let rows: Vec<ClaimedRow> = self.list(CLAIM, values).await?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in rows {
            let number = row.number;
            match row.read() {
                Ok(batch) => batches.push(batch),
                // It comes up again when its lease has run out; no other waits for it.
                Err(error) => tracing::error!(batch = number, %error, "a batch is left alone"),
            }
        }
        batches.sort_unstable_by_key(|batch| batch.number);
        Ok(batches)
    }

    /// Writes a batch in hand. False when the lease was lost: another node has it, and nothing was written.
    pub async fn record_progress(
        &mut self,
        owner: NodeId,
        lease_until: Timestamp,
        progress: &Progress<'_>,
    ) -> Result<bool> {
        let recorded = self.record_progress_of(owner, lease_until, progress).await?;
        Ok(recorded.is_some())
    }

    /// The same, with what was reported of its members meanwhile, for those who are split off; none when the lease
    /// was lost.
    pub async fn record_progress_of(
        &mut self,
        owner: NodeId,
        lease_until: Timestamp,
        progress: &Progress<'_>,
    ) -> Result<Option<Reported>> {
        let [accepted, delivered, failed, unknown, stopped, moved] = counts(progress.outcomes);
        let (state, not_before) = match progress.state {
            BatchState::Claimed => ("claimed", Timestamp::default()),
            BatchState::Ready { not_before } => ("ready", not_before),
            BatchState::Done => ("done", Timestamp::default()),
        };
        let values = values![
            progress.number,
            owner,
            progress.claims,
            outcome_bytes(progress.outcomes),
            signed(progress.intent_to as u64),
            lease_until,
            state,
            not_before,
            accepted,
            delivered,
            failed,
            unknown,
            stopped,
            moved,
            progress.first_handover_at,
            progress.last_handover_at,
            is_doubtful(progress.outcomes),
        ];
        let row: Option<(Option<Vec<u8>>,)> = self.find(RECORD, values).await?;
        if let Some((Some(_),)) = row
            && progress.state == BatchState::Done
        {
            self.merge_receipts(progress.number).await?;
        }
        Ok(row.map(|(receipts,)| Reported(receipts.unwrap_or_default())))
    }

    /// Ends every lease: for the start of the only process on a database, when nobody else can hold one.
    pub async fn end_all_leases(&mut self) -> Result<u64> {
        self.execute(RELEASE_ALL, vec![]).await
    }

    /// Whether a batch of a lane may be claimed now. Ends at the first, however many wait.
    pub async fn has_claimable(&mut self, account: &str, priority: u8, now: Timestamp) -> Result<bool> {
        let row: Option<(i64,)> = self.find(IS_CLAIMABLE, values![account, priority, now]).await?;
        Ok(row.is_some())
    }

    /// Whether an account has something urgent to send now, on whatever node.
    pub async fn has_urgent(&mut self, account: &str, now: Timestamp) -> Result<bool> {
        let row: Option<(i64,)> = self.find(HAS_URGENT, values![account, now]).await?;
        Ok(row.is_some())
    }

    /// When the next batch of a lane may be claimed, ready or of a node that is silent by then.
    pub async fn find_next_claimable_at(&mut self, account: &str, priority: u8) -> Result<Option<Timestamp>> {
        let row: Option<(Option<i64>,)> = self.find(NEXT_CLAIMABLE, values![account, priority]).await?;
        Ok(row.and_then(|(at,)| at).map(Timestamp::from_millis))
    }
}

/// What a node asks for when it claims.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Who claims.
    pub owner: NodeId,
    /// The provider account of the lane.
    pub account: &'a str,
    /// The priority of the lane.
    pub priority: u8,
    /// The present moment.
    pub now: Timestamp,
    /// Until when the batches are this node's, unless it renews.
    pub lease_until: Timestamp,
    /// How many members of each may be handed over at once.
    pub window: usize,
    /// The most batches.
    pub limit: usize,
}
