//! `oproep action correct`.

use clap::Args;

use super::named::ActionName;
use super::show;
use super::texts::TextArguments;
use crate::cli::figures::counted;
use crate::cli::{CliError, Output, ask};
use crate::client::Client;

/// Which action, and what was wrong.
#[derive(Debug, Args)]
#[command(
    after_help = "Stops what is being sent, and tells exactly those who were or may have been told, over the channel on \
    which they were. Without texts they read the correction that stands ready for the kind. Also after the action ended.\n\n\
    Examples:\n  \
    oproep action correct 2026-00002\n  \
    oproep action correct 2026-00002 --yes --title 'Verbetering' --body '...' \\\n      \
    --title-en 'Correction' --body-en '...'"
)]
pub struct CorrectArguments {
    /// The action, by its number or id.
    action: ActionName,
    #[command(flatten)]
    texts: TextArguments,
    /// Corrects without asking.
    #[arg(long, short)]
    yes: bool,
}

pub(super) async fn correct(
    output: Output,
    client: &Client,
    arguments: CorrectArguments,
) -> Result<(), CliError> {
    let id = arguments.action.find(client).await?;
    let texts = arguments.texts.read();
    if !arguments.yes {
        let read = match &texts {
            Some(texts) => texts.clone(),
            None => client.correction(id).await?.texts,
        };
        output.note(show::texts(&read));
        let question = "To stop what is being sent and tell everyone who was told, type correct:";
        if !ask::confirm(question, "correct")? {
            return Err(CliError::Failed(
                "not corrected: correct was not typed".to_owned(),
            ));
        }
    }
    let corrected = client.correct_action(id, texts.as_ref()).await?;
    output.answer(&corrected, |corrected| {
        let told = counted(corrected.told, "participant hears", "participants hear");
        format!("stopped {}: {told} the correction", corrected.action.number)
    })?;
    Ok(())
}
