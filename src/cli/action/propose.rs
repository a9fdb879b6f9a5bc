//! `oproep action propose-area`.

use clap::Args;

use super::change::send_expansion;
use super::checks::ConfirmArguments;
use super::named::ActionName;
use crate::cli::arguments::{moment, position};
use crate::cli::figures::count;
use crate::cli::table::Table;
use crate::cli::{CliError, Output, ask};
use crate::client::{Client, SearchAnswer, SearchQuestion};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::point::Point;
use crate::domain::travel::Means;

/// Which action, and whom is searched.
#[derive(Debug, Args)]
#[command(
    after_help = "With --json the answer is GeoJSON: save it, or draw it on a map.\n\n\
    Examples:\n  \
    oproep action propose-area 2026-00002 --means on_foot\n  \
    oproep action propose-area 2026-00002 --means bicycle --seen 2026-11-23T14:00:00Z --expand"
)]
pub struct ProposeArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// By what they go: on_foot, bicycle or car.
    #[arg(long, value_parser = means)]
    means: Means,
    /// Where last seen, in degrees: longitude, then latitude. What the action says when left out.
    #[arg(long, value_name = "LON,LAT", value_parser = position, allow_hyphen_values = true)]
    from: Option<Point>,
    /// When last seen (RFC 3339). What the action says when left out.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    seen: Option<Timestamp>,
    /// Calls on those in the area who were not called on yet, once you typed how many.
    #[arg(long)]
    expand: bool,
    /// Does it without asking.
    #[arg(long, short, requires = "expand")]
    yes: bool,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

fn means(name: &str) -> Result<Means, &'static str> {
    Means::parse(name).ok_or("use on_foot, bicycle or car")
}

pub(super) async fn propose(
    output: Output,
    client: &Client,
    arguments: ProposeArguments,
) -> Result<(), CliError> {
    let id = arguments.action.find(client).await?;
    let question = SearchQuestion {
        action: id,
        from: arguments.from,
        seen_at: arguments.seen,
        means: arguments.means,
    };
    let proposed = client.propose_search(&question).await?;
    if !arguments.expand {
        output.answer(&proposed, words)?;
        return Ok(());
    }
    output.note(words(&proposed));
    let newly = proposed.properties.now.newly_reached;
    if !arguments.yes {
        let question = format!("To call on the {} others, type {newly}:", count(newly));
        if !ask::confirm(&question, &newly.to_string())? {
            return Err(CliError::Failed(
                "not expanded: the number was not typed".to_owned(),
            ));
        }
    }
    let action = client.action(id).await?;
    let area = &proposed.properties.area;
    send_expansion(output, client, &action, area, &arguments.confirm, !arguments.yes).await
}

fn words(proposed: &SearchAnswer) -> String {
    let mut table = Table::new(["AT", "RADIUS", "KM2", "REACHED", "NEWLY", "BOUNDED BY"]);
    let known = &proposed.properties;
    for size in std::iter::once(&known.now).chain(&known.growth) {
        let bounds = [
            size.bounded_by_kind.then_some("kind"),
            size.bounded_by_territory.then_some("territory"),
        ];
        let bounds: Vec<_> = bounds.into_iter().flatten().collect();
        table.add([
            dutch_time(size.at).format("%Y-%m-%d %H:%M").to_string(),
            format!("{} m", size.radius_m),
            format!("{:.1}", size.km2),
            count(size.total),
            count(size.newly_reached),
            bounds.join(", "),
        ]);
    }
    table.to_string()
}
