use std::time::Duration;

use super::*;
use crate::desk::accounts::policy::AccountPolicy;
use crate::desk::accounts::sign_in::Credentials;
use crate::desk::testing::{PASSWORD, TestDesk};
use crate::domain::role::Role;

const STEP: Duration = Duration::from_secs(30);

const OPERATOR: Credentials<'static> = Credentials {
    username: "operator.unit",
    password: PASSWORD,
};

/// Sets up an app; answers its secret and the recovery codes.
async fn enrolled(test: &TestDesk, scope: &Scope) -> (TotpSecret, Vec<String>) {
    enrolled_on(&test.desk, scope).await
}

async fn enrolled_on(desk: &Desk, scope: &Scope) -> (TotpSecret, Vec<String>) {
    desk.begin_second_proof(scope).await.unwrap();
    let parts = desk.parts();
    let mut tx = parts.store.read().await.unwrap();
    let stored = tx.find_second_proof(&parts.keys, scope.account).await.unwrap();
    drop(tx);
    let secret = stored.unwrap().secret;
    let code = secret.code_at(desk.now());
    let codes = desk.confirm_second_proof(scope, &code).await.unwrap();
    (secret, codes)
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_and_are_counted() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let scope = test.account(Role::Operator, "unit").await;
        assert_eq!(desk.count_recovery_codes(&scope).await.unwrap(), None);
        let refused = desk.renew_recovery_codes(&scope, "123456").await;
        assert!(matches!(
            refused,
            Err(DeskError::Conflict {
                code: "no_second_proof",
                ..
            })
        ));
        let (secret, old) = enrolled(&test, &scope).await;
        desk.prove(&scope, &old[0]).await.unwrap();
        assert_eq!(desk.count_recovery_codes(&scope).await.unwrap(), Some(9));
        let wrong = desk.renew_recovery_codes(&scope, &old[0]).await;
        assert!(matches!(wrong, Err(DeskError::Invalid(_))), "it was used");
        let code = secret.code_at(desk.now() + STEP);
        let new = desk.renew_recovery_codes(&scope, &code).await.unwrap();
        assert_eq!(desk.count_recovery_codes(&scope).await.unwrap(), Some(10));
        assert!(
            desk.prove(&scope, &old[1]).await.is_err(),
            "the old ones are over"
        );
        desk.prove(&scope, &new[1]).await.unwrap();
    }
}

#[tokio::test]
async fn an_app_counts_from_its_first_right_code_on() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let scope = test.account(Role::Operator, "unit").await;
        let early = desk.confirm_second_proof(&scope, "123456").await;
        assert!(matches!(
            early,
            Err(DeskError::Conflict {
                code: "no_second_proof",
                ..
            })
        ));
        desk.begin_second_proof(&scope).await.unwrap();
        assert!(matches!(
            desk.confirm_second_proof(&scope, "12345").await,
            Err(DeskError::Invalid(_))
        ));
        desk.sign_in(OPERATOR, "here", None)
            .await
            .expect("it does not count yet");
        let (_, codes) = enrolled(&test, &scope).await;
        assert_eq!(codes.len(), 10);
        let refused = desk.sign_in(OPERATOR, "here", None).await.unwrap_err();
        assert!(
            matches!(&refused, DeskError::Invalid(fields) if fields[0].code == ProblemCode::ProofCodeMissing)
        );
        let again = desk.begin_second_proof(&scope).await;
        assert!(matches!(
            again,
            Err(DeskError::Conflict {
                code: "second_proof_present",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn a_code_is_used_once_on_whatever_node_and_not_before_or_after_its_time() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        // Another node: nothing is shared but the database.
        let other = Desk::new(desk.parts().clone());
        let scope = test.account(Role::Operator, "unit").await;
        let (secret, _) = enrolled(&test, &scope).await;
        let first = secret.code_at(desk.now());
        let replayed = desk.sign_in_with_code(OPERATOR, Some(&first), "here", None).await;
        assert!(
            matches!(replayed, Err(DeskError::Invalid(_))),
            "enrolling used it"
        );
        test.clock.advance(10 * STEP);
        for (away, is_right) in [(-2, false), (2, false), (1, true)] {
            let at = desk.now().as_millis() + away * 30_000;
            let code = secret.code_at(crate::domain::clock::Timestamp::from_millis(at));
            let answer = desk.sign_in_with_code(OPERATOR, Some(&code), "here", None).await;
            assert_eq!(answer.is_ok(), is_right, "{away} steps away");
            let elsewhere = other
                .sign_in_with_code(OPERATOR, Some(&code), "there", None)
                .await;
            assert!(elsewhere.is_err(), "{away} steps away, once more on another node");
        }
    }
}

#[tokio::test]
async fn a_recovery_code_works_once_and_stands_in_the_log() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let scope = test.account(Role::Operator, "unit").await;
        let (_, codes) = enrolled(&test, &scope).await;
        let sign_in = async |code: &str| desk.sign_in_with_code(OPERATOR, Some(code), "here", None).await;
        sign_in(&codes[0]).await.unwrap();
        assert!(sign_in(&codes[0]).await.is_err());
        let mut tx = desk.parts().store.read().await.unwrap();
        let filter = crate::storage::audit::AuditFilter {
            deed: Some(Deed::RecoveryCodeUsed),
            ..Default::default()
        };
        let kept = tx
            .list_audit(&desk.parts().keys, &filter, None, 10)
            .await
            .unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(
            (kept[0].actor, &kept[0].detail["left"]),
            (Actor::Account(scope.account), &json!(9))
        );
    }
}

