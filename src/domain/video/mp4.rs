//! MP4 and MOV (ISO 14496-12, Apple's QuickTime File Format): what is known to be needed stays.

use std::ops::Range;

use super::boxes::{Atom, entries, list, number, only, table};
use super::{Container, VideoError};

/// Brands of files that begin alike and are pictures (HEIF, AVIF).
const PICTURES: [&[u8; 4]; 8] = [
    b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis",
];
/// What stays in a film, a track, its media, and what describes its samples.
const IN_FILE: [&[u8; 4]; 3] = [b"ftyp", b"moov", b"mdat"];
const IN_TRACK: [&[u8; 4]; 3] = [b"tkhd", b"edts", b"mdia"];
const IN_MEDIA: [&[u8; 4]; 3] = [b"mdhd", b"hdlr", b"minf"];
const IN_INFORMATION: [&[u8; 4]; 5] = [b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"];
const IN_SAMPLES: [&[u8; 4]; 13] = [
    b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsc", b"stsz", b"stco", b"co64", b"sdtp",
    b"sgpd", b"sbgp",
];
/// What describes a picture's coding.
const IN_PICTURE: [&[u8; 4]; 17] = [
    b"avcC", b"hvcC", b"vpcC", b"av1C", b"esds", b"colr", b"pasp", b"clap", b"fiel", b"btrt", b"gama",
    b"chrm", b"mdcv", b"clli", b"dvcC", b"dvvC", b"hvcE",
];
/// The bytes of a description of pictures before the boxes in it.
const PICTURE_HEAD: usize = 78;
/// Where in them it says who made the encoder, and what it is called.
const NAMED: [Range<usize>; 2] = [12..16, 42..74];
/// The most samples of a track: an hour of sound in a thousand a second.
const MOST_SAMPLES: u64 = 4_000_000;

/// Whether a file begins as a film of this kind.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
        && bytes
            .get(8..12)
            .is_some_and(|brand| !PICTURES.iter().any(|picture| picture.as_slice() == brand))
}

/// Overwrites what is neither picture nor sound; answers what it is and how long, in milliseconds.
pub(super) fn strip(bytes: &mut [u8]) -> Result<(Container, u64), VideoError> {
    let top = list(bytes, 0..bytes.len())?;
    if top
        .iter()
        .any(|atom| matches!(&atom.kind, b"moof" | b"styp" | b"sidx" | b"mfra"))
    {
        return Err(VideoError::NotPlain);
    }
    let film = only(&top, *b"moov")?;
    let parts = list(bytes, film.inside())?;
    if parts.iter().any(|part| part.kind == *b"mvex") {
        return Err(VideoError::NotPlain);
    }
    let head = only(&parts, *b"mvhd")?;
    let mut longest = clock(bytes, &head)?.milliseconds();
    forget_times(bytes, &head)?;
    let (mut claimed, mut pictures) = (Vec::new(), 0);
    for part in &parts {
        let kept = match &part.kind {
            b"mvhd" => true,
            b"trak" => match track(bytes, part)? {
                Some(track) => {
                    pictures += usize::from(track.shows);
                    longest = longest.max(track.milliseconds);
                    claimed.extend(track.claimed);
                    true
                }
                None => false,
            },
            _ => false,
        };
        if !kept {
            part.blank(bytes);
        }
    }
    if pictures == 0 {
        return Err(VideoError::Damaged);
    }
    let media: Vec<_> = top.iter().filter(|atom| atom.kind == *b"mdat").collect();
    forget_unclaimed(bytes, &media, claimed)?;
    blank_others(bytes, &top, &IN_FILE);
    let brand = bytes.get(8..12);
    let container = if brand == Some(b"qt  ") {
        Container::QuickTime
    } else {
        Container::Mp4
    };
    Ok((container, longest))
}

/// What is kept of a track.
struct Track {
    shows: bool,
    milliseconds: u64,
    /// Where its pictures or sounds lie.
    claimed: Vec<Range<usize>>,
}

