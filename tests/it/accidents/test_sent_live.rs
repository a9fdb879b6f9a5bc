//! Hawaii, 2018: a test went out live, by one person at one screen that served both.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use oproep::app::keys::Keys;
use oproep::app::{AppError, Foundation};
use oproep::config::Config;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::participant::{Contact, Place, PlaceKind, Places, Registration, Rest, Topics};
use oproep::domain::random::Random;
use oproep::domain::wave::WaveState;
use oproep::storage::testing::TestDatabase;
use oproep::storage::testing::people::{point, some_time};
use serde_json::json;
use tokio::net::TcpListener;

use crate::training::{Training, alarm, for_training, settings};

const PEOPLE: u32 = 10_000;

/// Somebody outside who counts who calls.
async fn canary() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let calls = Arc::new(AtomicU64::new(0));
    let counted = calls.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (address, calls)
}

/// A real-looking participant: whoever wrote to one of these addresses would call the canary.
fn person(number: u32, canary: &str) -> (Registration, Vec<Endpoint>) {
    let place = Place::new(
        PlaceKind::Home,
        point((number % 20).cast_signed(), (number / 20 % 10).cast_signed()),
    );
    let registration = Registration {
        language: if number.is_multiple_of(2) {
            Language::Nl
        } else {
            Language::En
        },
        contact: Contact {
            email: format!("deelnemer{number}@localhost.localdomain").parse().ok(),
            phone: format!("+3161{number:07}").parse().ok(),
        },
        places: Places::new(vec![place]).unwrap(),
        topics: Topics::ALL,
        rest: Rest::default(),
    };
    let device = Endpoint::WebPush {
        url: format!("http://{canary}/push/{number}"),
        p256dh: "BLc4xRzKlKORKWlbdgFaBrrPK3ydWAHo4M0gs0i1oEKgPpWC5cW8OCzVrOQRv-1npXRWk8udnW3oYhIO4475rds"
            .to_owned(),
        auth: "5I2Bu2oKdyy9CwL8QVF0NQ".to_owned(),
    };
    // By app, by text message and by e-mail.
    match number % 3 {
        0 => (registration, vec![device]),
        1 => (registration, Vec::new()),
        _ => {
            let contact = Contact {
                phone: None,
                ..registration.contact
            };
            (
                Registration {
                    contact,
                    ..registration
                },
                Vec::new(),
            )
        }
    }
}

/// Lets the time of a training pass, with a moment for those who work in it.
async fn pass(clock: &Clock, time: Duration) {
    clock.advance(time);
    tokio::time::sleep(Duration::from_millis(15)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_messages_of_an_exercise_reach_nobody_outside_and_are_answered_by_a_population() {
    for database in TestDatabase::each().await {
        let clock = Clock::manual(some_time());
        let (canary, calls) = canary().await;
        let people = (0..PEOPLE).map({
            let canary = canary.clone();
            move |number| person(number, &canary)
        });
        let training = Training::start(&database.url, &clock, people, |settings| {
            settings["pace"] = json!({
                "push": { "burst": 100_000 },
                "sms": { "rate_per_s": 100_000 },
                "email": { "rate_per_s": 100_000 },
            });
        })
        .await;
        let (desk, operator) = (training.desk.clone(), training.operator.clone());

        let draft = desk.create_draft(&operator, alarm()).await.unwrap();
        assert!(draft.training);
        let started = desk
            .start_action(&operator, draft.id, draft.version)
            .await
            .unwrap();
        assert_eq!(started.audience, u64::from(PEOPLE));
        let mut finished = None;
        for _ in 0..2_000 {
            pass(&clock, Duration::from_millis(200)).await;
            let view = desk.action(&operator, draft.id).await.unwrap();
            if view.waves[0].wave.state == WaveState::Finished {
                finished = Some(view);
                break;
            }
        }
        let view = finished.expect("everybody was told");
        let message = &view.waves[0].wave.message;
        assert!(message.nl.body.starts_with("OEFENING") && message.en.body.starts_with("EXERCISE"));
        let books = view.waves[0].accounts.accounting;
        assert_eq!(books.queued + books.unknown + books.stopped, 0, "{books:?}");
        assert!(books.failed < u64::from(PEOPLE) / 20, "{books:?}");

        // The evening goes on.
        for _ in 0..240 {
            pass(&clock, Duration::from_secs(20)).await;
        }
        let view = desk.action(&operator, draft.id).await.unwrap();
        let books = view.waves[0].accounts.accounting;
        // A third of them by text message: on the other channels nobody reports deliveries.
        assert!(books.delivered > u64::from(PEOPLE) / 4, "{books:?}");
        let tips: u64 = view.tips.iter().map(|(_, count)| count).sum();
        assert!((5..=150).contains(&tips), "{tips} tips");
        assert_eq!(calls.load(Ordering::SeqCst), 0, "nobody outside was called");
        training.stop.ask();
        for _ in 0..50 {
            pass(&clock, Duration::from_millis(500)).await;
        }
        training.running.await.unwrap();

        // The canary does count: a live adapter's first step would be seen.
        drop(tokio::net::TcpStream::connect(&canary).await.unwrap());
        tokio::time::timeout(Duration::from_secs(5), async {
            while calls.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn what_was_opened_for_the_one_is_never_opened_as_the_other() {
    for training_first in [true, false] {
        for database in TestDatabase::each().await {
            let folder = tempfile::tempdir().unwrap();
            let keys = folder.path().join("keys");
            let random = Random::from_os();
            Keys::create(&keys, &random).unwrap();
            let open = async |training: bool| {
                let settings = if training {
                    for_training(&database.url, &keys)
                } else {
                    settings(&database.url, &keys)
                };
                let config = Config::over_default(&settings).unwrap();
                Foundation::open(config, Clock::system(), random.clone()).await
            };
            open(training_first).await.unwrap();
            let refused = open(!training_first).await.unwrap_err();
            assert!(matches!(refused, AppError::WrongRealm { .. }), "{refused}");
            assert!(
                refused.to_string().contains("database.url"),
                "it says what to do: {refused}"
            );
            open(training_first).await.unwrap();
        }
    }
}
