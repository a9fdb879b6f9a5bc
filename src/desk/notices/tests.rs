//! What comes in becomes a notice or nothing, and only an operator makes something of it.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::cap::alert::{AlertArea, AlertCircle, Audience, Category, Certainty, Info, Severity, Urgency};
use crate::desk::testing::TestDesk;
use crate::domain::action::Phase;
use crate::domain::role::Role;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};
use crate::storage::events::EventFilter;
use crate::storage::testing::people::{keyring, point, some_time};
use crate::storage::testing::regions::region_id;

mod fetching;

pub(super) fn info(language: &str) -> Info {
    Info {
        language: language.to_owned(),
        categories: vec![Category::Met],
        event: "Storm".to_owned(),
        responses: vec![],
        urgency: Urgency::Immediate,
        severity: Severity::Severe,
        certainty: Certainty::Observed,
        event_codes: vec![],
        effective: None,
        onset: None,
        expires: Some(some_time() + Duration::from_hours(3)),
        sender_name: None,
        headline: Some("Zware storm".to_owned()),
        description: Some("Blijf binnen.".to_owned()),
        instruction: Some("Sluit de ramen.".to_owned()),
        web: None,
        contact: None,
        areas: vec![AlertArea {
            description: "Utrecht".to_owned(),
            polygons: vec![],
            circles: vec![AlertCircle {
                centre: point(3, 3),
                radius_km: 0.4,
            }],
            geocodes: vec![],
        }],
    }
}

fn alert(identifier: &str, message_type: MessageType, references: &[&Alert]) -> Alert {
    Alert {
        identifier: identifier.to_owned(),
        sender: "knmi@example.org".to_owned(),
        sent: some_time(),
        status: Status::Actual,
        message_type,
        audience: Audience::Public,
        note: None,
        references: references.iter().map(|earlier| earlier.reference()).collect(),
        infos: vec![info("nl")],
    }
}

async fn take(desk: &TestDesk, alert: &Alert) -> Taken {
    desk.desk
        .take_alert("knmi", region_id("west"), alert.clone())
        .await
        .unwrap()
}

fn stored(taken: &Taken) -> (NoticeId, NoticeState, Option<&'static str>) {
    match taken {
        Taken::Stored { id, state, reason } => (*id, *state, *reason),
        Taken::Known => panic!("it came before"),
    }
}

