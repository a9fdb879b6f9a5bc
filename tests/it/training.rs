//! A training service as it runs in earnest, with people of the test's own.

use std::path::Path;

use oproep::app::keys::Keys;
use oproep::app::{Foundation, Service};
use oproep::config::Config;
use oproep::desk::accounts::NewAccount;
use oproep::desk::accounts::sign_in::Credentials;
use oproep::desk::{Desk, Scope};
use oproep::domain::action::{ActionKind, DraftInput};
use oproep::domain::area::Area;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::participant::Registration;
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::lifecycle::Stop;
use oproep::storage::testing::people::point;
use oproep::storage::testing::regions::{rectangle, region_id, regions};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const PASSWORD: &str = "correct paard batterij nietje";

/// What a live process would be configured with, but for its providers.
pub fn settings(database: &str, keys: &Path) -> Value {
    json!({
        "database": { "url": database },
        "keys": { "folder": keys },
        "server": { "listen": "127.0.0.1:0" },
    })
}

/// The same for training.
pub fn for_training(database: &str, keys: &Path) -> Value {
    let mut settings = settings(database, keys);
    settings["training"] = json!({ "seed": 2018 });
    settings
}

/// A running training service.
pub struct Training {
    /// Its desk.
    pub desk: Desk,
    /// An operator of the whole unit.
    pub operator: Scope,
    /// Ends it.
    pub stop: Stop,
    /// Ends with it.
    pub running: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Training {
    /// One on this database, with these people and settings changed by `change`.
    pub async fn start(
        database: &str,
        clock: &Clock,
        people: impl Iterator<Item = (Registration, Vec<Endpoint>)> + Send + 'static,
        change: impl FnOnce(&mut Value),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = folder.path().join("keys");
        let random = Random::from_os();
        Keys::create(&keys, &random).expect("new keys");
        let mut settings = for_training(database, &keys);
        change(&mut settings);
        let config = Config::over_default(&settings).expect("a configuration");
        let foundation = Foundation::open(config, clock.clone(), random)
            .await
            .expect("it opens");
        let service = Service::build(foundation, None).await.expect("it is built");
        let desk = service.desk().clone();
        let machine = desk.machine_scope(None);
        desk.import_regions(&machine, regions())
            .await
            .expect("the regions are stored");
        let machine = desk.machine_scope(None);
        desk.insert_population(&machine, people, |_| ())
            .await
            .expect("the people are stored");
        desk.directory().catch_up().await.expect("the directory follows");
        let operator = operator(&desk).await;
        let stop = Stop::default();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { service.run(&stop).await }
        });
        Self {
            desk,
            operator,
            stop,
            running,
            _folder: folder,
        }
    }
}

async fn operator(desk: &Desk) -> Scope {
    let new = NewAccount {
        username: "meldkamer".to_owned(),
        name: "Meldkamer".to_owned(),
        role: Role::Operator,
        region: region_id("unit"),
        trained_until: None,
        password: Some(PASSWORD.to_owned()),
    };
    desk.create_account(&desk.machine_scope(None), new)
        .await
        .expect("an account");
    let credentials = Credentials {
        username: "meldkamer",
        password: PASSWORD,
    };
    let session = desk
        .sign_in(credentials, "test", None)
        .await
        .expect("it signs in");
    desk.scope(session.token.as_str())
        .await
        .expect("the session holds")
}

/// Somebody is missing, all over the territory.
pub fn alarm() -> DraftInput {
    let mut input = DraftInput::new(ActionKind::MissingPerson);
    input.area = Some(Area::polygons(rectangle(0, 0, 20, 10)));
    input.origin = Some(point(5, 5));
    input.description.direction = Some("de brug".to_owned());
    input
}
