//! `oproep correction` and `oproep wording`: the texts that stand ready for each kind, by the public API.

use clap::{Args, Subcommand};
use serde_json::json;

use super::action::show;
use super::action::texts::TextArguments;
use super::{CliError, Common, Output, login};
use crate::domain::action::{ActionKind, StandingPurpose};

/// What is done with the texts that stand ready.
#[derive(Debug, Subcommand)]
pub enum StandingTextCommand {
    /// Shows them, kind by kind.
    List,
    /// Writes your region's own for a kind.
    Set(SetArguments),
    /// Takes your region's own away: the wider region's holds again.
    Reset {
        /// The kind of action.
        kind: ActionKind,
    },
}

/// Which kind, and what it says.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  oproep correction set burglary --title 'Verbetering' --body '...' \\\n      \
    --title-en 'Correction' --body-en '...'\n  \
    oproep wording set burglary --title '[titel]' --body '[signalement] ...' \\\n      \
    --title-en '[title]' --body-en '[description] ...'"
)]
pub struct SetArguments {
    /// The kind of action.
    kind: ActionKind,
    #[command(flatten)]
    texts: TextArguments,
}

pub(super) async fn run(
    common: &Common,
    purpose: StandingPurpose,
    command: StandingTextCommand,
) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        StandingTextCommand::List => {
            let texts = client.standing_texts(purpose).await?;
            output.answer(&texts, |texts| {
                let each = texts.iter().map(|ready| {
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
        StandingTextCommand::Set(arguments) => {
            let texts = arguments.texts.read().ok_or_else(|| {
                CliError::Usage("say what it says: --title, --body, --title-en and --body-en".to_owned())
            })?;
            client
                .set_standing_text(purpose, arguments.kind, Some(&texts))
                .await?;
            answer(output, purpose, arguments.kind, "stands ready")?;
        }
        StandingTextCommand::Reset { kind } => {
            client.set_standing_text(purpose, kind, None).await?;
            answer(output, purpose, kind, "is the wider region's again")?;
        }
    }
    Ok(())
}

fn answer(output: Output, purpose: StandingPurpose, kind: ActionKind, what: &str) -> Result<(), CliError> {
    output.answer(&json!({ "kind": kind }), |_| match purpose {
        StandingPurpose::Correction => format!("the correction for {kind} {what}"),
        StandingPurpose::Message => format!("the wording of messages for {kind} {what}"),
    })?;
    Ok(())
}
