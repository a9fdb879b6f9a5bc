//! One of two accounts for text messages fails in every way that providers do; the other takes over within seconds, and
//! the app goes on as if nothing were the matter. Real adapters against local receivers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use oproep::channels::Provider;
use oproep::channels::http::{HttpSettings, HttpVersion};
use oproep::channels::push::{Push, PushSettings};
use oproep::channels::sms::kannel::{Kannel, KannelSettings};
use oproep::dispatch::Dispatcher;
use oproep::dispatch::account::{AccountSettings, Pace, WhenInDoubt};
use oproep::dispatch::plan::Accounts;
use oproep::domain::channel::Channel;
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Disposition;
use oproep::domain::id::WaveId;
use oproep::domain::message::Urgency;
use oproep::domain::random::Random;
use oproep::receivers::faults::{Fault, Faults};
use oproep::receivers::inbox::{Inbox, Kind};
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{KANNEL_USER, ReportSettings, SmsGateway};
use oproep::receivers::{Ground as ReceiverGround, ReceiverSettings, Receivers};
use oproep::storage::testing::TestDatabase;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::lanes::Ground;

/// Participants, each with a device and a telephone.
const PEOPLE: u32 = 3_000;
/// Pushes a second, below what the machine can do.
const PUSH_PER_S: u32 = 150;
/// Text messages a second of each account.
const TEXTS_PER_S: u32 = 60;
/// How long both lanes run before something fails.
const BEFORE: Duration = Duration::from_secs(2);

/// What goes wrong with the first account.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Refuses,
    At(Fault),
}

const FAILURES: [Failure; 7] = [
    Failure::Refuses,
    Failure::At(Fault::Reset { taken: false }),
    Failure::At(Fault::Reset { taken: true }),
    Failure::At(Fault::Hang { ms: 60_000 }),
    Failure::At(Fault::Status {
        code: 503,
        retry_after_s: None,
    }),
    Failure::At(Fault::Status {
        code: 429,
        retry_after_s: Some(60),
    }),
    Failure::At(Fault::Status {
        code: 500,
        retry_after_s: None,
    }),
];

/// A gateway with an inbox and faults of its own.
struct Gateway {
    address: SocketAddr,
    inbox: Inbox,
    faults: Faults,
    /// Ends it: then its address refuses connections.
    stop: CancellationToken,
}

impl Gateway {
    async fn start(clock: &Clock, random: &Random) -> Self {
        let (inbox, faults) = (Inbox::keeping(10), Faults::new(random.clone()));
        let ground = ReceiverGround {
            inbox: inbox.clone(),
            faults: faults.clone(),
            clock: clock.clone(),
            random: random.clone(),
        };
        let stop = CancellationToken::new();
        let gateway = SmsGateway::new(ground, &ReportSettings::default(), stop.clone()).expect("a gateway");
        let (listener, address) = listen(0).await.expect("a free port");
        serve(listener, None, gateway.router(), stop.child_token());
        Self {
            address,
            inbox,
            faults,
            stop,
        }
    }

    fn fail(&self, failure: Failure) {
        match failure {
            Failure::Refuses => self.stop.cancel(),
            Failure::At(fault) => self.faults.set(Kind::Sms, fault).expect("a fault"),
        }
    }

    fn arrived(&self) -> u64 {
        self.inbox.counts().of(Kind::Sms).arrived
    }

    fn adapter(&self, clock: &Clock) -> Arc<dyn Provider> {
        let settings = KannelSettings {
            url: format!("http://{}/cgi-bin/sendsms", self.address),
            username: KANNEL_USER.0.to_owned(),
            password: KANNEL_USER.1.into(),
            from: "Oproep".to_owned(),
            receipts_url: None,
            smsc: None,
            concurrency: 32,
            http: HttpSettings {
                version: HttpVersion::Http1,
                ..HttpSettings::default()
            },
        };
        Arc::new(Kannel::new(&settings, clock.clone()).expect("an adapter"))
    }
}

const fn pace(rate_per_s: u32) -> Pace {
    Pace {
        rate_per_s: Some(rate_per_s),
        burst: rate_per_s,
        batches_in_flight: 4,
        // Small beside what is counted: whether one more step fell into the time is no pace.
        step: 5,
        window: 100,
        attempts: 60,
        when_in_doubt: WhenInDoubt::LeaveUnknown,
    }
}

struct World {
    ground: Ground,
    receivers: Receivers,
    first: Gateway,
    second: Gateway,
    folder: tempfile::TempDir,
    _stop: DropGuard,
}

/// The figures of one failure.
#[derive(Debug)]
struct Figures {
    /// From the failure to the first message by the other account.
    takeover: Duration,
    /// Pushes in the seconds after the failure, of those in as many seconds before it.
    push_kept: f64,
}

impl World {
    async fn new(database: TestDatabase) -> Self {
        let (clock, random) = (Clock::system(), Random::from_os());
        let stop = CancellationToken::new();
        let receivers = Receivers::start(&ReceiverSettings::default(), clock.clone(), random.clone(), &stop)
            .await
            .expect("the receivers start");
        let ground = Ground::new(database, PEOPLE, |number| receivers.fcm.device(number)).await;
        Self {
            first: Gateway::start(&clock, &random).await,
            second: Gateway::start(&clock, &random).await,
            ground,
            receivers,
            folder: tempfile::tempdir().expect("a folder"),
            _stop: stop.drop_guard(),
        }
    }

