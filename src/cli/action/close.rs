//! `oproep action close`.

use clap::{Args, ValueEnum};

use super::checks::ConfirmArguments;
use super::named::ActionName;
use super::texts::TextArguments;
use crate::cli::figures::counted;
use crate::cli::{CliError, Output};
use crate::client::Client;
use crate::domain::id::TipId;
use crate::domain::outcome::Outcome;
use crate::domain::wave::WaveKind;

/// How it ended.
#[derive(Debug, Args)]
#[command(
    after_help = "Without texts, those who were called on read the outcome in a fixed sentence.\n\n\
    Examples:\n  \
    oproep action close 2026-00002 --outcome direct_success --tip 0198c5d9-...\n  \
    oproep action close 2026-00002 --outcome not_resolved"
)]
pub struct CloseArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// How it ended.
    #[arg(long)]
    outcome: Ending,
    /// The tip that led to it, for a direct success.
    #[arg(long, required_if_eq("outcome", "direct_success"))]
    tip: Option<TipId>,
    #[command(flatten)]
    texts: TextArguments,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

/// How actions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Ending {
    /// Found through a participant's tip.
    DirectSuccess,
    /// Participants helped, though no one tip led to it.
    IndirectSuccess,
    /// Ended well without participants.
    ResolvedOtherwise,
    /// Not found.
    NotResolved,
}

pub(super) async fn close(
    output: Output,
    client: &Client,
    arguments: CloseArguments,
) -> Result<(), CliError> {
    let outcome = match (arguments.outcome, arguments.tip) {
        (Ending::DirectSuccess, Some(tip)) => Outcome::DirectSuccess { tip },
        (Ending::IndirectSuccess, None) => Outcome::IndirectSuccess,
        (Ending::ResolvedOtherwise, None) => Outcome::ResolvedOtherwise,
        (Ending::NotResolved, None) => Outcome::NotResolved,
        (Ending::DirectSuccess, None) | (_, Some(_)) => {
            return Err(CliError::Usage(
                "--tip belongs to --outcome direct_success".to_owned(),
            ));
        }
    };
    let texts = arguments.texts.read();
    let id = arguments.action.find(client).await?;
    let version = client.action(id).await?.version;
    let confirmed = match &texts {
        Some(texts) => {
            let checks = client.checks_of(id, WaveKind::Closing, Some(texts), None).await?;
            arguments.confirm.settle(output, &checks, true)?
        }
        None => Vec::new(),
    };
    let ended = client
        .close_action(id, version, outcome, texts.as_ref(), &confirmed)
        .await?;
    output.answer(&ended, |ended| {
        let told = counted(ended.told, "participant hears", "participants hear");
        format!("closed {}: {told} how it ended", ended.action.number)
    })?;
    Ok(())
}
