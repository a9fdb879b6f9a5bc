use std::time::Duration;

use super::*;
use crate::desk::testing::TestDesk;
use crate::domain::participant::registration::{PlaceInput, RegistrationInput};
use crate::domain::participant::{PlaceKind, Topic};
use crate::storage::testing::people::{device, point};

fn place(east: i32, north: i32) -> PlaceInput {
    let point = point(east, north);
    PlaceInput {
        kind: PlaceKind::Home.name().to_owned(),
        longitude: Some(point.lon_degrees()),
        latitude: Some(point.lat_degrees()),
        ..PlaceInput::default()
    }
}

fn input(email: &str, phone: &str) -> RegistrationInput {
    RegistrationInput {
        language: "nl".to_owned(),
        email: email.to_owned(),
        phone: phone.to_owned(),
        is_old_enough: true,
        places: vec![place(5, 5)],
        topics: vec![Topic::Urgent.name().to_owned()],
        ..RegistrationInput::default()
    }
}

fn mailbox(text: &str) -> Endpoint {
    Endpoint::Mailbox(text.to_owned())
}

fn phone(text: &str) -> Endpoint {
    Endpoint::Phone(text.to_owned())
}

/// Registers by e-mail and confirms.
async fn taking_part(test: &TestDesk, email: &str) -> ParticipantScope {
    let sent = test.desk.register(&input(email, ""), None).await.unwrap();
    let code = test.code(&mailbox(email), 1).await;
    let confirmed = test.desk.confirm(sent.verification, &code, None).await.unwrap();
    assert_eq!(confirmed.outcome, ConfirmedAs::Registered);
    let session = confirmed.session.unwrap();
    test.desk.participant_scope(session.token.as_str()).await.unwrap()
}

#[tokio::test]
async fn one_takes_part_once_the_code_came_back_and_is_in_the_directory() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        test.desk.directory().catch_up().await.unwrap();
        assert_eq!(test.desk.directory().len(), 1);
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.contact.email.unwrap().as_str(), "jan@example.org");
        assert_eq!(view.reachable, ChannelSet::NONE.with(Channel::Email));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_told_field_by_field() {
    let test = &TestDesk::each().await[0];
    let mut young = input("no address", "");
    young.is_old_enough = false;
    let Err(DeskError::Invalid(fields)) = test.desk.register(&young, None).await else {
        panic!("it is refused");
    };
    let names: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
    assert!(
        names.contains(&"email") && names.contains(&"birth_date"),
        "{names:?}"
    );
    let mut by_app = input("", "");
    by_app.has_app = true;
    assert!(matches!(
        test.desk.register(&by_app, None).await,
        Err(DeskError::Invalid(_))
    ));
}

#[tokio::test]
async fn a_second_address_counts_after_its_own_code() {
    for test in TestDesk::each().await {
        let sent = test
            .desk
            .register(&input("jan@example.org", "0612345678"), None)
            .await
            .unwrap();
        assert_eq!(sent.channel, Channel::Email);
        let code = test.code(&mailbox("jan@example.org"), 1).await;
        let confirmed = test.desk.confirm(sent.verification, &code, None).await.unwrap();
        let token = confirmed.session.unwrap().token;
        let scope = test.desk.participant_scope(token.as_str()).await.unwrap();
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.contact.phone, None);

        let next = confirmed.next.expect("a code went to the telephone");
        let code = test.code(&phone("+31612345678"), 1).await;
        let confirmed = test.desk.confirm(next.verification, &code, None).await.unwrap();
        assert_eq!(confirmed.outcome, ConfirmedAs::AddressChanged);
        assert_eq!(confirmed.session, None);
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.reachable, ChannelSet::USUAL.without(Channel::App));
    }
}

#[tokio::test]
async fn who_has_the_app_alone_is_confirmed_through_it() {
    for test in TestDesk::each().await {
        let mut by_app = input("", "");
        by_app.has_app = true;
        let sent = test.desk.register(&by_app, Some(device(1))).await.unwrap();
        assert_eq!(sent.channel, Channel::App);
        let code = test.code(&device(1), 1).await;
        let confirmed = test.desk.confirm(sent.verification, &code, None).await.unwrap();
        let token = confirmed.session.unwrap().token;
        let scope = test.desk.participant_scope(token.as_str()).await.unwrap();
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.reachable, ChannelSet::NONE.with(Channel::App));
        assert_eq!(view.devices.len(), 1);
    }
}

