//! What everyone may know of how actions end: how many were started in a year, and how many a tip solved.

use chrono::NaiveDate;

use super::super::{Desk, Result};
use super::report::ActionReport;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::moment_of;
use crate::domain::outcome::SuccessRate;

/// More actions than any country starts in a month.
const MOST_A_MONTH: u32 = 20_000;

/// The actions of a calendar year together: figures only, of no action by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearResults {
    /// The year.
    pub year: i32,
    /// How many were started.
    pub started: u64,
    /// How many of those that ended a participant's tip solved.
    pub success: SuccessRate,
}

/// The moment at which a month begins on Dutch clocks; months are counted from 1, the thirteenth is the next January.
fn beginning(year: i32, month: u32) -> Timestamp {
    let (year, month) = if month > 12 { (year + 1, 1) } else { (year, month) };
    let first = NaiveDate::from_ymd_opt(year, month, 1).expect("every month has a first day");
    moment_of(first.into())
}

impl Desk {
    /// What became of the actions of a year. It reads all of them: ask seldom.
    pub async fn year_results(&self, year: i32) -> Result<YearResults> {
        let mut results = YearResults {
            year,
            started: 0,
            success: SuccessRate::default(),
        };
        for month in 1..=12 {
            let (from, until) = (beginning(year, month), beginning(year, month + 1));
            let mut tx = self.parts().store.read().await?;
            let actions = tx.list_moments(from, until, None, MOST_A_MONTH).await?;
            drop(tx);
            let report = ActionReport::of(&actions);
            results.started += report.started;
            results.success.successes += report.success.successes;
            results.success.total += report.success.total;
        }
        Ok(results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::actions::fixture::{Room, area};
    use crate::domain::dutch_time::dutch_year;

    #[test]
    fn a_year_begins_at_midnight_on_dutch_clocks() {
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        assert_eq!(beginning(2026, 1), at("2025-12-31T23:00:00Z"));
        assert_eq!(beginning(2026, 7), at("2026-06-30T22:00:00Z"));
        assert_eq!(beginning(2026, 13), beginning(2027, 1));
    }

    #[tokio::test]
    async fn everyone_may_know_how_many_actions_a_year_had_and_nothing_else() {
        for room in Room::each().await {
            let year = dutch_year(room.desk.now());
            assert_eq!(room.desk.year_results(year).await.unwrap().started, 0);
            room.started(area(0, 0, 5, 5)).await;
            let results = room.desk.year_results(year).await.unwrap();
            assert_eq!((results.started, results.success.total), (1, 0));
            assert_eq!(room.desk.year_results(year - 1).await.unwrap().started, 0);
        }
    }
}
