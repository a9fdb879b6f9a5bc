use axum::extract::FromRef;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::desk::testing::TestDesk;
use crate::dispatch::{Dispatcher, Surroundings, Timing};
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, participant};
use crate::web::{Web, serve_watched};

async fn ask(web: &Web) -> (StatusCode, Value) {
    let (status, Json(readiness)) = readiness(State(Watched::from_ref(web))).await;
    (status, serde_json::to_value(readiness).unwrap())
}

#[tokio::test]
async fn the_directory_says_how_far_it_is_behind_and_what_does_not_dispatch_has_no_part_for_it() {
    for database in TestDatabase::each().await {
        let test = TestDesk::on(database).await;
        let web = Web::on(&test.desk);
        let mut tx = test.database.store.write().await.unwrap();
        tx.insert_participant(&keyring(), &participant(0)).await.unwrap();
        tx.commit().await.unwrap();
        let parts = |behind: u64| {
            json!([
                { "name": "database", "ready": true },
                { "name": "directory", "ready": true, "behind": behind },
            ])
        };
        let (status, readiness) = ask(&web).await;
        assert_eq!((status, &readiness["parts"]), (StatusCode::OK, &parts(1)));
        test.desk.directory().catch_up().await.unwrap();
        assert_eq!(ask(&web).await.1["parts"], parts(0));
    }
}

#[tokio::test]
async fn a_directory_that_does_not_follow_is_not_ready_until_it_does() {
    let test = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&test.desk);
    test.clock.advance(FOLLOW_WITHIN + Duration::from_secs(1));
    let (status, readiness) = ask(&web).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        readiness["parts"][1]["why"],
        "participants in memory did not follow the database for 301 s"
    );
    test.desk.directory().catch_up().await.unwrap();
    assert_eq!(ask(&web).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_stops_is_not_ready_and_strangers_are_told_no_more() {
    let test = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&test.desk);
    web.closing().cancel();
    let (status, readiness) = ask(&web).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(readiness["parts"][2]["name"], "listener");
    let (status, Json(word)) = readiness_in_a_word(State(Watched::from_ref(&web))).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(serde_json::to_value(word).unwrap(), json!({ "ready": false }));
}

#[tokio::test]
async fn a_process_that_only_sends_tells_how_its_lanes_do() {
    let test = TestDesk::on(TestDatabase::sqlite().await).await;
    let parts = test.desk.parts();
    let around = Surroundings {
        store: parts.store.clone(),
        keys: parts.keys.clone(),
        references: parts.references.clone(),
        clock: parts.clock.clone(),
        random: parts.random.clone(),
        public_url: String::new(),
        timing: Timing::default(),
        spool: None,
    };
    let stop = CancellationToken::new();
    let watched = Watched::new(WatchedParts {
        store: parts.store.clone(),
        directory: None,
        dispatcher: Some(Dispatcher::start(around, Vec::new()).await.unwrap()),
        figures: Some(PrometheusBuilder::new().build_recorder().handle()),
        backups: None,
        closing: stop.clone(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let running = tokio::spawn(serve_watched(listener, watched, stop.clone().cancelled_owned()));
    let get = async |path: &str| reqwest::get(format!("http://{address}{path}")).await.unwrap();
    let readiness: Value = get("/readyz").await.json().await.unwrap();
    let names = [0, 1].map(|index| readiness["parts"][index]["name"].clone());
    assert_eq!(names, ["database", "dispatcher"]);
    assert_eq!(get("/metrics").await.status(), StatusCode::OK);
    assert_eq!(get("/livez").await.text().await.unwrap(), "ok\n");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(30), running)
        .await
        .expect("it ends")
        .unwrap();
}

#[tokio::test]
async fn a_backup_that_is_too_old_is_warned_of_and_takes_nobody_out_of_service() {
    for database in TestDatabase::each().await {
        let test = TestDesk::on(database).await;
        let watched = Watched::new(WatchedParts {
            store: test.database.store.clone(),
            directory: None,
            dispatcher: None,
            figures: None,
            backups: Some((test.clock.clone(), Duration::from_hours(26))),
            closing: CancellationToken::new(),
        });
        let ask = async || {
            let (status, Json(readiness)) = readiness(State(watched.clone())).await;
            assert_eq!(status, StatusCode::OK);
            serde_json::to_value(readiness).unwrap()["parts"][1].clone()
        };
        assert_eq!(ask().await["warning"], "no backup was ever made");
        let mut tx = test.database.store.write().await.unwrap();
        tx.insert_backup(test.clock.now(), 5, "sum").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ask().await, json!({ "name": "backup", "ready": true }));
        test.clock.advance(Duration::from_hours(27));
        assert_eq!(ask().await["warning"], "the last backup was made 27 hours ago");
    }
}
