//! What stands outside the process that is killed: the database with its people, and the receiver.

use std::path::PathBuf;
use std::time::Duration;

use oproep::app::keys::Keys;
use oproep::dispatch::plan::{Accounts, Order, plan};
use oproep::domain::channel::{Channel, ChannelSet};
use oproep::domain::clock::Clock;
use oproep::domain::id::{AccountId, ActionId, DeviceId, ParticipantId, WaveId};
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Urgency};
use oproep::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Topics};
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::domain::reference::ReferenceKey;
use oproep::domain::wave::{WaveKind, WaveMessage};
use oproep::receivers::inbox::Inbox;
use oproep::receivers::{ReceiverSettings, Receivers};
use oproep::storage::Store;
use oproep::storage::participants::NewParticipant;
use oproep::storage::participants::bulk::{BULK_CHUNK, BulkParticipant};
use oproep::storage::sealing::Keyring;
use oproep::storage::testing::TestDatabase;
use tokio_util::sync::CancellationToken;

pub(crate) struct Ground {
    pub(crate) store: Store,
    pub(crate) keys: Keyring,
    pub(crate) references: ReferenceKey,
    pub(crate) inbox: Inbox,
    pub(crate) config: PathBuf,
    pub(crate) people: u32,
    /// Two workers share PostgreSQL; on SQLite one process does it all.
    pub(crate) processes: usize,
    action: ActionId,
    clock: Clock,
    random: Random,
    _database: TestDatabase,
    _receivers: Receivers,
    _folder: tempfile::TempDir,
    _stop: tokio_util::sync::DropGuard,
}

impl Ground {
    pub(crate) async fn prepare(database: &str, people: u32, random: &Random) -> Self {
        let clock = Clock::system();
        let database = match database {
            "sqlite" => TestDatabase::sqlite().await,
            _ => TestDatabase::postgres()
                .await
                .expect("PostgreSQL: run it through `make crash`"),
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key_folder = folder.path().join("keys");
        Keys::create(&key_folder, random).expect("new keys");
        let keys = Keys::load(&key_folder, random).expect("the keys just made");
        let stop = CancellationToken::new();
        let receivers = Receivers::start(&ReceiverSettings::default(), clock.clone(), random.clone(), &stop)
            .await
            .expect("the receivers start");
        let service_account = folder.path().join("fcm.json");
        receivers
            .fcm
            .write_service_account(&service_account)
            .expect("a service account");
        let config = folder.path().join("oproep.toml");
        let text = format!(
            r#"
            [database]
            url = "{url}"
            [keys]
            folder = "{keys}"
            [server]
            listen = "127.0.0.1:0"
            [dispatch]
            lease_ms = 1_500
            flush_every_ms = 100
            poll_every_ms = 200
            [push.fcm]
            service_account_file = "{account}"
            base_url = "{base}"
            [push.fcm.http]
            clients = 4
            version = "prior_knowledge"
            [telemetry]
            filter = "warn"
            "#,
            url = database.url,
            keys = key_folder.display(),
            account = service_account.display(),
            base = receivers.fcm.base_url(),
        );
        std::fs::write(&config, text).expect("a configuration");
        let mut tx = database.store.write().await.expect("the database writes");
        let action = tx.insert_action_for_tests(clock.now(), random).await;
        tx.commit().await.expect("the action is stored");
        let ground = Self {
            store: database.store.clone(),
            keys: keys.ring,
            references: keys.references,
            inbox: receivers.inbox.clone(),
            config,
            people,
            processes: if database.store.is_shared() { 2 } else { 1 },
            action,
            clock,
            random: random.clone(),
            _database: database,
            _receivers: receivers,
            _folder: folder,
            _stop: stop.drop_guard(),
        };
        ground.insert_people().await;
        ground
    }

    async fn insert_people(&self) {
        let home = Place::new(
            PlaceKind::Home,
            Point::from_degrees(5.12, 52.09).expect("Utrecht"),
        );
        let places = Places::new(vec![home]).expect("one place");
        let mut tx = self.store.write().await.expect("the database writes");
        let first = self
            .store
            .reserve_participant_numbers(&mut tx, self.people as usize)
            .await
            .expect("numbers");
        let numbers: Vec<u32> = (first..first + self.people).collect();
        for chunk in numbers.chunks(BULK_CHUNK) {
            let people: Vec<BulkParticipant> = chunk
                .iter()
                .map(|number| BulkParticipant {
                    new: NewParticipant {
                        participant: Participant {
                            id: ParticipantId::new(self.clock.now(), &self.random),
                            language: Language::Nl,
                            contact: Contact::default(),
                            places: places.clone(),
                            topics: Topics::ALL,
                        },
                        wanted: ChannelSet::ALL,
                        confirmed_at: self.clock.now(),
                    },
                    devices: vec![(
                        DeviceId::new(self.clock.now(), &self.random),
                        self._receivers.fcm.device(*number),
                    )],
                })
                .collect();
            tx.insert_participants(chunk[0], people.iter().map(|one| one.seal(&self.keys)))
                .await
                .expect("participants");
        }
        tx.announce_participants(&[(first, first + self.people - 1)])
            .await
            .expect("announced");
        tx.commit().await.expect("participants are stored");
    }

    /// Orders a wave to everyone.
    pub(crate) async fn start_wave(&self) -> WaveId {
        let now = self.clock.now();
        let wave = WaveId::new(now, &self.random);
        let expires_at = now + Duration::from_secs(3600);
        let message = |language| Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language,
            title: "Vermist".to_owned(),
            body: "Meisje van 9 jaar, rode jas.".to_owned(),
            collapse_key: "crash".to_owned(),
            expires_at,
        };
        let order = Order {
            wave,
            action: self.action,
            kind: WaveKind::First,
            urgency: Urgency::Urgent,
            area: None,
            message: WaveMessage {
                nl: message(Language::Nl),
                en: message(Language::En),
            },
            created_by: AccountId::new(now, &self.random),
            created_at: now,
            expires_at,
        };
        let accounts = Accounts::from([(Channel::App, "push".to_owned())]);
        let everyone = [(Channel::App, (1..=self.people).collect())];
        let planned = plan(order, &everyone, &accounts, |people| people.iter().collect());
        let mut tx = self.store.write().await.expect("the database writes");
        tx.insert_planned_wave(&self.keys, &planned)
            .await
            .expect("the wave");
        tx.commit().await.expect("the wave is stored");
        wave
    }
}
