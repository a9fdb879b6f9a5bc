//! What nobody else would end: waves whose time is over, batches of halted waves that a dead node held, and
//! waves whose last two batches ended at the same moment on two nodes.

use std::sync::Arc;

use super::Node;
use crate::storage::Result;

/// Sweeps until the node closes.
pub(super) async fn run(node: Arc<Node>) {
    loop {
        tokio::select! {
            () = node.around.clock.sleep(node.around.timing.sweep_every) => {}
            () = node.closing.cancelled() => return,
        }
        if let Err(error) = sweep(&node).await {
            tracing::error!(%error, "expired and halted waves wait for the next sweep");
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
    tx.append_progress(&finished, now).await?;
    tx.commit().await?;
    if expired > 0 {
        node.wake();
    }
    Ok(())
}
