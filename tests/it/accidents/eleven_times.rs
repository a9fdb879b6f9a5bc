//! One message received eleven times (NL-Alert 2017): starts that are repeated, attempts that are repeated, processes
//! that die, a provider that answers too late, and another one that takes over in between.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use oproep::channels::Provider;
use oproep::dispatch::account::{AccountSettings, Pace, WhenInDoubt};
use oproep::dispatch::plan::Accounts;
use oproep::dispatch::{Dispatcher, Surroundings};
use oproep::domain::channel::Channel;
use oproep::domain::delivery::Attempt;
use oproep::domain::message::Urgency;
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::storage::Store;
use oproep::storage::testing::TestDatabase;
use reqwest::Method;
use serde_json::json;

use crate::actions::draft;
use crate::lanes::{Counter, Ground, token};
use crate::server::{Answer, TestServer};

const PEOPLE: u32 = 2_000;
const PACE: Pace = Pace {
    rate_per_s: Some(4_000),
    burst: 100,
    batches_in_flight: 2,
    step: 25,
    window: 100,
    attempts: 60,
    when_in_doubt: WhenInDoubt::Resend,
};

#[tokio::test]
async fn a_start_that_is_asked_for_eleven_times_tells_everyone_once() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &operator, &draft()).await.ok();
        let path = format!("/actions/{}/start", made["id"].as_str().unwrap());
        let asked = (0..11).map(|time| {
            let request = server.request(Method::POST, &path, &operator);
            // The same press of the button, and presses of their own.
            let request = request.header("idempotency-key", format!("press-{}", time % 3));
            let request = request.json(&json!({ "version": 1 }));
            async { Answer::of(request.send().await).await }
        });
        let answers = join_all(asked).await;
        let audience = answers
            .iter()
            .filter(|answer| answer.status.is_success())
            .map(|answer| answer.body["audience"].as_u64().unwrap())
            .max()
            .expect("one of them starts it");
        server.outbox.until(usize::try_from(audience).unwrap()).await;
        // What a second wave would send comes within that time.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let told = server.outbox.times();
        assert_eq!(told.len() as u64, audience);
        assert!(
            told.values().all(|times| *times == 1),
            "{:?}",
            told.values().max()
        );
        server.stop().await;
    }
}

/// A node that dies with all that it has in memory.
struct Process {
    runtime: tokio::runtime::Runtime,
    dispatcher: Dispatcher,
}

impl Process {
    async fn start(ground: &Ground, accounts: Vec<AccountSettings>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (url, around) = (ground.database.url.clone(), ground.around.clone());
        let started = runtime.spawn(async move {
            let store = Store::open(&url, 4).await.unwrap();
            Dispatcher::start(Surroundings { store, ..around }, accounts)
                .await
                .unwrap()
        });
        let dispatcher = started.await.unwrap();
        Self { runtime, dispatcher }
    }

    async fn kill(self) {
        drop(self.dispatcher);
        let runtime = self.runtime;
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(10)))
            .await
            .unwrap();
    }
}

/// What a run did to people.
struct Told {
    /// How often each was told, by both providers together.
    times: HashMap<String, u32>,
    /// Of how many no answer came in time.
    unanswered: usize,
}

/// Sends a wave over two providers while processes die `kills` times, and the first provider drops out in between; it
/// answers a share of its messages too late where `late`.
async fn run(ground: &Ground, kills: u32, late: bool, when_in_doubt: WhenInDoubt, seed: u64) -> Told {
    let random = Random::from_seed(seed);
    let (draws, is_out) = (random.clone(), Arc::new(AtomicBool::new(false)));
    let goes_out = is_out.clone();
    let first = Counter::new(Channel::App, move |_, _| {
        if goes_out.load(Ordering::SeqCst) {
            return Attempt::Transient {
                reason: "503".to_owned(),
            };
        }
        match draws.below(20) {
            0 if late => Attempt::Unconfirmed {
                reason: "timeout".to_owned(),
            },
            1 | 2 => Attempt::Transient {
                reason: "reset".to_owned(),
            },
            3 => Attempt::Throttled {
                retry_after: Duration::from_millis(5),
            },
            _ => Attempt::Accepted,
        }
    });
    let second = Counter::new(Channel::App, |_, _| Attempt::Accepted);
    let accounts = || {
        let account = |name: &str, provider: &Arc<Counter>| AccountSettings {
            name: name.to_owned(),
            provider: provider.clone() as Arc<dyn Provider>,
            pace: Pace {
                when_in_doubt,
                ..PACE
            },
            weight: 1,
        };
        vec![account("first", &first), account("second", &second)]
    };
    let shares = ["first", "second"].map(|name| (Channel::App, name.to_owned()));
    let wave = ground
        .order(Channel::App, Urgency::Urgent, &Accounts::from(shares))
        .await;
    for kill in 0..kills {
        let process = Process::start(ground, accounts()).await;
        is_out.store(kill % 2 == 1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(30 + random.below(200))).await;
        process.kill().await;
    }
    is_out.store(false, Ordering::SeqCst);
    let last = Process::start(ground, accounts()).await;
    let accounts = ground.until_settled(wave).await;
    last.kill().await;
    assert_eq!(accounts.failed, 0, "{accounts:?}");
    let mut times = first.told();
    for (endpoint, count) in second.told() {
        *times.entry(endpoint).or_default() += count;
    }
    let lost = PEOPLE as usize - times.len();
    assert!(
        lost as u64 <= accounts.unknown,
        "{lost} were told nothing and nobody says so"
    );
    let unanswered = first.unanswered();
    Told { times, unanswered }
}

#[tokio::test]
async fn nobody_is_told_more_than_twice_and_twice_only_where_a_crash_or_a_late_answer_left_it_open() {
    for database in TestDatabase::each().await {
        let seed = 1 + Random::from_os().below(1 << 32);
        println!("seed {seed}");
        let ground = Ground::new(database, PEOPLE, token).await;
        // Retries and failover alone tell nobody twice.
        let told = run(&ground, 0, false, WhenInDoubt::Resend, seed).await;
        assert_eq!((told.most(), told.twice()), (1, 0));
        // Nor does an answer that comes too late, where the account leaves it at that.
        let told = run(&ground, 0, true, WhenInDoubt::LeaveUnknown, seed).await;
        assert_eq!((told.most(), told.twice()), (1, 0));
        let told = run(&ground, 0, true, WhenInDoubt::Resend, seed).await;
        assert!(told.most() <= 2 && told.twice() <= told.unanswered, "{told}");
        // With everything at once: what was in the hands of whoever died, and what was not answered in time.
        let kills = 6;
        let told = run(&ground, kills, true, WhenInDoubt::Resend, seed).await;
        let in_hand = 2 * PACE.in_flight_window();
        assert!(told.most() <= 2, "{told}");
        assert!(
            told.twice() <= kills as usize * in_hand + told.unanswered,
            "{told}"
        );
    }
}

impl Told {
    fn most(&self) -> u32 {
        self.times.values().copied().max().unwrap_or_default()
    }

    fn twice(&self) -> usize {
        self.times.values().filter(|times| **times > 1).count()
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} people, {} twice, the most {} times, {} not answered in time",
            self.times.len(),
            self.twice(),
            self.most(),
            self.unanswered
        )
    }
}
