//! `oproep tip`: reading and sorting what participants report.

use clap::{Args, Subcommand};

use super::action::named::ActionName;
use super::table::Table;
use super::{CliError, Common, Output, login};
use crate::client::{Tip, TipMark};
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::TipId;

/// The most characters of a tip in a list.
const EXCERPT: usize = 60;

/// What is done with tips.
#[derive(Debug, Subcommand)]
pub enum TipCommand {
    /// Shows the latest tips of an action.
    List {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Shows one tip.
    Show {
        /// The tip's id.
        tip: TipId,
    },
    /// Sorts a tip.
    Mark(MarkArguments),
}

/// Which tip, and what is made of it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep tip mark 0198c5d9-... --relevant\n  \
    oproep tip mark 0198c5d9-... --passed-on 'Eenheid 12.01'")]
pub struct MarkArguments {
    /// The tip's id.
    tip: TipId,
    #[command(flatten)]
    mark: Mark,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Mark {
    /// It was read.
    #[arg(long)]
    seen: bool,
    /// It may help.
    #[arg(long)]
    relevant: bool,
    /// It does not help.
    #[arg(long)]
    not_relevant: bool,
    /// It repeats another tip of the same action.
    #[arg(long, value_name = "TIP")]
    duplicate_of: Option<TipId>,
    /// A unit acts on it.
    #[arg(long, value_name = "UNIT")]
    passed_on: Option<String>,
}

impl Mark {
    fn read(self) -> TipMark {
        match self {
            Self {
                duplicate_of: Some(tip),
                ..
            } => TipMark::DuplicateOf { tip },
            Self {
                passed_on: Some(unit),
                ..
            } => TipMark::PassedOn { unit },
            Self { relevant: true, .. } => TipMark::Relevant,
            Self {
                not_relevant: true, ..
            } => TipMark::NotRelevant,
            // One of them is there; clap sees to it.
            Self { .. } => TipMark::Seen,
        }
    }
}

pub(super) async fn run(common: &Common, command: TipCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        TipCommand::List { action } => {
            let page = client.tips(action.find(&client).await?).await?;
            output.answer(&page, |page| list(&page.items))?;
        }
        TipCommand::Show { tip } => {
            let tip = client.tip(tip).await?;
            output.answer(&tip, words)?;
        }
        TipCommand::Mark(MarkArguments { tip, mark }) => {
            let seen = client.tip(tip).await?;
            let marked = client.mark_tip(tip, seen.version, &mark.read()).await?;
            output.answer(&marked, |tip| format!("the tip is now {}", tip.state.name()))?;
        }
    }
    Ok(())
}

fn list(tips: &[Tip]) -> String {
    if tips.is_empty() {
        return "there are no tips yet".to_owned();
    }
    let mut table = Table::new(["RECEIVED", "STATE", "TIP", "ID"]);
    for tip in tips {
        let line = tip.text.replace('\n', " ");
        let mut excerpt: String = line.chars().take(EXCERPT).collect();
        if excerpt.len() < line.len() {
            excerpt.push('…');
        }
        let received = dutch_time(tip.received_at)
            .format("%Y-%m-%d %H:%M:%S")
            .to_string();
        table.add([received, tip.state.name().to_owned(), excerpt, tip.id.to_string()]);
    }
    table.to_string()
}

fn words(tip: &Tip) -> String {
    let mut lines = vec![
        format!(
            "received  {}",
            dutch_time(tip.received_at).format("%Y-%m-%d %H:%M:%S")
        ),
        format!("state     {}", tip.state.name()),
    ];
    let named = [("name", &tip.name), ("phone", &tip.phone)];
    lines.extend(
        named
            .into_iter()
            .filter_map(|(label, value)| Some(format!("{label:<10}{}", value.as_ref()?))),
    );
    lines.push(format!("\n{}", tip.text));
    lines.join("\n")
}
