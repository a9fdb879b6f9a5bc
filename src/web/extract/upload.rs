//! A form with photos: `multipart/form-data` (RFC 7578), every part bounded.

use std::collections::BTreeMap;

use axum::extract::{FromRef, FromRequest, Multipart, Request};
use bytes::{Bytes, BytesMut};
use http::StatusCode;

use super::super::Web;
use super::super::problem::{Problem, ProblemKind};
use super::super::repeat::Fingerprint;
use super::incoming::{Incoming, Place};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;
use crate::domain::video::{MAX_BYTES, is_video};

/// The most photos of one form.
pub const PHOTOS: usize = 5;
/// The most bytes of one photo.
pub const PHOTO_BYTES: usize = 15 * 1024 * 1024;
/// The most films of one form.
pub const VIDEOS: usize = 1;
/// The most bytes of a form: its photos, and room for the rest. With a film there is room for fewer, or smaller ones.
pub const FORM_BYTES: usize = PHOTOS * PHOTO_BYTES + 1024 * 1024;
/// The most fields that are no photo.
const FIELDS: usize = 20;
/// The most bytes of one of them.
const FIELD_BYTES: usize = 16 * 1024;

/// A form as it came in. Personal: `Debug` shows none of it.
pub struct Upload {
    /// The fields by name; of a name that comes twice the last.
    pub fields: BTreeMap<String, String>,
    /// The files, whatever their name; those that are empty left out.
    pub photos: Vec<Bytes>,
    /// Tells one content from another, whatever the boundary between the parts.
    pub fingerprint: Fingerprint,
    /// Held as long as the files are in memory.
    pub place: Place,
}

/// The parts of a form, as they come in.
#[derive(Default)]
struct Parts {
    fields: BTreeMap<String, String>,
    photos: Vec<Bytes>,
    fingerprint: Fingerprint,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} photos)", self.photos.len())
    }
}

impl<S> FromRequest<S> for Upload
where
    S: Send + Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (request, incoming) = Incoming::begin(request, state, FORM_BYTES).await?;
        let form = Multipart::from_request(request, state).await;
        let form = form.map_err(|_| Problem::new(ProblemKind::Malformed))?;
        let Parts {
            fields,
            photos,
            fingerprint,
        } = match Parts::read(form).await {
            Ok(parts) => parts,
            Err(problem) => return Err(incoming.problem().unwrap_or(problem)),
        };
        Ok(Self {
            place: incoming.end(!photos.is_empty()).await,
            fields,
            photos,
            fingerprint,
        })
    }
}

impl Parts {
    async fn read(mut form: Multipart) -> Result<Self, Problem> {
        let mut parts = Self::default();
        while let Some(part) = form.next_field().await.map_err(|error| refused(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                let field = format!("photos[{}]", parts.photos.len());
                let photo = read(part, most_of_file, &field).await?;
                // A browser sends an empty file where none was chosen.
                if !photo.is_empty() {
                    parts.take_photo(photo)?;
                }
            } else {
                let value = read(part, |_| FIELD_BYTES, &name).await?;
                parts.take_field(name, &value)?;
            }
        }
        Ok(parts)
    }

    fn take_photo(&mut self, photo: Bytes) -> Result<(), Problem> {
        let films = self.photos.iter().filter(|file| is_video(file)).count();
        if is_video(&photo) && films == VIDEOS {
            return Err(Problem::invalid_field("photos", ProblemCode::TooManyVideos));
        }
        if !is_video(&photo) && self.photos.len() - films == PHOTOS {
            return Err(Problem::invalid_field("photos", ProblemCode::TooManyPhotos));
        }
        self.fingerprint.add(b"photo", &photo);
        self.photos.push(photo);
        Ok(())
    }

    fn take_field(&mut self, name: String, value: &[u8]) -> Result<(), Problem> {
        let value = String::from_utf8(value.to_vec())
            .map_err(|_| Problem::invalid_field(name.clone(), ProblemCode::NotUtf8))?;
        self.fingerprint.add(name.as_bytes(), value.as_bytes());
        self.fields.insert(name, value);
        if self.fields.len() > FIELDS {
            return Err(Problem::new(ProblemKind::Malformed).saying(Said::new(
                "Het formulier heeft te veel velden.",
                "The form has too many fields.",
            )));
        }
        Ok(())
    }
}

impl Upload {
    /// A field's value; none when it is absent or blank.
    pub fn filled(&self, name: &str) -> Option<&str> {
        let value = self.fields.get(name)?;
        Some(value.as_str()).filter(|value| !value.trim().is_empty())
    }
}

/// The most bytes of a file that begins like this.
fn most_of_file(begin: &[u8]) -> usize {
    if is_video(begin) { MAX_BYTES } else { PHOTO_BYTES }
}

async fn read(
    mut part: axum::extract::multipart::Field<'_>,
    most_of: impl Fn(&[u8]) -> usize,
    field: &str,
) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::new();
    while let Some(piece) = part.chunk().await.map_err(|error| refused(&error))? {
        // Before the first piece nobody knows what it is.
        let begin: &[u8] = if whole.is_empty() { &piece } else { &whole };
        let most = most_of(begin);
        if whole.len() + piece.len() > most {
            let said = Said::new(
                format!("Dit is te groot: ten hoogste {} kB.", most / 1024),
                format!("This is too large: at most {} kB.", most / 1024),
            );
            return Err(FieldProblem::new(field, ProblemCode::TooLarge)
                .saying(said)
                .into());
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

fn refused(error: &axum::extract::multipart::MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge.into(),
        _ => ProblemKind::Malformed.into(),
    }
}

#[cfg(test)]
mod tests;
