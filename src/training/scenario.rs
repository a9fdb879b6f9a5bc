//! How the made-up population answers, as a file says it.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;

use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::tip::MAX_TIP_CHARS;

/// The scenario that is part of the program, documented line by line.
pub const USUAL: &str = include_str!("../../config/scenario.toml");

/// The longest file.
const LONGEST: u64 = 1024 * 1024;
/// The most tips that an action may get.
const MOST_TIPS: u32 = 5_000;
/// The longest that anything may take, in seconds.
const LONGEST_S: u32 = 24 * 3600;

/// How the population answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What becomes of messages.
    pub receipts: Receipts,
    /// Who sends tips.
    pub tips: Tips,
    /// What is put in texts.
    pub words: Words,
    /// Tips that help.
    pub useful: Vec<Saying>,
    /// Tips that do not.
    pub useless: Vec<Saying>,
}

/// What becomes of messages, by channel.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// The app.
    pub app: Fate,
    /// Text messages.
    pub sms: Fate,
    /// E-mail.
    pub email: Fate,
    /// Calls.
    pub voice: Fate,
}

/// What becomes of the messages of one channel.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fate {
    /// The share that the provider takes.
    pub taken: f64,
    /// Of these, the share of which it reports the delivery.
    pub delivered: f64,
    /// Of these, the share of which it reports the failure.
    pub failed: f64,
    /// After so many seconds at the earliest.
    pub from_s: u32,
    /// After so many seconds at the latest.
    pub to_s: u32,
}

/// Who sends tips, when, and of what sort.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tips {
    /// The share of those who were told.
    pub share: f64,
    /// The most that an action gets.
    pub at_most: u32,
    /// The first comes after so many seconds.
    pub first_after_s: u32,
    /// Half of them come before so many seconds more.
    pub half_after_s: u32,
    /// The share that helps.
    pub useful: f64,
    /// Of those that help, the share that repeats what others saw.
    pub duplicate: f64,
    /// The share with a photo.
    pub photo: f64,
    /// The share that says where.
    pub located: f64,
    /// The share from somebody who stays unknown.
    pub anonymous: f64,
    /// How far from the incident people are who say where, in metres.
    pub within_m: u32,
}

/// What is put in texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In the place of `{street}`.
    pub streets: Vec<String>,
    /// In the place of `{direction}`, in Dutch.
    pub directions_nl: Vec<String>,
    /// The same in English, as many.
    pub directions_en: Vec<String>,
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saying {
    nl: String,
    en: String,
}

impl Saying {
    /// The text in this language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("training.scenario_file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A setting is unknown, missing or of the wrong kind.
    #[error("the scenario cannot be read: {0}")]
    Setting(#[from] Box<figment::Error>),
    /// A value is out of its range.
    #[error("the scenario: {0}")]
    Value(String),
}

impl Scenario {
    /// The scenario that is part of the program.
    pub fn usual() -> Result<Self, ScenarioError> {
        Self::read(USUAL)
    }

    /// The scenario of a file.
    pub fn load(path: &Path) -> Result<Self, ScenarioError> {
        let failed = |source| ScenarioError::File {
            path: path.to_owned(),
            source,
        };
        if std::fs::metadata(path).map_err(failed)?.len() > LONGEST {
            return Err(ScenarioError::Value(format!("{} is too long", path.display())));
        }
        Self::read(&std::fs::read_to_string(path).map_err(failed)?)
    }

    /// The scenario of a text.
    pub fn read(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = Figment::from(Toml::string(text)).extract().map_err(Box::new)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// What becomes of the messages of a channel.
    pub const fn fate(&self, channel: Channel) -> Fate {
        match channel {
            Channel::App => self.receipts.app,
            Channel::Sms => self.receipts.sms,
            Channel::Voice => self.receipts.voice,
            Channel::Email => self.receipts.email,
        }
    }

    fn check(&self) -> Result<(), ScenarioError> {
        let wrong = |text: String| Err(ScenarioError::Value(text));
        let mut shares = vec![
            ("tips.share", self.tips.share),
            ("tips.useful", self.tips.useful),
            ("tips.duplicate", self.tips.duplicate),
            ("tips.photo", self.tips.photo),
            ("tips.located", self.tips.located),
            ("tips.anonymous", self.tips.anonymous),
        ];
        for (name, fate) in [
            ("receipts.app", self.receipts.app),
            ("receipts.sms", self.receipts.sms),
            ("receipts.email", self.receipts.email),
            ("receipts.voice", self.receipts.voice),
        ] {
            shares.extend([
                (name, fate.taken),
                (name, fate.delivered),
                (name, fate.failed),
                (name, fate.delivered + fate.failed),
            ]);
            if fate.from_s > fate.to_s || fate.to_s > LONGEST_S {
                return wrong(format!(
                    "{name}: from_s goes before to_s, and to_s is at most {LONGEST_S}"
                ));
            }
        }
        if let Some((name, share)) = shares.iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
            return wrong(format!("{name} is {share}: a share is from 0 to 1"));
        }
        if self.tips.at_most > MOST_TIPS {
            return wrong(format!("tips.at_most is at most {MOST_TIPS}"));
        }
        if self.tips.first_after_s > LONGEST_S || self.tips.half_after_s > LONGEST_S {
            return wrong(format!(
                "tips.first_after_s and half_after_s are at most {LONGEST_S}"
            ));
        }
        if !(1..=100_000).contains(&self.tips.within_m) {
            return wrong("tips.within_m is 1 to 100000".to_owned());
        }
        let words = &self.words;
        if self.useful.is_empty() || self.useless.is_empty() || words.streets.is_empty() {
            return wrong("useful, useless and words.streets hold at least one text each".to_owned());
        }
        if words.directions_nl.is_empty() || words.directions_nl.len() != words.directions_en.len() {
            return wrong(
                "words.directions_nl and directions_en hold as many texts, at least one".to_owned(),
            );
        }
        let longest = |words: &[String]| words.iter().map(String::len).max().unwrap_or(0);
        let filled =
            longest(&words.streets) + longest(&words.directions_nl).max(longest(&words.directions_en));
        let too_long = |saying: &Saying| {
            Language::ALL
                .into_iter()
                .any(|language| saying.in_language(language).chars().count() + filled > MAX_TIP_CHARS)
        };
        if self.useful.iter().chain(&self.useless).any(too_long) {
            return wrong(format!(
                "a text is longer than the {MAX_TIP_CHARS} characters of a tip"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_scenario_holds_by_its_own_rules() {
        let scenario = Scenario::usual().unwrap();
        assert!(scenario.useful.len() > 2 && scenario.useless.len() > 2);
    }

    #[test]
    fn what_is_out_of_its_range_is_named() {
        for (from, to, part) in [
            ("share = 0.003", "share = 1.5", "tips.share is 1.5"),
            ("taken = 0.985", "taken = -1", "receipts.app is -1"),
            ("delivered = 0.95", "delivered = 0.99", "receipts.sms is 1.01"),
            ("to_s = 20", "to_s = 0", "receipts.app: from_s"),
            ("at_most = 150", "at_most = 100000", "tips.at_most"),
            ("within_m = 2500", "within_m = 0", "tips.within_m"),
            ("at_most = 150", "at_most = 150\nmore = 1", "unknown field"),
        ] {
            let text = USUAL.replacen(from, to, 1);
            assert_ne!(text, USUAL, "{from}");
            let error = Scenario::read(&text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
