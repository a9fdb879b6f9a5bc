//! Stopping, correcting, closing: who hears of it.

use super::*;

#[tokio::test]
async fn a_stop_answers_who_was_reached_and_a_correction_finds_exactly_them() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        let stopped = room.desk.stop_action(&operator(), action.id).await.unwrap();
        let accounting = stopped.accounting;
        assert_eq!((accounting.accepted, accounting.stopped), (10, 15));
        assert_eq!((accounting.queued, accounting.is_balanced()), (0, true));
        assert_eq!(stopped.view.waves[0].wave.state, WaveState::Halted);
        let wider = room
            .desk
            .expand_action(&operator(), action.id, 3, &area(0, 0, 8, 5))
            .await;
        assert_eq!(refusal(wider), "stopped");
        let corrected = room
            .desk
            .update_action(&operator(), action.id, 3, &texts("Het is een blauwe auto."))
            .await
            .unwrap();
        assert_eq!(corrected.audience, 10);
        let mut tx = room.database.store.read().await.unwrap();
        let told = tx.find_audience(corrected.wave).await.unwrap().unwrap();
        let first = tx.list_recipients(stopped.view.waves[0].wave.id).await.unwrap();
        let accepted: roaring::RoaringBitmap = first
            .iter()
            .filter(|one| one.disposition.may_have_been_told())
            .map(|one| one.participant)
            .collect();
        assert_eq!(accepted, told);
    }
}

#[tokio::test]
async fn whoever_is_in_a_nodes_hands_at_the_stop_is_told_of_the_end() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, true).await;
        let stopped = room.desk.stop_action(&operator(), action.id).await.unwrap();
        assert_eq!((stopped.accounting.accepted, stopped.accounting.queued), (10, 15));
        let closing = Closing::new(Outcome::NotResolved);
        let ended = room
            .desk
            .close_action(&operator(), action.id, 3, closing)
            .await
            .unwrap();
        assert_eq!(
            ended.told, 15,
            "ten have it, five are on their way, and ten nobody hands over any more"
        );
    }
}

#[tokio::test]
async fn a_closed_action_tells_its_outcome_to_those_who_were_told() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batches = room.hand_over(10, false).await;
        let link = room.link(&batches[0], 3);
        let tip = TipContent {
            text: "Hij staat bij de brug".to_owned(),
            ..TipContent::default()
        };
        let tip = room
            .desk
            .submit_tip_by_link(&link, tip, Vec::new())
            .await
            .unwrap()
            .tip;
        let stranger = TipId::new(some_time(), &Random::from_seed(99));
        let closing = Closing::new(Outcome::DirectSuccess { tip: stranger });
        let close = room.desk.close_action(&operator(), action.id, 2, closing).await;
        assert_eq!(refusal(close), "tip_unknown");
        let closing = Closing::new(Outcome::DirectSuccess { tip });
        let ended = room
            .desk
            .close_action(&operator(), action.id, 2, closing.clone())
            .await
            .unwrap();
        assert_eq!(ended.told, 10);
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        assert_eq!(view.action.state, ended.action.state);
        assert_eq!(view.waves[1].wave.kind, WaveKind::Closing);
        let expected = OutcomeKind::DirectSuccess.default_texts(ActionKind::Burglary);
        assert_eq!(view.closing, Some(expected.clone()));
        let again = room.desk.close_action(&operator(), action.id, 3, closing).await;
        assert_eq!(refusal(again), "wrong_phase");

        let page = room.desk.action_by_link(&link, Language::Nl).await.unwrap();
        assert!(page.ended);
        let purposes: Vec<_> = page.messages.iter().map(|message| message.purpose).collect();
        assert_eq!(purposes, [Purpose::Closing, Purpose::Alert]);
        assert_eq!(page.messages[0].text, expected.nl);
    }
}

#[tokio::test]
async fn a_withdrawn_draft_goes_without_a_word_and_a_running_action_says_so() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let gone = room.desk.withdraw_action(&volunteer, draft.id, 1).await.unwrap();
        assert_eq!((gone.told, gone.action.state.phase()), (0, Phase::Withdrawn));
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(25, false).await;
        let back = room
            .desk
            .withdraw_action(&operator(), action.id, 2)
            .await
            .unwrap();
        assert_eq!(back.told, 25);
    }
}

#[tokio::test]
async fn an_action_whose_time_is_over_expires_once_and_is_closed_later() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        assert_eq!(room.desk.expire_actions().await.unwrap(), 0);
        room.clock.advance(Duration::from_hours(2));
        assert_eq!(room.desk.expire_actions().await.unwrap(), 1);
        assert_eq!(room.desk.expire_actions().await.unwrap(), 0);
        let expired = room.now(&action).await;
        assert_eq!(expired.state.phase(), Phase::Expired);
        let closing = Closing::new(Outcome::ResolvedOtherwise);
        let ended = room
            .desk
            .close_action(&operator(), action.id, expired.version, closing)
            .await
            .unwrap();
        assert_eq!(ended.told, 10);
    }
}

#[tokio::test]
async fn whoever_was_told_hears_the_end_whatever_they_dropped_since_but_not_who_left() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let told = room.hand_over(10, false).await[0].members[..10].to_vec();
        let [no_topics, only_email, unreachable, left] = [told[0], told[1], told[2], told[3]];
        room.change(no_topics, |stored| stored.participant.topics = Topics::NONE)
            .await;
        let email = ChannelSet::NONE.with(Channel::Email);
        room.change(only_email, |stored| stored.wanted = email).await;
        room.change(unreachable, |stored| stored.wanted = ChannelSet::NONE)
            .await;
        let mut tx = room.database.store.write().await.unwrap();
        assert!(tx.erase_participant(left, some_time()).await.unwrap());
        tx.commit().await.unwrap();
        room.desk.directory().catch_up().await.unwrap();

        let update = room
            .desk
            .update_action(&operator(), action.id, 2, &texts("Het is een blauwe auto."))
            .await
            .unwrap();
        // Fifteen more wait for the call-out still.
        assert_eq!(update.by_channel, [(Channel::Sms, 22), (Channel::Email, 1)]);
        let closing = Closing::new(Outcome::NotResolved);
        let ended = room
            .desk
            .close_action(&operator(), action.id, 3, closing)
            .await
            .unwrap();
        assert_eq!(ended.told, 8);
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        let mut tx = room.database.store.read().await.unwrap();
        let heard = tx.find_audience(view.waves[2].wave.id).await.unwrap().unwrap();
        assert!(heard.contains(no_topics) && heard.contains(only_email));
        assert!(!heard.contains(unreachable) && !heard.contains(left));
    }
}

#[tokio::test]
async fn news_goes_by_another_channel_than_the_actions_only_where_none_of_those_reaches() {
    for room in Room::each().await {
        let mut input = DraftInput::new(ActionKind::Burglary);
        input.area = Some(area(0, 0, 5, 5));
        input.channels = Some(ChannelSet::NONE.with(Channel::Sms));
        input.description.direction = Some("de brug".to_owned());
        let draft = room.desk.create_draft(&operator(), input).await.unwrap();
        room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        let told = room.hand_over(25, false).await[0].members.clone();
        room.change(told[7], |stored| stored.participant.contact.phone = None)
            .await;
        room.desk.directory().catch_up().await.unwrap();
        let news = texts("De brug is weer open.");
        let update = room
            .desk
            .update_action(&operator(), draft.id, 2, &news)
            .await
            .unwrap();
        assert_eq!(update.by_channel, [(Channel::Sms, 24), (Channel::Email, 1)]);
    }
}
