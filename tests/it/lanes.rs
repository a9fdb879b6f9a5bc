//! Lanes without a desk around them: people with a device, a telephone and a mailbox, waves to all of them, and
//! providers that count.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use oproep::channels::Provider;
use oproep::dispatch::plan::{Accounts, Order, plan};
use oproep::dispatch::{Surroundings, Timing};
use oproep::domain::channel::{Channel, ChannelSet};
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::id::{AccountId, ActionId, DeviceId, ParticipantId, WaveId};
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Recipient, Urgency};
use oproep::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Topics};
use oproep::domain::random::Random;
use oproep::domain::reference::ReferenceKey;
use oproep::domain::wave::{Accounting, WaveKind, WaveMessage};
use oproep::storage::participants::NewParticipant;
use oproep::storage::participants::bulk::BulkParticipant;
use oproep::storage::testing::TestDatabase;
use oproep::storage::testing::people::{keyring, point};

/// A database with people in it.
pub struct Ground {
    pub database: TestDatabase,
    pub around: Surroundings,
    pub people: u32,
    action: ActionId,
}

impl Ground {
    /// So many people, each with this device.
    pub async fn new(database: TestDatabase, people: u32, device: impl Fn(u32) -> Endpoint) -> Self {
        let around = Surroundings {
            store: database.store.clone(),
            keys: keyring(),
            references: ReferenceKey::new(&[6; 32]),
            clock: Clock::system(),
            random: Random::from_os(),
            public_url: "https://oproep.example".to_owned(),
            timing: Timing {
                lease: Duration::from_millis(1_500),
                flush_every: Duration::from_millis(50),
                poll_every: Duration::from_millis(200),
                ..Timing::default()
            },
            spool: None,
        };
        let (now, random) = (around.clock.now(), &around.random);
        let mut tx = database.store.write().await.unwrap();
        let action = tx.insert_action_for_tests(now, random).await;
        let store = &database.store;
        let first = store.reserve_participant_numbers(&mut tx, people as usize).await;
        assert_eq!(first.unwrap(), 1);
        let everyone: Vec<_> = (1..=people)
            .map(|number| participant(&around, number, device(number)))
            .collect();
        let sealed = everyone.iter().map(|one| one.seal(&around.keys));
        tx.insert_participants(1, sealed).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            database,
            around,
            people,
            action,
        }
    }

    /// Orders a wave to everyone over this channel, shared by these accounts.
    pub async fn order(&self, channel: Channel, urgency: Urgency, accounts: &Accounts) -> WaveId {
        self.order_for(channel, urgency, accounts, self.people).await
    }

    /// The same to the first of them.
    pub async fn order_for(
        &self,
        channel: Channel,
        urgency: Urgency,
        accounts: &Accounts,
        people: u32,
    ) -> WaveId {
        let now = self.around.clock.now();
        let message = |language| Message {
            purpose: Purpose::Alert,
            urgency,
            language,
            title: "Vermist".to_owned(),
            body: "Meisje van 9 jaar".to_owned(),
            collapse_key: "a1".to_owned(),
            expires_at: now + Duration::from_hours(1),
        };
        let order = Order {
            wave: WaveId::new(now, &self.around.random),
            action: self.action,
            kind: WaveKind::First,
            urgency,
            area: None,
            message: WaveMessage {
                nl: message(Language::Nl),
                en: message(Language::En),
            },
            created_by: AccountId::new(now, &self.around.random),
            created_at: now,
            expires_at: now + Duration::from_hours(1),
            held_until: None,
            fallback_after: None,
            fallback_of: None,
        };
        let wave = order.wave;
        let audience = [(channel, (1..=people).collect())];
        let planned = plan(order, &audience, accounts, |people| people.iter().collect());
        let mut tx = self.database.store.write().await.unwrap();
        tx.insert_planned_wave(&self.around.keys, &planned).await.unwrap();
        tx.commit().await.unwrap();
        wave
    }

    /// Where everyone is.
    pub async fn accounting(&self, wave: WaveId) -> Accounting {
        let mut tx = self.database.store.read().await.unwrap();
        let accounts = tx.account_for_wave(wave).await.unwrap().accounting;
        assert!(accounts.is_balanced(), "{accounts:?}");
        accounts
    }

    /// Waits until nobody is queued.
    pub async fn until_settled(&self, wave: WaveId) -> Accounting {
        let settled = async {
            loop {
                let accounts = self.accounting(wave).await;
                if accounts.queued == 0 {
                    return accounts;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(2), settled)
            .await
            .expect("the wave comes to an end")
    }
}

fn participant(around: &Surroundings, number: u32, device: Endpoint) -> BulkParticipant {
    let (now, random) = (around.clock.now(), &around.random);
    BulkParticipant {
        new: NewParticipant {
            participant: Participant {
                id: ParticipantId::new(now, random),
                language: Language::Nl,
                contact: Contact {
                    phone: format!("+3161{number:07}").parse().ok(),
                    email: format!("p{number}@example.org").parse().ok(),
                },
                places: Places::new(vec![Place::new(PlaceKind::Home, point(0, 0))]).unwrap(),
                topics: Topics::ALL,
                rest: oproep::domain::participant::Rest::default(),
            },
            wanted: ChannelSet::ALL,
            confirmed_at: now,
        },
        devices: vec![(DeviceId::new(now, random), device)],
    }
}

/// A device of the counting provider.
pub fn token(number: u32) -> Endpoint {
    Endpoint::Fcm {
        token: format!("token-{number}"),
    }
}

type Behaviour = Box<dyn Fn(&str, u32) -> Attempt + Send + Sync>;

/// A provider that counts how often it told each endpoint, and answers as it is told to: by the endpoint and how often
/// it told it before. What it takes without an answer counts as told.
pub struct Counter {
    channel: Channel,
    told: Mutex<HashMap<String, u32>>,
    unanswered: AtomicUsize,
    behaviour: Behaviour,
}

impl Counter {
    pub fn new(
        channel: Channel,
        behaviour: impl Fn(&str, u32) -> Attempt + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            channel,
            told: Mutex::default(),
            unanswered: AtomicUsize::new(0),
            behaviour: Box::new(behaviour),
        })
    }

    /// How many messages it took without an answer.
    pub fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::SeqCst)
    }

    /// How often each endpoint was told.
    pub fn told(&self) -> HashMap<String, u32> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Counter {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn batch_limit(&self) -> usize {
        50
    }

    fn send<'a>(&'a self, _: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let attempts = recipients.iter().map(|recipient| {
                let (Endpoint::Fcm { token: endpoint }
                | Endpoint::Phone(endpoint)
                | Endpoint::Mailbox(endpoint)) = &recipient.endpoint
                else {
                    panic!("no endpoint of these people")
                };
                let endpoint = endpoint.clone();
                let times = told.get(&endpoint).copied().unwrap_or_default();
                let attempt = (self.behaviour)(&endpoint, times);
                if matches!(attempt, Attempt::Unconfirmed { .. }) {
                    self.unanswered.fetch_add(1, Ordering::SeqCst);
                }
                if matches!(attempt, Attempt::Accepted | Attempt::Unconfirmed { .. }) {
                    told.insert(endpoint, times + 1);
                }
                attempt
            });
            attempts.collect()
        }
        .boxed()
    }
}
