//! The boxes of ISO 14496-12, section 4.2: a length, a name of four letters, and what is in it.

use std::ops::Range;

use super::VideoError;

/// The most boxes beside each other.
const MOST: usize = 4_096;

/// A box within a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom {
    pub(super) kind: [u8; 4],
    pub(super) start: usize,
    /// Where what is in it begins.
    pub(super) body: usize,
    pub(super) end: usize,
}

impl Atom {
    /// Where what is in it lies.
    pub(super) const fn inside(&self) -> Range<usize> {
        self.body..self.end
    }

    /// Makes free space of it, with nothing in it.
    pub(super) fn blank(&self, bytes: &mut [u8]) {
        bytes[self.start + 4..self.start + 8].copy_from_slice(b"free");
        bytes[self.inside()].fill(0);
    }
}

/// The boxes that fill a range.
pub(super) fn list(bytes: &[u8], within: Range<usize>) -> Result<Vec<Atom>, VideoError> {
    let mut found = Vec::new();
    let mut at = within.start;
    // QuickTime ends some lists with four zero bytes.
    while within.end - at >= 8 {
        let short = number(bytes, at..at + 4)?;
        let kind = [bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]];
        let (header, length) = match short {
            0 => (8, (within.end - at) as u64),
            1 => (16, number(bytes, at + 8..at + 16)?),
            length => (8, length),
        };
        let length = usize::try_from(length).map_err(|_| VideoError::Damaged)?;
        let end = at.checked_add(length).filter(|end| *end <= within.end);
        let end = end.ok_or(VideoError::Damaged)?;
        if length < header || found.len() == MOST {
            return Err(VideoError::Damaged);
        }
        found.push(Atom {
            kind,
            start: at,
            body: at + header,
            end,
        });
        at = end;
    }
    if bytes[at..within.end].iter().any(|byte| *byte != 0) {
        return Err(VideoError::Damaged);
    }
    Ok(found)
}

/// The only box of this name among them.
pub(super) fn only(atoms: &[Atom], kind: [u8; 4]) -> Result<Atom, VideoError> {
    let mut named = atoms.iter().filter(|atom| atom.kind == kind);
    match (named.next(), named.next()) {
        (Some(atom), None) => Ok(*atom),
        _ => Err(VideoError::Damaged),
    }
}

/// A number of up to eight bytes, the most significant first.
pub(super) fn number(bytes: &[u8], at: Range<usize>) -> Result<u64, VideoError> {
    let digits = bytes.get(at).ok_or(VideoError::Damaged)?;
    Ok(digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// A table in a box: a version, a count, and so many entries of this width.
pub(super) fn table(bytes: &[u8], atom: &Atom, width: usize) -> Result<Vec<Range<usize>>, VideoError> {
    entries(bytes, atom, atom.body + 4, width)
}

/// The entries after the count at `at`, as many as there are and no more than fit into the box.
pub(super) fn entries(
    bytes: &[u8],
    atom: &Atom,
    at: usize,
    width: usize,
) -> Result<Vec<Range<usize>>, VideoError> {
    let first = at + 4;
    if first > atom.end {
        return Err(VideoError::Damaged);
    }
    let count = usize::try_from(number(bytes, at..first)?).map_err(|_| VideoError::Damaged)?;
    if count > (atom.end - first) / width {
        return Err(VideoError::Damaged);
    }
    Ok((0..count)
        .map(|entry| first + entry * width..first + (entry + 1) * width)
        .collect())
}
