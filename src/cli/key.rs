//! `oproep key`: keys with which other systems call, on the machine itself.

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::{RegionKey, moment};
use super::table::Table;
use super::{CliError, Common, Output, machine};
use crate::desk::accounts::keys::NewKey;
use crate::desk::{Desk, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::KeyId;
use crate::domain::key_rights::KeyRight;
use crate::storage::api_keys::ApiKey;

/// What is done with keys of other systems.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Makes a key; it is shown once.
    Add(AddArguments),
    /// Shows all keys, never what they open by.
    List,
    /// Withdraws a key: it opens nothing from its next call on.
    #[command(after_help = "Example:\n  oproep key revoke 019ce9b7-8c40-7498-8fa0-6b7c8d9eafb0")]
    Revoke {
        /// Its id, as `oproep key list` shows it.
        id: KeyId,
    },
}

/// For whom, and what for.
#[derive(Debug, Args)]
#[command(
    after_help = "Rights: actions:read, actions:request, tips:read, tips:write, regions:read. A key starts no \
    action.\n\n\
    Example:\n  \
    oproep key add 'GMS Midden-Nederland' --right actions:request --right actions:read \\\n      \
    --region police_unit:Midden-Nederland --until 2027-11-26"
)]
pub struct AddArguments {
    /// Which system it is for.
    name: String,
    /// What it may do; once for each.
    #[arg(long = "right", required = true, value_name = "RIGHT")]
    rights: Vec<KeyRight>,
    /// In which part of the territory.
    #[arg(long, value_name = "KIND:CODE")]
    region: RegionKey,
    /// Until when it holds, at most two years; a year without it.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    until: Option<Timestamp>,
    /// Calls a minute; 120 without it.
    #[arg(long, value_name = "COUNT")]
    rate: Option<u32>,
}

pub(super) async fn run(common: &Common, command: KeyCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let (desk, scope) = machine::desk(common).await?;
    match command {
        KeyCommand::Add(arguments) => add(output, &desk, &scope, arguments).await,
        KeyCommand::List => list(output, &desk, &scope).await,
        KeyCommand::Revoke { id } => {
            desk.revoke_key(&scope, id).await?;
            output.answer(&json!({ "id": id, "is_revoked": true }), |_| {
                format!("{id} opens nothing any more")
            })?;
            Ok(())
        }
    }
}

async fn add(output: Output, desk: &Desk, scope: &Scope, arguments: AddArguments) -> Result<(), CliError> {
    let region = arguments.region.find(&desk.directory().territory())?.id;
    let new = NewKey {
        name: arguments.name,
        rights: arguments.rights.into_iter().collect(),
        region,
        expires_at: arguments.until,
        rate_per_minute: arguments.rate,
    };
    let created = desk.create_key(scope, new).await?;
    let answer =
        json!({ "id": created.key.id, "token": created.token, "expires_at": created.key.expires_at });
    output.answer(&answer, |_| {
        format!(
            "{} calls with the bearer {} (shown this once), until {}",
            created.key.name,
            created.token,
            dutch_time(created.key.expires_at).format("%Y-%m-%d")
        )
    })?;
    Ok(())
}

async fn list(output: Output, desk: &Desk, scope: &Scope) -> Result<(), CliError> {
    let keys = desk.list_keys(scope).await?;
    let now = desk.now();
    let state = |key: &ApiKey| match (key.revoked_at, key.expires_at <= now) {
        (Some(_), _) => "revoked",
        (None, true) => "expired",
        (None, false) => "holds",
    };
    let answer: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "id": key.id, "name": key.name, "prefix": key.prefix, "rights": key.rights, "region": key.region,
                "rate_per_minute": key.rate_per_minute, "expires_at": key.expires_at, "used_at": key.used_at,
                "revoked_at": key.revoked_at, "state": state(key),
            })
        })
        .collect();
    output.answer(&answer, |_| {
        if keys.is_empty() {
            return "there are no keys yet: make one with `oproep key add`".to_owned();
        }
        let day = |at: Timestamp| dutch_time(at).format("%Y-%m-%d").to_string();
        let mut table = Table::new(["ID", "PREFIX", "STATE", "UNTIL", "LAST USED", "RIGHTS", "SYSTEM"]);
        for key in &keys {
            table.add([
                key.id.to_string(),
                key.prefix.clone(),
                state(key).to_owned(),
                day(key.expires_at),
                key.used_at.map_or_else(|| "-".to_owned(), day),
                key.rights.to_string(),
                key.name.clone(),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}
