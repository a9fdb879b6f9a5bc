//! What became of the batches in hand, on disk beside the database while the database is away.
//!
//! One file a node, sealed, always whole: it is written anew beside the old one and takes its place. A living node
//! writes to the database itself as soon as it is back, and removes the file; what a dead one left is replayed at the
//! next start on this machine, under the lease and fencing token of the dead, so that nothing is written of a batch
//! that somebody took over meanwhile. What stands in a file is bounded by what one node holds in its hands.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::in_hand::Snapshot;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::id::{BatchNumber, NodeId};
use crate::storage::batches::{BatchState, NewBatch, Progress};
use crate::storage::endpoints::GoneEndpoint;
use crate::storage::failures::Failure;
use crate::storage::sealing::Keyring;
use crate::storage::{Result, Store};

/// What seals a file.
const SPOOL: &str = "dispatch.spool";

/// Where outcomes are kept while the database is away, and how much of them.
#[derive(Clone, Debug)]
pub struct SpoolSettings {
    /// The folder, which is made when it is missing.
    pub folder: PathBuf,
    /// The most bytes of a file; above it nothing more is handed over until the database is back.
    pub limit_bytes: usize,
}

/// What is kept of a batch in hand.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    number: BatchNumber,
    claims: i64,
    pub(super) outcomes: Vec<Disposition>,
    intent_to: usize,
    state: BatchState,
    first_handover_at: Option<Timestamp>,
    last_handover_at: Option<Timestamp>,
    failures: Vec<Failure>,
    gone: Vec<GoneEndpoint>,
    splits: Vec<NewBatch>,
}

/// What a node left.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Left {
    node: NodeId,
    pub(super) batches: Vec<Kept>,
}

impl Kept {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            number: snapshot.batch.number,
            claims: snapshot.batch.claims,
            outcomes: snapshot.outcomes.clone(),
            intent_to: snapshot.intent_to,
            state: snapshot.state,
            first_handover_at: snapshot.first_handover_at,
            last_handover_at: snapshot.last_handover_at,
            failures: snapshot.failures.clone(),
            gone: snapshot.gone.clone(),
            splits: snapshot.splits.clone(),
        }
    }

    /// Writes it under the dead node's lease; false when that was lost. What was in hand is left to whoever claims
    /// it next, at once: the lease is over, and members who may have been told are in doubt.
    async fn write(&self, store: &Store, node: NodeId, now: Timestamp) -> Result<bool> {
        let mut tx = store.write().await?;
        let progress = Progress {
            number: self.number,
            claims: self.claims,
            outcomes: &self.outcomes,
            intent_to: match self.state {
                BatchState::Claimed => self.intent_to,
                _ => 0,
            },
            state: self.state,
            first_handover_at: self.first_handover_at,
            last_handover_at: self.last_handover_at,
        };
        let over = Timestamp::default();
        let Some(reported) = tx.record_progress_of(node, over, &progress).await? else {
            return Ok(false);
        };
        tx.insert_failures(&self.failures).await?;
        tx.retire_endpoints(&self.gone, now).await?;
        let mut splits = self.splits.clone();
        for split in &mut splits {
            reported.settle(split);
        }
        tx.insert_batches(&splits).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The file of a living node. Another one that starts leaves it alone, because it is locked.
pub(super) struct Spool {
    settings: SpoolSettings,
    keys: Keyring,
    node: NodeId,
    _lock: File,
    lock_path: PathBuf,
    is_there: AtomicBool,
}

impl Spool {
    /// Takes the place of this node's file in the folder.
    pub(super) fn open(settings: SpoolSettings, keys: Keyring, node: NodeId) -> io::Result<Self> {
        fs::create_dir_all(&settings.folder)?;
        let lock_path = settings.folder.join(format!("{node}.lock"));
        let lock = File::create(&lock_path)?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Self {
            settings,
            keys,
            node,
            _lock: lock,
            lock_path,
            is_there: AtomicBool::new(false),
        })
    }

    fn path(&self) -> PathBuf {
        self.settings.folder.join(format!("{}.spool", self.node))
    }

    /// Keeps this instead of what was kept before; durable once it is answered.
    ///
    /// # Errors
    /// When it is more than the limit, or the disk does not take it: what was kept before still is.
    pub(super) async fn keep(&self, batches: Vec<Kept>) -> io::Result<()> {
        let left = Left {
            node: self.node,
            batches,
        };
        let sealed = self.keys.seal_json(SPOOL, &left);
        if sealed.len() > self.settings.limit_bytes {
            return Err(io::Error::other(
                "more outcomes wait than dispatch.spool_limit_mb allows",
            ));
        }
        let (folder, path) = (self.settings.folder.clone(), self.path());
        let written = tokio::task::spawn_blocking(move || replace(&folder, &path, &sealed));
        written.await.map_err(io::Error::other)??;
        self.is_there.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The database has everything: the file goes.
    pub(super) fn clear(&self) {
        if self.is_there.swap(false, Ordering::Relaxed)
            && let Err(error) = fs::remove_file(self.path())
        {
            // Replayed at the next start, it changes nothing: the fencing tokens have moved on.
            tracing::warn!(%error, "a spool that is written stays on disk");
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Whoever leaves a file needs its lock to tell that nobody lives.
        if !self.is_there.load(Ordering::Relaxed) {
            let _ = fs::remove_file(&self.lock_path);
        }
    }
}

/// Writes beside the file, makes it durable, and lets it take the file's place.
fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()
}

/// Writes what dead nodes left in the folder, and removes their files. Batches that somebody took over meanwhile are
/// left out.
pub(super) async fn replay(
    settings: &SpoolSettings,
    keys: &Keyring,
    store: &Store,
    now: Timestamp,
) -> Result<()> {
    let Ok(entries) = fs::read_dir(&settings.folder) else {
        // No folder, nothing left.
        return Ok(());
    };
    let is_lock = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "lock");
    for lock_path in entries.flatten().map(|entry| entry.path()).filter(is_lock) {
        let path = lock_path.with_extension("spool");
        let Ok(lock) = File::open(&lock_path) else {
            continue;
        };
        if lock.try_lock().is_err() {
            // Its node lives.
            continue;
        }
        if !path.exists() {
            let _ = fs::remove_file(&lock_path);
            continue;
        }
        let Some(left) = read(&path, keys) else { continue };
        let (mut written, mut lost, mut refused) = (0_u32, 0_u32, 0_u32);
        for batch in &left.batches {
            match batch.write(store, left.node, now).await {
                Ok(true) => written += 1,
                Ok(false) => lost += 1,
                Err(error) if error.is_refusal() => {
                    refused += 1;
                    tracing::error!(batch = batch.number, %error, "the outcomes of a batch were refused");
                }
                Err(error) => return Err(error),
            }
        }
        tracing::info!(node = %left.node, written, lost, refused, "replayed what a node left on disk");
        for done in [&path, &lock_path] {
            if let Err(error) = fs::remove_file(done) {
                tracing::warn!(%error, "a spool that is replayed stays on disk");
            }
        }
    }
    Ok(())
}

/// What stands in a file; none, and a word in the log, when it cannot be read.
pub(super) fn read(path: &Path, keys: &Keyring) -> Option<Left> {
    let sealed = fs::read(path)
        .inspect_err(|error| tracing::error!(%error, "a spool cannot be read and is left alone"))
        .ok()?;
    keys.open_json(SPOOL, &sealed)
        .inspect_err(|error| tracing::error!(%error, "a spool does not open and is left alone"))
        .ok()
}
