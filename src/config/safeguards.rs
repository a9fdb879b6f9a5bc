//! What stands between one person and a whole region, within bounds.

use super::{Config, ConfigError};
use crate::desk::safeguards::{ByUrgency, MostActions};

/// The longest hold: whoever waits longer wants a draft.
const LONGEST_HOLD_MS: u64 = 300_000;
/// An approval that holds for half as many again holds for anything.
const MOST_PERCENT: u8 = 50;

/// Refuses what guards nothing, or lets nothing through.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let holds = config.hold.of_kind.iter().map(|own| own.for_ms);
    let holds = holds.map(|for_ms| ("hold.of_kind.for_ms", for_ms));
    for (name, for_ms) in holds.chain([("hold.for_ms", config.hold.for_ms)]) {
        if for_ms > LONGEST_HOLD_MS {
            return Err(ConfigError::Value(format!(
                "{name} is {for_ms}: use 0 to {LONGEST_HOLD_MS}"
            )));
        }
    }
    let percent = config.approval.tolerance.percent;
    if percent > MOST_PERCENT {
        return Err(ConfigError::Value(format!(
            "approval.tolerance.percent is {percent}: use 0 to {MOST_PERCENT}"
        )));
    }
    let limits = &config.limits;
    for (name, by) in [
        ("by_account", limits.by_account),
        ("in_territory", limits.in_territory),
    ] {
        let ByUrgency { urgent, normal } = by;
        for (urgency, MostActions { an_hour, a_day }) in [("urgent", urgent), ("normal", normal)] {
            for (span, most) in [("an_hour", an_hour), ("a_day", a_day)] {
                if most == 0 {
                    return Err(ConfigError::Value(format!(
                        "limits.{name}.{urgency}.{span} is 0: use 1 or more"
                    )));
                }
            }
        }
    }
    if let Some(address) = limits.no_address() {
        return Err(ConfigError::Value(format!(
            "limits.told: '{address}' is no mail address"
        )));
    }
    Ok(())
}
