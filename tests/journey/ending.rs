//! What stays when the action is over.

use oproep::client::Action;
use oproep::domain::action::{Phase, Texts};
use oproep::domain::id::WaveId;
use serde_json::Value;

use crate::ground::Ground;
use crate::processes::{done, oproep};
use crate::story::Desk;

/// Its state and outcome, the clock, and the sender's page of the tip.
pub(crate) async fn check_end(ground: &Ground, desk: &Desk, action: &Action, tip: &str, told: &Texts) {
    let after = desk.client.action(action.id).await.unwrap();
    assert_eq!(after.state, Phase::Closed);
    assert_eq!(after.waves.len(), 3);
    assert!(after.accounting.is_balanced(), "{:?}", after.accounting);
    let clock = desk.client.lost_minutes(action.id).await.unwrap();
    let missing: Vec<_> = clock.steps.iter().filter(|step| step.took_ms.is_none()).collect();
    assert!(missing.is_empty() && clock.steps.len() == 7, "{missing:?}");
    let followed = format!("{}/api/v1/tips/follow/{tip}", ground.service);
    let followed: Value = desk
        .http
        .get(followed)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(followed["closing"], serde_json::to_value(told).unwrap());
    let shown = done(
        oproep(
            ground.folder.path(),
            &["action", "show", &action.number.to_string()],
        )
        .envs([("OPROEP_URL", &ground.service), ("OPROEP_TOKEN", &desk.token)]),
    );
    assert_eq!(shown["state"], "closed");
}

/// Both workers handed over batches, and nobody else did.
pub(crate) async fn check_workers(ground: &Ground, waves: &[WaveId]) {
    let Some(pool) = ground.database.store.postgres() else {
        return;
    };
    let waves: Vec<_> = waves.iter().map(|wave| wave.as_uuid()).collect();
    let owners: Vec<(uuid::Uuid, i64)> = sqlx::query_as(
        "select lease_owner, count(*) from batches where wave_id = any($1) and accepted + delivered > 0 group by 1",
    )
    .bind(waves)
    .fetch_all(pool)
    .await
    .unwrap();
    println!("batches handed over by each worker: {owners:?}");
    let mut owners: Vec<_> = owners.into_iter().map(|(owner, _)| owner.to_string()).collect();
    let mut workers: Vec<_> = ground.workers.iter().map(|(_, node)| node.clone()).collect();
    owners.sort();
    workers.sort();
    assert_eq!(owners, workers);
}
