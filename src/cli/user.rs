//! `oproep user`: the accounts of those who work with the network, on the machine itself.

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::{RegionKey, moment};
use super::table::Table;
use super::{CliError, Common, Output, ask, machine};
use crate::desk::accounts::{AccountChange, CreatedAccount, NewAccount};
use crate::desk::{Desk, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::language::Language;
use crate::domain::role::Role;
use crate::storage::accounts::Account;

mod register;

/// What is done with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Makes an account; without --password-stdin the password is made up and shown once.
    Add(AddArguments),
    /// Shows all accounts.
    List,
    /// Puts an account out of use and ends its sessions.
    Disable {
        /// The user name.
        username: String,
    },
    /// Gives an account another password, shown once, and ends its sessions.
    Password {
        /// The user name.
        username: String,
    },
    /// Makes an account and shows the link that opens it once: send it to its holder.
    Invite(InviteArguments),
    /// Takes the second proof of somebody away who lost telephone and codes, and ends their sessions.
    RemoveSecondProof {
        /// The user name.
        username: String,
    },
    /// Shows where somebody is signed in.
    Sessions {
        /// The user name.
        username: String,
    },
    /// Ends all sessions of somebody.
    SignOut {
        /// The user name.
        username: String,
    },
    /// Writes a training into the register.
    Training(register::TrainingArguments),
    /// Shows what the training register says of somebody.
    Trainings {
        /// The user name.
        username: String,
    },
    /// Shows whose rights lapse before long, or did.
    Lapsing,
}

/// Who is invited, and what for.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  oproep user invite j.smit --role operator --region police_unit:Midden-Nederland \\\n      \
    --name 'J. Smit' --email j.smit@politie.example"
)]
pub struct InviteArguments {
    /// What is typed to sign in.
    username: String,
    /// What it is for.
    #[arg(long)]
    role: Role,
    /// The part of the territory it works for.
    #[arg(long, value_name = "KIND:CODE")]
    region: RegionKey,
    /// Who it is.
    #[arg(long)]
    name: String,
    /// Where later invitations and warnings go.
    #[arg(long)]
    email: String,
}

