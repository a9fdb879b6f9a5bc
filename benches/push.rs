//! Push, the whole path with state recorded, against what the same receiver takes from a bare load generator.
//!
//! The receiver has a core of its own and the sender one thread, SQLite's or PostgreSQL's aside. Two ratios
//! count: rates on the wall, where the receiver may be the limit of both, and messages for each second of
//! processor time of the sender, where it is not.

#[path = "push/bare.rs"]
mod bare;
#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;
#[path = "push/web.rs"]
mod web;

use std::sync::Arc;

use ground::database::{DATABASES, fcm_device};
use ground::machine::Took;
use ground::receiver::{self, Receiver};
use ground::{Ground, Stopwatch, machine, median, push, rounds, sizes};
use oproep::channels::Provider;
use oproep::domain::channel::Channel;
use oproep::domain::participant::Contact;
use report::Row;

/// What a provider far away takes to answer.
const DELAY_MS: u64 = 50;
/// Messages a second that are to be reached with it: FCM's default quota.
const FAR_RATE: f64 = 10_000.0;

fn main() {
    receiver::serve_if_child();
    machine::say_load("before");
    let people = sizes(&[300_000], &[])[0];
    let receiver = Receiver::start();
    for database in DATABASES {
        machine::one_core().block_on(fcm(database, people, &receiver));
    }
    machine::one_core().block_on(web::measure(sizes(&[100_000], &[])[0], &receiver));
    machine::say_load("after");
}

async fn fcm(database: &'static str, people: u32, receiver: &Receiver) {
    let Some(ground) = Ground::prepare(database).await else {
        return;
    };
    ground
        .add_people(people, |number| (Contact::default(), Some(fcm_device(number))))
        .await;
    let provider = Arc::new(push::fcm(
        &receiver.addresses,
        push::CONNECTIONS,
        &ground.clock,
        &ground.random,
    ));
    wave(&ground, receiver, provider.clone(), 2_000.min(people), 0).await;
    let body = receiver.body().await;

    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds(3) {
        ours.push(wave(&ground, receiver, provider.clone(), people, 0).await);
        bare.extend(bare::h2load(&receiver.addresses, &body, people));
    }
    let name = format!("push by FCM, whole path, {database}");
    compare(&name, people, &ours, ("h2load", &bare), 0.5);

    let far = people.min(100_000);
    let mut rates = Vec::new();
    for _ in 0..rounds(3) {
        rates.push(
            f64::from(far)
                / wave(&ground, receiver, provider.clone(), far, DELAY_MS)
                    .await
                    .wall_s,
        );
    }
    let us = 1e6 / median(rates);
    let name = format!("push by FCM, answers after 50 ms, {database}");
    report::record(vec![Row::faster(
        &name,
        u64::from(far),
        "us",
        us,
        ("10,000 a second", 1e6 / FAR_RATE),
        Some(1.0),
    )]);
}

/// Rows for the wall and for the processor: microseconds a message of ours and of the bare peer.
fn compare(name: &str, people: u32, ours: &[Took], (peer, bare): (&str, &[Took]), reach: f64) {
    if bare.is_empty() {
        return;
    }
    let us = |times: Vec<f64>| median(times) * 1e6 / f64::from(people);
    let walls = |all: &[Took]| us(all.iter().map(|took| took.wall_s).collect());
    let processor = |all: &[Took]| us(all.iter().map(|took| took.own_s + took.children_s).collect());
    let row = |what: &str, ours, peer_us| {
        let name = format!("{name}, {what}");
        Row::faster(&name, u64::from(people), "us", ours, (peer, peer_us), Some(reach))
    };
    println!(
        "{name}: {:.0}/s, {peer} {:.0}/s",
        1e6 / walls(ours),
        1e6 / walls(bare)
    );
    report::record(vec![
        row("wall", walls(ours), walls(bare)),
        row("processor", processor(ours), processor(bare)),
    ]);
}

/// Sends a wave until it is finished and recorded.
async fn wave(
    ground: &Ground,
    receiver: &Receiver,
    provider: Arc<dyn Provider>,
    people: u32,
    delay_ms: u64,
) -> Took {
    receiver.reset(delay_ms).await;
    let dispatcher = ground.dispatcher(provider).await;
    let wave = ground.start_wave(Channel::App, people).await;
    let watch = Stopwatch::start();
    dispatcher.wake();
    let accounts = ground.until_over(wave).await;
    let took = watch.stop();
    dispatcher.stop().await;
    assert_eq!(
        accounts.accounting.accepted,
        u64::from(people),
        "the receiver takes everything"
    );
    assert_eq!(
        receiver.figures().await.count,
        u64::from(people),
        "everyone is told once"
    );
    took
}
