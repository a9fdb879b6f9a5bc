//! `oproep correction`: the corrections that stand ready for each kind, by the public API.

use clap::{Args, Subcommand};
use serde_json::json;

use super::action::show;
use super::action::texts::TextArguments;
use super::{CliError, Common, Output, login};
use crate::domain::action::ActionKind;

/// What is done with the corrections that stand ready.
#[derive(Debug, Subcommand)]
pub enum CorrectionCommand {
    /// Shows what those who were told would read, kind by kind.
    #[command(after_help = "Example:\n  oproep correction list")]
    List,
    /// Writes your region's own correction for a kind.
    Set(SetArguments),
    /// Takes your region's own correction away: the wider region's holds again.
    #[command(after_help = "Example:\n  oproep correction reset burglary")]
    Reset {
        /// The kind of action.
        kind: ActionKind,
    },
}

/// Which kind, and what it says.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  oproep correction set burglary --title 'Verbetering' --body '...' \\\n      \
    --title-en 'Correction' --body-en '...'"
)]
pub struct SetArguments {
    /// The kind of action.
    kind: ActionKind,
    #[command(flatten)]
    texts: TextArguments,
}

pub(super) async fn run(common: &Common, command: CorrectionCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        CorrectionCommand::List => {
            let corrections = client.corrections().await?;
            output.answer(&corrections, |corrections| {
                let each = corrections.iter().map(|ready| {
                    let own = if ready.of.is_some() {
                        "a region's own"
                    } else {
                        "the network's own"
                    };
                    format!("{} ({own})\n{}", ready.kind, show::texts(&ready.texts))
                });
                each.collect::<Vec<_>>().join("\n")
            })?;
        }
        CorrectionCommand::Set(arguments) => {
            let texts = arguments.texts.read().ok_or_else(|| {
                CliError::Usage("say what it says: --title, --body, --title-en and --body-en".to_owned())
            })?;
            client.set_correction(arguments.kind, Some(&texts)).await?;
            answer(output, arguments.kind, "stands ready")?;
        }
        CorrectionCommand::Reset { kind } => {
            client.set_correction(kind, None).await?;
            answer(output, kind, "is the wider region's again")?;
        }
    }
    Ok(())
}

fn answer(output: Output, kind: ActionKind, what: &str) -> Result<(), CliError> {
    output.answer(&json!({ "kind": kind }), |_| {
        format!("the correction for {kind} {what}")
    })?;
    Ok(())
}
