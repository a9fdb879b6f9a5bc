//! What the journey stands on: a database with the territory and its participants, brought in as an operator does
//! it; the receivers of every provider; and the running service.

use std::fmt::Write;
use std::path::Path;

use oproep::app::Foundation;
use oproep::app::keys::{Keys, vapid_file};
use oproep::channels::push::webpush::vapid::VapidKey;
use oproep::config::Config;
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::receivers::{ReceiverSettings, Receivers};
use oproep::storage::testing::TestDatabase;
use serde_json::json;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::external::free_port;
use crate::mail_server::MailServer;
use crate::people::{Expected, WORLD, World};
use crate::phases::Phases;
use crate::processes::{Process, done, oproep};
use crate::sms_gateway::SmsGateway;
use crate::territory::UNIT;

pub(crate) const USERNAME: &str = "meldkamer";

pub(crate) struct Ground {
    pub(crate) database: TestDatabase,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) keys: Keys,
    pub(crate) receivers: Receivers,
    pub(crate) sms: SmsGateway,
    pub(crate) mail: MailServer,
    /// Where the service is reached.
    pub(crate) service: String,
    pub(crate) password: String,
    /// Whom the first wave and the expansion have to reach.
    pub(crate) expected: [Expected; 2],
    pub(crate) serving: Process,
    /// Each with the id of its node.
    pub(crate) workers: Vec<(Process, String)>,
    pub(crate) phases: Phases,
    _stop: DropGuard,
}

impl Ground {
    /// None where Kannel or postfix is not installed.
    pub(crate) async fn prepare(database: TestDatabase) -> Option<Self> {
        let is_shared = database.store.is_shared();
        let mut phases = Phases::begin(if is_shared { "PostgreSQL" } else { "SQLite" });
        let service_port = free_port();
        let service = format!("http://127.0.0.1:{service_port}");
        let (sms, mail) = (SmsGateway::start(service_port)?, MailServer::start().await?);
        let stop = CancellationToken::new();
        let settings = ReceiverSettings {
            kept: usize::MAX,
            ..ReceiverSettings::default()
        };
        let receivers = Receivers::start(&settings, Clock::system(), Random::from_seed(7), &stop)
            .await
            .expect("the receivers start");
        let world = &*WORLD;
        phases.ended("gateways, receivers, and a population made up");

        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let text = configuration(path, &database.url, &service, &receivers, &sms, &mail);
        std::fs::write(path.join("oproep.toml"), text).expect("a configuration");
        done(&mut oproep(path, &["keys", "create"]));
        let vapid = VapidKey::read(&vapid_file(&path.join("keys"))).expect("the key just made");
        receivers.web_push.restrict_to(vapid.public());
        done(&mut oproep(path, &["check-config"]));
        done(&mut oproep(path, &["migrate"]));
        for (number, (text, arguments)) in world.territory.files.iter().enumerate() {
            let file = format!("regions-{number}.geojson");
            std::fs::write(path.join(&file), text).expect("a file of regions");
            done(oproep(path, &["import", "regions", &file]).args(arguments));
        }
        let region = format!("police_unit:{UNIT}");
        let add = [
            "user",
            "add",
            USERNAME,
            "--role",
            "operator",
            "--name",
            "Meldkamer",
        ];
        let added = done(oproep(path, &add).args(["--region", &region]));
        let password = added["password"].as_str().expect("made up").to_owned();
        phases.ended("keys, schema, regions and an operator, by the command line");

        import_people(path);
        phases.ended("participants without the app imported");
        store_people(path, &database.url, &receivers).await;
        phases.ended("participants with the app stored beside their devices");

        let expected = world.expected(&receivers);
        let keys = Keys::load(&path.join("keys"), &Random::from_os()).expect("the keys just made");
        let serve: &[&str] = if is_shared {
            &["serve", "--no-dispatch"]
        } else {
            &["serve"]
        };
        let mut serving = Process::start(path, "serve", serve);
        let mut workers = Vec::new();
        let names = if is_shared {
            &["worker-1", "worker-2"][..]
        } else {
            &[]
        };
        for name in names {
            let mut worker = Process::start(path, name, &["worker"]);
            let says = worker.says("taking batches").await;
            let node = says["node"].as_str().expect("an id").to_owned();
            workers.push((worker, node));
        }
        serving.says("answering requests").await;
        phases.ended("service started");
        Some(Self {
            database,
            folder,
            keys,
            receivers,
            sms,
            mail,
            service,
            password,
            expected,
            serving,
            workers,
            phases,
            _stop: stop.drop_guard(),
        })
    }
}

