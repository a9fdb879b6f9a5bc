//! Putting a backup back on an empty machine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::BackupError;
use super::journal::replay;
use super::sealed_file::{Head, Opened, create_private};
use crate::domain::actor::Actor;
use crate::domain::audit::Deed;
use crate::domain::clock::Clock;
use crate::storage::audit::AuditEntry;
use crate::storage::sealing::Keyring;
use crate::storage::{StorageError, Store, Tx};

/// A database that was put back.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// What the backup says of itself.
    #[serde(flatten)]
    pub head: Head,
    /// The checksum of the backup's file.
    pub sha256: String,
    /// How many who left since it was made were forgotten again.
    pub forgotten: u64,
}

/// Reads a backup to its end and compares every checksum; nothing is written.
pub async fn check(keys: &Keyring, file: &Path) -> Result<(Head, String), BackupError> {
    let (keys, file) = (keys.clone(), file.to_owned());
    let checking = tokio::task::spawn_blocking(move || {
        let opened = Opened::open(&file)?;
        opened.unseal(&keys, &mut std::io::sink())?;
        Ok((opened.head, opened.sha256))
    });
    checking.await.expect("reading does not panic")
}

/// Puts the database of a backup at `database`, where none may be, and settles it: nothing that was under way is sent
/// again, nobody is signed in, and everyone in the journal is forgotten. It has its name only when all of that is done.
pub async fn restore(
    keys: &Keyring,
    clock: &Clock,
    file: &Path,
    database: &Path,
    journal: Option<&Path>,
) -> Result<Restored, BackupError> {
    for end in ["", "-wal", "-shm"] {
        let path = beside(database, end);
        if path.exists() {
            return Err(BackupError::Present(path));
        }
    }
    let unready = beside(database, ".restoring");
    for end in ["", "-wal", "-shm"] {
        // Of a restore that broke off.
        let _ = std::fs::remove_file(beside(&unready, end));
    }
    let (opened, target) = {
        let (keys, file, unready) = (keys.clone(), file.to_owned(), unready.clone());
        let unsealing = tokio::task::spawn_blocking(move || {
            let opened = Opened::open(&file)?;
            if let Some(folder) = unready.parent() {
                std::fs::create_dir_all(folder).map_err(BackupError::file(folder))?;
            }
            let mut target = BufWriter::new(create_private(&unready)?);
            opened.unseal(&keys, &mut target)?;
            target.flush().map_err(BackupError::file(&unready))?;
            Ok::<_, BackupError>((opened, target))
        });
        unsealing.await.expect("reading does not panic")?
    };
    let synced = target.get_ref().sync_all();
    synced.map_err(BackupError::file(&unready))?;
    drop(target);
    let settled = settle(keys, clock, &unready, journal).await;
    let forgotten = match settled {
        Ok(forgotten) => forgotten,
        Err(error) => {
            let _ = std::fs::remove_file(&unready);
            return Err(error);
        }
    };
    std::fs::rename(&unready, database).map_err(BackupError::file(database))?;
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let folder_synced = File::open(folder).and_then(|folder| folder.sync_all());
        folder_synced.map_err(BackupError::file(folder))?;
    }
    Ok(Restored {
        head: opened.head,
        sha256: opened.sha256,
        forgotten,
    })
}

async fn settle(
    keys: &Keyring,
    clock: &Clock,
    unready: &Path,
    journal: Option<&Path>,
) -> Result<u64, BackupError> {
    let store = Store::open(&format!("sqlite:{}", unready.display()), 2).await?;
    let settling = async {
        store.check_integrity().await?;
        store.migrate().await?;
        let mut tx = store.write().await?;
        settle_restored(&mut tx, keys, clock).await?;
        tx.commit().await?;
        match journal {
            Some(journal) => Ok(replay(journal, &store).await?.0),
            None => Ok(0),
        }
    };
    let settled = settling.await;
    // Brings everything from beside into the file.
    store.close().await;
    settled
}

