//! How long a call-out to so many participants would take, and what holds it up: a model fed by measured figures.
//!
//! Messages flow like water. Each channel flows as fast as its account's quota and its connections allow, until
//! together they want more of the processors, the line or the database than there is; then all of them are slowed down
//! alike. When a channel is through, the others get what it used. [`reckon`] follows that from the first message to the
//! last and says for each channel what held it up.

use std::path::{Path, PathBuf};

pub mod figures;
mod flow;
pub mod measured;

pub use figures::{Database, Figures};
pub use flow::{Account, Answer, ChannelAnswer, Limit, Question, reckon};

/// Why nothing can be reckoned.
#[derive(Debug, thiserror::Error)]
pub enum CapacityError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The figures are not all there, or of the wrong kind.
    #[error("figures: {0}")]
    Figures(#[from] Box<figment::Error>),
    /// A figure is zero or below.
    #[error("figures: {0} is more than zero")]
    Zero(&'static str),
    /// What `make bench` wrote cannot be read.
    #[error("{0} is not what `make bench` writes: a list of rows with name, size, ours and unit")]
    Bench(PathBuf),
}

fn read(path: &Path) -> Result<String, CapacityError> {
    std::fs::read_to_string(path).map_err(|source| CapacityError::File {
        path: path.to_owned(),
        source,
    })
}