/// Those without the app, from a file.
fn import_people(path: &Path) {
    let world = &*WORLD;
    world.write_csv(&path.join("people.csv"));
    let imported = done(&mut oproep(path, &["import", "participants", "people.csv"]));
    assert_eq!(imported["stored"], world.without_app.len());
}

/// Those with the app: a file has no devices, so they come as the demonstration's do.
async fn store_people(path: &Path, database: &str, receivers: &Receivers) {
    let world = &*WORLD;
    let config = Config::over_default(&json!({
        "database": { "url": database },
        "keys": { "folder": path.join("keys") },
    }));
    let foundation = Foundation::open(
        config.expect("our own configuration"),
        Clock::system(),
        Random::from_os(),
    )
    .await
    .expect("the database opens");
    let desk = foundation.desk().await.expect("a desk");
    let (web_push, fcm) = (receivers.web_push.clone(), receivers.fcm.clone());
    let people = world.with_app.iter().enumerate().map(move |(index, person)| {
        let device = World::device(&web_push, &fcm, index);
        (person.clone().into_registration(), vec![device])
    });
    let stored = desk
        .insert_population(&desk.machine_scope(None), people, |_| ())
        .await;
    assert_eq!(stored.expect("they are stored"), world.with_app.len() as u64);
    foundation.store.close().await;
}

/// Patient with a busy machine: a message that is sent again because an answer took long would be counted twice.
fn configuration(
    path: &Path,
    database: &str,
    service: &str,
    receivers: &Receivers,
    sms: &SmsGateway,
    mail: &MailServer,
) -> String {
    let account = path.join("fcm.json");
    receivers
        .fcm
        .write_service_account(&account)
        .expect("a service account");
    let (keys, account) = (path.join("keys").display().to_string(), account.display());
    let mut text = format!(
        r#"
        [database]
        url = "{database}"
        [keys]
        folder = "{keys}"
        [server]
        listen = "{listen}"
        [web]
        public_url = "{service}"
        kannel_receipts_secret = "geheim"
        [dispatch]
        lease_ms = 60_000
        poll_every_ms = 200
        [push.fcm]
        service_account_file = "{account}"
        base_url = "{fcm}"
        [push.fcm.http]
        version = "prior_knowledge"
        request_timeout_ms = 60_000
        [push.web_push]
        vapid_key_file = "{keys}/vapid.key"
        subject = "mailto:beheer@oproep.example"
        allow_loopback = true
        [push.web_push.http]
        request_timeout_ms = 60_000
        [sms.kannel]
        url = "{sms_url}"
        username = "{username}"
        password = "{password}"
        from = "Oproep"
        receipts_url = "{service}/receipts/kannel/geheim"
        [sms.kannel.http]
        version = "http1"
        request_timeout_ms = 60_000
        [email]
        host = "127.0.0.1"
        port = {mail_port}
        tls = "none"
        from_name = "Oproep"
        from_address = "oproep@oproep.example"
        helo_name = "oproep.example"
        timeout_ms = 60_000
        [approval]
        people = 1_000_000
        km2 = 100_000
        [hold]
        for_ms = 0
        [telemetry]
        format = "json"
        filter = "warn,oproep=info"
        "#,
        listen = service.trim_start_matches("http://"),
        fcm = receivers.fcm.base_url(),
        sms_url = sms.url,
        username = sms.username,
        password = sms.password,
        mail_port = mail.port,
    );
    // One at a time, so that there is always some left for the other worker.
    let hands = if database.starts_with("postgres") { 1 } else { 4 };
    for account in ["push", "sms", "email"] {
        write!(
            text,
            "\n[pace.{account}]\nrate_per_s = 50_000\nburst = 5_000\nbatches_in_flight = {hands}\n"
        )
        .expect("a string takes any text");
    }
    text
}
