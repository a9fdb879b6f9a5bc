use super::super::fixture::{Room, area, operator, picture, scope};
use super::*;
use crate::domain::role::Role;

#[tokio::test]
async fn an_action_takes_five_photos_and_a_draft_gives_them_back() {
    for room in Room::each().await {
        let (desk, draft) = (&room.desk, room.draft(area(0, 0, 5, 5)).await);
        let mut photos = Vec::new();
        for version in 1..=5 {
            photos.push(
                desk.add_photo(&operator(), draft.id, version, picture())
                    .await
                    .unwrap(),
            );
        }
        let sixth = desk.add_photo(&operator(), draft.id, 6, picture()).await;
        assert!(
            matches!(sixth, Err(DeskError::Invalid(fields)) if fields[0].code.name() == "too_many_photos")
        );
        let stale = desk.remove_photo(&operator(), draft.id, 2, photos[0]).await;
        assert!(matches!(
            stale,
            Err(DeskError::Conflict {
                code: "changed_meanwhile",
                ..
            })
        ));
        desk.remove_photo(&operator(), draft.id, 6, photos[0])
            .await
            .unwrap();
        let left = desk.action(&operator(), draft.id).await.unwrap().photos;
        assert!(left.iter().map(|photo| photo.id).eq(photos[1..].iter().copied()));
        let text = desk
            .add_photo(&operator(), draft.id, 7, Bytes::from_static(b"text"))
            .await;
        assert!(matches!(
            text,
            Err(DeskError::Refused {
                code: "photo_unknown_format",
                ..
            })
        ));
    }
}

#[tokio::test]
async fn a_running_action_takes_a_photo_from_whoever_may_send_and_gives_none_back() {
    for room in Room::each().await {
        let (desk, action) = (&room.desk, room.started(area(0, 0, 5, 5)).await);
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let refused = desk.add_photo(&volunteer, action.id, 2, picture()).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        let photo = desk
            .add_photo(&operator(), action.id, 2, picture())
            .await
            .unwrap();
        let removed = desk.remove_photo(&operator(), action.id, 3, photo).await;
        assert!(matches!(
            removed,
            Err(DeskError::Conflict {
                code: "wrong_phase",
                ..
            })
        ));
        desk.withdraw_action(&operator(), action.id, 3).await.unwrap();
        let late = desk.add_photo(&operator(), action.id, 4, picture()).await;
        assert!(matches!(
            late,
            Err(DeskError::Conflict {
                code: "wrong_phase",
                ..
            })
        ));
    }
}
