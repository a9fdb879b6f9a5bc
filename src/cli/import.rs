//! `oproep import`.

use clap::Subcommand;

use super::{CliError, Common};

mod participants;
mod regions;

/// What is brought in.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Regions from a GeoJSON file in WGS84, all or none. Those of the same kind and code are replaced.
    Regions(regions::RegionArguments),
    /// Participants from a CSV file whose addresses were confirmed elsewhere.
    Participants(participants::ParticipantArguments),
}

pub(super) async fn run(common: &Common, command: ImportCommand) -> Result<(), CliError> {
    match command {
        ImportCommand::Regions(arguments) => regions::import(common, arguments).await,
        ImportCommand::Participants(arguments) => participants::import(common, arguments).await,
    }
}
