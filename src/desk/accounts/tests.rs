use std::time::Duration;

use super::sign_in::Credentials;
use super::*;
use crate::desk::testing::{PASSWORD, TestDesk};
use crate::storage::testing::regions::region_id;

fn credentials<'a>(username: &'a str, password: &'a str) -> Credentials<'a> {
    Credentials { username, password }
}

#[tokio::test]
async fn one_signs_in_with_the_right_password_only_and_nothing_tells_why_not() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        test.account(Role::Operator, "unit").await;
        let wrong = [
            ("operator.unit", "correct paard batterij nietjes"),
            ("nobody", PASSWORD),
            ("", ""),
        ];
        let mut answers = Vec::new();
        for (username, password) in wrong {
            let answer = desk.sign_in(credentials(username, password), "here", None).await;
            answers.push(format!("{:?}", answer.unwrap_err()));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        let opened = desk
            .sign_in(credentials("Operator.Unit", PASSWORD), "here", Some("Browser"))
            .await
            .unwrap();
        let scope = desk.scope(opened.token.as_str()).await.unwrap();
        assert_eq!((scope.role, scope.region), (Role::Operator, region_id("unit")));
        assert!(matches!(desk.scope("other").await, Err(DeskError::NotSignedIn)));
    }
}

#[tokio::test]
async fn sessions_end_when_they_are_not_used_and_after_seven_days_anyway() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        test.account(Role::Operator, "unit").await;
        let opened = desk
            .sign_in(credentials("operator.unit", PASSWORD), "here", None)
            .await
            .unwrap();
        let token = opened.token.as_str();
        let hour = Duration::from_hours(1);
        for _ in 0..16 {
            test.clock.advance(hour * 10);
            desk.scope(token).await.expect("it is used every ten hours");
        }
        test.clock.advance(hour * 10);
        assert!(
            matches!(desk.scope(token).await, Err(DeskError::NotSignedIn)),
            "170 hours are over seven days"
        );

        let opened = desk
            .sign_in(credentials("operator.unit", PASSWORD), "here", None)
            .await
            .unwrap();
        test.clock.advance(hour * 12);
        let idle = desk.scope(opened.token.as_str()).await;
        assert!(matches!(idle, Err(DeskError::NotSignedIn)));
        assert!(desk.tidy().await.unwrap() >= 2);
    }
}

