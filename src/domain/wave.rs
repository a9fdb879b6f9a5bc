//! A wave: one sending of an action, its state and its accounts.

use serde::{Deserialize, Serialize};

use super::action::{Text, Texts};
use super::delivery::Disposition;
use super::language::Language;
use super::message::Message;

/// Why a wave goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaveKind {
    /// The call-out, to everyone in the area.
    First,
    /// A larger or other area: only the newly reached.
    Expansion,
    /// News, to everyone who was or may have been told.
    Update,
    /// The outcome, to everyone who was or may have been told.
    Closing,
    /// That something was wrong, to exactly those who were or may have been told.
    Correction,
    /// The same as another wave by text message, to those of whom nothing was heard over the app.
    Fallback,
}

impl WaveKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::First,
        Self::Expansion,
        Self::Update,
        Self::Closing,
        Self::Correction,
        Self::Fallback,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Expansion => "expansion",
            Self::Update => "update",
            Self::Closing => "closing",
            Self::Correction => "correction",
            Self::Fallback => "fallback",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it calls participants to action, and so counts towards "had three alerts this week".
    pub const fn is_alert(self) -> bool {
        matches!(self, Self::First | Self::Expansion)
    }
}

/// How far a wave is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaveState {
    /// Going out.
    Running,
    /// Held; goes on where it was.
    Paused,
    /// Stopped for good before everyone was told.
    Halted,
    /// Everyone has a final disposition.
    Finished,
}

impl WaveState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Running, Self::Paused, Self::Halted, Self::Finished];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Halted => "halted",
            Self::Finished => "finished",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A wave's message in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveMessage {
    /// For those who chose Dutch.
    pub nl: Message,
    /// For those who chose English.
    pub en: Message,
}

impl WaveMessage {
    /// What it says, in both.
    pub fn texts(&self) -> Texts {
        let [nl, en] =
            [&self.nl, &self.en].map(|message| Text::new(message.title.clone(), message.body.clone()));
        Texts { nl, en }
    }

    /// The message in this language.
    pub const fn in_language(&self, language: Language) -> &Message {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// Where everyone in an audience is: it adds up, at every moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Accounting {
    /// Distinct participants the wave is for.
    pub audience: u64,
    /// Waiting for their turn or under way.
    pub queued: u64,
    /// Taken by a provider.
    pub accepted: u64,
    /// Reported delivered.
    pub delivered: u64,
    /// Refused or undeliverable.
    pub failed: u64,
    /// May have been handed over, nobody can tell.
    pub unknown: u64,
    /// Never handed over: stopped, closed or expired before their turn.
    pub stopped: u64,
}

impl Accounting {
    /// Whether `audience = queued + accepted + delivered + failed + unknown + stopped`.
    pub const fn is_balanced(&self) -> bool {
        self.audience
            == self.queued + self.accepted + self.delivered + self.failed + self.unknown + self.stopped
    }

    /// How many were told or may have been.
    pub const fn reached(&self) -> u64 {
        self.accepted + self.delivered + self.unknown
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            audience: self.audience + other.audience,
            queued: self.queued + other.queued,
            accepted: self.accepted + other.accepted,
            delivered: self.delivered + other.delivered,
            failed: self.failed + other.failed,
            unknown: self.unknown + other.unknown,
            stopped: self.stopped + other.stopped,
        }
    }

    /// Counts a batch's dispositions; what moved to another batch is counted there.
    pub fn count(dispositions: impl IntoIterator<Item = Disposition>) -> Self {
        let mut counts = Self::default();
        for disposition in dispositions {
            let field = match disposition {
                Disposition::Queued | Disposition::InDoubt => &mut counts.queued,
                Disposition::Accepted => &mut counts.accepted,
                Disposition::Delivered => &mut counts.delivered,
                Disposition::Failed => &mut counts.failed,
                Disposition::Unknown => &mut counts.unknown,
                Disposition::Stopped => &mut counts.stopped,
                Disposition::Moved => continue,
            };
            *field += 1;
            counts.audience += 1;
        }
        counts
    }
}
