//! `oproep user training`, `trainings` and `lapsing`: the training register.

use clap::Args;
use serde_json::json;

use super::find;
use crate::cli::arguments::moment;
use crate::cli::table::Table;
use crate::cli::{CliError, Output};
use crate::desk::{Desk, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;

/// Who was trained, and until when it holds.
#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("holds").required(true),
    after_help = "Examples:\n  \
    oproep user training j.smit --until 2027-06-30 --note 'Portal, refresher'\n  \
    oproep user training j.smit --ended"
)]
pub struct TrainingArguments {
    /// The user name.
    username: String,
    /// Until when it holds for the portal.
    #[arg(long, value_name = "DAY", value_parser = moment, group = "holds")]
    until: Option<Timestamp>,
    /// It holds no longer.
    #[arg(long, group = "holds")]
    ended: bool,
    /// What the training was.
    #[arg(long)]
    note: Option<String>,
}

fn day(at: Timestamp) -> String {
    dutch_time(at).format("%Y-%m-%d").to_string()
}

pub(super) async fn record(
    output: Output,
    desk: &Desk,
    scope: &Scope,
    arguments: TrainingArguments,
) -> Result<(), CliError> {
    let account = find(desk, scope, &arguments.username).await?;
    let account = desk
        .record_training(
            &desk.register_scope(scope),
            account.id,
            arguments.until,
            arguments.note,
        )
        .await?;
    let answer = json!({ "username": account.username, "trained_until": account.trained_until });
    output.answer(&answer, |_| match account.trained_until {
        Some(until) => format!("{} is trained until {}", account.username, day(until)),
        None => format!("{} is not trained for the portal any more", account.username),
    })?;
    Ok(())
}

pub(super) async fn trainings(
    output: Output,
    desk: &Desk,
    scope: &Scope,
    username: &str,
) -> Result<(), CliError> {
    let account = find(desk, scope, username).await?;
    let trainings = desk
        .list_trainings(&desk.register_scope(scope), account.id)
        .await?;
    output.answer(&trainings, |_| {
        if trainings.is_empty() {
            return format!("nothing was recorded of {username}");
        }
        let mut table = Table::new(["RECORDED", "TRAINED UNTIL", "WHAT"]);
        for training in &trainings {
            table.add([
                day(training.recorded_at),
                training.trained_until.map_or_else(|| "ended".to_owned(), day),
                training.note.clone().unwrap_or_default(),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}

pub(super) async fn lapsing(output: Output, desk: &Desk, scope: &Scope) -> Result<(), CliError> {
    let lapsing = desk.list_lapsing(&desk.register_scope(scope)).await?;
    let answer: Vec<_> = lapsing
        .iter()
        .map(|one| {
            json!({
                "id": one.account.id, "username": one.account.username, "role": one.account.role,
                "lapses_at": one.lapses_at,
            })
        })
        .collect();
    output.answer(&answer, |_| {
        if lapsing.is_empty() {
            return "nobody's rights lapse before long".to_owned();
        }
        let mut table = Table::new(["LAPSES", "USERNAME", "ROLE", "NAME"]);
        for one in &lapsing {
            table.add([
                day(one.lapses_at),
                one.account.username.clone(),
                one.account.role.to_string(),
                one.account.name.clone(),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}
