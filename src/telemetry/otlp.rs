//! Traces to a collector, by OTLP over HTTP with protobuf (OpenTelemetry specification, "OTLP/HTTP").
//!
//! Sent are the spans that the log has too, with the same fields: names of routes, counts and ids. A thread of the SDK
//! gathers and sends them; what does not fit in its queue, or a collector does not take, is dropped.

use std::collections::HashMap;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::TelemetryError;

/// Where traces go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtlpSettings {
    /// The collector's address for traces, path included.
    pub endpoint: String,
    /// The value of the `Authorization` header, where the collector wants one.
    #[serde(default)]
    pub authorization: Option<SecretString>,
    /// What this service is called there.
    #[serde(default = "name")]
    pub service_name: String,
    /// The share of traces that is sent, 0 to 1.
    #[serde(default = "all")]
    pub share: f64,
}

fn name() -> String {
    "oproep".to_owned()
}

const fn all() -> f64 {
    1.0
}

/// Opens the way to a collector; nothing is sent yet.
pub(super) fn open(settings: &OtlpSettings) -> Result<(SdkTracerProvider, SdkTracer), TelemetryError> {
    let address = settings.endpoint.parse::<http::Uri>().ok();
    let is_web = address.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    if !is_web || !(0.0..=1.0).contains(&settings.share) {
        return Err(TelemetryError::Otlp(
            "endpoint is the whole address, http://collector:4318/v1/traces, and share is 0 to 1".to_owned(),
        ));
    }
    let mut headers = HashMap::new();
    if let Some(authorization) = &settings.authorization {
        headers.insert(
            "authorization".to_owned(),
            authorization.expose_secret().to_owned(),
        );
    }
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(&settings.endpoint)
        .with_headers(headers)
        .build()
        .map_err(|error| TelemetryError::Otlp(error.to_string()))?;
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", settings.service_name.clone()),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ])
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
            settings.share,
        ))))
        .with_resource(resource)
        .build();
    let tracer = provider.tracer("oproep");
    Ok((provider, tracer))
}
