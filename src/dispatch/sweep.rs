//! What nobody else would end: waves whose time is over, batches of halted waves that a dead node held, and
//! waves whose last two batches ended at the same moment on two nodes. It also counts what waits in the lanes.

use std::sync::Arc;

use super::account::Account;
use super::figures::{QueueFigures, waves_finished};
use super::{Node, fallback};
use crate::storage::Result;

/// Sweeps until the node closes.
pub(super) async fn run(node: Arc<Node>, mut queue: QueueFigures, accounts: Arc<[Arc<Account>]>) {
    loop {
        tokio::select! {
            () = node.around.clock.sleep(node.around.timing.sweep_every) => {}
            () = node.closing.cancelled() => return,
        }
        if let Err(error) = sweep(&node).await {
            tracing::error!(%error, "expired and halted waves wait for the next sweep");
        }
        if let Err(error) = fallback::run(&node, &accounts).await {
            tracing::error!(%error, "those of whom nothing was heard wait for the next sweep");
        }
        if let Err(error) = count(&node, &mut queue).await {
            tracing::warn!(%error, "what waits in the lanes could not be counted");
        }
    }
}

async fn sweep(node: &Node) -> Result<()> {
    let now = node.around.clock.now();
    {
        let mut tx = node.around.store.read().await?;
        if !tx.has_waves_to_settle(now).await? {
            return Ok(());
        }
    }
    let mut tx = node.around.store.write().await?;
    let expired = tx.mark_expired_waves_halted(now).await?;
    tx.settle_halted_batches(now).await?;
    let finished = tx.mark_done_waves_finished(now).await?;
    let mut spans = Vec::new();
    for wave in &finished {
        spans.extend(tx.find_wave_span(*wave).await?);
    }
    tx.append_progress(&finished, now).await?;
    tx.commit().await?;
    waves_finished(&spans);
    if expired > 0 {
        node.wake();
    }
    Ok(())
}

/// Counts what waits, unless the last count was too costly to repeat it already.
async fn count(node: &Node, queue: &mut QueueFigures) -> Result<()> {
    let clock = &node.around.clock;
    let began = clock.now();
    if queue.is_due(began) {
        let mut tx = node.around.store.read().await?;
        let lanes = tx.count_queued(began).await?;
        queue.set(&lanes, began, clock.now().since(began));
    }
    Ok(())
}
