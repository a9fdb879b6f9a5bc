//! Starting and stopping: signals, a soft stop that finishes what is under way, and a hard one that does not.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The two stops of a process.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Stop {
    /// A stop that follows SIGINT and SIGTERM: the first asks for the soft stop, the second for the hard one.
    pub fn on_signals() -> Self {
        let stop = Self::default();
        let follower = stop.clone();
        tokio::spawn(async move {
            signal().await;
            tracing::info!("stopping: what is under way is finished; a second signal ends at once");
            follower.soft.cancel();
            signal().await;
            follower.hard.cancel();
        });
        stop
    }

    /// Asks for the soft stop.
    pub fn ask(&self) {
        self.soft.cancel();
    }

    /// Ends when the soft stop is asked for.
    pub async fn asked(&self) {
        self.soft.cancelled().await;
    }

    /// The token of the soft stop, for what takes one.
    pub fn token(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Waits for `work` to finish, or until the hard stop. False when it had to be cut off.
    pub async fn until_hard(&self, work: impl Future<Output = ()>) -> bool {
        tokio::select! {
            () = work => true,
            () = self.hard.cancelled() => false,
        }
    }

    /// Asks for the hard stop.
    pub fn insist(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    /// Waits for `work` to finish, at most `limit`, or until the hard stop. False when it had to be cut off.
    pub async fn finish(&self, limit: Duration, work: impl Future<Output = ()>) -> bool {
        tokio::select! {
            () = work => true,
            () = tokio::time::sleep(limit) => false,
            () = self.hard.cancelled() => false,
        }
    }
}

async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).expect("a process may listen to its signals");
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
