//! `oproep action start`: a draft, its reach, a question, and then the start.

use std::fmt::Write;
use std::time::Duration;

use clap::Args;

use super::area::{self, AreaArguments};
use super::checks::ConfirmArguments;
use super::follow;
use super::named::ActionName;
use super::show;
use super::texts::TextArguments;
use crate::cli::arguments::{duration, moment};
use crate::cli::figures::{count, counted};
use crate::cli::{CliError, Output, ask};
use crate::client::{Action, Client, Reach, ReachQuestion, Started, Submission, Submitted};
use crate::domain::action::{ActionKind, Age, Description, DraftInput, LastSeen, Person, Words};
use crate::domain::channel::Channel;
use crate::domain::check::CheckCode;
use crate::domain::clock::Timestamp;

/// What an action says, and where.
#[derive(Debug, Args)]
#[command(group = area::required())]
#[command(
    after_help = "Shows the message and who is reached by which channel, and starts when you type that \
    number. The texts follow from the fields unless you write them yourself.\n\n\
    Examples:\n  \
    oproep action start --kind missing_person --centre 5.1214,52.0907 --radius 3000 \\\n      \
    --age 78 --place 'Stationsplein, Utrecht' --seen 2026-11-23T14:00:00Z --expires 6h\n  \
    oproep action start --kind witness_call --region municipality:Zeist --title 'Getuigen gezocht' \\\n      \
    --body '...' --title-en 'Witnesses wanted' --body-en '...' --yes\n\n\
    Kinds:\n  missing_person, missing_child_regional, missing_child_national, burglary, robbery, theft, assault,\n  \
    hit_and_run, dangerous_situation, other, wanted_person, witness_call, unknown_person, stolen_vehicle,\n  \
    lost_or_found"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word that is typed or not"
)]
pub struct StartArguments {
    /// What it is about.
    #[arg(long)]
    kind: ActionKind,
    #[command(flatten)]
    area: AreaArguments,
    #[command(flatten)]
    texts: TextArguments,
    /// The age of the person to look out for.
    #[arg(long, conflicts_with = "title", value_parser = clap::value_parser!(u8).range(0..=120))]
    age: Option<u8>,
    /// The name by which a missing person answers.
    #[arg(long, conflicts_with = "title")]
    name: Option<String>,
    /// Where last seen, in words.
    #[arg(long, conflicts_with = "title")]
    place: Option<String>,
    /// When last seen (RFC 3339).
    #[arg(long, value_name = "MOMENT", conflicts_with = "title", value_parser = moment)]
    seen: Option<Timestamp>,
    /// Which way, as it follows "richting".
    #[arg(long, conflicts_with = "title")]
    direction: Option<String>,
    /// What else to look for, in whole sentences, in Dutch.
    #[arg(long, value_name = "TEXT", conflicts_with = "title")]
    details: Option<String>,
    /// The same in English.
    #[arg(long, value_name = "TEXT", requires = "details")]
    details_en: Option<String>,
    /// The channels, for instance app,email; those of the kind when left out.
    #[arg(long, value_delimiter = ',')]
    channels: Vec<Channel>,
    /// When it ends by itself, for instance 3h; as long as the kind has it when left out.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    expires: Option<Duration>,
    /// Whether everyone may read it, in the public feeds; by its kind when left out.
    #[arg(long, value_name = "true|false")]
    public: Option<bool>,
    /// Sends a text message to whoever got a push and was not heard of this long, for instance 90s.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    fallback: Option<Duration>,
    /// When the control room was asked for it (RFC 3339).
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    requested: Option<Timestamp>,
    /// Says that it is meant as an exercise; a live service refuses it and says where to go.
    #[arg(long)]
    training: bool,
    /// Starts without asking.
    #[arg(long, short)]
    yes: bool,
    /// Why to start it even over a limit; it is kept, and somebody else is told.
    #[arg(long, value_name = "REASON")]
    over_limit: Option<String>,
    /// Asks a second person to approve it, instead of starting it.
    #[arg(long, conflicts_with_all = ["follow", "over_limit"])]
    submit: bool,
    /// Follows what is sent until it is finished.
    #[arg(long, short)]
    follow: bool,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

impl StartArguments {
    fn description(&mut self) -> Description {
        let person = Person {
            name: self.name.take(),
            age: self.age.map(|age| Age { from: age, to: None }),
            ..Person::default()
        };
        let seen = LastSeen {
            place: self.place.take().unwrap_or_default(),
            point: self.area.centre(),
            at: self.seen,
        };
        let has_seen = !seen.place.is_empty() || seen.at.is_some();
        Description {
            persons: if person == Person::default() {
                Vec::new()
            } else {
                vec![person]
            },
            last_seen: has_seen.then_some(seen),
            direction: self.direction.take(),
            details: self.details.take().map(|nl| Words {
                nl,
                en: self.details_en.take(),
            }),
            ..Description::default()
        }
    }
}

pub(super) async fn start(
    output: Output,
    client: &Client,
    mut arguments: StartArguments,
) -> Result<(), CliError> {
    let area = arguments.area.read(client).await?;
    let mut draft = DraftInput::new(arguments.kind);
    draft.description = arguments.description();
    draft.origin = arguments.area.centre();
    draft.channels = (!arguments.channels.is_empty()).then(|| arguments.channels.iter().copied().collect());
    draft.expires_after_s = arguments.expires.map(|expires| expires.as_secs());
    draft.fallback_after_s = arguments.fallback.map(|fallback| fallback.as_secs());
    draft.requested_at = arguments.requested;
    draft.is_public = arguments.public;
    draft.training = arguments.training.then_some(true);
    draft.texts = arguments.texts.read();
    draft.area = Some(area.clone());

    let question = ReachQuestion {
        kind: draft.kind,
        area,
        channels: draft.channels,
    };
    let reach = client.reach(&question).await?;
    if reach.total == 0 {
        return Err(CliError::Refused(
            "nobody in this area would be reached: choose a larger area or more channels".to_owned(),
        ));
    }
    let action = client.create_action(&draft).await?;
    output.note(show::texts(&action.texts));
    output.note(reached(&reach));
    let checks = client.checks(action.id).await?;
    let settled = match arguments.confirm.settle(output, &checks, !arguments.yes) {
        Ok(_) if !arguments.yes && !is_meant(&reach)? => Err(CliError::Failed(
            "not started: the number was not typed".to_owned(),
        )),
        settled => settled,
    };
    let confirmed = match settled {
        Ok(confirmed) => confirmed,
        Err(error) => {
            client.withdraw_action(action.id, action.version).await?;
            return Err(error);
        }
    };
    if arguments.submit {
        let submitted = client
            .submit_action(action.id, action.version, &Submission::Start)
            .await?;
        output.answer(&submitted, submitted_words)?;
        return Ok(());
    }
    let terms = Terms {
        over_limit: arguments.over_limit.as_deref(),
        confirmed: &confirmed,
        follow: arguments.follow,
    };
    begin(output, client, &action, &terms).await
}

/// Which draft.
#[derive(Debug, Args)]
pub struct StartDraftArguments {
    /// The action, by its number or id.
    action: ActionName,
    /// Starts without asking.
    #[arg(long, short)]
    yes: bool,
    /// Why to start it even over a limit; it is kept, and somebody else is told.
    #[arg(long, value_name = "REASON")]
    over_limit: Option<String>,
    /// Follows what is sent until it is finished.
    #[arg(long, short)]
    follow: bool,
    #[command(flatten)]
    confirm: ConfirmArguments,
}

/// On what a start goes out.
struct Terms<'a> {
    over_limit: Option<&'a str>,
    confirmed: &'a [CheckCode],
    follow: bool,
}

