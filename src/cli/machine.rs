//! What the commands of the machine itself stand on: the configuration, the database and its keys.

use super::{CliError, Common};
use crate::app::Foundation;
use crate::config::Config;
use crate::desk::{Desk, Scope};
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// Opens the database of the configuration.
pub async fn foundation(common: &Common) -> Result<Foundation, CliError> {
    let config = Config::load(common.config.as_deref())?;
    Ok(Foundation::open(config, Clock::system(), Random::from_os()).await?)
}

/// The desk of the machine itself, and what it may do.
pub async fn desk(common: &Common) -> Result<(Desk, Scope), CliError> {
    let desk = foundation(common).await?.desk().await?;
    let scope = desk.machine_scope(None);
    Ok((desk, scope))
}
