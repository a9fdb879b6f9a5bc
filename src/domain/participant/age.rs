//! Who is old enough to take part.

use chrono::{Datelike, NaiveDate};

/// The age from which someone may take part, in years.
pub const MINIMUM_AGE: i32 = 16;
/// Nobody has become older than 122; a birth date further back is a slip of the pen.
const MAXIMUM_AGE: i32 = 130;

/// What shows that someone is old enough. Only looked at, never kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AgeProof {
    /// The day of birth.
    BornOn(NaiveDate),
    /// The person says to be old enough.
    Confirmed,
}

impl AgeProof {
    /// Whether it shows the minimum age on this day.
    pub fn check(self, today: NaiveDate) -> Result<(), AgeError> {
        let Self::BornOn(birth) = self else { return Ok(()) };
        if birth > today || age_on(birth, today) > MAXIMUM_AGE {
            return Err(AgeError::Impossible);
        }
        if age_on(birth, today) < MINIMUM_AGE {
            Err(AgeError::TooYoung)
        } else {
            Ok(())
        }
    }
}

/// The age in whole years. Who was born on 29 February has a birthday on 1 March in other years.
fn age_on(birth: NaiveDate, today: NaiveDate) -> i32 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i32::from(!had_birthday)
}

/// Why someone cannot take part on this birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// Younger than [`MINIMUM_AGE`].
    #[error("you can take part from the age of 16")]
    TooYoung,
    /// In the future, or too long ago.
    #[error("this birth date is not possible: write year, month and day as 1990-12-31")]
    Impossible,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn one_may_take_part_from_the_sixteenth_birthday() {
        let born = AgeProof::BornOn(day("2010-06-15"));
        assert_eq!(born.check(day("2026-06-14")), Err(AgeError::TooYoung));
        assert_eq!(born.check(day("2026-06-15")), Ok(()));
        assert_eq!(AgeProof::Confirmed.check(day("2026-06-15")), Ok(()));
    }

    #[test]
    fn a_birthday_on_leap_day_falls_on_the_first_of_march() {
        let born = AgeProof::BornOn(day("2008-02-29"));
        assert_eq!(born.check(day("2024-02-28")), Err(AgeError::TooYoung));
        assert_eq!(born.check(day("2024-02-29")), Ok(()));
        let born = day("2004-02-29");
        assert_eq!(
            (age_on(born, day("2021-02-28")), age_on(born, day("2021-03-01"))),
            (16, 17)
        );
    }

    #[test]
    fn impossible_birth_dates_are_told_from_young_ones() {
        assert_eq!(
            AgeProof::BornOn(day("2030-01-01")).check(day("2026-01-01")),
            Err(AgeError::Impossible)
        );
        assert_eq!(
            AgeProof::BornOn(day("1190-01-01")).check(day("2026-01-01")),
            Err(AgeError::Impossible)
        );
    }
}
