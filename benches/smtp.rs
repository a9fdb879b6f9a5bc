//! E-mail: our sender beside postfix's smtp-source and lettre's pool, all to postfix's smtp-sink, on the same
//! machine in the same run; directly, and with a round trip of 20 ms.
//!
//! Rounds alternate between the three, and medians count. smtp-source keeps its connections (`-d`), which is
//! its fastest way; it sends one body without writing it for each recipient.

use std::future::Future;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::future::join_all;
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use oproep::channels::Provider;
use oproep::channels::email::Email;
use oproep::channels::email::dkim::key::{DkimAlgorithm, DkimKey};
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Recipient, Urgency};
use oproep::domain::random::Random;
use tokio::net::TcpStream;

#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;
#[path = "smtp/slow_line.rs"]
mod slow_line;

const SINK: &str = "/usr/sbin/smtp-sink";
const SOURCE: &str = "/usr/sbin/smtp-source";
const ROUNDS: usize = 5;
const ROUND_TRIP: Duration = Duration::from_millis(20);

/// How much each of the three sends in a round, over how many connections.
struct Size {
    connections: usize,
    ours: usize,
    source: usize,
    pool: usize,
}

const DIRECT: Size = Size {
    connections: 8,
    ours: 40_000,
    source: 20_000,
    pool: 400,
};
const SLOW: Size = Size {
    connections: 16,
    ours: 2_000,
    source: 600,
    pool: 300,
};

fn main() {
    if !Path::new(SINK).exists() || !Path::new(SOURCE).exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "smtp-sink is not installed: apt-get install postfix"
        );
        eprintln!("skipped: smtp-sink and smtp-source are not installed; apt-get install postfix");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let mut rows = compare("mail to smtp-sink", &DIRECT, None).await;
        rows.extend(compare("mail to smtp-sink, 20 ms round trip", &SLOW, Some(ROUND_TRIP)).await);
        report::record(rows);
        signed().await;
    });
}

/// What signing costs (DKIM): the same mails unsigned, with RSA of 2,048 bits, with Ed25519, and with both.
async fn signed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = |name: &str, algorithm| {
        let file = folder.path().join(name);
        let pem = DkimKey::generate(algorithm, &Random::from_seed(1)).to_pem();
        std::fs::write(&file, pem).expect("a key is written");
        serde_json::json!({ "selector": name, "key_file": file })
    };
    let (rsa, ed25519) = (
        key("rsa", DkimAlgorithm::Rsa),
        key("ed25519", DkimAlgorithm::Ed25519),
    );
    let size = Size {
        ours: 10_000,
        ..DIRECT
    };
    for (name, keys) in [
        ("unsigned", serde_json::json!([])),
        ("ed25519", serde_json::json!([ed25519])),
        ("rsa 2048", serde_json::json!([rsa])),
        ("both", serde_json::json!([rsa, ed25519])),
    ] {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let took = with_sink(None, |port| send_with(port, &size, &keys)).await;
            rounds.push(took / size.ours as f64);
        }
        let each = median(rounds);
        println!("mail, {name}: {each:.1} us each, {:.0}/s", 1e6 / each);
    }
}

