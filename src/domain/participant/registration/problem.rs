//! What is wrong with an address, an age and places, in the words of a form.

use super::super::{AgeError, EmailError, PhoneError, PlacesError};
use crate::domain::problem::ProblemCode;

impl From<EmailError> for ProblemCode {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::TooLong => Self::EmailTooLong,
            EmailError::NotAscii => Self::EmailCharacters,
            EmailError::Empty | EmailError::NoAtSign | EmailError::Local | EmailError::Domain => {
                Self::EmailForm
            }
        }
    }
}

impl From<PhoneError> for ProblemCode {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::Character => Self::PhoneCharacters,
            PhoneError::CountryCode => Self::PhoneCountryCode,
            PhoneError::Empty | PhoneError::Length => Self::PhoneLength,
            PhoneError::NotMobile => Self::PhoneNotMobile,
        }
    }
}

impl From<AgeError> for ProblemCode {
    fn from(error: AgeError) -> Self {
        match error {
            AgeError::TooYoung => Self::TooYoung,
            AgeError::Impossible => Self::BirthDate,
        }
    }
}

impl From<PlacesError> for ProblemCode {
    fn from(error: PlacesError) -> Self {
        match error {
            PlacesError::None => Self::PlacesMissing,
            PlacesError::TooMany => Self::PlacesTooMany,
        }
    }
}
