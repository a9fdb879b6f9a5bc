//! The journal of erasures: a file of lines `number id milliseconds`, in the order in which people left.
//!
//! It follows the table `erasures` on every node, a second behind at most, and is never shortened. It holds public ids
//! that lead nowhere, no more; and a database that knows fewer erasures than its journal is a restored one that has yet
//! to forget somebody.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::BackupError;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::id::ParticipantId;
use crate::storage::Store;
use crate::storage::erasures::Erasure;

/// How often the table is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Erasures read at once.
const PAGE: u32 = 1_000;
/// The longest line.
const LONGEST: u64 = 100;

/// A journal, up to date with its database or behind it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    last: i64,
}

impl Journal {
    /// Opens the journal beside a database, or begins one. Refuses a database that is older.
    pub async fn open(path: &Path, store: &Store) -> Result<Self, BackupError> {
        let mut last = 0;
        let mut count = 0;
        let known = store.read().await?.last_erasure().await?;
        if path.exists() {
            read(path, |erasure| {
                last = last.max(erasure.number);
                count += u64::from(erasure.number > known);
            })?;
            drop_half_a_line(path)?;
        }
        if last > known {
            return Err(BackupError::OlderThanJournal {
                path: path.to_owned(),
                count,
            });
        }
        let mut journal = Self {
            path: path.to_owned(),
            last,
        };
        journal.catch_up(store).await?;
        Ok(journal)
    }

    /// Writes what is new in the table, durably.
    pub async fn catch_up(&mut self, store: &Store) -> Result<(), BackupError> {
        loop {
            let new = store.read().await?.list_erasures_since(self.last, PAGE).await?;
            let Some(last) = new.last() else { return Ok(()) };
            let lines: String = new.iter().map(line).collect();
            append(&self.path, &lines).map_err(BackupError::file(&self.path))?;
            self.last = last.number;
        }
    }

    /// Follows the table until `closing`, and once more then.
    pub async fn follow(mut self, store: Store, clock: Clock, closing: CancellationToken) {
        loop {
            let ends = tokio::select! {
                () = clock.sleep(LOOK_EVERY) => false,
                () = closing.cancelled() => true,
            };
            let behind = match self.catch_up(&store).await {
                Ok(()) => 0.0,
                Err(error) => {
                    tracing::error!(%error, "the journal of erasures is behind: a backup could bring back who left");
                    1.0
                }
            };
            metrics::gauge!("oproep_erasures_behind").set(behind);
            if ends {
                return;
            }
        }
    }
}

fn line(erasure: &Erasure) -> String {
    let (id, at) = (erasure.participant.as_uuid(), erasure.erased_at.as_millis());
    format!("{} {id} {at}\n", erasure.number)
}

fn append(path: &Path, lines: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// A power cut may leave half a line at the end; it was not counted as written, and is written again.
fn drop_half_a_line(path: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::File {
        path: path.to_owned(),
        source,
    };
    let whole = {
        let text = std::fs::read(path).map_err(failed)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |place| place + 1);
        (whole < text.len()).then_some(whole as u64)
    };
    if let Some(length) = whole {
        let mut file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        file.set_len(length).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
    }
    Ok(())
}

/// Reads every whole line.
pub fn read(path: &Path, mut each: impl FnMut(Erasure)) -> Result<(), BackupError> {
    let failed = |source| BackupError::File {
        path: path.to_owned(),
        source,
    };
    let mut source = BufReader::new(File::open(path).map_err(failed)?);
    for number in 1.. {
        let mut line = String::new();
        let wrong = || BackupError::Journal {
            path: path.to_owned(),
            line: number,
        };
        let read = Read::by_ref(&mut source).take(LONGEST).read_line(&mut line);
        let length = read.map_err(|_| wrong())?;
        if length == 0 {
            break;
        }
        let Some(text) = line.strip_suffix('\n') else {
            // Half a line at the end, or one that is none of ours.
            if source.fill_buf().map_err(failed)?.is_empty() {
                break;
            }
            return Err(wrong());
        };
        each(parse(text).ok_or_else(wrong)?);
    }
    Ok(())
}

fn parse(text: &str) -> Option<Erasure> {
    let mut parts = text.split(' ');
    let erasure = Erasure {
        number: parts.next()?.parse().ok()?,
        participant: ParticipantId::from_uuid(Uuid::parse_str(parts.next()?).ok()?),
        erased_at: Timestamp::from_millis(parts.next()?.parse().ok()?),
    };
    parts.next().is_none().then_some(erasure)
}

/// Erases everyone in a journal once more; answers how many of them were here, and how many lines it has.
pub async fn replay(path: &Path, store: &Store) -> Result<(u64, u64), BackupError> {
    let mut all = Vec::new();
    read(path, |erasure| all.push(erasure))?;
    let mut again = 0;
    for some in all.chunks(500) {
        let mut tx = store.write().await?;
        for erasure in some {
            again += u64::from(tx.repeat_erasure(*erasure).await?);
        }
        tx.commit().await?;
    }
    Ok((again, all.len() as u64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::storage::testing::TestDatabase;
    use crate::storage::testing::people::{keyring, participant, some_time};

    #[tokio::test]
    async fn the_journal_follows_the_table_and_survives_half_a_line() {
        for database in TestDatabase::each().await {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("new/erasures.log");
            let store = &database.store;
            let mut journal = Journal::open(&path, store).await.unwrap();
            for index in 1..=3 {
                let mut tx = store.write().await.unwrap();
                let number = tx
                    .insert_participant(&keyring(), &participant(index))
                    .await
                    .unwrap();
                tx.erase_participant(number, some_time()).await.unwrap();
                tx.commit().await.unwrap();
                journal.catch_up(store).await.unwrap();
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().count(), 3);
            // A power cut in the middle of the last line.
            std::fs::write(&path, &text[..text.len() - 9]).unwrap();
            let again = Journal::open(&path, store).await.unwrap();
            assert_eq!(again.last, journal.last);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[tokio::test]
    async fn a_database_that_is_older_than_its_journal_is_not_served() {
        for database in TestDatabase::each().await {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("erasures.log");
            let id = participant(1).participant.id.as_uuid();
            std::fs::write(&path, format!("1 {id} 5\n2 {id} 6\n")).unwrap();
            let refused = Journal::open(&path, &database.store).await.unwrap_err();
            assert!(matches!(refused, BackupError::OlderThanJournal { count: 2, .. }));
            assert_eq!(replay(&path, &database.store).await.unwrap(), (0, 2));
            assert_eq!(Journal::open(&path, &database.store).await.unwrap().last, 2);
        }
    }

    #[test]
    fn a_line_of_something_else_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures.log");
        let id = participant(1).participant.id.as_uuid();
        for wrong in [
            "x".repeat(300),
            "1 2 3".to_owned(),
            format!("1 {id} 5 6"),
            String::new(),
        ] {
            std::fs::write(&path, format!("1 {id} 5\n{wrong}\n")).unwrap();
            let error = read(&path, |_| ()).unwrap_err();
            assert!(
                matches!(error, BackupError::Journal { line: 2, .. }),
                "{wrong}: {error}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("erasures.log");
            std::fs::write(&path, bytes).unwrap();
            let _ = read(&path, |_| ());
        }
    }
}
