//! Starts an action at a running service and follows it until everybody was told.
//!
//! ```sh
//! cargo run --example start_and_follow -- --demo      # with a service of its own, in a folder of its own
//! cargo run --example start_and_follow -- http://127.0.0.1:8080 meldkamer < password.txt
//! ```

use std::error::Error;

use oproep::client::{Client, Credentials, Wave};
use oproep::demo::notes::DemoFolder;
use oproep::demo::running::{Demo, DemoOptions};
use oproep::demo::stand_ins::Ports;
use oproep::domain::action::{ActionKind, DraftInput, Text, Texts};
use oproep::domain::area::{Area, Circle};
use oproep::domain::clock::Clock;
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::lifecycle::Stop;

/// What goes wrong is shown.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--demo"] => with_a_service_of_its_own().await?,
        [address, username] => {
            let password = std::io::read_to_string(std::io::stdin())?;
            start_and_follow(address, username, password.trim_end()).await?
        }
        _ => return Err("say --demo, or the address and the user name".into()),
    };
    println!("{told} participants were told");
    Ok(())
}

/// Runs a demonstration of 2,000 people and starts an action at it.
pub async fn with_a_service_of_its_own() -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let options = DemoOptions {
        folder: DemoFolder::new(folder.path()),
        participants: 2_000,
        seed: 1,
        listen: "127.0.0.1:0".parse()?,
        ports: Ports::Free,
        fresh: true,
    };
    let demo = Demo::start(options, None, Stop::default(), |_| ()).await?;
    let operator = demo.notes.account(Role::Operator).ok_or("there is no operator")?;
    let told = start_and_follow(&demo.notes.service, &operator.username, &operator.password).await?;
    demo.stop().await;
    Ok(told)
}

/// Signs in, starts an action in five kilometres around Utrecht, and answers how many were told.
async fn start_and_follow(address: &str, username: &str, password: &str) -> Result<u64> {
    let client = Client::new(address, Clock::system(), Random::from_os())?;
    let session = client.sign_in(&Credentials { username, password }).await?;
    let client = client.with_token(&session.token)?;

    let utrecht = Point::from_degrees(5.1214, 52.0907)?;
    let mut draft = DraftInput::new(ActionKind::MissingPerson);
    draft.area = Some(Area::circle(Circle::new(utrecht, 5_000)?));
    draft.origin = Some(utrecht);
    draft.texts = Some(Texts {
        nl: Text::new(
            "Vermist meisje",
            "Meisje van 9 jaar, rode jas, blauwe fiets. Ziet u haar? Bel 112.",
        ),
        en: Text::new(
            "Missing girl",
            "Girl, 9 years old, red coat, blue bicycle. Do you see her? Call 112.",
        ),
    });
    let action = client.create_action(&draft).await?;

    // Listening before starting, so that no event is missed.
    let mut events = client.follow_action(action.id).await?;
    let started = client.start_action(action.id, action.version).await?;
    println!("started {} for {} participants", action.number, started.audience);
    if started.held_until.is_some() {
        // Nothing has left: it could be taken back (`take_back_action`), or wait for the end of its hold.
        client.send_action_now(action.id, started.action.version).await?;
    }
    loop {
        let event = events.next().await?;
        println!("{}", event.kind);
        if event.kind == "wave.finished" {
            break;
        }
    }
    let action = client.action(action.id).await?;
    client.sign_out().await?;
    Ok(action
        .waves
        .iter()
        .map(|wave: &Wave| wave.accounts.accounting.reached())
        .sum())
}
