//! Starting, expanding and pausing.

use super::*;

#[tokio::test]
async fn a_started_action_is_stored_with_its_wave_batches_and_events() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        assert_eq!(
            draft.region,
            region_id("south-west"),
            "the narrowest that holds it"
        );
        let started = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        assert_eq!(started.audience, 25);
        assert_eq!(started.by_channel, [(Channel::Sms, 25)]);
        let view = room.desk.action(&operator(), draft.id).await.unwrap();
        assert_eq!(view.action, started.action);
        assert_eq!(view.waves.len(), 1);
        assert_eq!(view.accounting().queued, 25);
        assert!(view.accounting().is_balanced());
        assert_eq!(view.waves[0].wave.message.nl.title, draft.content.texts.nl.title);
        let mut tx = room.database.store.read().await.unwrap();
        let events = tx.list_events(0, EventFilter::default(), 10).await.unwrap();
        let kinds: Vec<_> = events.iter().map(|event| event.kind.name()).collect();
        assert_eq!(kinds, ["action.created", "action.started", "wave.started"]);
        assert_eq!(events[2].data["audience"], 25);
        drop(tx);
        let first = &room.hand_over(1, false).await[0];
        assert_eq!(first.members[0], 1, "the nearest is told first");
    }
}

#[tokio::test]
async fn whoever_asks_again_for_a_start_that_was_not_answered_gets_its_answer() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let first = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        let again = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        assert_eq!(
            (again.wave, again.audience, &again.by_channel),
            (first.wave, first.audience, &first.by_channel)
        );
        let view = room.desk.action(&operator(), draft.id).await.unwrap();
        assert_eq!(view.waves.len(), 1, "nobody is called on twice");
        let other = scope(Role::Operator, "west");
        let late = room.desk.start_action(&other, draft.id, 1).await;
        assert_eq!(refusal(late), "changed_meanwhile");
        room.desk.stop_action(&operator(), draft.id).await.unwrap();
        let late = room.desk.start_action(&operator(), draft.id, 1).await;
        assert_eq!(
            refusal(late),
            "changed_meanwhile",
            "it is no longer what was started"
        );
    }
}

#[tokio::test]
async fn of_two_who_start_the_same_action_one_does() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let (one, other) = (operator(), scope(Role::Operator, "west"));
        let (a, b) = tokio::join!(
            room.desk.start_action(&one, draft.id, 1),
            room.desk.start_action(&other, draft.id, 1),
        );
        assert!(a.is_ok() != b.is_ok());
        assert_eq!(refusal(if a.is_ok() { b } else { a }), "changed_meanwhile");
        let view = room.desk.action(&operator(), draft.id).await.unwrap();
        assert_eq!(view.waves.len(), 1);
    }
}

#[tokio::test]
async fn nothing_goes_out_without_an_area_or_to_nobody() {
    for room in Room::each().await {
        let input = DraftInput::new(ActionKind::Burglary);
        let draft = room.desk.create_draft(&operator(), input).await.unwrap();
        let start = room.desk.start_action(&operator(), draft.id, 1).await;
        assert_eq!(refusal(start), "text_missing text_missing area_missing");
        let empty = room.draft(area(0, 15, 5, 18)).await;
        let start = room.desk.start_action(&operator(), empty.id, 1).await;
        assert_eq!(refusal(start), "nobody_reached");
        assert_eq!(room.now(&empty).await.state, ActionState::Draft);
    }
}

#[tokio::test]
async fn an_expansion_calls_only_on_the_newly_reached() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        let wider = room
            .desk
            .expand_action(&operator(), action.id, 2, &area(0, 0, 8, 5))
            .await
            .unwrap();
        assert_eq!(wider.audience, 15);
        let same = room
            .desk
            .expand_action(&operator(), action.id, 3, &area(0, 0, 8, 5))
            .await;
        assert_eq!(refusal(same), "nobody_reached");
        let late = room
            .desk
            .expand_action(&operator(), action.id, 2, &area(0, 0, 20, 5))
            .await;
        assert_eq!(refusal(late), "changed_meanwhile");
    }
}

#[tokio::test]
async fn a_paused_action_is_not_claimed_and_goes_on_afterwards() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let paused = room.desk.pause_action(&operator(), action.id, 2).await.unwrap();
        assert!(room.hand_over(5, false).await.is_empty());
        room.desk
            .resume_action(&operator(), action.id, paused.version)
            .await
            .unwrap();
        assert_eq!(room.hand_over(5, false).await.len(), 1);
    }
}
