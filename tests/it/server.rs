//! A server as it runs in earnest, for one test: port 0, a fresh database, the squares of
//! [`oproep::storage::testing::regions`], participants in them, and lanes to providers that keep what they get.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use oproep::channels::Provider;
use oproep::desk::accounts::NewAccount;
use oproep::desk::accounts::sign_in::Credentials;
use oproep::desk::testing::PASSWORD;
use oproep::desk::{Desk, DeskParts, Lifetimes, Safeguards};
use oproep::directory::Directory;
use oproep::dispatch::account::{AccountSettings, Pace, WhenInDoubt};
use oproep::dispatch::codes::Codes;
use oproep::dispatch::{Dispatcher, Surroundings, Timing};
use oproep::domain::channel::Channel;
use oproep::domain::clock::Clock;
use oproep::domain::participant::{Place, PlaceKind, Places};
use oproep::domain::random::Random;
use oproep::domain::reference::ReferenceKey;
use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use oproep::storage::testing::people::{keyring, participant, point};
use oproep::storage::testing::regions::{region_id, regions};
use oproep::web::{Web, WebParts, WebSettings, serve};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::outbox::{Keeper, Outbox};

/// How many participants there are: number `n` from 0 lives `n % 20` steps east and `n / 20` north, half of them
/// in `south-west` and half in `south-east`.
pub const PEOPLE: u32 = 100;

/// A running server. Stopped by [`TestServer::stop`], or with the test.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Asks it.
    pub client: reqwest::Client,
    /// Its desk, for what is prepared without asking.
    pub desk: Desk,
    /// What was sent.
    pub outbox: Outbox,
    stop: CancellationToken,
    running: JoinHandle<()>,
    database: TestDatabase,
    ground: Ground,
}

/// What a server goes by, where a test wants it otherwise.
#[derive(Clone)]
pub struct Ground {
    /// What stands between one person and everyone.
    pub safeguards: Safeguards,
    /// How often a lane looks for work that nobody woke it for.
    pub poll_every: Duration,
}

impl Default for Ground {
    fn default() -> Self {
        Self {
            safeguards: Safeguards::none(),
            poll_every: Timing::default().poll_every,
        }
    }
}

impl TestServer {
    /// One on each kind of database.
    pub async fn each() -> Vec<Self> {
        let mut servers = Vec::new();
        for database in TestDatabase::each().await {
            servers.push(Self::start(database, |_| {}).await);
        }
        servers
    }

    /// One on `SQLite`.
    pub async fn sqlite() -> Self {
        Self::start(TestDatabase::sqlite().await, |_| {}).await
    }

    /// One on each kind of database, on this ground.
    pub async fn each_on(ground: &Ground) -> Vec<Self> {
        let mut servers = Vec::new();
        for database in TestDatabase::each().await {
            servers.push(Self::start_on(database, ground.clone(), |_| {}).await);
        }
        servers
    }

    /// One on this database, with settings changed by `change`.
    pub async fn start(database: TestDatabase, change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::start_on(database, Ground::default(), change).await
    }

    /// The same on this ground.
    pub async fn start_on(
        database: TestDatabase,
        ground: Ground,
        change: impl FnOnce(&mut WebSettings),
    ) -> Self {
        populate(&database).await;
        Self::on(database, Outbox::default(), ground, change).await
    }

    /// Stops it, and starts another on the same database, with the same people and outbox.
    pub async fn restart(self) -> Self {
        self.stop.cancel();
        self.running.await.expect("the server ends without a panic");
        if let Some(dispatcher) = self.desk.dispatcher() {
            dispatcher.stop().await;
        }
        Self::on(self.database, self.outbox, self.ground, |_| {}).await
    }

    /// Lanes of another node on the same database, with the same outbox.
    pub async fn another_node(&self) -> Dispatcher {
        let (around, accounts) = lanes(&self.database, &self.outbox, &self.ground);
        Dispatcher::start(around, accounts).await.unwrap()
    }

    async fn on(
        database: TestDatabase,
        outbox: Outbox,
        ground: Ground,
        change: impl FnOnce(&mut WebSettings),
    ) -> Self {
        let desk = build(&database, &outbox, &ground).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let mut parts = WebParts::on(&desk);
        parts.settings.kannel_receipts_secret = Some("secret".into());
        parts.settings.mail_receipts_secret = Some("secret".into());
        parts.settings.public_url = format!("http://{address}");
        change(&mut parts.settings);
        let stop = CancellationToken::new();
        let going = desk.clone();
        let closing = stop.clone();
        tokio::spawn(async move { going.keep_going(closing).await });
        let running = tokio::spawn(serve(listener, Web::new(parts), stop.clone().cancelled_owned()));
        Self {
            address,
            client: reqwest::Client::new(),
            desk,
            outbox,
            stop,
            running,
            database,
            ground,
        }
    }