/// Looks at a track and clears it; none for one that is neither picture nor sound.
fn track(bytes: &mut [u8], atom: &Atom) -> Result<Option<Track>, VideoError> {
    let parts = list(bytes, atom.inside())?;
    let media = only(&parts, *b"mdia")?;
    let in_media = list(bytes, media.inside())?;
    let handler = only(&in_media, *b"hdlr")?;
    let shows = match bytes.get(handler.body + 8..handler.body + 12) {
        Some(b"vide") => true,
        Some(b"soun") => false,
        _ => return Ok(None),
    };
    let head = only(&in_media, *b"mdhd")?;
    let time = clock(bytes, &head)?;
    let information = only(&in_media, *b"minf")?;
    let in_information = list(bytes, information.inside())?;
    within_the_file(bytes, &in_information)?;
    let samples = only(&in_information, *b"stbl")?;
    let in_samples = list(bytes, samples.inside())?;
    let lasts = lasting(bytes, &only(&in_samples, *b"stts")?)?;
    let claimed = claimed(bytes, &in_samples)?;
    let described = only(&in_samples, *b"stsd")?;
    forget_times(bytes, &only(&parts, *b"tkhd")?)?;
    forget_times(bytes, &head)?;
    for handler in in_media
        .iter()
        .chain(&in_information)
        .filter(|one| one.kind == *b"hdlr")
    {
        // The name after the fixed part says with what it was made.
        let name = handler.body + 24;
        if name < handler.end {
            bytes[name..handler.end].fill(0);
        }
    }
    if shows {
        clear_descriptions(bytes, &described)?;
    }
    blank_others(bytes, &in_samples, &IN_SAMPLES);
    blank_others(bytes, &in_information, &IN_INFORMATION);
    blank_others(bytes, &in_media, &IN_MEDIA);
    if let Some(edits) = parts.iter().find(|part| part.kind == *b"edts") {
        let inside = list(bytes, edits.inside())?;
        blank_others(bytes, &inside, &[b"elst"]);
    }
    blank_others(bytes, &parts, &IN_TRACK);
    Ok(Some(Track {
        shows,
        milliseconds: time.milliseconds().max(
            Clock {
                length: lasts,
                ..time
            }
            .milliseconds(),
        ),
        claimed,
    }))
}

fn blank_others(bytes: &mut [u8], atoms: &[Atom], kept: &[&[u8; 4]]) {
    for atom in atoms {
        if !kept.contains(&&atom.kind) {
            atom.blank(bytes);
        }
    }
}

/// A length in units of its own.
#[derive(Clone, Copy)]
struct Clock {
    units_a_second: u64,
    length: u64,
}

impl Clock {
    fn milliseconds(self) -> u64 {
        // All ones stands for unknown.
        if self.length == u64::from(u32::MAX) || self.length == u64::MAX {
            return 0;
        }
        self.length.saturating_mul(1_000) / self.units_a_second
    }
}

/// The length in the head of a film or of media; both are laid out alike.
fn clock(bytes: &[u8], head: &Atom) -> Result<Clock, VideoError> {
    let at = head.body;
    let (units, length) = if bytes.get(at) == Some(&1) {
        (at + 20..at + 24, at + 24..at + 32)
    } else {
        (at + 12..at + 16, at + 16..at + 20)
    };
    if length.end > head.end {
        return Err(VideoError::Damaged);
    }
    let units_a_second = number(bytes, units)?;
    if units_a_second == 0 {
        return Err(VideoError::Damaged);
    }
    Ok(Clock {
        units_a_second,
        length: number(bytes, length)?,
    })
}

/// Overwrites when a film, track or media was made and changed, which stands at the start of its head.
fn forget_times(bytes: &mut [u8], head: &Atom) -> Result<(), VideoError> {
    let at = head.body + 4;
    let end = at + if bytes.get(head.body) == Some(&1) { 16 } else { 8 };
    if end > head.end {
        return Err(VideoError::Damaged);
    }
    bytes[at..end].fill(0);
    Ok(())
}

/// Refuses media that lie in another file: a player would go and look for it.
fn within_the_file(bytes: &[u8], information: &[Atom]) -> Result<(), VideoError> {
    let place = only(information, *b"dinf")?;
    let references = only(&list(bytes, place.inside())?, *b"dref")?;
    let from = (references.body + 8).min(references.end);
    for reference in list(bytes, from..references.end)? {
        if bytes.get(reference.body + 3).is_none_or(|flags| flags & 1 == 0) {
            return Err(VideoError::NotPlain);
        }
    }
    Ok(())
}

