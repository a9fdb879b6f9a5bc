//! Mail, the whole path to postfix's smtp-sink, against postfix's smtp-source.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use oproep::channels::email::Email;
use oproep::domain::channel::Channel;

use crate::contact;
use crate::ground::{Ground, Stopwatch, median, rounds};
use crate::report::{self, Row};

const SINK: &str = "/usr/sbin/smtp-sink";
const SOURCE: &str = "/usr/sbin/smtp-source";
const CONNECTIONS: usize = 8;

struct Sink(Child, u16);

impl Sink {
    async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        let mut command = Command::new(SINK);
        if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            command.args(["-u", "postfix"]);
        }
        command.args(["-m", "300", &format!("127.0.0.1:{port}"), "1000"]);
        let sink = Self(
            command.stderr(Stdio::null()).spawn().expect("smtp-sink starts"),
            port,
        );
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        sink
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn measure(database: &'static str, people: u32) {
    if !Path::new(SINK).exists() || !Path::new(SOURCE).exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "smtp-sink is not installed: apt-get install postfix"
        );
        eprintln!("mail is left out: apt-get install postfix");
        return;
    }
    let Some(ground) = Ground::prepare(database).await else {
        return;
    };
    ground.add_people(people, |number| (contact(number), None)).await;
    let (mut ours, mut source) = (Vec::new(), Vec::new());
    for _ in 0..rounds(3) {
        let sink = Sink::start().await;
        ours.push(whole_path(&ground, sink.1, people).await);
        drop(sink);
        let sink = Sink::start().await;
        source.push(by_source(sink.1, people));
    }
    let us = |seconds: Vec<f64>| median(seconds) * 1e6 / f64::from(people);
    let (ours_us, source_us) = (us(ours), us(source));
    let name = format!("mail, whole path, {database}");
    println!(
        "{name}: {:.0}/s, smtp-source {:.0}/s",
        1e6 / ours_us,
        1e6 / source_us
    );
    let row = Row::faster(
        &name,
        u64::from(people),
        "us",
        ours_us,
        ("smtp-source", source_us),
        Some(1.5),
    );
    report::record(vec![row]);
}

async fn whole_path(ground: &Ground, port: u16, people: u32) -> f64 {
    let settings = serde_json::json!({
        "host": "127.0.0.1", "port": port, "tls": "none", "from_name": "Burgernet",
        "from_address": "oproep@voorbeeld.nl", "helo_name": "localhost", "connections": CONNECTIONS,
    });
    let settings = serde_json::from_value(settings).expect("whole settings");
    let provider = Arc::new(Email::new(&settings, ground.clock.clone()).expect("right settings"));
    let dispatcher = ground.dispatcher(provider).await;
    let wave = ground.start_wave(Channel::Email, people).await;
    let watch = Stopwatch::start();
    dispatcher.wake();
    let accounting = ground.until_over(wave).await.accounting;
    let took_s = watch.elapsed().as_secs_f64();
    dispatcher.stop().await;
    assert_eq!(
        accounting.accepted,
        u64::from(people),
        "the sink takes everything"
    );
    took_s
}

fn by_source(port: u16, people: u32) -> f64 {
    let watch = Stopwatch::start();
    let status = Command::new(SOURCE)
        .args([
            "-d",
            "-s",
            &CONNECTIONS.to_string(),
            "-m",
            &people.to_string(),
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
        .status();
    assert!(status.expect("smtp-source starts").success());
    watch.elapsed().as_secs_f64()
}