/// Rounds of the three in turn; microseconds a mail, medians.
async fn compare(name: &str, size: &Size, round_trip: Option<Duration>) -> Vec<report::Row> {
    let (mut ours, mut source, mut pool) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(with_sink(round_trip, |port| send_ours(port, size)).await / size.ours as f64);
        source.push(with_sink(round_trip, |port| send_by_source(port, size)).await / size.source as f64);
        pool.push(with_sink(round_trip, |port| send_by_pool(port, size)).await / size.pool as f64);
    }
    let (ours, source, pool) = (median(ours), median(source), median(pool));
    println!(
        "{name}: {:.0}/s, smtp-source {:.0}/s, lettre's pool {:.0}/s",
        1e6 / ours,
        1e6 / source,
        1e6 / pool
    );
    vec![
        report::Row::faster(
            name,
            size.ours as u64,
            "us",
            ours,
            ("smtp-source", source),
            Some(1.5),
        ),
        report::Row::faster(name, size.ours as u64, "us", ours, ("lettre's pool", pool), None),
    ]
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A sink of its own for one run, behind a slow line where one is asked for. Microseconds that `send` took.
async fn with_sink<F: Future<Output = ()>>(round_trip: Option<Duration>, send: impl FnOnce(u16) -> F) -> f64 {
    struct Sink(Child);
    impl Drop for Sink {
        fn drop(&mut self) {
            // It may be gone already.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let sink_port = free_port();
    let mut command = Command::new(SINK);
    if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        command.args(["-u", "postfix"]);
    }
    command.args(["-m", "300", &format!("127.0.0.1:{sink_port}"), "1000"]);
    let _sink = Sink(command.stderr(Stdio::null()).spawn().expect("smtp-sink starts"));
    while TcpStream::connect(("127.0.0.1", sink_port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (port, line) = match round_trip {
        None => (sink_port, None),
        Some(round_trip) => {
            let (port, line) = slow_line::start(sink_port, round_trip / 2).await;
            (port, Some(line))
        }
    };
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    let start = Instant::now();
    send(port).await;
    let took = start.elapsed();
    if let Some(line) = line {
        line.abort();
    }
    took.as_secs_f64() * 1e6
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}

fn message() -> Message {
    let sentence = "Kijk uit naar een jongen van negen jaar met een blauwe jas en een rode fiets. ";
    Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language: Language::Nl,
        title: "Vermist: jongen (9) in blauwe jas".to_owned(),
        body: format!("{}\n\nBel 112.", sentence.repeat(3).trim_end()),
        collapse_key: "a".to_owned(),
        expires_at: Timestamp::from_millis(i64::MAX),
    }
}

/// The adapter as dispatch uses it: batches, two calls at a time.
async fn send_ours(port: u16, size: &Size) {
    send_with(port, size, &serde_json::json!([])).await;
}

/// The same, signed with these keys.
async fn send_with(port: u16, size: &Size, keys: &serde_json::Value) {
    let settings = serde_json::json!({
        "host": "127.0.0.1", "port": port, "tls": "none", "from_name": "Burgernet",
        "from_address": "oproep@voorbeeld.nl", "helo_name": "localhost", "connections": size.connections, "dkim": keys,
    });
    let settings = serde_json::from_value(settings).expect("the settings are whole");
    let email = Email::new(&settings, Clock::system()).expect("the settings are right");
    let recipients: Vec<_> = (0..size.ours)
        .map(|number| Recipient {
            endpoint: Endpoint::Mailbox(format!("deelnemer{number}@voorbeeld.nl")),
            reference: format!("{number:024}"),
            link: Some(format!("https://oproep.voorbeeld.nl/k/{number:024}")),
            mail: None,
        })
        .collect();
    let message = message();
    let batches: Vec<_> = recipients.chunks(email.batch_limit()).collect();
    let calls = (0..2).map(|half| {
        let (email, message, batches) = (&email, &message, &batches);
        async move {
            for batch in batches.iter().skip(half).step_by(2) {
                let attempts = email.send(message, batch).await;
                assert!(
                    attempts.iter().all(|attempt| *attempt == Attempt::Accepted),
                    "the sink takes everything"
                );
            }
        }
    });
    join_all(calls).await;
}

async fn send_by_source(port: u16, size: &Size) {
    let status = tokio::process::Command::new(SOURCE)
        .args([
            "-d",
            "-s",
            &size.connections.to_string(),
            "-m",
            &size.source.to_string(),
            "-l",
            "1900",
        ])
        .args([
            "-f",
            "oproep@voorbeeld.nl",
            "-t",
            "deelnemer@voorbeeld.nl",
            &format!("127.0.0.1:{port}"),
        ])
        .status()
        .await;
    assert!(status.expect("smtp-source starts").success());
}

async fn send_by_pool(port: u16, size: &Size) {
    let connections = u32::try_from(size.connections).expect("connections are few");
    let pool = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(PoolConfig::new().max_size(connections))
        .build();
    let body = message().body.repeat(7);
    let senders = (0..size.connections).map(|_| {
        let (pool, body) = (&pool, &body);
        async move {
            for _ in 0..size.pool / size.connections {
                let mail = lettre::Message::builder()
                    .from("Burgernet <oproep@voorbeeld.nl>".parse().expect("a mailbox"))
                    .to("deelnemer@voorbeeld.nl".parse().expect("a mailbox"))
                    .subject("Vermist: jongen (9) in blauwe jas")
                    .body(body.clone())
                    .expect("a mail");
                pool.send(mail).await.expect("the sink takes everything");
            }
        }
    });
    join_all(senders).await;
}
