//! `oproep keys`.

use clap::Subcommand;
use serde_json::json;

use super::{CliError, Common, Output};
use crate::app::keys::Keys;
use crate::config::Config;
use crate::domain::random::Random;

/// What is done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Makes the keys of a new database in the folder that `keys.folder` names. Once: data that were sealed
    /// with keys that are lost can never be read again.
    #[command(after_help = "Example:\n  OPROEP_KEYS__FOLDER=/etc/oproep/keys oproep keys create")]
    Create,
}

pub(super) fn run(common: &Common, command: &KeysCommand) -> Result<(), CliError> {
    let KeysCommand::Create = *command;
    let config = Config::load(common.config.as_deref())?;
    let folder = &config.keys.folder;
    Keys::create(folder, &Random::from_os())?;
    Output::new(common).answer(&json!({ "folder": folder }), |_| {
        format!(
            "made the keys in {}: keep a copy of them apart from the backups of the database",
            folder.display()
        )
    })?;
    Ok(())
}
