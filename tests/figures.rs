//! The figures that operations fetches, after a whole action through the real server over the local receivers. In a
//! process of its own, since figures are counted by process.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use clap::Parser;
use oproep::cli::demo::journey::journey;
use oproep::cli::{Cli, Common, Output};
use oproep::demo::notes::DemoFolder;
use oproep::demo::running::{Demo, DemoOptions};
use oproep::demo::stand_ins::Ports;
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::lifecycle::Stop;
use oproep::telemetry::figures::{FIGURES, FigureKind};
use oproep::telemetry::start_figures;
use serde_json::{Value, json};

const RESULTS: [&str; 5] = ["accepted", "permanent", "throttled", "transient", "unconfirmed"];

/// Figures as they were fetched.
struct Fetched {
    values: BTreeMap<String, String>,
    comments: BTreeMap<String, Vec<String>>,
}

impl Fetched {
    async fn from(service: &str) -> Self {
        let answer = reqwest::get(format!("{service}/metrics"))
            .await
            .expect("an answer");
        assert!(answer.status().is_success());
        let text = answer.text().await.expect("a text");
        let mut fetched = Self {
            values: BTreeMap::new(),
            comments: BTreeMap::new(),
        };
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(comment) = line.strip_prefix("# ") {
                let name = comment.split(' ').nth(1).expect("a name").to_owned();
                fetched.comments.entry(name).or_default().push(comment.to_owned());
            } else {
                let (figure, value) = line.rsplit_once(' ').expect("a figure and its value");
                fetched.values.insert(figure.to_owned(), value.to_owned());
            }
        }
        fetched
    }

    fn find<Number: FromStr>(&self, figure: &str) -> Option<Number> {
        self.values.get(figure)?.parse().ok()
    }

    /// How many.
    #[track_caller]
    fn count(&self, figure: &str) -> u64 {
        self.find(figure)
            .unwrap_or_else(|| panic!("{figure} is no count in {:#?}", self.values))
    }
}

fn options(folder: &std::path::Path) -> DemoOptions {
    DemoOptions {
        folder: DemoFolder::new(folder),
        participants: 2_000,
        seed: 1,
        listen: "127.0.0.1:0".parse().expect("an address"),
        ports: Ports::Free,
        fresh: false,
    }
}

/// The figures once every wave is finished and the lanes were counted empty.
async fn settled(service: &str) -> Fetched {
    let settled = async {
        loop {
            let fetched = Fetched::from(service).await;
            let is_finished = |kind: &str| {
                let waves =
                    format!(r#"oproep_wave_last_handover_seconds_count{{kind="{kind}",urgency="urgent"}}"#);
                fetched.find::<u64>(&waves).is_some_and(|waves| waves > 0)
            };
            let is_empty =
                |(figure, value): (&String, &String)| !figure.starts_with("oproep_queued") || value == "0";
            if is_finished("first") && is_finished("closing") && fetched.values.iter().all(is_empty) {
                return fetched;
            }
            // Another process, on its own clock, whose figures are there when they are asked for.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), settled)
        .await
        .expect("both waves are finished and nobody waits")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_whole_action_they_are_those_that_the_receivers_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let common = Cli::try_parse_from(["oproep", "--json", "migrate"])
        .expect("a command")
        .common;
    let output = Output::new(&Common { json: true, ..common });
    let figures = start_figures().expect("figures");
    let demo = Demo::start(options(folder.path()), Some(figures), Stop::default(), |_| ())
        .await
        .expect("the demonstration");
    journey(output, &demo.notes, Clock::system(), Random::from_os())
        .await
        .expect("a whole action");
    let service = &demo.notes.service;
    let fetched = settled(service).await;

    let counts = demo.stand_ins.receivers.inbox.counts();
    let arrived = [
        (
            "push",
            "app",
            counts.fcm.arrived + counts.apns.arrived + counts.web_push.arrived,
        ),
        ("sms", "sms", counts.sms.arrived),
        ("email", "email", counts.email.arrived),
    ];
    for (account, channel, arrived) in arrived {
        let lane = |priority| format!(r#"account="{account}",channel="{channel}",priority="{priority}""#);
        let urgent = lane("urgent");
        let results = RESULTS
            .map(|result| fetched.count(&format!(r#"oproep_attempts_total{{{urgent},result="{result}"}}"#)));
        assert!(arrived > 0, "{account}");
        assert_eq!(results, [arrived, 0, 0, 0, 0], "{account}");
        for priority in ["urgent", "normal"] {
            let lane = lane(priority);
            for figure in ["oproep_queued", "oproep_queue_oldest_seconds", "oproep_in_flight"] {
                assert_eq!(
                    fetched.count(&format!("{figure}{{{lane}}}")),
                    0,
                    "{figure} {lane}"
                );
            }
        }
        let calls = fetched.count(&format!("oproep_call_seconds_count{{{urgent}}}"));
        assert!(calls >= 2);
        for bound in ["0.001", "0.0025", "1", "30", "+Inf"] {
            let below = fetched.count(&format!(r#"oproep_call_seconds_bucket{{{urgent},le="{bound}"}}"#));
            assert!(below <= calls);
            assert!(bound != "+Inf" || below == calls);
        }
    }
    for kind in ["first", "closing"] {
        let wave = format!(r#"kind="{kind}",urgency="urgent""#);
        let of = |end: &str, part: &str| format!("oproep_wave_{end}_handover_seconds_{part}{{{wave}}}");
        assert_eq!(fetched.count(&of("first", "count")), 1);
        assert_eq!(fetched.count(&of("last", "count")), 1);
        let took = |end: &str| fetched.find::<f64>(&of(end, "sum")).expect("a sum");
        assert!(took("first") <= took("last"));
        let bound = format!(r#"oproep_wave_last_handover_seconds_bucket{{{wave},le="120"}}"#);
        assert_eq!(fetched.count(&bound), 1);
    }
    for (name, comments) in &fetched.comments {
        let figure = FIGURES.iter().find(|figure| figure.name == name);
        let figure = figure.unwrap_or_else(|| panic!("{name} is described"));
        let wanted = [
            format!("HELP {name} {}", figure.help),
            format!("TYPE {name} {}", figure.kind.name()),
        ];
        assert_eq!(comments, &wanted);
    }
    let histograms = FIGURES
        .iter()
        .filter(|figure| figure.kind == FigureKind::Histogram);
    assert!(histograms.count() == 4 && fetched.comments.len() >= 8);

    let readiness: Value = reqwest::get(format!("{service}/readyz"))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let parts = json!([
        { "name": "database", "ready": true },
        { "name": "directory", "ready": true, "behind": 0 },
        { "name": "dispatcher", "ready": true },
        { "name": "providers", "ready": true },
    ]);
    assert_eq!(readiness, json!({ "ready": true, "parts": parts }));
    demo.stop().await;
}
