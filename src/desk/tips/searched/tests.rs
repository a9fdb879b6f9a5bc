use super::*;
use crate::desk::actions::fixture::{Room, area, operator, scope};
use crate::domain::role::Role;
use crate::storage::events::EventFilter;
use crate::storage::testing::people::point;

fn around(east: i32, north: i32, radius_m: u32) -> Search {
    Search::check(Some(point(east, north)), Some(radius_m), None).unwrap()
}

#[tokio::test]
async fn what_was_searched_is_joined_and_told_to_whoever_handles_tips() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 10, 10)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let nothing = room.desk.searched_area(&operator(), action.id).await.unwrap();
        assert!(nothing.reports == 0 && nothing.covered.km2 == 0.0);
        for (position, search) in [
            (0, around(5, 5, 200)),
            (1, around(5, 5, 200)),
            (2, Search::check(None, None, Some("Mijn CANARY-tuin")).unwrap()),
        ] {
            room.clock.advance(std::time::Duration::from_secs(1));
            let link = room.link(&batch, position);
            room.desk.report_search(&link, search).await.unwrap();
        }
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let found = room.desk.searched_area(&volunteer, action.id).await.unwrap();
        assert_eq!((found.reports, found.drawn, found.told.len()), (3, 2, 1));
        // A circle of 200 m in a square of about a kilometre.
        assert!((0.12..0.13).contains(&found.covered.km2), "{}", found.covered.km2);
        assert!(
            (0.10..0.16).contains(&found.covered.share),
            "{}",
            found.covered.share
        );
        assert_eq!(found.covered.outline["coordinates"].as_array().unwrap().len(), 1);

        let mut tx = room.database.store.read().await.unwrap();
        let filter = EventFilter {
            action: Some(action.id),
            region: None,
        };
        let events = tx.list_events(0, filter, 100).await.unwrap();
        let searched: Vec<_> = events
            .iter()
            .filter(|event| event.kind == EventKind::AreaSearched)
            .collect();
        assert_eq!(searched.len(), 3);
        assert_eq!(searched[2].data["reports"], 3);
        assert!(
            !searched
                .iter()
                .any(|event| event.data.to_string().contains("CANARY"))
        );
    }
}

#[tokio::test]
async fn nobody_else_sees_it_and_another_reference_reports_nothing() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 10, 10)).await;
        let ambassador = scope(Role::MunicipalAmbassador, "west");
        let refused = room.desk.searched_area(&ambassador, action.id).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))), "{refused:?}");
        let refused = room.desk.report_search("x", around(0, 0, 50)).await;
        assert!(matches!(refused, Err(DeskError::NotFound("link"))), "{refused:?}");
    }
}

#[tokio::test]
async fn whoever_leaves_takes_their_name_off_what_they_searched() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 10, 10)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let (link, participant) = (room.link(&batch, 0), batch.members[0]);
        room.desk.report_search(&link, around(5, 5, 200)).await.unwrap();
        let keys = &room.desk.parts().keys;
        let mut tx = room.database.store.write().await.unwrap();
        assert_eq!(tx.list_searches_of(keys, participant).await.unwrap().len(), 1);
        tx.erase_participant(participant, crate::storage::testing::people::some_time())
            .await
            .unwrap();
        assert!(tx.list_searches_of(keys, participant).await.unwrap().is_empty());
        assert_eq!(tx.count_searches(action.id).await.unwrap(), 1);
    }
}