#[tokio::test]
async fn registering_again_signs_in_and_known_and_unknown_look_alike_before_it() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        let known = test
            .desk
            .request_sign_in("jan@example.org", Language::Nl)
            .await
            .unwrap();
        let unknown = test
            .desk
            .request_sign_in("piet@example.org", Language::Nl)
            .await
            .unwrap();
        assert_eq!(
            (known.channel, known.expires_at),
            (unknown.channel, unknown.expires_at)
        );

        let code = test.code(&mailbox("jan@example.org"), 2).await;
        let confirmed = test.desk.confirm(known.verification, &code, None).await.unwrap();
        assert_eq!(confirmed.outcome, ConfirmedAs::SignedIn);
        let code = test.code(&mailbox("piet@example.org"), 1).await;
        let nobody = test.desk.confirm(unknown.verification, &code, None).await;
        assert!(matches!(nobody, Err(DeskError::NotFound(_))));

        let again = test
            .desk
            .register(&input("JAN@example.org", ""), None)
            .await
            .unwrap();
        let code = test.code(&mailbox("JAN@example.org"), 1).await;
        let confirmed = test.desk.confirm(again.verification, &code, None).await.unwrap();
        assert_eq!(confirmed.outcome, ConfirmedAs::SignedIn);
        let token = confirmed.session.unwrap().token;
        let other = test.desk.participant_scope(token.as_str()).await.unwrap();
        assert_eq!(other.number, scope.number);
    }
}

#[tokio::test]
async fn a_code_ends_after_five_wrong_tries_after_its_use_and_after_fifteen_minutes() {
    for test in TestDesk::each().await {
        let address = mailbox("jan@example.org");
        let first = test
            .desk
            .request_sign_in("jan@example.org", Language::En)
            .await
            .unwrap();
        let code = test.code(&address, 1).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let refused = test.desk.confirm(first.verification, wrong, None).await;
            assert!(matches!(refused, Err(DeskError::Invalid(_))));
        }
        let used_up = test.desk.confirm(first.verification, &code, None).await;
        assert!(matches!(used_up, Err(DeskError::Gone(_))));

        let second = test
            .desk
            .register(&input("jan@example.org", ""), None)
            .await
            .unwrap();
        let code = test.code(&address, 2).await;
        test.desk.confirm(second.verification, &code, None).await.unwrap();
        let again = test.desk.confirm(second.verification, &code, None).await;
        assert!(matches!(again, Err(DeskError::Gone(_))));

        let third = test
            .desk
            .request_sign_in("jan@example.org", Language::En)
            .await
            .unwrap();
        let code = test.code(&address, 3).await;
        test.clock.advance(Duration::from_mins(15));
        let late = test.desk.confirm(third.verification, &code, None).await;
        assert!(matches!(late, Err(DeskError::Gone(_))));
    }
}

#[tokio::test]
async fn an_address_gets_three_codes_an_hour_known_or_not() {
    for test in TestDesk::each().await {
        taking_part(&test, "jan@example.org").await;
        for (address, left) in [("jan@example.org", 2), ("piet@example.org", 3)] {
            for _ in 0..left {
                test.desk.request_sign_in(address, Language::Nl).await.unwrap();
            }
            let refused = test.desk.request_sign_in(address, Language::Nl).await;
            assert!(matches!(refused, Err(DeskError::TooMany { .. })));
        }
        test.code(&mailbox("piet@example.org"), 3).await;
        assert_eq!(test.codes_sent(&mailbox("piet@example.org")), 3);
        test.clock.advance(Duration::from_hours(1));
        test.desk
            .request_sign_in("jan@example.org", Language::Nl)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn settings_change_and_the_directory_follows() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        let change = SettingsChange {
            language: Some(Language::En),
            topics: Some(Topics::NONE.with(Topic::Survey)),
            places: Some(vec![place(15, 5), place(15, 15)]),
            ..SettingsChange::default()
        };
        let view = test.desk.change_settings(&scope, change).await.unwrap();
        assert_eq!((view.language, view.places.len()), (Language::En, 2));
        test.desk.directory().catch_up().await.unwrap();
        let east = crate::storage::testing::regions::region_id("east");
        assert_eq!(test.desk.directory().count_in_region(east), 1);

        let bad = SettingsChange {
            places: Some(vec![PlaceInput::default()]),
            ..SettingsChange::default()
        };
        assert!(matches!(
            test.desk.change_settings(&scope, bad).await,
            Err(DeskError::Invalid(_))
        ));
        let last = SettingsChange {
            forget: ChannelSet::NONE.with(Channel::Email),
            ..SettingsChange::default()
        };
        let refused = test.desk.change_settings(&scope, last.clone()).await;
        assert!(matches!(
            refused,
            Err(DeskError::Refused {
                code: "last_address",
                ..
            })
        ));
        test.desk.add_device(&scope, &device(1)).await.unwrap();
        let view = test.desk.change_settings(&scope, last).await.unwrap();
        assert_eq!(view.reachable, ChannelSet::NONE.with(Channel::App));
    }
}

