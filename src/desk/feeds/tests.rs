//! What everyone may read follows from what was sent, and whatever an action holds makes a valid alert.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::cap::alert::{MessageType, Status};
use crate::cap::write::xml;
use crate::desk::actions::Closing;
use crate::desk::actions::fixture::{Room, area, operator};
use crate::desk::safeguards::{HoldRules, Safeguards};
use crate::domain::action::{DraftInput, Text};
use crate::domain::check::CheckCode;
use crate::domain::outcome::Outcome;
use crate::domain::point::Point;
use crate::domain::testing::wrong_alerts;
use crate::storage::testing::people::some_time;

const ENDED_FOR: Duration = Duration::from_hours(24);
const PUBLISHER: Publisher<'static> = Publisher {
    sender: "alerts@oproep.example",
    name: "Burgernet",
    web: "https://oproep.example/p/2026-00001",
};

fn texts(word: &str) -> Texts {
    Texts {
        nl: Text::new(word, format!("{word} nl")),
        en: Text::new(word, format!("{word} en")),
    }
}

/// An action of this kind that was started, by its kind public or as it is said.
async fn started(room: &Room, kind: ActionKind, is_public: Option<bool>) -> Action {
    let input = DraftInput {
        area: Some(area(0, 0, 5, 5)),
        texts: Some(texts("Gezocht")),
        is_public,
        ..DraftInput::new(kind)
    };
    let draft = room.desk.create_draft(&operator(), input).await.unwrap();
    let before = room.desk.bulletins(ENDED_FOR).await.unwrap();
    assert!(
        before.iter().all(|one| one.number != draft.number),
        "a draft is nobody's to read"
    );
    // One like it may run already, and one word says all of it here.
    let meant = [CheckCode::DuplicateRunning, CheckCode::DescriptionMissing]
        .into_iter()
        .collect();
    let started = room
        .desk
        .start_action_confirming(&operator(), draft.id, draft.version, &meant)
        .await;
    started.unwrap().action
}

async fn only(room: &Room) -> Bulletin {
    let mut bulletins = room.desk.bulletins(ENDED_FOR).await.unwrap();
    assert_eq!(bulletins.len(), 1);
    bulletins.remove(0)
}

#[tokio::test]
async fn who_is_missing_is_public_and_whatever_else_only_when_somebody_says_so() {
    for room in Room::each().await {
        started(&room, ActionKind::Burglary, None).await;
        started(&room, ActionKind::MissingPerson, Some(false)).await;
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
        let missing = started(&room, ActionKind::MissingPerson, None).await;
        let theft = started(&room, ActionKind::Theft, Some(true)).await;
        let mut numbers: Vec<_> = room.desk.bulletins(ENDED_FOR).await.unwrap();
        numbers.sort_by_key(|one| one.number);
        let numbers: Vec<_> = numbers.iter().map(|one| one.number).collect();
        assert_eq!(numbers, [missing.number, theft.number]);
    }
}

