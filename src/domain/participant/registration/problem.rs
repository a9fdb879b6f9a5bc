//! What is wrong with a field, as a code for programs and a sentence for people, in Dutch and English.

use serde::{Serialize, Serializer};

use super::super::{AgeError, EmailError, PhoneError, PlacesError};
use crate::domain::language::Language;

/// What is wrong with one field of a registration. Never repeats what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field, for instance `email` or `places[1].postcode`.
    pub field: String,
    /// What is wrong, for programs.
    pub code: ProblemCode,
    /// What is wrong and what to do, in the language of the registration.
    pub message: &'static str,
}

impl FieldProblem {
    /// The problem with its message in this language.
    pub fn new(field: impl Into<String>, code: ProblemCode, language: Language) -> Self {
        Self {
            field: field.into(),
            code,
            message: code.message(language),
        }
    }
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $nl:literal $en:literal)*) => {
        /// A code for what is wrong with a field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemCode {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code in the API.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// A sentence that says what to do.
            pub const fn message(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Nl) => $nl,
                    (Self::$variant, Language::En) => $en,)*
                }
            }
        }
    };
}

problem_codes! {
    /// Neither app, nor e-mail address, nor telephone number.
    ContactMissing "contact_missing"
        "Vul een e-mailadres of een mobiel telefoonnummer in."
        "Enter an e-mail address or a mobile phone number."
    /// The language is not offered.
    LanguageUnknown "language_unknown"
        "Kies Nederlands of Engels."
        "Choose Dutch or English."
    /// Longer than an address can be.
    EmailTooLong "email_too_long"
        "Dit e-mailadres is te lang."
        "This e-mail address is too long."
    /// Accents and the like.
    EmailCharacters "email_characters"
        "Schrijf het e-mailadres zonder accenten of bijzondere tekens."
        "Write the e-mail address without accents or special characters."
    /// Not of the form of an address.
    EmailForm "email_form"
        "Vul het hele e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."
        "Enter the whole e-mail address, for example name@example.org."
    /// A letter, for instance.
    PhoneCharacters "phone_characters"
        "Gebruik in het telefoonnummer alleen cijfers, met eventueel een + ervoor."
        "Use only digits in the phone number, with a + in front if needed."
    /// Neither Dutch nor with a country code.
    PhoneCountryCode "phone_country_code"
        "Begin het telefoonnummer met 06, of met + en de landcode."
        "Begin the phone number with 06, or with + and the country code."
    /// Too few or too many digits.
    PhoneLength "phone_length"
        "Controleer het telefoonnummer: een Nederlands mobiel nummer heeft tien cijfers."
        "Check the phone number: a Dutch mobile number has ten digits."
    /// A fixed or paid number.
    PhoneNotMobile "phone_not_mobile"
        "Vul een mobiel nummer in. Naar een vast nummer kunnen wij geen sms sturen."
        "Enter a mobile number. We cannot send text messages to a landline."
    /// Neither a birth date nor a confirmation.
    AgeMissing "age_missing"
        "Bevestig dat u 16 jaar of ouder bent."
        "Confirm that you are 16 or older."
    /// Younger than 16.
    TooYoung "too_young"
        "U kunt meedoen vanaf 16 jaar."
        "You can take part from the age of 16."
    /// No date, or one on which nobody alive was born.
    BirthDate "birth_date"
        "Vul de geboortedatum in als jaar-maand-dag, bijvoorbeeld 1990-12-31."
        "Enter the date of birth as year-month-day, for example 1990-12-31."
    /// No place at all.
    PlacesMissing "places_missing"
        "Vul ten minste één adres in, bijvoorbeeld waar u woont."
        "Enter at least one place, for example where you live."
    /// More than eight.
    PlacesTooMany "places_too_many"
        "U kunt ten hoogste acht adressen opgeven."
        "You can give at most eight places."
    /// Not home, work or other.
    PlaceKindUnknown "place_kind_unknown"
        "Kies thuis, werk of anders."
        "Choose home, work or other."
    /// Neither a point nor a postcode.
    PlaceMissing "place_missing"
        "Vul een postcode in of wijs de plek aan op de kaart."
        "Enter a postcode or point to the place on the map."
    /// Half a coordinate, or off the world.
    PlaceCoordinates "place_coordinates"
        "Deze plek ligt niet op de kaart. Wijs de plek opnieuw aan."
        "This place is not on the map. Point to it again."
    /// Not of the form of a postcode.
    PostcodeForm "postcode_form"
        "Vul de postcode in als vier cijfers en twee letters, bijvoorbeeld 3511 AB."
        "Enter the postcode as four digits and two letters, for example 3511 AB."
    /// A postcode that is nowhere.
    PostcodeUnknown "postcode_unknown"
        "Deze postcode kennen wij niet. Controleer de postcode of wijs de plek aan op de kaart."
        "We do not know this postcode. Check it, or point to the place on the map."
    /// Too long, or with control characters.
    LabelForm "label_form"
        "Geef een naam van ten hoogste 40 tekens."
        "Give a name of at most 40 characters."
    /// No topic at all.
    TopicsMissing "topics_missing"
        "Kies ten minste één onderwerp."
        "Choose at least one topic."
    /// A topic that does not exist.
    TopicUnknown "topic_unknown"
        "Kies een onderwerp uit de lijst."
        "Choose a topic from the list."
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

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
