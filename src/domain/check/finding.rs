//! What a check found: a code for programs, words for people, how much it weighs, and where it stands.

use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::TextPlace;
use crate::domain::said::Said;

/// How much a finding weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Only shown.
    Warn,
    /// Goes out once somebody confirmed it by its code.
    Confirm,
    /// Never goes out.
    Refuse,
}

impl Severity {
    /// All, the lightest first.
    pub const ALL: [Self; 3] = [Self::Warn, Self::Confirm, Self::Refuse];

    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
        }
    }
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// The title.
    Title,
    /// The body.
    Body,
}

impl TextPart {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
        }
    }
}

macro_rules! check_codes {
    ($($(#[$doc:meta])* $variant:ident $severity:ident $name:literal $nl:literal $en:literal)*) => {
        /// What was found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CheckCode {
            $($(#[$doc])* $variant,)*
        }

        impl CheckCode {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code in the API.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How much it weighs.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                }
            }

            /// Why, and what to do.
            pub const fn said(self) -> Said {
                match self {
                    $(Self::$variant => Said::fixed($nl, $en),)*
                }
            }
        }
    };
}

check_codes! {
    /// No area is set.
    AreaMissing Refuse "area_missing"
        "Er is geen gebied. Zonder gebied gaat er niets uit: kies er een."
        "There is no area. Nothing is sent without one: choose an area."
    /// Nobody would be reached.
    AudienceEmpty Refuse "audience_empty"
        "Niemand in dit gebied zou bereikt worden. Kies een groter gebied of meer kanalen."
        "Nobody in this area would be reached. Choose a larger area or more channels."
    /// A text without a letter.
    TextMissing Refuse "text_missing"
        "Deze tekst ontbreekt. Vul hem in."
        "This text is missing. Enter it."
    /// A telephone number that the register does not hold.
    NumberUnknown Refuse "number_unknown"
        "Dit telefoonnummer staat niet in het register. Gebruik een nummer dat er wel in staat, of laat de beheerder het toevoegen."
        "This telephone number is not in the register. Use one that is, or have the administrator add it."
    /// A link, or what telephones make a link of, that the register does not hold.
    LinkUnknown Refuse "link_unknown"
        "Deze link staat niet in het register. Gebruik een adres dat er wel in staat, of laat de beheerder het toevoegen. Is het geen link, zet dan een spatie achter de punt."
        "This link is not in the register. Use an address that is, or have the administrator add it. If it is no link, put a space behind the full stop."
    /// Characters that cannot be seen, or that look like others.
    CharactersDisguised Refuse "characters_disguised"
        "Hier staan tekens die niet te zien zijn of op andere lijken. Typ dit opnieuw."
        "There are characters here that cannot be seen or that look like others. Type this again."
    /// More segments than a text message takes.
    TooLongForSms Refuse "too_long_for_sms"
        "Met de link is deze tekst te lang voor een sms van vijf delen. Maak hem korter."
        "With the link this text is too long for a text message of five parts. Shorten it."
    /// No end, or one beyond the longest that the kind may run.
    ExpiryMissing Refuse "expiry_missing"
        "De actie heeft geen einde dat bij haar soort past. Kies een looptijd."
        "The action has no end that fits its kind. Choose how long it runs."
    /// Longer than such actions usually run.
    ExpiryLong Confirm "expiry_long"
        "Deze actie loopt langer dan gebruikelijk is voor haar soort. Maak haar korter, of bevestig het."
        "This action runs longer than is usual for its kind. Shorten it, or confirm."
    /// The suspected offence is named.
    OffenceNamed Confirm "offence_named"
        "Hier wordt een strafbaar feit genoemd. Laat het weg: deelnemers zoeken een persoon of voertuig, geen verdenking."
        "An offence is named here. Leave it out: participants look for a person or a vehicle, not for a suspicion."
    /// An action like it is going on.
    DuplicateRunning Confirm "duplicate_running"
        "Er loopt al een actie van deze soort in dit gebied met bijna dezelfde tekst. Breid die uit, of bevestig dat dit een andere is."
        "An action of this kind is running in this area with almost the same text. Expand that one, or confirm that this is another."
    /// Far more square kilometres or people than the kind usually needs.
    AreaLarge Confirm "area_large"
        "Dit gebied is veel groter dan gebruikelijk is voor deze soort. Maak het kleiner, of bevestig het."
        "This area is far larger than is usual for this kind. Make it smaller, or confirm."
    /// Neither description nor a text that says anything.
    DescriptionMissing Confirm "description_missing"
        "Er is geen beschrijving. Zeg naar wie of wat deelnemers moeten uitkijken, of bevestig dat dit alles is."
        "There is no description. Say whom or what participants look out for, or confirm that this is all."
    /// An abbreviation.
    Abbreviation Warn "abbreviation"
        "Dit is een afkorting. Schrijf haar voluit: deelnemers storen zich eraan."
        "This is an abbreviation. Write it out: participants are bothered by it."
    /// Shouting.
    Capitals Warn "capitals"
        "Deze tekst staat in hoofdletters. Gewone letters lezen sneller."
        "This text is in capitals. Ordinary letters read faster."
    /// A long text message.
    ManySegments Warn "many_segments"
        "Met de link wordt deze tekst een sms van vier of meer delen. Een kortere tekst wordt beter onthouden."
        "With the link this text becomes a text message of four or more parts. A shorter one is remembered better."
    /// A character that halves the room in a text message.
    CostlyCharacter Warn "costly_character"
        "Dit teken staat niet in het sms-alfabet en halveert de ruimte in een sms. Vervang het."
        "This character is not in the alphabet of text messages and halves the room in one. Replace it."
}

impl CheckCode {
    /// Whether somebody may take it on themselves.
    pub fn is_confirmable(self) -> bool {
        self.severity() == Severity::Confirm
    }
}

/// The name is of no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown check: see the codes that the checks answer")]
pub struct UnknownCheck;

impl FromStr for CheckCode {
    type Err = UnknownCheck;

    fn from_str(name: &str) -> Result<Self, UnknownCheck> {
        let found = Self::ALL.iter().find(|code| code.name() == name);
        found.copied().ok_or(UnknownCheck)
    }
}

impl std::fmt::Display for CheckCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for CheckCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for CheckCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// Where something stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The text, for instance `texts.nl.body`.
    pub field: String,
    /// Where in it, in bytes of UTF-8.
    pub bytes: Range<usize>,
    /// The same in units of UTF-16, as scripts of a page count.
    pub units: Range<usize>,
}