#[tokio::test]
async fn what_is_taken_away_is_gone_at_the_next_request() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let scope = test.account(Role::MunicipalAmbassador, "south-west").await;
        let opened = desk
            .sign_in(
                credentials("municipal_ambassador.south-west", PASSWORD),
                "here",
                None,
            )
            .await
            .unwrap();
        let token = opened.token.as_str();
        assert_eq!(desk.list_own_sessions(&scope).await.unwrap().len(), 2);

        let change = AccountChange {
            region: Some(region_id("north-west")),
            ..AccountChange::default()
        };
        desk.change_account(&test.machine(), scope.account, change)
            .await
            .unwrap();
        assert_eq!(desk.scope(token).await.unwrap().region, region_id("north-west"));

        desk.set_training(
            &test.account(Role::Coordinator, "unit").await,
            scope.account,
            None,
        )
        .await
        .unwrap();
        let untrained = desk.scope(token).await.unwrap();
        assert!(matches!(
            untrained.require_training(desk.now()),
            Err(DeskError::Forbidden(_))
        ));

        desk.end_own_session(&scope, opened.id).await.unwrap();
        assert!(matches!(desk.scope(token).await, Err(DeskError::NotSignedIn)));

        let opened = desk
            .sign_in(
                credentials("municipal_ambassador.south-west", PASSWORD),
                "here",
                None,
            )
            .await
            .unwrap();
        let disable = AccountChange {
            is_enabled: Some(false),
            ..AccountChange::default()
        };
        desk.change_account(&test.machine(), scope.account, disable)
            .await
            .unwrap();
        assert!(matches!(
            desk.scope(opened.token.as_str()).await,
            Err(DeskError::NotSignedIn)
        ));
        let again = desk
            .sign_in(
                credentials("municipal_ambassador.south-west", PASSWORD),
                "here",
                None,
            )
            .await;
        assert!(matches!(again, Err(DeskError::Invalid(_))));
    }
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let scope = test.account(Role::Operator, "unit").await;
        let other = desk
            .sign_in(credentials("operator.unit", PASSWORD), "here", None)
            .await
            .unwrap();
        let refused = desk
            .change_own_password(&scope, "wrong", "vijf andere losse woorden")
            .await;
        assert!(matches!(refused, Err(DeskError::Invalid(_))));
        desk.change_own_password(&scope, PASSWORD, "vijf andere losse woorden")
            .await
            .unwrap();
        assert!(desk.scope(other.token.as_str()).await.is_err());
        assert_eq!(desk.list_own_sessions(&scope).await.unwrap().len(), 1);
        assert!(
            desk.sign_in(credentials("operator.unit", PASSWORD), "here", None)
                .await
                .is_err()
        );
        desk.sign_in(
            credentials("operator.unit", "vijf andere losse woorden"),
            "here",
            None,
        )
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn only_an_administrator_keeps_accounts_and_only_below_its_region() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let operator = test.account(Role::Operator, "unit").await;
        let west = test.account(Role::Administrator, "west").await;
        let new = |region: &str, role| NewAccount {
            username: format!("{region}.{role}"),
            name: "P. de Vries".to_owned(),
            role,
            region: region_id(region),
            trained_until: None,
            password: None,
        };
        let refused = desk.create_account(&operator, new("west", Role::Operator)).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        let outside = desk.create_account(&west, new("east", Role::Operator)).await;
        assert!(matches!(outside, Err(DeskError::NotFound(_))));
        let unfit = desk
            .create_account(&west, new("west", Role::MunicipalAmbassador))
            .await;
        assert!(matches!(unfit, Err(DeskError::Invalid(_))));

        let made = desk
            .create_account(&west, new("south-west", Role::MunicipalAmbassador))
            .await
            .unwrap();
        let password = made.password.expect("it was made up");
        desk.sign_in(
            credentials("south-west.municipal_ambassador", &password),
            "here",
            None,
        )
        .await
        .unwrap();
        let taken = desk
            .create_account(&west, new("south-west", Role::MunicipalAmbassador))
            .await;
        assert!(matches!(
            taken,
            Err(DeskError::Conflict {
                code: "username_taken",
                ..
            })
        ));
        assert!(matches!(
            desk.reset_password(&west, operator.account).await,
            Err(DeskError::NotFound(_))
        ));
        let reset = desk.reset_password(&west, made.id).await.unwrap();
        assert!(
            desk.sign_in(
                credentials("south-west.municipal_ambassador", &password),
                "here",
                None
            )
            .await
            .is_err()
        );
        desk.sign_in(
            credentials("south-west.municipal_ambassador", &reset.password.unwrap()),
            "here",
            None,
        )
        .await
        .unwrap();
        assert_eq!(desk.list_accounts(&west).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let only = test.account(Role::Administrator, "unit").await;
        let disable = AccountChange {
            is_enabled: Some(false),
            ..AccountChange::default()
        };
        let refused = desk.change_account(&only, only.account, disable.clone()).await;
        assert!(matches!(
            refused,
            Err(DeskError::Conflict {
                code: "last_administrator",
                ..
            })
        ));
        assert_eq!(desk.list_own_sessions(&only).await.unwrap().len(), 1);
        test.account(Role::Administrator, "west").await;
        desk.change_account(&only, only.account, disable).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_guesses_waits_and_locks_nobody_out_elsewhere() {
    let test = TestDesk::on(crate::storage::testing::TestDatabase::sqlite().await).await;
    test.account(Role::Operator, "unit").await;
    for _ in 0..10 {
        let guess = test
            .desk
            .sign_in(credentials("operator.unit", "guess"), "there", None)
            .await;
        assert!(matches!(guess, Err(DeskError::Invalid(_))));
    }
    let guess = test
        .desk
        .sign_in(credentials("operator.unit", PASSWORD), "there", None)
        .await;
    assert!(matches!(guess, Err(DeskError::TooMany { .. })));
    test.desk
        .sign_in(credentials("operator.unit", PASSWORD), "here", None)
        .await
        .unwrap();
}

#[tokio::test]
async fn many_places_that_guess_one_name_have_two_tries_each_and_shut_nobody_out() {
    let test = TestDesk::on(crate::storage::testing::TestDatabase::sqlite().await).await;
    let desk = &test.desk;
    test.account(Role::Operator, "unit").await;
    desk.sign_in(credentials("operator.unit", PASSWORD), "at home", None)
        .await
        .unwrap();
    for username in ["operator.unit", "nobody.unit"] {
        let mut answers = Vec::new();
        for place in 0..60 {
            let from = format!("place {place}");
            let guess = desk.sign_in(credentials(username, "guess"), &from, None).await;
            answers.push(matches!(guess, Err(DeskError::Invalid(_))));
        }
        assert!(
            answers.into_iter().all(|answer| answer),
            "{username}: each place has its tries"
        );
        for turn in 0..3 {
            let guess = desk
                .sign_in(credentials(username, "guess"), "one more", None)
                .await;
            let is_let_try = matches!(guess, Err(DeskError::Invalid(_)));
            assert_eq!(is_let_try, turn < 2, "{username}, turn {turn}");
        }
    }
    desk.sign_in(credentials("operator.unit", PASSWORD), "on the road", None)
        .await
        .expect("a new place has two tries");
    for _ in 0..9 {
        let typo = desk
            .sign_in(credentials("operator.unit", "typo"), "at home", None)
            .await;
        assert!(
            matches!(typo, Err(DeskError::Invalid(_))),
            "a known place has ten"
        );
    }
}

#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_known_one() {
    let test = TestDesk::on(crate::storage::testing::TestDatabase::sqlite().await).await;
    test.account(Role::Operator, "unit").await;
    let mut took = [Vec::new(), Vec::new()];
    for turn in 0..9 {
        for (index, username) in ["operator.unit", "nobody.unit"].into_iter().enumerate() {
            let from = format!("place {turn}");
            let begun = tokio::time::Instant::now();
            let guess = test
                .desk
                .sign_in(credentials(username, "guess"), &from, None)
                .await;
            took[index].push(begun.elapsed());
            assert!(guess.is_err());
        }
    }
    let [known, unknown] = took.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    // Leaving the hash out would make it a hundred times quicker.
    let ratio = known / unknown;
    assert!(
        (0.33..3.0).contains(&ratio),
        "known {known} s, unknown {unknown} s"
    );
}
