//! A database with people and an action, and a provider that remembers and misbehaves as it is told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::super::account::{Account, AccountSettings, Pace, WhenInDoubt};
use super::super::in_hand::InHand;
use super::super::plan::{Accounts, Order, plan};
use super::super::waves::WaveBook;
use super::super::{Dispatcher, Surroundings, Timing};
use crate::channels::Provider;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{AccountId, ActionId, DeviceId, NodeId, ParticipantId, WaveId};
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Topics};
use crate::domain::point::Point;
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::domain::wave::{Accounting, WaveKind, WaveMessage, WaveState};
use crate::storage::batches::Claim;
use crate::storage::participants::NewParticipant;
use crate::storage::participants::bulk::BulkParticipant;
use crate::storage::sealing::Keyring;
use crate::storage::testing::TestDatabase;

type Behaviour = Box<dyn Fn(&Recipient, u32) -> Attempt + Send + Sync>;

/// Remembers how often each endpoint was told, and answers as it is told to.
pub(super) struct Gateway {
    pub(super) told: Mutex<HashMap<String, u32>>,
    pub(super) references: Mutex<Vec<String>>,
    pub(super) count: watch::Sender<u64>,
    pub(super) behaviour: Behaviour,
    channel: Channel,
    pub(super) held: AtomicBool,
    pub(super) release: tokio::sync::Notify,
    called: watch::Sender<bool>,
    /// Whether it says that a service of it is out.
    pub(super) partly_out: AtomicBool,
}

impl Gateway {
    pub(super) fn new(behaviour: impl Fn(&Recipient, u32) -> Attempt + Send + Sync + 'static) -> Arc<Self> {
        Self::of(Channel::App, behaviour)
    }

    pub(super) fn of(
        channel: Channel,
        behaviour: impl Fn(&Recipient, u32) -> Attempt + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            channel,
            told: Mutex::default(),
            references: Mutex::default(),
            count: watch::Sender::new(0),
            behaviour: Box::new(behaviour),
            held: AtomicBool::new(false),
            release: tokio::sync::Notify::new(),
            called: watch::Sender::new(false),
            partly_out: AtomicBool::new(false),
        })
    }

    pub(super) fn people_told(&self) -> usize {
        self.told.lock().unwrap().len()
    }

    pub(super) fn most_often(&self) -> u32 {
        self.told.lock().unwrap().values().copied().max().unwrap_or(0)
    }

    pub(super) async fn until_called(&self) {
        let _ = self.called.subscribe().wait_for(|called| *called).await;
    }

    pub(super) async fn until_told(&self, count: u64) {
        let _ = self.count.subscribe().wait_for(|told| *told >= count).await;
    }
}

impl Provider for Gateway {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn batch_limit(&self) -> usize {
        50
    }

    fn is_partly_out(&self) -> bool {
        self.partly_out.load(Ordering::SeqCst)
    }

    fn send<'a>(&'a self, _: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            self.called.send_replace(true);
            while self.held.load(Ordering::SeqCst) {
                self.release.notified().await;
            }
            let mut attempts = Vec::new();
            for recipient in recipients {
                let (Endpoint::Fcm { token } | Endpoint::Phone(token)) = &recipient.endpoint else {
                    panic!("neither a device nor a telephone")
                };
                let before = self.told.lock().unwrap().get(token).copied().unwrap_or(0);
                let attempt = (self.behaviour)(recipient, before);
                if matches!(attempt, Attempt::Accepted | Attempt::Unconfirmed { .. }) {
                    *self.told.lock().unwrap().entry(token.clone()).or_default() += 1;
                    self.references.lock().unwrap().push(recipient.reference.clone());
                    self.count.send_modify(|count| *count += 1);
                }
                attempts.push(attempt);
            }
            attempts
        }
        .boxed()
    }
}

/// Says nothing at the first attempt for every second recipient. Were it all of them, the account would be out of
/// service.
pub(super) fn half_unanswered(recipient: &Recipient, before: u32) -> Attempt {
    let (Endpoint::Fcm { token: endpoint } | Endpoint::Phone(endpoint)) = &recipient.endpoint else {
        panic!("neither a device nor a telephone")
    };
    let is_odd = endpoint.bytes().last().is_some_and(|digit| digit % 2 == 1);
    if is_odd && before == 0 {
        Attempt::Unconfirmed {
            reason: "timeout".to_owned(),
        }
    } else {
        Attempt::Accepted
    }
}