/// How long the samples last together, in the track's units.
fn lasting(bytes: &[u8], times: &Atom) -> Result<u64, VideoError> {
    let mut sum: u64 = 0;
    for entry in table(bytes, times, 8)? {
        let count = number(bytes, entry.start..entry.start + 4)?;
        sum = sum.saturating_add(count.saturating_mul(number(bytes, entry.start + 4..entry.end)?));
    }
    Ok(sum)
}

/// Where a track's samples lie, chunk by chunk.
fn claimed(bytes: &[u8], samples: &[Atom]) -> Result<Vec<Range<usize>>, VideoError> {
    let sizes = only(samples, *b"stsz")?;
    let at = sizes.body + 4;
    let (all, count) = (number(bytes, at..at + 4)?, number(bytes, at + 4..at + 8)?);
    let each = if all == 0 {
        entries(bytes, &sizes, at + 4, 4)?
    } else {
        Vec::new()
    };
    if count > MOST_SAMPLES {
        return Err(VideoError::Damaged);
    }
    let runs = table(bytes, &only(samples, *b"stsc")?, 12)?;
    let chunks = match only(samples, *b"stco") {
        Ok(places) => table(bytes, &places, 4)?,
        Err(_) => table(bytes, &only(samples, *b"co64")?, 8)?,
    };
    let (mut found, mut run, mut sample) = (Vec::with_capacity(chunks.len()), 0, 0);
    for (chunk, place) in (1_u64..).zip(&chunks) {
        while let Some(next) = runs.get(run + 1)
            && number(bytes, next.start..next.start + 4)? <= chunk
        {
            run += 1;
        }
        let Some(current) = runs.get(run) else {
            return Err(VideoError::Damaged);
        };
        let in_chunk = number(bytes, current.start + 4..current.start + 8)?;
        let last = count.min(sample + in_chunk);
        let mut length: u64 = 0;
        while sample < last {
            length += match usize::try_from(sample).ok().and_then(|sample| each.get(sample)) {
                Some(size) => number(bytes, size.clone())?,
                None => all,
            };
            sample += 1;
        }
        let start = number(bytes, place.clone())?;
        let end = start.checked_add(length).ok_or(VideoError::Damaged)?;
        let place = |at| usize::try_from(at).map_err(|_| VideoError::Damaged);
        found.push(place(start)?..place(end)?);
    }
    Ok(found)
}

/// Overwrites what of the media no sample claims; refuses samples outside of the media.
fn forget_unclaimed(
    bytes: &mut [u8],
    media: &[&Atom],
    mut claimed: Vec<Range<usize>>,
) -> Result<(), VideoError> {
    claimed.retain(|range| !range.is_empty());
    claimed.sort_by_key(|range| (range.start, range.end));
    let inside = |range: &Range<usize>| {
        media
            .iter()
            .any(|atom| atom.body <= range.start && range.end <= atom.end)
    };
    if !claimed.iter().all(inside) {
        return Err(VideoError::Damaged);
    }
    for atom in media {
        let mut at = atom.body;
        for range in claimed
            .iter()
            .filter(|range| atom.body <= range.start && range.end <= atom.end)
        {
            if range.start > at {
                bytes[at..range.start].fill(0);
            }
            at = at.max(range.end);
        }
        bytes[at..atom.end].fill(0);
    }
    Ok(())
}

/// Clears who made it and what stands beside the coding in the descriptions of pictures.
fn clear_descriptions(bytes: &mut [u8], described: &Atom) -> Result<(), VideoError> {
    let from = (described.body + 8).min(described.end);
    for entry in list(bytes, from..described.end)? {
        for named in NAMED {
            if let Some(name) = bytes[..entry.end].get_mut(entry.body + named.start..entry.body + named.end) {
                name.fill(0);
            }
        }
        let from = (entry.body + PICTURE_HEAD).min(entry.end);
        let inside = list(bytes, from..entry.end)?;
        blank_others(bytes, &inside, &IN_PICTURE);
    }
    Ok(())
}
