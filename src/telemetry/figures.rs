//! Every figure that is kept, with what it says. `docs/operation.md` says what to make of them.

use FigureKind::{Counter, Gauge, Histogram};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// What a figure does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Counts how often a value lay below each of some bounds.
    Histogram,
}

impl FigureKind {
    /// As Prometheus writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A figure that is kept.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name; what ends in `_seconds` counts in seconds.
    pub name: &'static str,
    /// What it does.
    pub kind: FigureKind,
    /// What it says.
    pub help: &'static str,
}

const fn figure(kind: FigureKind, name: &'static str, help: &'static str) -> Figure {
    Figure { name, kind, help }
}

/// All of them. Lanes are told apart by account, channel and priority.
pub const FIGURES: [Figure; 32] = [
    figure(
        Gauge,
        "oproep_backup_age_seconds",
        "How long ago the last backup was made that was noted in the database; infinite without one.",
    ),
    figure(
        Gauge,
        "oproep_erasures_behind",
        "1 while the journal of who left cannot be written by this node, otherwise 0.",
    ),
    figure(
        Gauge,
        "oproep_queued",
        "Recipients of a lane who wait or are under way, in the whole database: the same on every node.",
    ),
    figure(
        Gauge,
        "oproep_queue_oldest_seconds",
        "How long a lane's oldest batch that may be sent waits to be taken: the same on every node.",
    ),
    figure(
        Gauge,
        "oproep_in_flight",
        "Messages of a lane that this node handed over and the provider has not answered for.",
    ),
    figure(
        Counter,
        "oproep_attempts_total",
        "Messages of a lane handed over by this node, by result: accepted, permanent, throttled, transient, unconfirmed.",
    ),
    figure(
        Counter,
        "oproep_broken_total",
        "How often a lane, or the sending of a batch in it, ended in a fault of the program and was begun anew.",
    ),
    figure(
        Counter,
        "oproep_set_aside_total",
        "Batches of a lane whose outcomes the database refused again and again.",
    ),
    figure(
        Gauge,
        "oproep_account_out",
        "1 while an account is out of service for this node, 0 while it serves.",
    ),
    figure(
        Counter,
        "oproep_account_out_total",
        "How often an account went out of service for this node.",
    ),
    figure(
        Gauge,
        "oproep_push_service_out",
        "1 while a push service is out for this node and others of its account serve, 0 while it serves.",
    ),
    figure(
        Counter,
        "oproep_push_service_out_total",
        "How often a push service went out while others of its account served.",
    ),
    figure(
        Histogram,
        "oproep_call_seconds",
        "How long a provider took for a call, by lane.",
    ),
    figure(
        Histogram,
        "oproep_wave_first_handover_seconds",
        "From the order of a wave, or the end of its hold, to its first hand-over, by kind and urgency; counted once when the wave is finished.",
    ),
    figure(
        Histogram,
        "oproep_wave_last_handover_seconds",
        "From the order of a wave, or the end of its hold, to its last hand-over, by kind and urgency; counted once when the wave is finished.",
    ),
    figure(
        Counter,
        "oproep_receipts_total",
        "Reports of delivery from providers, by result: taken, unknown.",
    ),
    figure(
        Counter,
        "oproep_mails_total",
        "Mails that came back by webhook, by what they were: bounced, reported, tip, empty, automatic, foreign, unreadable.",
    ),
    figure(
        Counter,
        "oproep_calls_total",
        "Calls that ended, by result: answered, machine, machine_left, busy, no_answer, failed.",
    ),
    figure(
        Counter,
        "oproep_texts_total",
        "Text messages that came in, by result: tip, stopped, unknown_number, no_action, empty, too_many.",
    ),
    figure(
        Counter,
        "oproep_recordings_total",
        "Tries to fetch what was said in a call, by result: fetched, later, refused.",
    ),
    figure(
        Counter,
        "oproep_unsigned_calls_total",
        "Calls to the addresses for Twilio that it did not sign.",
    ),
    figure(
        Counter,
        "oproep_http_requests_total",
        "Requests answered, by method, route and status.",
    ),
    figure(
        Histogram,
        "oproep_http_request_seconds",
        "How long requests took to be answered, by method and route.",
    ),
    figure(
        Counter,
        "oproep_http_refused_total",
        "Requests refused because too many were at work.",
    ),
    figure(
        Counter,
        "oproep_http_panics_total",
        "Requests that ended in a fault of the program.",
    ),
    figure(
        Counter,
        "oproep_live_let_go_total",
        "Live streams ended because their reader was too slow.",
    ),
    figure(
        Counter,
        "oproep_feeds_made_total",
        "How often the public feeds were made; once a second at most.",
    ),
    figure(
        Gauge,
        "oproep_webhooks_waiting",
        "Calls to other systems that wait, in the whole database: the same on every node.",
    ),
    figure(
        Gauge,
        "oproep_webhooks_oldest_seconds",
        "How long the oldest call to another system waits: the same on every node.",
    ),
    figure(
        Counter,
        "oproep_webhook_calls_total",
        "Calls to other systems made by this node, by result: delivered, or why not.",
    ),
    figure(
        Counter,
        "oproep_alerts_total",
        "Alerts of other systems, by source and result: open, noted, known, refused, or why they were not read.",
    ),
    figure(
        Counter,
        "oproep_alert_fetch_failures_total",
        "How often a source of alerts gave nothing when it was fetched.",
    ),
];

/// Says of every figure what it is, to whoever fetches them.
pub(super) fn describe() {
    for Figure { name, kind, help } in FIGURES {
        let unit = if name.ends_with("_seconds") {
            Unit::Seconds
        } else {
            Unit::Count
        };
        match kind {
            FigureKind::Counter => describe_counter!(name, unit, help),
            FigureKind::Gauge => describe_gauge!(name, unit, help),
            FigureKind::Histogram => describe_histogram!(name, unit, help),
        }
    }
}