/// Who, and what for.
#[derive(Debug, Args)]
#[command(
    after_help = "Roles: operator, volunteer_operator, municipal_ambassador, base_team_ambassador, \
    district_ambassador,\ncoordinator, administrator\n\n\
    Examples:\n  \
    oproep user add meldkamer --role operator --region police_unit:Midden-Nederland --name 'Meldkamer'\n  \
    oproep user add j.smit --role municipal_ambassador --region municipality:Zeist --name 'J. Smit' \\\n      \
    --trained-until 2027-06-30 --password-stdin < password.txt"
)]
pub struct AddArguments {
    /// What is typed to sign in.
    username: String,
    /// What it is for.
    #[arg(long)]
    role: Role,
    /// The part of the territory it works for.
    #[arg(long, value_name = "KIND:CODE")]
    region: RegionKey,
    /// Who it is.
    #[arg(long)]
    name: String,
    /// Until when the training for the portal holds.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    trained_until: Option<Timestamp>,
    /// Reads the password from standard input.
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(common: &Common, command: UserCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let (desk, scope) = machine::desk(common).await?;
    match command {
        UserCommand::Add(arguments) => add(output, &desk, &scope, arguments).await,
        UserCommand::List => list(output, &desk, &scope).await,
        UserCommand::Disable { username } => {
            let account = find(&desk, &scope, &username).await?;
            let change = AccountChange {
                is_enabled: Some(false),
                ..AccountChange::default()
            };
            desk.change_account(&scope, account.id, change).await?;
            output.answer(&json!({ "username": username, "is_enabled": false }), |_| {
                format!("{username} is out of use")
            })?;
            Ok(())
        }
        UserCommand::Password { username } => {
            let account = find(&desk, &scope, &username).await?;
            let created = desk.reset_password(&scope, account.id).await?;
            tell_password(output, &username, &created)
        }
        UserCommand::Invite(arguments) => invite(output, &desk, &scope, arguments).await,
        UserCommand::RemoveSecondProof { username } => {
            let account = find(&desk, &scope, &username).await?;
            desk.remove_second_proof(&scope, account.id).await?;
            output.answer(
                &json!({ "username": username, "has_second_proof": false }),
                |_| format!("{username} signs in without a code, until another app is set up"),
            )?;
            Ok(())
        }
        UserCommand::Sessions { username } => sessions(output, &desk, &scope, &username).await,
        UserCommand::SignOut { username } => {
            let account = find(&desk, &scope, &username).await?;
            let ended = desk.end_sessions_of(&scope, account.id).await?;
            output.answer(&json!({ "username": username, "ended": ended }), |_| {
                format!("{username} is signed out everywhere ({ended} sessions)")
            })?;
            Ok(())
        }
        UserCommand::Training(arguments) => register::record(output, &desk, &scope, arguments).await,
        UserCommand::Trainings { username } => register::trainings(output, &desk, &scope, &username).await,
        UserCommand::Lapsing => register::lapsing(output, &desk, &scope).await,
    }
}

async fn invite(
    output: Output,
    desk: &Desk,
    scope: &Scope,
    arguments: InviteArguments,
) -> Result<(), CliError> {
    let region = arguments.region.find(&desk.directory().territory())?.id;
    let new = NewAccount {
        username: arguments.username.clone(),
        name: arguments.name,
        role: arguments.role,
        region,
        trained_until: None,
        password: None,
    };
    let invited = desk
        .invite_account(scope, new, &arguments.email, Language::default())
        .await?;
    let link = invited.link.unwrap_or_default();
    let answer = json!({ "id": invited.id, "link": link, "expires_at": invited.expires_at });
    output.answer(&answer, |_| {
        format!(
            "{} chooses a password at {link} (works once, until {}; shown this once)",
            arguments.username,
            dutch_time(invited.expires_at).format("%Y-%m-%d %H:%M")
        )
    })?;
    Ok(())
}

async fn sessions(output: Output, desk: &Desk, scope: &Scope, username: &str) -> Result<(), CliError> {
    let account = find(desk, scope, username).await?;
    let sessions = desk.list_sessions_of(scope, account.id).await?;
    output.answer(&sessions, |_| {
        if sessions.is_empty() {
            return format!("{username} is signed in nowhere");
        }
        let moment = |at| dutch_time(at).format("%Y-%m-%d %H:%M").to_string();
        let mut table = Table::new(["LAST SEEN", "SINCE", "FROM", "WITH"]);
        for session in &sessions {
            table.add([
                moment(session.seen_at),
                moment(session.created_at),
                session.address.clone().unwrap_or_else(|| "-".to_owned()),
                session.user_agent.clone().unwrap_or_else(|| "-".to_owned()),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}

async fn add(output: Output, desk: &Desk, scope: &Scope, arguments: AddArguments) -> Result<(), CliError> {
    let region = arguments.region.find(&desk.directory().territory())?.id;
    let password = arguments
        .password_stdin
        .then(|| ask::password("Password:"))
        .transpose()?;
    let new = NewAccount {
        username: arguments.username.clone(),
        name: arguments.name,
        role: arguments.role,
        region,
        trained_until: arguments.trained_until,
        password,
    };
    let created = desk.create_account(scope, new).await?;
    tell_password(output, &arguments.username, &created)
}

/// Tells who it is, and the password where one was made up: this once, and nowhere else.
fn tell_password(output: Output, username: &str, created: &CreatedAccount) -> Result<(), CliError> {
    let answer = json!({ "id": created.id, "username": username, "password": created.password });
    output.answer(&answer, |_| match &created.password {
        Some(password) => format!("{username} can sign in with the password {password} (shown this once)"),
        None => format!("{username} can sign in"),
    })?;
    Ok(())
}

async fn list(output: Output, desk: &Desk, scope: &Scope) -> Result<(), CliError> {
    let accounts = desk.list_accounts(scope).await?;
    let territory = desk.directory().territory();
    let region = |account: &Account| {
        let region = territory.get(account.region);
        region
            .map(|region| format!("{}:{}", region.kind.name(), region.code))
            .unwrap_or_default()
    };
    let answer: Vec<_> = accounts
        .iter()
        .map(|account| {
            json!({
                "id": account.id, "username": account.username, "name": account.name, "role": account.role,
                "region": region(account), "trained_until": account.trained_until,
                "is_enabled": account.disabled_at.is_none(),
            })
        })
        .collect();
    output.answer(&answer, |_| {
        if accounts.is_empty() {
            return "there are no accounts yet: make one with `oproep user add`".to_owned();
        }
        let mut table = Table::new(["USERNAME", "ROLE", "REGION", "TRAINED UNTIL", "IN USE", "NAME"]);
        for account in &accounts {
            let day = |moment| dutch_time(moment).format("%Y-%m-%d").to_string();
            table.add([
                account.username.clone(),
                account.role.to_string(),
                region(account),
                account.trained_until.map_or_else(|| "-".to_owned(), day),
                if account.disabled_at.is_none() {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                account.name.clone(),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}

async fn find(desk: &Desk, scope: &Scope, username: &str) -> Result<Account, CliError> {
    let wanted = username.trim().to_lowercase();
    let accounts = desk.list_accounts(scope).await?;
    accounts
        .into_iter()
        .find(|account| account.username == wanted)
        .ok_or_else(|| CliError::NotFound(format!("there is no account {username}: see `oproep user list`")))
}
