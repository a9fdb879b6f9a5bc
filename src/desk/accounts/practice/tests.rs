use std::time::Duration;

use super::*;
use crate::desk::Reason;
use crate::desk::accounts::policy::AccountPolicy;
use crate::desk::accounts::sign_in::Credentials;
use crate::desk::testing::{PASSWORD, TestDesk};

const DAY: Duration = Duration::from_hours(24);

fn policy() -> AccountPolicy {
    AccountPolicy {
        lapses_after: Some(180 * DAY),
        ..AccountPolicy::default()
    }
}

async fn scope(desk: &Desk, username: &str) -> Scope {
    let credentials = Credentials {
        username,
        password: PASSWORD,
    };
    let opened = desk.sign_in(credentials, "here", None).await.unwrap();
    desk.scope(opened.token.as_str()).await.unwrap()
}

#[tokio::test]
async fn an_ambassador_who_did_nothing_for_long_reads_and_does_not_send() {
    for test in TestDesk::each().await {
        let desk = Desk::new(test.desk.parts().clone()).under(policy());
        test.account(Role::MunicipalAmbassador, "south-west").await;
        let coordinator = test.account(Role::Coordinator, "unit").await;
        let username = "municipal_ambassador.south-west";
        test.clock.advance(179 * DAY);
        let active = scope(&desk, username).await;
        active
            .require_training(desk.now())
            .expect("it is trained for a year");
        test.clock.advance(DAY);
        let lapsed = scope(&desk, username).await;
        let refused = lapsed.require_training(desk.now());
        assert!(matches!(refused, Err(DeskError::Forbidden(Reason::RightsLapsed))));
        lapsed.require(Permission::SeeActions).expect("it reads");
        let until = Some(desk.now() + 365 * DAY);
        desk.record_training(&coordinator, lapsed.account, until, Some("Opfrissing".to_owned()))
            .await
            .unwrap();
        let trained = scope(&desk, username).await;
        trained
            .require_training(desk.now())
            .expect("it was trained again");
        let register = desk.list_trainings(&coordinator, lapsed.account).await.unwrap();
        assert_eq!(register[0].note.as_deref(), Some("Opfrissing"));
        assert_eq!(register[0].recorded_by, coordinator.account);
    }
}

#[tokio::test]
async fn a_volunteer_who_did_nothing_for_long_prepares_nothing_and_practice_counts() {
    for test in TestDesk::each().await {
        let desk = Desk::new(test.desk.parts().clone()).under(policy());
        test.account(Role::VolunteerOperator, "unit").await;
        test.account(Role::Operator, "unit").await;
        let volunteer = scope(&desk, "volunteer_operator.unit").await;
        test.clock.advance(100 * DAY);
        let mut tx = desk.parts().store.write().await.unwrap();
        desk.note_practice(&mut tx, volunteer.account, desk.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        test.clock.advance(179 * DAY);
        let active = scope(&desk, "volunteer_operator.unit").await;
        active.require(Permission::PrepareUrgent).unwrap();
        test.clock.advance(DAY);
        let lapsed = scope(&desk, "volunteer_operator.unit").await;
        for permission in [
            Permission::PrepareUrgent,
            Permission::PrepareNonUrgent,
            Permission::HandleTips,
        ] {
            let refused = lapsed.require(permission);
            assert!(matches!(refused, Err(DeskError::Forbidden(Reason::RightsLapsed))));
        }
        lapsed.require(Permission::SeeTips).unwrap();
        let operator = scope(&desk, "operator.unit").await;
        operator
            .require(Permission::SendUrgent)
            .expect("an operator's rights do not lapse");
    }
}

#[tokio::test]
async fn whoever_is_about_to_lapse_is_warned_once_by_mail_and_stands_in_the_list() {
    for test in TestDesk::each().await {
        let desk = Desk::new(test.desk.parts().clone()).under(policy());
        let other = Desk::new(test.desk.parts().clone()).under(policy());
        let ambassador = test.account(Role::MunicipalAmbassador, "south-west").await;
        let coordinator = test.account(Role::Coordinator, "unit").await;
        let address = crate::desk::accounts::AccountChange {
            email: Some("a@example.org".to_owned()),
            ..Default::default()
        };
        desk.change_account(&test.machine(), ambassador.account, address)
            .await
            .unwrap();
        test.clock.advance(149 * DAY);
        assert_eq!(desk.warn_of_lapses().await.unwrap(), 0);
        assert_eq!(desk.list_lapsing(&coordinator).await.unwrap(), []);
        test.clock.advance(2 * DAY);
        let warned = desk.warn_of_lapses().await.unwrap() + other.warn_of_lapses().await.unwrap();
        assert_eq!(warned, 1, "by one of two nodes, and once");
        let lapsing = desk.list_lapsing(&coordinator).await.unwrap();
        assert_eq!(lapsing[0].account.id, ambassador.account);
        assert_eq!(lapsing[0].lapses_at, desk.now() + 29 * DAY);
        let mailbox = Endpoint::Mailbox("a@example.org".to_owned());
        tokio::time::timeout(Duration::from_secs(10), async {
            while test.codes_sent(&mailbox) == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("the mail is sent");
        assert_eq!(test.codes_sent(&mailbox), 1);
    }
}
