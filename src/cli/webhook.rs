//! `oproep webhook`: other systems that hear what happens, on the machine itself.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::arguments::{RegionKey, moment};
use super::table::Table;
use super::{CliError, Common, Output, machine};
use crate::config::Config;
use crate::desk::webhooks::{Again, DeliveryView, NewWebhook, WebhookChange};
use crate::desk::{Desk, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::event::EventKind;
use crate::domain::id::{WebhookDeliveryId, WebhookId};
use crate::storage::webhooks::Webhook;
use crate::storage::webhooks::deliveries::DeliveryState;
use crate::webhooks::address::AddressRules;
use crate::webhooks::payload::{TEST, offered};
use crate::webhooks::signing::Scheme;

/// How long the answer to a test is waited for.
const TEST_WITHIN: Duration = Duration::from_secs(45);
/// How often it is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How many calls the log shows.
const LOG_LINES: u32 = 20;

/// What is done with them.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Registers a system; the key that it checks signatures with is shown once.
    Add(AddArguments),
    /// Shows all systems.
    List,
    /// Makes a call that tells of nothing, and waits for its answer: a service must be running.
    #[command(after_help = "Example:\n  oproep webhook test 0198c5d9-...")]
    Test {
        /// The system's id.
        webhook: WebhookId,
    },
    /// Shows the latest calls of a system with their last attempt.
    Log {
        /// The system's id.
        webhook: WebhookId,
    },
    /// Makes calls again: one, or of everything since a moment.
    Replay(ReplayArguments),
    /// Gives a system another key, shown once; for a day calls are signed with both.
    Rotate {
        /// The system's id.
        webhook: WebhookId,
    },
    /// Puts a system into use again: it hears what happens from then on.
    Enable {
        /// The system's id.
        webhook: WebhookId,
    },
    /// Puts a system out of use.
    Disable {
        /// The system's id.
        webhook: WebhookId,
    },
    /// Forgets a system with the log of its calls.
    Remove {
        /// The system's id.
        webhook: WebhookId,
    },
}

/// Which system, and of what it hears.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep webhook add https://gms.example/hooks/oproep --name Meldkamersysteem\n  \
    oproep webhook add https://map.example/oproep --name Kaart --kinds action.started,action.closed \\\n      \
    --region municipality:Zeist --scheme key-pair")]
pub struct AddArguments {
    /// Where it is called: an https address that the internet reaches.
    url: String,
    /// What people call it.
    #[arg(long)]
    name: String,
    /// It hears of this region and those inside it; of the whole territory when left out.
    #[arg(long, value_name = "KIND:CODE")]
    region: Option<RegionKey>,
    /// Of what it hears; of everything when left out.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    kinds: Vec<EventKind>,
    /// How its calls are signed.
    #[arg(long, value_enum, default_value = "shared")]
    scheme: SchemeName,
}

/// How calls are signed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SchemeName {
    /// With a secret that both sides know.
    Shared,
    /// With a key pair of which the other side knows the public half.
    KeyPair,
}

/// Which calls.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep webhook replay 0198c5d9-... --since 2026-11-26T08:00:00Z\n  \
    oproep webhook replay 0198c5d9-... --delivery 0198c5da-...")]
pub struct ReplayArguments {
    /// The system's id.
    webhook: WebhookId,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Of everything that happened since this moment (RFC 3339).
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    since: Option<Timestamp>,
    /// One of the log.
    #[arg(long)]
    delivery: Option<WebhookDeliveryId>,
}

fn kind(name: &str) -> Result<EventKind, String> {
    let names = || offered().map(EventKind::name).collect::<Vec<_>>().join(", ");
    EventKind::parse(name).ok_or_else(|| format!("choose from {}", names()))
}

pub(super) async fn run(common: &Common, command: WebhookCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let config = Config::load(common.config.as_deref())?;
    let rules = AddressRules {
        allow_loopback: config.web.webhooks.allow_loopback,
    };
    let (desk, scope) = machine::desk(common).await?;
    match command {
        WebhookCommand::Add(arguments) => add(output, &desk, &scope, arguments, rules).await,
        WebhookCommand::List => {
            let webhooks = desk.list_webhooks(&scope).await?;
            let answer: Vec<_> = webhooks.iter().map(as_json).collect();
            Ok(output.answer(&answer, |_| list(&webhooks))?)
        }
        WebhookCommand::Test { webhook } => test(output, &desk, &scope, webhook).await,
        WebhookCommand::Log { webhook } => {
            let page = desk.webhook_deliveries(&scope, webhook, None, LOG_LINES).await?;
            let answer: Vec<_> = page.deliveries.iter().map(delivery_json).collect();
            Ok(output.answer(&answer, |_| log(&page.deliveries))?)
        }
        WebhookCommand::Replay(ReplayArguments { webhook, which }) => {
            let again = match (which.delivery, which.since) {
                (Some(delivery), _) => Again::One(delivery),
                // One of them is there; clap sees to it.
                (None, since) => Again::Since(since.unwrap_or_default()),
            };
            let count = desk.replay_webhook(&scope, webhook, again).await?;
            Ok(output.answer(&json!({ "count": count }), |_| {
                format!("{count} calls are made again")
            })?)
        }
        WebhookCommand::Rotate { webhook } => {
            let key = desk.rotate_webhook_key(&scope, webhook, None).await?;
            Ok(output.answer(&json!({ "id": webhook, "key": key }), |_| {
                format!("the new key is {key} (shown this once); the one before signs beside it for a day")
            })?)
        }
        WebhookCommand::Enable { webhook } => set(output, &desk, &scope, webhook, true, rules).await,
        WebhookCommand::Disable { webhook } => set(output, &desk, &scope, webhook, false, rules).await,
        WebhookCommand::Remove { webhook } => {
            desk.remove_webhook(&scope, webhook).await?;
            Ok(output.answer(&json!({ "id": webhook }), |_| {
                "it hears nothing any more".to_owned()
            })?)
        }
    }
}

