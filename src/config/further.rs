//! Further accounts of a channel: what no single setting of them can say.

use std::collections::BTreeMap;

use super::{ConfigError, FurtherAccount, check_pace};

/// The names of the first accounts.
const TAKEN: [&str; 4] = ["push", "sms", "email", "voice"];
/// The largest weight.
const HEAVIEST: u32 = 1_000;

/// Checks that each has a name of its own and is for one channel.
pub(super) fn check(further: &BTreeMap<String, FurtherAccount>) -> Result<(), ConfigError> {
    for (name, account) in further {
        let wrong = |text: &str| Err(ConfigError::Value(format!("further.{name}{text}")));
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        if name.len() > 32 || !name.chars().all(is_plain) || TAKEN.contains(&name.as_str()) {
            return wrong(
                ": use a name of small letters, digits, _ and -, at most 32 of them, that is none of push, sms, email, voice",
            );
        }
        let channels = [
            account.push.is_some(),
            account.sms.is_some(),
            account.voice.is_some(),
            account.email.is_some(),
        ];
        if channels.iter().filter(|there| **there).count() != 1 {
            return wrong(" must have exactly one of push, sms, voice and email");
        }
        if account.weight > HEAVIEST {
            return wrong(&format!(".weight is {}: use 0 to {HEAVIEST}", account.weight));
        }
        if let Some(pace) = &account.pace {
            check_pace(&format!("further.{name}.pace"), pace)?;
        }
    }
    Ok(())
}