impl Mark {
    /// Whether the other stands in it.
    pub fn covers(&self, other: &Self) -> bool {
        self.field == other.field
            && self.bytes.start <= other.bytes.start
            && other.bytes.end <= self.bytes.end
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: CheckCode,
    /// Which field.
    pub field: String,
    /// Where in its text.
    pub mark: Option<Mark>,
    /// Why, and what to do.
    pub said: Said,
    /// What could stand there instead.
    pub proposal: Option<String>,
}

impl Finding {
    /// About a field as a whole.
    pub fn of_field(code: CheckCode, field: impl Into<String>) -> Self {
        Self {
            code,
            field: field.into(),
            mark: None,
            said: code.said(),
            proposal: None,
        }
    }

    /// About a part of a text.
    pub(super) fn at(code: CheckCode, place: TextPlace, bytes: Range<usize>) -> Self {
        let field = place.field();
        Self {
            mark: Some(Mark {
                field: field.clone(),
                bytes,
                // Counted once all of a text is looked through: [`count_units`].
                units: 0..0,
            }),
            ..Self::of_field(code, field)
        }
    }

    /// With what could stand there instead.
    #[must_use]
    pub fn proposing(self, proposal: impl Into<String>) -> Self {
        Self {
            proposal: Some(proposal.into()),
            ..self
        }
    }

    /// In more exact words.
    #[must_use]
    pub fn saying(self, said: Said) -> Self {
        Self { said, ..self }
    }

    /// How much it weighs.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Counts where marks in this text stand in units of UTF-16.
pub(super) fn count_units(text: &str, findings: &mut [Finding]) {
    let units = |bytes: usize| text[..bytes].chars().map(char::len_utf16).sum();
    for mark in findings.iter_mut().filter_map(|finding| finding.mark.as_mut()) {
        mark.units = units(mark.bytes.start)..units(mark.bytes.end);
    }
}
