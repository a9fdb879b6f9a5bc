use std::io::Cursor;
use std::time::Duration;

use bytes::Bytes;

use super::super::actions::Closing;
use super::super::actions::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::language::Language;
use crate::domain::outcome::Outcome;
use crate::domain::photo::PhotoError;
use crate::domain::role::Role;
use crate::domain::tip::{FollowedState, TipContent, TipMark, TipPhase, TipSource, TipVerb};
use crate::storage::batches::ClaimedBatch;
use crate::storage::events::EventFilter;
use crate::storage::photos::PhotoSize;
use crate::storage::tips::TipCursor;

fn says(text: &str) -> TipContent {
    TipContent {
        text: text.to_owned(),
        ..TipContent::default()
    }
}

fn passed_on() -> TipMark {
    TipMark::PassedOn {
        unit: "12.03".to_owned(),
    }
}

/// A started action and the links of its first batch, all handed over.
async fn with_links(room: &Room) -> (Action, Vec<String>) {
    let (action, batch) = with_batch(room).await;
    let links = (0..25).map(|position| room.link(&batch, position)).collect();
    (action, links)
}

async fn with_batch(room: &Room) -> (Action, ClaimedBatch) {
    let action = room.started(area(0, 0, 5, 5)).await;
    (action, room.hand_over(25, false).await.remove(0))
}

#[tokio::test]
async fn a_tip_by_link_is_judged_passed_on_and_followed_by_its_sender() {
    for room in Room::each().await {
        let desk = &room.desk;
        let (action, batch) = with_batch(&room).await;
        let sent = desk
            .submit_tip_by_link(&room.link(&batch, 2), says("Bij de brug"), Vec::new())
            .await
            .unwrap();
        let view = desk.tip(&operator(), sent.tip).await.unwrap();
        assert_eq!(view.tip.source, TipSource::Sms);
        assert_eq!(view.tip.participant, Some(batch.members[2]));
        let followed = async || desk.follow_tip(&sent.reference).await.unwrap();
        assert_eq!(followed().await.state, FollowedState::Received);

        let volunteer = scope(Role::VolunteerOperator, "unit");
        desk.mark_tip(&volunteer, sent.tip, 1, TipMark::Seen)
            .await
            .unwrap();
        assert_eq!(followed().await.state, FollowedState::Read);
        let late = desk.mark_tip(&operator(), sent.tip, 1, TipMark::Relevant).await;
        assert!(matches!(
            late,
            Err(DeskError::Conflict {
                code: "changed_meanwhile",
                ..
            })
        ));
        room.clock.advance(Duration::from_mins(3));
        desk.mark_tip(&operator(), sent.tip, 2, passed_on())
            .await
            .unwrap();
        desk.note_on_tip(&operator(), sent.tip, "Eenheid is onderweg")
            .await
            .unwrap();
        assert_eq!(followed().await.state, FollowedState::ActedOn);
        let view = desk.tip(&operator(), sent.tip).await.unwrap();
        let verbs: Vec<_> = view.history.iter().map(|deed| deed.verb).collect();
        assert_eq!(
            verbs,
            [
                TipVerb::Received,
                TipVerb::Seen,
                TipVerb::PassedOn,
                TipVerb::Noted
            ]
        );
        let (moments, _) = desk.lost_minutes(&operator(), action.id).await.unwrap();
        assert_eq!(moments.passed_on_at, Some(room.clock.now()));

        let closing = Closing::new(Outcome::DirectSuccess { tip: sent.tip });
        desk.close_action(&operator(), action.id, 2, closing)
            .await
            .unwrap();
        let ended = followed().await;
        assert_eq!(ended.state, FollowedState::Ended);
        assert!(ended.closing.is_some());
    }
}

