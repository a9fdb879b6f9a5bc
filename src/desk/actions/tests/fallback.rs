//! When a text message follows on silence, and when not any more.

use std::time::Duration;

use super::super::fixture::{Room, area, operator};
use crate::domain::action::{Action, DraftInput, Text, Texts};

/// An action that falls back after a minute, started.
async fn started(room: &Room) -> Action {
    let draft = room.draft(area(0, 0, 5, 5)).await;
    let input = DraftInput {
        kind: draft.content.kind,
        description: draft.content.description.clone(),
        area: draft.content.area.clone(),
        fallback_after_s: Some(60),
        ..DraftInput::new(draft.content.kind)
    };
    let changed = room
        .desk
        .change_draft(&operator(), draft.id, draft.version, input)
        .await
        .unwrap();
    let operator = operator();
    let started = room.desk.start_action(&operator, changed.id, changed.version);
    started.await.unwrap().action
}

async fn due(room: &Room) -> usize {
    let mut tx = room.database.store.read().await.unwrap();
    let due = tx.list_due_fallbacks(room.desk.now()).await.unwrap();
    due.len()
}

#[tokio::test]
async fn a_wave_is_looked_at_after_its_time_and_not_while_it_is_held_or_when_it_was_stopped() {
    for room in Room::each().await {
        let action = started(&room).await;
        room.clock.advance(Duration::from_secs(59));
        assert_eq!(due(&room).await, 0);
        room.clock.advance(Duration::from_secs(2));
        assert_eq!(due(&room).await, 1);
        let desk = &room.desk;
        let paused = desk
            .pause_action(&operator(), action.id, action.version)
            .await
            .unwrap();
        assert_eq!(due(&room).await, 0, "held");
        let resumed = desk
            .resume_action(&operator(), action.id, paused.version)
            .await
            .unwrap();
        assert_eq!(due(&room).await, 1);
        desk.stop_action(&operator(), resumed.id).await.unwrap();
        assert_eq!(due(&room).await, 0, "stopped");
        let mut tx = room.database.store.write().await.unwrap();
        assert!(!tx.lock_going_on(action.id).await.unwrap());
    }
}

#[tokio::test]
async fn after_an_update_nobody_is_told_the_earlier_text_any_more() {
    for room in Room::each().await {
        let action = started(&room).await;
        room.hand_over(100, false).await;
        room.clock.advance(Duration::from_secs(61));
        assert_eq!(due(&room).await, 1);
        let text = || Text::new("Gevonden".to_owned(), "Het is voorbij.".to_owned());
        let texts = Texts {
            nl: text(),
            en: text(),
        };
        let operator = operator();
        let updated = room
            .desk
            .update_action(&operator, action.id, action.version, &texts);
        updated.await.unwrap();
        assert_eq!(due(&room).await, 0, "the update's own time has not come");
        room.clock.advance(Duration::from_secs(61));
        assert_eq!(due(&room).await, 1);
    }
}
