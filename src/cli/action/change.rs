//! `oproep action expand`, `update`, `pause`, `resume` and `stop`.

use clap::Args;

use super::area::{self, AreaArguments};
use super::checks::ConfirmArguments;
use super::named::ActionName;
use super::start::reached;
use super::texts::TextArguments;
use crate::cli::figures::{count, counted};
use crate::cli::{CliError, Output, ask};
use crate::client::{Action, Client, ReachQuestion, Started};
use crate::domain::area::Area;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;

/// Which action, and where else.
#[derive(Debug, Args)]
#[command(group = area::required())]
#[command(after_help = "Example:\n  oproep action expand 2026-00002 --centre 5.1214,52.0907 --radius 8000")]
pub struct ExpandArguments {
    /// The action, by its number or id.
    action: ActionName,
    #[command(flatten)]
    area: AreaArguments,
    /// Does it without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

/// Which action, and what is new.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  oproep action update 2026-00002 --title 'Aanvulling' --body '...' \\\n      \
    --title-en 'Update' --body-en '...'"
)]
pub struct UpdateArguments {
    /// The action, by its number or id.
    action: ActionName,
    #[command(flatten)]
    texts: TextArguments,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

/// Which action.
#[derive(Debug, Args)]
pub struct StopArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// Stops without asking.
    #[arg(long, short)]
    yes: bool,
}

pub(super) async fn expand(
    output: Output,
    client: &Client,
    arguments: ExpandArguments,
) -> Result<(), CliError> {
    let area = arguments.area.read(client).await?;
    let action = client.action(arguments.action.find(client).await?).await?;
    if !arguments.yes {
        let question = ReachQuestion {
            kind: action.kind,
            area: area.clone(),
            channels: None,
        };
        let reach = client.reach(&question).await?;
        output.note(format!(
            "the new area {}; who was called on before is left out",
            reached(&reach)
        ));
        if !ask::confirm("To call on the others, type yes:", "yes")? {
            return Err(CliError::Failed("not expanded: yes was not typed".to_owned()));
        }
    }
    send_expansion(output, client, &action, &area, &arguments.confirm, !arguments.yes).await
}

/// Checks an expansion, and sends it.
pub(super) async fn send_expansion(
    output: Output,
    client: &Client,
    action: &Action,
    area: &Area,
    confirm: &ConfirmArguments,
    may_ask: bool,
) -> Result<(), CliError> {
    let checks = client
        .checks_of(action.id, WaveKind::Expansion, None, Some(area))
        .await?;
    let confirmed = confirm.settle(output, &checks, may_ask)?;
    let started = client
        .expand_action(action.id, action.version, area, &confirmed)
        .await?;
    output.answer(&started, |started| sent("expanded", started))?;
    Ok(())
}

pub(super) async fn update(
    output: Output,
    client: &Client,
    arguments: UpdateArguments,
) -> Result<(), CliError> {
    let texts = arguments.texts.read().ok_or_else(|| {
        CliError::Usage("say what is new: --title, --body, --title-en and --body-en".to_owned())
    })?;
    let action = client.action(arguments.action.find(client).await?).await?;
    let checks = client
        .checks_of(action.id, WaveKind::Update, Some(&texts), None)
        .await?;
    let confirmed = arguments.confirm.settle(output, &checks, true)?;
    let started = client
        .update_action(action.id, action.version, &texts, &confirmed)
        .await?;
    output.answer(&started, |started| sent("updated", started))?;
    Ok(())
}

pub(super) async fn pause(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let version = client.action(id).await?.version;
    let action = client.pause_action(id, version).await?;
    output.answer(&action, |action| {
        format!("paused {0}: go on with `oproep action resume {0}`", action.number)
    })?;
    Ok(())
}

pub(super) async fn resume(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let version = client.action(id).await?.version;
    let action = client.resume_action(id, version).await?;
    output.answer(&action, |action| format!("{} goes on", action.number))?;
    Ok(())
}

pub(super) async fn stop(output: Output, client: &Client, arguments: StopArguments) -> Result<(), CliError> {
    let id = arguments.action.find(client).await?;
    if !arguments.yes {
        let sum = client.action(id).await?.accounting;
        let question = format!(
            "{} of {} were reached. To stop sending to the others for good, type stop:",
            count(sum.reached()),
            count(sum.audience)
        );
        if !ask::confirm(&question, "stop")? {
            return Err(CliError::Failed("not stopped: stop was not typed".to_owned()));
        }
    }
    let action = client.stop_action(id).await?;
    output.answer(&action, |action| {
        let sum = action.accounting;
        format!(
            "stopped {}: {} of {} were reached, {} are being settled; the action stays open until it is closed",
            action.number,
            count(sum.reached()),
            count(sum.audience),
            count(sum.queued)
        )
    })?;
    Ok(())
}

fn sent(what: &str, started: &Started) -> String {
    let people = counted(started.audience, "participant", "participants");
    format!("{what} {} for {people}", started.action.number)
}
