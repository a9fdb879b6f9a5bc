use super::*;
use crate::desk::actions::fixture::{Room, area, operator};
use crate::domain::id::SessionId;
use crate::domain::random::Random;
use crate::storage::failures::Failure;

fn says(text: &str) -> TipContent {
    TipContent {
        text: text.to_owned(),
        ..TipContent::default()
    }
}

#[tokio::test]
async fn whoever_takes_all_along_gets_their_tips_and_what_did_not_arrive() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let link = room.link(&batch, 2);
        let tip = room
            .desk
            .submit_tip_by_link(&link, says("Bij de brug"), Vec::new())
            .await
            .unwrap()
            .tip;
        let anonymous = TipContent {
            anonymous: true,
            ..says("Bij de sluis")
        };
        room.desk
            .submit_tip_by_link(&link, anonymous, Vec::new())
            .await
            .unwrap();
        let number = batch.members[2];
        let failure = Failure {
            batch: batch.number,
            position: 2,
            participant: number,
            reason: "no_endpoint".to_owned(),
            failed_at: room.clock.now(),
        };
        let mut tx = room.database.store.write().await.unwrap();
        tx.insert_failures(&[failure]).await.unwrap();
        tx.commit().await.unwrap();
        let session = SessionId::new(room.clock.now(), &Random::from_seed(1));
        let scope = ParticipantScope { number, session };
        let export = room.desk.export_own(&scope).await.unwrap();
        assert_eq!(export.called_on.len(), 1);
        assert_eq!(export.called_on[0].action, action.id);
        assert_eq!((export.tips.len(), export.tips[0].id), (1, tip));
        assert_eq!(export.tips[0].content.text, "Bij de brug");
        assert_eq!(export.failures.len(), 1);
        assert_eq!(export.failures[0].reason, "no_endpoint");
    }
}

#[tokio::test]
async fn an_old_link_does_not_bring_back_whoever_left() {
    for room in Room::each().await {
        room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        let link = room.link(&batch, 2);
        let send = async |text| {
            let sent = room.desk.submit_tip_by_link(&link, says(text), Vec::new()).await;
            sent.unwrap().tip
        };
        let before = send("Bij de brug").await;
        let number = batch.members[2];
        let whose = async |tip| room.desk.tip(&operator(), tip).await.unwrap().tip.participant;
        assert_eq!(whose(before).await, Some(number));
        let session = SessionId::new(room.clock.now(), &Random::from_seed(1));
        room.desk
            .leave(&ParticipantScope { number, session })
            .await
            .unwrap();
        let after = send("Bij de sluis").await;
        assert_eq!((whose(before).await, whose(after).await), (None, None));
    }
}