    /// The address of its database, for another process.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request under `/api/v1`, with this token.
    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.client.request(method, self.url(&format!("/api/v1{path}")));
        if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        }
    }

    /// Gets JSON.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        Answer::of(self.request(Method::GET, path, token).send().await).await
    }

    /// Sends JSON.
    pub async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        Answer::of(self.request(method, path, token).json(body).send().await).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, token, body).await
    }

    /// The token of an account in this role for the region of this code, made at the first call.
    pub async fn token(&self, role: Role, region: &str) -> String {
        let username = format!("{role}.{region}");
        let new = NewAccount {
            username: username.clone(),
            name: "N. Jansen".to_owned(),
            role,
            region: region_id(region),
            trained_until: Some(self.desk.now() + Duration::from_hours(1_000)),
            password: Some(PASSWORD.to_owned()),
        };
        // There already at the second call.
        let _ = self
            .desk
            .create_account(&self.desk.machine_scope(None), new)
            .await;
        let credentials = Credentials {
            username: &username,
            password: PASSWORD,
        };
        let session = self.desk.sign_in(credentials, "test", None).await;
        session.expect("it signs in").token.as_str().to_owned()
    }

    /// Stops it and waits until it ended.
    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("the server ends without a panic");
    }
}

/// An answer with its JSON, if it has any.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub async fn of(answer: reqwest::Result<Response>) -> Self {
        let answer = answer.expect("the server answers");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.bytes().await.expect("the answer is whole");
        Self {
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// The body of an answer that went well.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }

    /// The last part of the problem's type.
    #[track_caller]
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().expect("a problem has a type");
        kind.trim_start_matches("/problems/")
    }
}

async fn populate(database: &TestDatabase) {
    let keys = keyring();
    let mut tx = database.store.write().await.unwrap();
    tx.upsert_regions(&regions(), Clock::system().now())
        .await
        .unwrap();
    for index in 0..PEOPLE {
        let mut new = participant(index);
        let place = point((index % 20).cast_signed(), (index / 20).cast_signed());
        new.participant.places = Places::new(vec![Place::new(PlaceKind::Home, place)]).unwrap();
        tx.insert_participant(&keys, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn provider(channel: Channel, outbox: &Outbox) -> Arc<dyn Provider> {
    Arc::new(Keeper::new(channel, outbox.clone()))
}

fn lanes(database: &TestDatabase, outbox: &Outbox, ground: &Ground) -> (Surroundings, Vec<AccountSettings>) {
    let around = Surroundings {
        store: database.store.clone(),
        keys: keyring(),
        references: ReferenceKey::new(&[4; 32]),
        clock: Clock::system(),
        random: Random::from_os(),
        public_url: "http://127.0.0.1".to_owned(),
        timing: Timing {
            flush_every: Duration::from_millis(20),
            poll_every: ground.poll_every,
            ..Timing::default()
        },
        spool: None,
    };
    let accounts = Channel::ALL.map(|channel| AccountSettings {
        name: channel.name().to_owned(),
        provider: provider(channel, outbox),
        pace: Pace {
            rate_per_s: None,
            burst: 1_000,
            batches_in_flight: 4,
            step: 100,
            window: 100,
            attempts: 3,
            when_in_doubt: WhenInDoubt::Resend,
        },
        weight: 1,
    });
    (around, accounts.into())
}

async fn build(database: &TestDatabase, outbox: &Outbox, ground: &Ground) -> Desk {
    let (around, accounts) = lanes(database, outbox, ground);
    let Surroundings {
        keys,
        clock,
        random,
        references,
        ..
    } = around.clone();
    let provider = |channel| provider(channel, outbox);
    let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
    let names = Channel::ALL.map(|channel| (channel, channel.name().to_owned()));
    let providers = Channel::ALL.into_iter().map(provider).collect();
    let codes: BTreeMap<_, _> = Channel::ALL.map(|channel| (channel, provider(channel))).into();
    let parts = DeskParts {
        store: database.store.clone(),
        keys,
        references,
        directory,
        accounts: names.into(),
        providers,
        codes: Codes::start(codes, clock.clone()),
        dispatcher: Some(Dispatcher::start(around, accounts).await.unwrap()),
        clock,
        random,
    };
    Desk::with_safeguards(parts, Lifetimes::default(), ground.safeguards.clone())
}
