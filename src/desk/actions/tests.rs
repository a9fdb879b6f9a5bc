use std::time::Duration;

use super::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::action::{DraftInput, Text};
use crate::domain::channel::Channel;
use crate::domain::id::TipId;
use crate::domain::lost_minutes::Step;
use crate::domain::message::Purpose;
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::random::Random;
use crate::domain::role::Role;
use crate::domain::tip::TipContent;
use crate::domain::wave::{WaveKind, WaveState};
use crate::storage::events::EventFilter;
use crate::storage::testing::people::some_time;
use crate::storage::testing::regions::region_id;

/// What kind of refusal it is, with its code where it has one.
fn refusal<T>(result: Result<T>) -> String {
    match result.err().expect("it is refused") {
        DeskError::Forbidden(_) => "forbidden".to_owned(),
        DeskError::NotFound(what) => format!("no {what}"),
        DeskError::Conflict { code, .. } | DeskError::Refused { code, .. } => code.to_owned(),
        DeskError::Invalid(fields) => fields
            .iter()
            .map(|field| field.code)
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    }
}

fn texts(body: &str) -> Texts {
    Texts {
        nl: Text::new("Nieuws", body),
        en: Text::new("News", body),
    }
}

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
async fn a_stop_answers_who_was_reached_and_a_correction_finds_exactly_them() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(10, false).await;
        let stopped = room.desk.stop_action(&operator(), action.id).await.unwrap();
        let accounting = stopped.accounting;
        assert_eq!((accounting.accepted, accounting.stopped), (10, 15));
        assert_eq!((accounting.queued, accounting.is_balanced()), (0, true));
        assert_eq!(stopped.view.waves[0].wave.state, WaveState::Halted);
        let again = room.desk.stop_action(&operator(), action.id).await;
        assert_eq!(refusal(again), "stopped");
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
            ended.told, 25,
            "the node may hand over more of its batch before it hears of the stop"
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
async fn actions_are_found_by_words_filters_and_pages() {
    for room in Room::each().await {
        for index in 0..7 {
            let mut input = DraftInput::new(ActionKind::Burglary);
            input.texts = Some(texts(if index % 2 == 0 {
                "een rode jas"
            } else {
                "een zwarte auto"
            }));
            room.desk.create_draft(&operator(), input).await.unwrap();
            room.clock.advance(Duration::from_secs(1));
        }
        let mut query = ActionQuery {
            search: Some("JAS rode".to_owned()),
            limit: 3,
            ..ActionQuery::default()
        };
        let first = room.desk.list_actions(&operator(), &query).await.unwrap();
        assert_eq!(first.actions.len(), 3);
        query.after = first.next;
        let second = room.desk.list_actions(&operator(), &query).await.unwrap();
        assert_eq!((second.actions.len(), second.next), (1, None));
        query.after = Some("nonsense".to_owned());
        let unknown = room.desk.list_actions(&operator(), &query).await;
        assert_eq!(refusal(unknown), "unreadable_cursor");
        let elsewhere = ActionQuery {
            limit: 9,
            filter: crate::storage::actions::listing::ActionFilter {
                region: Some(region_id("unit")),
                ..Default::default()
            },
            ..ActionQuery::default()
        };
        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        let outside = room.desk.list_actions(&ambassador, &elsewhere).await;
        assert_eq!(refusal(outside), "no region");
    }
}

#[tokio::test]
async fn the_report_counts_outcomes_and_the_clock_tells_lost_minutes() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.clock.advance(Duration::from_secs(4));
        room.hand_over(25, false).await;
        let (moments, steps) = room.desk.lost_minutes(&operator(), action.id).await.unwrap();
        assert_eq!(moments.requested_at, Some(some_time()));
        let handover = steps.iter().find(|step| step.step == Step::StartToFirstHandover);
        assert_eq!(handover.unwrap().took_ms, Some(4_000));
        let closing = Closing::new(Outcome::IndirectSuccess);
        room.desk
            .close_action(&operator(), action.id, 2, closing)
            .await
            .unwrap();
        let other = room.started(area(10, 0, 15, 5)).await;
        room.desk.withdraw_action(&operator(), other.id, 2).await.unwrap();

        let until = some_time() + Duration::from_hours(1);
        let report = room
            .desk
            .report_actions(&operator(), some_time(), until, None)
            .await
            .unwrap();
        assert_eq!((report.started, report.time_critical), (2, 2));
        assert_eq!((report.success.successes, report.success.total), (0, 1));
        let region = Some(region_id("south-east"));
        let report = room
            .desk
            .report_actions(&operator(), some_time(), until, region)
            .await
            .unwrap();
        assert_eq!((report.started, report.success.total), (1, 0));
        let reversed = room
            .desk
            .report_actions(&operator(), until, some_time(), None)
            .await;
        assert_eq!(refusal(reversed), "period_reversed");
    }
}
