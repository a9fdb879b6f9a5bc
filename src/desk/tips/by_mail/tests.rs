use super::*;
use crate::desk::actions::fixture::{Room, area, operator};
use crate::desk::tips::TipView;
use crate::domain::action::{ActionKind, DraftInput};
use crate::domain::channel::ChannelSet;
use crate::domain::id::ParticipantNumber;
use crate::storage::testing::people::keyring;

/// A mail to a participant about a call-out of its own.
struct Mailed {
    delivery: DeliveryRef,
    participant: ParticipantNumber,
    mailbox: String,
}

async fn mailed(room: &Room) -> Mailed {
    let mut input = DraftInput::new(ActionKind::Burglary);
    input.area = Some(area(0, 0, 5, 5));
    input.channels = Some(ChannelSet::NONE.with(Channel::Email));
    input.description.direction = Some("de brug".to_owned());
    let draft = room.desk.create_draft(&operator(), input).await.unwrap();
    room.desk
        .start_action(&operator(), draft.id, draft.version)
        .await
        .unwrap();
    let mut tx = room.database.store.read().await.unwrap();
    let waves = tx.list_waves(&keyring(), draft.id).await.unwrap();
    let recipients = tx.list_recipients(waves[0].id).await.unwrap();
    let participant = recipients[0].participant;
    let stored = tx
        .find_participant(&keyring(), participant)
        .await
        .unwrap()
        .unwrap();
    let mailbox = stored.participant.contact.email.unwrap().as_str().to_owned();
    Mailed {
        delivery: DeliveryRef {
            batch: recipients[0].batch,
            position: recipients[0].position,
        },
        participant,
        mailbox,
    }
}

fn bounce(to: &str, about: &str, status: &str, action: &str) -> Bytes {
    Bytes::from(format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {about}\r\nAction: {action}\r\n\
         Status: {status}\r\n\r\n--b--\r\n"
    ))
}

fn answer(to: &str, text: &str) -> Bytes {
    Bytes::from(format!(
        "From: iemand@elders.example\r\nTo: {to}\r\nMessage-ID: <{}@elders.example>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        text.len()
    ))
}

async fn is_reachable(room: &Room, participant: ParticipantNumber) -> bool {
    let mut tx = room.database.store.read().await.unwrap();
    let stored = tx.find_participant(&keyring(), participant).await.unwrap();
    stored.unwrap().reachable.contains(Channel::Email)
}

#[tokio::test]
async fn a_bounce_fails_its_delivery_and_retires_a_mailbox_only_when_it_does_not_exist() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        let to = format!(
            "bounce+{}@oproep.example",
            room.references.bounce(mailed.delivery)
        );
        let take = async |about: &str, status, action| {
            let mail = bounce(&to, about, status, action);
            room.desk.take_mail(mail, None).await.unwrap()
        };
        let failed = TakenMail {
            what: WhatMail::Bounced { retired: false },
            receipt: Some((mailed.delivery, Receipt::Failed)),
        };
        for (about, status) in [
            (mailed.mailbox.as_str(), "5.2.2"),
            (&mailed.mailbox, "5.7.1"),
            (&mailed.mailbox, "4.4.7"),
            ("another@example.org", "5.1.1"),
        ] {
            assert_eq!(take(about, status, "failed").await, failed, "{about} {status}");
            assert!(is_reachable(&room, mailed.participant).await, "{status}");
        }
        let later = take(&mailed.mailbox, "5.1.1", "delayed").await;
        assert_eq!(later, WhatMail::Reported.into());
        assert!(is_reachable(&room, mailed.participant).await);

        let gone = take(&mailed.mailbox.to_uppercase(), "5.1.1", "failed").await;
        assert_eq!(gone.what, WhatMail::Bounced { retired: true });
        assert!(!is_reachable(&room, mailed.participant).await);
        assert_eq!(
            take(&mailed.mailbox, "5.1.1", "failed").await,
            failed,
            "a second changes nothing"
        );
        let mut tx = room.database.store.read().await.unwrap();
        let failures = tx.list_failures_of(mailed.participant).await.unwrap();
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].reason, "bounce 5.2.2");
    }
}

#[tokio::test]
async fn a_bounce_that_comes_after_the_address_was_changed_leaves_the_new_one() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        room.change(mailed.participant, |stored| {
            stored.participant.contact.email = "nieuw@example.org".parse().ok();
        })
        .await;
        let to = format!(
            "bounce+{}@oproep.example",
            room.references.bounce(mailed.delivery)
        );
        let taken = room
            .desk
            .take_mail(bounce(&to, &mailed.mailbox, "5.1.1", "failed"), None);
        assert_eq!(taken.await.unwrap().what, WhatMail::Bounced { retired: false });
        assert!(is_reachable(&room, mailed.participant).await);
    }
}

