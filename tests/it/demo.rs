//! The demonstration as newcomers meet it, with few people: a whole action, every number compared.

use clap::Parser;
use oproep::cli::demo::journey::journey;
use oproep::cli::{Cli, Common, Output};
use oproep::demo::notes::DemoFolder;
use oproep::demo::running::{Demo, DemoOptions};
use oproep::demo::stand_ins::Ports;
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::lifecycle::Stop;

fn options(folder: &std::path::Path) -> DemoOptions {
    DemoOptions {
        folder: DemoFolder::new(folder),
        participants: 2_000,
        seed: 1,
        listen: "127.0.0.1:0".parse().unwrap(),
        ports: Ports::Free,
        fresh: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_action_goes_through_and_every_number_agrees_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let common = Cli::try_parse_from(["oproep", "--json", "migrate"])
        .unwrap()
        .common;
    let output = Output::new(&Common { json: true, ..common });
    let mut people = None;
    for _ in 0..2 {
        let demo = Demo::start(options(folder.path()), None, Stop::default(), |_| ())
            .await
            .unwrap();
        assert_eq!(demo.notes.participants, 2_000);
        // The second time they are kept, and still subscribed where the receivers are.
        let passwords: Vec<_> = demo
            .notes
            .accounts
            .iter()
            .map(|account| account.password.clone())
            .collect();
        assert_eq!(*people.get_or_insert_with(|| passwords.clone()), passwords);
        journey(output, &demo.notes, Clock::system(), Random::from_os())
            .await
            .unwrap();
        demo.stop().await;
    }
}
