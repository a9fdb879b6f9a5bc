use super::*;
use crate::desk::testing::TestDesk;
use crate::domain::actor::Actor;
use crate::domain::key_rights::KeyRight;
use crate::storage::testing::regions::region_id;

fn new(region: &str) -> NewKey {
    NewKey {
        name: "Meldsysteem".to_owned(),
        rights: [KeyRight::ReadActions].into_iter().collect(),
        region: region_id(region),
        expires_at: None,
        rate_per_minute: Some(3),
    }
}

#[tokio::test]
async fn a_key_opens_what_it_may_until_it_ends_or_is_withdrawn() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let administrator = test.account(Role::Administrator, "unit").await;
        let made = desk.create_key(&administrator, new("west")).await.unwrap();
        assert!(made.token.starts_with(&made.key.prefix));
        let scope = desk.scope(&made.token).await.unwrap();
        assert_eq!(
            (scope.actor(), scope.region),
            (Actor::Key(made.key.id), region_id("west"))
        );
        assert!(scope.require(Permission::SeeActions).is_ok());
        for permission in [
            Permission::PrepareUrgent,
            Permission::SendUrgent,
            Permission::SeeTips,
        ] {
            assert!(scope.require(permission).is_err(), "{permission:?}");
        }
        assert!(desk.scope(&format!("{}x", made.token)).await.is_err());
        let listed = desk.list_keys(&administrator).await.unwrap();
        assert_eq!(listed[0].used_at, Some(desk.now()));
        test.clock
            .advance(USUALLY.checked_sub(Duration::from_mins(1)).unwrap());
        desk.scope(&made.token).await.unwrap();
        test.clock.advance(Duration::from_mins(1));
        assert!(matches!(
            desk.scope(&made.token).await,
            Err(DeskError::NotSignedIn)
        ));
        let other = desk.create_key(&test.machine(), new("west")).await.unwrap();
        desk.scope(&other.token).await.unwrap();
        let administrator = test.machine();
        desk.revoke_key(&administrator, other.key.id).await.unwrap();
        desk.revoke_key(&administrator, other.key.id).await.unwrap();
        assert!(matches!(
            desk.scope(&other.token).await,
            Err(DeskError::NotSignedIn)
        ));
        let mut tx = test.database.store.read().await.unwrap();
        let filter = crate::storage::audit::AuditFilter {
            subject: Some(other.key.id.into()),
            ..Default::default()
        };
        let kept = tx
            .list_audit(&desk.parts().keys, &filter, None, 10)
            .await
            .unwrap();
        let deeds: Vec<_> = kept.iter().map(|entry| entry.deed).collect();
        assert_eq!(deeds, [Deed::KeyRevoked, Deed::KeyCreated], "once each");
    }
}

#[tokio::test]
async fn a_key_calls_as_often_as_its_rate_says() {
    let test = TestDesk::on(crate::storage::testing::TestDatabase::sqlite().await).await;
    let made = test.desk.create_key(&test.machine(), new("west")).await.unwrap();
    for _ in 0..3 {
        test.desk.scope(&made.token).await.unwrap();
    }
    let refused = test.desk.scope(&made.token).await;
    assert!(matches!(refused, Err(DeskError::TooMany { .. })));
    test.clock.advance(MINUTE);
    test.desk.scope(&made.token).await.unwrap();
}

#[tokio::test]
async fn keys_are_made_for_ones_own_part_of_the_territory_with_an_end_and_a_right() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let west = test.account(Role::Administrator, "west").await;
        let elsewhere = desk.create_key(&west, new("east")).await;
        assert!(matches!(elsewhere, Err(DeskError::NotFound("region"))));
        let operator = test.account(Role::Operator, "unit").await;
        let refused = desk.create_key(&operator, new("west")).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(Reason::Role))));
        let unfit = NewKey {
            name: String::new(),
            rights: KeyRights::default(),
            expires_at: Some(desk.now()),
            rate_per_minute: Some(0),
            ..new("west")
        };
        let Err(DeskError::Invalid(fields)) = desk.create_key(&west, unfit).await else {
            panic!("it must be refused");
        };
        let fields: Vec<_> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["name", "rights", "expires_at", "rate_per_minute"]);
        let of_east = desk.create_key(&test.machine(), new("east")).await.unwrap();
        assert_eq!(desk.list_keys(&west).await.unwrap(), []);
        let refused = desk.revoke_key(&west, of_east.key.id).await;
        assert!(matches!(refused, Err(DeskError::NotFound("key"))));
    }
}

#[tokio::test]
async fn a_key_has_no_account_of_its_own() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let made = desk
            .create_key(
                &test.machine(),
                NewKey {
                    rate_per_minute: None,
                    ..new("unit")
                },
            )
            .await
            .unwrap();
        let scope = desk.scope(&made.token).await.unwrap();
        let is_refused =
            |answer: Option<DeskError>| matches!(answer, Some(DeskError::Forbidden(Reason::KeyRight)));
        assert!(is_refused(desk.own_account(&scope).await.err()));
        assert!(is_refused(desk.list_own_sessions(&scope).await.err()));
        assert!(is_refused(desk.sign_out(&scope).await.err()));
        assert!(is_refused(desk.end_other_sessions(&scope).await.err()));
        assert!(is_refused(desk.begin_second_proof(&scope).await.err()));
        assert!(is_refused(desk.change_own_password(&scope, "a", "b").await.err()));
    }
}
