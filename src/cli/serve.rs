//! `oproep serve`, `oproep worker` and `oproep migrate`.

use clap::Args;
use serde_json::json;

use super::{CliError, Common, Output, machine};
use crate::app::{self, Foundation, Service};
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::lifecycle::Stop;
use crate::telemetry::{start_figures, start_traces};

/// What a service leaves to others.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep serve\n  \
    oproep --config /etc/oproep.toml serve\n  \
    oproep serve --no-dispatch     answers requests, and leaves sending to `oproep worker`")]
pub struct ServeArguments {
    /// Answers requests only; workers send.
    #[arg(long)]
    no_dispatch: bool,
}

pub(super) async fn serve(common: &Common, arguments: ServeArguments) -> Result<(), CliError> {
    let mut config = Config::load(common.config.as_deref())?;
    config.dispatch.enabled &= !arguments.no_dispatch;
    let traces = start_traces(&config.telemetry)?;
    let figures = start_figures()?;
    let stop = Stop::on_signals();
    let foundation = Foundation::open(config, Clock::system(), Random::from_os()).await?;
    let service = Service::build(foundation, Some(figures)).await?;
    tracing::info!(address = %service.address(), "answering requests");
    Box::pin(service.run(&stop)).await;
    traces.finish().await;
    Ok(())
}

pub(super) async fn work(common: &Common) -> Result<(), CliError> {
    let config = Config::load(common.config.as_deref())?;
    let traces = start_traces(&config.telemetry)?;
    let figures = start_figures()?;
    let stop = Stop::on_signals();
    let foundation = Foundation::open(config, Clock::system(), Random::from_os()).await?;
    app::work(foundation, Some(figures), &stop).await?;
    traces.finish().await;
    Ok(())
}

pub(super) async fn migrate(common: &Common) -> Result<(), CliError> {
    let foundation = machine::foundation(common).await?;
    foundation.store.close().await;
    Output::new(common).answer(&json!({ "migrated": true }), |_| {
        "the database's schema is up to date".to_owned()
    })?;
    Ok(())
}