#[tokio::test]
async fn a_tip_after_the_end_is_taken_and_marked_late() {
    for room in Room::each().await {
        let (action, links) = with_links(&room).await;
        let closing = Closing::new(Outcome::NotResolved);
        room.desk
            .close_action(&operator(), action.id, 2, closing)
            .await
            .unwrap();
        let sent = room
            .desk
            .submit_tip_by_link(&links[0], says("Toch gezien"), Vec::new())
            .await
            .unwrap();
        assert!(sent.late);
        assert!(room.desk.tip(&operator(), sent.tip).await.unwrap().tip.late);
    }
}

#[tokio::test]
async fn an_anonymous_tip_keeps_no_participant_and_its_events_name_nobody() {
    for room in Room::each().await {
        let (_, links) = with_links(&room).await;
        let tip = TipContent {
            anonymous: true,
            ..says("CANARY")
        };
        let sent = room
            .desk
            .submit_tip_by_link(&links[0], tip, Vec::new())
            .await
            .unwrap();
        assert_eq!(
            room.desk
                .tip(&operator(), sent.tip)
                .await
                .unwrap()
                .tip
                .participant,
            None
        );
        let mut tx = room.database.store.read().await.unwrap();
        let events = tx.list_events(0, EventFilter::default(), 100).await.unwrap();
        let received = events
            .iter()
            .find(|event| event.kind == EventKind::TipReceived)
            .unwrap();
        assert_eq!(received.actor, Actor::Participant);
        assert!(!format!("{events:?}").contains("CANARY"));
    }
}

#[tokio::test]
async fn an_eleventh_tip_by_one_link_waits_and_another_link_does_not() {
    for room in Room::each().await {
        let (_, links) = with_links(&room).await;
        let send = async |link: &str| room.desk.submit_tip_by_link(link, says("x"), Vec::new()).await;
        for _ in 0..10 {
            send(&links[0]).await.unwrap();
        }
        let Err(DeskError::TooMany { retry_after }) = send(&links[0]).await else {
            panic!("the eleventh is taken");
        };
        assert_eq!(retry_after, Duration::from_hours(1));
        send(&links[1]).await.unwrap();
        room.clock.advance(Duration::from_hours(1));
        send(&links[0]).await.unwrap();
    }
}

#[tokio::test]
async fn a_link_that_we_did_not_make_leads_nowhere() {
    for room in Room::each().await {
        let (_, links) = with_links(&room).await;
        let forged = format!("{}A", &links[0][..links[0].len() - 1]);
        let beyond = room.references.delivery(DeliveryRef {
            batch: 1,
            position: 499,
        });
        for link in ["", "abc", &forged, &beyond] {
            let sent = room.desk.submit_tip_by_link(link, says("x"), Vec::new()).await;
            assert!(matches!(sent, Err(DeskError::NotFound("link"))));
            let page = room.desk.action_by_link(link, Language::En).await;
            assert!(matches!(page, Err(DeskError::NotFound("link"))));
        }
        assert!(matches!(
            room.desk.follow_tip(&links[0]).await,
            Err(DeskError::NotFound("tip"))
        ));
    }
}

#[tokio::test]
async fn a_duplicate_names_the_first_tip_of_the_same_action() {
    for room in Room::each().await {
        let desk = &room.desk;
        let (action, links) = with_links(&room).await;
        let mut tips = Vec::new();
        for link in &links[..3] {
            let sent = desk
                .submit_tip_by_link(link, says("x"), Vec::new())
                .await
                .unwrap();
            tips.push(sent.tip);
            room.clock.advance(Duration::from_secs(1));
        }
        let other = room.started(area(10, 0, 15, 5)).await;
        let elsewhere = desk
            .submit_tip_by_telephone(&operator(), other.id, says("y"))
            .await
            .unwrap()
            .tip;
        let repeat = async |tip, of| {
            let mark = TipMark::DuplicateOf { tip: of };
            desk.mark_tip(&operator(), tip, 1, mark).await
        };
        let code = |result: Result<Tip>| match result {
            Err(DeskError::Invalid(fields)) => fields[0].code.name(),
            _ => "taken",
        };
        assert_eq!(code(repeat(tips[1], tips[1]).await), "duplicate_of_itself");
        assert_eq!(code(repeat(tips[1], elsewhere).await), "tip_unknown");
        assert_eq!(code(repeat(tips[1], tips[0]).await), "taken");
        assert_eq!(code(repeat(tips[2], tips[1]).await), "duplicate_of_itself");

        let query = TipQuery {
            limit: 2,
            ..TipQuery::default()
        };
        let page = desk.list_tips(&operator(), action.id, &query).await.unwrap();
        let ids: Vec<_> = page.tips.iter().map(|tip| tip.id).collect();
        assert_eq!(ids, [tips[2], tips[1]]);
        let query = TipQuery {
            after: page.next,
            ..query
        };
        let rest = desk.list_tips(&operator(), action.id, &query).await.unwrap();
        assert_eq!(TipCursor::after(&rest.tips[0]).id, tips[0]);
    }
}

