//! What is counted of lanes and waves. The test's thread has figures of its own.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::world::{Gateway, PACE, worlds};
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::Urgency;
use crate::domain::wave::WaveState;

/// The value of the figure with this name and these labels.
fn value(figures: &PrometheusHandle, figure: &str) -> Option<f64> {
    let text = figures.render();
    let line = text.lines().find(|line| {
        line.strip_prefix(figure)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

async fn until(figures: &PrometheusHandle, wanted: &[(&str, f64)]) {
    let all_there = async {
        let is_there = |(figure, wanted): &(&str, f64)| value(figures, figure) == Some(*wanted);
        while !wanted.iter().all(is_there) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(20), all_there)
        .await
        .is_err()
    {
        panic!("not {wanted:?}:\n{}", figures.render());
    }
}

/// One of ten is refused, one throttled, one failed and one not answered for, the last three at first only.
fn attempt(token: &str, is_first: bool) -> Attempt {
    let reason = || "503".to_owned();
    match (token.chars().next_back(), is_first) {
        (Some('3'), _) => Attempt::Rejected {
            reason: reason(),
            endpoint_gone: false,
        },
        (Some('4'), true) => Attempt::Throttled {
            retry_after: Duration::from_millis(10),
        },
        (Some('5'), true) => Attempt::Transient { reason: reason() },
        (Some('6'), true) => Attempt::Unconfirmed { reason: reason() },
        _ => Attempt::Accepted,
    }
}

#[tokio::test]
async fn a_lane_says_what_waits_what_is_in_flight_and_how_attempts_ended() {
    for world in worlds(600).await {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figures = recorder.handle();
        let _counting = metrics::set_default_local_recorder(&recorder);
        let seen = Mutex::new(HashSet::new());
        let gateway = Gateway::new(move |recipient, _| {
            let Endpoint::Fcm { token } = &recipient.endpoint else {
                unreachable!()
            };
            attempt(token, seen.lock().unwrap().insert(token.clone()))
        });
        gateway.held.store(true, Ordering::SeqCst);
        let wave = world.start_wave_of(Urgency::Normal, 600).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        // Two batches, and of each the Dutch of its first step.
        until(
            &figures,
            &[
                (
                    r#"oproep_queued{account="push",channel="app",priority="normal"}"#,
                    600.0,
                ),
                (
                    r#"oproep_queued{account="push",channel="app",priority="urgent"}"#,
                    0.0,
                ),
                (
                    r#"oproep_in_flight{account="push",channel="app",priority="normal"}"#,
                    90.0,
                ),
                (
                    r#"oproep_in_flight{account="push",channel="app",priority="urgent"}"#,
                    0.0,
                ),
            ],
        )
        .await;
        gateway.held.store(false, Ordering::SeqCst);
        gateway.release.notify_waiters();
        world.until(wave, WaveState::Finished).await;
        let attempts = |result: &str| {
            let lane = r#"account="push",channel="app",priority="normal""#;
            value(
                &figures,
                &format!(r#"oproep_attempts_total{{{lane},result="{result}"}}"#),
            )
        };
        let of_results = ["accepted", "permanent", "throttled", "transient", "unconfirmed"].map(attempts);
        assert_eq!(of_results, [540.0, 60.0, 60.0, 60.0, 60.0].map(Some));
        until(
            &figures,
            &[
                (
                    r#"oproep_queued{account="push",channel="app",priority="normal"}"#,
                    0.0,
                ),
                (
                    r#"oproep_queue_oldest_seconds{account="push",channel="app",priority="normal"}"#,
                    0.0,
                ),
                (
                    r#"oproep_in_flight{account="push",channel="app",priority="normal"}"#,
                    0.0,
                ),
                (
                    r#"oproep_wave_first_handover_seconds_count{kind="first",urgency="normal"}"#,
                    1.0,
                ),
                (
                    r#"oproep_wave_last_handover_seconds_count{kind="first",urgency="normal"}"#,
                    1.0,
                ),
            ],
        )
        .await;
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_lane_that_nobody_sends_says_how_long_its_oldest_batch_waits() {
    for world in worlds(700).await {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figures = recorder.handle();
        let _counting = metrics::set_default_local_recorder(&recorder);
        world.start_wave(700).await;
        let dispatcher = crate::dispatch::Dispatcher::start(world.around.clone(), Vec::new())
            .await
            .unwrap();
        let lane = r#"{account="push",channel="app",priority="urgent"}"#;
        until(&figures, &[(&format!("oproep_queued{lane}"), 700.0)]).await;
        let waits = || value(&figures, &format!("oproep_queue_oldest_seconds{lane}")).unwrap_or(0.0);
        let before = waits();
        tokio::time::timeout(Duration::from_secs(20), async {
            while waits() <= before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("the wait grows");
        dispatcher.stop().await;
    }
}
