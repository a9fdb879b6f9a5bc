//! A short film as it may be kept: its container taken apart, and everything in it overwritten that is neither
//! picture nor sound (where, when and with what it was made).
//!
//! Nothing is decoded and nothing moves: what has no place is turned into free space of the same length, so that
//! the addresses of pictures within the file stay true. Bytes of the media that no picture or sound claims are
//! overwritten as well. What this cannot be done with is refused, with what to do. Pure; linear in the file.

use std::fmt;

use super::said::Said;

mod boxes;
mod ebml;
mod mp4;
mod webm;

/// The most bytes of a film.
pub const MAX_BYTES: usize = 25 * 1024 * 1024;
/// The longest a film may be. A telephone that is told thirty seconds records a little more.
pub const MAX_MS: u64 = 31_000;

/// A film as it is kept. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Video {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub container: Container,
    /// How long it is, in milliseconds.
    pub duration_ms: u32,
}

impl fmt::Debug for Video {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Video({} ms)", self.duration_ms)
    }
}

/// In what a film lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// ISO 14496-12 with brands of MP4.
    Mp4,
    /// The same as Apple writes it.
    QuickTime,
    /// Matroska as browsers write it.
    WebM,
}

impl Container {
    /// All.
    pub const ALL: [Self; 3] = [Self::Mp4, Self::QuickTime, Self::WebM];

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::WebM => "video/webm",
        }
    }

    /// The container of this media type.
    pub fn parse(media_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|container| container.media_type() == media_type)
    }
}

/// Why a file is not taken as a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VideoError {
    /// Over [`MAX_BYTES`].
    #[error("the film is larger than 25 MB: send a shorter one, or one of lower quality")]
    TooManyBytes,
    /// Over [`MAX_MS`].
    #[error("the film is longer than 30 seconds: cut out what matters")]
    TooLong,
    /// Neither MP4 nor MOV nor WebM.
    #[error("the file is no film that can be read: send MP4, MOV or WebM")]
    UnknownFormat,
    /// Written in fragments, with data that cannot be told from pictures.
    #[error("the film is in a form that tells more than its pictures: save it as a plain MP4 and send that")]
    NotPlain,
    /// Cut off or damaged.
    #[error("the film is damaged: send it again")]
    Damaged,
    /// Another came with it.
    #[error("one film a tip is taken: send the others in a tip of their own")]
    OneOnly,
}

impl VideoError {
    /// The code in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooManyBytes => "video_too_many_bytes",
            Self::TooLong => "video_too_long",
            Self::UnknownFormat => "video_unknown_format",
            Self::NotPlain => "video_not_plain",
            Self::Damaged => "video_damaged",
            Self::OneOnly => "video_one_only",
        }
    }

    /// The text in both languages.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::TooManyBytes => {
                "de film is groter dan 25 MB: stuur een kortere, of een van mindere kwaliteit"
            }
            Self::TooLong => "de film is langer dan 30 seconden: knip eruit wat ertoe doet",
            Self::UnknownFormat => "dit bestand is geen film die te lezen is: stuur MP4, MOV of WebM",
            Self::NotPlain => {
                "de film heeft een vorm die meer verraadt dan zijn beelden: bewaar hem als gewone MP4 en stuur die"
            }
            Self::Damaged => "de film is beschadigd: stuur hem opnieuw",
            Self::OneOnly => "één film per tip: stuur de andere met een eigen tip",
        };
        Said::new(nl, self.to_string())
    }
}

/// Whether a file begins as a film does, rather than as a picture.
pub fn is_video(bytes: &[u8]) -> bool {
    bytes.starts_with(&ebml::MAGIC) || mp4::is_one(bytes)
}

/// Checks a film and takes out of it whatever is neither picture nor sound.
pub fn prepare(mut bytes: Vec<u8>) -> Result<Video, VideoError> {
    if bytes.len() > MAX_BYTES {
        return Err(VideoError::TooManyBytes);
    }
    let (container, duration_ms) = if bytes.starts_with(&ebml::MAGIC) {
        (Container::WebM, webm::strip(&mut bytes)?)
    } else if mp4::is_one(&bytes) {
        mp4::strip(&mut bytes)?
    } else {
        return Err(VideoError::UnknownFormat);
    };
    if duration_ms > MAX_MS {
        return Err(VideoError::TooLong);
    }
    Ok(Video {
        bytes,
        container,
        duration_ms: u32::try_from(duration_ms).map_err(|_| VideoError::TooLong)?,
    })
}

#[cfg(test)]
mod tests;
