//! `oproep backup`, `oproep restore` and `oproep erasures`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::figures::counted;
use super::{CliError, Common, Output, machine};
use crate::app::keys::Keys;
use crate::app::lock_sqlite;
use crate::backup::making::make;
use crate::backup::restore::{check, restore as put_back, settle_restored};
use crate::backup::{BackupError, journal};
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// Where to.
#[derive(Debug, Args)]
#[command(
    after_help = "The service goes on meanwhile. The file is sealed with the keys of the database: keep these apart \
    from it.\nOn PostgreSQL use its own tools and note each backup with --note: see docs/backup.md.\n\n\
    Examples:\n  \
    oproep backup /backup/oproep-$(date +%F).backup\n  \
    oproep --json backup /backup/tonight.backup | jq -r .sha256\n  \
    pg_dump --format=custom oproep > /backup/oproep.dump && oproep backup --note"
)]
pub struct BackupArguments {
    /// A new file; none is written over.
    #[arg(required_unless_present = "note", conflicts_with = "note")]
    file: Option<PathBuf>,
    /// Only notes that a backup was made by other means, so that nobody is warned.
    #[arg(long)]
    note: bool,
}

/// Which backup.
#[derive(Debug, Args)]
#[command(
    after_help = "The keys of that time have to be in keys.folder, and no database where database.url says. What was \
    under way\nthen is not sent again; nobody is signed in any more; whoever left since is forgotten again.\n\n\
    Examples:\n  \
    oproep restore /backup/oproep-2026-11-25.backup --erasures /backup/oproep.erasures\n  \
    oproep restore /backup/oproep-2026-11-25.backup --check"
)]
pub struct RestoreArguments {
    /// The backup.
    file: PathBuf,
    /// The journal of who left; the one beside the database when left out.
    #[arg(long, value_name = "FILE", conflicts_with = "without_erasures")]
    erasures: Option<PathBuf>,
    /// Restores although the journal is lost: whoever left since the backup comes back.
    #[arg(long)]
    without_erasures: bool,
    /// Only reads all of it and compares every checksum.
    #[arg(long, conflicts_with_all = ["erasures", "without_erasures"])]
    check: bool,
}

/// What is done with the journal of who left.
#[derive(Debug, Subcommand)]
pub enum ErasuresCommand {
    /// Forgets everyone again who left, in a database that was put back by other means than `oproep restore`.
    #[command(after_help = "Examples:\n  \
        oproep erasures replay --restored\n  \
        oproep erasures replay /backup/oproep.erasures --restored")]
    Replay {
        /// The journal; the one of this configuration when left out.
        file: Option<PathBuf>,
        /// The database is an older copy: what was under way is not sent again, and nobody is signed in any more.
        #[arg(long)]
        restored: bool,
    },
}

impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Storage(error) => error.into(),
            BackupError::File { path, source } => Self::File { path, source },
            BackupError::Present(_) | BackupError::OlderThanJournal { .. } => {
                Self::Refused(error.to_string())
            }
            other => Self::Failed(other.to_string()),
        }
    }
}

pub(super) async fn backup(common: &Common, arguments: BackupArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    let foundation = machine::foundation(common).await?;
    let Some(file) = arguments.file else {
        let now = foundation.clock.now();
        let mut tx = foundation.store.write().await?;
        tx.insert_backup(now, 0, "made by other means").await?;
        tx.commit().await?;
        output.answer(&json!({ "noted_at": now }), |_| "noted".to_owned())?;
        return Ok(());
    };
    let realm = foundation.config.realm();
    let (store, keys) = (&foundation.store, &foundation.keys.ring);
    let made = make(store, keys, realm, &foundation.clock, &file).await?;
    output.answer(&made, |made| {
        format!(
            "{} ({} bytes)\nSHA-256 {}\nkeep the keys apart from it",
            made.file.display(),
            made.bytes,
            made.sha256
        )
    })?;
    Ok(())
}

pub(super) async fn restore(common: &Common, arguments: RestoreArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    let config = Config::load(common.config.as_deref())?;
    let keys = Keys::load(&config.keys.folder, &Random::from_os())?.ring;
    if arguments.check {
        let (head, sha256) = check(&keys, &arguments.file).await?;
        output.answer(&json!({ "sound": true, "sha256": sha256, "head": head }), |_| {
            format!("sound: {} of {}\nSHA-256 {sha256}", head.realm, head.made_at)
        })?;
        return Ok(());
    }
    let Some(database) = config.database.url.strip_prefix("sqlite:") else {
        return Err(CliError::Refused(
            "PostgreSQL is restored by its own tools, and then by `oproep erasures replay --restored`: see \
             docs/backup.md"
                .to_owned(),
        ));
    };
    let database = PathBuf::from(database.trim_start_matches("//"));
    let journal = match (arguments.erasures, arguments.without_erasures) {
        (Some(file), _) => Some(file),
        (None, true) => None,
        (None, false) => config.erasures_file().filter(|file| file.exists()),
    };
    if journal.is_none() && !arguments.without_erasures {
        return Err(CliError::Refused(
            "there is no journal of erasures beside the database: give it with --erasures, or say \
             --without-erasures when it is lost"
                .to_owned(),
        ));
    }
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(CliError::file(folder))?;
    }
    let _alone = lock_sqlite(&config.database.url)?;
    let restored = put_back(
        &keys,
        &Clock::system(),
        &arguments.file,
        &database,
        journal.as_deref(),
    )
    .await?;
    output.answer(&restored, |restored| {
        format!(
            "{} holds the {} database of {}\n{} who left since forgotten again\n\
             what was under way then is not sent again: look at the running actions, then start the service",
            database.display(),
            restored.head.realm,
            restored.head.made_at,
            counted(restored.forgotten, "participant", "participants"),
        )
    })?;
    Ok(())
}

pub(super) async fn erasures(common: &Common, command: ErasuresCommand) -> Result<(), CliError> {
    let ErasuresCommand::Replay { file, restored } = command;
    let output = Output::new(common);
    let _alone = machine::alone(common)?;
    let foundation = machine::foundation(common).await?;
    let file = file
        .or_else(|| foundation.config.erasures_file())
        .ok_or_else(|| CliError::Refused("say which journal, or set backup.erasures_file".to_owned()))?;
    if restored {
        let mut tx = foundation.store.write().await?;
        settle_restored(&mut tx, &foundation.keys.ring, &foundation.clock).await?;
        tx.commit().await?;
    }
    let (forgotten, lines) = replayed(&file, &foundation).await?;
    foundation.store.close().await;
    output.answer(&json!({ "lines": lines, "forgotten": forgotten }), |_| {
        format!(
            "{} forgotten again, of {} in the journal",
            counted(forgotten, "participant", "participants"),
            counted(lines, "line", "lines")
        )
    })?;
    Ok(())
}

async fn replayed(file: &Path, foundation: &crate::app::Foundation) -> Result<(u64, u64), CliError> {
    Ok(journal::replay(file, &foundation.store).await?)
}
