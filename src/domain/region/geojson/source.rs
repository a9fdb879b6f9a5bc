//! The bytes of a file: bounded, and without a byte order mark.

use std::cell::Cell;
use std::io::{self, Read};

use super::FileError;

/// Reads at most so many bytes and sets the flag when there are more.
pub(super) struct Source<'a, R> {
    inner: io::Chain<io::Cursor<Vec<u8>>, R>,
    left: u64,
    too_long: &'a Cell<bool>,
}

impl<'a, R: Read> Source<'a, R> {
    /// Drops a byte order mark, which programs on Windows put in front and JSON does not know.
    pub(super) fn new(mut source: R, max_len: u64, too_long: &'a Cell<bool>) -> Result<Self, FileError> {
        let mut start = Vec::with_capacity(3);
        (&mut source)
            .take(3)
            .read_to_end(&mut start)
            .map_err(FileError::Io)?;
        if start == b"\xef\xbb\xbf" {
            start.clear();
        }
        Ok(Self {
            inner: io::Cursor::new(start).chain(source),
            left: max_len,
            too_long,
        })
    }
}

impl<R: Read> Read for Source<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            self.too_long.set(true);
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left = left;
        Ok(read)
    }
}
