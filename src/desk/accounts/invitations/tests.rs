use super::*;
use crate::desk::accounts::sign_in::Credentials;
use crate::desk::testing::{PASSWORD, TestDesk};
use crate::storage::testing::regions::region_id;

fn new() -> NewAccount {
    NewAccount {
        username: "nieuw".to_owned(),
        name: "N. Nieuw".to_owned(),
        role: Role::Operator,
        region: region_id("west"),
        trained_until: None,
        password: None,
    }
}

/// The token of the machine's invitation.
async fn token(test: &TestDesk) -> (AccountId, String) {
    let invited = test
        .desk
        .invite_account(&test.machine(), new(), "n@example.org", Language::Nl)
        .await
        .unwrap();
    let link = invited.link.unwrap();
    (invited.id, link.rsplit('/').next().unwrap().to_owned())
}

#[tokio::test]
async fn an_invitation_waits_three_days_and_is_used_once() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let (id, first) = token(&test).await;
        let credentials = |password| Credentials {
            username: "nieuw",
            password,
        };
        assert!(desk.sign_in(credentials(""), "here", None).await.is_err());
        test.clock.advance(desk.policy().invitation);
        let over = desk.join(&first, PASSWORD, "here", None).await;
        assert!(matches!(over, Err(DeskError::Gone(Reason::InvitationUsedUp))));
        assert_eq!(desk.tidy().await.unwrap(), 1);
        let again = desk
            .invite_again(&test.machine(), id, Language::En)
            .await
            .unwrap();
        let second = again.link.unwrap();
        let second = second.rsplit('/').next().unwrap();
        let third = desk
            .invite_again(&test.machine(), id, Language::En)
            .await
            .unwrap();
        let third = third.link.unwrap();
        let third = third.rsplit('/').next().unwrap();
        assert!(
            desk.join(second, PASSWORD, "here", None).await.is_err(),
            "it was replaced"
        );
        let opened = desk.join(third, PASSWORD, "here", None).await.unwrap();
        assert_eq!(desk.scope(opened.token.as_str()).await.unwrap().account, id);
        assert!(desk.join(third, PASSWORD, "here", None).await.is_err());
        desk.sign_in(credentials(PASSWORD), "here", None).await.unwrap();
    }
}

#[tokio::test]
async fn two_who_follow_one_link_at_once_do_not_both_get_in() {
    for test in TestDesk::each().await {
        let (_, token) = token(&test).await;
        let joining = (0..4).map(|_| test.desk.join(&token, PASSWORD, "here", None));
        let joined = futures::future::join_all(joining).await;
        assert_eq!(joined.iter().filter(|answer| answer.is_ok()).count(), 1);
    }
}

#[tokio::test]
async fn whoever_is_put_out_of_use_is_invited_no_longer() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let (id, token) = token(&test).await;
        let disable = AccountChange {
            is_enabled: Some(false),
            ..AccountChange::default()
        };
        desk.change_account(&test.machine(), id, disable).await.unwrap();
        let refused = desk.join(&token, PASSWORD, "here", None).await;
        assert!(matches!(refused, Err(DeskError::Gone(_))));
        let again = desk.invite_again(&test.machine(), id, Language::Nl).await;
        assert!(matches!(
            again,
            Err(DeskError::Conflict {
                code: "account_disabled",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn an_administrator_is_not_told_the_link() {
    for test in TestDesk::each().await {
        let administrator = test.account(Role::Administrator, "west").await;
        let invited = test
            .desk
            .invite_account(&administrator, new(), "n@example.org", Language::Nl)
            .await
            .unwrap();
        assert!(invited.link.is_none());
        let unfit = NewAccount {
            username: "ander".to_owned(),
            ..new()
        };
        let refused = test
            .desk
            .invite_account(&administrator, unfit, "nergens", Language::Nl)
            .await;
        assert!(matches!(refused, Err(DeskError::Invalid(_))));
    }
}
