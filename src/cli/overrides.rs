//! `oproep override`: who started actions over a limit and why, and that somebody else saw it.

use clap::Subcommand;

use super::table::Table;
use super::{CliError, Common, Output, login};
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::OverrideId;

/// What is done with starts over a limit.
#[derive(Debug, Subcommand)]
pub enum OverrideCommand {
    /// Shows the latest in your territory.
    #[command(after_help = "Example:\n  oproep override list")]
    List {
        /// How many at most.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Says that you saw one; whoever started it cannot.
    #[command(after_help = "Example:\n  oproep override seen 0198c5d2-0000-7000-8000-000000000000")]
    Seen {
        /// Its id, as the list and the mail have it.
        id: OverrideId,
    },
}

pub(super) async fn run(common: &Common, command: OverrideCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        OverrideCommand::List { limit } => {
            let page = client.overrides(limit).await?;
            output.answer(&page, |page| {
                if page.items.is_empty() {
                    return "no action was started over a limit".to_owned();
                }
                let mut table = Table::new(["WHEN", "LIMIT", "SEEN", "ACTION", "ID", "REASON"]);
                for one in &page.items {
                    table.add([
                        dutch_time(one.happened_at).format("%Y-%m-%d %H:%M").to_string(),
                        one.limit.clone(),
                        if one.seen_by.is_some() { "yes" } else { "no" }.to_owned(),
                        one.action.to_string(),
                        one.id.to_string(),
                        one.reason.clone(),
                    ]);
                }
                table.to_string()
            })?;
        }
        OverrideCommand::Seen { id } => {
            let seen = client.see_override(id).await?;
            output.answer(&seen, |_| "seen".to_owned())?;
        }
    }
    Ok(())
}
