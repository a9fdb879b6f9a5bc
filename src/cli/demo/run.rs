//! `oproep demo run`.

use std::net::SocketAddr;

use clap::Args;

use super::FolderArgument;
use crate::cli::figures::counted;
use crate::cli::progress::Progress;
use crate::cli::table::Table;
use crate::cli::{CliError, Common, Output};
use crate::config::Config;
use crate::demo::notes::Notes;
use crate::demo::population::MAX_PARTICIPANTS;
use crate::demo::region::NOTICE_EN;
use crate::demo::running::{Demo, DemoOptions};
use crate::demo::stand_ins::Ports;
use crate::domain::role::Role;
use crate::lifecycle::Stop;
use crate::telemetry::{TelemetrySettings, start_figures, start_traces};

/// How large, and where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep demo run\n  \
    oproep demo run --fresh --participants 300000\n  \
    oproep demo run --listen 0.0.0.0:8080")]
pub struct RunArguments {
    /// How many participants, where the demonstration is made anew.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=MAX_PARTICIPANTS))]
    participants: u64,
    /// What the participants are made from: the same seed makes the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the service listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Begins anew instead of going on with the demonstration that is kept.
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    folder: FolderArgument,
}

pub(super) async fn run(common: &Common, arguments: RunArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    // What goes right stands on the terminal already; traces tell what does not.
    let settings = TelemetrySettings {
        filter: "warn".to_owned(),
        ..Config::over_default(&Nothing {})?.telemetry
    };
    let traces = start_traces(&settings)?;
    let stop = Stop::on_signals();
    let options = DemoOptions {
        folder: arguments.folder.folder(),
        participants: arguments.participants,
        seed: arguments.seed,
        listen: arguments.listen,
        ports: Ports::Fixed,
        fresh: arguments.fresh,
    };
    output.note(format!(
        "making the demonstration in {} ...",
        options.folder.path().display()
    ));
    let mut progress = Progress::new(output, "participants", Some(options.participants));
    let figures = Some(start_figures()?);
    let demo = Box::pin(Demo::start(options, figures, stop, |made| progress.at(made))).await?;
    progress.clear();
    if demo.notes.participants != arguments.participants {
        output.note(format!(
            "going on with the {} that are there; --fresh begins anew",
            counted(demo.notes.participants, "participant", "participants")
        ));
    }
    output.answer(&demo.notes, words)?;
    demo.ended().await;
    traces.finish().await;
    Ok(())
}

/// No change of the configuration.
#[derive(serde::Serialize)]
struct Nothing {}

fn words(notes: &Notes) -> String {
    let mut accounts = Table::new(["USERNAME", "PASSWORD", "ROLE", "REGION"]);
    for account in &notes.accounts {
        accounts.add([
            account.username.clone(),
            account.password.clone(),
            account.role.to_string(),
            account.region.clone(),
        ]);
    }
    let operator = notes
        .account(Role::Operator)
        .map_or("meldkamer", |account| &account.username);
    let this = std::env::args().next().unwrap_or_else(|| "oproep".to_owned());
    format!(
        "\n{people} in Midden-Nederland. {NOTICE_EN}\n\n\
         control room {service}/console  sign in with a username below\n\
         participants {service}/  what everyone sees\n\
         API          {service}/api/v1/openapi.json\n\
         readiness    {service}/readyz\n\
         receivers    {receivers}  what telephones and mailboxes got\n\n\
         {accounts}\n\n\
         On the command line: {this} login {service} --username {operator}\n\
         A whole action, from start to outcome, in another terminal:\n\n    {this} demo action\n\n\
         Ctrl-C ends it; everything is kept for the next time.",
        people = counted(notes.participants, "participant", "participants"),
        service = notes.service,
        receivers = notes.receivers,
    )
}
