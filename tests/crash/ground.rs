//! What stands outside the process that is killed: the database with its people, the receivers, and the desk at
//! which drafts are made.

use std::path::PathBuf;

use oproep::app::Foundation;
use oproep::app::keys::Keys;
use oproep::config::Config;
use oproep::desk::Desk;
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::domain::reference::ReferenceKey;
use oproep::receivers::inbox::{Inbox, Kind};
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{KANNEL_USER, ReportOrder, ReportSettings, SmsGateway};
use oproep::receivers::{Ground as ReceiverGround, ReceiverSettings, Receivers};
use oproep::storage::Store;
use oproep::storage::sealing::Keyring;
use oproep::storage::testing::TestDatabase;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::people;

/// A delivery report comes as accepted, then as delivered, and each of them twice.
const REPORTS_OF_A_TEXT: u64 = 4;

pub(crate) struct Ground {
    pub(crate) store: Store,
    pub(crate) keys: Keyring,
    pub(crate) references: ReferenceKey,
    pub(crate) inbox: Inbox,
    /// The configuration of the process that is killed.
    pub(crate) config: PathBuf,
    /// Where it answers.
    pub(crate) address: String,
    /// Two processes share PostgreSQL; on SQLite one does it all.
    pub(crate) processes: usize,
    /// What one of them may have had in its hands on the urgent lanes.
    pub(crate) in_flight_window: u64,
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    gateway: SmsGateway,
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
        let keys = folder.path().join("keys");
        Keys::create(&keys, random).expect("new keys");
        let stop = CancellationToken::new();
        let receivers = Receivers::start(&ReceiverSettings::default(), clock.clone(), random.clone(), &stop)
            .await
            .expect("the receivers start");
        let (gateway, gateway_address) = text_gateway(&receivers, &clock, random, &stop).await;
        let service_account = folder.path().join("fcm.json");
        receivers
            .fcm
            .write_service_account(&service_account)
            .expect("a service account");
        let listen = format!("127.0.0.1:{}", free_port());
        let address = format!("http://{listen}");
        let settings = json!({
            "database": { "url": database.url },
            "keys": { "folder": keys },
            "server": { "listen": listen },
            "web": { "public_url": address, "kannel_receipts_secret": "geheim" },
            "dispatch": { "lease_ms": 1_500, "flush_every_ms": 100, "poll_every_ms": 200 },
            "push": { "fcm": {
                "service_account_file": service_account,
                "base_url": receivers.fcm.base_url(),
                "http": { "clients": 4, "version": "prior_knowledge" },
            } },
            "sms": { "kannel": {
                "url": format!("http://{gateway_address}/cgi-bin/sendsms"),
                "username": KANNEL_USER.0,
                "password": KANNEL_USER.1,
                "from": "Oproep",
                "receipts_url": format!("{address}/receipts/kannel/geheim"),
            } },
            // One operator starts everything here, as often as there are rounds.
            "approval": { "people": 100_000_000 },
            "hold": { "for_ms": 0 },
            "limits": {
                "by_account": { "urgent": { "an_hour": 1_000_000, "a_day": 1_000_000 } },
                "in_territory": { "urgent": { "an_hour": 1_000_000, "a_day": 1_000_000 } },
            },
            "telemetry": { "filter": "warn" },
        });
        let config = folder.path().join("oproep.toml");
        std::fs::write(&config, toml(&settings)).expect("a configuration");
        let read = Config::load(Some(&config)).expect("the configuration is right");
        let window = |pace: &oproep::dispatch::account::Pace| (pace.batches_in_flight * pace.window) as u64;
        let in_flight_window = window(&read.pace.push) + window(&read.pace.sms);
        let foundation = Foundation::open(read, clock.clone(), random.clone())
            .await
            .expect("the database and its keys open");
        people::insert(&foundation, &receivers, people).await;
        let keys = foundation.keys.clone();
        let desk = foundation.desk().await.expect("the people are read");
        Self {
            store: database.store.clone(),
            keys: keys.ring,
            references: keys.references,
            inbox: receivers.inbox.clone(),
            config,
            address,
            processes: if database.store.is_shared() { 2 } else { 1 },
            in_flight_window,
            desk,
            clock,
            random: random.clone(),
            gateway,
            _database: database,
            _receivers: receivers,
            _folder: folder,
            _stop: stop.drop_guard(),
        }
    }

    /// Whether every delivery report that there is was brought and taken.
    pub(crate) fn all_reports_are_in(&self) -> bool {
        self.gateway.reports_brought() == REPORTS_OF_A_TEXT * self.inbox.counts().of(Kind::Sms).arrived
    }
}

async fn text_gateway(
    receivers: &Receivers,
    clock: &Clock,
    random: &Random,
    stop: &CancellationToken,
) -> (SmsGateway, std::net::SocketAddr) {
    let ground = ReceiverGround {
        inbox: receivers.inbox.clone(),
        faults: receivers.faults.clone(),
        clock: clock.clone(),
        random: random.clone(),
    };
    let settings = ReportSettings {
        delay_ms: 50,
        order: ReportOrder::Twice,
        ..ReportSettings::default()
    };
    let gateway = SmsGateway::new(ground, &settings, stop.child_token()).expect("a gateway");
    let (listener, address) = listen(0).await.expect("a free port");
    serve(listener, None, gateway.router(), stop.child_token());
    (gateway, address)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

/// Nested objects of scalars as TOML.
fn toml(settings: &Value) -> String {
    fn write(path: &str, value: &Value, lines: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    write(&path, value, lines);
                }
            }
            scalar => lines.push(format!("{path} = {scalar}")),
        }
    }
    let mut lines = Vec::new();
    write("", settings, &mut lines);
    lines.join("\n")
}
