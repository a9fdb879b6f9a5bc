//! A database that was a copy until now: nothing that was under way is sent again.

use super::*;
use crate::storage::testing::people::{keyring, participant};

#[tokio::test]
async fn after_a_restore_nobody_is_told_twice_and_old_links_lead_nowhere_else() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(5, false).await;
        let before = {
            let mut tx = room.database.store.write().await.unwrap();
            tx.settle_restored(room.clock.now()).await.unwrap();
            let (keys, new) = (keyring(), participant(900));
            let number = tx.insert_participant(&keys, &new).await.unwrap();
            tx.commit().await.unwrap();
            number
        };
        assert!(
            before > 10_000_000,
            "numbers given out since the copy are passed over"
        );
        let wave = &room.desk.action(&operator(), action.id).await.unwrap().waves[0];
        let books = wave.accounts.accounting;
        assert_eq!(
            (books.accepted, books.unknown, books.queued, books.stopped),
            (5, 20, 0, 0)
        );
        assert_eq!(wave.wave.state, WaveState::Halted);
        assert!(
            room.hand_over(25, false).await.is_empty(),
            "nothing is left to send"
        );
        // Whoever may have been told hears the end.
        let action = room.now(&action).await;
        let closing = super::super::Closing::new(Outcome::NotResolved);
        let ended = room
            .desk
            .close_action(&operator(), action.id, action.version, closing)
            .await;
        assert_eq!(ended.unwrap().told, 25);
    }
}
