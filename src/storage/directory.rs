//! What the directories in memory read: all participants at the start, and what changed since.

use futures::TryStreamExt;
use futures::stream::BoxStream;
use uuid::Uuid;

use super::participants::places::read_points;
use super::participants::rest::read as read_rest;
use super::participants::{PLACES, read_channels, read_language, read_number, read_topics};
use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, ParticipantNumber, WaveId};
use crate::domain::language::Language;
use crate::domain::participant::{Rest, Topics};
use crate::domain::point::Point;

statements! {
    STREAM = "select number, language, topics, reachable_channels, places_sealed, quiet_from, quiet_to, \
        quiet_urgent, weekly_limit from participants where number between $1 and $2 order by number";
    POSITION = "select value from counters where name = 'directory'";
    LIST_CHANGES = "select change, first_number, last_number from directory_changes \
        where change > $1 order by change limit $2";
    LIST_ALERTS = "select action_id, id, created_at, priority from waves \
        where created_at >= $1 and kind in ('first', 'expansion') order by created_at, id";
    LIST_WAVES = "select action_id, id, created_at from waves where created_at >= $1 order by created_at, id";
    DELETE_CHANGE = "delete from directory_changes where first_number = last_number and first_number = $1";
    INSERT_CHANGE = "insert into directory_changes (change, first_number, last_number) values ($1, $2, $3)";
}

/// Ends in the numbers.
const DELETE_CHANGES: &str = "delete from directory_changes where first_number = last_number \
    and first_number in (";
const INSERT_CHANGES: &str = "insert into directory_changes (change, first_number, last_number)";
/// What listens on PostgreSQL wakes up by this.
pub const DIRECTORY_TOPIC: &str = "oproep_directory";

/// A participant as the directory knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryEntry {
    /// The participant.
    pub number: ParticipantNumber,
    /// The language of all messages.
    pub language: Language,
    /// What they want to be called on for.
    pub topics: Topics,
    /// What reaches them.
    pub reachable: ChannelSet,
    /// Where they want to be called on.
    pub points: Vec<Point>,
    /// When not, and how often at most.
    pub rest: Rest,
}

/// A run of participants of which some came, changed or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryChange {
    /// Increases in the order of commits.
    pub change: i64,
    /// The first of the run.
    pub first: ParticipantNumber,
    /// The last of it.
    pub last: ParticipantNumber,
}

/// A wave that called participants to action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertWave {
    /// The action.
    pub action: ActionId,
    /// The wave.
    pub wave: WaveId,
    /// When it was ordered.
    pub at: Timestamp,
    /// Whether minutes counted.
    pub is_urgent: bool,
}

type EntryRow = (
    i64,
    String,
    i64,
    i64,
    Vec<u8>,
    Option<i64>,
    Option<i64>,
    i64,
    Option<i64>,
);

fn read_entry(keys: &Keyring, row: &EntryRow) -> Result<DirectoryEntry> {
    let (number, language, topics, reachable, places, from, to, urgent, limit) = row;
    let mut points = Vec::with_capacity(2);
    read_points(&keys.open(PLACES, places)?, &mut points)?;
    Ok(DirectoryEntry {
        number: read_number(*number)?,
        language: read_language(language)?,
        topics: read_topics(*topics)?,
        reachable: read_channels(*reachable)?,
        points,
        rest: read_rest(*from, *to, *urgent, *limit)?,
    })
}

impl Tx {
    /// The participants from `first` to `last`, by number.
    pub fn stream_directory<'a>(
        &'a mut self,
        keys: &'a Keyring,
        first: ParticipantNumber,
        last: ParticipantNumber,
    ) -> BoxStream<'a, Result<DirectoryEntry>> {
        let rows = self.stream::<EntryRow>(STREAM, values![first, last]);
        Box::pin(rows.and_then(move |row| async move { read_entry(keys, &row) }))
    }

    /// The number of the last change. Whoever reads it before the participants misses none: a change that
    /// comes while they are read is applied once more.
    pub async fn directory_position(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.find(POSITION, vec![]).await?;
        row.map(|(value,)| value)
            .ok_or(super::StorageError::Corrupt("counter"))
    }

    /// The changes after `change`, oldest first, at most `limit`.
    pub async fn list_changes_since(&mut self, change: i64, limit: u32) -> Result<Vec<DirectoryChange>> {
        let rows: Vec<(i64, i64, i64)> = self.list(LIST_CHANGES, values![change, limit]).await?;
        rows.into_iter()
            .map(|(change, first, last)| {
                Ok(DirectoryChange {
                    change,
                    first: read_number(first)?,
                    last: read_number(last)?,
                })
            })
            .collect()
    }

    /// The waves since a moment that called participants to action, oldest first; their audiences are read
    /// apart ([`Tx::find_audience`]).
    pub async fn list_alerts_since(&mut self, since: Timestamp) -> Result<Vec<AlertWave>> {
        let rows: Vec<(Uuid, Uuid, i64, i64)> = self.list(LIST_ALERTS, values![since]).await?;
        let read = |(action, wave, at, priority)| AlertWave {
            action: ActionId::from_uuid(action),
            wave: WaveId::from_uuid(wave),
            at: Timestamp::from_millis(at),
            is_urgent: priority == 0,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// All waves since a moment, oldest first.
    pub async fn list_waves_since(&mut self, since: Timestamp) -> Result<Vec<(ActionId, WaveId, Timestamp)>> {
        let rows: Vec<(Uuid, Uuid, i64)> = self.list(LIST_WAVES, values![since]).await?;
        let read = |(action, wave, at)| {
            (
                ActionId::from_uuid(action),
                WaveId::from_uuid(wave),
                Timestamp::from_millis(at),
            )
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Tells the directories that a participant came, changed or left. Call it last.
    pub(crate) async fn append_change(&mut self, number: ParticipantNumber) -> Result<()> {
        self.execute(DELETE_CHANGE, values![number]).await?;
        self.append_run(number, number).await
    }

    /// Tells the directories that these participants changed. Call it last.
    pub(crate) async fn append_changes(&mut self, numbers: &[ParticipantNumber]) -> Result<()> {
        let (Some(_), Ok(count)) = (numbers.first(), i64::try_from(numbers.len())) else {
            return Ok(());
        };
        self.execute_in(DELETE_CHANGES, numbers.iter().copied()).await?;
        let first = self.take_numbers("directory", count).await?;
        let rows = (first..)
            .zip(numbers)
            .map(|(change, number)| values![change, *number, *number]);
        self.insert_many(INSERT_CHANGES, rows.collect()).await?;
        self.notify(DIRECTORY_TOPIC, "").await
    }

    /// Tells the directories of a run of participants at once, as after an import. Call it last.
    pub(crate) async fn append_run(
        &mut self,
        first: ParticipantNumber,
        last: ParticipantNumber,
    ) -> Result<()> {
        let change = self.take_numbers("directory", 1).await?;
        self.execute(INSERT_CHANGE, values![change, first, last]).await?;
        self.notify(DIRECTORY_TOPIC, "").await
    }
}
