use std::time::Duration;

use super::super::fixture::{Room, area, operator, operator_number};
use super::*;
use crate::desk::DeskError;
use crate::desk::actions::Started;
use crate::desk::safeguards::{HoldRules, Safeguards};
use crate::domain::action::{ActionState, Phase, Text, Texts};

fn held() -> Safeguards {
    Safeguards {
        hold: HoldRules {
            for_ms: 10_000,
            of_kind: Vec::new(),
        },
        ..Safeguards::none()
    }
}

fn texts(body: &str) -> Texts {
    let text = |title| Text::new(title, body);
    Texts {
        nl: text("Nieuws"),
        en: text("News"),
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    match result.err().expect("it is refused") {
        DeskError::Conflict { code, .. } | DeskError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

async fn started(room: &Room) -> Started {
    let draft = room.draft(area(0, 0, 5, 5)).await;
    // One like it may run already.
    let alike = [crate::domain::check::CheckCode::DuplicateRunning]
        .into_iter()
        .collect();
    let started = room
        .desk
        .start_action_confirming(&operator(), draft.id, 1, &alike)
        .await;
    started.unwrap()
}

#[tokio::test]
async fn nothing_leaves_before_the_end_of_the_hold() {
    for room in Room::each_guarded(&held()).await {
        let started = started(&room).await;
        assert_eq!(
            started.held_until,
            Some(room.clock.now() + Duration::from_secs(10))
        );
        room.clock.advance(Duration::from_millis(9_999));
        assert!(room.hand_over(5, false).await.is_empty());
        room.clock.advance(Duration::from_millis(1));
        assert_eq!(room.hand_over(5, false).await.len(), 1);
    }
}

#[tokio::test]
async fn what_was_taken_back_is_a_draft_again_and_nobody_hears_or_is_counted() {
    for room in Room::each_guarded(&held()).await {
        let desk = &room.desk;
        let first = started(&room).await;
        let id = first.action.id;
        let again = desk.start_action(&operator(), id, 1).await.unwrap();
        assert_eq!(again.held_until, first.held_until);
        let usual = async || {
            let mut tx = room.database.store.read().await.unwrap();
            let kind = first.action.content.kind;
            tx.list_extents(kind, 10).await.unwrap().len()
        };
        assert_eq!(usual().await, 1);
        desk.pause_action(&operator(), id, 2).await.unwrap();
        let back = desk.take_back_action(&operator(), id, 3).await.unwrap();
        assert_eq!((back.state, back.version), (ActionState::Draft, 4));
        assert_eq!(room.now(&back).await, back, "as it is stored");
        assert_eq!(usual().await, 0, "what was a mistake is not usual");
        assert!(desk.action(&operator(), id).await.unwrap().waves.is_empty());
        room.clock.advance(Duration::from_secs(20));
        assert!(room.hand_over(5, false).await.is_empty());
        assert_eq!(
            code(desk.take_back_action(&operator(), id, 4).await),
            "wrong_phase"
        );
        // Started anew, everyone in it is called on.
        let second = desk.start_action(&operator(), id, 4).await.unwrap();
        assert_eq!(second.audience, first.audience);
    }
}

#[tokio::test]
async fn once_a_node_took_a_batch_it_is_too_late_to_take_anything_back() {
    for room in Room::each_guarded(&held()).await {
        let desk = &room.desk;
        let started = started(&room).await;
        let id = started.action.id;
        desk.send_action_now(&operator(), id, 2).await.unwrap();
        assert_eq!(
            code(desk.send_action_now(&operator(), id, 2).await),
            "nothing_held"
        );
        let batches = room.hand_over(5, false).await;
        assert_eq!(batches.len(), 1, "sent at once");
        assert_eq!(
            code(desk.take_back_action(&operator(), id, 2).await),
            "already_leaving"
        );
        let view = desk.action(&operator(), id).await.unwrap();
        assert_eq!(view.accounting().accepted, 5, "and nothing of it is lost");
        assert_eq!(view.action.state.phase(), Phase::Active);
    }
}

#[tokio::test]
async fn an_expansion_is_taken_back_alone_and_its_people_are_reached_by_the_next() {
    for room in Room::each_guarded(&held()).await {
        let desk = &room.desk;
        let id = started(&room).await.action.id;
        room.clock.advance(Duration::from_secs(10));
        room.hand_over(25, false).await;
        let wider = desk
            .expand_action(&operator(), id, 2, &area(0, 0, 8, 5))
            .await
            .unwrap();
        assert_eq!(wider.audience, 15);
        let back = desk.take_back_action(&operator_number(2), id, 3).await.unwrap();
        assert_eq!(back.state.phase(), Phase::Active);
        assert_eq!(desk.action(&operator(), id).await.unwrap().waves.len(), 1);
        let again = desk
            .expand_action(&operator(), id, 4, &area(0, 0, 8, 5))
            .await
            .unwrap();
        assert_eq!(again.audience, 15, "nobody of them was called on");
    }
}

#[tokio::test]
async fn news_of_what_is_held_is_refused_until_it_left_or_was_sent() {
    for room in Room::each_guarded(&held()).await {
        let desk = &room.desk;
        let id = started(&room).await.action.id;
        let news = texts("Het is een blauwe auto.");
        let update = async |version| desk.update_action(&operator(), id, version, &news).await;
        assert_eq!(code(update(2).await), "still_held");
        desk.pause_action(&operator(), id, 2).await.unwrap();
        assert_eq!(code(update(3).await), "still_held", "a pause does not end a hold");
        desk.resume_action(&operator(), id, 3).await.unwrap();
        desk.send_action_now(&operator(), id, 4).await.unwrap();
        assert_eq!(update(4).await.unwrap().audience, 25);
        let wider = area(0, 0, 8, 5);
        let expanded = desk.expand_action(&operator(), id, 5, &wider).await.unwrap();
        let more = texts("Het is een groene auto.");
        let refused = desk.update_action(&operator(), id, 6, &more).await;
        assert_eq!(code(refused), "still_held");
        room.clock
            .advance(expanded.held_until.unwrap().since(room.clock.now()));
        let told = desk.update_action(&operator(), id, 6, &more).await.unwrap();
        assert_eq!(told.audience, 40);
    }
}

#[tokio::test]
async fn a_stop_works_in_the_hold() {
    for room in Room::each_guarded(&held()).await {
        let started = started(&room).await;
        let stopped = room
            .desk
            .stop_action(&operator(), started.action.id)
            .await
            .unwrap();
        assert_eq!((stopped.accounting.stopped, stopped.accounting.queued), (25, 0));
        room.clock.advance(Duration::from_secs(20));
        assert!(room.hand_over(5, false).await.is_empty());
        let refused = room
            .desk
            .take_back_action(&operator(), started.action.id, 3)
            .await;
        assert_eq!(code(refused), "stopped");
    }
}

#[tokio::test]
async fn a_wave_that_was_taken_back_is_no_alert_to_anyone() {
    for room in Room::each_guarded(&held()).await {
        let desk = &room.desk;
        let reach = async || {
            let query = crate::desk::actions::ReachQuery {
                area: area(0, 0, 5, 5),
                kind: crate::domain::action::ActionKind::Burglary,
                channels: None,
                action: None,
            };
            desk.directory().catch_up().await.unwrap();
            desk.count_reach(&operator(), &query)
                .await
                .unwrap()
                .three_or_more_alerts
        };
        let mut last = None;
        for _ in 0..3 {
            last = Some(started(&room).await.action.id);
        }
        assert_eq!(reach().await, 25);
        desk.take_back_action(&operator(), last.unwrap(), 2)
            .await
            .unwrap();
        assert_eq!(reach().await, 0);
    }
}
