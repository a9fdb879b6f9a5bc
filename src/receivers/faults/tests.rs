
use super::*;

async fn courses(faults: &Faults, kind: Kind, count: usize) -> Vec<Course> {
    let clock = Clock::system();
    let mut courses = Vec::new();
    for _ in 0..count {
        courses.push(faults.meet(kind, &clock).await);
    }
    courses
}

#[tokio::test]
async fn the_first_n_are_struck_and_the_rest_not() {
    let faults = Faults::new(Random::from_seed(1));
    faults
        .set(
            Kind::Sms,
            FaultPlan {
                first_n: Some(2),
                ..Fault::Unregistered.into()
            },
        )
        .unwrap();
    assert_eq!(
        courses(&faults, Kind::Sms, 4).await,
        [
            Course::Unregistered,
            Course::Unregistered,
            Course::Usual,
            Course::Usual
        ]
    );
    assert_eq!(courses(&faults, Kind::Email, 1).await, [Course::Usual]);
    assert_eq!(faults.strikes(Kind::Sms), 2);
}

#[tokio::test]
async fn a_share_is_struck_and_the_same_seed_strikes_the_same() {
    let run = async || {
        let faults = Faults::new(Random::from_seed(7));
        faults
            .set(
                Kind::Fcm,
                FaultPlan {
                    share: 0.25,
                    ..Fault::AcceptAndDrop.into()
                },
            )
            .unwrap();
        courses(&faults, Kind::Fcm, 4_000).await
    };
    let courses = run().await;
    let struck = courses.iter().filter(|course| **course == Course::Lose).count();
    assert!((850..1_150).contains(&struck), "{struck} with seed 7");
    assert_eq!(courses, run().await);
}

#[test]
fn plans_are_read_from_json_and_checked() {
    let plan: FaultPlan =
        serde_json::from_str(r#"{"fault":{"status":{"code":429,"retry_after_s":2}},"share":0.5}"#).unwrap();
    assert_eq!(
        plan.fault,
        Fault::Status {
            code: 429,
            retry_after_s: Some(2)
        }
    );
    let plan: FaultPlan = serde_json::from_str(r#"{"fault":"accept_and_drop"}"#).unwrap();
    assert_eq!(plan, Fault::AcceptAndDrop.into());
    assert!(serde_json::from_str::<FaultPlan>(r#"{"fault":{"status":{"code":429,"x":2}}}"#).is_err());

    let faults = Faults::new(Random::from_seed(1));
    let set = |plan: FaultPlan| faults.set(Kind::Fcm, plan);
    assert_eq!(
        set(FaultPlan {
            share: f64::NAN,
            ..Fault::None.into()
        }),
        Err(BadPlan::Share)
    );
    assert_eq!(
        set(Fault::Status {
            code: 99,
            retry_after_s: None
        }
        .into()),
        Err(BadPlan::Code)
    );
    assert_eq!(set(Fault::Hang { ms: LONGEST_MS + 1 }.into()), Err(BadPlan::Long));
}