#[tokio::test]
async fn a_reader_follows_an_action_from_its_start_to_its_end() {
    for room in Room::each().await {
        let action = started(&room, ActionKind::MissingPerson, None).await;
        let alert = only(&room).await.alert(PUBLISHER);
        assert_eq!(
            (alert.message_type, alert.status),
            (MessageType::Alert, Status::Actual)
        );
        assert_eq!(alert.infos.len(), 2);
        assert_eq!(alert.infos[0].areas[0].polygons.len(), 1);

        room.clock.advance(Duration::from_mins(5));
        let expanded = room
            .desk
            .expand_action(&operator(), action.id, 2, &area(6, 0, 8, 5))
            .await;
        let expanded = expanded.unwrap().action;
        let larger = only(&room).await.alert(PUBLISHER);
        assert_eq!(
            (larger.message_type, &larger.references),
            (MessageType::Update, &vec![alert.reference()])
        );
        assert_eq!(larger.infos[0].areas[0].polygons.len(), 2);

        room.clock.advance(Duration::from_mins(5));
        let news = texts("Nieuws");
        let updated = room
            .desk
            .update_action(&operator(), action.id, expanded.version, &news)
            .await;
        let updated = updated.unwrap().action;
        let bulletin = only(&room).await;
        assert_eq!((bulletin.texts(), bulletin.is_running), (&news, true));

        room.clock.advance(Duration::from_mins(5));
        let closing = Closing::new(Outcome::NotResolved);
        room.desk
            .close_action(&operator(), action.id, updated.version, closing)
            .await
            .unwrap();
        let ended = only(&room).await;
        assert!(!ended.is_running);
        let cancel = ended.alert(PUBLISHER);
        assert_eq!(
            (cancel.message_type, cancel.references.len()),
            (MessageType::Cancel, 3)
        );
        assert!(!xml(&cancel).contains("Nieuws"), "what ended is not repeated");
        room.clock.advance(ENDED_FOR + Duration::from_secs(1));
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_stop_ends_what_is_public_until_a_correction() {
    for room in Room::each().await {
        let action = started(&room, ActionKind::MissingPerson, None).await;
        room.hand_over(5, false).await;
        room.clock.advance(Duration::from_mins(1));
        room.desk.stop_action(&operator(), action.id).await.unwrap();
        let stopped = only(&room).await;
        assert!(!stopped.is_running);
        let alert = stopped.alert(PUBLISHER);
        assert_eq!(alert.message_type, MessageType::Cancel);
        assert!(!xml(&alert).contains("Gezocht nl"));

        room.clock.advance(Duration::from_mins(1));
        let version = room.now(&action).await.version;
        let right = texts("Verbeterd");
        room.desk
            .update_action(&operator(), action.id, version, &right)
            .await
            .unwrap();
        assert!(only(&room).await.is_running);
        assert_eq!(only(&room).await.texts(), &right);
        room.clock.advance(Duration::from_mins(1));
        room.desk.stop_action(&operator(), action.id).await.unwrap();
        assert!(!only(&room).await.is_running, "a second stop counts as well");
    }
}

#[tokio::test]
async fn what_ran_out_is_not_shown_any_more_even_before_somebody_looks() {
    for room in Room::each().await {
        let action = started(&room, ActionKind::MissingPerson, None).await;
        let expires_at = only(&room).await.expires_at;
        room.clock.advance(expires_at.since(room.clock.now()));
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
        room.desk.expire_actions().await.unwrap();
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
        let version = room.now(&action).await.version;
        let closing = Closing::new(Outcome::NotResolved);
        room.desk
            .close_action(&operator(), action.id, version, closing)
            .await
            .unwrap();
        assert_eq!(
            only(&room).await.alert(PUBLISHER).message_type,
            MessageType::Cancel
        );
    }
}

#[tokio::test]
async fn what_is_held_is_nobodys_to_read_and_what_was_stopped_meanwhile_never_is() {
    let held = Safeguards {
        hold: HoldRules {
            for_ms: 10_000,
            of_kind: Vec::new(),
        },
        ..Safeguards::none()
    };
    for room in Room::each_guarded(&held).await {
        let hold = Duration::from_secs(10);
        let first = started(&room, ActionKind::MissingPerson, None).await;
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
        let back = room
            .desk
            .take_back_action(&operator(), first.id, first.version)
            .await
            .unwrap();
        room.clock.advance(hold);
        assert_eq!(room.desk.bulletins(ENDED_FOR).await.unwrap(), []);
        let meant = [CheckCode::DescriptionMissing].into_iter().collect();
        room.desk
            .start_action_confirming(&operator(), back.id, back.version, &meant)
            .await
            .unwrap();
        room.clock.advance(hold);
        assert!(only(&room).await.is_running);
        assert_eq!(only(&room).await.updated_at(), room.clock.now());

        let second = started(&room, ActionKind::MissingPerson, None).await;
        room.desk.stop_action(&operator(), second.id).await.unwrap();
        room.clock.advance(2 * hold);
        assert_eq!(only(&room).await.number, first.number);
    }
}

/// Anything that a text can be.
fn any_texts() -> impl Strategy<Value = Texts> {
    let text = || {
        let part = || prop_oneof![any::<String>(), "[ -~\n]{0,60}", "\\PC{0,80}"];
        (part(), part()).prop_map(|(title, body)| Text::new(title, body))
    };
    (text(), text()).prop_map(|(nl, en)| Texts { nl, en })
}

fn any_point() -> impl Strategy<Value = Point> {
    (-Point::MAX_LON..=Point::MAX_LON, -Point::MAX_LAT..=Point::MAX_LAT)
        .prop_map(|(lon, lat)| Point::from_units(lon, lat).unwrap())
}

fn any_outline() -> impl Strategy<Value = Outline> {
    let ring = prop::collection::vec(any_point(), 3..6).prop_map(|mut points| {
        points.push(points[0]);
        points
    });
    let region = (any::<String>(), any::<String>()).prop_map(|(code, name)| ("municipality", code, name));
    (
        prop::collection::vec(ring, 0..3),
        prop::collection::vec((any_point(), 10_u32..200_000), 0..3),
        prop::collection::vec(region, 0..3),
    )
        .prop_map(|(rings, circles, regions)| Outline {
            rings,
            circles,
            regions,
        })
}

fn any_bulletin() -> impl Strategy<Value = Bulletin> {
    let kind = prop::sample::select(ActionKind::ALL.to_vec());
    let message = prop::sample::select(vec![MessageType::Alert, MessageType::Update, MessageType::Cancel]);
    (
        kind,
        message,
        any_texts(),
        any_outline(),
        any::<String>(),
        any::<bool>(),
        1_u32..400,
        0_usize..4,
    )
        .prop_map(
            |(kind, message, texts, outline, place, is_stop, ordinal, references)| Bulletin {
                number: ActionNumber::new(2026, ordinal),
                training: false,
                kind,
                started_at: some_time(),
                expires_at: some_time() + Duration::from_hours(6),
                is_running: message != MessageType::Cancel,
                outline,
                place,
                latest: Latest {
                    ordinal,
                    at: some_time() + Duration::from_millis(u64::from(ordinal)),
                    kind: message,
                    texts,
                    is_stop,
                    references: (1..).zip(vec![some_time(); references]).collect(),
                },
            },
        )
}

#[test]
fn whatever_an_action_holds_makes_an_alert_that_the_schema_takes() {
    let mut runner = TestRunner::deterministic();
    let alerts = (0..500).map(|_| {
        let bulletin = any_bulletin().new_tree(&mut runner).unwrap().current();
        xml(&bulletin.alert(PUBLISHER))
    });
    assert_eq!(wrong_alerts(alerts), "");
}

#[test]
fn the_schema_does_refuse_what_is_no_alert() {
    let mut runner = TestRunner::deterministic();
    let bulletin = any_bulletin().new_tree(&mut runner).unwrap().current();
    let mut alert = bulletin.alert(PUBLISHER);
    for info in &mut alert.infos {
        info.categories.clear();
    }
    assert!(wrong_alerts([xml(&alert)]).contains("category"));
}
