//! Quiet hours and the number of messages a week, from a participant's settings to a wave's books.

use super::*;
use crate::desk::House;
use crate::desk::actions::ReachQuery;
use crate::desk::safeguards::{HoldRules, Safeguards};
use crate::directory::Reach;
use crate::domain::action::ActionKind;
use crate::domain::delivery::Disposition;
use crate::domain::id::NodeId;
use crate::domain::participant::QuietHours;
use crate::storage::batches::{BatchState, Claim, Progress};

/// Nobody hurries with it.
fn unhurried(kind: ActionKind) -> DraftInput {
    let mut input = DraftInput::new(kind);
    input.area = Some(area(0, 0, 5, 5));
    input.description.direction = Some("de brug".to_owned());
    input
}

/// On Dutch clocks it is a quarter past three.
async fn wants_quiet(room: &Room, number: u32, hours: &str) {
    let hours: QuietHours = hours.parse().unwrap();
    room.change(number, |stored| stored.participant.rest.quiet_hours = Some(hours))
        .await;
}

async fn reach(room: &Room, kind: ActionKind) -> Reach {
    room.desk.directory().catch_up().await.unwrap();
    let query = ReachQuery {
        area: area(0, 0, 5, 5),
        kind,
        channels: None,
        action: None,
    };
    room.desk.count_reach(&operator(), &query).await.unwrap()
}

/// Hands over what lanes of this account and priority are given now; answers how many that were.
async fn told_now(room: &Room, account: &str, priority: u8) -> usize {
    let now = room.clock.now();
    let owner = NodeId::new(now, &Random::from_seed(1));
    let lease_until = now + Duration::from_mins(1);
    let claim = Claim {
        owner,
        account,
        priority,
        now,
        lease_until,
        window: 500,
        limit: 100,
    };
    let mut tx = room.database.store.write().await.unwrap();
    let batches = tx.claim_batches(&claim).await.unwrap();
    for batch in &batches {
        let outcomes = vec![Disposition::Accepted; batch.members.len()];
        let progress = Progress {
            number: batch.number,
            claims: batch.claims,
            outcomes: &outcomes,
            intent_to: outcomes.len(),
            state: BatchState::Done,
            first_handover_at: Some(now),
            last_handover_at: Some(now),
        };
        assert!(tx.record_progress(owner, lease_until, &progress).await.unwrap());
    }
    tx.commit().await.unwrap();
    batches.iter().map(|batch| batch.members.len()).sum()
}

#[tokio::test]
async fn what_has_no_hurry_waits_for_the_end_of_quiet_hours_or_leaves_out_whoever_sleeps_too_long() {
    for room in Room::each().await {
        for number in [1, 2, 3] {
            wants_quiet(&room, number, "15:00-16:00").await;
        }
        wants_quiet(&room, 4, "15:00-17:30!").await;
        // Awake again only when the action is over.
        wants_quiet(&room, 21, "15:00-14:30").await;
        let found = reach(&room, ActionKind::WitnessCall).await;
        assert_eq!((found.total, found.quiet, found.limited), (25, 5, 0));
        let mut input = unhurried(ActionKind::WitnessCall);
        input.expires_after_s = Some(20 * 3600);
        let draft = room.desk.create_draft(&operator(), input).await.unwrap();
        let started = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
        assert_eq!(started.audience, 24);
        let waves = room.desk.action(&operator(), draft.id).await.unwrap().waves;
        let books = waves[0].accounts.accounting;
        assert_eq!((books.audience, books.queued), (24, 24));
        assert_eq!(told_now(&room, "mail", 1).await, 20);
        room.clock.advance(Duration::from_mins(58));
        assert_eq!(told_now(&room, "mail", 1).await, 3, "at four o'clock");
        room.clock.advance(Duration::from_mins(90));
        assert_eq!(told_now(&room, "mail", 1).await, 1, "at half past five");
        let mut tx = room.database.store.read().await.unwrap();
        let filter = EventFilter {
            action: Some(draft.id),
            region: None,
        };
        let events = tx.list_events(0, filter, 10).await.unwrap();
        let told = events
            .iter()
            .find(|event| event.kind == EventKind::WaveStarted)
            .unwrap();
        assert_eq!(
            (&told.data["waiting"], &told.data["left_out_quiet"]),
            (&json!(4), &json!(1))
        );
    }
}

