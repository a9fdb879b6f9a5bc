//! The database with its participants, and the dispatcher on it.

use std::fmt::Write;
use std::sync::Arc;

use oproep::channels::Provider;
use oproep::dispatch::account::{AccountSettings, Pace, WhenInDoubt};
use oproep::dispatch::{Dispatcher, Surroundings, Timing};
use oproep::domain::channel::ChannelSet;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::id::{ActionId, DeviceId, ParticipantId};
use oproep::domain::language::Language;
use oproep::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Topics};
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::domain::reference::ReferenceKey;
use oproep::storage::Store;
use oproep::storage::participants::NewParticipant;
use oproep::storage::participants::bulk::{BULK_CHUNK, BulkParticipant};
use oproep::storage::sealing::Keyring;
use oproep::storage::testing::TestDatabase;

/// The databases, by the names that rows carry.
pub const DATABASES: [&str; 2] = ["SQLite", "PostgreSQL"];
/// The account that the waves are for.
pub const ACCOUNT: &str = "bench";

/// A fresh database with one active action.
pub struct Ground {
    pub name: &'static str,
    pub store: Store,
    pub keys: Keyring,
    pub references: ReferenceKey,
    pub clock: Clock,
    pub random: Random,
    pub action: ActionId,
    url: String,
    _database: Option<TestDatabase>,
}

impl Ground {
    /// The database of this name; none when there is no server for it.
    pub async fn prepare(name: &'static str) -> Option<Self> {
        let database = match name {
            "SQLite" => TestDatabase::sqlite().await,
            _ => TestDatabase::postgres().await?,
        };
        let random = Random::from_os();
        let mut tx = database.store.write().await.expect("the database writes");
        let action = tx.insert_action_for_tests(Clock::system().now(), &random).await;
        tx.commit().await.expect("the action is stored");
        let ground = Self::new(name, database.store.clone(), action, random);
        Some(Self {
            url: database.url.clone(),
            _database: Some(database),
            ..ground
        })
    }

    /// The SQLite database that another process prepared.
    pub async fn open(url: &str, action: ActionId) -> Self {
        let store = Store::open(url, 8).await.expect("the database opens");
        Self::new("SQLite", store, action, Random::from_os())
    }

    fn new(name: &'static str, store: Store, action: ActionId, random: Random) -> Self {
        Self {
            name,
            store,
            keys: Keyring::new(&[(1, [7; 32])], &[8; 32], &[9; 32], random.clone()),
            references: ReferenceKey::new(&[9; 32]),
            clock: Clock::system(),
            random,
            action,
            url: String::new(),
            _database: None,
        }
    }

    /// Its address, for [`Ground::open`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stores participants 1 to `people`, scattered over the region of Utrecht.
    pub async fn add_people(&self, people: u32, addresses: impl Fn(u32) -> (Contact, Option<Endpoint>)) {
        let mut tx = self.store.write().await.expect("the database writes");
        let first = self
            .store
            .reserve_participant_numbers(&mut tx, people as usize)
            .await
            .expect("numbers");
        let numbers: Vec<u32> = (first..first + people).collect();
        for chunk in numbers.chunks(BULK_CHUNK) {
            let participants: Vec<_> = chunk
                .iter()
                .map(|number| self.participant(*number, addresses(*number)))
                .collect();
            tx.insert_participants(chunk[0], participants.iter().map(|one| one.seal(&self.keys)))
                .await
                .expect("participants");
        }
        tx.announce_participants(&[(first, first + people - 1)])
            .await
            .expect("announced");
        tx.commit().await.expect("participants are stored");
    }

    fn participant(&self, number: u32, (contact, device): (Contact, Option<Endpoint>)) -> BulkParticipant {
        let now = self.clock.now();
        let home = Place::new(PlaceKind::Home, place(number));
        BulkParticipant {
            new: NewParticipant {
                participant: Participant {
                    id: ParticipantId::new(now, &self.random),
                    language: Language::Nl,
                    contact,
                    places: Places::new(vec![home]).expect("one place"),
                    topics: Topics::ALL,
                    rest: oproep::domain::participant::Rest::default(),
                },
                wanted: ChannelSet::USUAL,
                confirmed_at: now,
            },
            devices: device
                .map(|endpoint| (DeviceId::new(now, &self.random), endpoint))
                .into_iter()
                .collect(),
        }
    }

    /// What a node works with here.
    pub fn around(&self) -> Surroundings {
        Surroundings {
            store: self.store.clone(),
            keys: self.keys.clone(),
            references: self.references.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            public_url: "https://oproep.example".to_owned(),
            timing: Timing::default(),
            spool: None,
        }
    }

    /// A node that sends over this provider as fast as it goes, as the default configuration has it otherwise.
    pub async fn dispatcher(&self, provider: Arc<dyn Provider>) -> Dispatcher {
        let account = AccountSettings {
            name: ACCOUNT.to_owned(),
            provider,
            pace: Pace {
                rate_per_s: None,
                burst: 1,
                batches_in_flight: 8,
                step: 250,
                window: 500,
                attempts: 12,
                when_in_doubt: WhenInDoubt::Resend,
            },
            weight: 1,
        };
        Dispatcher::start(self.around(), vec![account])
            .await
            .expect("the dispatcher starts")
    }
}

/// A place in or around Utrecht for each number: always the same, and nowhere two at one point.
pub fn place(number: u32) -> Point {
    let share = |step: f64| (f64::from(number) * step).fract();
    Point::from_degrees(
        4.9 + 0.6 * share(0.618_033_988_7),
        51.9 + 0.4 * share(0.754_877_666_2),
    )
    .expect("a point")
}

/// A device as long as those of Firebase are.
pub fn fcm_device(number: u32) -> Endpoint {
    let mut token = format!("{number:08x}:APA91b");
    while token.len() < 160 {
        write!(
            token,
            "{:08x}",
            number.wrapping_mul(0x9E37_79B9) ^ u32::try_from(token.len()).unwrap_or(0)
        )
        .expect("a string takes any text");
    }
    Endpoint::Fcm { token }
}
