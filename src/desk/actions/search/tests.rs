use super::super::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::action::{DraftInput, LastSeen};
use crate::domain::role::Role;
use crate::storage::testing::people::{point, some_time};

fn search(from: Point, minutes_ago: u64, means: Means) -> Search {
    Search {
        action: None,
        kind: Some(ActionKind::MissingPerson),
        from: Some(from),
        seen_at: Some(Timestamp::from_millis(
            some_time().as_millis() - i64::try_from(minutes_ago).unwrap() * 60_000,
        )),
        means,
        at: None,
    }
}

#[tokio::test]
async fn the_area_grows_with_time_and_ends_at_the_border_of_the_territory() {
    for room in Room::each().await {
        let query = search(point(9, 2), 0, Means::OnFoot);
        let proposed = room.desk.propose_search(&operator(), &query).await.unwrap();
        assert_eq!(proposed.now.radius_m, 500);
        assert!(!proposed.now.bounded_by_kind && proposed.now.total > 0);
        assert_eq!(proposed.growth.len(), 4);
        let sizes: Vec<_> = std::iter::once(&proposed.now).chain(&proposed.growth).collect();
        assert!(
            sizes
                .windows(2)
                .all(|two| two[0].radius_m <= two[1].radius_m && two[0].total <= two[1].total)
        );
        let last = sizes[4];
        assert!(last.bounded_by_territory && last.total == 100, "{last:?}");
        assert!(last.km2 < 5.0, "the unit is two kilometres wide: {}", last.km2);
        // Whoever works for a part of it proposes that part alone.
        let west = scope(Role::Operator, "west");
        let query = search(point(9, 2), 60, Means::OnFoot);
        let part = room.desk.propose_search(&west, &query).await.unwrap();
        assert!(
            part.now.bounded_by_territory && part.now.total == 50,
            "{:?}",
            part.now
        );
        room.desk.keep_within(&west, &part.area).unwrap();
        let all = room.desk.propose_search(&operator(), &query).await.unwrap();
        assert_eq!(all.now.total, 100);
    }
}

#[tokio::test]
async fn accepted_growth_goes_out_as_an_expansion_to_those_who_are_newly_reached() {
    for room in Room::each().await {
        let mut input = DraftInput::new(ActionKind::MissingPerson);
        input.area = Some(area(0, 0, 5, 5));
        input.description.last_seen = Some(LastSeen {
            place: "Stationsplein".to_owned(),
            point: Some(point(2, 2)),
            at: Some(some_time()),
        });
        let draft = room.desk.create_draft(&operator(), input).await.unwrap();
        let started = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        room.clock.advance(Duration::from_mins(15));
        let query = Search {
            action: Some(draft.id),
            kind: None,
            from: None,
            seen_at: None,
            means: Means::OnFoot,
            at: None,
        };
        let proposed = room.desk.propose_search(&operator(), &query).await.unwrap();
        assert_eq!(proposed.now.radius_m, 1_300);
        assert_eq!(proposed.now.total, proposed.now.newly_reached + started.audience);
        let expanded = room
            .desk
            .expand_action(&operator(), draft.id, 2, &proposed.area)
            .await
            .unwrap();
        assert_eq!(expanded.audience, proposed.now.newly_reached);
        assert!(expanded.audience > 0);
    }
}

#[tokio::test]
async fn a_search_needs_a_place_in_the_territory_and_a_moment_that_was() {
    for room in Room::each().await {
        let ask = async |query: Search| room.desk.propose_search(&operator(), &query).await;
        let outside = ask(search(point(200, 2), 0, Means::OnFoot)).await;
        assert!(
            matches!(
                outside,
                Err(DeskError::Refused {
                    code: "search_outside",
                    ..
                })
            ),
            "{outside:?}"
        );
        let ahead = Search {
            seen_at: Some(some_time() + Duration::from_secs(1)),
            ..search(point(2, 2), 0, Means::Car)
        };
        for wrong in [ahead, search(point(2, 2), 73 * 60, Means::Car)] {
            assert!(matches!(ask(wrong).await, Err(DeskError::Invalid(_))));
        }
        let nothing = Search {
            from: None,
            kind: None,
            ..search(point(2, 2), 0, Means::Car)
        };
        let Err(DeskError::Invalid(fields)) = ask(nothing).await else {
            panic!("it must be refused")
        };
        let named: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(named, ["kind", "from"]);
    }
}
