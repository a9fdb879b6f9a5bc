//! `oproep training`.

use std::fmt::Write;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::figures::counted;
use super::progress::Progress;
use super::table::Table;
use super::{CliError, Common, Output, machine};
use crate::app::keys::{self, Keys};
use crate::config::Config;
use crate::demo::accounts::accounts;
use crate::demo::notes::DemoAccount;
use crate::demo::population::{MAX_PARTICIPANTS, Population, PopulationPlan};
use crate::demo::region;
use crate::domain::endpoint::Endpoint;
use crate::domain::random::Random;
use crate::domain::region::{Region, RegionKind};

/// What is done for training.
#[derive(Debug, Subcommand)]
pub enum TrainingCommand {
    /// Fills a new training database: keys, territory, a made-up population, and an account for each role.
    Prepare(PrepareArguments),
}

/// How large.
#[derive(Debug, Args)]
#[command(
    after_help = "The configuration names a database and keys of their own and has [training]. The territory is \
    the one that was\nimported into it before, or else the demonstration's. Nobody in the population exists.\n\n\
    Examples:\n  \
    oproep --config training.toml training prepare --participants 50000\n  \
    oproep --config training.toml serve\n\n\
    With the territory of your own region:\n  \
    oproep --config training.toml keys create\n  \
    oproep --config training.toml import regions region.geojson ...\n  \
    oproep --config training.toml training prepare"
)]
pub struct PrepareArguments {
    /// How many participants.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=MAX_PARTICIPANTS))]
    participants: u64,
    /// The same seed makes the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Serialize)]
struct Prepared {
    participants: u64,
    accounts: Vec<DemoAccount>,
}

pub(super) async fn run(common: &Common, command: TrainingCommand) -> Result<(), CliError> {
    let TrainingCommand::Prepare(arguments) = command;
    let output = Output::new(common);
    let config = Config::load(common.config.as_deref())?;
    if !config.realm().is_training() {
        return Err(CliError::Refused(
            "this configuration is for live work: give one with [training] and a database of its own"
                .to_owned(),
        ));
    }
    let _alone = machine::alone(common)?;
    if !keys::is_present(&config.keys.folder) {
        Keys::create(&config.keys.folder, &Random::from_os())?;
    }
    let (desk, scope) = machine::desk(common).await?;
    if !desk.directory().is_empty() {
        return Err(CliError::Refused(
            "this training database has a population already: train with it, or name a new one in database.url"
                .to_owned(),
        ));
    }
    if desk.directory().territory().regions().is_empty() {
        let regions = region::regions(desk.now(), &Random::from_os());
        desk.import_regions(&scope, regions).await?;
    }
    let scope = desk.machine_scope(None);
    let territory = desk.directory().territory();
    let people = population(&arguments, territory.regions())?;
    let mut progress = Progress::new(output, "participants", Some(arguments.participants));
    let people = people.zip(0_u32..).map(|(person, number)| {
        let devices = if person.app {
            vec![Endpoint::Fcm {
                token: format!("training-{number}"),
            }]
        } else {
            Vec::new()
        };
        (person.into_registration(), devices)
    });
    let participants = desk
        .insert_population(&scope, people, |stored| progress.at(stored))
        .await?;
    progress.clear();
    let accounts = accounts(&desk, "oefening").await?;
    output.answer(
        &Prepared {
            participants,
            accounts,
        },
        words,
    )?;
    Ok(())
}

/// People over the narrowest regions that there are.
fn population(arguments: &PrepareArguments, regions: &[Region]) -> Result<Population, CliError> {
    let narrowest = [RegionKind::PostcodeArea, RegionKind::Municipality]
        .into_iter()
        .find(|kind| regions.iter().any(|region| region.kind == *kind))
        .ok_or_else(|| {
            CliError::Refused("the territory has no municipalities: import them first".to_owned())
        })?;
    let plan = PopulationPlan::new(arguments.seed, arguments.participants);
    let over = regions.iter().filter(|region| region.kind == narrowest);
    Population::new(plan, over).map_err(|error| CliError::Refused(error.to_string()))
}

fn words(prepared: &Prepared) -> String {
    let mut table = Table::new(["USERNAME", "PASSWORD", "ROLE", "REGION"]);
    for account in &prepared.accounts {
        table.add([
            account.username.clone(),
            account.password.clone(),
            account.role.to_string(),
            account.region.clone(),
        ]);
    }
    let mut text = format!(
        "{} who do not exist, and an account for each role:\n\n{table}\n\n",
        counted(prepared.participants, "participant", "participants")
    );
    let _ = write!(
        text,
        "The passwords are not shown again. Begin with: oproep --config FILE serve"
    );
    text
}