#[tokio::test]
async fn a_new_address_takes_over_when_its_code_comes_back_unless_it_is_someone_elses() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        taking_part(&test, "piet@example.org").await;
        let sent = test
            .desk
            .request_address(&scope, "jan@example.net")
            .await
            .unwrap();
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.contact.email.unwrap().as_str(), "jan@example.org");
        let code = test.code(&mailbox("jan@example.net"), 1).await;
        test.desk.confirm(sent.verification, &code, None).await.unwrap();
        let view = test.desk.own_participant(&scope).await.unwrap();
        assert_eq!(view.contact.email.unwrap().as_str(), "jan@example.net");

        let sent = test
            .desk
            .request_address(&scope, "piet@example.org")
            .await
            .unwrap();
        let code = test.code(&mailbox("piet@example.org"), 2).await;
        let refused = test.desk.confirm(sent.verification, &code, None).await;
        assert!(matches!(
            refused,
            Err(DeskError::Conflict {
                code: "address_in_use",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn ten_devices_are_enough_and_one_can_be_forgotten() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        let mut ids = Vec::new();
        for index in 0..10 {
            ids.push(test.desk.add_device(&scope, &device(index)).await.unwrap());
        }
        let refused = test.desk.add_device(&scope, &device(10)).await;
        assert!(matches!(
            refused,
            Err(DeskError::Refused {
                code: "too_many_devices",
                ..
            })
        ));
        assert_eq!(test.desk.add_device(&scope, &device(3)).await.unwrap(), ids[3]);
        test.desk.remove_device(&scope, ids[0]).await.unwrap();
        assert!(matches!(
            test.desk.remove_device(&scope, ids[0]).await,
            Err(DeskError::NotFound(_))
        ));
        test.desk.add_device(&scope, &device(10)).await.unwrap();
        let not_one = test.desk.add_device(&scope, &phone("+31612345678")).await;
        assert!(matches!(not_one, Err(DeskError::Invalid(_))));
    }
}

#[tokio::test]
async fn who_leaves_took_everything_along_and_is_gone_at_once() {
    for test in TestDesk::each().await {
        let scope = taking_part(&test, "jan@example.org").await;
        test.desk.add_device(&scope, &device(1)).await.unwrap();
        let export = test.desk.export_own(&scope).await.unwrap();
        let json = serde_json::to_string(&export).unwrap();
        for held in ["jan@example.org", "token-1", "urgent"] {
            assert!(json.contains(held), "{held}");
        }
        test.desk.leave(&scope).await.unwrap();
        test.desk.directory().catch_up().await.unwrap();
        assert!(test.desk.directory().is_empty());
        assert!(matches!(
            test.desk.own_participant(&scope).await,
            Err(DeskError::NotSignedIn)
        ));
        let sent = test
            .desk
            .request_sign_in("jan@example.org", Language::Nl)
            .await
            .unwrap();
        let code = test.code(&mailbox("jan@example.org"), 2).await;
        let nobody = test.desk.confirm(sent.verification, &code, None).await;
        assert!(matches!(nobody, Err(DeskError::NotFound(_))));
    }
}
