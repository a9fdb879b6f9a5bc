//! `oproep action start`: a draft, its reach, a question, and then the start.

use std::time::Duration;

use clap::Args;

use super::area::AreaArguments;
use super::follow;
use super::show;
use super::texts::TextArguments;
use crate::cli::arguments::{duration, moment};
use crate::cli::figures::{count, counted};
use crate::cli::{CliError, Output, ask};
use crate::client::{Action, Client, Reach, ReachQuestion};
use crate::domain::action::{ActionKind, Age, Description, DraftInput, LastSeen, Person, Words};
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;

/// What an action says, and where.
#[derive(Debug, Args)]
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
    /// When the control room was asked for it (RFC 3339).
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    requested: Option<Timestamp>,
    /// Starts without asking.
    #[arg(long, short)]
    yes: bool,
    /// Follows what is sent until it is finished.
    #[arg(long, short)]
    follow: bool,
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
    draft.requested_at = arguments.requested;
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
    if !arguments.yes && !is_meant(&reach)? {
        client.withdraw_action(action.id, action.version).await?;
        return Err(CliError::Failed(
            "not started: the number was not typed".to_owned(),
        ));
    }
    let started = client.start_action(action.id, action.version).await?;
    output.answer(&started, |started| words(&action, started.audience))?;
    if arguments.follow {
        follow::follow(output, client, action.id).await?;
    }
    Ok(())
}

fn words(action: &Action, audience: u64) -> String {
    let people = counted(audience, "participant", "participants");
    format!(
        "started {0} for {people}\nfollow it with: oproep action follow {0}",
        action.number
    )
}

/// Who is reached, by channel.
pub(super) fn reached(reach: &Reach) -> String {
    let channels: Vec<_> = reach
        .by_channel
        .iter()
        .map(|one| format!("{} {}", one.channel, count(one.count)))
        .collect();
    format!(
        "reaches {} ({})",
        counted(reach.total, "participant", "participants"),
        channels.join(", ")
    )
}

/// Asks for the number itself: whoever types it has read it.
fn is_meant(reach: &Reach) -> Result<bool, CliError> {
    ask::confirm(
        &format!("To call on all {}, type {}:", count(reach.total), reach.total),
        &reach.total.to_string(),
    )
}
