use proptest::prelude::*;

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn attempts(good: usize, bad: usize) -> Vec<Attempt> {
    let refused = Attempt::Transient {
        reason: "refused".to_owned(),
    };
    let mut attempts = vec![Attempt::Accepted; good];
    attempts.resize(good + bad, refused);
    attempts
}

fn breaker() -> Breaker {
    Breaker::new(Patience::default(), Random::from_seed(3))
}

#[test]
fn it_opens_when_nearly_all_fail_and_closes_at_the_first_probe_that_is_answered() {
    let mut breaker = breaker();
    assert_eq!(
        breaker.record(&attempts(0, 19), true, at(0)),
        None,
        "too few to say"
    );
    let Some(Turn::Opened { since, probe_at }) = breaker.record(&attempts(0, 1), true, at(100)) else {
        panic!("it opens")
    };
    assert_eq!(since, at(100));
    assert!(
        probe_at >= at(600) && probe_at <= at(1_100),
        "half the pause to all of it"
    );
    assert_eq!(breaker.admit(at(200)), Admission::Nothing(probe_at));
    assert_eq!(breaker.admit(probe_at), Admission::Probe);
    assert!(
        matches!(breaker.admit(probe_at), Admission::Nothing(_)),
        "only one probes"
    );
    assert!(matches!(
        breaker.record(&attempts(0, 10), true, probe_at),
        Some(Turn::Opened { since, .. }) if since == at(100)
    ));
    let next = breaker.probe_at().unwrap();
    assert_eq!(breaker.admit(next), Admission::Probe);
    assert_eq!(breaker.record(&attempts(10, 0), true, next), Some(Turn::Closed));
    assert_eq!(breaker.admit(next), Admission::All);
}

#[test]
fn some_failures_among_many_answers_open_nothing_and_old_ones_are_forgotten() {
    let mut breaker = breaker();
    for second in 0..100 {
        assert_eq!(breaker.record(&attempts(20, 100), true, at(second * 1_000)), None);
    }
    let mut breaker = self::breaker();
    for minute in 0..100 {
        assert_eq!(breaker.record(&attempts(0, 15), true, at(minute * 60_000)), None);
    }
}

#[test]
fn what_fails_without_an_exception_opens_it_at_once_whatever_went_well_before() {
    let mut breaker = breaker();
    for moment in 0..10 {
        assert_eq!(breaker.record(&attempts(100, 2), true, at(moment)), None);
    }
    assert_eq!(breaker.record(&attempts(0, 39), true, at(20)), None);
    assert!(breaker.record(&attempts(0, 1), true, at(21)).is_some());
}

#[test]
fn what_is_refused_or_slowed_down_is_answered() {
    let mut breaker = breaker();
    let answers = [
        Attempt::Rejected {
            reason: "unregistered".to_owned(),
            endpoint_gone: true,
        },
        Attempt::Throttled {
            retry_after: Duration::from_secs(1),
        },
    ];
    for answer in answers {
        assert_eq!(breaker.record(&vec![answer; 500], true, at(0)), None);
    }
}

#[test]
fn what_fails_again_says_nothing_of_the_account_and_never_keeps_it_out_for_long() {
    let mut breaker = breaker();
    assert_eq!(breaker.record(&attempts(0, 500), false, at(0)), None);
    breaker.trip(at(0));
    let mut now = at(0);
    for _ in 0..10 {
        let probe_at = breaker.probe_at().unwrap();
        assert!(probe_at.since(now) <= Duration::from_secs(1));
        now = probe_at;
        assert_eq!(breaker.admit(now), Admission::Probe);
        breaker.record(&attempts(0, 1), false, now);
    }
}

#[test]
fn a_wait_that_was_asked_for_is_kept_whole() {
    let mut breaker = breaker();
    assert!(breaker.rest(at(90_000), at(0)).is_some());
    assert_eq!(breaker.rest(at(10_000), at(1)), None);
    assert_eq!(breaker.admit(at(89_999)), Admission::Nothing(at(90_000)));
    assert_eq!(breaker.admit(at(90_000)), Admission::Probe);
}

#[test]
fn pauses_double_up_to_the_longest() {
    let mut breaker = breaker();
    breaker.trip(at(0));
    let mut pauses = Vec::new();
    let mut now = at(0);
    for _ in 0..12 {
        let probe_at = breaker.probe_at().unwrap();
        pauses.push(probe_at.since(now));
        now = probe_at;
        assert_eq!(breaker.admit(now), Admission::Probe);
        breaker.record(&attempts(0, 1), true, now);
    }
    assert!(pauses[0] <= Duration::from_secs(1));
    assert!(pauses[11] >= Duration::from_secs(30) && pauses[11] <= Duration::from_mins(1));
}

#[test]
fn a_probe_that_nobody_finishes_is_followed_by_another() {
    let mut breaker = breaker();
    breaker.trip(at(0));
    let probe_at = breaker.probe_at().unwrap();
    assert_eq!(breaker.admit(probe_at), Admission::Probe);
    breaker.give_up_probe(probe_at);
    let again = breaker.probe_at().unwrap();
    assert_eq!(breaker.admit(again), Admission::Probe);
    let later = again + Duration::from_mins(2);
    assert!(breaker.admits(later));
    assert_eq!(breaker.admit(later), Admission::Probe);
}

proptest! {
    #[test]
    fn whatever_happens_it_always_comes_to_a_probe_or_admits_all(
        steps in prop::collection::vec((0_u8..6, 0_i64..5_000, 0_usize..40, 0_usize..40), 1..80),
    ) {
        let mut breaker = breaker();
        let mut now = at(1_000_000);
        let mut probing = false;
        for (step, pause, good, bad) in steps {
            now = now + Duration::from_millis(pause.unsigned_abs());
            match step {
                0 => probing |= breaker.admit(now) == Admission::Probe,
                1 | 2 => { breaker.record(&attempts(good, bad), step == 1, now); }
                3 => { breaker.trip(now); }
                4 => breaker.give_up_probe(now),
                _ => breaker.learn((good > bad).then(|| (now, now + Duration::from_secs(1)))),
            }
        }
        let later = now + Duration::from_mins(3);
        prop_assert!(breaker.admits(later));
        prop_assert!(matches!(breaker.admit(later), Admission::All | Admission::Probe), "{probing}");
        prop_assert!(breaker.out_since().is_none_or(|since| since <= later));
    }
}
