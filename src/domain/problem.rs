//! What is wrong with a field, as a code for programs and a sentence for people. All problems of an input are
//! reported at once, and none repeats what was typed but single characters.

use serde::{Serialize, Serializer};

use super::language::Language;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field, for instance `texts.nl.body` or `description.persons[1].age`.
    pub field: String,
    /// What is wrong.
    pub code: ProblemCode,
    /// The characters that it is about, where it is about characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub characters: Vec<char>,
}

impl Problem {
    /// The problem of this field.
    pub fn new(field: impl Into<String>, code: ProblemCode) -> Self {
        Self {
            field: field.into(),
            code,
            characters: Vec::new(),
        }
    }

    /// What is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        let mut message = self.code.message(language).to_owned();
        if !self.characters.is_empty() {
            message.push_str(match language {
                Language::Nl => " Of vervang deze tekens, waarvan er \u{e9}\u{e9}n al de ruimte halveert:",
                Language::En => " Or replace these characters, one of which halves the room already:",
            });
            for character in &self.characters {
                message.push(' ');
                message.push(*character);
            }
        }
        message
    }
}

/// Problems as they are found; empty when all is well.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem when `wrong`.
    pub fn add_if(&mut self, wrong: bool, field: impl Into<String>, code: ProblemCode) {
        if wrong {
            self.0.push(Problem::new(field, code));
        }
    }

    /// Adds a problem that names the characters to replace; there may be none.
    pub fn add_naming(&mut self, field: impl Into<String>, code: ProblemCode, characters: Vec<char>) {
        self.0.push(Problem {
            characters,
            ..Problem::new(field, code)
        });
    }

    /// Checks a text: at most so many characters, and no control characters but line ends where `lines`.
    pub fn check_text(&mut self, field: &str, text: &str, most: usize, lines: bool) {
        self.add_if(text.chars().count() > most, field, ProblemCode::TextTooLong);
        let control = |c: char| c.is_control() && !(lines && c == '\n');
        self.add_if(text.chars().any(control), field, ProblemCode::TextCharacters);
    }

    /// The value when nothing is wrong, otherwise everything that is.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
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
    /// A text over its limit.
    TextTooLong "text_too_long"
        "Deze tekst is te lang. Maak hem korter."
        "This text is too long. Shorten it."
    /// Control characters.
    TextCharacters "text_characters"
        "Deze tekst bevat tekens die niet te lezen zijn. Typ de tekst opnieuw."
        "This text holds characters that cannot be read. Type it again."
    /// More segments than a text message takes.
    SmsTooLong "sms_too_long"
        "Deze tekst is met de link te lang voor een sms van vijf delen. Maak hem korter."
        "With the link this text is too long for a text message of five parts. Shorten it."
    /// A required text without a letter.
    TextMissing "text_missing"
        "Vul deze tekst in."
        "Enter this text."
    /// No area is set.
    AreaMissing "area_missing"
        "Kies eerst een gebied. Zonder gebied gaat er niets uit."
        "Choose an area first. Nothing is sent without an area."
    /// No channel is chosen.
    ChannelsMissing "channels_missing"
        "Kies ten minste één kanaal."
        "Choose at least one channel."
    /// Shorter or longer than the kind allows.
    ExpiryOutOfBounds "expiry_out_of_bounds"
        "Kies een looptijd die bij deze soort actie past."
        "Choose a running time that this kind of action allows."
    /// More persons than anyone remembers.
    TooManyPersons "too_many_persons"
        "Beschrijf ten hoogste vier personen."
        "Describe at most four persons."
    /// More vehicles than anyone remembers.
    TooManyVehicles "too_many_vehicles"
        "Beschrijf ten hoogste drie voertuigen."
        "Describe at most three vehicles."
    /// More clothes than anyone remembers.
    TooManyGarments "too_many_garments"
        "Noem ten hoogste zes kledingstukken."
        "Name at most six pieces of clothing."
    /// No age of a human being.
    AgeOutOfBounds "age_out_of_bounds"
        "Vul een leeftijd in van 0 tot en met 120 jaar, de laagste eerst."
        "Enter an age from 0 to 120 years, the lowest first."
    /// No height of a human being.
    HeightOutOfBounds "height_out_of_bounds"
        "Vul de lengte in centimeters in, van 40 tot en met 250."
        "Enter the height in centimetres, from 40 to 250."
    /// Not of the form of a licence plate.
    PlateForm "plate_form"
        "Vul het kenteken in met letters, cijfers en streepjes, bijvoorbeeld GH-123-X."
        "Enter the licence plate as letters, digits and dashes, for example GH-123-X."
    /// A moment that has yet to come.
    MomentAhead "moment_ahead"
        "Dit tijdstip ligt in de toekomst. Controleer datum en tijd."
        "This moment lies in the future. Check date and time."
    /// The request before the incident, for instance.
    MomentsOutOfOrder "moments_out_of_order"
        "Deze tijdstippen staan in de verkeerde volgorde."
        "These moments are in the wrong order."
    /// More photos than allowed.
    TooManyPhotos "too_many_photos"
        "Voeg ten hoogste vijf foto's toe."
        "Add at most five photos."
    /// No telephone number.
    PhoneForm "phone_form"
        "Vul een telefoonnummer in, bijvoorbeeld 030 123 45 67."
        "Enter a telephone number, for example 030 123 45 67."
    /// An anonymous tip with a name or a number.
    AnonymousWithContact "anonymous_with_contact"
        "Laat naam en telefoonnummer weg, of kies dat de tip niet anoniem is."
        "Leave out name and telephone number, or say that the tip is not anonymous."
    /// A direct success without the tip that led to it.
    TipMissing "tip_missing"
        "Kies de tip die tot het resultaat heeft geleid."
        "Choose the tip that led to the result."
    /// A tip that is none of this action's.
    TipUnknown "tip_unknown"
        "Kies een tip van deze actie."
        "Choose a tip of this action."
    /// A tip that repeats itself, or one that itself repeats another.
    DuplicateOfItself "duplicate_of_itself"
        "Kies de eerste tip van deze melding, niet de tip zelf of een herhaling."
        "Choose the first tip of this report, not the tip itself or a repetition."
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own_and_speaks_both_languages() {
        let names: std::collections::BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            for language in Language::ALL {
                assert!(code.message(language).ends_with('.'), "{code:?}");
            }
        }
    }
}
