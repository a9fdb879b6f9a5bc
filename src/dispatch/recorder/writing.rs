//! One write: batches in hand, what was split off, what is to be retired, and the news of their waves.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::in_hand::{InHand, Snapshot};
use super::super::telling::News;
use super::super::{Node, crash};
use crate::domain::clock::Timestamp;
use crate::domain::id::WaveId;
use crate::storage::Result;
use crate::storage::batches::{BatchState, Progress};

/// What a write made of the batches in hand.
pub(super) struct Written {
    pub(super) at: Timestamp,
    /// These have left this node's hands.
    pub(super) ended: Vec<Arc<InHand>>,
    /// Nothing was written of these: somebody else has them.
    pub(super) lost: Vec<Arc<InHand>>,
}

/// Writes them in one transaction, each under its lease; `news` are told with it.
pub(super) async fn write(
    node: &Node,
    snapshots: &[Snapshot],
    waves: &BTreeSet<WaveId>,
    mut news: Option<&mut News>,
) -> Result<Written> {
    let around = &node.around;
    let mut tx = around.store.write().await?;
    // Waiting for the database takes time that a lease must not lose.
    let now = around.clock.now();
    let lease_until = now + around.timing.lease;
    let states = tx.lock_wave_states(waves.iter().copied()).await?;
    let mut written = Written {
        at: now,
        ended: Vec::new(),
        lost: Vec::new(),
    };
    let (mut gone, mut splits) = (Vec::new(), Vec::new());
    for snapshot in snapshots {
        let batch = &snapshot.batch;
        let progress = progress(snapshot);
        let recorded = tx.record_progress_of(node.id, lease_until, &progress).await?;
        let Some(reported) = recorded else {
            written.lost.push(batch.clone());
            continue;
        };
        tx.insert_failures(&snapshot.failures).await?;
        gone.extend_from_slice(&snapshot.gone);
        for split in &snapshot.splits {
            let mut split = split.clone();
            // What a provider said of the first attempt meanwhile.
            reported.settle(&mut split);
            splits.push(split);
        }
        if let Some(news) = &mut news {
            news.add(batch.wave.id);
        }
        if snapshot.state != BatchState::Claimed {
            written.ended.push(batch.clone());
        }
    }
    tx.retire_endpoints(&gone, now).await?;
    tx.insert_batches(&splits).await?;
    let due = news.as_ref().map_or_else(Vec::new, |news| news.due(now));
    tx.append_progress(&due, now).await?;
    crash::point("record.before_commit");
    tx.commit().await?;
    crash::point("record.after_commit");
    node.waves.learn(&states);
    if let Some(news) = news {
        news.told(&due, now);
    }
    if snapshots
        .iter()
        .any(|one| one.batch.account.health.leaves_to_others())
    {
        // What was handed back or split off has to move.
        node.failing.notify_one();
    }
    Ok(written)
}

fn progress(snapshot: &Snapshot) -> Progress<'_> {
    Progress {
        number: snapshot.batch.number,
        claims: snapshot.batch.claims,
        outcomes: &snapshot.outcomes,
        intent_to: if matches!(snapshot.state, BatchState::Claimed) {
            snapshot.intent_to
        } else {
            0
        },
        state: snapshot.state,
        first_handover_at: snapshot.first_handover_at,
        last_handover_at: snapshot.last_handover_at,
    }
}
