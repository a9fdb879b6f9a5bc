//! `oproep check-config`: what would run, without a secret.

use serde::Serialize;

use super::{CliError, Common, Output};
use crate::app::{keys, outlets, providers};
use crate::config::{Config, RealmConfig};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::domain::realm::Realm;

/// What would run.
#[derive(Debug, Serialize)]
struct Plan {
    realm: Realm,
    database: &'static str,
    keys: String,
    has_keys: bool,
    listen: String,
    operations_listen: Option<String>,
    public_url: String,
    dispatches: bool,
    channels: Vec<ChannelPlan>,
}

#[derive(Debug, Serialize)]
struct ChannelPlan {
    channel: Channel,
    /// The names of its providers; none where the channel is not used.
    providers: Vec<&'static str>,
    rate_per_s: Option<u32>,
    /// The names of its further accounts.
    further: Vec<String>,
}

pub(super) fn run(common: &Common) -> Result<(), CliError> {
    let config = Config::load(common.config.as_deref())?;
    // Reads the keys and certificates that the accounts name, and opens no connection.
    outlets::open(&config, &Clock::system(), &Random::from_os()).map_err(crate::app::AppError::from)?;
    let plan = plan(&config);
    Output::new(common).answer(&plan, words)?;
    Ok(())
}

fn plan(config: &Config) -> Plan {
    let push = &config.push;
    let channel = |channel, rate_per_s, providers: &[(&'static str, bool)]| ChannelPlan {
        channel,
        providers: providers
            .iter()
            .filter(|(_, there)| *there)
            .map(|(name, _)| *name)
            .collect(),
        rate_per_s,
        further: further(config, channel),
    };
    Plan {
        realm: config.realm(),
        database: if config.database.url.starts_with("sqlite:") {
            "SQLite"
        } else {
            "PostgreSQL"
        },
        keys: config.keys.folder.display().to_string(),
        has_keys: keys::is_present(&config.keys.folder),
        listen: config.server.listen.clone(),
        operations_listen: config.server.operations_listen.clone(),
        public_url: config.web.public_url.clone(),
        dispatches: config.dispatch.enabled,
        channels: vec![
            channel(
                Channel::App,
                config.pace.push.rate_per_s,
                &[
                    ("FCM", push.fcm.is_some()),
                    ("APNs", push.apns.is_some()),
                    ("Web Push", push.web_push.is_some()),
                ],
            ),
            channel(
                Channel::Sms,
                config.pace.sms.rate_per_s,
                &[
                    ("Kannel", config.sms.kannel.is_some()),
                    ("CM.com", config.sms.cm.is_some()),
                    ("Spryng", config.sms.spryng.is_some()),
                    ("Twilio", config.sms.twilio.is_some()),
                ],
            ),
            channel(
                Channel::Voice,
                config.pace.voice.rate_per_s,
                &[
                    ("CM.com", config.voice.cm.is_some()),
                    ("Twilio", config.voice.twilio.is_some()),
                ],
            ),
            channel(
                Channel::Email,
                config.pace.email.rate_per_s,
                &[("SMTP", config.email.is_some())],
            ),
        ],
    }
}

fn further(config: &Config, channel: Channel) -> Vec<String> {
    let first = ["push", "sms", "voice", "email"];
    let RealmConfig::Live(live) = config.by_realm() else {
        return Vec::new();
    };
    let accounts = providers::names(live);
    let names = accounts.of(channel).iter().map(|share| share.account.clone());
    names.filter(|name| !first.contains(&name.as_str())).collect()
}

fn words(plan: &Plan) -> String {
    let mut lines = vec![
        format!("realm       {}", plan.realm),
        format!("database    {}", plan.database),
        format!(
            "keys        {}{}",
            plan.keys,
            if plan.has_keys {
                ""
            } else {
                " (none: oproep keys create)"
            }
        ),
        format!("listens on  {}", plan.listen),
    ];
    lines.extend(
        plan.operations_listen
            .iter()
            .map(|address| format!("operations  {address}")),
    );
    lines.push(format!("reached at  {}", plan.public_url));
    lines.push(format!(
        "sends       {}",
        if plan.dispatches { "yes" } else { "no, workers do" }
    ));
    for one in &plan.channels {
        let name = one.channel.name();
        let rate = one
            .rate_per_s
            .map_or_else(|| "no limit".to_owned(), |rate| format!("{rate}/s"));
        lines.push(match one.providers.as_slice() {
            [] if plan.realm.is_training() => format!("{name:<12}the made-up population, {rate}"),
            [] => format!("{name:<12}not used: no provider is configured"),
            providers => {
                let further = one.further.iter().map(|name| format!(", and further {name}"));
                format!(
                    "{name:<12}{}, {rate}{}",
                    providers.join(" and "),
                    further.collect::<String>()
                )
            }
        });
    }
    lines.join("\n")
}
