//! `oproep action submit`, `approve`, `return`, `refuse`, `take-back` and `send-now`.

use clap::Args;

use super::area::AreaArguments;
use super::named::ActionName;
use super::show;
use super::start::submitted_words;
use super::texts::TextArguments;
use crate::cli::figures::count;
use crate::cli::{CliError, Output, ask};
use crate::client::{Action, Client, Submission};
use crate::domain::id::ActionId;

/// Which action, and for a running one what a second person is asked for.
#[derive(Debug, Args)]
#[command(
    after_help = "Without more it submits a draft as it is. For a running action give the other area, or the new texts.\n\n\
    Examples:\n  \
    oproep action submit 2026-00002\n  \
    oproep action submit 2026-00002 --centre 5.1214,52.0907 --radius 12000\n  \
    oproep action submit 2026-00002 --title 'Aanvulling' --body '...' --title-en 'Update' --body-en '...'"
)]
pub struct SubmitArguments {
    /// The action, by its number or id.
    action: ActionName,
    #[command(flatten)]
    area: Option<AreaArguments>,
    #[command(flatten)]
    texts: TextArguments,
}

/// Which action, and how many.
#[derive(Debug, Args)]
#[command(
    after_help = "Shows what waits, and approves when you type how many participants it goes to.\n\n\
    Examples:\n  \
    oproep action approve 2026-00002\n  \
    oproep action approve 2026-00002 --audience 31250"
)]
pub struct ApproveArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// How many participants you read that it goes to; asked for when left out.
    #[arg(long)]
    audience: Option<u64>,
}

/// Which action, and why.
#[derive(Debug, Args)]
pub struct JudgeArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// Why, for whoever submitted it.
    #[arg(long)]
    reason: String,
}

pub(super) async fn submit(
    output: Output,
    client: &Client,
    arguments: SubmitArguments,
) -> Result<(), CliError> {
    let submission = match (arguments.area, arguments.texts.read()) {
        (None, None) => Submission::Start,
        (Some(area), None) => Submission::Expansion(area.read(client).await?),
        (None, Some(texts)) => Submission::Update(texts),
        (Some(_), Some(_)) => return Err(CliError::Usage("give an area or texts, not both".to_owned())),
    };
    let action = client.action(arguments.action.find(client).await?).await?;
    let submitted = client
        .submit_action(action.id, action.version, &submission)
        .await?;
    output.answer(&submitted, submitted_words)?;
    Ok(())
}

pub(super) async fn approve(
    output: Output,
    client: &Client,
    arguments: ApproveArguments,
) -> Result<(), CliError> {
    let action = client.action(arguments.action.find(client).await?).await?;
    let audience = match arguments.audience {
        Some(audience) => audience,
        None => read_and_meant(output, &action)?,
    };
    let approved = client.approve_action(action.id, action.version, audience).await?;
    output.answer(&approved, |action| {
        format!("approved {} for {}", action.number, count(audience))
    })?;
    Ok(())
}

/// Shows what waits, and asks for the number itself: whoever types it has read it.
fn read_and_meant(output: Output, action: &Action) -> Result<u64, CliError> {
    let review = action.proposal.as_ref().map(|proposal| &proposal.review);
    let waits = review
        .or(action.review.as_ref())
        .and_then(|review| review.audience);
    let audience =
        waits.ok_or_else(|| CliError::Refused(format!("nothing of {} waits for approval", action.number)))?;
    match action.proposal.as_ref() {
        Some(proposal) => {
            output.note(format!("{} of {}", proposal.wave.name(), action.number));
            output.note(show::texts(proposal.texts.as_ref().unwrap_or(&action.texts)));
        }
        None => output.note(show::texts(&action.texts)),
    }
    let area = match &action.proposal {
        Some(proposal) => proposal
            .area
            .as_ref()
            .and_then(|area| serde_json::to_string(area).ok()),
        None => action.more.get("area").map(ToString::to_string),
    };
    if let Some(area) = area {
        output.note(format!("area: {area}"));
    }
    let question = format!(
        "To approve that {} are called on, type {audience}:",
        count(audience)
    );
    if ask::confirm(&question, &audience.to_string())? {
        Ok(audience)
    } else {
        Err(CliError::Failed(
            "not approved: the number was not typed".to_owned(),
        ))
    }
}

pub(super) async fn send_back(
    output: Output,
    client: &Client,
    arguments: JudgeArguments,
) -> Result<(), CliError> {
    let action = client.action(arguments.action.find(client).await?).await?;
    let returned = client
        .return_action(action.id, action.version, &arguments.reason)
        .await?;
    output.answer(&returned, |action| format!("returned {}", action.number))?;
    Ok(())
}

pub(super) async fn refuse(
    output: Output,
    client: &Client,
    arguments: JudgeArguments,
) -> Result<(), CliError> {
    let action = client.action(arguments.action.find(client).await?).await?;
    let refused = client
        .refuse_action(action.id, action.version, &arguments.reason)
        .await?;
    output.answer(&refused, |action| {
        format!("refused {}: it is never sent", action.number)
    })?;
    Ok(())
}

pub(super) async fn take_back(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let version = client.action(id).await?.version;
    let action = client.take_back_action(id, version).await?;
    output.answer(&action, |action| {
        format!(
            "took {} back: nobody was told; it is {}",
            action.number, action.state
        )
    })?;
    Ok(())
}

pub(super) async fn send_now(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let version = client.action(id).await?.version;
    let action = client.send_action_now(id, version).await?;
    output.answer(&action, |action| format!("{} leaves now", action.number))?;
    Ok(())
}
