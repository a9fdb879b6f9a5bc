//! Why a command did not do what it was asked, and the exit code that says so.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::AppError;
use crate::app::keys::KeyError;
use crate::backup::BackupError;
use crate::client::ClientError;
use crate::config::ConfigError;
use crate::demo::running::DemoError;
use crate::desk::DeskError;
use crate::directory::DirectoryError;
use crate::dispatch::StartError;
use crate::storage::StorageError;
use crate::telemetry::TelemetryError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It was done.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// It was not typed as the help says; clap's own code.
    Usage = 2,
    /// A rule of the network refused it.
    Refused = 3,
    /// There is no such thing.
    NotFound = 4,
    /// The service or database cannot be reached, or has no room at this moment.
    Unavailable = 5,
    /// A mail came to an address that is none: `EX_NOUSER` of `sysexits.h`.
    NoMailbox = 67,
    /// A mail is to be brought again: `EX_TEMPFAIL`.
    TryAgain = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service cannot start.
    #[error(transparent)]
    App(#[from] AppError),
    /// A use case.
    #[error("{}", desk_text(.0))]
    Desk(#[from] DeskError),
    /// The running service.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Traces and figures.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Standard input or output.
    #[error("cannot write the answer: {0}")]
    Stream(#[from] io::Error),
    /// An answer that is no JSON.
    #[error("cannot write the answer: {0}")]
    Json(#[from] serde_json::Error),
    /// What was typed does not fit together.
    #[error("{0}")]
    Usage(String),
    /// A rule refuses it.
    #[error("{0}")]
    Refused(String),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// A mail was not taken, said to a mail server in its own codes.
    #[error("{1}")]
    Mail(Exit, String),
    /// It failed, and the text says why and what to do.
    #[error("{0}")]
    Failed(String),
}

impl CliError {
    /// A file that cannot be read or written.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }

    /// The exit code that says so.
    pub fn exit(&self) -> Exit {
        match self {
            // Whoever reads the output has seen enough.
            Self::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Config(_) | Self::Usage(_) => Exit::Usage,
            Self::App(error) => of_app(error),
            Self::Desk(error) => of_desk(error),
            Self::Client(error) => of_client(error),
            Self::File { source, .. } if source.kind() == io::ErrorKind::NotFound => Exit::NotFound,
            Self::Refused(_) => Exit::Refused,
            Self::NotFound(_) => Exit::NotFound,
            Self::Mail(exit, _) => *exit,
            Self::Telemetry(_) | Self::File { .. } | Self::Stream(_) | Self::Json(_) | Self::Failed(_) => {
                Exit::Failed
            }
        }
    }

    /// Says on standard error what went wrong, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        let exit = self.exit();
        if exit != Exit::Done {
            eprintln!("error: {self}");
        }
        exit.into()
    }
}

fn of_app(error: &AppError) -> Exit {
    match error {
        AppError::Keys(KeyError::Missing(_) | KeyError::WithoutAudit(_)) => Exit::NotFound,
        AppError::Keys(KeyError::Present(_))
        | AppError::InUse(_)
        | AppError::WorkerOnSqlite
        | AppError::WorkerInTraining
        | AppError::AccountsInTraining
        | AppError::WrongRealm { .. }
        | AppError::Backup(BackupError::OlderThanJournal { .. }) => Exit::Refused,
        AppError::Storage(error)
        | AppError::Directory(DirectoryError::Storage(error))
        | AppError::Dispatch(StartError::Storage(error)) => of_storage(error),
        AppError::Outlet(_) | AppError::Webhooks(_) | AppError::Alerts(_) => Exit::Usage,
        AppError::Listen { .. } => Exit::Unavailable,
        AppError::Keys(_) | AppError::Directory(_) | AppError::Dispatch(_) | AppError::Backup(_) => {
            Exit::Failed
        }
    }
}

fn of_desk(error: &DeskError) -> Exit {
    match error {
        DeskError::NotFound(_) => Exit::NotFound,
        DeskError::Unavailable(_) | DeskError::TooMany { .. } => Exit::Unavailable,
        DeskError::Storage(error) => of_storage(error),
        DeskError::NotSignedIn => Exit::Failed,
        _ => Exit::Refused,
    }
}

fn of_client(error: &ClientError) -> Exit {
    match error {
        ClientError::Address(_) => Exit::Usage,
        ClientError::Unreachable { .. } | ClientError::Broken(_) => Exit::Unavailable,
        ClientError::Refused(problem) => match problem.status {
            404 => Exit::NotFound,
            403 | 409 | 410 | 422 => Exit::Refused,
            // A limit of the network, not of this machine.
            429 if problem.code.is_some() => Exit::Refused,
            429 | 502..=504 => Exit::Unavailable,
            _ => Exit::Failed,
        },
        ClientError::Token | ClientError::Setup(_) | ClientError::TooLong | ClientError::Answer(_) => {
            Exit::Failed
        }
    }
}

fn of_storage(error: &StorageError) -> Exit {
    use sqlx::Error::{Io, PoolClosed, PoolTimedOut};
    match error {
        StorageError::Database(Io(_) | PoolClosed | PoolTimedOut) => Exit::Unavailable,
        _ => Exit::Failed,
    }
}

/// The desk's words, with every field that is not right on a line of its own.
fn desk_text(error: &DeskError) -> String {
    match error {
        DeskError::Invalid(fields) => fields
            .iter()
            .map(|invalid| format!("{}: {}", invalid.field, invalid.said))
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_string(),
    }
}

impl From<KeyError> for CliError {
    fn from(error: KeyError) -> Self {
        AppError::Keys(error).into()
    }
}

impl From<StorageError> for CliError {
    fn from(error: StorageError) -> Self {
        AppError::Storage(error).into()
    }
}

impl From<DemoError> for CliError {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Config(error) => error.into(),
            DemoError::App(error) => error.into(),
            DemoError::Keys(error) => error.into(),
            DemoError::Desk(error) => error.into(),
            DemoError::PortTaken(_) => Self::Refused(error.to_string()),
            DemoError::Population(_) | DemoError::Io { .. } => Self::Failed(error.to_string()),
        }
    }
}
