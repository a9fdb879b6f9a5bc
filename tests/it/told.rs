//! A start over a limit is told to a second person by mail, over the configured server, at any hour.

use std::time::Duration;

use oproep::app::keys::Keys;
use oproep::app::{Foundation, Service};
use oproep::config::Config;
use oproep::desk::accounts::NewAccount;
use oproep::desk::{Desk, DeskError, Scope};
use oproep::domain::action::{ActionKind, DraftInput};
use oproep::domain::area::{Area, Circle};
use oproep::domain::check::CheckCode;
use oproep::domain::clock::Clock;
use oproep::domain::id::ActionId;
use oproep::domain::participant::{Place, PlaceKind, Places};
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::lifecycle::Stop;
use oproep::receivers::inbox::{Arrival, Inbox, Kind};
use oproep::receivers::serve::listen;
use oproep::receivers::smtp_server::SmtpServer;
use oproep::receivers::{Ground, ReceiverSettings, Receivers};
use oproep::storage::testing::people::{participant, point};
use oproep::storage::testing::regions::{region_id, regions};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Somebody who works for the whole unit.
async fn account(desk: &Desk, username: &str, role: Role) -> Scope {
    let new = NewAccount {
        username: username.to_owned(),
        name: "N. Jansen".to_owned(),
        role,
        region: region_id("unit"),
        trained_until: None,
        password: None,
    };
    let machine = desk.machine_scope(None);
    let made = desk.create_account(&machine, new).await.unwrap();
    Scope {
        account: made.id,
        session: None,
        role,
        region: region_id("unit"),
        ..machine
    }
}

async fn draft(desk: &Desk, operator: &Scope) -> ActionId {
    let mut input = DraftInput::new(ActionKind::Burglary);
    input.area = Some(Area::circle(Circle::new(point(0, 0), 150).unwrap()));
    input.description.direction = Some("de brug".to_owned());
    desk.create_draft(operator, input).await.unwrap().id
}

/// The mails that hold this, once there are so many.
async fn mails(inbox: &Inbox, text: &str, count: usize) -> Vec<Arrival> {
    let found = async {
        loop {
            let all = inbox.list(0, 100);
            let found: Vec<_> = all
                .into_iter()
                .filter(|mail| mail.kind == Kind::Email && mail.body.contains(text))
                .collect();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), found)
        .await
        .expect("it is told within a minute")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_officer_on_duty_and_the_coordinator_find_it_in_their_mailbox() {
    let (clock, random) = (Clock::system(), Random::from_os());
    let (folder, stop) = (tempfile::tempdir().unwrap(), CancellationToken::new());
    let receivers = Receivers::start(&ReceiverSettings::default(), clock.clone(), random.clone(), &stop)
        .await
        .unwrap();
    let ground = Ground {
        inbox: receivers.inbox.clone(),
        faults: receivers.faults.clone(),
        clock: clock.clone(),
        random: random.clone(),
    };
    let (listener, smtp) = listen(0).await.unwrap();
    tokio::spawn(SmtpServer::new(ground).serve(listener, stop.clone().cancelled_owned()));
    let config = Config::over_default(&json!({
        "database": { "url": format!("sqlite:{}", folder.path().join("oproep.db").display()) },
        "keys": { "folder": folder.path().join("keys") },
        "server": { "listen": "127.0.0.1:0" },
        "hold": { "for_ms": 0 },
        "limits": {
            "by_account": { "urgent": { "an_hour": 1 } },
            "told": ["wacht@oproep.example"],
        },
        "email": {
            "host": "127.0.0.1", "port": smtp.port(), "tls": "none", "from_name": "Oproep",
            "from_address": "oproep@oproep.example", "helo_name": "oproep.example",
        },
    }))
    .unwrap();
    Keys::create(&config.keys.folder, &random).unwrap();
    let foundation = Foundation::open(config, clock, random).await.unwrap();
    let mut tx = foundation.store.write().await.unwrap();
    let mut new = participant(1);
    new.participant.places = Places::new(vec![Place::new(PlaceKind::Home, point(0, 0))]).unwrap();
    tx.insert_participant(&foundation.keys.ring, &new).await.unwrap();
    tx.upsert_regions(&regions(), foundation.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let service = Service::build(foundation, None).await.unwrap();
    let desk = service.desk().clone();
    let running = Stop::default();
    let ended = tokio::spawn({
        let running = running.clone();
        async move { service.run(&running).await }
    });

    let operator = account(&desk, "meldkamer", Role::Operator).await;
    account(&desk, "coordinator@oproep.example", Role::Coordinator).await;
    let first = draft(&desk, &operator).await;
    desk.start_action(&operator, first, 1).await.unwrap();
    let second = draft(&desk, &operator).await;
    let refused = desk.start_action(&operator, second, 1).await;
    assert!(
        matches!(
            refused,
            Err(DeskError::Limited {
                code: "limit_account_hour",
                ..
            })
        ),
        "{refused:?}"
    );
    let why = Some("Drie branden tegelijk.");
    // It is like the first.
    let alike = [CheckCode::DuplicateRunning].into_iter().collect();
    desk.start_action_on(&operator, second, 1, why, &alike)
        .await
        .unwrap();
    let told = mails(&receivers.inbox, "limit_account_hour", 2).await;
    let number = desk.action(&operator, second).await.unwrap().action.number;
    for mail in &told {
        assert!(mail.title.contains(&number.to_string()), "{}", mail.title);
        assert!(!mail.body.contains("branden"), "the reason stays inside");
    }
    running.ask();
    ended.await.unwrap();
    stop.cancel();
}
