//! `oproep action`: starting and leading a call-out by the public API.

use clap::Subcommand;

use super::{CliError, Common, Output, login};
use crate::domain::action::Phase;

mod area;
mod change;
mod close;
pub mod follow;
pub mod named;
pub mod show;
mod start;
mod texts;

use named::ActionName;

/// What is done with actions.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// Shows the latest actions in your territory.
    #[command(after_help = "Example:\n  oproep action list --state active")]
    List {
        /// Only actions in this state.
        #[arg(long, value_parser = phase)]
        state: Option<Phase>,
        /// How many at most.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Shows one action with its waves and accounts.
    Show {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Counts who is reached, asks, and starts an action.
    Start(Box<start::StartArguments>),
    /// Follows what is being sent until it is finished.
    #[command(after_help = "Examples:\n  \
        oproep action follow 2026-00002\n  \
        oproep --json action follow 2026-00002 | jq .kind")]
    Follow {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Calls on those in a larger area who were not called on yet.
    Expand(change::ExpandArguments),
    /// Tells everyone who was called on something new.
    Update(change::UpdateArguments),
    /// Holds what is being sent; it can go on where it was.
    Pause {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Lets what was held go on.
    Resume {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Stops what is being sent, for good, and says who was reached. The action stays open.
    Stop(change::StopArguments),
    /// Ends an action with an outcome, and tells everyone who was called on.
    Close(close::CloseArguments),
}

fn phase(name: &str) -> Result<Phase, String> {
    Phase::parse(name).ok_or_else(|| {
        let names: Vec<_> = Phase::ALL.into_iter().map(Phase::name).collect();
        format!("there is no such state: use {}", names.join(", "))
    })
}

pub(super) async fn run(common: &Common, command: ActionCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        ActionCommand::List { state, limit } => show::list(output, &client, state, limit).await,
        ActionCommand::Show { action } => show::show(output, &client, action.find(&client).await?).await,
        ActionCommand::Start(arguments) => start::start(output, &client, *arguments).await,
        ActionCommand::Follow { action } => {
            let action = action.find(&client).await?;
            follow::follow(output, &client, action).await.map(drop)
        }
        ActionCommand::Expand(arguments) => change::expand(output, &client, arguments).await,
        ActionCommand::Update(arguments) => change::update(output, &client, arguments).await,
        ActionCommand::Pause { action } => change::pause(output, &client, action.find(&client).await?).await,
        ActionCommand::Resume { action } => {
            change::resume(output, &client, action.find(&client).await?).await
        }
        ActionCommand::Stop(arguments) => change::stop(output, &client, arguments).await,
        ActionCommand::Close(arguments) => close::close(output, &client, arguments).await,
    }
}