#[tokio::test]
async fn tips_are_for_the_control_room_of_the_territory_alone() {
    for room in Room::each().await {
        let (action, links) = with_links(&room).await;
        let sent = room
            .desk
            .submit_tip_by_link(&links[0], says("x"), Vec::new())
            .await
            .unwrap();
        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        assert!(matches!(
            room.desk.tip(&ambassador, sent.tip).await,
            Err(DeskError::Forbidden(_))
        ));
        let elsewhere = scope(Role::Operator, "south-east");
        assert!(matches!(
            room.desk.tip(&elsewhere, sent.tip).await,
            Err(DeskError::NotFound("tip"))
        ));
        let list = room
            .desk
            .list_tips(&elsewhere, action.id, &TipQuery::default())
            .await;
        assert!(matches!(list, Err(DeskError::NotFound("action"))));
    }
}

#[tokio::test]
async fn a_tip_is_not_lost_for_a_photo_that_cannot_be_read() {
    for room in Room::each().await {
        let (action, links) = with_links(&room).await;
        let mut png = Cursor::new(Vec::new());
        image::RgbImage::new(30, 20)
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        let photos = vec![Bytes::from_static(b"no photo"), Bytes::from(png.into_inner())];
        let sent = room
            .desk
            .submit_tip_by_link(&links[0], says("x"), photos)
            .await
            .unwrap();
        assert_eq!(sent.refused_photos, [(0, PhotoError::UnknownFormat.into())]);
        let view = room.desk.tip(&operator(), sent.tip).await.unwrap();
        assert_eq!((view.photos.len(), view.photos[0].width), (1, 30));
        let id = view.photos[0].id;
        let file = room
            .desk
            .photo(&operator(), id, PhotoSize::Thumbnail)
            .await
            .unwrap();
        assert_eq!(&file[..2], [0xFF, 0xD8]);
        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        let seen = room.desk.photo(&ambassador, id, PhotoSize::Full).await;
        assert!(matches!(seen, Err(DeskError::Forbidden(_))));
        let by_link = room.desk.photo_by_link(&links[1], id, PhotoSize::Full).await;
        assert!(matches!(by_link, Err(DeskError::NotFound("photo"))));
        let _ = action;
    }
}

#[tokio::test]
async fn a_participant_who_is_signed_in_tips_on_what_went_out_and_not_on_drafts() {
    for room in Room::each().await {
        let (action, _) = with_links(&room).await;
        let sent = room
            .desk
            .submit_tip_as_participant(80, action.id, says("x"), Vec::new())
            .await
            .unwrap();
        let tip = room.desk.tip(&operator(), sent.tip).await.unwrap().tip;
        assert_eq!((tip.source, tip.participant), (TipSource::Device, Some(80)));
        assert_eq!(tip.state.phase(), TipPhase::New);
        let draft = room.draft(area(0, 0, 5, 5)).await;
        let sent = room
            .desk
            .submit_tip_as_participant(80, draft.id, says("x"), Vec::new())
            .await;
        assert!(matches!(sent, Err(DeskError::NotFound("action"))));
    }
}
