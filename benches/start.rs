//! From the operator's start to the durable answer: who is inside the area, nearest first, cut into batches,
//! stored and committed. The limit beside it is one commit of one changed row on the same disk.
//!
//! SQLite runs with `synchronous = full`, PostgreSQL with `synchronous_commit = on`, as in service.

#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
mod ground;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use ground::database::{ACCOUNT, DATABASES, place};
use ground::{Ground, Stopwatch, machine, median, rounds, sizes};
use oproep::dispatch::plan::{Accounts, PlannedWave, plan};
use oproep::domain::area::{Area, Circle};
use oproep::domain::channel::Channel;
use oproep::domain::point::Point;
use oproep::geofence::{Fence, Index};
use report::Row;

/// Commits' time that the goal allows.
const COMMITS: f64 = 5.0;
/// Milliseconds that the goal allows for each recipient.
const RECIPIENT_MS: f64 = 100e-6;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    machine::say_load("before");
    runtime.block_on(async {
        for people in sizes(&[10_000, 100_000, 300_000], &[2_000_000]) {
            let index = Index::build((1..=people).map(|number| (number, place(number)))).expect("places");
            for database in DATABASES {
                if let Some(ground) = Ground::prepare(database).await {
                    report::record(vec![measure(&ground, &index, people).await]);
                }
            }
        }
    });
    machine::say_load("after");
}

/// Milliseconds, medians of rounds in which start and commit take turns.
async fn measure(ground: &Ground, index: &Index, people: u32) -> Row {
    let (mut starts, mut plans, mut commits) = (Vec::new(), Vec::new(), Vec::new());
    let of = format!("{}/start", ground.name);
    for _ in 0..rounds(9) {
        for _ in 0..5 {
            commits.push(commit_ms(ground).await);
        }
        let watch = Stopwatch::start();
        let planned = plan_all(ground, index);
        plans.push(watch.elapsed().as_secs_f64() * 1e3);
        ground.store_wave(&planned).await;
        starts.push(watch.elapsed().as_secs_f64() * 1e3);
        assert_eq!(
            planned.audience.len(),
            u64::from(people),
            "the whole index is inside"
        );
    }
    let (start_ms, plan_ms, commit_ms) = (median(starts), median(plans), median(commits));
    println!("{of}: {start_ms:.2} ms, of which {plan_ms:.2} before the database; a commit {commit_ms:.2} ms");
    let limit_ms = COMMITS * commit_ms + RECIPIENT_MS * f64::from(people);
    let name = format!("start to durable answer, {}", ground.name);
    let limit = ("5 commits + 100 ns a recipient", limit_ms);
    Row::within(&name, u64::from(people), "ms", start_ms, limit, Some(1.0))
}

fn plan_all(ground: &Ground, index: &Index) -> PlannedWave {
    let centre = Point::from_degrees(5.12, 52.09).expect("Utrecht");
    let area = Area::circle(Circle::new(centre, 60_000).expect("a circle"));
    let fence = Fence::new(&area, &|_| None).expect("no region is named");
    let audience = [(Channel::App, index.list(&fence))];
    let accounts = Accounts::from([(Channel::App, ACCOUNT.to_owned())]);
    plan(ground.order(), &audience, &accounts, |people| {
        index.nearest_first(people, centre)
    })
}

/// One changed row, committed.
async fn commit_ms(ground: &Ground) -> f64 {
    let watch = Stopwatch::start();
    let mut tx = ground.store.write().await.expect("the database writes");
    tx.mark_account_paused("nobody", ground.clock.now())
        .await
        .expect("a row");
    tx.commit().await.expect("a commit");
    watch.elapsed().as_secs_f64() * 1e3
}
