//! A channel of one's own: implements [`Provider`], registers it, and sends a wave through it.
//!
//! ```sh
//! cargo run --example custom_channel
//! ```

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use oproep::app::keys::Keys;
use oproep::app::{Foundation, Service};
use oproep::channels::Provider;
use oproep::config::Config;
use oproep::desk::accounts::NewAccount;
use oproep::desk::accounts::sign_in::Credentials;
use oproep::desk::{Desk, Scope};
use oproep::dispatch::account::AccountSettings;
use oproep::domain::action::{ActionKind, DraftInput, Text, Texts};
use oproep::domain::area::Area;
use oproep::domain::channel::Channel;
use oproep::domain::check::CheckCode;
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::{Message, Recipient};
use oproep::domain::participant::{Contact, Place, PlaceKind, Places, Registration, Topics};
use oproep::domain::random::Random;
use oproep::domain::region::RegionKind;
use oproep::domain::role::Role;
use oproep::domain::wave::WaveState;
use oproep::lifecycle::Stop;
use serde_json::json;

/// What goes wrong is shown.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many take part.
const PEOPLE: u64 = 50;

/// Shouts messages: stands in for the app of everybody who has a number of a loudspeaker.
#[derive(Debug, Default)]
struct Loudspeakers {
    shouted: AtomicU64,
}

impl Provider for Loudspeakers {
    fn channel(&self) -> Channel {
        Channel::App
    }

    fn batch_limit(&self) -> usize {
        20
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            println!(
                "{} ({} loudspeakers): {}",
                message.title,
                recipients.len(),
                message.body
            );
            self.shouted.fetch_add(recipients.len() as u64, Ordering::Relaxed);
            // One answer a recipient, in their order. `Throttled` would pause the account, `Transient` try
            // again later, `Rejected` give up.
            recipients.iter().map(|_| Attempt::Accepted).collect()
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let shouted = Box::pin(run()).await?;
    println!("{shouted} of {PEOPLE} were shouted at");
    Ok(())
}

/// Builds a service with the channel, sends a wave, and answers how many it called on.
pub async fn run() -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let config = Config::over_default(&json!({
        "database": { "url": format!("sqlite:{}", folder.path().join("oproep.db").display()) },
        "keys": { "folder": folder.path().join("keys") },
        "server": { "listen": "127.0.0.1:0" },
    }))?;
    let (clock, random) = (Clock::system(), Random::from_os());
    Keys::create(&config.keys.folder, &random)?;
    let pace = config.pace.push;
    let foundation = Foundation::open(config, clock.clone(), random).await?;

    let loudspeakers = Arc::new(Loudspeakers::default());
    let account = AccountSettings {
        name: "loudspeakers".to_owned(),
        provider: loudspeakers.clone(),
        pace,
        weight: 1,
    };
    let service = Service::build_with(foundation, vec![account], None).await?;
    let desk = service.desk().clone();
    let operator = prepare(&desk).await?;

    let stop = Stop::default();
    let running = stop.clone();
    let service = tokio::spawn(async move { service.run(&running).await });
    send(&desk, &operator, &clock).await?;
    stop.ask();
    service.await?;
    Ok(loudspeakers.shouted.load(Ordering::Relaxed))
}

/// Brings in regions, people and an operator, and signs the operator in.
async fn prepare(desk: &Desk) -> Result<Scope> {
    let regions = oproep::demo::region::regions(desk.now(), &Random::from_os());
    desk.import_regions(&desk.machine_scope(None), regions).await?;
    let machine = desk.machine_scope(None);
    let home = oproep::domain::point::Point::from_degrees(5.1214, 52.0907)?;
    let people = (0..PEOPLE).map(move |number| {
        let registration = Registration {
            language: oproep::domain::language::Language::Nl,
            contact: Contact::default(),
            places: Places::new(vec![Place::new(PlaceKind::Home, home)]).expect("one place"),
            topics: Topics::ALL,
            rest: oproep::domain::participant::Rest::default(),
        };
        (
            registration,
            vec![Endpoint::Fcm {
                token: format!("loudspeaker-{number}"),
            }],
        )
    });
    desk.insert_population(&machine, people, |_| ()).await?;
    desk.directory().catch_up().await?;

    let territory = desk.directory().territory();
    let unit = territory
        .find(RegionKind::PoliceUnit, "Midden-Nederland")
        .ok_or("the police unit is missing")?;
    let new = NewAccount {
        username: "meldkamer".to_owned(),
        name: "Meldkamer".to_owned(),
        role: Role::Operator,
        region: unit.id,
        trained_until: None,
        password: None,
    };
    let password = desk
        .create_account(&machine, new)
        .await?
        .password
        .ok_or("no password")?;
    let credentials = Credentials {
        username: "meldkamer",
        password: &password,
    };
    let session = desk.sign_in(credentials, "127.0.0.1", None).await?;
    Ok(desk.scope(session.token.as_str()).await?)
}

/// Starts an action for a municipality and waits until its wave is finished.
async fn send(desk: &Desk, operator: &Scope, clock: &Clock) -> Result<()> {
    let territory = desk.directory().territory();
    let utrecht = territory
        .find(RegionKind::Municipality, "Utrecht")
        .ok_or("Utrecht is missing")?;
    let mut draft = DraftInput::new(ActionKind::DangerousSituation);
    draft.area = Some(Area::regions([utrecht.id])?);
    draft.texts = Some(Texts {
        nl: Text::new("Brand", "Grote brand in Overvecht. Sluit ramen en deuren."),
        en: Text::new("Fire", "Large fire in Overvecht. Close windows and doors."),
    });
    let action = desk.create_draft(operator, draft).await?;
    // A whole municipality is more than such a situation usually needs: it is meant.
    let meant = [CheckCode::AreaLarge].into_iter().collect();
    let started = desk
        .start_action_confirming(operator, action.id, action.version, &meant)
        .await?;
    println!("started {} for {}", action.number, started.audience);
    desk.send_action_now(operator, action.id, started.action.version)
        .await?;
    loop {
        let view = desk.action(operator, action.id).await?;
        if view
            .waves
            .iter()
            .all(|wave| wave.wave.state == WaveState::Finished)
        {
            return Ok(());
        }
        clock.sleep(Duration::from_millis(50)).await;
    }
}