    async fn dispatcher(&self) -> Dispatcher {
        let (clock, random) = (&self.ground.around.clock, &self.ground.around.random);
        let service_account = self.folder.path().join("fcm.json");
        self.receivers
            .fcm
            .write_service_account(&service_account)
            .expect("a service account");
        let settings: PushSettings = serde_json::from_value(serde_json::json!({ "fcm": {
            "service_account_file": service_account,
            "base_url": self.receivers.fcm.base_url(),
            "http": { "clients": 2, "version": "prior_knowledge" },
        } }))
        .expect("settings");
        let push = Push::new(&settings, clock, random).expect("an adapter");
        let account = |name: &str, provider, per_s, weight| AccountSettings {
            name: name.to_owned(),
            provider,
            pace: pace(per_s),
            weight,
        };
        let accounts = vec![
            account("push", Arc::new(push) as Arc<dyn Provider>, PUSH_PER_S, 1),
            account("sms", self.first.adapter(clock), TEXTS_PER_S, 1),
            // It only stands in: whatever it sends, it took over.
            account("second", self.second.adapter(clock), TEXTS_PER_S, 0),
        ];
        Dispatcher::start(self.ground.around.clone(), accounts)
            .await
            .expect("the lanes start")
    }

    async fn start_wave(&self, channel: Channel) -> WaveId {
        let mut accounts = Accounts::default();
        accounts.add(Channel::App, "push".to_owned(), 1);
        accounts.add(Channel::Sms, "sms".to_owned(), 1);
        accounts.add(Channel::Sms, "second".to_owned(), 0);
        self.ground.order(channel, Urgency::Urgent, &accounts).await
    }

    fn pushed(&self) -> u64 {
        self.receivers.inbox.counts().of(Kind::Fcm).arrived
    }

    /// Lets the first account fail in the middle and looks what happens.
    async fn measure(&self, failure: Failure) -> Figures {
        let dispatcher = self.dispatcher().await;
        self.start_wave(Channel::App).await;
        let texts = self.start_wave(Channel::Sms).await;
        let clock = &self.ground.around.clock;
        until("both lanes run", || self.pushed() > 0 && self.first.arrived() > 0).await;
        // What may go at once after a pause is gone.
        clock.sleep(Duration::from_secs(2)).await;
        let pushed = self.pushed();
        clock.sleep(BEFORE).await;
        let (before, pushed) = (self.pushed() - pushed, self.pushed());
        assert_eq!(self.second.arrived(), 0, "it only stands in");

        let failed_at = clock.now();
        self.first.fail(failure);
        until("the other account takes over", || self.second.arrived() > 0).await;
        let takeover = clock.now().since(failed_at);
        clock.sleep(BEFORE.saturating_sub(takeover)).await;
        let passed = clock.now().since(failed_at);
        let after = self.pushed() - pushed;
        let rate_before = before as f64 / BEFORE.as_secs_f64();
        let rate_after = after as f64 / passed.as_secs_f64();

        self.keeps_everyone(texts).await;
        dispatcher.stop().await;
        Figures {
            takeover,
            push_kept: rate_after / rate_before,
        }
    }

    /// Nobody is lost, and nobody has lost a telephone for it.
    async fn keeps_everyone(&self, wave: WaveId) {
        let mut tx = self.ground.database.store.read().await.unwrap();
        let accounts = tx.account_for_wave(wave).await.unwrap().accounting;
        assert!(accounts.is_balanced() && accounts.failed == 0, "{accounts:?}");
        let everyone: Vec<u32> = (1..=PEOPLE).collect();
        let reached = tx
            .list_endpoints(&self.ground.around.keys, Channel::Sms, &everyone)
            .await
            .unwrap();
        assert_eq!(reached.len(), everyone.len(), "no telephone is called dead");
        let recipients = tx.list_recipients(wave).await.unwrap();
        let accepted = recipients
            .iter()
            .filter(|one| one.disposition == Disposition::Accepted)
            .count() as u64;
        assert!(accepted <= self.first.arrived() + self.second.arrived());
    }
}

/// The part of its pace that the other channel keeps at least.
const KEPT: f64 = 0.95;

/// How often a pace is measured before it counts as lost.
const TRIES: usize = 6;

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    tokio::time::timeout(Duration::from_secs(30), async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("it did not happen: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_account_is_replaced_within_ten_seconds_and_the_app_keeps_its_pace() {
    for failure in FAILURES {
        let mut kept = Vec::new();
        // What else the machine does only takes pace away: an effect of the failure shows every time.
        for _ in 0..TRIES {
            let databases = TestDatabase::each().await.into_iter();
            let measured = databases.map(|database| async {
                let world = World::new(database).await;
                world.measure(failure).await
            });
            let figures = join_all(measured).await;
            println!("{failure:?}: {figures:?}");
            assert!(
                figures.iter().all(|one| one.takeover < Duration::from_secs(10)),
                "{failure:?}: {figures:?}"
            );
            kept.push(
                figures
                    .iter()
                    .map(|one| one.push_kept)
                    .fold(f64::INFINITY, f64::min),
            );
            if kept.last().is_some_and(|kept| *kept > KEPT) {
                break;
            }
        }
        assert!(kept.iter().any(|kept| *kept > KEPT), "{failure:?}: {kept:?}");
    }
}
