use std::time::Duration;

use crate::desk::Result;
use crate::desk::actions::fixture::{Room, area, operator};
use crate::desk::actions::{Closing, Stopped};
use crate::domain::action::{Action, Phase, Text, Texts};
use crate::domain::outcome::Outcome;
use crate::domain::wave::WaveState;

async fn stop(room: &Room, action: &Action) -> Result<Stopped> {
    room.desk.stop_action(&operator(), action.id).await
}

fn correction() -> Texts {
    Texts {
        nl: Text::new("Nieuws", "Het is een blauwe auto."),
        en: Text::new("News", "It is a blue car."),
    }
}

#[tokio::test]
async fn an_update_after_a_stop_can_be_held_and_stopped_as_well() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        let first = stop(&room, &action).await.unwrap().view.action;
        room.desk
            .update_action(&operator(), action.id, first.version, &correction())
            .await
            .unwrap();
        let held = room
            .desk
            .pause_action(&operator(), action.id, first.version + 1)
            .await
            .unwrap();
        assert!(room.hand_over(4, false).await.is_empty());
        room.desk
            .resume_action(&operator(), action.id, held.version)
            .await
            .unwrap();
        room.hand_over(4, false).await;
        let again = stop(&room, &action).await.unwrap();
        let update = &again.view.waves[1];
        assert_eq!(update.wave.state, WaveState::Halted);
        let told = update.accounts.accounting;
        assert_eq!((told.accepted, told.stopped, told.queued), (4, 6, 0));
        assert_eq!(again.view.action.state, first.state, "the first stop is kept");
    }
}

#[tokio::test]
async fn a_wrong_closing_message_can_be_halted() {
    for room in Room::each().await {
        for withdrawn in [false, true] {
            let action = room.started(area(0, 0, 5, 5)).await;
            room.hand_over(10, false).await;
            let desk = &room.desk;
            let ended = if withdrawn {
                desk.withdraw_action(&operator(), action.id, action.version).await
            } else {
                let closing = Closing::new(Outcome::NotResolved);
                desk.close_action(&operator(), action.id, action.version, closing)
                    .await
            };
            let ended = ended.unwrap().action;
            room.hand_over(4, false).await;
            let stopped = stop(&room, &action).await.unwrap().view;
            let told = stopped.waves[1].accounts.accounting;
            assert_eq!((told.accepted, told.stopped, told.queued), (4, 6, 0));
            assert_eq!(stopped.action.state.phase(), ended.state.phase());
            assert!(stopped.closing.is_some(), "what they were told of the end stays");
            assert!(stop(&room, &action).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_stop_of_an_expired_action_says_who_was_reached() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        room.clock.advance(Duration::from_hours(2));
        room.desk.expire_actions().await.unwrap();
        let stopped = stop(&room, &action).await.unwrap();
        assert_eq!(stopped.view.action.state.phase(), Phase::Expired);
        assert_eq!(
            (stopped.accounting.accepted, stopped.accounting.stopped),
            (10, 15)
        );
    }
}

#[tokio::test]
async fn what_was_never_started_has_nothing_to_stop() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        assert!(stop(&room, &draft).await.is_err());
    }
}
