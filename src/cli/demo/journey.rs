//! A whole action against the running demonstration, over its public API, as an operator and a participant
//! would go through it; every number is compared with what the local receivers counted.

use std::time::Duration;

use super::receivers_page::{ReceiversPage, Taken};
use crate::cli::action::{follow, show};
use crate::cli::figures::{count, counted, duration};
use crate::cli::table::Table;
use crate::cli::{CliError, Output};
use crate::client::{Action, Client, Credentials, LostMinutes, ReachQuestion, Tip, TipMark, Wave};
use crate::demo::notes::Notes;
use crate::domain::action::{ActionKind, Age, Description, DraftInput, LastSeen, Person, Sex, Words};
use crate::domain::area::{Area, Circle};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::outcome::Outcome;
use crate::domain::point::Point;
use crate::domain::random::Random;
use crate::domain::role::Role;
use crate::domain::tip::TipContent;
use crate::domain::wave::WaveKind;

/// Zeist, a town of 65,000.
const CENTRE: (f64, f64) = (5.2331, 52.0907);
const RADIUS_M: u32 = 4_000;
/// How long delivery reports may be on their way.
const REPORTS_WITHIN: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Goes through it; fails when a number disagrees.
pub async fn journey(output: Output, notes: &Notes, clock: Clock, random: Random) -> Result<(), CliError> {
    let operator = notes.account(Role::Operator).ok_or_else(|| {
        CliError::NotFound("the demonstration has no operator: begin anew with --fresh".to_owned())
    })?;
    let participant = Client::new(&notes.service, clock.clone(), random)?;
    let credentials = Credentials {
        username: &operator.username,
        password: &operator.password,
    };
    let token = participant.sign_in(&credentials).await?.token;
    let mut journey = Journey {
        output,
        operator: participant.clone().with_token(&token)?,
        participant,
        receivers: ReceiversPage::new(&notes.receivers),
        clock,
        checks: Checks::default(),
    };
    journey.step(&format!("signed in as {}", operator.username));
    let before = journey.receivers.taken().await?;
    let action = journey.start().await?;
    let action = journey.follow(&action, WaveKind::First, before).await?;
    let tip = journey.tip(&notes.service, &action).await?;
    let before = journey.receivers.taken().await?;
    journey.close(&action, &tip).await?;
    let action = journey.follow(&action, WaveKind::Closing, before).await?;
    journey.account(&action).await?;
    journey.operator.sign_out().await?;
    journey.checks.outcome(output)
}

struct Journey {
    output: Output,
    operator: Client,
    participant: Client,
    receivers: ReceiversPage,
    clock: Clock,
    checks: Checks,
}

impl Journey {
    fn step(&self, text: &str) {
        self.output.note(format!("\n== {text}"));
    }

    /// Counts the reach of a missing person's action, and starts it.
    async fn start(&mut self) -> Result<Action, CliError> {
        let now = self.clock.now();
        let centre = Point::from_degrees(CENTRE.0, CENTRE.1).expect("Zeist is on earth");
        let circle = Circle::new(centre, RADIUS_M).expect("four kilometres are a radius");
        let mut draft = DraftInput::new(ActionKind::MissingPerson);
        draft.area = Some(Area::circle(circle));
        draft.origin = Some(centre);
        draft.incident_at = Some(now - Duration::from_mins(40));
        draft.requested_at = Some(now - Duration::from_mins(4));
        draft.description = description();
        let question = ReachQuestion {
            kind: draft.kind,
            area: Area::circle(circle),
            channels: None,
        };
        let reach = self.operator.reach(&question).await?;
        let channels: Vec<_> = reach
            .by_channel
            .iter()
            .map(|one| format!("{} {}", one.channel, count(one.count)))
            .collect();
        self.step(&format!(
            "a missing person in Zeist: {} within {RADIUS_M} m ({})",
            counted(reach.total, "participant", "participants"),
            channels.join(", ")
        ));
        let action = self.operator.create_action(&draft).await?;
        self.output.note(show::texts(&action.texts));
        let started = self.operator.start_action(action.id, action.version).await?;
        self.step(&format!(
            "started {} for {}",
            action.number,
            count(started.audience)
        ));
        if started.held_until.is_some() {
            let version = started.action.version;
            self.operator.send_action_now(action.id, version).await?;
            self.step("held for a moment in which it could be taken back: sent at once");
        }
        self.checks.compare(
            "audience of the first wave",
            started.audience,
            "reach",
            reach.total,
        );
        Ok(action)
    }

    /// Follows until everything was sent and reported, and compares it with what the receivers took since
    /// `before`.
    async fn follow(&mut self, action: &Action, kind: WaveKind, before: Taken) -> Result<Action, CliError> {
        let followed = follow::follow(self.output, &self.operator, action.id).await?;
        let wave = wave(&followed, kind)?;
        let after = self.receivers.taken().await?;
        for channel in Channel::ALL {
            let reached = wave.by(channel).reached();
            let taken = after.by(channel) - before.by(channel);
            let what = format!("reached by {channel}, {} wave", kind.name());
            self.checks
                .compare(&what, reached, "taken by the receivers", taken);
        }
        Ok(followed)
    }