#[tokio::test]
async fn where_the_role_asks_for_it_one_sets_it_up_and_does_nothing_else_before() {
    for test in TestDesk::each().await {
        let policy = AccountPolicy {
            second_proof_for: [Role::Operator].into_iter().collect(),
            ..AccountPolicy::default()
        };
        let desk = Desk::new(test.desk.parts().clone()).under(policy);
        test.account(Role::Operator, "unit").await;
        test.account(Role::Coordinator, "unit").await;
        let opened = desk.sign_in(OPERATOR, "here", None).await.unwrap();
        let scope = desk.scope(opened.token.as_str()).await.unwrap();
        let refused = desk.list_regions(&scope);
        assert!(matches!(
            refused,
            Err(DeskError::Forbidden(Reason::SecondProofMissing))
        ));
        enrolled_on(&desk, &scope).await;
        let scope = desk.scope(opened.token.as_str()).await.unwrap();
        desk.list_regions(&scope).unwrap();
        let coordinator = Credentials {
            username: "coordinator.unit",
            password: PASSWORD,
        };
        let opened = desk.sign_in(coordinator, "here", None).await.unwrap();
        desk.list_regions(&desk.scope(opened.token.as_str()).await.unwrap())
            .expect("the role of a coordinator does not ask for it");
    }
}

#[tokio::test]
async fn a_proof_is_fresh_for_so_many_minutes_and_then_asked_for_again() {
    for test in TestDesk::each().await {
        let policy = AccountPolicy {
            fresh_proof: Some(Duration::from_mins(15)),
            ..AccountPolicy::default()
        };
        let desk = Desk::new(test.desk.parts().clone()).under(policy);
        let scope = test.account(Role::Operator, "unit").await;
        let stale = |scope: &Scope| {
            matches!(
                desk.require_fresh_proof(scope),
                Err(DeskError::Forbidden(Reason::ProofNotFresh))
            )
        };
        assert!(stale(&scope), "without an app nothing is proved");
        let (secret, _) = enrolled(&test, &scope).await;
        test.clock.advance(STEP * 4);
        let code = secret.code_at(desk.now());
        let opened = desk
            .sign_in_with_code(OPERATOR, Some(&code), "here", None)
            .await
            .unwrap();
        let token = opened.token.as_str();
        assert!(!stale(&desk.scope(token).await.unwrap()));
        test.clock.advance(Duration::from_mins(15));
        let scope = desk.scope(token).await.unwrap();
        assert!(stale(&scope));
        let id = crate::domain::id::ActionId::new(desk.now(), &desk.parts().random);
        let start = desk.start_action(&scope, id, 1).await;
        assert!(matches!(start, Err(DeskError::Forbidden(Reason::ProofNotFresh))));
        assert!(desk.prove(&scope, &code).await.is_err(), "that code was used");
        desk.prove(&scope, &secret.code_at(desk.now())).await.unwrap();
        let scope = desk.scope(token).await.unwrap();
        assert!(!stale(&scope));
        let start = desk.start_action(&scope, id, 1).await;
        assert!(
            matches!(start, Err(DeskError::NotFound("action"))),
            "it is let through"
        );
    }
}

#[tokio::test]
async fn codes_are_not_guessed_in_a_session_either() {
    let test = TestDesk::on(crate::storage::testing::TestDatabase::sqlite().await).await;
    let scope = test.account(Role::Operator, "unit").await;
    enrolled(&test, &scope).await;
    for _ in 0..10 {
        assert!(matches!(
            test.desk.prove(&scope, "000000").await,
            Err(DeskError::Invalid(_))
        ));
    }
    assert!(matches!(
        test.desk.prove(&scope, "000000").await,
        Err(DeskError::TooMany { .. })
    ));
}

#[tokio::test]
async fn the_administrator_takes_away_what_was_lost_and_all_sessions_with_it() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let administrator = test.account(Role::Administrator, "unit").await;
        let scope = test.account(Role::Operator, "unit").await;
        enrolled(&test, &scope).await;
        desk.remove_second_proof(&administrator, scope.account)
            .await
            .unwrap();
        assert!(desk.list_own_sessions(&scope).await.unwrap().is_empty());
        desk.sign_in(OPERATOR, "here", None)
            .await
            .expect("no code is asked for");
        let again = desk.remove_second_proof(&administrator, scope.account).await;
        assert!(matches!(again, Err(DeskError::Conflict { .. })));
    }
}
