use clap::CommandFactory;

use super::*;
use crate::desk::{DeskError, Reason};

/// Every command with its path, the first one being the program.
fn commands(command: &clap::Command, path: &str, all: &mut Vec<(String, clap::Command)>) {
    all.push((path.to_owned(), command.clone()));
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        commands(inner, &format!("{path} {}", inner.get_name()), all);
    }
}

fn every_command() -> Vec<(String, clap::Command)> {
    let mut program = Cli::command().term_width(100);
    program.build();
    let mut all = Vec::new();
    commands(&program, "oproep", &mut all);
    all
}

#[test]
fn the_help_of_every_command_is_as_it_was() {
    let help: Vec<String> = every_command()
        .into_iter()
        .map(|(path, command)| format!("===== {path}\n\n{}", command.term_width(100).render_long_help()))
        .collect();
    insta::assert_snapshot!(help.join("\n"));
}

#[test]
fn every_command_and_option_says_what_it_is_for() {
    for (path, command) in every_command() {
        assert!(command.get_about().is_some(), "{path}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{path} {}", argument.get_id());
        }
    }
}

#[test]
fn the_command_line_hangs_together() {
    Cli::command().debug_assert();
}

#[test]
fn what_does_not_fit_together_is_not_taken() {
    let id = "0198c5d2-0000-7000-8000-000000000000";
    for typed in [
        "action start --kind burglary",
        "action start --kind burglary --centre 5.1,52.1",
        "action start --kind burglary --centre 5.1,52.1 --radius 100 --region gemeente:Zeist",
        "action start --kind burglary --centre 52.1 --radius 100",
        "action start --kind burglary --region gemeente:Zeist --title a",
        "action start --kind burglary --region gemeente:Zeist --title a --body b --title-en a",
        "action start --kind burglary --region gemeente:Zeist --title a --body b --age 9",
        "action start --kind theft_of_time --region gemeente:Zeist",
        &format!("action close {id} --outcome direct_success"),
        &format!("tip mark {id}"),
        &format!("tip mark {id} --seen --relevant"),
        &format!("action refuse {id}"),
        "action start --kind burglary --region gemeente:Zeist --submit --follow",
        "import regions file.geojson",
        "import participants file.csv --rejects rejects.txt",
        "demo run --participants 0",
    ] {
        let words = typed.split_whitespace();
        assert!(
            Cli::try_parse_from(["oproep"].into_iter().chain(words)).is_err(),
            "{typed}"
        );
    }
    for typed in [
        "action start --kind burglary --centre -5.1,52.1 --radius 100 --expires 3h --channels app,email",
        "action start --kind burglary --region gemeente:Zeist --region gemeente:Houten --age 9",
        "action start --kind burglary --region gemeente:Zeist --title a --body b",
        &format!("action close {id} --outcome direct_success --tip {id}"),
        &format!("tip mark {id} --passed-on unit"),
        &format!("action submit {id}"),
        &format!("action submit {id} --centre 5.1,52.1 --radius 9000"),
        &format!("action submit {id} --title a --body b"),
        &format!("action approve {id} --audience 31250"),
        &format!("action return {id} --reason why"),
        "import regions file.geojson --kind gemeente --parent police_unit:Midden-Nederland",
        "--json --config my.toml check-config",
        "login https://oproep.example -u meldkamer",
    ] {
        let words = typed.split_whitespace();
        let parsed = Cli::try_parse_from(["oproep"].into_iter().chain(words));
        assert!(parsed.is_ok(), "{typed}: {}", parsed.unwrap_err());
    }
}

#[test]
fn refusals_and_absences_have_codes_of_their_own() {
    let desk = |error: DeskError| CliError::from(error).exit();
    assert_eq!(desk(Reason::NobodyReached.into()), Exit::Refused);
    assert_eq!(desk(DeskError::NotFound("action")), Exit::NotFound);
    assert_eq!(desk(Reason::TooManyCodes.into()), Exit::Unavailable);
    let pipe = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
    assert_eq!(CliError::from(pipe).exit(), Exit::Done);
    let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
    assert_eq!(CliError::file("people.csv")(missing).exit(), Exit::NotFound);
}
