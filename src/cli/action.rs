//! `oproep action`: starting and leading a call-out by the public API.

use clap::Subcommand;

use super::{CliError, Common, Output, login};

mod area;
mod change;
mod checks;
mod close;
mod correct;
pub mod follow;
mod list;
pub mod named;
mod propose;
mod review;
pub mod show;
mod start;
pub mod texts;

use named::ActionName;

/// What is done with actions.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// Shows the latest actions in your territory.
    #[command(after_help = "Examples:\n  \
        oproep action list --state active\n  \
        oproep action list --waiting-for-approval\n  \
        oproep action list --kind missing_person --outcome direct_success --search Utrecht")]
    List(list::ListArguments),
    /// Shows one action with its waves and accounts.
    Show {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Counts who is reached, asks, and starts an action.
    Start(Box<start::StartArguments>),
    /// Starts a draft that is ready, for instance one that a second person approved.
    #[command(after_help = "Example:\n  oproep action start-draft 2026-00002 --follow")]
    StartDraft(start::StartDraftArguments),
    /// Asks a second person for a draft, or for an expansion or an update of a running action.
    Submit(review::SubmitArguments),
    /// Approves what somebody else made: exactly this, for this many participants.
    Approve(review::ApproveArguments),
    /// Gives back what was submitted, with a reason, to be made better.
    #[command(
        after_help = "Example:\n  oproep action return 2026-00002 --reason 'The area is the wrong town.'"
    )]
    Return(review::JudgeArguments),
    /// Refuses what was submitted, with a reason: it is never sent.
    #[command(after_help = "Example:\n  oproep action refuse 2026-00002 --reason 'The person was found.'")]
    Refuse(review::JudgeArguments),
    /// Takes the last call-out back as long as nothing left: nobody is told.
    #[command(after_help = "Example:\n  oproep action take-back 2026-00002")]
    TakeBack {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Ends the hold of the last call-out: it leaves now.
    #[command(after_help = "Example:\n  oproep action send-now 2026-00002")]
    SendNow {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Shows what the checks before sending find of an action.
    #[command(after_help = "Example:\n  oproep action checks 2026-00002")]
    Checks {
        /// The action, by its number or id.
        action: ActionName,
    },
    /// Proposes where to look for somebody, growing with time.
    ProposeArea(propose::ProposeArguments),
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
    /// Stops what is being sent, and tells everyone who was told that it was wrong.
    Correct(correct::CorrectArguments),
    /// Ends an action with an outcome, and tells everyone who was called on.
    Close(close::CloseArguments),
}

pub(super) async fn run(common: &Common, command: ActionCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        ActionCommand::List(arguments) => list::list(output, &client, arguments).await,
        ActionCommand::Show { action } => show::show(output, &client, action.find(&client).await?).await,
        ActionCommand::Start(arguments) => start::start(output, &client, *arguments).await,
        ActionCommand::StartDraft(arguments) => start::start_draft(output, &client, arguments).await,
        ActionCommand::Submit(arguments) => review::submit(output, &client, arguments).await,
        ActionCommand::Approve(arguments) => review::approve(output, &client, arguments).await,
        ActionCommand::Return(arguments) => review::send_back(output, &client, arguments).await,
        ActionCommand::Refuse(arguments) => review::refuse(output, &client, arguments).await,
        ActionCommand::TakeBack { action } => {
            review::take_back(output, &client, action.find(&client).await?).await
        }
        ActionCommand::SendNow { action } => {
            review::send_now(output, &client, action.find(&client).await?).await
        }
        ActionCommand::Checks { action } => checks::show(output, &client, action.find(&client).await?).await,
        ActionCommand::ProposeArea(arguments) => propose::propose(output, &client, arguments).await,
        ActionCommand::Correct(arguments) => correct::correct(output, &client, arguments).await,
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