#[tokio::test]
async fn forged_and_foreign_bounces_do_nothing() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        let (references, delivery) = (&room.references, mailed.delivery);
        let nobody = DeliveryRef {
            batch: 999_999,
            position: 0,
        };
        let mut changed = references.bounce(delivery).into_bytes();
        changed[3] = if changed[3] == b'a' { b'b' } else { b'a' };
        for mark in [
            references.reply(delivery),
            references.bounce(nobody),
            String::from_utf8(changed).unwrap(),
            "x".to_owned(),
        ] {
            let mail = bounce(
                &format!("bounce+{mark}@o.example"),
                &mailed.mailbox,
                "5.1.1",
                "failed",
            );
            let taken = room.desk.take_mail(mail, None).await.unwrap();
            assert_eq!(taken, WhatMail::Foreign.into(), "{mark}");
        }
        assert!(is_reachable(&room, mailed.participant).await);
    }
}

#[tokio::test]
async fn an_answer_is_a_tip_from_whoever_sends_it_and_one_tip_however_often_it_is_brought() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        let to = format!("tip+{}@oproep.example", room.references.reply(mailed.delivery));
        let mail = answer(
            "Burgernet <ander@oproep.example>",
            "Bij de brug\r\n\r\n> Kijk uit",
        );
        let mut tips = Vec::new();
        for _ in 0..2 {
            let taken = room.desk.take_mail(mail.clone(), Some(to.clone())).await.unwrap();
            let WhatMail::Tip(tip) = taken.what else {
                panic!("{taken:?}")
            };
            tips.push(tip);
        }
        assert_eq!(tips[0], tips[1]);
        let TipView { tip, .. } = room.desk.tip(&operator(), tips[0]).await.unwrap();
        assert_eq!(tip.content.text, "Bij de brug");
        assert_eq!(
            (tip.source, tip.participant),
            (TipSource::EmailReply, Some(mailed.participant))
        );

        let long = answer(&to, &"Een heel lang verhaal. ".repeat(200));
        let WhatMail::Tip(long) = room.desk.take_mail(long, None).await.unwrap().what else {
            panic!("no tip")
        };
        let long = room.desk.tip(&operator(), long).await.unwrap().tip.content.text;
        assert!(long.chars().count() <= MAX_TIP_CHARS && long.ends_with("[...]"));
    }
}

#[tokio::test]
async fn what_is_no_answer_of_ours_is_never_a_tip() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        let to = format!("tip+{}@oproep.example", room.references.reply(mailed.delivery));
        let vacation = [
            b"Auto-Submitted: auto-replied\r\n".as_slice(),
            &answer(&to, "Ik ben er niet"),
        ]
        .concat();
        let bounced = bounce(&to, &mailed.mailbox, "5.1.1", "failed");
        let by_link = format!("tip+{}@o.example", room.references.bounce(mailed.delivery));
        for (mail, what) in [
            (Bytes::from(vacation), WhatMail::Automatic),
            (bounced, WhatMail::Foreign),
            (answer("tip@oproep.example", "Zonder kenmerk"), WhatMail::Foreign),
            (answer(&by_link, "Met het verkeerde"), WhatMail::Foreign),
            (answer(&to, "> alleen wat er stond"), WhatMail::Empty),
            (Bytes::new(), WhatMail::Unreadable),
        ] {
            assert_eq!(
                room.desk.take_mail(mail, None).await.unwrap(),
                what.into(),
                "{what:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_eleventh_answer_within_the_hour_waits() {
    for room in Room::each().await {
        let mailed = mailed(&room).await;
        let to = format!("tip+{}@oproep.example", room.references.reply(mailed.delivery));
        for number in 0..10 {
            let mail = answer(&to, &"x".repeat(number + 1));
            assert!(matches!(
                room.desk.take_mail(mail, None).await.unwrap().what,
                WhatMail::Tip(_)
            ));
        }
        let mail = answer(&to, &"x".repeat(20));
        let refused = room.desk.take_mail(mail.clone(), None).await;
        assert!(matches!(refused, Err(DeskError::TooMany { .. })), "{refused:?}");
        room.clock.advance(WINDOW + Duration::from_secs(1));
        assert!(room.desk.take_mail(mail, None).await.is_ok());
    }
}

#[tokio::test]
async fn a_bounce_of_a_text_message_is_none() {
    for room in Room::each().await {
        room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(5, false).await.remove(0);
        let delivery = DeliveryRef {
            batch: batch.number,
            position: 0,
        };
        let to = format!("bounce+{}@o.example", room.references.bounce(delivery));
        let taken = room
            .desk
            .take_mail(bounce(&to, "p0@example.org", "5.1.1", "failed"), None);
        assert_eq!(taken.await.unwrap(), WhatMail::Foreign.into());
    }
}