async fn actions(desk: &TestDesk) -> Vec<Action> {
    let mut tx = desk.database.store.read().await.unwrap();
    let filter = ActionFilter::default();
    tx.list_actions(&keyring(), &filter, ActionOrder::Newest, None, 100)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_actual_alert_waits_for_an_operator_who_makes_a_draft_of_it() {
    for desk in TestDesk::each().await {
        let operator = desk.account(Role::Operator, "west").await;
        let taken = take(&desk, &alert("1", MessageType::Alert, &[])).await;
        let (id, state, _) = stored(&taken);
        assert_eq!(state, NoticeState::Open);
        assert_eq!(actions(&desk).await, [], "nothing is made of it by itself");
        assert_eq!(
            take(&desk, &alert("1", MessageType::Alert, &[])).await,
            Taken::Known
        );

        let (_, reading) = desk.desk.notice(&operator, id).await.unwrap();
        assert_eq!(reading.draft.kind, ActionKind::DangerousSituation);
        let draft = desk
            .desk
            .draft_of_notice(&operator, id, Some(ActionKind::Other))
            .await
            .unwrap();
        assert_eq!(
            (draft.state.phase(), draft.created.by),
            (Phase::Draft, operator.account)
        );
        assert_eq!(draft.content.texts.nl.body, "Blijf binnen.\nSluit de ramen.");
        assert_eq!(
            draft.content.texts.en.body, "",
            "what it does not say is left to be written"
        );
        assert!(draft.content.area.is_some());
        assert_eq!(draft.content.expires_after_s, 3 * 3600);
        let again = desk.desk.draft_of_notice(&operator, id, None).await;
        assert!(matches!(again, Err(DeskError::Conflict { .. })));
        let (judged, _) = desk.desk.notice(&operator, id).await.unwrap();
        assert_eq!(
            (judged.state, judged.action),
            (NoticeState::Drafted, Some(draft.id))
        );
    }
}

#[tokio::test]
async fn whoever_may_not_prepare_what_is_urgent_here_judges_nothing() {
    for desk in TestDesk::each().await {
        let (id, ..) = stored(&take(&desk, &alert("1", MessageType::Alert, &[])).await);
        for (role, region) in [
            (Role::MunicipalAmbassador, "south-west"),
            (Role::Administrator, "unit"),
        ] {
            let scope = desk.account(role, region).await;
            assert!(matches!(
                desk.desk.notice(&scope, id).await,
                Err(DeskError::Forbidden(_))
            ));
        }
        let elsewhere = desk.account(Role::Operator, "east").await;
        let dismissed = desk.desk.dismiss_notice(&elsewhere, id).await;
        assert!(matches!(dismissed, Err(DeskError::NotFound("notice"))));
        let page = desk.desk.list_notices(&elsewhere, None, None, 10).await.unwrap();
        assert!(page.notices.is_empty());
        let volunteer = desk.account(Role::VolunteerOperator, "unit").await;
        desk.desk.dismiss_notice(&volunteer, id).await.unwrap();
        let open = desk
            .desk
            .list_notices(&volunteer, Some(NoticeState::Open), None, 10)
            .await
            .unwrap();
        assert!(open.notices.is_empty());
    }
}

#[tokio::test]
async fn an_exercise_a_test_and_what_says_no_place_is_never_a_notice() {
    for desk in TestDesk::each().await {
        let first = alert("1", MessageType::Alert, &[]);
        let (open, ..) = stored(&take(&desk, &first).await);
        let plain = alert("x", MessageType::Alert, &[]);
        let placeless = |areas: Vec<AlertArea>| Alert {
            infos: vec![Info { areas, ..info("nl") }],
            ..plain.clone()
        };
        let words = AlertArea {
            description: "Heel Nederland".to_owned(),
            polygons: vec![],
            circles: vec![],
            geocodes: vec![],
        };
        let coded = |code: &str| AlertArea {
            geocodes: vec![("municipality".to_owned(), code.to_owned())],
            ..words.clone()
        };
        let over = Info {
            expires: Some(some_time()),
            ..info("nl")
        };
        let mut cases: Vec<(Alert, &str)> = [Status::Exercise, Status::Test, Status::System, Status::Draft]
            .into_iter()
            // Not even a call-back of what is meant in earnest.
            .flat_map(|status| {
                [MessageType::Alert, MessageType::Update, MessageType::Cancel].map(|kind| {
                    (
                        Alert {
                            status,
                            ..alert("x", kind, &[&first])
                        },
                        "not_actual",
                    )
                })
            })
            .collect();
        cases.extend([
            (alert("x", MessageType::Ack, &[&first]), "between_systems"),
            (alert("x", MessageType::Error, &[&first]), "between_systems"),
            (placeless(vec![]), "no_area"),
            (placeless(vec![words.clone()]), "no_area"),
            (
                Alert {
                    infos: vec![],
                    ..plain.clone()
                },
                "no_area",
            ),
            (placeless(vec![coded("GM9999")]), "area_unknown"),
            (
                Alert {
                    infos: vec![over],
                    ..plain.clone()
                },
                "over",
            ),
        ]);
        for (number, (case, reason)) in cases.into_iter().enumerate() {
            let case = Alert {
                identifier: format!("case-{number}"),
                ..case
            };
            let (_, state, told) = stored(&take(&desk, &case).await);
            assert_eq!((state, told), (NoticeState::Refused, Some(reason)), "{number}");
        }
        let known = placeless(vec![coded("south-west")]);
        assert_eq!(stored(&take(&desk, &known).await).1, NoticeState::Open);
        let operator = desk.account(Role::Operator, "unit").await;
        let (untouched, _) = desk.desk.notice(&operator, open).await.unwrap();
        assert_eq!(untouched.state, NoticeState::Open);
        assert_eq!(actions(&desk).await, []);
        let mut tx = desk.database.store.read().await.unwrap();
        let events = tx.list_events(0, EventFilter::default(), 100).await.unwrap();
        assert_eq!(events.len(), 2, "only the two notices are told of");
    }
}

#[tokio::test]
async fn a_later_message_takes_the_place_of_the_earlier_in_whatever_order_they_come() {
    for desk in TestDesk::each().await {
        let operator = desk.account(Role::Operator, "west").await;
        let state = async |id| desk.desk.notice(&operator, id).await.unwrap().0.state;
        let first = alert("1", MessageType::Alert, &[]);
        let update = alert("2", MessageType::Update, &[&first]);
        let cancel = alert("3", MessageType::Cancel, &[&first, &update]);
        let (one, ..) = stored(&take(&desk, &first).await);
        let (two, ..) = stored(&take(&desk, &update).await);
        assert_eq!(
            (state(one).await, state(two).await),
            (NoticeState::Superseded, NoticeState::Open)
        );
        assert_eq!(
            desk.desk.notice(&operator, two).await.unwrap().0.follows,
            Some(one)
        );
        let (three, ..) = stored(&take(&desk, &cancel).await);
        assert_eq!(
            (state(two).await, state(three).await),
            (NoticeState::Cancelled, NoticeState::Noted)
        );

        // The same, the last first.
        let first = alert("4", MessageType::Alert, &[]);
        let cancel = alert("5", MessageType::Cancel, &[&first]);
        take(&desk, &cancel).await;
        let (late, ..) = stored(&take(&desk, &first).await);
        assert_eq!(state(late).await, NoticeState::Cancelled);
        let refused = desk.desk.draft_of_notice(&operator, late, None).await;
        assert!(matches!(refused, Err(DeskError::Conflict { .. })));
    }
}

#[tokio::test]
async fn no_source_calls_back_what_another_said_and_a_call_back_of_a_draft_is_told() {
    for desk in TestDesk::each().await {
        let operator = desk.account(Role::Operator, "west").await;
        let first = alert("1", MessageType::Alert, &[]);
        let (one, ..) = stored(&take(&desk, &first).await);
        let cancel = alert("2", MessageType::Cancel, &[&first]);
        desk.desk
            .take_alert("other", region_id("west"), cancel.clone())
            .await
            .unwrap();
        assert_eq!(
            desk.desk.notice(&operator, one).await.unwrap().0.state,
            NoticeState::Open
        );
        let draft = desk.desk.draft_of_notice(&operator, one, None).await.unwrap();
        take(&desk, &cancel).await;
        let mut tx = desk.database.store.read().await.unwrap();
        let filter = EventFilter {
            action: Some(draft.id),
            region: None,
        };
        let events = tx.list_events(0, filter, 100).await.unwrap();
        let told: Vec<_> = events
            .iter()
            .filter(|event| event.kind == EventKind::NoticeChanged)
            .collect();
        assert_eq!(
            told.len(),
            2,
            "that it was drafted, and that its sender took it back"
        );
        assert_eq!(actions(&desk).await.len(), 1, "which is the operator's to judge");
    }
}

#[tokio::test]
async fn what_is_over_is_not_drafted_and_not_listed_as_open() {
    let desk = TestDesk::each().await.remove(0);
    let operator = desk.account(Role::Operator, "west").await;
    let (id, ..) = stored(&take(&desk, &alert("1", MessageType::Alert, &[])).await);
    desk.clock.advance(Duration::from_hours(3));
    let drafted = desk.desk.draft_of_notice(&operator, id, None).await;
    assert!(matches!(
        drafted,
        Err(DeskError::Conflict {
            code: "notice_over",
            ..
        })
    ));
    let open = desk
        .desk
        .list_notices(&operator, Some(NoticeState::Open), None, 10)
        .await
        .unwrap();
    assert!(open.notices.is_empty());
    let all = desk.desk.list_notices(&operator, None, None, 10).await.unwrap();
    assert_eq!(all.notices.len(), 1);
}

#[test]
fn whatever_comes_in_sends_nothing_and_only_what_is_actual_and_placed_is_open() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(async { TestDesk::each().await.remove(0) });
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    let number = std::cell::Cell::new(0_u32);
    let kinds = (
        prop::sample::select(Status::ALL.to_vec()),
        prop::sample::select(MessageType::ALL.to_vec()),
        0.0..300.0_f64,
        any::<bool>(),
    );
    runner
        .run(&kinds, |(status, message_type, radius_km, placed)| {
            number.set(number.get() + 1);
            let mut one = alert(&format!("{}", number.get()), message_type, &[]);
            one.status = status;
            one.infos[0].areas[0].circles[0].radius_km = radius_km;
            if !placed {
                one.infos[0].areas.clear();
            }
            let (_, state, _) = stored(&runtime.block_on(take(&desk, &one)));
            let opens = status == Status::Actual
                && matches!(message_type, MessageType::Alert | MessageType::Update)
                && placed
                && radius_km <= 200.0;
            prop_assert_eq!(state == NoticeState::Open, opens);
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.block_on(actions(&desk)), []);
}