#[tokio::test]
async fn what_is_urgent_breaks_quiet_hours_only_where_the_participant_allows_it() {
    for room in Room::each().await {
        wants_quiet(&room, 1, "15:00-16:00").await;
        wants_quiet(&room, 2, "15:00-16:00!").await;
        let found = reach(&room, ActionKind::Burglary).await;
        assert_eq!((found.total, found.quiet), (25, 1));
        let action = room.started(area(0, 0, 5, 5)).await;
        assert_eq!(told_now(&room, "sms", 0).await, 24);
        room.clock.advance(Duration::from_mins(58));
        assert_eq!(told_now(&room, "sms", 0).await, 1);
        // Whoever was told is told more: the correction of what they read does not wait.
        let action = room.now(&action).await;
        let news = texts("Het kenteken is 12-ABC-3.");
        wants_quiet(&room, 3, "15:00-23:00!").await;
        room.desk.directory().catch_up().await.unwrap();
        let updated = room
            .desk
            .update_action(&operator(), action.id, action.version, &news)
            .await;
        assert_eq!(updated.unwrap().audience, 25);
        assert_eq!(told_now(&room, "sms", 0).await, 25);
    }
}

#[tokio::test]
async fn nobody_is_woken_to_hear_how_it_ended() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(25, false).await;
        wants_quiet(&room, 1, "15:00-16:00").await;
        room.desk.directory().catch_up().await.unwrap();
        let closing = super::super::Closing::new(Outcome::NotResolved);
        let action = room.now(&action).await;
        let ended = room
            .desk
            .close_action(&operator(), action.id, action.version, closing)
            .await;
        assert_eq!(ended.unwrap().told, 25);
        assert_eq!(told_now(&room, "sms", 0).await, 24);
        room.clock.advance(Duration::from_mins(58));
        assert_eq!(told_now(&room, "sms", 0).await, 1);
    }
}

#[tokio::test]
async fn nobody_gets_more_messages_a_week_without_hurry_than_everyone_or_they_themselves_want() {
    let house = House {
        messages_a_week: Some(2),
        ..House::default()
    };
    for room in Room::each_of(&house).await {
        room.change(1, |stored| stored.participant.rest.weekly_limit = Some(1))
            .await;
        room.change(2, |stored| stored.participant.rest.weekly_limit = Some(0))
            .await;
        room.change(3, |stored| stored.participant.rest.weekly_limit = Some(7))
            .await;
        for (expected, limited, kind) in [
            (24, 1, ActionKind::WitnessCall),
            (23, 2, ActionKind::WantedPerson),
        ] {
            let found = reach(&room, ActionKind::WitnessCall).await;
            assert_eq!((found.total, found.limited), (expected, limited));
            let draft = room
                .desk
                .create_draft(&operator(), unhurried(kind))
                .await
                .unwrap();
            let started = room.desk.start_action(&operator(), draft.id, 1).await.unwrap();
            assert_eq!(started.audience, expected, "as the figures said");
        }
        assert_eq!(reach(&room, ActionKind::WitnessCall).await.limited, 25);
        let draft = room
            .desk
            .create_draft(&operator(), unhurried(ActionKind::StolenVehicle))
            .await
            .unwrap();
        let third = room.desk.start_action(&operator(), draft.id, 1).await;
        assert_eq!(refusal(third), "nobody_reached");
        let urgent = reach(&room, ActionKind::Burglary).await;
        assert_eq!(
            (urgent.total, urgent.limited),
            (25, 0),
            "what is urgent is not counted out"
        );
        room.clock.advance(Duration::from_hours(7 * 24));
        assert_eq!(reach(&room, ActionKind::WitnessCall).await.limited, 1);
    }
}

#[tokio::test]
async fn sending_at_once_ends_the_hold_and_not_the_quiet_hours() {
    let safeguards = Safeguards {
        hold: HoldRules {
            for_ms: 10_000,
            of_kind: Vec::new(),
        },
        ..Safeguards::none()
    };
    for room in Room::each_guarded(&safeguards).await {
        wants_quiet(&room, 1, "15:00-16:00!").await;
        room.desk.directory().catch_up().await.unwrap();
        let action = room.started(area(0, 0, 5, 5)).await;
        assert_eq!(told_now(&room, "sms", 0).await, 0, "it is held");
        room.desk
            .send_action_now(&operator(), action.id, action.version)
            .await
            .unwrap();
        assert_eq!(told_now(&room, "sms", 0).await, 24);
        room.clock.advance(Duration::from_mins(58));
        assert_eq!(told_now(&room, "sms", 0).await, 1);
    }
}