pub(super) async fn start_draft(
    output: Output,
    client: &Client,
    arguments: StartDraftArguments,
) -> Result<(), CliError> {
    let action = client.action(arguments.action.find(client).await?).await?;
    if !arguments.yes {
        let area = action.more.get("area").cloned().unwrap_or_default();
        let area = serde_json::from_value(area)
            .map_err(|_| CliError::Refused(format!("{} has no area yet", action.number)))?;
        let channels = action.more.get("channels").cloned().unwrap_or_default();
        let question = ReachQuestion {
            kind: action.kind,
            area,
            channels: serde_json::from_value(channels).ok(),
        };
        let reach = client.reach(&question).await?;
        output.note(show::texts(&action.texts));
        output.note(reached(&reach));
        if !is_meant(&reach)? {
            return Err(CliError::Failed(
                "not started: the number was not typed".to_owned(),
            ));
        }
    }
    let checks = client.checks(action.id).await?;
    let confirmed = arguments.confirm.settle(output, &checks, !arguments.yes)?;
    let terms = Terms {
        over_limit: arguments.over_limit.as_deref(),
        confirmed: &confirmed,
        follow: arguments.follow,
    };
    begin(output, client, &action, &terms).await
}

async fn begin(output: Output, client: &Client, action: &Action, terms: &Terms<'_>) -> Result<(), CliError> {
    let started = client
        .start_action_on(action.id, action.version, terms.over_limit, terms.confirmed)
        .await;
    let started = match started {
        Err(error)
            if error
                .problem()
                .is_some_and(|problem| problem.is("needs_approval")) =>
        {
            return Err(CliError::Refused(format!(
                "{error}\nthe draft is kept: oproep action submit {}",
                action.number
            )));
        }
        started => started?,
    };
    output.answer(&started, |started| words(action, started))?;
    if terms.follow {
        follow::follow(output, client, action.id).await?;
    }
    Ok(())
}

/// What was submitted, and what comes next.
pub(super) fn submitted_words(submitted: &Submitted) -> String {
    format!(
        "submitted {0} for {1}: a colleague approves it with `oproep action approve {0}`",
        submitted.action.number,
        counted(submitted.audience, "participant", "participants")
    )
}

fn words(action: &Action, started: &Started) -> String {
    let people = counted(started.audience, "participant", "participants");
    let number = action.number;
    let exercise = if action.training { ", an EXERCISE," } else { "" };
    let held = started.held_until.map(|_| {
        format!(
            "\nnothing leaves yet: take it back with oproep action take-back {number}, or send it at once with \
             oproep action send-now {number}"
        )
    });
    format!(
        "started {number}{exercise} for {people}{}\nfollow it with: oproep action follow {number}",
        held.unwrap_or_default()
    )
}

/// Who is reached, by channel.
pub(super) fn reached(reach: &Reach) -> String {
    let channels: Vec<_> = reach
        .by_channel
        .iter()
        .map(|one| format!("{} {}", one.channel, count(one.count)))
        .collect();
    let mut text = format!(
        "reaches {} ({})",
        counted(reach.total, "participant", "participants"),
        channels.join(", ")
    );
    if reach.quiet > 0 {
        let _ = write!(text, "; {} of them after their quiet hours", count(reach.quiet));
    }
    if reach.limited > 0 {
        let _ = write!(text, "; {} had enough messages this week", count(reach.limited));
    }
    text
}

/// Asks for the number itself: whoever types it has read it.
fn is_meant(reach: &Reach) -> Result<bool, CliError> {
    ask::confirm(
        &format!("To call on all {}, type {}:", count(reach.total), reach.total),
        &reach.total.to_string(),
    )
}
