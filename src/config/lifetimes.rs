//! How long sessions and codes last.

use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;
use crate::desk::Lifetimes;
use crate::desk::accounts::policy::{AccountPolicy, ProofRoles};

/// Those who work with the network.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffSettings {
    /// A session ends when it was not used for so many minutes.
    pub session_idle_minutes: u64,
    /// A session ends after so many minutes, however much it is used.
    pub session_longest_minutes: u64,
    /// The roles that may do nothing without codes of an app.
    pub second_proof_for: ProofRoles,
    /// How old the last code may be for a start or an approval, in minutes; 0 when none is asked for.
    pub fresh_proof_minutes: u64,
    /// What an app shows beside the user name.
    pub issuer: String,
    /// How many hours an invitation waits.
    pub invitation_hours: u64,
    /// After so many months without practice the rights of ambassadors and volunteers lapse; 0 for never.
    pub rights_lapse_after_months: u64,
    /// How many days before that they are warned.
    pub warn_before_days: u64,
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
    /// The most messages without hurry a week for any participant, 1 to 7; none for no limit.
    pub messages_a_week: Option<u8>,
}

/// The longest a session may last: ten years, in minutes and days.
const LONGEST_MINUTES: u64 = 10 * 366 * 24 * 60;
const LONGEST_DAYS: u64 = 10 * 366;
/// A twelfth of a year of 365 days.
const MONTH: Duration = Duration::from_hours(730);

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

/// What is asked of those who work with the network, as the desk takes it.
pub(super) fn policy(accounts: &StaffSettings, public_url: &str) -> AccountPolicy {
    let some = |amount: u64, unit: Duration| {
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        (amount > 0).then(|| unit.saturating_mul(amount))
    };
    AccountPolicy {
        second_proof_for: accounts.second_proof_for.clone(),
        fresh_proof: some(accounts.fresh_proof_minutes, Duration::from_mins(1)),
        invitation: Duration::from_hours(accounts.invitation_hours),
        lapses_after: some(accounts.rights_lapse_after_months, MONTH),
        warned_before: Duration::from_hours(24 * accounts.warn_before_days),
        issuer: accounts.issuer.clone(),
        public_url: public_url.to_owned(),
    }
}

/// Refuses what cannot be meant.
pub(super) fn check_policy(accounts: &StaffSettings) -> Result<(), ConfigError> {
    let ranges = [
        ("fresh_proof_minutes", accounts.fresh_proof_minutes, 0, 10_080),
        ("invitation_hours", accounts.invitation_hours, 1, 720),
        (
            "rights_lapse_after_months",
            accounts.rights_lapse_after_months,
            0,
            120,
        ),
        ("warn_before_days", accounts.warn_before_days, 1, 365),
    ];
    for (name, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(ConfigError::Value(format!(
                "accounts.{name} is {value}: use {least} to {most}"
            )));
        }
    }
    let chars = accounts.issuer.chars().count();
    if !(1..=40).contains(&chars)
        || accounts.issuer.contains(':')
        || accounts.issuer.chars().any(char::is_control)
    {
        return Err(ConfigError::Value(
            "accounts.issuer: use 1 to 40 characters without a colon".to_owned(),
        ));
    }
    Ok(())
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
