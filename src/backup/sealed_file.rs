//! The form of a backup file.
//!
//! ```text
//! oproep-backup-1\n
//! {"made_at": ..., "realm": ..., "database_bytes": ..., "database_sha256": ...}\n
//! length (4 bytes, big-endian) | sealed piece          as often as there are pieces
//! 0 (4 bytes)
//! SHA-256 of everything before (32 bytes)
//! ```
//!
//! Pieces are at most a MiB, sealed with AES-256-GCM; the head's hash, the piece's place and whether it is the last are
//! authenticated with it, so that pieces cannot be left out, moved, or taken from another backup.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256, digest};
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::domain::clock::Timestamp;
use crate::domain::realm::Realm;
use crate::storage::sealing::Keyring;

const MAGIC: &str = "oproep-backup-1\n";
const PIECE: usize = 1024 * 1024;
/// The longest head.
const HEAD: u64 = 4096;
/// What sealing adds to a piece: key id, nonce and tag.
const ADDED: usize = 1 + 12 + 16;

/// What a backup says of itself, readable without a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// When it was made.
    pub made_at: Timestamp,
    /// What the database is for.
    pub realm: Realm,
    /// How large the database is.
    pub database_bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub database_sha256: String,
}

/// A file for its owner alone; one that is there is not written over.
pub fn create_private(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Present(path.to_owned()),
        _ => BackupError::File {
            path: path.to_owned(),
            source,
        },
    })
}

/// The SHA-256 of a file in hexadecimal digits, and its length.
pub fn checksum(path: &Path) -> Result<(String, u64), BackupError> {
    let mut file = File::open(path).map_err(BackupError::file(path))?;
    let (mut context, mut length) = (Context::new(&SHA256), 0);
    let mut buffer = vec![0; PIECE];
    loop {
        let read = file.read(&mut buffer).map_err(BackupError::file(path))?;
        if read == 0 {
            return Ok((hex(context.finish().as_ref()), length));
        }
        context.update(&buffer[..read]);
        length += read as u64;
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).fold(
        String::with_capacity(bytes.len() * 2),
        |mut text, half| {
            text.push(char::from_digit(u32::from(half), 16).expect("half a byte is a digit"));
            text
        },
    )
}

/// What a piece is sealed for.
fn context(head: &[u8], index: u64, is_last: bool) -> Vec<u8> {
    let mut context = b"oproep-backup".to_vec();
    context.extend_from_slice(digest(&SHA256, head).as_ref());
    context.extend_from_slice(&index.to_be_bytes());
    context.push(u8::from(is_last));
    context
}

/// Counts what is written into a checksum.
struct Summed<W> {
    inner: W,
    sum: Context,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Seals the file at `plain` into a new one at `target`; answers the checksum of the whole in hexadecimal digits.
pub fn seal(keys: &Keyring, head: &Head, plain: &Path, target: &Path) -> Result<String, BackupError> {
    let file = create_private(target)?;
    let sealing = || -> io::Result<String> {
        let mut source = BufReader::new(File::open(plain)?);
        let mut out = Summed {
            inner: BufWriter::new(&file),
            sum: Context::new(&SHA256),
        };
        let head = serde_json::to_vec(head).map_err(io::Error::other)?;
        out.write_all(MAGIC.as_bytes())?;
        out.write_all(&head)?;
        out.write_all(b"\n")?;
        let (mut piece, mut next) = (take(&mut source)?, take(&mut source)?);
        for index in 0.. {
            let is_last = next.is_empty();
            let sealed = keys.seal_for(&context(&head, index, is_last), &piece);
            let length = u32::try_from(sealed.len()).expect("a piece is short");
            out.write_all(&length.to_be_bytes())?;
            out.write_all(&sealed)?;
            if is_last {
                break;
            }
            piece = next;
            next = take(&mut source)?;
        }
        out.write_all(&0_u32.to_be_bytes())?;
        let sum = out.sum.finish();
        let mut inner = out.inner;
        inner.write_all(sum.as_ref())?;
        inner.flush()?;
        drop(inner);
        file.sync_all()?;
        Ok(hex(sum.as_ref()))
    };
    sealing().map_err(|source| {
        // Half a backup is none.
        let _ = std::fs::remove_file(target);
        BackupError::File {
            path: target.to_owned(),
            source,
        }
    })
}

fn take(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE);
    source.take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// A backup that is read: its checksum fits, whatever the keys.
#[derive(Debug)]
pub struct Opened {
    /// What it says of itself.
    pub head: Head,
    /// The checksum of the whole.
    pub sha256: String,
    raw_head: Vec<u8>,
    path: std::path::PathBuf,
}

impl Opened {
    /// Reads the head and compares the checksum.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let damaged = |what| BackupError::Damaged {
            path: path.to_owned(),
            what,
        };
        let failed = |source| BackupError::File {
            path: path.to_owned(),
            source,
        };
        let length = std::fs::metadata(path).map_err(failed)?.len();
        let mut source = BufReader::new(File::open(path).map_err(failed)?);
        let raw_head = read_head(&mut source, path)?;
        let head = serde_json::from_slice(&raw_head).map_err(|_| BackupError::Foreign(path.to_owned()))?;
        let summed = length.checked_sub(32).ok_or_else(|| damaged("it is cut off"))?;
        let mut source = File::open(path).map_err(failed)?;
        let mut body = Read::by_ref(&mut source).take(summed);
        let mut sum = Context::new(&SHA256);
        let mut buffer = vec![0; PIECE];
        loop {
            let read = body.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            sum.update(&buffer[..read]);
        }
        let mut stated = [0; 32];
        source
            .read_exact(&mut stated)
            .map_err(|_| damaged("it is cut off"))?;
        let sum = sum.finish();
        if sum.as_ref() != stated {
            return Err(damaged("its checksum is another"));
        }
        Ok(Self {
            head,
            sha256: hex(&stated),
            raw_head,
            path: path.to_owned(),
        })
    }

    /// Writes the database that is in it, and compares it with what the head says.
    pub fn unseal(&self, keys: &Keyring, target: &mut impl Write) -> Result<(), BackupError> {
        let path = &self.path;
        let damaged = |what| BackupError::Damaged {
            path: path.clone(),
            what,
        };
        let mut source = BufReader::new(File::open(path).map_err(BackupError::file(path))?);
        read_head(&mut source, path)?;
        let (mut sum, mut length) = (Context::new(&SHA256), 0);
        let mut piece = read_piece(&mut source).map_err(|_| damaged("it is cut off"))?;
        for index in 0.. {
            let Some(sealed) = piece else { break };
            piece = read_piece(&mut source).map_err(|_| damaged("it is cut off"))?;
            let opened = keys
                .open_for(&context(&self.raw_head, index, piece.is_none()), &sealed)
                .map_err(|_| BackupError::OtherKeys(path.clone()))?;
            sum.update(&opened);
            length += opened.len() as u64;
            target.write_all(&opened).map_err(BackupError::file(path))?;
        }
        if length != self.head.database_bytes || hex(sum.finish().as_ref()) != self.head.database_sha256 {
            return Err(damaged("the database in it is another than it says"));
        }
        Ok(())
    }
}

