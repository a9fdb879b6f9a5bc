//! What a process does again and again beside its work.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;

use super::{AppError, Foundation};
use crate::backup::journal::Journal;
use crate::desk::Desk;
use crate::domain::clock::Clock;
use crate::lifecycle::Stop;

/// How often sessions, codes and answers that are over are forgotten.
const TIDY_EVERY: Duration = Duration::from_mins(5);
/// How often measured times are put into their buckets, so that they need little memory when nobody fetches them.
const SORT_FIGURES_EVERY: Duration = Duration::from_secs(5);

/// How often it is looked at how old the last backup is.
const WATCH_BACKUPS_EVERY: Duration = Duration::from_mins(1);

/// The journal of who left, where one is kept.
pub(super) async fn open_journal(foundation: &Foundation) -> Result<Option<Journal>, AppError> {
    match foundation.config.erasures_file() {
        Some(path) => Ok(Some(Journal::open(&path, &foundation.store).await?)),
        None => Ok(None),
    }
}

/// Tells how old the last backup is.
pub(super) async fn watch_backups(foundation: Foundation, stop: Stop) {
    loop {
        let last = async { foundation.store.read().await?.last_backup().await };
        if let Ok(last) = last.await {
            let age = last.map_or(f64::INFINITY, |at| foundation.clock.now().since(at).as_secs_f64());
            metrics::gauge!("oproep_backup_age_seconds").set(age);
        }
        tokio::select! {
            () = foundation.clock.sleep(WATCH_BACKUPS_EVERY) => {}
            () = stop.asked() => return,
        }
    }
}

/// Keeps the figures small between two fetches.
pub(super) async fn sort_figures(figures: Option<PrometheusHandle>, clock: Clock, stop: Stop) {
    let Some(figures) = figures else { return };
    loop {
        tokio::select! {
            () = clock.sleep(SORT_FIGURES_EVERY) => figures.run_upkeep(),
            () = stop.asked() => return,
        }
    }
}

/// Forgets what is over, every few minutes.
pub(super) async fn tidy(desk: Desk, clock: Clock, stop: Stop) {
    loop {
        tokio::select! {
            () = clock.sleep(TIDY_EVERY) => {}
            () = stop.asked() => return,
        }
        if let Err(error) = desk.fetch_recordings().await {
            tracing::warn!(%error, "recordings that are still at the exchange are asked for in the next round");
        }
        if let Err(error) = desk.tidy().await {
            tracing::warn!(%error, "sessions and codes that are over stay until the next round");
        }
        match desk.warn_of_lapses().await {
            Ok(0) => {}
            Ok(warned) => tracing::info!(warned, "people were warned that their rights lapse"),
            Err(error) => {
                tracing::warn!(%error, "nobody was warned that rights lapse: tried again in the next round");
            }
        }
    }
}
