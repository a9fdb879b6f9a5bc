use std::time::Duration;

use super::listing::{ActionCursor, ActionFilter, ActionOrder};
use super::*;
use crate::domain::action::approval::{Basis, Check, FingerprintWriter, Makers, Tolerance};
use crate::domain::id::TipId;
use crate::domain::lost_minutes::Step;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::actions::{account, content, deed, insert_draft, insert_region, tip};
use crate::storage::testing::people::{keyring, some_time};

type Go = Box<dyn Fn(ActionState) -> ActionState>;

fn basis() -> Basis {
    Basis {
        fingerprint: FingerprintWriter::new().field("content", b"one").finish(),
        audience: 25,
    }
}

/// A wave that needs no approval.
fn check() -> Check {
    Check {
        basis: basis(),
        needs: None,
        tolerance: Tolerance {
            percent: 0,
            people: 0,
        },
    }
}

#[tokio::test]
async fn a_review_reads_back_at_every_step_and_stays_with_the_run() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let id = insert_draft(&mut tx, &keys, region, ActionKind::Burglary, 0).await;
        let second = Deed {
            at: now,
            by: crate::domain::id::AccountId::new(now, &Random::from_seed(8)),
        };
        let makers = Makers {
            author: account(),
            editor: account(),
        };
        let steps: Vec<(Go, Option<&str>)> = vec![
            (Box::new(move |s| s.submit(deed(now), basis()).unwrap()), None),
            (
                Box::new(move |s| s.send_back(second).unwrap()),
                Some("Noem de kleur."),
            ),
            (Box::new(move |s| s.submit(deed(now), basis()).unwrap()), None),
            (
                Box::new(move |s| s.approve(second, makers, 25, &check()).unwrap()),
                None,
            ),
        ];
        for (step, reason) in steps {
            let seen = tx.find_action(&keys, id).await.unwrap().unwrap();
            let to = step(seen.state);
            assert!(tx.mark_review(&keys, &seen, &to, reason).await.unwrap());
            assert!(
                !tx.mark_review(&keys, &seen, &to, reason).await.unwrap(),
                "seen before"
            );
            let found = tx.find_action(&keys, id).await.unwrap().unwrap();
            assert_eq!((found.state, found.verdict.as_deref()), (to, reason));
        }
        let approved = tx.find_action(&keys, id).await.unwrap().unwrap();
        let active = approved
            .state
            .start(deed(now), now + Duration::from_mins(1), &check())
            .unwrap();
        assert!(
            tx.mark_action_state(&keys, &approved, &active, None)
                .await
                .unwrap()
        );
        let found = tx.find_action(&keys, id).await.unwrap().unwrap();
        assert_eq!(found.state, active);
        assert_eq!(found.state.run().unwrap().approval.unwrap().approved, second);
        assert!(tx.mark_taken_back(&found).await.unwrap());
        let back = tx.find_action(&keys, id).await.unwrap().unwrap();
        assert_eq!(back.state, ActionState::Draft);
    }
}

#[tokio::test]
async fn an_action_reads_back_in_every_state_it_went_through() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let id = insert_draft(&mut tx, &keys, region, ActionKind::Burglary, 0).await;
        let tip = TipId::new(now, &Random::from_seed(5));
        let steps: Vec<Go> = vec![
            Box::new(move |s| {
                s.start(deed(now), now + Duration::from_mins(1), &check())
                    .unwrap()
            }),
            Box::new(move |s| s.pause(deed(now)).unwrap()),
            Box::new(|s| s.resume().unwrap()),
            Box::new(move |s| s.stop(deed(now)).unwrap()),
            Box::new(move |s| s.expire(now + Duration::from_mins(1)).unwrap()),
            Box::new(move |s| s.close(deed(now), Outcome::DirectSuccess { tip }).unwrap()),
        ];
        for step in steps {
            let seen = tx.find_action(&keys, id).await.unwrap().unwrap();
            let to = step(seen.state);
            let texts = OutcomeKind::DirectSuccess.default_texts(ActionKind::Burglary);
            assert!(
                tx.mark_action_state(&keys, &seen, &to, Some(&texts))
                    .await
                    .unwrap()
            );
            let found = tx.find_action(&keys, id).await.unwrap().unwrap();
            assert_eq!(found.state, to);
            assert_eq!(found.version, seen.version + 1);
            assert_eq!(tx.find_closing_texts(&keys, id).await.unwrap(), Some(texts));
        }
    }
}

#[tokio::test]
async fn whoever_saw_an_older_version_changes_nothing() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let id = insert_draft(&mut tx, &keys, region, ActionKind::Burglary, 0).await;
        let seen = tx.find_action(&keys, id).await.unwrap().unwrap();
        let theft = content(ActionKind::Theft);
        let change = ContentChange {
            region,
            content: &theft,
            changed: deed(now),
            state: ActionState::Draft,
            needs_approval: false,
        };
        assert!(tx.mark_content_changed(&keys, &seen, &change).await.unwrap());
        assert!(!tx.mark_content_changed(&keys, &seen, &change).await.unwrap());
        let withdrawn = seen.state.withdraw(deed(now)).unwrap();
        assert!(
            !tx.mark_action_state(&keys, &seen, &withdrawn, None)
                .await
                .unwrap()
        );
        assert!(!tx.claim_action(&seen).await.unwrap());
        let found = tx.find_action(&keys, id).await.unwrap().unwrap();
        assert_eq!((found.content, found.state.phase()), (theft, Phase::Draft));
    }
}

