//! WebM (Matroska, RFC 9559, as browsers write it): what is known to be needed stays.

use std::collections::BTreeSet;

use super::VideoError;
use super::ebml::{Element, MAGIC, digits, list};

const HEAD: u32 = u32::from_be_bytes(MAGIC);
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const INFO: u32 = 0x1549_a966;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
const CUES: u32 = 0x1c53_bb6b;
const TIMESTAMP_SCALE: u32 = 0x002a_d7b1;
const DURATION: u32 = 0x4489;
/// With what it was made; must be there, and may be empty.
const APPS: [u32; 2] = [0x4d80, 0x5741];
const TRACK: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const TRACK_TYPE: u32 = 0x83;
/// Numbers, type, flags, language, coding, delays, and the sizes of picture and sound.
const IN_TRACK: [u32; 15] = [
    TRACK_NUMBER,
    0x73c5,
    TRACK_TYPE,
    0xb9,
    0x88,
    0x55aa,
    0x9c,
    0x0023_e383,
    0x0022_b59c,
    0x86,
    0x63a2,
    0x56aa,
    0x56bb,
    0xe0,
    0xe1,
];
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
/// Length, references and padding of a block.
const IN_GROUP: [u32; 4] = [BLOCK, 0x9b, 0xfb, 0x75a2];
/// The levels above a cluster: where one of unknown length ends.
const fn is_top(id: u32) -> bool {
    id > 0x0fff_ffff
}

/// Overwrites what is neither picture nor sound; answers how long it is, in milliseconds.
pub(super) fn strip(bytes: &mut [u8]) -> Result<u64, VideoError> {
    // A segment of unknown length goes on to the end.
    let top = list(bytes, 0..bytes.len(), |_| false)?;
    let [head, segment] = top.as_slice() else {
        return Err(VideoError::NotPlain);
    };
    if head.id != HEAD || segment.id != SEGMENT {
        return Err(VideoError::Damaged);
    }
    let kinds = list(bytes, head.inside(), |_| false)?;
    let kind = kinds.iter().find(|one| one.id == DOC_TYPE);
    if kind.is_none_or(|kind| {
        bytes[kind.inside()]
            .strip_suffix(b"\0")
            .unwrap_or(&bytes[kind.inside()])
            != b"webm"
    }) {
        return Err(VideoError::UnknownFormat);
    }
    let parts = list(bytes, segment.inside(), is_top)?;
    let mut film = Film {
        nanoseconds: 1_000_000,
        said: 0.0,
        last: 0,
        tracks: BTreeSet::new(),
        pictures: 0,
    };
    for part in &parts {
        match part.id {
            INFO => film.information(bytes, part)?,
            TRACKS => film.tracks(bytes, part)?,
            CLUSTER => film.cluster(bytes, part)?,
            SEEK_HEAD | CUES => {}
            _ => part.blank(bytes),
        }
    }
    if film.pictures == 0 {
        return Err(VideoError::Damaged);
    }
    Ok(film.milliseconds())
}

struct Film {
    /// In a unit of time.
    nanoseconds: u64,
    /// How long it says it is, in units.
    said: f64,
    /// When its last block begins, in units.
    last: u64,
    tracks: BTreeSet<u64>,
    pictures: usize,
}

impl Film {
    fn milliseconds(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of floats saturates, and no film is negative"
        )]
        let said = (self.said * self.nanoseconds as f64 / 1e6) as u64;
        said.max(self.last.saturating_mul(self.nanoseconds) / 1_000_000)
    }

    fn information(&mut self, bytes: &mut [u8], part: &Element) -> Result<(), VideoError> {
        for one in list(bytes, part.inside(), |_| false)? {
            match one.id {
                TIMESTAMP_SCALE => self.nanoseconds = one.number(bytes)?.max(1),
                DURATION => {
                    let digits = one.number(bytes)?;
                    self.said = match one.inside().len() {
                        4 => f64::from(f32::from_bits(
                            u32::try_from(digits).map_err(|_| VideoError::Damaged)?,
                        )),
                        8 => f64::from_bits(digits),
                        _ => return Err(VideoError::Damaged),
                    };
                }
                id if APPS.contains(&id) => bytes[one.inside()].fill(0),
                _ => one.blank(bytes),
            }
        }
        Ok(())
    }

    fn tracks(&mut self, bytes: &mut [u8], part: &Element) -> Result<(), VideoError> {
        for track in list(bytes, part.inside(), |_| false)? {
            if track.id != TRACK {
                track.blank(bytes);
                continue;
            }
            let parts = list(bytes, track.inside(), |_| false)?;
            let number = |id| {
                let one = parts.iter().find(|one| one.id == id);
                one.ok_or(VideoError::Damaged)?.number(bytes)
            };
            // Subtitles and data cannot be told from what gives a place away.
            match number(TRACK_TYPE)? {
                1 => self.pictures += 1,
                2 => {}
                _ => return Err(VideoError::NotPlain),
            }
            self.tracks.insert(number(TRACK_NUMBER)?);
            for one in parts.iter().filter(|one| !IN_TRACK.contains(&one.id)) {
                one.blank(bytes);
            }
        }
        Ok(())
    }

    fn cluster(&mut self, bytes: &mut [u8], part: &Element) -> Result<(), VideoError> {
        let mut began = 0;
        for one in list(bytes, part.inside(), is_top)? {
            match one.id {
                TIMESTAMP => began = one.number(bytes)?,
                SIMPLE_BLOCK => self.block(bytes, &one, began)?,
                BLOCK_GROUP => {
                    for inner in list(bytes, one.inside(), |_| false)? {
                        if inner.id == BLOCK {
                            self.block(bytes, &inner, began)?;
                        } else if !IN_GROUP.contains(&inner.id) {
                            inner.blank(bytes);
                        }
                    }
                }
                _ => one.blank(bytes),
            }
        }
        Ok(())
    }

    /// A block of a track that there is, at its moment after the start of its cluster.
    fn block(&mut self, bytes: &[u8], block: &Element, began: u64) -> Result<(), VideoError> {
        let (marked, width) = digits(bytes, block.body, block.end, 8)?;
        let track = marked & !(1 << (7 * width));
        let at = bytes[..block.end].get(block.body + width..block.body + width + 2);
        let [high, low] = at.ok_or(VideoError::Damaged)? else {
            return Err(VideoError::Damaged);
        };
        if !self.tracks.contains(&track) {
            return Err(VideoError::Damaged);
        }
        let after = i64::from(i16::from_be_bytes([*high, *low]));
        self.last = self.last.max(began.saturating_add_signed(after));
        Ok(())
    }
}
