//! Telling the other nodes of new waves, pauses and stops, and hearing of theirs. PostgreSQL only, and only to be
//! sooner: polling is the truth.

use std::sync::Arc;

use sqlx::postgres::PgListener;

use super::Node;
use crate::storage::{Result, Tx};

/// What nodes listen to.
const WAKE_TOPIC: &str = "oproep_dispatch";

impl Tx {
    /// Wakes the dispatchers of other nodes once this is committed. One notification a transaction arrives,
    /// however often it is asked for.
    pub async fn wake_dispatchers(&mut self) -> Result<()> {
        self.notify(WAKE_TOPIC, "").await
    }
}

/// Wakes the lanes at every notification until the node closes.
pub(super) async fn run(node: Arc<Node>) {
    let Some(pool) = node.around.store.postgres() else {
        return;
    };
    while !node.closing.is_cancelled() {
        let listening = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(WAKE_TOPIC).await?;
            loop {
                listener.recv().await?;
                node.wake();
            }
        };
        let ended: Result<(), sqlx::Error> = tokio::select! {
            ended = listening => ended,
            () = node.closing.cancelled() => return,
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "not listening for new waves; polling goes on");
        }
        node.around.clock.sleep(node.around.timing.poll_every).await;
    }
}
