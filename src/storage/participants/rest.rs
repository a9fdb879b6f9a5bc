//! The rest that a participant wants, in four columns that the directory reads too.

use super::super::statement::Value;
use super::super::{Result, StorageError};
use crate::domain::participant::{HalfHour, QuietHours, Rest};

const DAMAGED: StorageError = StorageError::Corrupt("participants.quiet");

/// `quiet_from`, `quiet_to`, `quiet_urgent` and `weekly_limit`.
pub(super) fn columns(rest: Rest) -> Vec<Value> {
    let hours = rest.quiet_hours;
    values![
        hours.map(|hours| hours.from().index()),
        hours.map(|hours| hours.to().index()),
        u8::from(hours.is_none_or(QuietHours::urgent_breaks)),
        rest.weekly_limit,
    ]
}

/// Reads them back.
pub(in crate::storage) fn read(
    from: Option<i64>,
    to: Option<i64>,
    urgent: i64,
    weekly_limit: Option<i64>,
) -> Result<Rest> {
    let half_hour = |index: i64| u8::try_from(index).ok().and_then(HalfHour::new).ok_or(DAMAGED);
    let quiet_hours = match from.zip(to) {
        None => None,
        Some((from, to)) => {
            let hours = QuietHours::new(half_hour(from)?, half_hour(to)?, urgent != 0);
            Some(hours.map_err(|_| DAMAGED)?)
        }
    };
    let weekly_limit = weekly_limit.map(u8::try_from).transpose();
    Ok(Rest {
        quiet_hours,
        weekly_limit: weekly_limit.map_err(|_| DAMAGED)?,
    })
}
