//! Who prepares and who sends.

use super::*;

#[tokio::test]
async fn an_ambassador_sends_without_hurry_at_home_and_only_when_trained() {
    for room in Room::each().await {
        let desk = &room.desk;
        let home = scope(Role::MunicipalAmbassador, "south-west");
        let input = |kind, area| DraftInput {
            area: Some(area),
            description: crate::domain::action::Description {
                direction: Some("de brug".to_owned()),
                ..Default::default()
            },
            ..DraftInput::new(kind)
        };
        let urgent = input(ActionKind::Burglary, area(0, 0, 5, 5));
        assert_eq!(refusal(desk.create_draft(&home, urgent).await), "forbidden");

        let call = input(ActionKind::WitnessCall, area(0, 0, 5, 5));
        let draft = desk.create_draft(&home, call).await.unwrap();
        let mut untrained = home.clone();
        untrained.trained_until = Some(some_time());
        let start = desk.start_action(&untrained, draft.id, 1).await;
        assert_eq!(refusal(start), "forbidden");
        let started = desk.start_action(&home, draft.id, 1).await.unwrap();
        assert_eq!(started.by_channel, [(Channel::Email, 25)]);

        let across = input(ActionKind::WitnessCall, area(8, 0, 11, 1));
        let draft = desk.create_draft(&home, across).await.unwrap();
        let start = desk.start_action(&home, draft.id, 1).await;
        assert_eq!(refusal(start), "area_outside_territory");
        let larger = desk
            .expand_action(&home, started.action.id, 2, &area(8, 0, 11, 1))
            .await;
        assert_eq!(refusal(larger), "area_outside_territory");

        let neighbour = scope(Role::MunicipalAmbassador, "south-east");
        let seen = desk.action(&neighbour, started.action.id).await;
        assert_eq!(refusal(seen), "no action");
        let stop = desk.stop_action(&neighbour, started.action.id).await;
        assert_eq!(refusal(stop), "no action");
    }
}

#[tokio::test]
async fn a_volunteer_prepares_and_sends_nothing() {
    for room in Room::each().await {
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let input = DraftInput {
            area: draft.content.area.clone(),
            ..DraftInput::new(ActionKind::Theft)
        };
        let changed = room
            .desk
            .change_draft(&volunteer, draft.id, 1, input.clone())
            .await
            .unwrap();
        assert_eq!((changed.version, changed.content.kind), (2, ActionKind::Theft));
        let again = room.desk.change_draft(&volunteer, draft.id, 1, input).await;
        assert_eq!(refusal(again), "changed_meanwhile");
        let start = room.desk.start_action(&volunteer, draft.id, 2).await;
        assert_eq!(refusal(start), "forbidden");
        let action = room.started(area(0, 0, 5, 5)).await;
        for refused in [
            refusal(room.desk.stop_action(&volunteer, action.id).await),
            refusal(room.desk.pause_action(&volunteer, action.id, 2).await),
            refusal(room.desk.withdraw_action(&volunteer, action.id, 2).await),
        ] {
            assert_eq!(refused, "forbidden");
        }
    }
}
