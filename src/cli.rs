//! The command line: what is typed, what is answered, and with which exit code.
//!
//! Commands are of two sorts. Those of the machine itself (`serve`, `import`, `user`, ...) read the
//! configuration and open the database. Those of whoever works with the network (`action`, `tip`) call a
//! running service over its public API, with the session that `login` opened.

#![expect(
    clippy::doc_markdown,
    reason = "what documents an argument is its help, which nobody reads as markdown"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::domain::action::StandingPurpose;

pub mod action;
pub mod arguments;
mod ask;
mod audit;
mod backup;
mod check_config;
mod completions;
pub mod demo;
mod exit;
mod export;
mod figures;
mod import;
mod inbound_mail;
mod key;
mod keys;
mod login;
mod machine;
mod notice;
mod output;
mod overrides;
mod progress;
mod register;
mod second_proof;
mod serve;
mod session_file;
mod simulate;
mod standing_texts;
mod table;
#[cfg(test)]
mod tests;
mod tip;
mod training;
mod user;
mod webhook;

pub use exit::{CliError, Exit};
pub use output::Output;

/// The exit codes, as every help ends with them.
const EXIT_CODES: &str = "\
Exit codes:
  0  it was done
  1  it failed; standard error says why
  2  the command was not typed as the help says
  3  a rule refused it, for instance because nobody is in the area
  4  there is no such thing
  5  the service or database cannot be reached, or has no room at this moment";

/// Calls on citizens in an area by app, SMS and e-mail, and takes the tips that come back.
#[derive(Debug, Parser)]
#[command(
    name = "oproep",
    version,
    max_term_width = 100,
    after_help = EXIT_CODES,
    after_long_help = format!(
        "Examples:\n  \
         oproep demo run           a whole region on this machine, nothing to set up\n  \
         oproep check-config       what `oproep serve` would run, without starting it\n  \
         oproep help action start  everything about one command\n\n{EXIT_CODES}"
    ),
    arg_required_else_help = true
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Debug, Default, Args)]
pub struct Common {
    /// A configuration file that goes over the default.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "OPROEP_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,
    /// Answers in JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answers requests and sends what is to be sent.
    Serve(serve::ServeArguments),
    /// Only sends: adds capacity beside `serve`, on PostgreSQL.
    #[command(after_help = "Example:\n  OPROEP_DATABASE__URL=postgres://oproep@db/oproep oproep worker")]
    Worker,
    /// Brings the database's schema up to date; `serve` does so too when it starts.
    Migrate,
    /// Reads and checks the configuration and shows what would run; never a secret.
    #[command(after_help = "Example:\n  oproep --config /etc/oproep.toml check-config")]
    CheckConfig,
    /// The keys of a database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Writes the completions for a shell.
    #[command(after_help = "Example:\n  oproep completions bash > /etc/bash_completion.d/oproep")]
    Completions(completions::CompletionsArguments),
    /// Brings in regions or participants.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Writes out participants.
    #[command(subcommand)]
    Export(export::ExportCommand),
    /// The accounts of those who work with the network.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Keys with which other systems call.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// The log of what whoever may do much did.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Other systems that hear what happens.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Signs in at a running service, for `action` and `tip`.
    Login(login::LoginArguments),
    /// Signs out, and forgets the session.
    Logout,
    /// Codes of an app for one's own account.
    #[command(subcommand)]
    SecondProof(second_proof::SecondProofCommand),
    /// Call-outs: start and lead them.
    #[command(subcommand)]
    Action(action::ActionCommand),
    /// Starts over a limit: who, why, and that somebody else saw it.
    #[command(subcommand)]
    Override(overrides::OverrideCommand),
    /// The telephone numbers and links that texts may hold.
    #[command(subcommand)]
    Register(register::RegisterCommand),
    /// The corrections that stand ready.
    #[command(subcommand)]
    Correction(standing_texts::StandingTextCommand),
    /// How messages are worded: what stands around what is composed from the description.
    #[command(subcommand)]
    Wording(standing_texts::StandingTextCommand),
    /// What participants report.
    #[command(subcommand)]
    Tip(tip::TipCommand),
    /// Takes in a mail that came back: a bounce or an answer, from a mail server's pipe.
    #[command(visible_alias = "bounce")]
    InboundMail(inbound_mail::MailArguments),
    /// What other systems alert of: drafts are made of it, or it is dismissed.
    #[command(subcommand)]
    Notice(notice::NoticeCommand),
    /// Writes a sealed copy of a SQLite database while the service runs.
    Backup(backup::BackupArguments),
    /// Puts a backup back on an empty machine.
    Restore(backup::RestoreArguments),
    /// The journal of who left, by which a restored database forgets them again.
    #[command(subcommand)]
    Erasures(backup::ErasuresCommand),
    /// How long a call-out would take with these quotas and machines, and what holds it up.
    Simulate(simulate::SimulateArguments),
    /// A process for training: nothing leaves it, and a made-up population answers.
    #[command(subcommand)]
    Training(training::TrainingCommand),
    /// A whole region on this machine, to see it work.
    #[command(subcommand)]
    Demo(demo::DemoCommand),
}

/// Does what was typed, and says how it ended.
pub fn main(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return CliError::from(error).report(),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => Exit::Done.into(),
        Err(error) => error.report(),
    }
}

/// Does what was typed.
pub async fn run(cli: Cli) -> Result<(), CliError> {
    let Cli { common, command } = cli;
    match command {
        Command::Serve(arguments) => Box::pin(serve::serve(&common, arguments)).await,
        Command::Worker => serve::work(&common).await,
        Command::Migrate => serve::migrate(&common).await,
        Command::CheckConfig => check_config::run(&common),
        Command::Keys(command) => keys::run(&common, &command),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Import(command) => import::run(&common, command).await,
        Command::Export(command) => export::run(&common, command).await,
        Command::User(command) => user::run(&common, command).await,
        Command::Key(command) => key::run(&common, command).await,
        Command::SecondProof(command) => second_proof::run(&common, &command).await,
        Command::Audit(command) => audit::run(&common, command).await,
        Command::Webhook(command) => webhook::run(&common, command).await,
        Command::Login(arguments) => login::login(&common, arguments).await,
        Command::Logout => login::logout(&common).await,
        Command::Action(command) => action::run(&common, command).await,
        Command::Override(command) => overrides::run(&common, command).await,
        Command::Register(command) => register::run(&common, command).await,
        Command::Correction(command) => {
            standing_texts::run(&common, StandingPurpose::Correction, command).await
        }
        Command::Wording(command) => standing_texts::run(&common, StandingPurpose::Message, command).await,
        Command::Tip(command) => tip::run(&common, command).await,
        Command::InboundMail(arguments) => inbound_mail::run(&common, arguments).await,
        Command::Notice(command) => notice::run(&common, command).await,
        Command::Backup(arguments) => backup::backup(&common, arguments).await,
        Command::Restore(arguments) => backup::restore(&common, arguments).await,
        Command::Erasures(command) => backup::erasures(&common, command).await,
        Command::Simulate(arguments) => simulate::run(&common, &arguments),
        Command::Training(command) => training::run(&common, command).await,
        Command::Demo(command) => demo::run(&common, command).await,
    }
}
