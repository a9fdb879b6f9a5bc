//! What is counted, at the receiver and in the database.

use std::collections::HashMap;
use std::fmt;

use oproep::domain::delivery::Disposition;
use oproep::domain::id::{ActionId, WaveId};
use oproep::domain::reference::DeliveryRef;

use crate::ground::Ground;
use crate::people::is_told_by_text;

/// The figures of one or more actions.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) waves: u64,
    pub(crate) kills: u64,
    pub(crate) audience: u64,
    /// Nobody can say what became of them, or the database says they were told and they were not.
    pub(crate) lost: u64,
    /// Messages beyond a participant's first.
    pub(crate) duplicates: u64,
    pub(crate) duplicates_allowed: u64,
    /// The most often that one participant was told of one wave.
    pub(crate) most: u32,
    /// Counted as unknown: two crashes in a row while their message may have been leaving.
    pub(crate) unknown: u64,
    pub(crate) unknown_allowed: u64,
    /// Of these, how many the receiver never saw.
    pub(crate) unknown_never_told: u64,
    /// Text messages whose delivery was reported, and taken in, and is not in the books.
    pub(crate) receipts_lost: u64,
    /// Waves whose accounts did not add up.
    pub(crate) unbalanced: u64,
    /// Waves of an action beyond its first: a start that was done twice.
    pub(crate) second_starts: u64,
}

impl Books {
    pub(crate) fn add(&mut self, other: Self) {
        self.waves += other.waves;
        self.kills += other.kills;
        self.audience += other.audience;
        self.lost += other.lost;
        self.duplicates += other.duplicates;
        self.duplicates_allowed += other.duplicates_allowed;
        self.most = self.most.max(other.most);
        self.unknown += other.unknown;
        self.unknown_allowed += other.unknown_allowed;
        self.unknown_never_told += other.unknown_never_told;
        self.receipts_lost += other.receipts_lost;
        self.unbalanced += other.unbalanced;
        self.second_starts += other.second_starts;
    }

    pub(crate) fn broken_promises(&self) -> Vec<String> {
        let promises = [
            (self.lost > 0, format!("{} lost", self.lost)),
            (
                self.duplicates > self.duplicates_allowed,
                "more duplicates than were in flight".to_owned(),
            ),
            (
                self.unknown > self.unknown_allowed,
                "more people unknown than second attempts were under way".to_owned(),
            ),
            (self.most > 2, format!("somebody was told {} times", self.most)),
            (
                self.receipts_lost > 0,
                format!("{} delivery reports lost", self.receipts_lost),
            ),
            (
                self.second_starts > 0,
                format!("{} actions were started twice", self.second_starts),
            ),
            (
                self.unbalanced > 0,
                format!("the accounts of {} waves do not add up", self.unbalanced),
            ),
        ];
        promises
            .into_iter()
            .filter(|(broken, _)| *broken)
            .map(|(_, text)| text)
            .collect()
    }

    /// Counts a finished wave: what the receiver saw against what the database says.
    pub(crate) async fn count(ground: &Ground, action: ActionId, wave: WaveId) -> Self {
        let mut tx = ground.store.read().await.expect("the database reads");
        let accounting = tx
            .account_for_wave(wave)
            .await
            .expect("the wave has accounts")
            .accounting;
        let waves = tx
            .list_waves(&ground.keys, action)
            .await
            .expect("the action has waves");
        let positions = tx.list_positions(wave).await.expect("the wave has batches");
        let mut told: HashMap<u32, (u32, Disposition)> = HashMap::new();
        for one in positions {
            let delivery = DeliveryRef {
                batch: one.batch,
                position: one.position,
            };
            let reference = if is_told_by_text(one.participant) {
                ground.references.receipt(delivery)
            } else {
                ground.references.delivery(delivery)
            };
            let times = ground.inbox.times(&reference);
            let entry = told.entry(one.participant).or_insert((0, Disposition::Moved));
            entry.0 += times;
            if one.disposition != Disposition::Moved {
                entry.1 = one.disposition;
            }
        }
        let mut books = Self {
            waves: 1,
            audience: accounting.audience,
            second_starts: waves.len() as u64 - 1,
            ..Self::default()
        };
        for (times, disposition) in told.values() {
            books.duplicates += u64::from(times.saturating_sub(1));
            books.most = books.most.max(*times);
            match disposition {
                Disposition::Unknown => {
                    books.unknown += 1;
                    books.unknown_never_told += u64::from(*times == 0);
                }
                Disposition::Accepted | Disposition::Delivered => books.lost += u64::from(*times == 0),
                _ => books.lost += 1,
            }
        }
        books.receipts_lost = told
            .iter()
            .filter(|(number, (times, disposition))| {
                is_told_by_text(**number) && *times > 0 && *disposition != Disposition::Delivered
            })
            .count() as u64;
        books.lost += accounting.audience.abs_diff(told.len() as u64);
        let settled = accounting.is_balanced() && accounting.queued == 0;
        books.unbalanced = u64::from(!settled);
        books
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} waves to {} people, {} kills: lost {}, duplicates {} of at most {}, told at most {} times, \
             unknown {} of at most {} (of whom {} were never told), delivery reports lost {}",
            self.waves,
            self.audience,
            self.kills,
            self.lost,
            self.duplicates,
            self.duplicates_allowed,
            self.most,
            self.unknown,
            self.unknown_allowed,
            self.unknown_never_told,
            self.receipts_lost,
        )
    }
}
