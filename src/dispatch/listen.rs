//! Hearing of new waves and stops that other nodes committed. PostgreSQL only, and only to be sooner: polling
//! is the truth.

use std::sync::Arc;

use sqlx::postgres::PgListener;

use super::Node;
use super::plan::WAKE_TOPIC;

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
