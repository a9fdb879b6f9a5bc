use super::super::fixture::{Room, area, operator, operator_number, picture, scope};
use super::*;
use crate::desk::safeguards::{ApprovalRules, Safeguards};
use crate::domain::action::approval::Tolerance;
use crate::domain::action::{ActionState, DraftInput, Phase, Text, Texts};
use crate::domain::area::Area;
use crate::domain::role::Role;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};
use crate::storage::testing::people::keyring;

mod size;

/// At most twenty people without a second person, and five more or fewer than approved.
fn careful() -> Safeguards {
    Safeguards {
        approval: ApprovalRules {
            people: 20,
            km2: u32::MAX,
            tolerance: Tolerance {
                percent: 0,
                people: 5,
            },
            of_kind: Vec::new(),
        },
        ..Safeguards::none()
    }
}

fn code<T>(result: Result<T>) -> &'static str {
    match result.err().expect("it is refused") {
        DeskError::Forbidden(reason) => reason.code(),
        DeskError::Conflict { code, .. } | DeskError::Refused { code, .. } => code,
        DeskError::NotFound(what) => what,
        other => panic!("{other}"),
    }
}

fn input(room: &Room, draft: &Action, area: Area) -> DraftInput {
    let mut input = DraftInput::new(draft.content.kind);
    input.area = Some(area);
    input.origin = draft.content.origin;
    input.description = draft.content.description.clone();
    input.requested_at = Some(room.clock.now());
    input
}

/// 25 people live in it.
fn large() -> Area {
    area(0, 0, 5, 5)
}

/// 50 people live in it.
fn larger() -> Area {
    area(0, 0, 10, 5)
}

#[tokio::test]
async fn a_large_action_goes_out_with_a_second_person_and_a_small_one_without() {
    for room in Room::each_guarded(&careful()).await {
        let small = room.draft(area(0, 0, 2, 5)).await;
        room.desk.start_action(&operator(), small.id, 1).await.unwrap();

        let draft = room.draft(large()).await;
        let alone = room.desk.start_action(&operator(), draft.id, 1).await;
        assert_eq!(code(alone), "needs_approval");
        let submitted = room
            .desk
            .submit_action(&operator(), draft.id, 1, None)
            .await
            .unwrap();
        assert_eq!(
            (submitted.audience, submitted.action.state.phase()),
            (25, Phase::Submitted)
        );
        let own = room.desk.approve_action(&operator(), draft.id, 2, 25).await;
        assert_eq!(code(own), "own_work");
        let colleague = operator_number(2);
        let misread = room.desk.approve_action(&colleague, draft.id, 2, 250).await;
        assert_eq!(code(misread), "audience_changed");
        let approved = room
            .desk
            .approve_action(&colleague, draft.id, 2, 25)
            .await
            .unwrap();
        assert_eq!(approved.state.phase(), Phase::Approved);
        // The small one runs in a part of the same area.
        let alike = [crate::domain::check::CheckCode::DuplicateRunning]
            .into_iter()
            .collect();
        let started = room
            .desk
            .start_action_confirming(&operator(), draft.id, 3, &alike)
            .await
            .unwrap();
        let approval = room.now(&started.action).await.state.run().unwrap().approval;
        assert_eq!(approval.unwrap().approved.by, colleague.account);
        let photo = room.desk.add_photo(&operator(), draft.id, 4, picture()).await;
        assert_eq!(code(photo), "approved_as_it_is", "nobody else saw it");
    }
}

#[tokio::test]
async fn whatever_changes_the_draft_voids_what_was_approved() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let draft = room.draft(large()).await;
        desk.submit_action(&operator(), draft.id, 1, None).await.unwrap();
        let changed = desk
            .change_draft(&operator(), draft.id, 2, input(&room, &draft, larger()))
            .await
            .unwrap();
        assert_eq!(
            changed.state,
            ActionState::Draft,
            "what was submitted is no longer there"
        );
        desk.submit_action(&operator(), draft.id, 3, None).await.unwrap();
        desk.approve_action(&operator_number(2), draft.id, 4, 50)
            .await
            .unwrap();
        // By the approver, and back to what it was: it is another draft all the same.
        let changed = desk
            .change_draft(&operator_number(2), draft.id, 5, input(&room, &draft, larger()))
            .await
            .unwrap();
        assert_eq!(room.now(&changed).await.state, ActionState::Draft);
        assert_eq!(
            code(desk.start_action(&operator(), draft.id, 6).await),
            "needs_approval"
        );
        desk.submit_action(&operator_number(3), draft.id, 6, None)
            .await
            .unwrap();
        for barred in [operator(), operator_number(2), operator_number(3)] {
            assert_eq!(
                code(desk.approve_action(&barred, draft.id, 7, 50).await),
                "own_work",
                "author, last editor, submitter"
            );
        }
        desk.approve_action(&operator_number(4), draft.id, 7, 50)
            .await
            .unwrap();
        let photo = picture();
        desk.add_photo(&operator(), draft.id, 8, photo).await.unwrap();
        assert_eq!(
            room.now(&draft).await.state,
            ActionState::Draft,
            "a photo is part of what is shown"
        );
    }
}

