//! Recording: what became of recipients, written by eight workers side by side, against one insert of the
//! same bytes; and delivery reports over HTTP, against the same server answering without storing.

#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[path = "record/peer.rs"]
mod peer;
#[path = "record/receipts.rs"]
mod receipts;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use ground::database::{ACCOUNT, DATABASES};
use ground::{Ground, Stopwatch, machine, median, rounds, sizes};
use oproep::domain::channel::Channel;
use oproep::domain::delivery::Disposition;
use oproep::domain::id::NodeId;
use oproep::storage::batches::{BatchState, Claim, ClaimedBatch, Progress};
use report::Row;

const WORKERS: usize = 8;
/// Batches of one write: what the recorder of a node has in hand.
const TOGETHER: usize = 8;
/// Recipients a second.
const RATE: f64 = 200_000.0;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    machine::say_load("before");
    let people = sizes(&[300_000], &[])[0];
    for database in DATABASES {
        runtime.block_on(async {
            if let Some(ground) = Ground::prepare(database).await {
                record(Arc::new(ground), people).await;
            }
            if let Some(ground) = Ground::prepare(database).await {
                receipts::measure(&ground, people).await;
            }
        });
    }
    machine::say_load("after");
}

async fn record(ground: Arc<Ground>, people: u32) {
    let (mut ours, mut inserts) = (Vec::new(), Vec::new());
    for _ in 0..rounds(5) {
        ground.start_wave(Channel::App, people).await;
        let owner = NodeId::new(ground.clock.now(), &ground.random);
        let batches = claim(&ground, owner).await;
        let outcomes = Arc::new(vec![Disposition::Accepted; 500]);
        let share = batches.len().div_ceil(WORKERS).max(1);
        let watch = Stopwatch::start();
        let workers = batches.chunks(share).map(|part| {
            let (ground, part, outcomes) = (ground.clone(), part.to_vec(), outcomes.clone());
            tokio::spawn(async move { work(&ground, owner, &part, &outcomes).await })
        });
        for worker in join_all(workers).await {
            worker.expect("no worker panics");
        }
        ours.push(watch.elapsed().as_secs_f64());
        inserts.push(peer::insert_s(&ground, &batches).await);
    }
    let us = |seconds: f64| seconds * 1e6 / f64::from(people);
    let (ours_s, insert_s) = (median(ours), median(inserts));
    println!(
        "recording, {}: {:.0} recipients/s",
        ground.name,
        f64::from(people) / ours_s
    );
    let name = format!("recording outcomes, {}", ground.name);
    let goal = (ground.name == "PostgreSQL").then_some(1.0);
    let row =
        |peer, peer_us, goal| Row::faster(&name, u64::from(people), "us", us(ours_s), (peer, peer_us), goal);
    report::record(vec![
        row("200,000 a second", 1e6 / RATE, goal),
        row("one insert of the bytes", us(insert_s), Some(0.5)),
    ]);
}

async fn claim(ground: &Ground, owner: NodeId) -> Vec<ClaimedBatch> {
    let now = ground.clock.now();
    let claim = Claim {
        owner,
        account: ACCOUNT,
        priority: 0,
        now,
        lease_until: now + Duration::from_mins(10),
        window: 500,
        limit: 1_000_000,
    };
    let mut tx = ground.store.write().await.expect("the database writes");
    let claimed = tx.claim_batches(&claim).await.expect("batches are claimed");
    tx.commit().await.expect("the claim is stored");
    claimed
}

async fn work(ground: &Ground, owner: NodeId, batches: &[ClaimedBatch], outcomes: &[Disposition]) {
    for group in batches.chunks(TOGETHER) {
        let now = ground.clock.now();
        let progress: Vec<Progress<'_>> = group
            .iter()
            .map(|batch| Progress {
                number: batch.number,
                claims: batch.claims,
                outcomes: &outcomes[..batch.members.len()],
                intent_to: 0,
                state: BatchState::Done,
                first_handover_at: Some(now),
                last_handover_at: Some(now),
            })
            .collect();
        let mut tx = ground.store.write().await.expect("the database writes");
        for one in &progress {
            assert!(
                tx.record_progress(owner, now + Duration::from_secs(6), one)
                    .await
                    .expect("recorded"),
                "the lease holds"
            );
        }
        tx.commit().await.expect("the outcomes are stored");
    }
}
