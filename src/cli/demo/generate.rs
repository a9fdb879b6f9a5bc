//! `oproep demo generate`.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::figures::counted;
use crate::cli::progress::Progress;
use crate::cli::{CliError, Common, Output, machine};
use crate::demo::population::{MAX_PARTICIPANTS, Population, PopulationPlan};
use crate::demo::region;
use crate::domain::clock::Clock;
use crate::domain::participant::csv::Writer;
use crate::domain::random::Random;
use crate::domain::region::{Region, RegionKind};

/// How many people, and where to.
#[derive(Debug, Args)]
#[command(
    after_help = "Into the database they come without devices: nobody has the app. With --csv they are \
    spread over\nthe demonstration region.\n\n\
    Examples:\n  \
    oproep demo generate --participants 300000 --seed 7\n  \
    oproep demo generate --participants 1000 --csv people.csv"
)]
pub struct GenerateArguments {
    /// How many.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=MAX_PARTICIPANTS))]
    participants: u64,
    /// The same seed makes the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What they are spread over, by inhabitants.
    #[arg(long, value_enum, default_value_t = Over::Postcodes)]
    over: Over,
    /// Writes them to a CSV file instead, as `import participants` reads it.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// What people are spread over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Over {
    /// Municipalities.
    Municipalities,
    /// Postcode areas.
    Postcodes,
}

impl Over {
    const fn kind(self) -> RegionKind {
        match self {
            Self::Municipalities => RegionKind::Municipality,
            Self::Postcodes => RegionKind::PostcodeArea,
        }
    }
}

pub(super) async fn run(common: &Common, arguments: GenerateArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    match arguments.csv.clone() {
        Some(path) => to_file(output, &arguments, &path),
        None => to_database(common, &arguments).await,
    }
}

fn population(arguments: &GenerateArguments, regions: &[Region]) -> Result<Population, CliError> {
    let kind = arguments.over.kind();
    let regions = regions.iter().filter(|region| region.kind == kind);
    let plan = PopulationPlan::new(arguments.seed, arguments.participants);
    Population::new(plan, regions).map_err(|error| CliError::Refused(error.to_string()))
}

fn to_file(output: Output, arguments: &GenerateArguments, path: &Path) -> Result<(), CliError> {
    let regions = region::regions(Clock::system().now(), &Random::from_os());
    let mut progress = Progress::new(output, "participants", Some(arguments.participants));
    let failed = || CliError::file(path);
    let file = fs::File::create_new(path).map_err(failed())?;
    let mut writer = Writer::new(BufWriter::new(file)).map_err(failed())?;
    let mut written = 0;
    // The form has no devices: people who have nothing but the app would be reached by nothing.
    let reached =
        population(arguments, &regions)?.filter(|person| person.email.is_some() || person.phone.is_some());
    for person in reached {
        writer.write(&person.into_registration()).map_err(failed())?;
        written += 1;
        progress.at(written);
    }
    writer.finish().map_err(failed())?;
    progress.clear();
    answer(output, written)
}

async fn to_database(common: &Common, arguments: &GenerateArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    let (desk, scope) = machine::desk(common).await?;
    let territory = desk.directory().territory();
    let people = population(arguments, territory.regions())?;
    let mut progress = Progress::new(output, "participants", Some(arguments.participants));
    let people = people.map(|person| (person.into_registration(), Vec::new()));
    let stored = desk
        .insert_population(&scope, people, |stored| progress.at(stored))
        .await?;
    progress.clear();
    answer(output, stored)
}

fn answer(output: Output, participants: u64) -> Result<(), CliError> {
    output.answer(&json!({ "participants": participants }), |_| {
        format!("made {}", counted(participants, "participant", "participants"))
    })?;
    Ok(())
}
