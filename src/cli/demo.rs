//! `oproep demo`: a whole region on this machine, to see it work.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CliError, Common};
use crate::demo::notes::DemoFolder;

mod action;
mod generate;
pub mod journey;
mod receivers_page;
mod run;

/// What is done with the demonstration.
#[derive(Debug, Subcommand)]
pub enum DemoCommand {
    /// Runs the service with a made-up population and local stand-ins for every provider.
    Run(run::RunArguments),
    /// Goes through a whole action against the running demonstration: from the reach to the outcome, with
    /// every number compared.
    #[command(
        after_help = "Example:\n  oproep demo action     while `oproep demo run` runs in another terminal\n\n\
        Ends with 0 only when every number agrees."
    )]
    Action(FolderArgument),
    /// Makes a population that does not exist: into the configured database, or as a CSV file.
    Generate(generate::GenerateArguments),
}

/// Where the demonstration is kept.
#[derive(Debug, Args)]
pub struct FolderArgument {
    /// Where the demonstration is kept.
    #[arg(long, value_name = "FOLDER", default_value = "var/demo")]
    folder: PathBuf,
}

impl FolderArgument {
    fn folder(&self) -> DemoFolder {
        DemoFolder::new(&self.folder)
    }
}

pub(super) async fn run(common: &Common, command: DemoCommand) -> Result<(), CliError> {
    match command {
        DemoCommand::Run(arguments) => run::run(common, arguments).await,
        DemoCommand::Action(arguments) => action::run(common, &arguments.folder()).await,
        DemoCommand::Generate(arguments) => generate::run(common, arguments).await,
    }
}