#[tokio::test]
async fn an_audience_that_grew_or_shrank_too_much_is_counted_and_approved_anew() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let draft = room.draft(large()).await;
        desk.submit_action(&operator(), draft.id, 1, None).await.unwrap();
        desk.approve_action(&operator_number(2), draft.id, 2, 25)
            .await
            .unwrap();
        // Six of them leave the topic behind.
        for number in [1, 2, 3, 21, 22, 23] {
            room.change(number, |stored| {
                stored.participant.topics = crate::domain::participant::Topics::NONE;
            })
            .await;
        }
        desk.directory().catch_up().await.unwrap();
        assert_eq!(
            code(desk.start_action(&operator(), draft.id, 3).await),
            "audience_changed"
        );
        let again = desk.submit_action(&operator(), draft.id, 3, None).await.unwrap();
        assert_eq!(again.audience, 19);
        desk.approve_action(&operator_number(2), draft.id, 4, 19)
            .await
            .unwrap();
        desk.start_action(&operator(), draft.id, 5).await.unwrap();
    }
}

#[tokio::test]
async fn what_a_volunteer_made_or_changed_goes_out_only_when_approved_however_small() {
    for room in Room::each_guarded(&Safeguards::none()).await {
        let desk = &room.desk;
        let volunteer = scope(Role::VolunteerOperator, "unit");
        let made = room.draft(large()).await;
        let changed = desk
            .change_draft(&volunteer, made.id, 1, input(&room, &made, area(0, 0, 1, 1)))
            .await
            .unwrap();
        let back = desk
            .change_draft(&operator(), made.id, 2, input(&room, &made, area(0, 0, 1, 1)))
            .await
            .unwrap();
        assert!(changed.needs_approval && back.needs_approval && room.now(&made).await.needs_approval);
        assert_eq!(
            code(desk.start_action(&operator(), made.id, 3).await),
            "needs_approval"
        );
        desk.submit_action(&volunteer, made.id, 3, None).await.unwrap();
        assert_eq!(code(desk.approve_action(&volunteer, made.id, 4, 1).await), "role");
        desk.approve_action(&operator_number(2), made.id, 4, 1)
            .await
            .unwrap();
        desk.start_action(&operator_number(2), made.id, 5).await.unwrap();
    }
}

#[tokio::test]
async fn a_second_person_works_for_this_part_of_the_territory_and_in_the_right_role() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let draft = room.draft(larger()).await;
        desk.submit_action(&operator(), draft.id, 1, None).await.unwrap();
        let elsewhere = scope(Role::Operator, "east");
        assert_eq!(
            code(desk.approve_action(&elsewhere, draft.id, 2, 50).await),
            "action"
        );
        for role in [Role::Coordinator, Role::MunicipalAmbassador, Role::Administrator] {
            let refused = desk.approve_action(&scope(role, "unit"), draft.id, 2, 50).await;
            assert_eq!(code(refused), "role", "{role}: it is urgent");
        }
        let judged = desk
            .decline_action(&elsewhere, draft.id, 2, Verdict::Refuse, "no")
            .await;
        assert_eq!(code(judged), "action");
    }
}

#[tokio::test]
async fn a_returned_draft_says_why_until_it_is_submitted_again_and_a_refused_one_is_final() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let draft = room.draft(large()).await;
        desk.submit_action(&operator(), draft.id, 1, None).await.unwrap();
        let second = operator_number(2);
        let blank = desk
            .decline_action(&second, draft.id, 2, Verdict::Return, "  ")
            .await;
        assert!(matches!(blank, Err(DeskError::Invalid(_))));
        desk.decline_action(&second, draft.id, 2, Verdict::Return, "Het gebied is Zeist.")
            .await
            .unwrap();
        let returned = room.now(&draft).await;
        assert_eq!(returned.verdict.as_deref(), Some("Het gebied is Zeist."));
        assert_eq!(
            code(desk.start_action(&operator(), draft.id, 3).await),
            "wrong_phase"
        );
        let better = desk
            .change_draft(&operator(), draft.id, 3, input(&room, &draft, larger()))
            .await
            .unwrap();
        assert_eq!(
            (better.state.phase(), better.verdict),
            (Phase::Returned, returned.verdict)
        );
        desk.submit_action(&operator(), draft.id, 4, None).await.unwrap();
        assert_eq!(room.now(&draft).await.verdict, None);
        desk.approve_action(&second, draft.id, 5, 50).await.unwrap();
        desk.decline_action(&second, draft.id, 6, Verdict::Refuse, "Ze is terecht.")
            .await
            .unwrap();
        let refused = room.now(&draft).await;
        assert_eq!(refused.state.phase(), Phase::Refused);
        assert!(refused.state.ended_at().is_some());
        assert_eq!(
            code(desk.submit_action(&operator(), draft.id, 7, None).await),
            "wrong_phase"
        );
        assert_eq!(
            code(desk.withdraw_action(&operator(), draft.id, 7).await),
            "wrong_phase"
        );
    }
}

