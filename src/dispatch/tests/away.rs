//! The database is away while messages go out, or refuses what it is given.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::world::{Gateway, PACE, World, worlds};
use crate::dispatch::account::{AccountSettings, Pace};
use crate::dispatch::spool::{SpoolSettings, read};
use crate::dispatch::{Dispatcher, Surroundings};
use crate::domain::delivery::{Attempt, Disposition};
use crate::domain::wave::WaveState;
use crate::storage::Store;

/// Everything of a claim may be handed over without another write.
const WIDE: Pace = Pace { window: 500, ..PACE };

/// A node in a process of its own, as far as a test can have one: it dies at once, with all that it has in memory.
struct Process {
    runtime: tokio::runtime::Runtime,
    store: Store,
    dispatcher: Dispatcher,
}

impl Process {
    async fn start(world: &World, gateway: &Arc<Gateway>, pace: Pace) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (url, around) = (world.database.url.clone(), world.around.clone());
        let account = AccountSettings {
            name: "push".to_owned(),
            provider: gateway.clone(),
            pace,
            weight: 1,
        };
        let started = runtime.spawn(async move {
            let store = Store::open(&url, 4).await.unwrap();
            let around = Surroundings {
                store: store.clone(),
                ..around
            };
            let dispatcher = Dispatcher::start(around, vec![account]).await.unwrap();
            (store, dispatcher)
        });
        let (store, dispatcher) = started.await.unwrap();
        Self {
            runtime,
            store,
            dispatcher,
        }
    }

    /// From now on the database answers this process no more.
    async fn lose_database(&self) {
        let store = self.store.clone();
        self.runtime
            .spawn(async move { store.close().await })
            .await
            .unwrap();
    }

    async fn kill(self) {
        drop(self.dispatcher);
        let runtime = self.runtime;
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(10)))
            .await
            .unwrap();
    }
}

fn with_spool(world: &mut World, folder: &Path, limit_bytes: usize) {
    world.around.spool = Some(SpoolSettings {
        folder: folder.to_owned(),
        limit_bytes,
    });
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|one| one == extension))
        .collect()
}

/// Waits until so many are on disk as accepted.
async fn until_kept(world: &World, folder: &Path, accepted: usize) {
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let kept = files(folder, "spool")
                .iter()
                .filter_map(|path| read(path, &world.around.keys))
                .flat_map(|left| left.batches)
                .flat_map(|batch| batch.outcomes)
                .filter(|outcome| *outcome == Disposition::Accepted)
                .count();
            if kept == accepted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("what became of them is kept on disk");
}