fn read_head(source: &mut impl BufRead, path: &Path) -> Result<Vec<u8>, BackupError> {
    let foreign = || BackupError::Foreign(path.to_owned());
    let mut magic = [0; MAGIC.len()];
    source.read_exact(&mut magic).map_err(|_| foreign())?;
    if magic != MAGIC.as_bytes() {
        return Err(foreign());
    }
    let mut head = Vec::new();
    let mut line = source.take(HEAD);
    line.read_until(b'\n', &mut head)
        .map_err(BackupError::file(path))?;
    if head.pop() == Some(b'\n') {
        Ok(head)
    } else {
        Err(foreign())
    }
}

/// The next sealed piece; none after the last.
fn read_piece(source: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    source.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(None);
    }
    if length > PIECE + ADDED {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut piece = vec![0; length];
    source.read_exact(&mut piece)?;
    Ok(Some(piece))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::random::Random;
    use crate::storage::testing::people::{keyring, some_time};

    fn sealed(folder: &Path, content: &[u8]) -> std::path::PathBuf {
        let (plain, target) = (folder.join("plain"), folder.join("backup"));
        std::fs::write(&plain, content).unwrap();
        let (database_sha256, database_bytes) = checksum(&plain).unwrap();
        let head = Head {
            made_at: some_time(),
            realm: Realm::Live,
            database_bytes,
            database_sha256,
        };
        let sum = seal(&keyring(), &head, &plain, &target).unwrap();
        assert_eq!(Opened::open(&target).unwrap().sha256, sum);
        target
    }

    fn opened(path: &Path, keys: &Keyring) -> Result<Vec<u8>, BackupError> {
        let mut out = Vec::new();
        Opened::open(path)?.unseal(keys, &mut out)?;
        Ok(out)
    }

    #[test]
    fn a_backup_gives_back_what_it_took_whatever_its_size() {
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let folder = tempfile::tempdir().unwrap();
            let content: Vec<u8> = (0..size)
                .map(|index| u8::try_from(index % 251).unwrap())
                .collect();
            let path = sealed(folder.path(), &content);
            assert!(opened(&path, &keyring()).unwrap() == content, "{size}");
            assert!(matches!(create_private(&path), Err(BackupError::Present(_))));
        }
    }

    #[test]
    fn other_keys_are_told_from_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(folder.path(), b"content");
        let other = Keyring::new(&[(1, [9; 32])], &[2; 32], &[3; 32], Random::from_seed(3));
        assert!(matches!(opened(&path, &other), Err(BackupError::OtherKeys(_))));
    }

    #[test]
    fn pieces_that_are_left_out_or_moved_do_not_open_even_with_a_checksum_that_fits() {
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(folder.path(), &vec![7; 2 * PIECE + 5]);
        let bytes = std::fs::read(&path).unwrap();
        let start = MAGIC.len()
            + bytes[MAGIC.len()..]
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap()
            + 1;
        let full = 4 + PIECE + ADDED;
        let (first, second, last) = (
            &bytes[start..start + full],
            &bytes[start + full..start + 2 * full],
            &bytes[start + 2 * full..bytes.len() - 36],
        );
        for pieces in [vec![first, second], vec![second, first, last], vec![first, last]] {
            let mut forged = bytes[..start].to_vec();
            for piece in pieces {
                forged.extend_from_slice(piece);
            }
            forged.extend_from_slice(&[0; 4]);
            let sum = digest(&SHA256, &forged);
            forged.extend_from_slice(sum.as_ref());
            std::fs::write(&path, forged).unwrap();
            assert!(opened(&path, &keyring()).is_err());
        }
    }

    proptest! {
        #[test]
        fn a_flipped_bit_or_a_cut_is_always_found(at in 0.0_f64..1.0, bit in 0_u8..8, cut in any::<bool>()) {
            let folder = tempfile::tempdir().unwrap();
            let path = sealed(folder.path(), b"a database");
            let mut bytes = std::fs::read(&path).unwrap();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
            let place = (at * bytes.len() as f64) as usize;
            if cut {
                bytes.truncate(place);
            } else {
                bytes[place] ^= 1 << bit;
            }
            std::fs::write(&path, bytes).unwrap();
            prop_assert!(opened(&path, &keyring()).is_err());
        }
    }
}
