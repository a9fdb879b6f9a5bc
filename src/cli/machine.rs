//! What the commands of the machine itself stand on: the configuration, the database and its keys.

use std::fs::File;

use super::{CliError, Common};
use crate::app::{AppError, Foundation, lock_sqlite};
use crate::config::Config;
use crate::desk::{Desk, Scope};
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// Opens the database of the configuration.
pub async fn foundation(common: &Common) -> Result<Foundation, CliError> {
    let config = Config::load(common.config.as_deref())?;
    Ok(Foundation::open(config, Clock::system(), Random::from_os()).await?)
}

/// Keeps a database to this command as long as it keeps what it answers: SQLite has one writer, and would let a
/// running service wait for all of a long write. Other databases need no keeping.
pub fn alone(common: &Common) -> Result<Option<File>, CliError> {
    let config = Config::load(common.config.as_deref())?;
    match lock_sqlite(&config.database.url) {
        Err(AppError::InUse(_)) => Err(CliError::Refused(
            "a service runs on this SQLite database and would wait for the whole file: stop it first, or use \
             PostgreSQL"
                .to_owned(),
        )),
        held => Ok(held?),
    }
}

/// The desk of the machine itself, and what it may do.
pub async fn desk(common: &Common) -> Result<(Desk, Scope), CliError> {
    let desk = foundation(common).await?.desk().await?;
    let scope = desk.machine_scope(None);
    Ok((desk, scope))
}
