use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::action::approval::{FingerprintWriter, NeedsApproval, Tolerance};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// With an approval needed, or not.
    Start(bool),
    Submit,
    /// By somebody who had no hand in it, or by the author.
    Approve(bool),
    SendBack,
    Refuse,
    Revise,
    TakeBack,
    Pause,
    Resume,
    Stop,
    Close,
    Withdraw,
    Expire,
}

const STEPS: [Step; 15] = [
    Step::Start(false),
    Step::Start(true),
    Step::Submit,
    Step::Approve(true),
    Step::Approve(false),
    Step::SendBack,
    Step::Refuse,
    Step::Revise,
    Step::TakeBack,
    Step::Pause,
    Step::Resume,
    Step::Stop,
    Step::Close,
    Step::Withdraw,
    Step::Expire,
];

/// The same rules as a table: phase and whether it was stopped.
fn model(phase: Phase, started: bool, stopped: bool, step: Step, over: bool) -> Option<(Phase, bool)> {
    use Phase::{Active, Approved, Closed, Draft, Expired, Paused, Refused, Returned, Submitted, Withdrawn};
    match (phase, step) {
        (Active, Step::Pause) => Some((Paused, stopped)),
        (Draft, Step::Start(false)) | (Approved, Step::Start(_)) => Some((Active, false)),
        (Paused, Step::Resume) => Some((Active, stopped)),
        (Draft | Returned | Approved, Step::Submit) => Some((Submitted, false)),
        (Submitted, Step::Approve(true)) => Some((Approved, false)),
        (Submitted | Approved, Step::SendBack) | (Returned, Step::Revise) => Some((Returned, false)),
        (Submitted | Approved, Step::Refuse) => Some((Refused, false)),
        (Draft | Submitted | Approved, Step::Revise) => Some((Draft, false)),
        (Active | Paused, Step::TakeBack) if !stopped => Some((Draft, false)),
        (Active | Paused, Step::Stop) => Some((Active, true)),
        (Closed | Withdrawn | Expired, Step::Stop) if started => Some((phase, true)),
        (Active | Paused | Expired, Step::Close) => Some((Closed, stopped)),
        (Draft | Submitted | Returned | Approved | Active | Paused, Step::Withdraw) => {
            Some((Withdrawn, stopped))
        }
        (Active | Paused, Step::Expire) if over => Some((Expired, stopped)),
        _ => None,
    }
}

fn account(seed: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(seed))
}

fn deed(millis: i64) -> Deed {
    Deed {
        at: Timestamp::from_millis(millis),
        by: account(1),
    }
}

/// Of a content and an audience.
fn basis(content: u8, audience: u64) -> Basis {
    Basis {
        fingerprint: FingerprintWriter::new().field("content", &[content]).finish(),
        audience,
    }
}

fn check(needs: bool) -> Check {
    Check {
        basis: basis(1, 100),
        needs: needs.then_some(NeedsApproval::Preparer),
        tolerance: Tolerance {
            percent: 0,
            people: 0,
        },
    }
}

fn take(state: ActionState, step: Step, now: i64) -> Transition {
    let makers = Makers {
        author: account(1),
        editor: account(1),
    };
    match step {
        Step::Start(needs) => state.start(deed(now), Timestamp::from_millis(now + 10), &check(needs)),
        Step::Submit => state.submit(deed(now), basis(1, 100)),
        Step::Approve(other) => {
            let by = account(if other { 2 } else { 1 });
            let approved = Deed { by, ..deed(now) };
            state.approve(approved, makers, 100, &check(true))
        }
        Step::SendBack => state.send_back(deed(now)),
        Step::Refuse => state.refuse(deed(now)),
        Step::Revise => state.revise(),
        Step::TakeBack => state.take_back(),
        Step::Pause => state.pause(deed(now)),
        Step::Resume => state.resume(),
        Step::Stop => state.stop(deed(now)),
        Step::Close => state.close(deed(now), Outcome::NotResolved),
        Step::Withdraw => state.withdraw(deed(now)),
        Step::Expire => state.expire(Timestamp::from_millis(now)),
    }
}

fn started() -> ActionState {
    ActionState::Draft
        .start(deed(0), Timestamp::from_millis(10), &check(false))
        .unwrap()
}

proptest! {
    #[test]
    fn any_sequence_of_steps_does_what_the_table_says(
        steps in prop::collection::vec((prop::sample::select(&STEPS[..]), 0_i64..8), 0..40),
    ) {
        let mut state = ActionState::Draft;
        let (mut phase, mut stopped, mut now) = (Phase::Draft, false, 0);
        for (step, passed) in steps {
            now += passed;
            let over = state.run().is_some_and(|run| run.expires_at.as_millis() <= now);
            let expected = model(phase, state.run().is_some(), stopped, step, over);
            let taken = take(state, step, now);
            prop_assert_eq!(
                taken.ok().map(|to| (to.phase(), to.run().is_some_and(|run| run.stopped.is_some()))),
                expected
            );
            if let Ok(to) = taken {
                prop_assert!(!phase.is_ended() || to.phase().is_ended(), "an ended action came back");
                prop_assert_eq!(to.ended_at().is_some(), to.phase().is_ended());
                if let (Some(before), Some(after)) = (state.run(), to.run()) {
                    prop_assert_eq!(before.started, after.started);
                    prop_assert_eq!(before.approval, after.approval, "who approved stays known");
                }
                if let (Step::Start(true), Some(run)) = (step, to.run()) {
                    let approval = run.approval.expect("nothing that needs an approval starts without");
                    prop_assert_ne!(approval.approved.by, approval.submitted.by);
                }
                (state, (phase, stopped)) = (to, expected.unwrap());
            }
        }
    }
}

#[test]
fn a_stopped_action_can_be_corrected_but_not_expanded() {
    let active = started();
    assert!(active.expandable().is_ok() && active.correctable().is_ok());
    let stopped = active.stop(deed(1)).unwrap();
    assert_eq!(
        stopped.expandable(),
        Err(TransitionError::Stopped {
            verb: Tried::Expanded
        })
    );
    assert!(stopped.correctable().is_ok());
}

#[test]
fn the_first_of_several_stops_is_kept_and_nothing_that_was_started_refuses_one() {
    let active = started();
    let ended = [
        active.close(deed(2), Outcome::NotResolved).unwrap(),
        active.withdraw(deed(2)).unwrap(),
        active.expire(Timestamp::from_millis(11)).unwrap(),
    ];
    for state in ended.into_iter().chain([active, active.pause(deed(1)).unwrap()]) {
        let twice = state.stop(deed(20)).unwrap().stop(deed(30)).unwrap();
        assert_eq!(twice.run().unwrap().stopped, Some(deed(20)));
        assert_eq!(twice.ended_at(), state.ended_at());
        assert_eq!(twice.outcome_kind(), state.outcome_kind());
    }
    for never_started in [ActionState::Draft, ActionState::Draft.withdraw(deed(1)).unwrap()] {
        assert!(never_started.stop(deed(2)).is_err());
    }
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let error = ActionState::Draft.resume().unwrap_err();
    assert_eq!(
        error.to_string(),
        "an action that is draft cannot be resumed: load it again to see what can be done"
    );
}

#[test]
fn every_phase_reads_back_its_name() {
    for phase in Phase::ALL {
        assert_eq!(Phase::parse(phase.name()), Some(phase));
    }
}
