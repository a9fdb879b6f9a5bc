//! A registered citizen: where they want to be called on, how they are reached, and for what.
//!
//! Everything in here is personal. None of these types shows an address, a coordinate, a number or a label
//! in `Debug`, and none of their errors repeats what was typed.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::channel::{Channel, ChannelSet};
use super::endpoint::Endpoint;
use super::id::ParticipantId;
use super::language::Language;
use super::point::Point;

pub use age::{AgeError, AgeProof, MINIMUM_AGE};
pub use email::{EmailAddress, EmailError};
pub use phone::{PhoneError, PhoneNumber};
pub use postcode::{Postcode, PostcodeError};
pub use registration::{Registration, RegistrationInput};
pub use rest::{HALF_HOURS, HalfHour, MAX_WEEKLY, QuietHours, QuietHoursError, Rest};
pub use topics::{Topic, Topics, UnknownTopic};

mod age;
pub mod csv;
mod email;
mod phone;
mod postcode;
pub mod registration;
mod rest;
mod topics;

/// A participant as it is stored.
#[derive(Clone, PartialEq)]
pub struct Participant {
    /// The public id.
    pub id: ParticipantId,
    /// The language of all messages.
    pub language: Language,
    /// The addresses; devices are registered apart.
    pub contact: Contact,
    /// Where the participant wants to be called on.
    pub places: Places,
    /// For what.
    pub topics: Topics,
    /// When not, and how often at most.
    pub rest: Rest,
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Participant({})", self.id)
    }
}

/// What a place is to a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// Where the participant lives.
    #[default]
    Home,
    /// Where the participant works or goes to school.
    Work,
    /// Any other.
    Other,
}

impl PlaceKind {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Home, Self::Work, Self::Other];

    /// The name in files and API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Work => "work",
            Self::Other => "other",
        }
    }

    /// The kind of this name; none for another text.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The most characters of a place's label.
pub const MAX_LABEL_CHARS: usize = 40;

/// A point a participant wants to be called on for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What it is to the participant.
    pub kind: PlaceKind,
    /// Where it is.
    pub point: Point,
    /// The participant's own name for it: at most [`MAX_LABEL_CHARS`] characters, no control characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The postcode that it was given as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<Postcode>,
}

impl Place {
    /// A place without label and postcode.
    pub const fn new(kind: PlaceKind, point: Point) -> Self {
        Self {
            kind,
            point,
            label: None,
            postcode: None,
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({}, ..)", self.kind.name())
    }
}

/// Whether a text can be a place's label.
pub fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && text.chars().count() <= MAX_LABEL_CHARS
        && !text.chars().any(char::is_control)
}

/// The places of one participant: at least one, at most [`Places::MAX`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Place>", into = "Vec<Place>")]
pub struct Places(Vec<Place>);

impl Places {
    /// The most places of one participant.
    pub const MAX: usize = 8;

    /// The places, the first of them the most important.
    pub fn new(places: Vec<Place>) -> Result<Self, PlacesError> {
        match places.len() {
            0 => Err(PlacesError::None),
            1..=Self::MAX => Ok(Self(places)),
            _ => Err(PlacesError::TooMany),
        }
    }
}

impl Deref for Places {
    type Target = [Place];

    fn deref(&self) -> &[Place] {
        &self.0
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Places({})", self.0.len())
    }
}

impl TryFrom<Vec<Place>> for Places {
    type Error = PlacesError;

    fn try_from(places: Vec<Place>) -> Result<Self, PlacesError> {
        Self::new(places)
    }
}

impl From<Places> for Vec<Place> {
    fn from(places: Places) -> Self {
        places.0
    }
}

/// Why these cannot be the places of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacesError {
    /// None is given.
    #[error("no place is given: give at least one, for instance home")]
    None,
    /// More than [`Places::MAX`].
    #[error("there are too many places: at most 8")]
    TooMany,
}

/// The addresses of a participant. Either may be missing: who has the app needs none.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// For e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// For text messages and calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
}

impl Contact {
    /// The channels that these addresses give.
    pub fn channels(&self) -> ChannelSet {
        let phone = self.phone.iter().flat_map(|_| [Channel::Sms, Channel::Voice]);
        phone.chain(self.email.iter().map(|_| Channel::Email)).collect()
    }

    /// The addresses as endpoints, fastest first.
    pub fn endpoints(&self) -> impl Iterator<Item = Endpoint> {
        let phone = self
            .phone
            .iter()
            .map(|phone| Endpoint::Phone(phone.as_str().to_owned()));
        phone.chain(
            self.email
                .iter()
                .map(|email| Endpoint::Mailbox(email.as_str().to_owned())),
        )
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({:?})", self.channels())
    }
}

#[cfg(test)]
mod tests;
