//! What counts as large, kind by kind, and who hears that something waits.

use super::*;
use crate::desk::safeguards::ApprovalOfKind;
use crate::domain::action::ActionKind;
use crate::storage::events::EventFilter;

/// Twenty people live at its southern edge.
fn wide_and_empty() -> Area {
    area(0, 4, 20, 20)
}

#[tokio::test]
async fn a_large_area_needs_a_second_person_however_few_live_in_it() {
    let mut safeguards = Safeguards::none();
    // 20 by 16 steps of a hundred metres are 3.2 square kilometres.
    safeguards.approval.km2 = 3;
    for room in Room::each_guarded(&safeguards).await {
        let draft = room.draft(wide_and_empty()).await;
        let alone = room.desk.start_action(&operator(), draft.id, 1).await;
        assert_eq!(code(alone), "needs_approval");
        let smaller = room.draft(area(0, 4, 20, 18)).await;
        room.desk.start_action(&operator(), smaller.id, 1).await.unwrap();
        let wider = room
            .desk
            .expand_action(&operator(), smaller.id, 2, &area(0, 0, 20, 20))
            .await;
        assert_eq!(code(wider), "needs_approval");
    }
}

#[tokio::test]
async fn a_kind_may_always_need_a_second_person() {
    let mut safeguards = Safeguards::none();
    safeguards.approval.of_kind = vec![ApprovalOfKind {
        kind: ActionKind::Burglary,
        people: Some(0),
        km2: None,
    }];
    for room in Room::each_guarded(&safeguards).await {
        let burglary = room.draft(area(0, 0, 1, 1)).await;
        let alone = room.desk.start_action(&operator(), burglary.id, 1).await;
        assert_eq!(code(alone), "needs_approval");
        let theft = DraftInput {
            kind: ActionKind::Theft,
            ..input(&room, &burglary, area(0, 0, 1, 1))
        };
        let theft = room.desk.create_draft(&operator(), theft).await.unwrap();
        room.desk.start_action(&operator(), theft.id, 1).await.unwrap();
    }
}

#[tokio::test]
async fn a_volunteer_proposes_an_expansion_and_the_screens_hear_of_every_step() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let action = room.started(area(0, 0, 4, 5)).await;
        let wide = area(0, 0, 8, 5);
        let volunteer = scope(Role::VolunteerOperator, "unit");
        desk.submit_action(&volunteer, action.id, 2, Some(Matter::Expansion(wide.clone())))
            .await
            .unwrap();
        desk.approve_action(&operator(), action.id, 3, 20).await.unwrap();
        let by_volunteer = desk.expand_action(&volunteer, action.id, 4, &wide).await;
        assert_eq!(code(by_volunteer), "role");
        desk.expand_action(&operator(), action.id, 4, &wide)
            .await
            .unwrap();
        let mut tx = room.database.store.read().await.unwrap();
        let events = tx.list_events(0, EventFilter::default(), 100).await.unwrap();
        let told: Vec<_> = events
            .iter()
            .map(|event| (event.kind.name(), event.data["wave"].as_str()))
            .filter(|(kind, _)| kind.starts_with("action."))
            .collect();
        assert_eq!(
            told[2..],
            [
                ("action.submitted", Some("expansion")),
                ("action.approved", Some("expansion"))
            ]
        );
    }
}
