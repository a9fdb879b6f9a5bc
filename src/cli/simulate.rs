//! `oproep simulate`: how long it would take, and what holds it up.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::figures::count;
use super::table::Table;
use super::{CliError, Common, Output};
use crate::capacity::figures::Source;
use crate::capacity::{Account, Answer, Database, Figures, Question, reckon};
use crate::config::Config;
use crate::domain::channel::Channel;

/// How many, with what.
#[derive(Debug, Args)]
#[command(
    after_help = "Quotas are those of the configuration ([pace]). The figures that it reckons with are those of \
    config/capacity.toml;\n--figures takes others, and --bench what `make bench` measured on your machine. It is a \
    model: try it on the\nreal thing before you promise anything.\n\n\
    Examples:\n  \
    oproep simulate\n  \
    oproep --config /etc/oproep.toml simulate --nodes 4 --participants 2000000\n  \
    oproep simulate --bench target/bench/results.json --sms-per-s 1000\n  \
    oproep --json simulate | jq '.cases[].answer.last_s'"
)]
pub struct SimulateArguments {
    /// How many are called on; more than once for several.
    #[arg(long, value_name = "COUNT", default_values_t = [300_000, 2_000_000, 18_000_000],
        value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    participants: Vec<u64>,
    /// How many machines send.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    nodes: u32,
    /// The database; that of the configuration when left out.
    #[arg(long, value_enum)]
    database: Option<DatabaseKind>,
    /// Of a hundred participants, how many are told by app, text message and e-mail.
    #[arg(long, value_name = "APP,SMS,EMAIL", value_delimiter = ',', default_values_t = [80.0, 15.0, 5.0])]
    shares: Vec<f64>,
    /// The app's quota; that of the configuration when left out.
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(1..))]
    app_per_s: Option<u32>,
    /// The quota of text messages.
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(1..))]
    sms_per_s: Option<u32>,
    /// The quota of e-mail.
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(1..))]
    email_per_s: Option<u32>,
    /// A file of figures, in the form of config/capacity.toml.
    #[arg(long, value_name = "FILE")]
    figures: Option<PathBuf>,
    /// What `make bench` wrote.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DatabaseKind {
    /// One machine.
    Sqlite,
    /// Many.
    Postgresql,
}

#[derive(Serialize)]
struct Simulated {
    nodes: u32,
    database: Database,
    source: Source,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    participants: u64,
    answer: Answer,
}

impl From<crate::capacity::CapacityError> for CliError {
    fn from(error: crate::capacity::CapacityError) -> Self {
        match error {
            crate::capacity::CapacityError::File { path, source } => Self::File { path, source },
            other => Self::Usage(other.to_string()),
        }
    }
}

pub(super) fn run(common: &Common, arguments: &SimulateArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    let config = Config::load(common.config.as_deref())?;
    let mut figures = match &arguments.figures {
        Some(file) => Figures::load(file)?,
        None => Figures::usual()?,
    };
    if let Some(bench) = &arguments.bench
        && figures.measured_by(bench)? == 0
    {
        output.note("no row of that file is reckoned with: all figures are those of the program");
    }
    let database = match arguments.database {
        Some(DatabaseKind::Sqlite) => Database::Sqlite,
        None if config.database.url.starts_with("sqlite:") => Database::Sqlite,
        Some(DatabaseKind::Postgresql) | None => Database::Postgresql,
    };
    if database == Database::Sqlite && arguments.nodes > 1 {
        return Err(CliError::Usage(
            "SQLite is for one machine: leave --nodes out, or add --database postgresql".to_owned(),
        ));
    }
    let shares = shares(&arguments.shares)?;
    let cases = arguments.participants.iter().map(|participants| {
        let question = Question {
            accounts: accounts(arguments, &config, *participants, shares),
            nodes: arguments.nodes,
            database,
        };
        Case {
            participants: *participants,
            answer: reckon(&figures, &question),
        }
    });
    let simulated = Simulated {
        nodes: arguments.nodes,
        database,
        cases: cases.collect(),
        source: figures.source.clone(),
    };
    output.answer(&simulated, words)?;
    Ok(())
}

fn shares(given: &[f64]) -> Result<[f64; 3], CliError> {
    let [app, sms, email] = given else {
        return Err(CliError::Usage(
            "--shares takes three numbers: app,sms,email".to_owned(),
        ));
    };
    let sum = app + sms + email;
    if [app, sms, email].into_iter().any(|share| *share < 0.0) || sum <= 0.0 {
        return Err(CliError::Usage(
            "--shares takes numbers from 0 up, not all of them 0".to_owned(),
        ));
    }
    Ok([app / sum, sms / sum, email / sum])
}

fn accounts(
    arguments: &SimulateArguments,
    config: &Config,
    participants: u64,
    shares: [f64; 3],
) -> Vec<Account> {
    let of = [
        (Channel::App, arguments.app_per_s, config.pace.push),
        (Channel::Sms, arguments.sms_per_s, config.pace.sms),
        (Channel::Email, arguments.email_per_s, config.pace.email),
    ];
    of.into_iter()
        .zip(shares)
        .map(|((channel, asked, pace), share)| Account {
            channel,
            recipients: (participants as f64 * share).round(),
            rate_per_s: asked.or(pace.rate_per_s).map(f64::from),
            burst: f64::from(pace.burst),
        })
        .collect()
}

fn words(simulated: &Simulated) -> String {
    let mut table = Table::new([
        "PARTICIPANTS",
        "CHANNEL",
        "RECIPIENTS",
        "LAST AFTER",
        "HELD UP BY",
    ]);
    for case in &simulated.cases {
        for channel in &case.answer.channels {
            table.add([
                count(case.participants),
                channel.channel.to_string(),
                count(channel.recipients),
                time(channel.last_s),
                channel.limit.map_or("nothing", |limit| limit.name()).to_owned(),
            ]);
        }
        table.add([
            count(case.participants),
            "all".to_owned(),
            count(case.participants),
            time(case.answer.last_s),
            String::new(),
        ]);
    }
    let source = &simulated.source;
    let database = match simulated.database {
        Database::Sqlite => "SQLite",
        Database::Postgresql => "PostgreSQL",
    };
    format!(
        "{table}\n\n{} sending over {database}. Reckoned with: {}; {}; {}.",
        super::figures::counted(u64::from(simulated.nodes), "machine", "machines"),
        source.what,
        source.machine,
        source.measured_at
    )
}

/// A time as people say it.
fn time(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time in whole seconds"
    )]
    let whole = seconds.round() as u64;
    match whole {
        0..120 => format!("{seconds:.1} s"),
        120..7200 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}