pub(super) struct World {
    pub(super) database: TestDatabase,
    pub(super) around: Surroundings,
    pub(super) action: ActionId,
    /// How its waves fall back to text messages.
    pub(super) fallback_after: Option<Duration>,
}

pub(super) const PACE: Pace = Pace {
    rate_per_s: None,
    burst: 1,
    batches_in_flight: 4,
    step: 50,
    window: 100,
    attempts: 5,
    when_in_doubt: WhenInDoubt::Resend,
};

fn message(language: Language, urgency: Urgency, clock: &Clock) -> Message {
    Message {
        purpose: Purpose::Alert,
        urgency,
        language,
        title: "Vermist".to_owned(),
        body: "Meisje van 9 jaar".to_owned(),
        collapse_key: "a1".to_owned(),
        expires_at: clock.now() + Duration::from_hours(1),
    }
}

impl World {
    pub(super) async fn new(database: TestDatabase, people: usize) -> Self {
        let random = Random::from_seed(7);
        let clock = Clock::system();
        let keys = Keyring::new(&[(1, [1; 32])], &[2; 32], &[5; 32], random.clone());
        let timing = Timing {
            flush_every: Duration::from_millis(20),
            lease: Duration::from_millis(600),
            poll_every: Duration::from_millis(50),
            sweep_every: Duration::from_millis(50),
            ..Timing::default()
        };
        let around = Surroundings {
            store: database.store.clone(),
            keys: keys.clone(),
            references: ReferenceKey::new(&[3; 32]),
            clock: clock.clone(),
            random: random.clone(),
            public_url: "https://oproep.example".to_owned(),
            timing,
            spool: None,
        };
        let mut tx = database.store.write().await.unwrap();
        let action = tx.insert_action_for_tests(clock.now(), &random).await;
        let home = Place::new(PlaceKind::Home, Point::from_degrees(5.1, 52.1).unwrap());
        let participants: Vec<BulkParticipant> = (0..people)
            .map(|index| BulkParticipant {
                new: NewParticipant {
                    participant: Participant {
                        id: ParticipantId::new(clock.now(), &random),
                        language: if index % 10 == 0 {
                            Language::En
                        } else {
                            Language::Nl
                        },
                        contact: Contact {
                            email: None,
                            phone: format!("+3161{index:07}").parse().ok(),
                        },
                        places: Places::new(vec![home.clone()]).unwrap(),
                        topics: Topics::ALL,
                        rest: crate::domain::participant::Rest::default(),
                    },
                    wanted: ChannelSet::USUAL,
                    confirmed_at: clock.now(),
                },
                devices: vec![(
                    DeviceId::new(clock.now(), &random),
                    Endpoint::Fcm {
                        token: format!("token-{index}"),
                    },
                )],
            })
            .collect();
        let first = database
            .store
            .reserve_participant_numbers(&mut tx, people)
            .await
            .unwrap();
        assert_eq!(first, 1);
        let sealed = participants.iter().map(|one| one.seal(&keys));
        tx.insert_participants(first, sealed).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            database,
            around,
            action,
            fallback_after: None,
        }
    }

    /// Orders an urgent wave to participants 1 to `people`.
    pub(super) async fn start_wave(&self, people: u32) -> WaveId {
        self.order_wave(Channel::App, Urgency::Urgent, people).await
    }

    pub(super) async fn start_wave_over(&self, channel: Channel, people: u32) -> WaveId {
        self.order_wave(channel, Urgency::Urgent, people).await
    }

    /// Orders a wave to participants 1 to `people`.
    pub(super) async fn start_wave_of(&self, urgency: Urgency, people: u32) -> WaveId {
        self.order_wave(Channel::App, urgency, people).await
    }

    /// Orders an urgent wave that these accounts of the app share equally.
    pub(super) async fn start_shared_wave(&self, accounts: &[&str], people: u32) -> WaveId {
        let shares = accounts.iter().map(|name| (Channel::App, (*name).to_owned()));
        self.order(Channel::App, Urgency::Urgent, people, &shares.collect())
            .await
    }

    async fn order_wave(&self, channel: Channel, urgency: Urgency, people: u32) -> WaveId {
        let accounts = Accounts::from([(channel, "push".to_owned())]);
        self.order(channel, urgency, people, &accounts).await
    }

    async fn order(&self, channel: Channel, urgency: Urgency, people: u32, accounts: &Accounts) -> WaveId {
        let clock = &self.around.clock;
        let wave = WaveId::new(clock.now(), &self.around.random);
        let order = Order {
            wave,
            action: self.action,
            kind: WaveKind::First,
            urgency,
            area: None,
            message: WaveMessage {
                nl: message(Language::Nl, urgency, clock),
                en: message(Language::En, urgency, clock),
            },
            created_by: AccountId::new(clock.now(), &self.around.random),
            created_at: clock.now(),
            expires_at: clock.now() + Duration::from_hours(1),
            held_until: None,
            fallback_after: self.fallback_after,
            fallback_of: None,
        };
        let audience = [(channel, (1..=people).collect())];
        let planned = plan(order, &audience, accounts, |people| people.iter().collect());
        let mut tx = self.database.store.write().await.unwrap();
        tx.insert_planned_wave(&self.around.keys, &planned).await.unwrap();
        tx.commit().await.unwrap();
        wave
    }

    pub(super) async fn dispatcher(&self, gateway: &Arc<Gateway>, pace: Pace) -> Dispatcher {
        let account = AccountSettings {
            name: "push".to_owned(),
            provider: gateway.clone(),
            pace,
            weight: 1,
        };
        Dispatcher::start(self.around.clone(), vec![account])
            .await
            .unwrap()
    }

    /// A node with several accounts of the app, paced alike.
    pub(super) async fn dispatcher_of(&self, accounts: &[(&str, &Arc<Gateway>)], pace: Pace) -> Dispatcher {
        let accounts = accounts.iter().map(|(name, gateway)| AccountSettings {
            name: (*name).to_owned(),
            provider: (*gateway).clone(),
            pace,
            weight: 1,
        });
        Dispatcher::start(self.around.clone(), accounts.collect())
            .await
            .unwrap()
    }

    /// How many messages of a wave may be on their way at this moment.
    pub(super) async fn in_flight(&self, wave: WaveId) -> usize {
        let mut tx = self.database.store.read().await.unwrap();
        let recipients = tx.list_recipients(wave).await.unwrap();
        recipients.iter().filter(|one| one.in_flight).count()
    }

    pub(super) async fn accounting(&self, wave: WaveId) -> Accounting {
        let mut tx = self.database.store.read().await.unwrap();
        tx.account_for_wave(wave).await.unwrap().accounting
    }

    /// Waits until the wave has this state with nobody queued, and answers its accounts.
    pub(super) async fn until(&self, wave: WaveId, state: WaveState) -> Accounting {
        let seen = tokio::time::timeout(Duration::from_secs(30), async {
            loop {
                let accounting = self.accounting(wave).await;
                assert!(accounting.is_balanced(), "{accounting:?}");
                let mut tx = self.database.store.read().await.unwrap();
                let now = tx.list_wave_states([wave]).await.unwrap()[0].1;
                drop(tx);
                if now == state && accounting.queued == 0 {
                    return accounting;
                }
                tokio::task::yield_now().await;
            }
        });
        let Ok(accounting) = seen.await else {
            panic!(
                "the wave never became {state:?}: {:?}",
                self.accounting(wave).await
            )
        };
        accounting
    }
}

