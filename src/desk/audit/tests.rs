use super::*;
use crate::desk::accounts::AccountChange;
use crate::desk::testing::TestDesk;
use crate::desk::{DeskError, Reason};
use crate::domain::role::Role;
use crate::storage::testing::regions::region_id;

async fn deeds(desk: &Desk, scope: &Scope) -> Vec<Deed> {
    let page = desk
        .list_audit(scope, AuditFilter::default(), None, MAX_AUDIT)
        .await;
    let mut deeds: Vec<_> = page.unwrap().entries.iter().map(|entry| entry.deed).collect();
    deeds.reverse();
    deeds
}

#[tokio::test]
async fn what_an_administrator_does_stands_in_the_log_with_who_and_where() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let administrator = test.account(Role::Administrator, "unit").await;
        let operator = test.account(Role::Operator, "west").await;
        let disable = AccountChange {
            is_enabled: Some(false),
            ..AccountChange::default()
        };
        desk.change_account(&administrator, operator.account, disable)
            .await
            .unwrap();
        desk.reset_password(&administrator, operator.account)
            .await
            .unwrap();
        let page = desk
            .list_audit(&administrator, AuditFilter::default(), None, 2)
            .await
            .unwrap();
        let [reset, disabled] = &page.entries[..] else {
            panic!("a page of two");
        };
        assert_eq!(
            (reset.deed, disabled.deed),
            (Deed::PasswordReset, Deed::AccountDisabled)
        );
        assert_eq!(disabled.actor, Actor::Account(administrator.account));
        assert_eq!(disabled.subject, Some(operator.account.into()));
        assert_eq!(disabled.region, Some(region_id("west")));
        let rest = desk
            .list_audit(&administrator, AuditFilter::default(), page.next, 50)
            .await
            .unwrap();
        assert_eq!(rest.next, None);
        assert!(
            rest.entries
                .iter()
                .all(|entry| entry.deed == Deed::AccountCreated)
        );
        assert!(rest.entries.iter().all(|entry| entry.actor == Actor::System));
        let mut tx = test.database.store.read().await.unwrap();
        let whole = tx.verify_audit(&desk.parts().keys).await.unwrap();
        assert_eq!(whole, Ok(i64::try_from(rest.entries.len()).unwrap() + 2));
    }
}

#[tokio::test]
async fn one_reads_of_ones_own_part_of_the_territory_only_and_not_in_every_role() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        desk.open_audit_log().await.unwrap();
        desk.open_audit_log().await.unwrap();
        let east = test.account(Role::Coordinator, "east").await;
        let west = test.account(Role::Administrator, "west").await;
        let all = test.account(Role::Coordinator, "unit").await;
        assert_eq!(deeds(desk, &west).await, [Deed::AccountCreated]);
        assert_eq!(deeds(desk, &east).await, [Deed::AccountCreated]);
        let seen = deeds(desk, &all).await;
        assert_eq!(seen[0], Deed::LogOpened);
        assert_eq!(seen.len(), 4);
        let elsewhere = AuditFilter {
            region: Some(region_id("east")),
            ..AuditFilter::default()
        };
        let refused = desk.list_audit(&west, elsewhere, None, 10).await;
        assert!(matches!(refused, Err(DeskError::NotFound("region"))));
        let operator = test.account(Role::Operator, "unit").await;
        let refused = desk.list_audit(&operator, AuditFilter::default(), None, 10).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(Reason::Role))));
    }
}

#[tokio::test]
async fn a_configuration_that_differs_from_the_one_before_is_kept_once_and_by_section() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let section = |name: &str, byte: u8| (name.to_owned(), [byte; 32]);
        let first = BTreeMap::from([section("web", 1), section("sms", 1)]);
        let second = BTreeMap::from([section("web", 2), section("email", 1)]);
        for settings in [&first, &first, &second, &second, &first] {
            desk.record_settings(settings).await.unwrap();
        }
        let page = desk
            .list_audit(&test.machine(), AuditFilter::default(), None, 10)
            .await;
        let changed: Vec<_> = page
            .unwrap()
            .entries
            .iter()
            .map(|entry| entry.detail["changed"].clone())
            .collect();
        assert_eq!(
            changed,
            [
                json!(["sms", "web", "email"]),
                json!(["email", "web", "sms"]),
                json!(["sms", "web"])
            ]
        );
    }
}
