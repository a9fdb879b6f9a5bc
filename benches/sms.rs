//! SMS and mail, the whole path with state recorded, against bare clients of the same calls.
//!
//! SMS go to the local gateway, which reports each message twice: accepted, then delivered. The bare client
//! makes the same calls with the same library and as many at once, and takes the reports without storing them.

#[path = "sms/bare.rs"]
mod bare;
#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[path = "sms/mail.rs"]
mod mail;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use ground::database::DATABASES;
use ground::machine::Took;
use ground::receiver::{self, Receiver};
use ground::{Ground, Stopwatch, machine, median, rounds, sizes};
use http::StatusCode;
use oproep::channels::sms::kannel::{Kannel, parse_receipt};
use oproep::dispatch::receipts::Receipts;
use oproep::domain::channel::Channel;
use oproep::domain::clock::Clock;
use oproep::domain::participant::Contact;
use oproep::receivers::serve::{listen, serve};
use report::Row;
use tokio_util::sync::CancellationToken;

/// Requests of one batch at once, and batches at once: the bare client has as many under way.
const CONCURRENCY: usize = 32;
const BATCHES: usize = 8;

fn main() {
    receiver::serve_if_child();
    machine::say_load("before");
    let people = sizes(&[10_000], &[])[0];
    let receiver = Receiver::start();
    for database in DATABASES {
        machine::one_core().block_on(sms(database, people, &receiver));
        machine::one_core().block_on(mail::measure(database, people));
    }
    machine::say_load("after");
}

async fn sms(database: &'static str, people: u32, receiver: &Receiver) {
    let Some(ground) = Ground::prepare(database).await else {
        return;
    };
    ground.add_people(people, |number| (contact(number), None)).await;
    let bare_reports = Arc::new(AtomicU64::new(0));
    let stop = CancellationToken::new();
    let address = take_reports(&ground, bare_reports.clone(), stop.clone()).await;
    let provider = Arc::new(kannel(receiver, address, ground.clock.clone()));
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds(3) {
        ours.push(whole_path(&ground, provider.clone(), people).await);
        bare_reports.store(0, Ordering::Relaxed);
        let watch = Stopwatch::start();
        bare::send(receiver.addresses.sms, address, people, CONCURRENCY * BATCHES).await;
        while bare_reports.load(Ordering::Relaxed) < 2 * u64::from(people) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bare.push(watch.stop());
    }
    stop.cancel();
    let us = |all: &[Took], time: fn(&Took) -> f64| {
        median(all.iter().map(time).collect()) * 1e6 / f64::from(people)
    };
    let row = |what: &str, time: fn(&Took) -> f64| {
        let name = format!("SMS with reports, whole path, {database}, {what}");
        Row::faster(
            &name,
            u64::from(people),
            "us",
            us(&ours, time),
            ("bare client", us(&bare, time)),
            Some(0.7),
        )
    };
    report::record(vec![
        row("wall", |took| took.wall_s),
        row("processor", |took| took.own_s),
    ]);
}

fn contact(number: u32) -> Contact {
    Contact {
        phone: Some(format!("+3161{number:07}").parse().expect("a mobile number")),
        email: Some(
            format!("deelnemer{number}@voorbeeld.nl")
                .parse()
                .expect("an address"),
        ),
    }
}

fn kannel(receiver: &Receiver, reports: SocketAddr, clock: Clock) -> Kannel {
    let settings = serde_json::json!({
        "url": format!("http://{}/cgi-bin/sendsms", receiver.addresses.sms),
        "username": "oproep", "password": "oproep-local", "from": "Burgernet",
        "receipts_url": format!("http://{reports}/stored"), "concurrency": CONCURRENCY,
    });
    Kannel::new(&serde_json::from_value(settings).expect("whole settings"), clock).expect("right settings")
}

async fn whole_path(ground: &Ground, provider: Arc<Kannel>, people: u32) -> Took {
    let dispatcher = ground.dispatcher(provider).await;
    let wave = ground.start_wave(Channel::Sms, people).await;
    let watch = Stopwatch::start();
    dispatcher.wake();
    loop {
        let accounting = ground.until_over(wave).await.accounting;
        assert_eq!(
            accounting.reached(),
            u64::from(people),
            "the gateway takes everything"
        );
        if accounting.delivered == u64::from(people) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = watch.stop();
    dispatcher.stop().await;
    took
}

/// Where the gateway brings its reports: to be stored, or only counted.
async fn take_reports(ground: &Ground, counted: Arc<AtomicU64>, stop: CancellationToken) -> SocketAddr {
    type Way = (Receipts, Arc<AtomicU64>);
    let router = Router::new()
        .route(
            "/stored/{reference}/{status}",
            get(
                async |State((receipts, _)): State<Way>, Path((reference, status)): Path<(String, i64)>| {
                    let receipt = parse_receipt(status).expect("a status of Kannel's");
                    match receipts.take(&reference, receipt).await {
                        Ok(()) => StatusCode::OK,
                        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
                    }
                },
            ),
        )
        .route(
            "/counted/{reference}/{status}",
            get(async |State((_, counted)): State<Way>| {
                counted.fetch_add(1, Ordering::Relaxed);
                StatusCode::OK
            }),
        )
        .with_state((Receipts::start(ground.around()), counted));
    let (listener, address) = listen(0).await.expect("a free port");
    serve(listener, None, router, stop);
    address
}