/// A batch of one, in the hand of a node that does not run.
pub(in crate::dispatch) async fn a_batch_in_hand() -> Arc<InHand> {
    let world = World::new(TestDatabase::sqlite().await, 1).await;
    world.start_wave(1).await;
    let around = &world.around;
    let claim = Claim {
        owner: NodeId::new(around.clock.now(), &around.random),
        account: "push",
        priority: 0,
        now: around.clock.now(),
        lease_until: around.clock.now() + around.timing.lease,
        window: 1,
        limit: 1,
    };
    let mut tx = world.database.store.write().await.unwrap();
    let batch = tx.claim_batches(&claim).await.unwrap().remove(0);
    let wave = WaveBook::default().open(&mut tx, &around.keys, batch.wave).await;
    let settings = AccountSettings {
        name: "push".to_owned(),
        provider: Gateway::new(|_, _| Attempt::Accepted),
        pace: PACE,
        weight: 1,
    };
    let account = Arc::new(Account::open(settings, around));
    Arc::new(InHand::new(batch, 0, wave.unwrap(), account))
}

pub(super) async fn worlds(people: usize) -> Vec<World> {
    let mut worlds = Vec::new();
    for database in TestDatabase::each().await {
        worlds.push(World::new(database, people).await);
    }
    worlds
}