#[tokio::test]
async fn an_expansion_and_an_update_of_a_large_action_have_an_approval_of_their_own() {
    for room in Room::each_guarded(&careful()).await {
        let desk = &room.desk;
        let second = operator_number(2);
        let action = room.started(area(0, 0, 4, 5)).await;
        let wide = area(0, 0, 8, 5);
        let alone = desk.expand_action(&operator(), action.id, 2, &wide).await;
        assert_eq!(code(alone), "needs_approval");
        let few = desk
            .expand_action(&operator(), action.id, 2, &area(4, 0, 5, 1))
            .await;
        assert_eq!(code(few), "needs_approval", "many small steps are one large one");
        let submitted = desk
            .submit_action(&operator(), action.id, 2, Some(Matter::Expansion(wide.clone())))
            .await
            .unwrap();
        assert_eq!(submitted.audience, 20);
        assert_eq!(
            code(desk.approve_action(&operator(), action.id, 3, 20).await),
            "own_work"
        );
        desk.approve_action(&second, action.id, 3, 20).await.unwrap();
        let other = desk
            .expand_action(&operator(), action.id, 4, &area(0, 0, 9, 5))
            .await;
        assert_eq!(code(other), "needs_approval", "another area is another matter");
        let expanded = desk
            .expand_action(&operator(), action.id, 4, &wide)
            .await
            .unwrap();
        assert_eq!(expanded.audience, 20);
        let twice = desk
            .expand_action(&operator(), action.id, 5, &area(0, 0, 8, 6))
            .await;
        assert_eq!(code(twice), "nobody_reached", "and the approval is used up");

        let texts = Texts {
            nl: Text::new("Verbeterd", "Het kenteken is 12-ABC-3."),
            en: Text::new("Corrected", "The number plate is 12-ABC-3."),
        };
        let alone = desk.update_action(&operator(), action.id, 5, &texts).await;
        assert_eq!(code(alone), "needs_approval");
        desk.submit_action(&operator(), action.id, 5, Some(Matter::Update(texts.clone())))
            .await
            .unwrap();
        let waiting = ActionFilter {
            waiting_for_approval: true,
            ..ActionFilter::default()
        };
        let mut tx = room.database.store.read().await.unwrap();
        let listed = tx
            .list_actions(&keyring(), &waiting, ActionOrder::Newest, None, 10)
            .await
            .unwrap();
        drop(tx);
        assert_eq!(listed.len(), 1);
        desk.decline_action(&second, action.id, 6, Verdict::Return, "Noem de kleur.")
            .await
            .unwrap();
        let open = desk
            .action(&operator(), action.id)
            .await
            .unwrap()
            .proposal
            .unwrap();
        assert_eq!(open.verdict.as_deref(), Some("Noem de kleur."));
        desk.submit_action(&operator(), action.id, 7, Some(Matter::Update(texts.clone())))
            .await
            .unwrap();
        desk.approve_action(&second, action.id, 8, 40).await.unwrap();
        desk.update_action(&operator(), action.id, 9, &texts)
            .await
            .unwrap();
        let stopped = desk.stop_action(&operator(), action.id).await.unwrap();
        assert_eq!(stopped.accounting.queued, 0, "a stop waits for nobody");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_what_a_check_never_lets_out() {
    for room in Room::each_guarded(&careful()).await {
        let draft = room.draft(large()).await;
        let mut unknown = input(&room, &draft, large());
        let body = "Ziet u deze man in de rode jas? Bel 030 123 45 67.";
        let texts = Texts {
            nl: Text::new("Let op", body),
            en: Text::new(
                "Look out",
                "Do you see this man in a red coat? Call 030 123 45 67.",
            ),
        };
        unknown.texts = Some(texts.clone());
        room.desk
            .change_draft(&operator(), draft.id, 1, unknown)
            .await
            .unwrap();
        let submitted = room.desk.submit_action(&operator(), draft.id, 2, None).await;
        assert!(matches!(submitted, Err(DeskError::Checked(findings)) if !findings.is_empty()));

        let action = room.started(area(0, 0, 2, 5)).await;
        let update = Some(Matter::Update(texts));
        let submitted = room.desk.submit_action(&operator(), action.id, 2, update).await;
        assert!(matches!(submitted, Err(DeskError::Checked(_))));
    }
}
