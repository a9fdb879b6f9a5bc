//! Memory of a node: the directory of participants at rest, the peak while it is filled, and the peak while a
//! wave goes out. Each measured in a process of its own, which the program starts itself.

#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use std::process::{Command, Stdio};
use std::sync::Arc;

use ground::database::fcm_device;
use ground::machine::{self, forget_peak, peak_bytes, resident_bytes, sizes};
use ground::receiver::{self, Receiver};
use ground::{Ground, push};
use oproep::directory::Directory;
use oproep::domain::channel::Channel;
use oproep::domain::participant::Contact;
use report::Row;
use serde::{Deserialize, Serialize};

const CHILD: &str = "OPROEP_BENCH_MEMORY";
const MIB: f64 = 1024.0 * 1024.0;
/// A wave this small needs no more than the node's buffers.
const SMALL: u32 = 10_000;

#[derive(Serialize, Deserialize)]
struct Figures {
    /// Index and bitmaps, as they say themselves.
    directory: u64,
    at_rest: u64,
    peak_of_loading: u64,
    peak_of_small_wave: u64,
    peak_of_wave: u64,
}

fn main() {
    receiver::serve_if_child();
    if let Some(address) = std::env::var_os(CHILD) {
        let figures = machine::one_core().block_on(measure(&address.to_string_lossy()));
        println!("{}", serde_json::to_string(&figures).expect("plain values"));
        return;
    }
    machine::say_load("before");
    for people in sizes(&[300_000], &[2_000_000]) {
        let ground = machine::one_core().block_on(async {
            let ground = Ground::prepare("SQLite").await.expect("SQLite needs no server");
            ground
                .add_people(people, |number| (Contact::default(), Some(fcm_device(number))))
                .await;
            ground
        });
        let output = Command::new(std::env::current_exe().expect("a program has a path"))
            .env(CHILD, format!("{} {people} {}", ground.url(), ground.action))
            .stderr(Stdio::inherit())
            .output()
            .expect("the measuring process starts");
        let figures: Figures = serde_json::from_slice(&output.stdout).expect("figures");
        tell(people, &figures);
    }
    machine::say_load("after");
}

async fn measure(address: &str) -> Figures {
    let parts: Vec<&str> = address.split(' ').collect();
    let people: u32 = parts[1].parse().expect("a number");
    let ground = Ground::open(parts[0], parts[2].parse().expect("an action")).await;
    let before = resident_bytes();
    forget_peak();
    let directory = Directory::load(&ground.store, &ground.keys, &ground.clock)
        .await
        .expect("it loads");
    let (at_rest, peak_of_loading) = (resident_bytes() - before, peak_bytes() - before);

    let receiver = Receiver::start();
    let provider = push::fcm(
        &receiver.addresses,
        push::CONNECTIONS,
        &ground.clock,
        &ground.random,
    );
    let dispatcher = ground.dispatcher(Arc::new(provider)).await;
    let mut peaks = Vec::new();
    for size in [SMALL.min(people), people] {
        forget_peak();
        let wave = ground.start_wave(Channel::App, size).await;
        dispatcher.wake();
        ground.until_over(wave).await;
        peaks.push(peak_bytes() - before - at_rest);
    }
    dispatcher.stop().await;
    Figures {
        directory: directory.memory_bytes() as u64,
        at_rest,
        peak_of_loading,
        peak_of_small_wave: peaks[0],
        peak_of_wave: peaks[1],
    }
}

fn tell(people: u32, figures: &Figures) {
    let mib = |bytes: u64| bytes as f64 / MIB;
    let row = |name: &str, bytes, limit: (&str, u64), goal| {
        Row::within(
            name,
            u64::from(people),
            "MiB",
            mib(bytes),
            (limit.0, mib(limit.1)),
            goal,
        )
    };
    let limit = ("index and bitmaps", figures.directory);
    report::record(vec![
        row("directory at rest", figures.at_rest, limit, Some(1.5)),
        row(
            "directory, peak of loading",
            figures.peak_of_loading,
            limit,
            Some(1.5),
        ),
        row(
            "wave, peak above rest",
            figures.peak_of_wave,
            (
                &format!("a wave of {}", SMALL.min(people)),
                figures.peak_of_small_wave,
            ),
            None,
        ),
    ]);
}
