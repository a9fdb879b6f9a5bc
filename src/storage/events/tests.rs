use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::feed::EventFeed;
use super::*;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::actions::{account, insert_region};
use crate::storage::testing::people::some_time;

fn event(kind: EventKind, action: Option<ActionId>, region: Option<RegionId>) -> NewEvent {
    NewEvent {
        happened_at: some_time(),
        kind,
        region,
        action,
        actor: account().into(),
        data: json!({ "reached": 7 }),
    }
}

#[tokio::test]
async fn events_are_numbered_in_order_and_read_on_from_a_number() {
    let action = ActionId::new(some_time(), &Random::from_seed(1));
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let unit = insert_region(&mut tx, "unit", None).await;
        let town = insert_region(&mut tx, "town", Some(unit)).await;
        assert_eq!(tx.find_last_event().await.unwrap(), 0);
        tx.append_events(&[
            event(EventKind::ActionCreated, Some(action), Some(town)),
            event(EventKind::ActionStarted, Some(action), None),
            event(EventKind::TipReceived, None, Some(unit)),
        ])
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.store.read().await.unwrap();
        assert_eq!(tx.find_last_event().await.unwrap(), 3);
        let numbers = async |after, filter, tx: &mut Tx| -> Vec<i64> {
            let events = tx.list_events(after, filter, 2).await.unwrap();
            events.iter().map(|event| event.number).collect()
        };
        let all = EventFilter::default();
        assert_eq!(numbers(0, all, &mut tx).await, [1, 2]);
        assert_eq!(numbers(2, all, &mut tx).await, [3]);
        let of_action = EventFilter {
            action: Some(action),
            ..all
        };
        assert_eq!(numbers(0, of_action, &mut tx).await, [1, 2]);
        let of_unit = EventFilter {
            region: Some(unit),
            ..all
        };
        assert_eq!(numbers(0, of_unit, &mut tx).await, [1, 3]);
        let first = &tx.list_events(0, all, 1).await.unwrap()[0];
        assert_eq!(first.actor, account().into());
        assert_eq!(first.data, json!({ "reached": 7 }));
    }
}

#[tokio::test]
async fn a_screen_hears_of_what_any_node_committed() {
    for database in TestDatabase::each().await {
        let (feed, closing) = (EventFeed::default(), CancellationToken::new());
        let mut screen = feed.subscribe();
        let mut last = feed.last();
        let running = tokio::spawn(feed.run(database.store.clone(), Clock::system(), closing.clone()));
        // Another node: nobody wakes this one's feed by hand.
        for number in 1..=3 {
            let mut tx = database.store.write().await.unwrap();
            tx.append_events(&[event(EventKind::TipReceived, None, None)])
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let deadline = Duration::from_secs(20);
            // What was committed before the feed had begun is not handed out, only counted.
            tokio::time::timeout(deadline, last.wait_for(|seen| *seen >= number))
                .await
                .expect("the feed reads on")
                .unwrap();
        }
        let heard = screen.recv().await.unwrap();
        assert_eq!(heard.kind, EventKind::TipReceived);
        closing.cancel();
        running.await.unwrap();
    }
}
