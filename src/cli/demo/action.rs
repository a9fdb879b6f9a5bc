//! `oproep demo action`.

use super::journey::journey;
use crate::cli::{CliError, Common, Output};
use crate::demo::notes::DemoFolder;
use crate::domain::clock::Clock;
use crate::domain::random::Random;

pub(super) async fn run(common: &Common, folder: &DemoFolder) -> Result<(), CliError> {
    let notes = folder.read().map_err(CliError::file(folder.path()))?;
    let notes = notes.ok_or_else(|| {
        let path = folder.path().display();
        CliError::NotFound(format!(
            "there is no demonstration in {path}: start it with `oproep demo run`"
        ))
    })?;
    journey(Output::new(common), &notes, Clock::system(), Random::from_os()).await
}
