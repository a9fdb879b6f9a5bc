//! `oproep tip`: reading and sorting what participants report.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::action::named::ActionName;
use super::table::Table;
use super::{CliError, Common, Output, login};
use crate::client::{SimilarTip, Tip, TipMark};
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
    /// Shows the tips that may report the same as this one, and why.
    Similar {
        /// The tip's id.
        tip: TipId,
    },
    /// Shows what was searched for an action without a find; with --json as GeoJSON, for a map.
    #[command(after_help = "Example:\n  oproep --json tip searched 2026-00017 > searched.geojson")]
    Searched {
        /// The action, by its number or id.
        action: ActionName,
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
        TipCommand::Similar { tip } => {
            let found = client.similar_tips(tip).await?;
            output.answer(&found, |found| similar(found))?;
        }
        TipCommand::Searched { action } => {
            let found = client.searched(action.find(&client).await?).await?;
            output.answer(&found, searched)?;
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

/// The English words of a reason or a way.
fn in_words(value: &Value) -> &str {
    value["words"]["en"].as_str().unwrap_or_default()
}

fn similar(found: &[SimilarTip]) -> String {
    if found.is_empty() {
        return "no other tip looks alike".to_owned();
    }
    let mut table = Table::new(["SCORE", "TIP", "WHY"]);
    for one in found {
        let why: Vec<_> = one.reasons.iter().map(in_words).collect();
        table.add([format!("{:.2}", one.score), one.tip.to_string(), why.join("; ")]);
    }
    table.to_string()
}

fn searched(found: &Value) -> String {
    let figures = &found["properties"];
    let share = figures["share"].as_f64().unwrap_or(0.0) * 100.0;
    let km2 = figures["km2"].as_f64().unwrap_or(0.0);
    let mut lines = vec![format!(
        "{} reports: {km2:.2} km2 searched, {share:.0}% of the area",
        figures["reports"]
    )];
    for told in figures["told"].as_array().into_iter().flatten() {
        let (at, what) = (&told["at"], &told["what"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', " ");
        lines.push(format!("{}  {}", text(at), text(what)));
    }
    lines.join("\n")
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
    let ways = tip.more.get("journeys").and_then(Value::as_array);
    lines.extend(
        ways.into_iter()
            .flatten()
            .map(|way| format!("way       {}", in_words(way))),
    );
    lines.push(format!("\n{}", tip.text));
    lines.join("\n")
}