#[tokio::test]
async fn numbers_count_through_the_year_and_find_their_action() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        for index in 0..3 {
            insert_draft(&mut tx, &keys, region, ActionKind::Theft, index).await;
        }
        let number = ActionNumber::new(2026, 3);
        let found = tx.find_action_by_number(&keys, number).await.unwrap().unwrap();
        assert_eq!(found.number.to_string(), "2026-00003");
        assert!(
            tx.find_action_by_number(&keys, ActionNumber::new(2026, 4))
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_list_pages_through_filters_without_loss_or_repetition() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let unit = insert_region(&mut tx, "unit", None).await;
        let town = insert_region(&mut tx, "town", Some(unit)).await;
        let other = insert_region(&mut tx, "other", None).await;
        let mut ids = Vec::new();
        for index in 0..9 {
            let region = [unit, town, other][index as usize % 3];
            let kind = if index < 6 {
                ActionKind::Theft
            } else {
                ActionKind::Other
            };
            ids.push(insert_draft(&mut tx, &keys, region, kind, index).await);
        }
        let seen = tx.find_action(&keys, ids[0]).await.unwrap().unwrap();
        let active = seen
            .state
            .start(deed(now), now + Duration::from_mins(1), &check())
            .unwrap();
        tx.mark_action_state(&keys, &seen, &active, None).await.unwrap();

        for order in [ActionOrder::Newest, ActionOrder::Oldest] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = tx
                    .list_actions(&keys, &ActionFilter::default(), order, after, 4)
                    .await
                    .unwrap();
                let Some(last) = page.last() else { break };
                after = Some(ActionCursor::after(last));
                found.extend(page.iter().map(|action| action.id));
            }
            if order == ActionOrder::Newest {
                found.reverse();
            }
            assert_eq!(found, ids);
        }
        let count = async |filter: ActionFilter, tx: &mut Tx| {
            tx.list_actions(&keys, &filter, ActionOrder::Newest, None, 100)
                .await
                .unwrap()
                .len()
        };
        let all = ActionFilter::default();
        let cases = [
            (
                ActionFilter {
                    region: Some(unit),
                    ..all.clone()
                },
                6,
            ),
            (
                ActionFilter {
                    region: Some(town),
                    ..all.clone()
                },
                3,
            ),
            (
                ActionFilter {
                    kind: Some(ActionKind::Other),
                    ..all.clone()
                },
                3,
            ),
            (
                ActionFilter {
                    phases: vec![Phase::Active, Phase::Paused],
                    ..all.clone()
                },
                1,
            ),
            (
                ActionFilter {
                    from: Some(now + Duration::from_millis(2)),
                    until: Some(now + Duration::from_millis(5)),
                    ..all
                },
                3,
            ),
        ];
        for (filter, expected) in cases {
            assert_eq!(count(filter.clone(), &mut tx).await, expected, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn an_action_whose_time_is_over_is_listed_for_expiry() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let id = insert_draft(&mut tx, &keys, region, ActionKind::Theft, 0).await;
        let seen = tx.find_action(&keys, id).await.unwrap().unwrap();
        let end = now + Duration::from_mins(1);
        let active = seen.state.start(deed(now), end, &check()).unwrap();
        tx.mark_action_state(&keys, &seen, &active, None).await.unwrap();
        let before = tx.list_overdue_actions(&keys, now).await.unwrap();
        assert!(before.is_empty());
        assert_eq!(tx.list_overdue_actions(&keys, end).await.unwrap()[0].id, id);
    }
}

#[tokio::test]
async fn moments_tell_when_the_first_tip_came() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let id = insert_draft(&mut tx, &keys, region, ActionKind::Theft, 0).await;
        let seen = tx.find_action(&keys, id).await.unwrap().unwrap();
        let active = seen
            .state
            .start(deed(now), now + Duration::from_mins(1), &check())
            .unwrap();
        tx.mark_action_state(&keys, &seen, &active, None).await.unwrap();
        for index in [9, 7] {
            let tip = tip(id, index);
            let received = crate::domain::tip::TipDeed {
                at: tip.received_at,
                actor: crate::domain::actor::Actor::Participant,
                verb: crate::domain::tip::TipVerb::Received,
                detail: None,
            };
            tx.insert_tip(&keys, &tip, &received).await.unwrap();
        }
        let found = tx.find_moments(id).await.unwrap().unwrap();
        assert_eq!(found.moments.first_tip_at, Some(now + Duration::from_millis(7)));
        assert_eq!(found.moments.took(Step::TipToPassedOn), None);
        let until = now + Duration::from_secs(1);
        let listed = tx.list_moments(now, until, Some(region), 10).await.unwrap();
        assert_eq!(listed, [found]);
        assert!(
            tx.list_moments(until, until + Duration::from_secs(9), None, 10)
                .await
                .unwrap()
                .is_empty()
        );
    }
}
