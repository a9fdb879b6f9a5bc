//! The session that `oproep login` opened: a file in the user's configuration folder that nobody else reads.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CliError;

/// A session at a service.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSession {
    /// The service.
    pub address: String,
    /// The session's credential.
    pub token: String,
}

impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredSession({})", self.address)
    }
}

/// Where the session is kept: `$XDG_CONFIG_HOME/oproep/session.json`, or below `~/.config`.
pub fn path() -> Result<PathBuf, CliError> {
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    folder("XDG_CONFIG_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .map(|config| config.join("oproep").join("session.json"))
        .ok_or_else(|| {
            CliError::Usage("there is no home folder: set XDG_CONFIG_HOME, or OPROEP_TOKEN".to_owned())
        })
}

/// The session that is kept, if there is one.
pub fn read(path: &Path) -> Result<Option<StoredSession>, CliError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            CliError::Failed(format!(
                "{} is damaged: sign in again with `oproep login`",
                path.display()
            ))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::file(path)(error)),
    }
}

/// Keeps a session in the place of the one before.
pub fn write(path: &Path, session: &StoredSession) -> Result<(), CliError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(CliError::file(folder))?;
    let beside = path.with_extension("new");
    let text = serde_json::to_vec(session)?;
    // Anew, so that the mode is ours whoever made the file before.
    remove(&beside)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| file.write_all(&text));
    written
        .and_then(|()| fs::rename(&beside, path))
        .map_err(CliError::file(path))
}

/// Forgets the session.
pub fn remove(path: &Path) -> Result<(), CliError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(CliError::file(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_kept_for_its_owner_alone_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oproep").join("session.json");
        assert_eq!(read(&path).unwrap(), None);
        for token in ["first", "second"] {
            let session = StoredSession {
                address: "http://127.0.0.1:1".to_owned(),
                token: token.to_owned(),
            };
            write(&path, &session).unwrap();
            assert_eq!(read(&path).unwrap(), Some(session));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
