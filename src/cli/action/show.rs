//! `oproep action show`.

use crate::cli::figures::{count, counted};
use crate::cli::table::Table;
use crate::cli::{CliError, Output};
use crate::client::{Action, Client, Review, Wave};
use crate::domain::action::{Phase, Texts};
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::ActionId;
use crate::domain::language::Language;

/// Shows one action.
pub(super) async fn show(output: Output, client: &Client, id: ActionId) -> Result<(), CliError> {
    let action = client.action(id).await?;
    output.answer(&action, words)?;
    Ok(())
}

fn words(action: &Action) -> String {
    let state = training(action.training, action.state);
    let mut parts = vec![format!("{} {} ({state})", action.number, action.kind)];
    if let Some(expires_at) = action.expires_at {
        parts.push(format!(
            "ends by itself on {}",
            dutch_time(expires_at).format("%Y-%m-%d %H:%M")
        ));
    }
    for (what, review) in reviews(action) {
        let people = review.audience.map(|audience| {
            let people = counted(audience, "participant", "participants");
            format!(" for {people}")
        });
        let reason = review.reason.as_ref().map(|reason| format!(": {reason}"));
        parts.push(format!(
            "{what} {}{}{}",
            review.state,
            people.unwrap_or_default(),
            reason.unwrap_or_default()
        ));
    }
    parts.push(texts(&action.texts));
    if !action.waves.is_empty() {
        parts.push(waves(&action.waves));
    }
    parts.join("\n")
}

/// What a second person said, or is asked for.
fn reviews(action: &Action) -> impl Iterator<Item = (&'static str, &Review)> {
    let own = action.review.iter().map(|review| ("start", review));
    let proposed = action.proposal.iter();
    own.chain(proposed.map(|proposal| (proposal.wave.name(), &proposal.review)))
}

/// The state, and that it is an exercise.
pub(super) fn training(training: bool, state: Phase) -> String {
    if training {
        format!("{state}, EXERCISE")
    } else {
        state.to_string()
    }
}

/// The texts as people read them.
pub fn texts(texts: &Texts) -> String {
    let lines = Language::ALL.map(|language| {
        let text = texts.in_language(language);
        format!(
            "  {}  {}\n      {}",
            language.tag(),
            text.title,
            text.body.replace('\n', "\n      ")
        )
    });
    lines.join("\n")
}

/// The accounts of waves, channel by channel.
pub fn waves(waves: &[Wave]) -> String {
    let mut table = Table::new([
        "WAVE",
        "STATE",
        "CHANNEL",
        "AUDIENCE",
        "QUEUED",
        "ACCEPTED",
        "DELIVERED",
        "FAILED",
        "UNKNOWN",
        "STOPPED",
    ]);
    for wave in waves {
        let channels = wave
            .by_channel
            .iter()
            .map(|(channel, accounts)| (channel.name(), accounts.accounting));
        for (channel, accounts) in channels.chain([("all", wave.accounts.accounting)]) {
            table.add([
                wave.kind.name().to_owned(),
                wave.state.name().to_owned(),
                channel.to_owned(),
                count(accounts.audience),
                count(accounts.queued),
                count(accounts.accepted),
                count(accounts.delivered),
                count(accounts.failed),
                count(accounts.unknown),
                count(accounts.stopped),
            ]);
        }
    }
    table.to_string()
}
