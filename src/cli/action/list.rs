//! `oproep action list`.

use clap::Args;

use super::show::training;
use crate::cli::table::Table;
use crate::cli::{CliError, Output};
use crate::client::{ActionFilter, Client};
use crate::domain::action::{ActionKind, Phase};
use crate::domain::dutch_time::dutch_time;
use crate::domain::outcome::OutcomeKind;

/// Which actions.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Only actions in this state.
    #[arg(long, value_parser = phase)]
    state: Option<Phase>,
    /// Only actions of this kind.
    #[arg(long)]
    kind: Option<ActionKind>,
    /// Only actions that ended so.
    #[arg(long, value_parser = outcome)]
    outcome: Option<OutcomeKind>,
    /// Only actions with these words in description or texts.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Only what waits for a second person.
    #[arg(long)]
    waiting_for_approval: bool,
    /// How many at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Goes on where a page ended: what it named there.
    #[arg(long, value_name = "WHERE")]
    after: Option<String>,
}

fn phase(name: &str) -> Result<Phase, String> {
    Phase::parse(name).ok_or_else(|| unknown("state", &Phase::ALL.map(Phase::name)))
}

fn outcome(name: &str) -> Result<OutcomeKind, String> {
    OutcomeKind::parse(name).ok_or_else(|| unknown("outcome", &OutcomeKind::ALL.map(OutcomeKind::name)))
}

fn unknown(what: &str, names: &[&str]) -> String {
    format!("there is no such {what}: use {}", names.join(", "))
}

/// Shows the latest actions, and how to go on where there are more.
pub(super) async fn list(output: Output, client: &Client, arguments: ListArguments) -> Result<(), CliError> {
    let filter = ActionFilter {
        state: arguments.state,
        kind: arguments.kind,
        outcome: arguments.outcome,
        search: arguments.search,
        waiting_for_approval: arguments.waiting_for_approval.then_some(true),
        limit: arguments.limit,
        after: arguments.after,
    };
    let page = client.actions(&filter).await?;
    output.answer(&page, |page| {
        if page.items.is_empty() {
            return "there are no such actions".to_owned();
        }
        let mut table = Table::new(["NUMBER", "STATE", "KIND", "MADE", "TITLE", "ID"]);
        for action in &page.items {
            table.add([
                action.number.to_string(),
                training(action.training, action.state),
                action.kind.to_string(),
                dutch_time(action.created_at).format("%Y-%m-%d %H:%M").to_string(),
                action.title.clone(),
                action.id.to_string(),
            ]);
        }
        let more = page
            .next
            .as_ref()
            .map(|next| format!("\nthere are more: --after {next}"));
        format!("{table}{}", more.unwrap_or_default())
    })?;
    Ok(())
}
