use proptest::prelude::*;

use super::*;
use crate::desk::actions::Closing;
use crate::desk::actions::fixture::{Room, area, operator};
use crate::desk::tips::TipQuery;
use crate::domain::channel::ChannelSet;
use crate::domain::check::CheckCode;
use crate::domain::outcome::Outcome;
use crate::domain::tip::{Tip, TipVerb};
use crate::storage::testing::people::keyring;

/// The number of a participant, as a gateway may write it.
async fn phone(room: &Room, number: ParticipantNumber) -> String {
    let mut tx = room.database.store.read().await.unwrap();
    let stored = tx.find_participant(&keyring(), number).await.unwrap().unwrap();
    stored.participant.contact.phone.unwrap().as_str().to_owned()
}

async fn tips(room: &Room, action: crate::domain::id::ActionId) -> Vec<Tip> {
    let query = TipQuery {
        limit: 50,
        ..TipQuery::default()
    };
    room.desk
        .list_tips(&operator(), action, &query)
        .await
        .unwrap()
        .tips
}

#[tokio::test]
async fn an_answer_is_a_tip_about_the_action_that_told_last_and_says_so_when_there_are_more() {
    for room in Room::each().await {
        let first = room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let number = batch.members[3];
        let from = phone(&room, number).await;
        let taken = room
            .desk
            .take_text(&from, "Ik zag hem\nbij de brug", Some("kannel 1"))
            .await;
        assert_eq!(taken.unwrap(), TextTaken::Tip);
        let tip = tips(&room, first.id).await.remove(0);
        assert_eq!(tip.content.text, "Ik zag hem\nbij de brug");
        assert_eq!((tip.source, tip.participant), (TipSource::SmsReply, Some(number)));
        assert_eq!(tip.content.phone.as_deref(), Some(from.as_str()));
        let history = room.desk.tip(&operator(), tip.id).await.unwrap().history;
        assert_eq!(history.len(), 1, "there is no doubt what it is about");

        room.clock.advance(Duration::from_mins(1));
        // Alike, and said to be another.
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let another = [CheckCode::DuplicateRunning].into_iter().collect();
        let started = room
            .desk
            .start_action_confirming(&operator(), draft.id, draft.version, &another)
            .await;
        let second = started.unwrap().action;
        room.hand_over(25, false).await;
        // Without a plus sign, and with two noughts: the same number.
        for (at, from) in [from.replacen('+', "", 1), from.replacen('+', "00", 1)]
            .iter()
            .enumerate()
        {
            let key = format!("cm {at}");
            let taken = room
                .desk
                .take_text(from, "Nu bij de kerk", Some(&key))
                .await
                .unwrap();
            assert_eq!(taken, TextTaken::Tip);
        }
        let of_second = tips(&room, second.id).await;
        assert_eq!((tips(&room, first.id).await.len(), of_second.len()), (1, 2));
        let history = room.desk.tip(&operator(), of_second[0].id).await.unwrap().history;
        let note = history.iter().find(|deed| deed.verb == TipVerb::Noted).unwrap();
        assert!(note.detail.as_ref().unwrap().contains(&first.number.to_string()));

        let closing = Closing {
            outcome: Outcome::NotResolved,
            texts: None,
            confirmed: crate::desk::actions::Confirmed::nothing(),
        };
        let version = room.now(&second).await.version;
        let closed = room
            .desk
            .close_action(&operator(), second.id, version, closing)
            .await;
        closed.unwrap();
        let taken = room
            .desk
            .take_text(&from, "En nu?", Some("kannel 9"))
            .await
            .unwrap();
        assert_eq!(taken, TextTaken::Tip);
        assert_eq!(
            tips(&room, first.id).await.len(),
            2,
            "what goes on comes before what ended"
        );
    }
}

#[tokio::test]
async fn a_text_that_is_brought_twice_is_one_tip() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let from = phone(&room, batch.members[0]).await;
        for _ in 0..3 {
            let taken = room
                .desk
                .take_text(&from, "Rode jas", Some("twilio SM1"))
                .await
                .unwrap();
            assert_eq!(taken, TextTaken::Tip);
        }
        assert_eq!(tips(&room, action.id).await.len(), 1);
        room.desk
            .take_text(&from, "Rode jas", Some("twilio SM2"))
            .await
            .unwrap();
        assert_eq!(tips(&room, action.id).await.len(), 2);
    }
}

#[tokio::test]
async fn stop_ends_text_messages_and_nothing_else() {
    for room in Room::each().await {
        for (number, word) in [(1, "STOP"), (2, " stoppen. "), (3, "Af"), (4, "uit!")] {
            let from = phone(&room, number).await;
            let taken = room.desk.take_text(&from, word, None).await.unwrap();
            assert_eq!(taken, TextTaken::Stopped, "{word}");
            let mut tx = room.database.store.read().await.unwrap();
            let stored = tx.find_participant(&keyring(), number).await.unwrap().unwrap();
            assert_eq!(stored.wanted, ChannelSet::USUAL.without(Channel::Sms));
            assert!(!stored.reachable.contains(Channel::Sms));
        }
        let from = phone(&room, 5).await;
        let taken = room.desk.take_text(&from, "stop de auto", None).await.unwrap();
        assert_eq!(taken, TextTaken::NoAction, "it says more than stop");
    }
}

#[tokio::test]
async fn of_a_number_that_nobody_has_nothing_is_stored() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        for from in ["+31699999999", "Burgernet", "", "1008", "+4915112345678"] {
            let taken = room.desk.take_text(from, "Rode jas", None).await.unwrap();
            assert_eq!(taken, TextTaken::UnknownNumber, "{from}");
        }
        assert_eq!(tips(&room, action.id).await, []);
    }
}

#[tokio::test]
async fn who_was_not_called_on_or_says_nothing_or_too_much_makes_no_tip() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let outside = (1..=100).find(|number| !batch.members.contains(number)).unwrap();
        let from = phone(&room, outside).await;
        let taken = room.desk.take_text(&from, "Rode jas", None).await.unwrap();
        assert_eq!(taken, TextTaken::NoAction);

        let from = phone(&room, batch.members[0]).await;
        let taken = room.desk.take_text(&from, " \u{7}\n ", None).await.unwrap();
        assert_eq!(taken, TextTaken::Empty);
        for number in 0..12 {
            let taken = room.desk.take_text(&from, "Rode jas", None).await.unwrap();
            let expected = if number < 10 {
                TextTaken::Tip
            } else {
                TextTaken::TooMany
            };
            assert_eq!(taken, expected);
        }
        assert_eq!(tips(&room, action.id).await.len(), 10);
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_can_be_a_tip_or_is_nothing(text in "(?s).{0,3000}") {
        let text = clean(&text);
        let content = TipContent { text: text.clone(), ..TipContent::default() };
        prop_assert_eq!(content.check().is_ok(), !text.is_empty());
    }

    #[test]
    fn no_sender_makes_the_reader_panic(from in ".{0,30}") {
        let _ = read_number(&from);
    }
}