    /// Sends a tip as whoever got the latest message, and sorts it as operator.
    async fn tip(&mut self, service: &str, action: &Action) -> Result<Tip, CliError> {
        let link = self.receivers.latest_link(service).await?;
        let link =
            link.ok_or_else(|| CliError::Failed("no message at the receivers has a link".to_owned()))?;
        let reference = link.rsplit('/').next().unwrap_or_default();
        let content = TipContent {
            text: "Ik zie haar zitten op een bankje bij de vijver in het Walkartpark.".to_owned(),
            ..TipContent::default()
        };
        self.participant.send_tip(reference, &content).await?;
        self.step("a participant opened the link in the message and sent a tip");
        let mut tips = self.operator.tips(action.id).await?.items;
        self.checks
            .compare("tips of the action", tips.len() as u64, "tips sent", 1);
        let tip = tips
            .pop()
            .ok_or_else(|| CliError::Failed("the tip did not come in".to_owned()))?;
        let tip = self
            .operator
            .mark_tip(tip.id, tip.version, &TipMark::Relevant)
            .await?;
        let unit = TipMark::PassedOn {
            unit: "Eenheid 12.01".to_owned(),
        };
        let tip = self.operator.mark_tip(tip.id, tip.version, &unit).await?;
        self.step("the operator found it relevant and passed it on to a unit");
        Ok(tip)
    }

    /// Closes with the tip that led to it.
    async fn close(&mut self, action: &Action, tip: &Tip) -> Result<(), CliError> {
        let version = self.operator.action(action.id).await?.version;
        let outcome = Outcome::DirectSuccess { tip: tip.id };
        let ended = self
            .operator
            .close_action(action.id, version, outcome, None, &[])
            .await?;
        let told = counted(ended.told, "participant hears", "participants hear");
        self.step(&format!("closed as a direct success: {told} so"));
        Ok(())
    }

    /// Waits for the last delivery reports, and shows the clock of lost minutes and every account.
    async fn account(&mut self, action: &Action) -> Result<(), CliError> {
        let action = self.all_reported(action).await?;
        self.step("every account");
        self.output.note(show::waves(&action.waves));
        for wave in &action.waves {
            let accounts = wave.accounts.accounting;
            let sum = accounts.reached() + accounts.failed + accounts.stopped;
            self.checks.compare(
                &format!("audience, {} wave", wave.kind.name()),
                accounts.audience,
                "sum",
                sum,
            );
            let texts = wave.by(Channel::Sms);
            let what = format!("text messages, {} wave", wave.kind.name());
            self.checks
                .compare(&what, texts.audience, "reported delivered", texts.delivered);
        }
        let (first, closing) = (wave(&action, WaveKind::First)?, wave(&action, WaveKind::Closing)?);
        let (called_on, told) = (
            first.accounts.accounting.reached(),
            closing.accounts.accounting.audience,
        );
        self.checks
            .compare("called on", called_on, "told how it ended", told);
        self.step("the clock of lost minutes");
        self.output
            .note(lost_minutes(&self.operator.lost_minutes(action.id).await?));
        Ok(())
    }

    async fn all_reported(&self, action: &Action) -> Result<Action, CliError> {
        let until = self.clock.now() + REPORTS_WITHIN;
        loop {
            let action = self.operator.action(action.id).await?;
            let waits = |wave: &Wave| wave.by(Channel::Sms).accepted > 0;
            if !action.waves.iter().any(waits) || self.clock.now() > until {
                return Ok(action);
            }
            self.clock.sleep(LOOK_EVERY).await;
        }
    }
}

fn wave(action: &Action, kind: WaveKind) -> Result<&Wave, CliError> {
    let found = action.waves.iter().find(|wave| wave.kind == kind);
    found.ok_or_else(|| CliError::Failed(format!("the action has no {} wave", kind.name())))
}

fn description() -> Description {
    Description {
        persons: vec![Person {
            sex: Some(Sex::Female),
            age: Some(Age { from: 81, to: None }),
            height_cm: Some(165),
            particulars: Some(Words {
                nl: "Ze loopt met een stok.".to_owned(),
                en: Some("She walks with a stick.".to_owned()),
            }),
            ..Person::default()
        }],
        last_seen: Some(LastSeen {
            place: "Slotlaan, Zeist".to_owned(),
            ..LastSeen::default()
        }),
        ..Description::default()
    }
}

/// The steps that were taken, with how long each took.
fn lost_minutes(clock: &LostMinutes) -> String {
    let mut table = Table::new(["STEP", "TOOK"]);
    for step in &clock.steps {
        let name = step.step.replace('_', " ");
        let took = match step.took_ms {
            Some(millis) if millis < 10_000 => format!("{millis} ms"),
            Some(millis) => duration(millis / 1000),
            None => "-".to_owned(),
        };
        table.add([name, took]);
    }
    table.to_string()
}

/// Numbers that have to agree.
#[derive(Default)]
struct Checks {
    rows: Vec<[String; 5]>,
    disagree: usize,
}

impl Checks {
    fn compare(&mut self, what: &str, one: u64, with: &str, other: u64) {
        let agrees = one == other;
        self.disagree += usize::from(!agrees);
        let verdict = if agrees { "agrees" } else { "DISAGREES" };
        self.rows.push([
            what.to_owned(),
            count(one),
            with.to_owned(),
            count(other),
            verdict.to_owned(),
        ]);
    }

    fn outcome(self, output: Output) -> Result<(), CliError> {
        let total = self.rows.len();
        let answer = serde_json::json!({ "compared": total, "disagree": self.disagree });
        let mut table = Table::new(["WHAT", "", "COMPARED WITH", "", "VERDICT"]);
        for row in self.rows {
            table.add(row);
        }
        output.answer(&answer, |_| format!("\n{table}"))?;
        if self.disagree == 0 {
            Ok(())
        } else {
            Err(CliError::Failed(format!(
                "{} of {total} numbers disagree",
                self.disagree
            )))
        }
    }
}
