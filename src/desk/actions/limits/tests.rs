use super::super::fixture::{Room, area, operator, operator_number, scope};
use super::*;
use crate::desk::safeguards::{ByUrgency, Limits, Safeguards};
use crate::domain::check::CheckCode;
use crate::domain::role::Role;

/// Two an hour and three a day for one, five an hour for all.
fn limited() -> Safeguards {
    let by = |an_hour, a_day| ByUrgency {
        urgent: MostActions { an_hour, a_day },
        normal: MostActions {
            an_hour: u32::MAX,
            a_day: u32::MAX,
        },
    };
    Safeguards {
        limits: Limits {
            by_account: by(2, 3),
            in_territory: by(5, 100),
            told: vec!["wacht@example.org".to_owned()],
        },
        ..Safeguards::none()
    }
}

async fn start(room: &Room, scope: &Scope, reason: Option<&str>) -> Result<Timestamp> {
    let draft = room.draft(area(0, 0, 2, 2)).await;
    let desk = &room.desk;
    // Every one of them is like the one before.
    let alike = [CheckCode::DuplicateRunning].into_iter().collect();
    let started = desk.start_action_on(scope, draft.id, 1, reason, &alike).await?;
    Ok(started.action.state.run().unwrap().started.at)
}

fn limit<T: std::fmt::Debug>(result: Result<T>) -> (&'static str, Duration) {
    match result {
        Err(DeskError::Limited {
            code, retry_after, ..
        }) => (code, retry_after),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn over_a_limit_it_says_when_there_is_room_again_and_then_there_is() {
    for room in Room::each_guarded(&limited()).await {
        let (one, mins) = (operator(), Duration::from_mins);
        start(&room, &one, None).await.unwrap();
        room.clock.advance(mins(20));
        start(&room, &one, None).await.unwrap();
        room.clock.advance(mins(10));
        assert_eq!(
            limit(start(&room, &one, None).await),
            ("limit_account_hour", mins(30))
        );
        room.clock.advance(mins(30));
        start(&room, &one, None).await.unwrap();
        // The third of the day: the first of them is 23 hours from being forgotten.
        room.clock.advance(mins(60));
        assert_eq!(
            limit(start(&room, &one, None).await),
            ("limit_account_day", mins(22 * 60))
        );
    }
}

#[tokio::test]
async fn a_territory_counts_what_everyone_in_it_starts() {
    for room in Room::each_guarded(&limited()).await {
        for number in [1, 1, 2, 2, 3] {
            start(&room, &operator_number(number), None).await.unwrap();
        }
        let refused = start(&room, &operator_number(4), None).await;
        assert_eq!(limit(refused), ("limit_territory_hour", Duration::from_hours(1)));
    }
}

#[tokio::test]
async fn of_many_starts_at_once_no_more_go_out_than_the_limit() {
    for room in Room::each_guarded(&limited()).await {
        let one = operator();
        let starts = (0..8).map(|_| start(&room, &one, None));
        let made = futures::future::join_all(starts).await;
        assert_eq!(made.iter().filter(|start| start.is_ok()).count(), 2);
    }
}

#[tokio::test]
async fn a_reason_starts_it_all_the_same_is_kept_and_seen_by_somebody_else() {
    for room in Room::each_guarded(&limited()).await {
        let one = operator();
        for _ in 0..2 {
            // A reason that is not needed is not kept.
            start(&room, &one, Some("voor de zekerheid")).await.unwrap();
        }
        let blank = start(&room, &one, Some("  ")).await;
        assert!(matches!(blank, Err(DeskError::Invalid(_))), "{blank:?}");
        start(&room, &one, Some("Drie branden tegelijk.")).await.unwrap();
        let coordinator = scope(Role::Coordinator, "unit");
        let page = room.desk.list_overrides(&coordinator, None, 10).await.unwrap();
        let [kept] = &page.overrides[..] else {
            panic!("{page:?}")
        };
        assert_eq!(kept.reason, "Drie branden tegelijk.");
        assert_eq!(
            (kept.account, kept.limit.as_str()),
            (one.account, "limit_account_hour")
        );
        assert_eq!(kept.told_at, None, "the duty officer is yet to be told");
        let own = room.desk.see_override(&one, kept.id).await;
        assert!(matches!(own, Err(DeskError::Forbidden(_))));
        let elsewhere = scope(Role::Coordinator, "east");
        assert!(
            room.desk
                .list_overrides(&elsewhere, None, 10)
                .await
                .unwrap()
                .overrides
                .is_empty()
        );
        assert!(room.desk.see_override(&elsewhere, kept.id).await.is_err());
        let seen = room.desk.see_override(&coordinator, kept.id).await.unwrap();
        assert_eq!(seen.seen.unwrap().0, coordinator.account);
    }
}

#[tokio::test]
async fn a_mail_that_does_not_leave_is_tried_again_until_it_does() {
    for room in Room::each_guarded(&limited()).await {
        for reason in [None, None, Some("Drie branden tegelijk.")] {
            start(&room, &operator(), reason).await.unwrap();
        }
        // The room has no mail server.
        assert_eq!(room.desk.tell_of_overrides().await.unwrap(), 0);
        let mut tx = room.database.store.read().await.unwrap();
        assert!(!tx.has_untold(room.clock.now()).await.unwrap(), "not at once");
        let later = room.clock.now() + Duration::from_secs(30);
        assert!(tx.has_untold(later).await.unwrap(), "and not forgotten");
    }
}
