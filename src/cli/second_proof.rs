//! `oproep second-proof`: codes of an app for one's own account, at a running service.

use clap::Subcommand;
use serde_json::json;

use super::{CliError, Common, Output, ask, login};

/// What is done with the second proof.
#[derive(Debug, Subcommand)]
pub enum SecondProofCommand {
    /// Sets up codes of an app: shows the secret, asks for the first code, and shows the recovery codes once.
    #[command(after_help = "Example:\n  oproep second-proof set")]
    Set,
    /// Proves by a code that it is you, as a start or an approval may ask for.
    #[command(after_help = "Example:\n  oproep second-proof prove < code.txt")]
    Prove,
    /// Replaces the recovery codes and shows the new ones once; asks for a code.
    #[command(after_help = "Example:\n  oproep second-proof renew-codes")]
    RenewCodes,
    /// Takes the second proof away, for another telephone; asks for a code.
    #[command(after_help = "Example:\n  oproep second-proof remove")]
    Remove,
}

pub(super) async fn run(common: &Common, command: &SecondProofCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        SecondProofCommand::Set => {
            let enrolment = client.begin_second_proof().await?;
            eprintln!(
                "Add this to the app on your telephone:\n  secret  {}\n  link    {}",
                enrolment.secret, enrolment.uri
            );
            let code = ask::line("The code that it shows:")?;
            let codes = client.confirm_second_proof(&code).await?;
            output.answer(&json!({ "recovery_codes": codes }), |_| {
                format!(
                    "your app counts from now on. Keep these codes for when the telephone is lost; each works once:\n  {}",
                    codes.join("\n  ")
                )
            })?;
        }
        SecondProofCommand::Prove => {
            client.prove(&ask::line("The code of your app:")?).await?;
            output.answer(&json!({ "is_proved": true }), |_| "proved".to_owned())?;
        }
        SecondProofCommand::RenewCodes => {
            let code = ask::line("A code of your app, or a recovery code:")?;
            let codes = client.renew_recovery_codes(&code).await?;
            output.answer(&json!({ "recovery_codes": codes }), |_| {
                format!(
                    "the old codes do not work any more. Keep these; each works once:\n  {}",
                    codes.join("\n  ")
                )
            })?;
        }
        SecondProofCommand::Remove => {
            let code = ask::line("A code of your app, or a recovery code:")?;
            client.remove_second_proof(&code).await?;
            output.answer(&json!({ "is_removed": true }), |_| {
                "your second proof is taken away: set up another with `oproep second-proof set`".to_owned()
            })?;
        }
    }
    Ok(())
}
