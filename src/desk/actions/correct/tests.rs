use std::time::Duration;

use super::super::Closing;
use super::super::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::action::{ActionKind, Phase, Text};
use crate::domain::channel::ChannelSet;
use crate::domain::delivery::Disposition;
use crate::domain::outcome::Outcome;
use crate::domain::role::Role;
use crate::domain::wave::WaveState;

async fn audience(room: &Room, wave: WaveId) -> RoaringBitmap {
    let mut tx = room.database.store.read().await.unwrap();
    tx.find_audience(wave).await.unwrap().unwrap()
}

fn texts() -> Texts {
    Texts {
        nl: Text::new(
            "Verbetering",
            "Wij zoeken niet deze man, maar een man in een groene jas.",
        ),
        en: Text::new(
            "Correction",
            "We do not look for this man, but for a man in a green coat.",
        ),
    }
}

#[tokio::test]
async fn halted_in_the_middle_it_is_corrected_with_exactly_those_who_may_have_been_told() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 20, 5)).await;
        // Ten are taken by the provider, five more are on their way in a node's hands, the others wait.
        let batches = room.hand_over(10, true).await;
        let members: Vec<u32> = batches.iter().flat_map(|batch| batch.members.clone()).collect();
        assert_eq!(members.len(), 100);
        let corrected = room
            .desk
            .correct_action(&operator(), action.id, None)
            .await
            .unwrap();
        let expected: RoaringBitmap = members[..15].iter().copied().collect();
        assert_eq!(corrected.told, 15);
        assert_eq!(audience(&room, corrected.wave.unwrap()).await, expected);
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        let [first, second] = view.waves.as_slice() else {
            panic!("two waves")
        };
        assert_eq!(
            (first.wave.state, second.wave.kind),
            (WaveState::Halted, WaveKind::Correction)
        );
        assert_eq!(
            second.by_channel[0].0, "sms",
            "over the channel on which they were told"
        );
        assert_eq!(
            second.wave.message.nl.body,
            ActionKind::Burglary.correction().nl.body
        );
        assert!(view.action.state.run().unwrap().stopped.is_some());
        // The node that held the batch is gone: those on their way are unknown, nobody else was told.
        room.clock.advance(Duration::from_mins(2));
        let mut tx = room.database.store.write().await.unwrap();
        tx.settle_halted_batches(room.clock.now()).await.unwrap();
        let recipients = tx.list_recipients(first.wave.id).await.unwrap();
        let told: RoaringBitmap = recipients
            .iter()
            .filter(|one| one.disposition.may_have_been_told())
            .map(|one| one.participant)
            .collect();
        assert_eq!(told, expected);
        let stopped = recipients
            .iter()
            .filter(|one| one.disposition == Disposition::Stopped)
            .count();
        assert_eq!(stopped, 85);
    }
}

#[tokio::test]
async fn every_wave_counts_and_whoever_failed_or_was_stopped_hears_nothing() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(25, false).await;
        let wider = area(0, 0, 10, 5);
        room.desk
            .expand_action(&operator(), action.id, action.version, &wider)
            .await
            .unwrap();
        let batches = room.hand_over(10, false).await;
        let corrected = room
            .desk
            .correct_action(&operator(), action.id, Some(&texts()))
            .await
            .unwrap();
        assert_eq!(corrected.told, 25 + 10);
        let told = audience(&room, corrected.wave.unwrap()).await;
        let waiting = &batches[0].members[10..];
        assert!(waiting.iter().all(|number| !told.contains(*number)));
        // Once more: those who heard the first correction hear the second, nobody else.
        room.hand_over(20, false).await;
        let again = room
            .desk
            .correct_action(&operator(), action.id, None)
            .await
            .unwrap();
        assert_eq!(audience(&room, again.wave.unwrap()).await, told);
    }
}

#[tokio::test]
async fn whom_the_channel_reaches_no_longer_hears_it_by_another() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batches = room.hand_over(2, false).await;
        let number = batches[0].members[0];
        let without = ChannelSet::ALL.without(Channel::Sms);
        room.change(number, |stored| stored.wanted = without).await;
        room.desk.directory().catch_up().await.unwrap();
        let corrected = room
            .desk
            .correct_action(&operator(), action.id, None)
            .await
            .unwrap();
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        let by_channel: Vec<_> = view.waves[1]
            .by_channel
            .iter()
            .map(|(channel, accounts)| (channel.as_str(), accounts.accounting.audience))
            .collect();
        assert_eq!(corrected.told, 2);
        assert_eq!(by_channel, [("email", 1), ("sms", 1)]);
    }
}

