//! Delivery reports come in over HTTP: stored before they are answered, and answered at once for comparison.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use futures::future::join_all;
use http::StatusCode;
use oproep::channels::sms::kannel::parse_receipt;
use oproep::dispatch::receipts::{ReceiptError, Receipts};
use oproep::domain::channel::Channel;
use oproep::domain::reference::{DeliveryRef, ReferenceKey};
use oproep::receivers::serve::{listen, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, Stopwatch, median, rounds};
use crate::report::{self, Row};

/// Connections of the providers, each with one report under way.
const CONNECTIONS: usize = 512;

#[derive(Clone)]
struct Server {
    receipts: Receipts,
    references: ReferenceKey,
}

pub async fn measure(ground: &Ground, people: u32) {
    let wave = ground.start_wave(Channel::Sms, people).await;
    let mut tx = ground.store.read().await.expect("the database reads");
    let positions = tx.list_positions(wave).await.expect("the wave has batches");
    drop(tx);
    let references: Vec<String> = positions
        .iter()
        .map(|one| {
            ground.references.receipt(DeliveryRef {
                batch: one.batch,
                position: one.position,
            })
        })
        .collect();
    let server = Server {
        receipts: Receipts::start(ground.around()),
        references: ground.references.clone(),
    };
    let router = Router::new()
        .route("/stored/{reference}/{status}", get(stored))
        .route("/answered/{reference}/{status}", get(answered))
        .with_state(server);
    let stop = CancellationToken::new();
    let (listener, address) = listen(0).await.expect("a free port");
    serve(listener, None, router, stop.clone());
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds(3) {
        ours.push(bring(address, "stored", &references).await);
        bare.push(bring(address, "answered", &references).await);
    }
    stop.cancel();
    let us = |seconds: Vec<f64>| median(seconds) * 1e6 / f64::from(people);
    let name = format!("receipts coming in, {}", ground.name);
    let (ours_us, bare_us) = (us(ours), us(bare));
    println!(
        "{name}: {:.0}/s, without storing {:.0}/s",
        1e6 / ours_us,
        1e6 / bare_us
    );
    let peer = ("answered at once", bare_us);
    report::record(vec![Row::faster(
        &name,
        u64::from(people),
        "us",
        ours_us,
        peer,
        Some(0.7),
    )]);
}

async fn stored(State(server): State<Server>, Path((reference, status)): Path<(String, i64)>) -> StatusCode {
    let Some(receipt) = parse_receipt(status) else {
        return StatusCode::BAD_REQUEST;
    };
    match server.receipts.take(&reference, receipt).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(ReceiptError::Unknown) => StatusCode::NOT_FOUND,
        Err(ReceiptError::Busy | ReceiptError::NotStored) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn answered(
    State(server): State<Server>,
    Path((reference, status)): Path<(String, i64)>,
) -> StatusCode {
    match (parse_receipt(status), server.references.read_receipt(&reference)) {
        (Some(_), Some(_)) => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

/// Seconds until every reference was reported delivered and answered.
async fn bring(address: SocketAddr, way: &str, references: &[String]) -> f64 {
    let watch = Stopwatch::start();
    // Reports come in about the order of sending: connections take turns.
    let connections = (0..CONNECTIONS).map(|connection| async move {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        let mut answer = [0; 1024];
        for reference in references.iter().skip(connection).step_by(CONNECTIONS) {
            let request = format!("GET /{way}/{reference}/1 HTTP/1.1\r\nhost: oproep.example\r\n\r\n");
            stream
                .write_all(request.as_bytes())
                .await
                .expect("the request leaves");
            let mut length = 0;
            while !answer[..length].ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut answer[length..]).await.expect("an answer comes");
                assert!(read > 0, "the server hung up");
                length += read;
            }
            assert!(answer.starts_with(b"HTTP/1.1 204"), "the report was refused");
        }
    });
    join_all(connections).await;
    watch.elapsed().as_secs_f64()
}
