//! What was sent: a wave a row, each channel in words and as a bar.

use std::time::Duration;

use askama::Template;

use super::clock::StepShown;
use crate::desk::actions::ActionView;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::wave::Accounting;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The figures, as the page holds them and as script asks for them again.
#[derive(Debug, Template)]
#[template(path = "console/running/figures.html")]
pub struct Figures {
    /// The words.
    pub t: Texts,
    /// When the figures are read.
    pub now: Timestamp,
    /// Of which action.
    pub id: ActionId,
    /// The last first.
    pub waves: Vec<WaveFigures>,
    /// The clock of lost minutes.
    pub steps: Vec<StepShown>,
}

/// A wave.
#[derive(Debug)]
pub struct WaveFigures {
    /// 1 for the first of its action.
    pub ordinal: u32,
    /// Why it goes out.
    pub kind: &'static str,
    /// How far it is.
    pub state: &'static str,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// How many it is for.
    pub audience: u64,
    /// Whether nothing of it has left, and until when.
    pub held: bool,
    /// Each channel.
    pub channels: Vec<ChannelFigures>,
}

/// A channel of a wave.
#[derive(Debug)]
pub struct ChannelFigures {
    /// Its name.
    pub name: String,
    /// Where everyone is.
    pub counts: Accounting,
    /// The lengths of the bar's parts, of a hundred: delivered, sent, failed.
    pub bar: [u64; 3],
    /// Whether a provider that reports says nothing of many messages, for long: it may have lost them.
    pub is_unheard: bool,
}

/// From how long after a wave was ordered silence says something.
const SILENT_AFTER: Duration = Duration::from_mins(3);
/// Of how many messages.
const SILENT_OF: u64 = 20;

/// The figures of an action.
pub fn figures(visit: &Visit, view: &ActionView, steps: Vec<StepShown>) -> Figures {
    let waves = view.waves.iter().rev().map(|wave| WaveFigures {
        ordinal: wave.wave.ordinal,
        kind: wave.wave.kind.name(),
        state: wave.wave.state.name(),
        created_at: wave.wave.created_at,
        audience: wave.wave.audience_count,
        held: wave.wave.halted_at.is_none() && wave.wave.held_until.is_some_and(|until| until > visit.now),
        channels: wave
            .by_channel
            .iter()
            .map(|(name, accounts)| {
                let age = visit.now.since(wave.wave.created_at);
                channel(name, accounts.accounting, age)
            })
            .collect(),
    });
    Figures {
        t: visit.t,
        now: visit.now,
        id: view.action.id,
        waves: waves.collect(),
        steps,
    }
}

fn channel(name: &str, counts: Accounting, age: Duration) -> ChannelFigures {
    let part = |count: u64| count * 100 / counts.audience.max(1);
    let reports = [Channel::Sms, Channel::Voice].map(Channel::name).contains(&name);
    let heard = counts.delivered + counts.failed;
    ChannelFigures {
        name: name.to_owned(),
        bar: [
            part(counts.delivered),
            part(counts.accepted + counts.unknown),
            part(counts.failed),
        ],
        is_unheard: reports && heard == 0 && counts.accepted >= SILENT_OF && age >= SILENT_AFTER,
        counts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_of_whoever_reports_is_said_once_it_lasts_and_is_about_many() {
        let counts = |accepted, delivered| Accounting {
            audience: 50,
            accepted,
            delivered,
            ..Accounting::default()
        };
        let unheard = |name, counts, mins| channel(name, counts, Duration::from_mins(mins)).is_unheard;
        assert!(unheard("sms", counts(50, 0), 3) && unheard("voice", counts(20, 0), 60));
        assert!(!unheard("sms", counts(50, 0), 2), "it may still come");
        assert!(!unheard("sms", counts(49, 1), 3) && !unheard("sms", counts(19, 0), 3));
        assert!(!unheard("app", counts(50, 0), 3) && !unheard("email", counts(50, 0), 3));
    }
}