/// Settles a database that is an older copy ([`Tx::settle_restored`]), and keeps that it is one.
pub async fn settle_restored(tx: &mut Tx, keys: &Keyring, clock: &Clock) -> Result<(), StorageError> {
    let now = clock.now();
    tx.settle_restored(now).await?;
    let entry = AuditEntry {
        at: now,
        actor: Actor::System,
        deed: Deed::BackupRestored,
        subject: None,
        region: None,
        detail: Value::Null,
        personal: Value::Null,
    };
    tx.append_audit(keys, &entry).await.map(drop)
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::super::making::make;
    use super::super::sealed_file::checksum;
    use super::*;
    use crate::domain::realm::Realm;
    use crate::storage::testing::TestDatabase;
    use crate::storage::testing::people::{keyring, participant, some_time};

    async fn count(store: &Store) -> u64 {
        store.read().await.unwrap().count_participants().await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_backup_made_while_others_write_is_whole_and_comes_back_the_same() {
        let database = TestDatabase::sqlite().await;
        let (store, keys, clock) = (&database.store, keyring(), Clock::manual(some_time()));
        let folder = tempfile::tempdir().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn({
            let (store, ends, keys) = (store.clone(), ends.clone(), keys.clone());
            async move {
                let mut index = 0;
                // At least so many, however quick the copies are.
                while index < 200 || !ends.load(Ordering::Relaxed) {
                    index += 1;
                    let mut tx = store.write().await.unwrap();
                    tx.insert_participant(&keys, &participant(index)).await.unwrap();
                    tx.commit().await.unwrap();
                }
                u64::from(index)
            }
        });
        while count(store).await < 50 {
            tokio::task::yield_now().await;
        }
        let mut made = Vec::new();
        for index in 0..5 {
            let least = count(store).await;
            let file = folder.path().join(format!("{index}.backup"));
            clock.advance(std::time::Duration::from_secs(1));
            made.push((
                make(store, &keys, Realm::Live, &clock, &file).await.unwrap(),
                least,
                count(store).await,
            ));
        }
        ends.store(true, Ordering::Relaxed);
        let written = writing.await.unwrap();
        for (backup, least, most) in &made {
            assert_eq!(
                check(&keys, &backup.file).await.unwrap(),
                (backup.head.clone(), backup.sha256.clone())
            );
            let copy = folder.path().join(format!("{}.db", backup.sha256));
            let restored = restore(&keys, &clock, &backup.file, &copy, None).await.unwrap();
            assert_eq!(restored.head, backup.head);
            let store = Store::open(&format!("sqlite:{}", copy.display()), 2)
                .await
                .unwrap();
            let there = count(&store).await;
            assert!((*least..=*most).contains(&there), "{least} <= {there} <= {most}");
            let mut tx = store.read().await.unwrap();
            let everyone = tx.list_participants(&keys, 0, 10_000).await.unwrap();
            assert_eq!(everyone.len() as u64, there, "all of them open");
            assert_eq!(everyone[0].participant, participant(1).participant);
            drop(tx);
            store.close().await;
            let again = restore(&keys, &clock, &backup.file, &copy, None)
                .await
                .unwrap_err();
            assert!(
                matches!(again, BackupError::Present(_)),
                "a database is never written over"
            );
        }
        assert_eq!(count(store).await, written);
        let last = store.read().await.unwrap().last_backup().await.unwrap();
        assert_eq!(last, Some(clock.now()));
        let names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let left_over = names
            .iter()
            .filter(|name| name.contains("copying") || name.contains("restoring"));
        assert_eq!(left_over.count(), 0, "{names:?}");
    }

    #[tokio::test]
    async fn a_copy_without_changes_has_the_checksum_that_its_backup_says() {
        let database = TestDatabase::sqlite().await;
        let (keys, clock) = (keyring(), Clock::manual(some_time()));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.backup");
        let made = make(&database.store, &keys, Realm::Live, &clock, &file)
            .await
            .unwrap();
        let plain = folder.path().join("plain.db");
        let mut target = create_private(&plain).unwrap();
        Opened::open(&file).unwrap().unseal(&keys, &mut target).unwrap();
        let (sum, length) = checksum(&plain).unwrap();
        assert_eq!(
            (sum, length),
            (made.head.database_sha256, made.head.database_bytes)
        );
    }

    #[tokio::test]
    async fn whoever_left_since_the_backup_stays_away_and_a_damaged_one_leaves_nothing() {
        let database = TestDatabase::sqlite().await;
        let (store, keys, clock) = (&database.store, keyring(), Clock::manual(some_time()));
        let folder = tempfile::tempdir().unwrap();
        let mut tx = store.write().await.unwrap();
        let stays = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let leaves = tx.insert_participant(&keys, &participant(2)).await.unwrap();
        tx.commit().await.unwrap();
        let file = folder.path().join("old.backup");
        make(store, &keys, Realm::Live, &clock, &file).await.unwrap();
        let journal = folder.path().join("erasures");
        let mut following = super::super::journal::Journal::open(&journal, store)
            .await
            .unwrap();
        let mut tx = store.write().await.unwrap();
        assert!(tx.erase_participant(leaves, some_time()).await.unwrap());
        tx.commit().await.unwrap();
        following.catch_up(store).await.unwrap();
        let copy = folder.path().join("restored.db");
        let restored = restore(&keys, &clock, &file, &copy, Some(&journal))
            .await
            .unwrap();
        assert_eq!(restored.forgotten, 1);
        let store = Store::open(&format!("sqlite:{}", copy.display()), 2)
            .await
            .unwrap();
        let mut tx = store.read().await.unwrap();
        assert!(tx.find_participant(&keys, stays).await.unwrap().is_some());
        assert!(tx.find_participant(&keys, leaves).await.unwrap().is_none());
        assert_eq!(tx.last_erasure().await.unwrap(), 1);
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let damaged = folder.path().join("damaged.backup");
        std::fs::write(&damaged, bytes).unwrap();
        let nowhere = folder.path().join("nowhere.db");
        assert!(restore(&keys, &clock, &damaged, &nowhere, None).await.is_err());
        assert!(!nowhere.exists() && !beside(&nowhere, ".restoring").exists());
    }
}
