//! What the engineer on call sees: traces as text or JSON, and figures for Prometheus.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How traces are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Text for people, JSON for machines.
    pub format: TraceFormat,
    /// What is written, as `tracing-subscriber` reads it: `info`, or `info,oproep::dispatch=debug`.
    pub filter: String,
}

/// The form of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TraceFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Why telemetry could not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("telemetry.filter '{0}' cannot be read: write for instance info,oproep::dispatch=debug")]
    Filter(String),
    /// Figures are kept already.
    #[error("figures for Prometheus: {0}")]
    Figures(#[from] metrics_exporter_prometheus::BuildError),
}

/// Seconds at which the latency of a provider's call is counted.
const CALL_SECONDS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Starts writing traces to standard error. A second call in one process changes nothing.
pub fn start_traces(settings: &TelemetrySettings) -> Result<(), TelemetryError> {
    let filter =
        EnvFilter::try_new(&settings.filter).map_err(|_| TelemetryError::Filter(settings.filter.clone()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let _ = match settings.format {
        TraceFormat::Text => registry.with(layer).try_init(),
        TraceFormat::Json => registry.with(layer.json()).try_init(),
    };
    Ok(())
}

/// Starts keeping figures; the handle writes them for Prometheus.
pub fn start_figures() -> Result<PrometheusHandle, TelemetryError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    Ok(PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &CALL_SECONDS)?
        .install_recorder()?)
}
