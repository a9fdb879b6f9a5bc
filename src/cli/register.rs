//! `oproep register`: the telephone numbers and links that texts may hold, by the public API.

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::RegionKey;
use super::table::Table;
use super::{CliError, Common, Output, login};
use crate::client::{AllowedAnswer, Client, NewAllowed};
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::{AllowedId, RegionId};

/// What is done with the register.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Shows what may stand in texts in your part of the territory.
    #[command(after_help = "Example:\n  oproep register list")]
    List,
    /// Allows a telephone number or a link.
    Add(AddArguments),
    /// Takes a number or a link out: no text goes out with it any more.
    #[command(
        after_help = "Examples:\n  oproep register remove 030-1234567\n  oproep register remove 019ce9b2-..."
    )]
    Remove {
        /// The number or link as it was added, or its id.
        entry: String,
    },
}

/// What is allowed.
#[derive(Debug, Args)]
#[command(
    after_help = "A link allows the pages of its host whose path begins like it.\n\n\
    Examples:\n  \
    oproep register add --number 030-1234567 --note 'Tip line of the district'\n  \
    oproep register add --link politie.nl/gezocht --region municipality:Utrecht"
)]
pub struct AddArguments {
    /// The telephone number.
    #[arg(
        long,
        value_name = "NUMBER",
        required_unless_present = "link",
        conflicts_with = "link"
    )]
    number: Option<String>,
    /// The link.
    #[arg(long, value_name = "LINK")]
    link: Option<String>,
    /// What it is for.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Where it holds, with everything inside; in your own region when left out.
    #[arg(long, value_name = "KIND:CODE")]
    region: Option<RegionKey>,
}

pub(super) async fn run(common: &Common, command: RegisterCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        RegisterCommand::List => list(output, &client).await,
        RegisterCommand::Add(arguments) => add(output, &client, arguments).await,
        RegisterCommand::Remove { entry } => remove(output, &client, &entry).await,
    }
}

async fn list(output: Output, client: &Client) -> Result<(), CliError> {
    let entries = client.register().await?;
    let regions = client.regions().await?;
    let place = |id: Option<RegionId>| match id {
        None => "everywhere".to_owned(),
        Some(id) => regions.iter().find(|region| region.id == id).map_or_else(
            || "around yours".to_owned(),
            |region| format!("{}:{}", region.kind.name(), region.code),
        ),
    };
    output.answer(&entries, |entries| {
        let mut table = Table::new(["VALUE", "KIND", "WHERE", "ADDED", "NOTE", "ID"]);
        for entry in entries {
            let first = entry.more.get("added_by").is_none_or(serde_json::Value::is_null);
            let added = if first {
                "from the beginning".to_owned()
            } else {
                dutch_time(entry.added_at).format("%Y-%m-%d").to_string()
            };
            table.add([
                entry.value.clone(),
                entry.kind.clone(),
                place(entry.region),
                added,
                entry.note.clone().unwrap_or_default(),
                entry.id.to_string(),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}

async fn add(output: Output, client: &Client, arguments: AddArguments) -> Result<(), CliError> {
    let region = match &arguments.region {
        Some(key) => {
            let known = client.regions().await?;
            let found = known
                .iter()
                .find(|region| region.kind == key.kind && region.code == key.code);
            let missing = || CliError::NotFound(format!("there is no region {key} in your territory"));
            Some(found.ok_or_else(missing)?.id)
        }
        None => None,
    };
    let new = NewAllowed {
        region,
        number: arguments.number,
        link: arguments.link,
        note: arguments.note,
    };
    let entry = client.allow(&new).await?;
    output.answer(&entry, |entry| {
        format!("{} may stand in texts from now on", entry.value)
    })?;
    Ok(())
}

async fn remove(output: Output, client: &Client, wanted: &str) -> Result<(), CliError> {
    let entries = client.register().await?;
    let found: Vec<&AllowedAnswer> = entries.iter().filter(|entry| is_named(entry, wanted)).collect();
    let entry = match found.as_slice() {
        [] => {
            return Err(CliError::NotFound(format!(
                "{wanted} is not in the register: see `oproep register list`"
            )));
        }
        [one] => *one,
        _ => {
            return Err(CliError::Usage(format!(
                "several regions have {wanted}: give the id of the one, see `oproep register list`"
            )));
        }
    };
    client.disallow(entry.id).await?;
    output.answer(&json!({ "id": entry.id, "value": entry.value }), |_| {
        format!("{} stands in no text any more", entry.value)
    })?;
    Ok(())
}

fn is_named(entry: &AllowedAnswer, wanted: &str) -> bool {
    use crate::domain::check::{Dialled, LinkPrefix};
    let by_id = wanted.parse::<AllowedId>().is_ok_and(|id| id == entry.id);
    let as_number = || Dialled::read(wanted).is_some_and(|number| number.as_str() == entry.value);
    let as_link = || LinkPrefix::read(wanted).is_ok_and(|link| link.to_string() == entry.value);
    by_id || as_number() || as_link()
}
