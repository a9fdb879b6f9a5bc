use std::pin::pin;

use axum::body::Bytes;
use axum::response::{IntoResponse, Sse};
use futures::StreamExt;
use serde_json::json;

use super::*;
use crate::desk::testing::TestDesk;
use crate::domain::actor::Actor;
use crate::domain::event::EventKind;
use crate::domain::id::RegionId;
use crate::storage::events::NewEvent;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::some_time;

/// Sees events of no region.
struct Outsider;

impl Follower for Outsider {
    fn sees(&self, event: &Event) -> bool {
        event.region.is_none()
    }

    async fn may_go_on(&mut self) -> bool {
        true
    }
}

/// Sees everything, until told otherwise.
struct Dismissed(Arc<std::sync::atomic::AtomicBool>);

impl Follower for Dismissed {
    fn sees(&self, _: &Event) -> bool {
        true
    }

    async fn may_go_on(&mut self) -> bool {
        !self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

async fn happen(web: &Web, regions: &[Option<RegionId>]) {
    let events: Vec<NewEvent> = regions
        .iter()
        .map(|region| NewEvent {
            happened_at: some_time(),
            kind: EventKind::TipReceived,
            region: *region,
            action: None,
            actor: Actor::System,
            data: json!({}),
        })
        .collect();
    let mut tx = web.store().write().await.unwrap();
    tx.append_events(&events).await.unwrap();
    tx.commit().await.unwrap();
    web.events().wake();
}

/// The ids of the next `count` events of a stream.
async fn ids(
    stream: impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static,
    count: usize,
) -> Vec<String> {
    let body = Sse::new(stream).into_response().into_body();
    let mut body = pin!(body.into_data_stream());
    let mut text = String::new();
    let read = async {
        // Signs of life between them are no events.
        let whole = |text: &str| {
            text.split_inclusive("\n\n")
                .filter(|one| one.ends_with("\n\n") && one.contains("id: "))
                .count()
        };
        while whole(&text) < count {
            let piece: Bytes = body.next().await.expect("it goes on").unwrap();
            text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .expect("the events come");
    let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
    ids.map(str::to_owned).collect()
}

#[tokio::test]
async fn whoever_comes_back_gets_what_they_missed_and_then_what_is_new() {
    for desk in TestDesk::each().await {
        let web = Web::on(&desk.desk);
        let (going, closing) = (web.desk().clone(), web.closing().clone());
        tokio::spawn(async move { going.keep_going(closing).await });
        happen(&web, &[None, None, None]).await;
        let stream = follow(web.clone(), Outsider, None, Some(1));
        let reading = tokio::spawn(ids(stream, 3));
        happen(&web, &[None]).await;
        assert_eq!(reading.await.unwrap(), ["2", "3", "4"]);
        web.closing().cancel();
    }
}

#[tokio::test]
async fn nobody_sees_what_is_not_theirs_to_see() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&desk.desk);
    let elsewhere = RegionId::from_uuid(uuid::Uuid::from_u128(7));
    happen(&web, &[None, Some(elsewhere), None]).await;
    let stream = follow(web.clone(), Outsider, None, Some(0));
    assert_eq!(ids(stream, 2).await, ["1", "3"]);
}

#[tokio::test]
async fn a_stream_ends_when_the_edge_closes() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&desk.desk);
    let mut stream = pin!(follow(web.clone(), Outsider, None, None));
    web.closing().cancel();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_follower_is_asked_about_on_time_however_many_events_come() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&desk.desk);
    happen(&web, &[None; 5]).await;
    let dismissed = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut following = following(web.clone(), Dismissed(dismissed.clone()), None, Some(0));
    for _ in 0..2 {
        assert!(following.next().await.is_some(), "an event");
    }
    // The time to ask has come, while more events wait.
    following.ask_at = Instant::now();
    assert!(following.next().await.is_some(), "they may go on");
    assert!(
        following.ask_at > Instant::now(),
        "the next question waits its time"
    );
    assert!(following.next().await.is_some(), "an event");
    dismissed.store(true, std::sync::atomic::Ordering::Relaxed);
    following.ask_at = Instant::now();
    assert!(
        following.next().await.is_none(),
        "the stream ends though events wait"
    );
}
