//! The elements of EBML (RFC 8794): an id, a length, and what is in it.

use std::ops::Range;

use super::VideoError;

/// How every file begins.
pub(super) const MAGIC: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];
/// The id of free space.
const VOID: u8 = 0xec;
/// The most elements beside each other.
const MOST: usize = 200_000;

/// An element within a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) id: u32,
    pub(super) start: usize,
    /// Where what is in it begins.
    pub(super) body: usize,
    pub(super) end: usize,
}

impl Element {
    /// Where what is in it lies.
    pub(super) const fn inside(&self) -> Range<usize> {
        self.body..self.end
    }

    /// Makes free space of it, with nothing in it.
    pub(super) fn blank(&self, bytes: &mut [u8]) {
        let length = self.end - self.start;
        // As many bytes for the length as the element had for id and length, less one; eight at most.
        let width = (self.body - self.start - 1).clamp(1, 8);
        let rest = (length - 1 - width) as u64;
        bytes[self.start..self.end].fill(0);
        bytes[self.start] = VOID;
        let marked = rest | 1 << (7 * width);
        let digits = marked.to_be_bytes();
        bytes[self.start + 1..=self.start + width].copy_from_slice(&digits[8 - width..]);
    }

    /// What is in it as a whole number of at most eight bytes.
    pub(super) fn number(&self, bytes: &[u8]) -> Result<u64, VideoError> {
        let digits = &bytes[self.inside()];
        if digits.len() > 8 {
            return Err(VideoError::Damaged);
        }
        Ok(digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }
}

/// The elements that fill a range. One of unknown length goes on to the next for which `ends` holds.
pub(super) fn list(
    bytes: &[u8],
    within: Range<usize>,
    ends: impl Fn(u32) -> bool,
) -> Result<Vec<Element>, VideoError> {
    let mut found: Vec<Element> = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let element = read(bytes, at, within.end)?;
        let end = match element.1 {
            Some(length) => element
                .0
                .body
                .checked_add(length)
                .filter(|end| *end <= within.end),
            None => Some(unknown_end(bytes, element.0.body, within.end, &ends)?),
        };
        let end = end.ok_or(VideoError::Damaged)?;
        if found.len() == MOST {
            return Err(VideoError::Damaged);
        }
        found.push(Element { end, ..element.0 });
        at = end;
    }
    Ok(found)
}

/// Where an element of unknown length ends: before the next that cannot be in it.
fn unknown_end(
    bytes: &[u8],
    from: usize,
    limit: usize,
    ends: &impl Fn(u32) -> bool,
) -> Result<usize, VideoError> {
    let mut at = from;
    while at < limit {
        let (inner, length) = read(bytes, at, limit)?;
        if ends(inner.id) {
            break;
        }
        // What is in one of unknown length follows as if it lay beside it.
        let end = inner.body.checked_add(length.unwrap_or(0));
        at = end.filter(|end| *end <= limit).ok_or(VideoError::Damaged)?;
    }
    Ok(at)
}

/// The head of an element, and its length where it is known.
fn read(bytes: &[u8], at: usize, limit: usize) -> Result<(Element, Option<usize>), VideoError> {
    let (id, id_width) = digits(bytes, at, limit, 4)?;
    let (length, width) = digits(bytes, at + id_width, limit, 8)?;
    let value = length & !(1 << (7 * width));
    let unknown = value == (1 << (7 * width)) - 1;
    let length = usize::try_from(value).map_err(|_| VideoError::Damaged)?;
    let element = Element {
        id: u32::try_from(id).map_err(|_| VideoError::Damaged)?,
        start: at,
        body: at + id_width + width,
        end: limit,
    };
    Ok((element, (!unknown).then_some(length)))
}

/// A number of variable width (RFC 8794, section 4), with the bit that marks it.
pub(super) fn digits(bytes: &[u8], at: usize, limit: usize, most: usize) -> Result<(u64, usize), VideoError> {
    let first = bytes[..limit].get(at).ok_or(VideoError::Damaged)?;
    let width = first.leading_zeros() as usize + 1;
    let digits = bytes[..limit].get(at..at + width).filter(|_| width <= most);
    let digits = digits.ok_or(VideoError::Damaged)?;
    Ok((
        digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        width,
    ))
}
