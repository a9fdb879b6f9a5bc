//! Kills the process (SIGKILL) while an operator starts an action and while it goes out, at random moments and at
//! every named one, and counts at the receivers who was lost and who was told twice.
//!
//! `make crash` runs it in its short form. `--kills N` and `--people N` change the size, `--seed N` repeats a
//! run, `--database sqlite|postgres` leaves one out. The process that is killed is the real program; the
//! receiver and the books are kept outside of it.

use std::process::ExitCode;

use oproep::domain::random::Random;

mod books;
mod child;
mod ground;
mod operator;
mod people;

use books::Books;
use ground::Ground;

/// What was asked for on the command line.
struct Asked {
    people: u32,
    kills: u32,
    seed: u64,
    databases: Vec<&'static str>,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked {
        people: 100_000,
        kills: 25,
        seed: 0,
        databases: vec!["sqlite", "postgres"],
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| format!("{name} needs a number, not '{value}'"))
        };
        match name.as_str() {
            "--people" => asked.people = u32::try_from(number()?).map_err(|error| error.to_string())?,
            "--kills" => asked.kills = u32::try_from(number()?).map_err(|error| error.to_string())?,
            "--seed" => asked.seed = number()?,
            "--database" if value == "sqlite" => asked.databases = vec!["sqlite"],
            "--database" if value == "postgres" => asked.databases = vec!["postgres"],
            _ => return Err(format!("unknown: {name} {value}")),
        }
    }
    if asked.seed == 0 {
        asked.seed = 1 + Random::from_os().below(1 << 32);
    }
    Ok(asked)
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!(
                "{problem}\nusage: crash [--people N] [--kills N a database] [--seed N] [--database sqlite|postgres]"
            );
            return ExitCode::from(2);
        }
    };
    println!(
        "seed {}, {} people, {} kills a database",
        asked.seed, asked.people, asked.kills
    );
    let mut total = Books::default();
    for database in &asked.databases {
        let random = Random::from_seed(asked.seed);
        let ground = Ground::prepare(database, asked.people, &random).await;
        let books = child::kill_and_count(&ground, asked.kills, &random).await;
        println!("{database}: {books}");
        total.add(books);
    }
    let broken = total.broken_promises();
    for promise in &broken {
        println!("broken: {promise}");
    }
    println!(
        "lost {}, duplicates {} of at most {}, kills {}",
        total.lost, total.duplicates, total.duplicates_allowed, total.kills
    );
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
