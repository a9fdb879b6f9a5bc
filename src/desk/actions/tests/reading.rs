//! Lists and figures.

use super::*;

#[tokio::test]
async fn actions_are_found_by_words_filters_and_pages() {
    for room in Room::each().await {
        for index in 0..7 {
            let mut input = DraftInput::new(ActionKind::Burglary);
            input.texts = Some(texts(if index % 2 == 0 {
                "een rode jas"
            } else {
                "een zwarte auto"
            }));
            room.desk.create_draft(&operator(), input).await.unwrap();
            room.clock.advance(Duration::from_secs(1));
        }
        let mut query = ActionQuery {
            search: Some("JAS rode".to_owned()),
            limit: 3,
            ..ActionQuery::default()
        };
        let first = room.desk.list_actions(&operator(), &query).await.unwrap();
        assert_eq!(first.actions.len(), 3);
        query.after = first.next;
        let second = room.desk.list_actions(&operator(), &query).await.unwrap();
        assert_eq!((second.actions.len(), second.next), (1, None));
        query.after = Some("nonsense".to_owned());
        let unknown = room.desk.list_actions(&operator(), &query).await;
        assert_eq!(refusal(unknown), "unreadable_cursor");
        let elsewhere = ActionQuery {
            limit: 9,
            filter: crate::storage::actions::listing::ActionFilter {
                region: Some(region_id("unit")),
                ..Default::default()
            },
            ..ActionQuery::default()
        };
        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        let outside = room.desk.list_actions(&ambassador, &elsewhere).await;
        assert_eq!(refusal(outside), "no region");
    }
}

#[tokio::test]
async fn the_report_counts_outcomes_and_the_clock_tells_lost_minutes() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.clock.advance(Duration::from_secs(4));
        room.hand_over(25, false).await;
        let (moments, steps) = room.desk.lost_minutes(&operator(), action.id).await.unwrap();
        assert_eq!(moments.requested_at, Some(some_time()));
        let handover = steps.iter().find(|step| step.step == Step::StartToFirstHandover);
        assert_eq!(handover.unwrap().took_ms, Some(4_000));
        let closing = Closing::new(Outcome::IndirectSuccess);
        room.desk
            .close_action(&operator(), action.id, 2, closing)
            .await
            .unwrap();
        let other = room.started(area(10, 0, 15, 5)).await;
        room.desk.withdraw_action(&operator(), other.id, 2).await.unwrap();

        let until = some_time() + Duration::from_hours(1);
        let report = room
            .desk
            .report_actions(&operator(), some_time(), until, None)
            .await
            .unwrap();
        assert_eq!((report.started, report.time_critical), (2, 2));
        assert_eq!((report.success.successes, report.success.total), (0, 1));
        let region = Some(region_id("south-east"));
        let report = room
            .desk
            .report_actions(&operator(), some_time(), until, region)
            .await
            .unwrap();
        assert_eq!((report.started, report.success.total), (1, 0));
        let reversed = room
            .desk
            .report_actions(&operator(), until, some_time(), None)
            .await;
        assert_eq!(refusal(reversed), "period_reversed");
    }
}
