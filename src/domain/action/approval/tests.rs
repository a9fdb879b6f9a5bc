use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::clock::Timestamp;

fn account(seed: u8) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(u128::from(seed)))
}

fn deed(by: u8) -> Deed {
    Deed {
        at: Timestamp::from_millis(i64::from(by)),
        by: account(by),
    }
}

fn basis(content: u8, audience: u64) -> Basis {
    Basis {
        fingerprint: FingerprintWriter::new().field("content", &[content]).finish(),
        audience,
    }
}

const TOLERANCE: Tolerance = Tolerance {
    percent: 10,
    people: 3,
};

fn check(content: u8, audience: u64) -> Check {
    Check {
        basis: basis(content, audience),
        needs: Some(NeedsApproval::People(10)),
        tolerance: TOLERANCE,
    }
}

fn submitted(by: u8, content: u8, audience: u64) -> Review {
    Review::Submitted {
        submitted: deed(by),
        basis: basis(content, audience),
    }
}

proptest! {
    #[test]
    fn an_approval_is_by_somebody_else_and_for_what_is_there(
        author in 1_u8..5, editor in 1_u8..5, submitter in 1_u8..5, approver in 1_u8..5,
        contents in (0_u8..2, 0_u8..2), audiences in (90_u64..120, 90_u64..120, 90_u64..120),
    ) {
        let review = submitted(submitter, contents.0, audiences.0);
        let makers = Makers { author: account(author), editor: account(editor) };
        let now = check(contents.1, audiences.2);
        let approved = review.approve(deed(approver), makers, audiences.1, &now);
        let is_own = [author, editor, submitter].contains(&approver);
        let agrees = TOLERANCE.covers(audiences.0, audiences.2) && TOLERANCE.covers(audiences.1, audiences.2);
        prop_assert_eq!(approved.is_ok(), !is_own && contents.0 == contents.1 && agrees);
        if let Ok(Review::Approved(approval)) = approved {
            prop_assert_eq!(approval.basis, now.basis, "what was counted now is what it holds for");
        }
    }

    #[test]
    fn what_goes_out_is_what_was_approved(
        approved in (0_u8..2, 90_u64..120), sent in (0_u8..2, 90_u64..120), needs in any::<bool>(),
    ) {
        let approval = Approval { submitted: deed(1), approved: deed(2), basis: basis(approved.0, approved.1) };
        let review = Review::Approved(approval);
        let mut now = check(sent.0, sent.1);
        now.needs = now.needs.filter(|_| needs);
        let fits = approved.0 == sent.0 && TOLERANCE.covers(approved.1, sent.1);
        prop_assert_eq!(now.admit(Some(&review)).ok(), fits.then_some(Some(approval)));
        for none in [None, Some(submitted(1, sent.0, sent.1))] {
            prop_assert_eq!(now.admit(none.as_ref()).is_ok(), !needs);
        }
    }

    #[test]
    fn a_tolerance_is_the_larger_of_its_two_parts(approved in 0_u64..10_000, counted in 0_u64..10_000) {
        let (approved_f, counted_f) = (approved as f64, counted as f64);
        let allowed = (approved_f * 0.1).floor().max(3.0);
        prop_assert_eq!(TOLERANCE.covers(approved, counted), (approved_f - counted_f).abs() <= allowed);
    }
}

#[test]
fn whoever_approved_may_still_give_back_or_refuse() {
    let makers = Makers {
        author: account(1),
        editor: account(1),
    };
    let approved = submitted(1, 1, 100)
        .approve(deed(2), makers, 100, &check(1, 100))
        .unwrap();
    let returned = approved.send_back(deed(2)).unwrap();
    assert_eq!((returned.phase(), returned.basis()), (Phase::Returned, None));
    let refused = approved.refuse(deed(3)).unwrap();
    assert_eq!(refused.judged(), Some(deed(3)));
    for done in [returned, refused] {
        assert!(done.refuse(deed(2)).is_err() && done.send_back(deed(2)).is_err());
        assert!(done.approve(deed(2), makers, 100, &check(1, 100)).is_err());
    }
}