#[tokio::test]
async fn it_can_be_corrected_after_the_end_and_not_before_the_start() {
    for room in Room::each().await {
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let early = room.desk.correct_action(&operator(), draft.id, None).await;
        assert!(matches!(
            early,
            Err(DeskError::Conflict {
                code: "wrong_phase",
                ..
            })
        ));
        let action = room
            .desk
            .start_action(&operator(), draft.id, 1)
            .await
            .unwrap()
            .action;
        room.hand_over(5, false).await;
        let closing = Closing::new(Outcome::NotResolved);
        room.desk
            .close_action(&operator(), action.id, 2, closing)
            .await
            .unwrap();
        let corrected = room
            .desk
            .correct_action(&operator(), action.id, None)
            .await
            .unwrap();
        assert_eq!(
            (corrected.told, corrected.action.state.phase()),
            (5, Phase::Closed)
        );
        let nobody = room.draft(area(10, 0, 12, 5)).await;
        room.desk
            .start_action_confirming(
                &operator(),
                nobody.id,
                1,
                &[crate::domain::check::CheckCode::DuplicateRunning]
                    .into_iter()
                    .collect(),
            )
            .await
            .unwrap();
        let corrected = room
            .desk
            .correct_action(&operator(), nobody.id, None)
            .await
            .unwrap();
        assert_eq!(
            (corrected.told, corrected.wave),
            (0, None),
            "it is stopped, and nobody was told"
        );
        let view = room.desk.action(&operator(), nobody.id).await.unwrap();
        assert_eq!(view.waves[0].wave.state, WaveState::Halted);
    }
}

#[tokio::test]
async fn only_who_sends_corrects_and_the_coordinator_writes_what_stands_ready() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(5, false).await;
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let refused = room.desk.correct_action(&volunteer, action.id, None).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        let coordinator = scope(Role::Coordinator, "west");
        let kind = ActionKind::Burglary;
        let set = |scope: Scope, texts: Option<Texts>| {
            let desk = room.desk.clone();
            async move {
                desk.set_standing_text(&scope, None, (StandingPurpose::Correction, kind), texts)
                    .await
            }
        };
        assert!(matches!(
            set(operator(), Some(texts())).await,
            Err(DeskError::Forbidden(_))
        ));
        let wrong = Texts {
            nl: Text::new("Verbetering", "Bel voor vragen 06-12345678."),
            ..texts()
        };
        assert!(matches!(
            set(coordinator.clone(), Some(wrong)).await,
            Err(DeskError::Checked(_))
        ));
        set(coordinator.clone(), Some(texts())).await.unwrap();
        let ready = room.desk.correction_of(&operator(), action.id).await.unwrap();
        assert_eq!((ready.texts, ready.of), (texts(), Some(coordinator.region)));
        let corrected = room
            .desk
            .correct_action(&operator(), action.id, None)
            .await
            .unwrap();
        assert_eq!(corrected.texts, texts());
        let east = scope(Role::Coordinator, "east");
        let elsewhere = room
            .desk
            .list_standing_texts(&east, StandingPurpose::Correction, None)
            .await
            .unwrap();
        assert!(elsewhere.iter().all(|ready| ready.of.is_none()));
        let back = set(coordinator, None).await.unwrap();
        assert_eq!((back.texts, back.of), (kind.correction(), None));
    }
}

#[test]
fn a_correction_stands_ready_for_every_kind_and_passes_its_own_checks() {
    use crate::domain::check::{Dialled, Register, check_texts};
    let mut register = Register::default();
    register.add_number(Dialled::read("112").unwrap());
    for kind in ActionKind::ALL {
        let texts = kind.correction();
        assert_eq!(
            check_texts(kind, &texts, ChannelSet::ALL, &register),
            [],
            "{kind}"
        );
        assert_ne!(texts.nl.body, texts.en.body);
    }
}
