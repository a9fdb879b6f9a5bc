//! First and last hand-over of a wave, and what a recipient costs as waves grow: the whole path to a local
//! HTTP/2 receiver over TLS, with every state recorded.
//!
//! The first hand-over counts from the commit of the wave until the receiver has the first message.

#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use std::sync::Arc;
use std::time::Duration;

use ground::database::{DATABASES, fcm_device};
use ground::receiver::{self, Receiver};
use ground::{Ground, Stopwatch, machine, median, push, rounds, sizes};
use oproep::domain::channel::Channel;
use oproep::domain::participant::Contact;
use report::Row;

fn main() {
    receiver::serve_if_child();
    machine::say_load("before");
    for database in DATABASES {
        machine::one_core().block_on(measure(database));
    }
    machine::say_load("after");
}

async fn measure(database: &'static str) {
    let sizes = sizes(&[10_000, 100_000, 300_000], &[]);
    let Some(ground) = Ground::prepare(database).await else {
        return;
    };
    let people = *sizes.last().expect("there is a size");
    ground
        .add_people(people, |number| (Contact::default(), Some(fcm_device(number))))
        .await;
    let receiver = Receiver::start();
    let provider = push::fcm(
        &receiver.addresses,
        push::CONNECTIONS,
        &ground.clock,
        &ground.random,
    );
    let dispatcher = ground.dispatcher(Arc::new(provider)).await;
    // Connections, token and prepared statements, as a node in service has them.
    send(&ground, &receiver, &dispatcher, 2_000).await;

    let mut costs = Vec::new();
    for size in sizes {
        let (mut firsts, mut costs_us) = (Vec::new(), Vec::new());
        for _ in 0..rounds(3) {
            let sent = send(&ground, &receiver, &dispatcher, size).await;
            firsts.push(sent.first_ms);
            costs_us.push(sent.over_ms * 1e3 / f64::from(size));
        }
        let (first_ms, cost_us) = (median(firsts), median(costs_us));
        println!("{database}, {size}: first hand-over {first_ms:.1} ms, {cost_us:.1} us a recipient");
        report::record(vec![Row::within(
            &format!("first hand-over, {database}"),
            u64::from(size),
            "ms",
            first_ms,
            ("20 ms after the start", 20.0),
            Some(1.0),
        )]);
        costs.push((size, cost_us));
    }
    let (smallest, base_us) = costs[0];
    for (size, cost_us) in costs.into_iter().skip(1) {
        report::record(vec![Row::within(
            &format!("cost of a recipient, {database}"),
            u64::from(size),
            "us",
            cost_us,
            (&format!("at {smallest}"), base_us),
            Some(1.2),
        )]);
    }
    first_of_many(&ground, &receiver, &dispatcher, people).await;
    dispatcher.stop().await;
}

/// The first hand-over over and over, on a database that has seen many waves.
async fn first_of_many(
    ground: &Ground,
    receiver: &Receiver,
    dispatcher: &oproep::dispatch::Dispatcher,
    people: u32,
) {
    let mut firsts = Vec::new();
    for _ in 0..rounds(50).max(5) {
        firsts.push(send(ground, receiver, dispatcher, people.min(500)).await.first_ms);
    }
    let slowest = machine::percentile(firsts.clone(), 0.99);
    let name = |what: &str| format!("first hand-over of many waves, {what}, {}", ground.name);
    let row = |what, ms, limit: (&str, f64)| Row::within(&name(what), 500, "ms", ms, limit, Some(1.0));
    report::record(vec![
        row("median", median(firsts), ("20 ms after the start", 20.0)),
        row("99%", slowest, ("50 ms after the start", 50.0)),
    ]);
}

struct Sent {
    first_ms: f64,
    /// Until everything is recorded and the wave finished.
    over_ms: f64,
}

async fn send(
    ground: &Ground,
    receiver: &Receiver,
    dispatcher: &oproep::dispatch::Dispatcher,
    people: u32,
) -> Sent {
    receiver.reset(0).await;
    let wave = ground.start_wave(Channel::App, people).await;
    let started_at = ground.clock.now();
    let watch = Stopwatch::start();
    dispatcher.wake();
    let accounts = ground.until_over(wave).await;
    let over_ms = watch.elapsed().as_secs_f64() * 1e3;
    assert_eq!(
        accounts.accounting.accepted,
        u64::from(people),
        "the receiver takes everything"
    );
    let figures = receiver.figures().await;
    assert_eq!(figures.count, u64::from(people), "everyone is told once");
    let first_ms = (figures.first_at - started_at.as_millis()).max(0);
    let first_ms = Duration::from_millis(first_ms.unsigned_abs()).as_secs_f64() * 1e3;
    // The recorder rests between waves, as it does between actions.
    tokio::time::sleep(Duration::from_millis(20)).await;
    Sent { first_ms, over_ms }
}
