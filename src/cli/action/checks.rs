//! What the checks before sending found, shown and confirmed.

use clap::Args;

use crate::cli::{CliError, Output, ask};
use crate::client::{ChecksAnswer, Client};
use crate::domain::check::CheckCode;
use crate::domain::id::ActionId;

/// What is taken on oneself.
#[derive(Debug, Args)]
pub struct ConfirmArguments {
    /// Confirms what the checks found, by its code; more than once for several.
    #[arg(long = "confirm", value_name = "CODE")]
    confirmed: Vec<CheckCode>,
}

impl ConfirmArguments {
    /// Shows what was found, and asks for what nobody confirmed unless nobody is to be asked. Answers the codes that
    /// are confirmed.
    pub fn settle(
        &self,
        output: Output,
        checks: &ChecksAnswer,
        may_ask: bool,
    ) -> Result<Vec<CheckCode>, CliError> {
        for finding in &checks.findings {
            output.note(finding);
        }
        if !checks.may_go_out {
            return Err(CliError::Refused(format!(
                "it does not go out like this:\n{}",
                listed(checks)
            )));
        }
        let mut confirmed = self.confirmed.clone();
        for code in &checks.to_confirm {
            if confirmed.contains(code) {
                continue;
            }
            let question = format!("To send it all the same, type {code}:");
            if !may_ask || !ask::confirm(&question, code.name())? {
                return Err(CliError::Refused(format!(
                    "not sent: correct it, or confirm it with --confirm {code}\n{}",
                    listed(checks)
                )));
            }
            confirmed.push(*code);
        }
        Ok(confirmed)
    }
}

fn listed(checks: &ChecksAnswer) -> String {
    let lines: Vec<_> = checks
        .findings
        .iter()
        .map(|finding| format!("  {finding}"))
        .collect();
    lines.join("\n")
}

/// `oproep action checks`.
pub(super) async fn show(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let checks = client.checks(id).await?;
    output.answer(&checks, |checks| {
        if checks.findings.is_empty() {
            "nothing was found: it may go out".to_owned()
        } else {
            listed(checks)
        }
    })?;
    Ok(())
}
