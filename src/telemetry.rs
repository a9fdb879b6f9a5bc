//! What the engineer on call sees: traces as text or JSON, and figures for Prometheus.

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub mod figures;
pub mod otlp;

use otlp::OtlpSettings;

/// How long the last traces may take on their way.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);

/// How traces are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Text for people, JSON for machines.
    pub format: TraceFormat,
    /// What is written, as `tracing-subscriber` reads it: `info`, or `info,oproep::dispatch=debug`.
    pub filter: String,
    /// A collector that traces go to besides.
    #[serde(default)]
    pub otlp: Option<OtlpSettings>,
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
    /// The way to a collector.
    #[error("telemetry.otlp: {0}")]
    Otlp(String),
    /// Figures are kept already.
    #[error("figures for Prometheus: {0}")]
    Figures(#[from] metrics_exporter_prometheus::BuildError),
}

/// Seconds at which the latency of calls and requests is counted: from 1 ms, which is as exact as clocks are
/// read, to the longest that a provider is waited for.
const CALL_SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Seconds at which the progress of waves is counted: from the first hand-over, at once, to the last of one for
/// everybody over a slow channel.
const WAVE_SECONDS: [f64; 14] = [
    0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3_600.0,
];

/// Traces that are written; what is still to be sent to a collector goes with [`Traces::finish`].
#[derive(Debug, Default)]
#[must_use = "what is still to be sent to a collector is lost without `finish`"]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Sends what is left, for some seconds at most.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        // It waits for a thread.
        let shut = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_WITHIN)).await;
        if let Ok(Err(error)) = shut {
            tracing::warn!(%error, "the last traces did not reach the collector");
        }
    }
}

/// Starts writing traces to standard error, and to a collector where one is set. A second call in one process changes
/// nothing.
pub fn start_traces(settings: &TelemetrySettings) -> Result<Traces, TelemetryError> {
    start_traces_to(settings, std::io::stderr)
}

/// The same with lines that go elsewhere.
pub fn start_traces_to<W>(settings: &TelemetrySettings, writer: W) -> Result<Traces, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter =
        EnvFilter::try_new(&settings.filter).map_err(|_| TelemetryError::Filter(settings.filter.clone()))?;
    let (provider, collected) = match &settings.otlp {
        None => (None, None),
        Some(otlp) => {
            let (provider, tracer) = otlp::open(otlp)?;
            let layer = tracing_opentelemetry::layer()
                .with_tracer(tracer)
                .with_location(false)
                .with_threads(false)
                .with_tracked_inactivity(false);
            (Some(provider), Some(layer))
        }
    };
    let registry = tracing_subscriber::registry().with(filter).with(collected);
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    let _ = match settings.format {
        TraceFormat::Text => registry.with(layer).try_init(),
        TraceFormat::Json => registry.with(layer.json()).try_init(),
    };
    Ok(Traces(provider))
}

/// Starts keeping figures; the handle writes them for Prometheus, and wants its upkeep every few seconds. Lanes
/// that were started before are not counted.
pub fn start_figures() -> Result<PrometheusHandle, TelemetryError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let waves = Matcher::Prefix("oproep_wave_".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(waves, &WAVE_SECONDS)?
        .set_buckets_for_metric(seconds, &CALL_SECONDS)?
        .install_recorder()?;
    figures::describe();
    Ok(handle)
}
