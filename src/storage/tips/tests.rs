use super::*;
use crate::domain::action::ActionKind;
use crate::domain::actor::Actor;
use crate::domain::tip::{TipMark, TipVerb};
use crate::storage::testing::TestDatabase;
use crate::storage::testing::actions::{account, insert_draft, insert_region, tip};
use crate::storage::testing::people::{keyring, participant, some_time};
use crate::storage::tips::span::TipSpan;

fn entry(verb: TipVerb, actor: Actor) -> TipDeed {
    TipDeed {
        at: some_time(),
        actor,
        verb,
        detail: None,
    }
}

async fn with_tips(tx: &mut Tx, keys: &Keyring, count: u32) -> (ActionId, Vec<Tip>) {
    let region = insert_region(tx, "unit", None).await;
    let action = insert_draft(tx, keys, region, ActionKind::Theft, 0).await;
    let mut tips = Vec::new();
    for index in 0..count {
        tx.insert_participant(keys, &participant(index)).await.unwrap();
        let tip = tip(action, index);
        tx.insert_tip(keys, &tip, &entry(TipVerb::Received, Actor::Participant))
            .await
            .unwrap();
        tips.push(tip);
    }
    (action, tips)
}

#[tokio::test]
async fn a_tip_reads_back_and_its_history_tells_who_did_what() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let (_, tips) = with_tips(&mut tx, &keys, 2).await;
        let seen = tx.find_tip(&keys, tips[0].id).await.unwrap().unwrap();
        assert_eq!(seen, tips[0]);
        let mark = TipMark::PassedOn {
            unit: "12.03".to_owned(),
        };
        let deed = TipDeed {
            detail: mark.detail(),
            ..entry(mark.verb(), account().into())
        };
        let to = seen.state.clone().mark(mark).unwrap();
        assert!(tx.mark_tip(&keys, &seen, &to, &deed).await.unwrap());
        assert!(
            !tx.mark_tip(&keys, &seen, &to, &deed).await.unwrap(),
            "an old version"
        );
        let note = TipDeed {
            detail: Some("gebeld".to_owned()),
            ..entry(TipVerb::Noted, account().into())
        };
        assert!(tx.note_on_tip(&keys, seen.id, &note).await.unwrap());
        let found = tx.find_tip(&keys, seen.id).await.unwrap().unwrap();
        assert_eq!(
            (found.state, found.passed_on_at, found.version),
            (to, Some(deed.at), 3)
        );
        let span = tx.list_history_of_span(&keys, TipSpan::of(&seen)).await.unwrap();
        let history: Vec<_> = span
            .into_iter()
            .filter(|(tip, _)| *tip == seen.id)
            .map(|(_, deed)| deed)
            .collect();
        assert_eq!(
            history,
            [entry(TipVerb::Received, Actor::Participant), deed, note]
        );
    }
}

#[tokio::test]
async fn who_sent_an_anonymous_tip_is_not_stored() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let (action, _) = with_tips(&mut tx, &keys, 0).await;
        let mut secret = tip(action, 1);
        secret.content.anonymous = true;
        tx.insert_tip(&keys, &secret, &entry(TipVerb::Received, Actor::Participant))
            .await
            .unwrap();
        let found = tx.find_tip(&keys, secret.id).await.unwrap().unwrap();
        assert_eq!(found.participant, None);
    }
}

#[tokio::test]
async fn tips_page_newest_first_and_are_counted_by_state() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let (action, tips) = with_tips(&mut tx, &keys, 5).await;
        let deed = entry(TipVerb::Seen, account().into());
        tx.mark_tip(&keys, &tips[4], &TipState::Seen, &deed)
            .await
            .unwrap();
        let first = tx.list_tips(&keys, action, None, None, 3).await.unwrap();
        let after = TipCursor::after(&first[2]);
        let rest = tx.list_tips(&keys, action, None, Some(after), 3).await.unwrap();
        let found: Vec<_> = first.iter().chain(&rest).map(|tip| tip.id).collect();
        assert_eq!(found, tips.iter().rev().map(|tip| tip.id).collect::<Vec<_>>());
        let unread = tx
            .list_tips(&keys, action, Some(TipPhase::New), None, 10)
            .await
            .unwrap();
        assert_eq!(unread.len(), 4);
        let mut counts = tx.count_tips(action).await.unwrap();
        counts.sort_unstable();
        assert_eq!(counts, [(TipPhase::New, 4), (TipPhase::Seen, 1)]);
    }
}

#[tokio::test]
async fn what_a_tip_says_stands_readable_nowhere_in_its_row() {
    let (keys, database) = (keyring(), TestDatabase::sqlite().await);
    let mut tx = database.store.write().await.unwrap();
    with_tips(&mut tx, &keys, 3).await;
    tx.commit().await.unwrap();
    database.store.close().await;
    let path = database.url.trim_start_matches("sqlite:");
    let file = std::fs::read(path).unwrap();
    assert!(!file.windows(6).any(|part| part == b"CANARY"));
}
