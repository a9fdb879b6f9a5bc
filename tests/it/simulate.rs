//! What `oproep simulate` reckons, beside what the engine does.

use std::process::Command;
use std::time::Duration;

use oproep::capacity::{Account, Database, Figures, Question, reckon};
use oproep::domain::channel::Channel;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::participant::{Contact, Place, PlaceKind, Places, Registration, Rest, Topics};
use oproep::domain::wave::WaveState;
use oproep::storage::testing::TestDatabase;
use oproep::storage::testing::people::point;
use serde_json::{Value, json};

use crate::training::{Training, alarm};

const PEOPLE: u32 = 2_000;
const RATE: u32 = 500;
const BURST: u32 = 250;

fn person(number: u32) -> (Registration, Vec<Endpoint>) {
    let registration = Registration {
        language: Language::Nl,
        contact: Contact::default(),
        places: Places::new(vec![Place::new(PlaceKind::Home, point(5, 5))]).unwrap(),
        topics: Topics::ALL,
        rest: Rest::default(),
    };
    let token = format!("device-{number}");
    (registration, vec![Endpoint::Fcm { token }])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_foretells_how_long_the_engine_takes() {
    let database = TestDatabase::sqlite().await;
    let people = (0..PEOPLE).map(person);
    let training = Training::start(&database.url, &Clock::system(), people, |settings| {
        settings["hold"] = json!({ "for_ms": 0 });
        settings["pace"] = json!({ "push": { "rate_per_s": RATE, "burst": BURST, "step": 50 } });
    })
    .await;
    let (desk, operator) = (&training.desk, &training.operator);
    let draft = desk.create_draft(operator, alarm()).await.unwrap();
    desk.start_action(operator, draft.id, draft.version)
        .await
        .unwrap();
    let view = tokio::time::timeout(Duration::from_mins(1), async {
        loop {
            let view = desk.action(operator, draft.id).await.unwrap();
            if view.waves[0].wave.state == WaveState::Finished {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("it ends");
    let wave = &view.waves[0];
    let last = wave.accounts.last_handover_at.expect("somebody was told");
    let took_s = last.since(wave.wave.created_at).as_secs_f64();
    let question = Question {
        accounts: vec![Account {
            channel: Channel::App,
            recipients: f64::from(PEOPLE),
            rate_per_s: Some(f64::from(RATE)),
            burst: f64::from(BURST),
        }],
        nodes: 1,
        database: Database::Sqlite,
    };
    let foretold_s = reckon(&Figures::usual().unwrap(), &question).last_s;
    println!("the engine took {took_s:.2} s, foretold were {foretold_s:.2} s");
    assert!(
        (0.7..1.5).contains(&(took_s / foretold_s)),
        "the engine took {took_s:.2} s, foretold were {foretold_s:.2} s"
    );
    training.stop.ask();
    training.running.await.unwrap();
}

fn simulate(arguments: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_oproep"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("the program starts")
}

#[test]
fn the_region_the_country_and_everyone_are_reckoned_with_their_limits() {
    let output = simulate(&["--json", "simulate", "--database", "postgresql", "--nodes", "4"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let simulated: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cases = simulated["cases"].as_array().unwrap();
    let people: Vec<_> = cases
        .iter()
        .map(|case| case["participants"].as_u64().unwrap())
        .collect();
    assert_eq!(people, [300_000, 2_000_000, 18_000_000]);
    let took = |index: usize| cases[index]["answer"]["last_s"].as_f64().unwrap();
    assert!(took(0) < took(1) && took(1) < took(2));
    // A hundred text messages a second for 15% of 18 million.
    assert_eq!(cases[2]["answer"]["channels"][1]["limit"], "quota");
    assert!(took(2) > 18e6 * 0.15 / 100.0 * 0.9);
    assert!(simulated["source"]["measured_at"].is_string());
    let words = simulate(&["simulate", "--participants", "300000"]);
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(
        words.contains("HELD UP BY") && words.contains("quota") && words.contains("Reckoned with"),
        "{words}"
    );
    assert_eq!(
        simulate(&["simulate", "--nodes", "2"]).status.code(),
        Some(2),
        "SQLite is for one machine"
    );
    assert_eq!(simulate(&["simulate", "--shares", "1,2"]).status.code(), Some(2));
}
