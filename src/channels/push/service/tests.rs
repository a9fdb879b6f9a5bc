use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::channels::Patient;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn refused() -> Attempt {
    Attempt::Transient {
        reason: "status_503".to_owned(),
    }
}

fn service(clock: &Clock) -> Service {
    Service::among_others("fcm", clock.clone(), Random::from_seed(5))
}

/// Sends so many, all with this answer; answers how many were begun, and what became of all.
async fn call(service: &Service, count: usize, answer: Attempt) -> (usize, Vec<Attempt>) {
    let gate = match service.gate() {
        Ok(gate) => gate,
        Err(until) => return (0, vec![Attempt::Withheld { until }; count]),
    };
    let begun = AtomicUsize::new(0);
    let (counted, answer) = (&begun, &answer);
    let sends = (0..count).map(|place| {
        let send = async move {
            counted.fetch_add(1, Ordering::Relaxed);
            answer.clone()
        };
        (place, send)
    });
    let answered = gate.carry(sends.collect(), 1, &Patient).await;
    let attempts = answered.into_iter().map(|(_, attempt)| attempt.expect("begun"));
    let attempts = attempts.collect();
    (begun.load(Ordering::Relaxed), attempts)
}

fn pass_until(clock: &Clock, moment: Timestamp) {
    clock.advance(moment.since(clock.now()));
}

fn withheld(attempts: &[Attempt]) -> Vec<Timestamp> {
    let until = attempts.iter().filter_map(|attempt| match attempt {
        Attempt::Withheld { until } => Some(*until),
        _ => None,
    });
    until.collect()
}

#[tokio::test]
async fn a_service_that_fails_is_left_alone_within_the_call_and_probed_by_a_few_later() {
    let clock = Clock::manual(NOW);
    let service = service(&clock);
    let (begun, attempts) = call(&service, 100, refused()).await;
    assert_eq!(begun, 20, "that many say enough");
    assert_eq!(withheld(&attempts).len(), 80);
    assert!(service.is_out());

    let (begun, attempts) = call(&service, 100, Attempt::Accepted).await;
    assert_eq!(begun, 0, "nothing before the probe");
    let until = withheld(&attempts)[0];
    assert!(until > NOW && until <= NOW + Duration::from_secs(1), "{until:?}");

    pass_until(&clock, until);
    let (begun, attempts) = call(&service, 100, refused()).await;
    assert_eq!((begun, withheld(&attempts).len()), (PROBE, 90));
    pass_until(&clock, withheld(&attempts)[0].max(until + Duration::from_secs(2)));
    let (begun, _) = call(&service, 100, Attempt::Accepted).await;
    assert_eq!(begun, PROBE);
    assert!(!service.is_out());
    assert_eq!(call(&service, 100, Attempt::Accepted).await.0, 100);
}

#[tokio::test]
async fn a_connection_that_broke_under_many_messages_is_no_service_that_is_out() {
    let clock = Clock::manual(NOW);
    let service = service(&clock);
    call(&service, 500, Attempt::Accepted).await;
    let (begun, _) = call(&service, 60, refused()).await;
    assert_eq!((begun, service.is_out()), (60, false));
    assert_eq!(call(&service, 500, Attempt::Accepted).await.0, 500);
}

#[tokio::test]
async fn a_wait_that_it_asks_for_is_kept_whole_and_is_its_own() {
    let clock = Clock::manual(NOW);
    let service = service(&clock);
    let wait = Duration::from_secs(40);
    let slow = Attempt::Throttled { retry_after: wait };
    let (begun, attempts) = call(&service, 10, slow.clone()).await;
    assert_eq!(begun, 1);
    assert_eq!(withheld(&attempts), vec![NOW + wait; 10]);
    clock.advance(Duration::from_millis(39_999));
    assert_eq!(call(&service, 10, Attempt::Accepted).await.0, 0);
    pass_until(&clock, NOW + wait);
    assert_eq!(call(&service, 50, Attempt::Accepted).await.0, PROBE);
    assert_eq!(call(&service, 50, Attempt::Accepted).await.0, 50);

    let alone = Service::alone("fcm", clock.clone());
    let (begun, attempts) = call(&alone, 3, slow.clone()).await;
    assert_eq!(
        (begun, attempts),
        (3, vec![slow; 3]),
        "the account's, where there is no other"
    );
}

#[tokio::test]
async fn a_probe_that_came_to_nothing_lets_another_one_try() {
    let clock = Clock::manual(NOW);
    let service = service(&clock);
    let (_, attempts) = call(&service, 100, refused()).await;
    pass_until(&clock, withheld(&attempts)[0]);
    let Ok(probe) = service.gate() else {
        panic!("it may probe")
    };
    drop(probe);
    clock.advance(Duration::from_secs(5));
    assert_eq!(call(&service, 100, Attempt::Accepted).await.0, PROBE);
}

proptest! {
    #[test]
    fn nobody_is_told_to_come_back_before_now_or_much_later_than_the_probe(
        calls in prop::collection::vec((0_u64..30_000, 0_usize..3, 1_usize..60), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let clock = Clock::manual(NOW);
            let service = service(&clock);
            for (later, kind, count) in calls {
                clock.advance(Duration::from_millis(later));
                let wait = Duration::from_secs(5);
                let answer = match kind {
                    0 => Attempt::Accepted,
                    1 => refused(),
                    _ => Attempt::Throttled { retry_after: wait },
                };
                let (begun, attempts) = call(&service, count, answer).await;
                assert_eq!(attempts.len(), count);
                assert!(begun <= count);
                let now = clock.now();
                for until in withheld(&attempts) {
                    assert!(until >= now);
                    assert!(until <= now + Duration::from_mins(1) + LONGEST_WAIT);
                }
            }
        });
    }
}