async fn add(
    output: Output,
    desk: &Desk,
    scope: &Scope,
    arguments: AddArguments,
    rules: AddressRules,
) -> Result<(), CliError> {
    let territory = desk.directory().territory();
    let region = arguments
        .region
        .map(|key| key.find(&territory).map(|region| region.id));
    let new = NewWebhook {
        url: arguments.url,
        name: arguments.name,
        region: region.transpose()?,
        kinds: arguments.kinds,
        scheme: match arguments.scheme {
            SchemeName::Shared => Scheme::Shared,
            SchemeName::KeyPair => Scheme::KeyPair,
        },
    };
    let (webhook, key) = desk.create_webhook(scope, new, rules).await?;
    let mut answer = as_json(&webhook);
    answer["key"] = json!(key);
    output.answer(&answer, |_| {
        format!(
            "{} is registered as {}; it checks signatures with {key} (shown this once)",
            webhook.address.name, webhook.id
        )
    })?;
    Ok(())
}

async fn set(
    output: Output,
    desk: &Desk,
    scope: &Scope,
    id: WebhookId,
    is_enabled: bool,
    rules: AddressRules,
) -> Result<(), CliError> {
    let change = WebhookChange {
        is_enabled: Some(is_enabled),
        ..WebhookChange::default()
    };
    let changed = desk.change_webhook(scope, id, change, rules).await?;
    output.answer(&as_json(&changed), |_| {
        let state = if is_enabled { "in use" } else { "out of use" };
        format!("{} is {state}", changed.address.name)
    })?;
    Ok(())
}

/// Asks for a test and waits until the running service made it.
async fn test(output: Output, desk: &Desk, scope: &Scope, id: WebhookId) -> Result<(), CliError> {
    let delivery = desk.test_webhook(scope, id).await?;
    output.note("waiting for the running service to make the call");
    let tried = async {
        loop {
            let view = desk.webhook_delivery(scope, id, delivery).await?;
            if !view.attempts.is_empty() {
                return Ok::<_, CliError>(view);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let view = tokio::time::timeout(TEST_WITHIN, tried).await.map_err(|_| {
        CliError::Failed(
            "no service made the call: is `oproep serve` running, with web.webhooks.enabled?".to_owned(),
        )
    })??;
    output.answer(&delivery_json(&view), |_| log(std::slice::from_ref(&view)))?;
    if view.delivery.state == DeliveryState::Delivered {
        Ok(())
    } else {
        Err(CliError::Failed(
            "the call was not taken: see the log above".to_owned(),
        ))
    }
}

fn as_json(webhook: &Webhook) -> serde_json::Value {
    json!({
        "id": webhook.id, "name": webhook.address.name, "url": webhook.address.url, "region": webhook.region,
        "kinds": webhook.kinds, "created_at": webhook.created_at, "failing_since": webhook.failing_since,
        "disabled_at": webhook.disabled_at, "disabled_reason": webhook.disabled_reason,
    })
}

fn delivery_json(view: &DeliveryView) -> serde_json::Value {
    let attempts: Vec<_> = view
        .attempts
        .iter()
        .map(|attempt| {
            json!({
                "started_at": attempt.started_at, "took_ms": attempt.took_ms, "status": attempt.status,
                "failure": attempt.failure,
            })
        })
        .collect();
    json!({
        "id": view.delivery.id, "event": view.delivery.event, "type": kind_name(view),
        "state": view.delivery.state, "created_at": view.delivery.created_at,
        "next_at": view.delivery.next_at, "done_at": view.delivery.done_at, "attempts": attempts,
    })
}

fn kind_name(view: &DeliveryView) -> &'static str {
    view.kind.map_or(TEST, EventKind::name)
}

fn list(webhooks: &[Webhook]) -> String {
    if webhooks.is_empty() {
        return "no system hears what happens: register one with `oproep webhook add`".to_owned();
    }
    let mut table = Table::new(["NAME", "STATE", "HEARS", "ID"]);
    for webhook in webhooks {
        let state = match (&webhook.disabled_reason, webhook.failing_since) {
            (Some(reason), _) => format!("out of use ({reason})"),
            (None, Some(since)) => format!("failing since {}", shown(since)),
            (None, None) => "in use".to_owned(),
        };
        let kinds = format!("{} kinds", webhook.kinds.len());
        table.add([webhook.address.name.clone(), state, kinds, webhook.id.to_string()]);
    }
    table.to_string()
}

fn log(deliveries: &[DeliveryView]) -> String {
    if deliveries.is_empty() {
        return "no call was made yet".to_owned();
    }
    let mut table = Table::new(["MADE", "TYPE", "STATE", "TRIED", "LAST ANSWER", "ID"]);
    for view in deliveries {
        let last = view.attempts.first().map_or_else(
            || "-".to_owned(),
            |attempt| {
                let status = attempt
                    .status
                    .map_or_else(|| "none".to_owned(), |status| status.to_string());
                let failure = attempt.failure.as_deref().unwrap_or("taken");
                format!("{status}, {failure}, {} ms", attempt.took_ms)
            },
        );
        table.add([
            shown(view.delivery.created_at),
            kind_name(view).to_owned(),
            view.delivery.state.name().to_owned(),
            view.delivery.attempts.to_string(),
            last,
            view.delivery.id.to_string(),
        ]);
    }
    table.to_string()
}

fn shown(moment: Timestamp) -> String {
    dutch_time(moment).format("%Y-%m-%d %H:%M:%S").to_string()
}