/// Waits until the system gave up the dead one's lock: another test's child process may hold it until it is itself.
async fn until_unlocked(folder: &Path) {
    // Looked at, not tried: a lock that is taken to see whether it is free may be inherited by such a child in turn.
    let is_free = |path: &PathBuf| {
        let file = format!(":{} ", std::fs::metadata(path).unwrap().ino());
        let locks = std::fs::read_to_string("/proc/locks").expect("Linux tells its locks");
        !locks.contains(&file)
    };
    tokio::time::timeout(Duration::from_secs(20), async {
        // The list is read in pieces, and one may be passed over while others come and go.
        let mut looks_free = 0;
        while looks_free < 5 {
            let free = files(folder, "lock").iter().all(is_free);
            looks_free = if free { looks_free + 1 } else { 0 };
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("whoever is dead holds no lock");
}

/// A wave of 300 of which everything is handed over while the database is away, and the process that did it dies.
async fn die_with_outcomes_on_disk(world: &World, folder: &Path, gateway: &Arc<Gateway>) {
    gateway.held.store(true, Ordering::SeqCst);
    let process = Process::start(world, gateway, WIDE).await;
    gateway.until_called().await;
    process.lose_database().await;
    gateway.held.store(false, Ordering::SeqCst);
    gateway.release.notify_waiters();
    gateway.until_told(300).await;
    until_kept(world, folder, 300).await;
    process.kill().await;
    until_unlocked(folder).await;
}

#[tokio::test]
async fn what_was_handed_over_while_the_database_was_away_is_written_at_the_next_start_and_nobody_is_told_twice()
 {
    for mut world in worlds(300).await {
        let folder = tempfile::tempdir().unwrap();
        with_spool(&mut world, folder.path(), 1 << 20);
        let wave = world.start_wave(300).await;
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        die_with_outcomes_on_disk(&world, folder.path(), &gateway).await;
        let sealed = std::fs::read(&files(folder.path(), "spool")[0]).unwrap();
        assert!(
            !sealed.windows(8).any(|window| window == b"accepted"),
            "it is sealed"
        );

        let next = world.dispatcher(&gateway, WIDE).await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!((end.accepted, gateway.most_often()), (300, 1));
        assert!(files(folder.path(), "spool").is_empty(), "what is written goes");
        assert!(files(folder.path(), "lock").len() == 1, "and whose it was");
        next.stop().await;
    }
}

#[tokio::test]
async fn what_a_dead_node_left_changes_nothing_of_a_batch_that_was_taken_over() {
    for mut world in worlds(300).await {
        let folder = tempfile::tempdir().unwrap();
        with_spool(&mut world, folder.path(), 1 << 20);
        let wave = world.start_wave(300).await;
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        die_with_outcomes_on_disk(&world, folder.path(), &gateway).await;

        // Another machine, with a disk of its own.
        let elsewhere = tempfile::tempdir().unwrap();
        with_spool(&mut world, elsewhere.path(), 1 << 20);
        let refusing = Gateway::new(|_, _| Attempt::Rejected {
            reason: "refused".to_owned(),
            endpoint_gone: false,
        });
        let other = world.dispatcher(&refusing, WIDE).await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(end.unknown, 300, "each may have been told by the dead one");
        other.stop().await;

        with_spool(&mut world, folder.path(), 1 << 20);
        let late = world.dispatcher(&gateway, WIDE).await;
        assert_eq!(world.accounting(wave).await, end, "a stale node commits nothing");
        assert!(files(folder.path(), "spool").is_empty());
        late.stop().await;
    }
}

#[tokio::test]
async fn what_a_living_node_keeps_is_left_alone_and_what_does_not_open_stays() {
    let mut world = World::new(crate::storage::testing::TestDatabase::sqlite().await, 300).await;
    let folder = tempfile::tempdir().unwrap();
    with_spool(&mut world, folder.path(), 1 << 20);
    let (foreign, living) = (folder.path().join("a.spool"), folder.path().join("b.spool"));
    std::fs::write(&foreign, b"\x01sealed by another key").unwrap();
    File::create(foreign.with_extension("lock")).unwrap();
    std::fs::write(&living, b"of a living node").unwrap();
    let lock = File::create(living.with_extension("lock")).unwrap();
    lock.try_lock().unwrap();
    let gateway = Gateway::new(|_, _| Attempt::Accepted);
    world.dispatcher(&gateway, PACE).await.stop().await;
    assert!(foreign.exists() && living.exists());
}

#[tokio::test]
async fn where_neither_database_nor_disk_takes_more_nothing_more_is_handed_over() {
    for mut world in worlds(400).await {
        let folder = tempfile::tempdir().unwrap();
        with_spool(&mut world, folder.path(), 10);
        world.start_wave(400).await;
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let pace = Pace {
            rate_per_s: Some(200),
            step: 10,
            ..WIDE
        };
        let process = Process::start(&world, &gateway, pace).await;
        gateway.until_told(20).await;
        process.lose_database().await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let told = gateway.people_told();
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(told < 400, "{told}");
        assert_eq!(gateway.people_told(), told, "its lane waits");
        process.kill().await;
    }
}

#[tokio::test]
async fn a_batch_that_the_database_refuses_keeps_no_other_waiting_and_is_told_of() {
    for world in worlds(1_500).await {
        let mut tx = world.database.store.write().await.unwrap();
        tx.refuse_first_batch_for_tests().await;
        tx.commit().await.unwrap();
        let wave = world.start_wave(1_500).await;
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        tokio::time::timeout(Duration::from_secs(20), async {
            let mut was_told = false;
            loop {
                was_told |= dispatcher.trouble().is_some();
                let mut tx = world.database.store.read().await.unwrap();
                let recipients = tx.list_recipients(wave).await.unwrap();
                let mut others = recipients.iter().filter(|one| one.batch > 1);
                if was_told && others.all(|one| one.disposition == Disposition::Accepted) {
                    return;
                }
                drop(tx);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
        .expect("the others are written to their end, and it is told");
        // It is taken up again as often as its lease ends.
        tokio::time::sleep(world.around.timing.lease * 4).await;
        assert!(gateway.most_often() <= 2, "{}", gateway.most_often());
        assert_eq!(gateway.people_told(), 1_500);
        let recipients = world.accounting(wave).await;
        assert!(recipients.is_balanced());
        dispatcher.stop().await;
    }
}
