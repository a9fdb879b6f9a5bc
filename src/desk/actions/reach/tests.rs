use super::*;
use crate::desk::DeskError;
use crate::desk::actions::fixture::{Room, area, operator, scope};
use crate::domain::channel::Channel;
use crate::domain::participant::{Place, PlaceKind, Places};
use crate::domain::role::Role;
use crate::storage::testing::people::{participant, point};
use crate::storage::testing::regions::region_id;

fn query(area: Area) -> ReachQuery {
    ReachQuery {
        area,
        kind: ActionKind::Burglary,
        channels: None,
        action: None,
    }
}

#[tokio::test]
async fn who_has_a_channel_without_provider_is_reached_over_the_next_one_as_the_figures_say() {
    for room in Room::each_with(&[Channel::Email]).await {
        let reach = room
            .desk
            .count_reach(&operator(), &query(area(0, 0, 5, 5)))
            .await
            .unwrap();
        assert_eq!((reach.total, reach.unreachable), (25, 0));
        assert_eq!(reach.by_channel, [(Channel::Email, 25)]);
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let started = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        assert_eq!((started.audience, started.by_channel), (25, reach.by_channel));
    }
}

#[tokio::test]
async fn without_any_provider_a_start_is_refused_and_the_figures_say_nobody() {
    for room in Room::each_with(&[]).await {
        let reach = room
            .desk
            .count_reach(&operator(), &query(area(0, 0, 5, 5)))
            .await
            .unwrap();
        assert_eq!((reach.total, reach.unreachable), (0, 25));
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let start = room.desk.start_action(&operator(), draft.id, 1).await;
        assert!(matches!(
            start,
            Err(DeskError::Refused {
                code: "no_provider",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn nothing_is_counted_of_people_outside_the_territory() {
    for room in Room::each().await {
        let mut new = participant(500);
        let home = Place::new(PlaceKind::Home, point(3, 3));
        let work = Place::new(PlaceKind::Work, point(8, 15));
        new.participant.places = Places::new(vec![home, work]).unwrap();
        let mut tx = room.database.store.write().await.unwrap();
        tx.insert_participant(&room.desk.parts().keys, &new)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        room.desk.directory().catch_up().await.unwrap();
        // Everyone in it lives in the south-west, and one of them works in the north-west, which it touches.
        let across = query(area(3, 3, 6, 12));
        let regions = |reach: &Reach| reach.by_region.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let whole = room.desk.count_reach(&operator(), &across).await.unwrap();
        assert!(regions(&whole).contains(&region_id("north-west")));
        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        let own = room.desk.count_reach(&ambassador, &across).await.unwrap();
        assert_eq!(own.total, whole.total);
        assert_eq!(regions(&own), [region_id("south-west")]);

        let beyond = query(area(3, 3, 13, 4));
        let beyond = room.desk.count_reach(&ambassador, &beyond).await;
        let Err(DeskError::Refused { code, text }) = beyond else {
            panic!("it must be refused");
        };
        assert_eq!(code, "area_outside_territory");
        assert!(!text.to_string().contains(|c: char| c.is_ascii_digit()), "{text}");
    }
}
