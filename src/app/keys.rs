//! The keys of a database, one file each: 64 hexadecimal digits, readable by the service alone.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::channels::push::webpush::vapid::VapidKey;
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::storage::sealing::{KeyBytes, Keyring};

const LOOKUP: &str = "lookup.key";
const REFERENCE: &str = "reference.key";
const AUDIT: &str = "audit.key";
const FIRST_SEAL: &str = "seal-1.key";
const VAPID: &str = "vapid.key";

/// What the files hold.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Seals and finds what is personal.
    pub ring: Keyring,
    /// Signs references in links and receipts.
    pub references: ReferenceKey,
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key has been made yet.
    #[error("there are no keys in {0}: make them with `oproep keys create`, once for a database")]
    Missing(PathBuf),
    /// The keys are of a version that kept no audit log.
    #[error(
        "there is no {AUDIT} in {0}: make it with `oproep keys create`, which adds what is missing and changes nothing"
    )]
    WithoutAudit(PathBuf),
    /// There are keys already; new ones would make the data unreadable.
    #[error("{0} holds keys already: data sealed with them could never be read again, so they stay")]
    Present(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file does not hold a key.
    #[error("{0} does not hold a key of 64 hexadecimal digits: restore it from its backup")]
    Damaged(PathBuf),
}

impl Keys {
    /// Makes the keys of a new database, and the key that tells push services who we are. To keys of a version that
    /// kept no audit log, only the key that signs it is added.
    pub fn create(folder: &Path, random: &Random) -> Result<(), KeyError> {
        if is_present(folder) {
            return if folder.join(AUDIT).is_file() {
                Err(KeyError::Present(folder.to_owned()))
            } else {
                make_key(folder, AUDIT, random)
            };
        }
        make_folder(folder)?;
        for name in [LOOKUP, REFERENCE, AUDIT, FIRST_SEAL] {
            make_key(folder, name, random)?;
        }
        write_private(
            &folder.join(VAPID),
            &(VapidKey::generate(random).private() + "\n"),
        )
    }

    /// Reads the keys in a folder; the seal with the highest number seals, all of them open.
    pub fn load(folder: &Path, random: &Random) -> Result<Self, KeyError> {
        if !is_present(folder) {
            return Err(KeyError::Missing(folder.to_owned()));
        }
        let mut seals = Vec::new();
        for number in (1..=u8::MAX).rev() {
            let path = folder.join(format!("seal-{number}.key"));
            if path.is_file() {
                seals.push((number, read_key(&path)?));
            }
        }
        let lookup = read_key(&folder.join(LOOKUP))?;
        if !folder.join(AUDIT).is_file() {
            return Err(KeyError::WithoutAudit(folder.to_owned()));
        }
        let audit = read_key(&folder.join(AUDIT))?;
        let references = ReferenceKey::new(&read_key(&folder.join(REFERENCE))?);
        Ok(Self {
            ring: Keyring::new(&seals, &lookup, &audit, random.clone()),
            references,
        })
    }
}

/// Whether a folder holds the keys of a database.
pub fn is_present(folder: &Path) -> bool {
    folder.join(FIRST_SEAL).is_file()
}

/// Where [`Keys::create`] puts the key for push services.
pub fn vapid_file(folder: &Path) -> PathBuf {
    folder.join(VAPID)
}

fn make_key(folder: &Path, name: &str, random: &Random) -> Result<(), KeyError> {
    let text = random
        .bytes::<32>()
        .iter()
        .fold(String::with_capacity(65), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes any text");
            text
        });
    write_private(&folder.join(name), &(text + "\n"))
}

fn make_folder(folder: &Path) -> Result<(), KeyError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| KeyError::File {
        path: folder.to_owned(),
        source,
    })
}

/// Writes a file that its owner alone may read; one that is there already is not written over.
pub fn write_private(path: &Path, text: &str) -> Result<(), KeyError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| {
            io::Write::write_all(&mut file, text.as_bytes())?;
            file.sync_all()
        })
        .map_err(|source| KeyError::File {
            path: path.to_owned(),
            source,
        })
}

fn read_key(path: &Path) -> Result<KeyBytes, KeyError> {
    let text = fs::read_to_string(path).map_err(|source| KeyError::File {
        path: path.to_owned(),
        source,
    })?;
    decode(text.trim_end()).ok_or_else(|| KeyError::Damaged(path.to_owned()))
}

fn decode(text: &str) -> Option<KeyBytes> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != 32 {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_open_what_they_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, random) = (folder.path().join("keys"), Random::from_seed(1));
        assert!(matches!(Keys::load(&folder, &random), Err(KeyError::Missing(_))));
        Keys::create(&folder, &random).unwrap();
        let sealed = Keys::load(&folder, &random).unwrap().ring.seal("c", b"value");
        assert_eq!(
            Keys::load(&folder, &random)
                .unwrap()
                .ring
                .open("c", &sealed)
                .unwrap(),
            b"value"
        );
        assert!(matches!(
            Keys::create(&folder, &random),
            Err(KeyError::Present(_))
        ));
    }

    #[test]
    fn keys_of_before_the_audit_log_get_its_key_and_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let random = Random::from_seed(1);
        Keys::create(folder.path(), &random).unwrap();
        fs::remove_file(folder.path().join(AUDIT)).unwrap();
        let before = fs::read(folder.path().join(LOOKUP)).unwrap();
        assert!(matches!(
            Keys::load(folder.path(), &random),
            Err(KeyError::WithoutAudit(_))
        ));
        Keys::create(folder.path(), &random).unwrap();
        Keys::load(folder.path(), &random).unwrap();
        assert_eq!(fs::read(folder.path().join(LOOKUP)).unwrap(), before);
    }

    #[test]
    fn a_damaged_key_is_named_and_never_taken_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let random = Random::from_seed(1);
        Keys::create(folder.path(), &random).unwrap();
        fs::write(folder.path().join(LOOKUP), "0123").unwrap();
        let error = Keys::load(folder.path(), &random).unwrap_err();
        assert!(error.to_string().contains("lookup.key"), "{error}");
    }
}
