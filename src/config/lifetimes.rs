//! How long sessions and codes last.

use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;
use crate::desk::Lifetimes;

/// Those who work with the network.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffSettings {
    /// A session ends when it was not used for so many minutes.
    pub session_idle_minutes: u64,
    /// A session ends after so many minutes, however much it is used.
    pub session_longest_minutes: u64,
}

/// Those who are called on.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParticipantSettings {
    /// A session ends when it was not used for so many days.
    pub session_idle_days: u64,
    /// A session ends after so many days, however much it is used.
    pub session_longest_days: u64,
    /// A code that confirms an address can be used for so many minutes.
    pub code_valid_minutes: u64,
}

/// The longest a session may last: ten years, in minutes and days.
const LONGEST_MINUTES: u64 = 10 * 366 * 24 * 60;
const LONGEST_DAYS: u64 = 10 * 366;

/// As the desk takes them.
pub(super) const fn lifetimes(accounts: &StaffSettings, participants: &ParticipantSettings) -> Lifetimes {
    Lifetimes {
        account_idle: Duration::from_mins(accounts.session_idle_minutes),
        account_absolute: Duration::from_mins(accounts.session_longest_minutes),
        participant_idle: Duration::from_hours(24 * participants.session_idle_days),
        participant_absolute: Duration::from_hours(24 * participants.session_longest_days),
        code: Duration::from_mins(participants.code_valid_minutes),
    }
}

/// Refuses lifetimes that end nothing, or end everything at once.
pub(super) fn check(accounts: &StaffSettings, participants: &ParticipantSettings) -> Result<(), ConfigError> {
    session(
        [
            "accounts.session_idle_minutes",
            "accounts.session_longest_minutes",
        ],
        accounts.session_idle_minutes,
        accounts.session_longest_minutes,
        LONGEST_MINUTES,
    )?;
    session(
        [
            "participants.session_idle_days",
            "participants.session_longest_days",
        ],
        participants.session_idle_days,
        participants.session_longest_days,
        LONGEST_DAYS,
    )?;
    let code = participants.code_valid_minutes;
    // Codes are kept for an hour, to count how many an address was sent.
    if !(2..=60).contains(&code) {
        return Err(ConfigError::Value(format!(
            "participants.code_valid_minutes is {code}: use 2 to 60"
        )));
    }
    Ok(())
}

fn session(names: [&str; 2], idle: u64, longest: u64, most: u64) -> Result<(), ConfigError> {
    let [idle_name, longest_name] = names;
    if !(1..=most).contains(&longest) {
        return Err(ConfigError::Value(format!(
            "{longest_name} is {longest}: use 1 to {most}"
        )));
    }
    if !(1..=longest).contains(&idle) {
        return Err(ConfigError::Value(format!(
            "{idle_name} is {idle}: use 1 to {longest}, which is {longest_name}"
        )));
    }
    Ok(())
}
