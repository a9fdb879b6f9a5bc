//! What someone fills in to take part, checked whole: every problem of every field is told at once.

use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    AgeProof, Contact, EmailAddress, MAX_WEEKLY, Participant, PhoneNumber, Place, PlaceKind, Places,
    PlacesError, Postcode, QuietHours, Rest, Topic, Topics, is_label,
};
use crate::domain::id::ParticipantId;
use crate::domain::language::Language;
use crate::domain::point::Point;
use crate::domain::problem::{FieldProblem, ProblemCode};

mod problem;

/// A registration as it was typed. Texts may be empty: nothing was filled in. Personal: `Debug` shows none
/// of it.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationInput {
    /// `nl` or `en`; empty means Dutch.
    pub language: String,
    /// An e-mail address.
    pub email: String,
    /// A mobile telephone number, in any of the ways that [`PhoneNumber`] reads.
    pub phone: String,
    /// Whether it comes from the app, so that no address is needed.
    pub has_app: bool,
    /// The date of birth as `1990-12-31`.
    pub birth_date: String,
    /// The person says to be 16 or older; a birth date goes before it.
    pub is_old_enough: bool,
    /// The places, one to eight.
    pub places: Vec<PlaceInput>,
    /// Names of topics, at least one.
    pub topics: Vec<String>,
    /// Quiet hours as [`QuietHours`] reads them; empty for none.
    pub quiet_hours: String,
    /// The most messages a week without hurry.
    pub weekly_limit: Option<u8>,
}

/// A place as it was typed or pointed at: a point, a postcode, or both (the point goes first).
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlaceInput {
    /// `home`, `work` or `other`.
    pub kind: String,
    /// Degrees east, WGS84.
    pub longitude: Option<f64>,
    /// Degrees north, WGS84.
    pub latitude: Option<f64>,
    /// A Dutch postcode.
    pub postcode: String,
    /// The person's own name for it.
    pub label: String,
}

impl fmt::Debug for RegistrationInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationInput(..)")
    }
}

impl fmt::Debug for PlaceInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlaceInput(..)")
    }
}

/// A registration that holds by the rules. Nothing of the age is kept.
#[derive(Clone, PartialEq)]
pub struct Registration {
    /// The language of all messages.
    pub language: Language,
    /// The addresses.
    pub contact: Contact,
    /// The places.
    pub places: Places,
    /// The topics.
    pub topics: Topics,
    /// The rest that is wanted.
    pub rest: Rest,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration(..)")
    }
}

impl Registration {
    /// Checks what was typed on the day `today`; `locate` gives the point of a postcode, or none for one
    /// that it does not know.
    ///
    /// # Errors
    /// Every problem of every field, in the order of the form.
    pub fn check(
        input: &RegistrationInput,
        today: NaiveDate,
        locate: impl FnMut(Postcode) -> Option<Point>,
    ) -> Result<Self, Vec<FieldProblem>> {
        let mut form = Form {
            language: input.language.parse().unwrap_or_default(),
            problems: Vec::new(),
        };
        if !input.language.is_empty() && input.language.parse::<Language>().is_err() {
            form.problem("language", ProblemCode::LanguageUnknown);
        }
        let contact = form.contact(input);
        form.age(input, today);
        let places = form.places(&input.places, locate);
        let topics = form.topics(&input.topics);
        let rest = form.rest(input);
        match places {
            Some(places) if form.problems.is_empty() => Ok(Self {
                language: form.language,
                contact,
                places,
                topics,
                rest,
            }),
            _ => Err(form.problems),
        }
    }

    /// The participant that it makes.
    pub fn into_participant(self, id: ParticipantId) -> Participant {
        let Self {
            language,
            contact,
            places,
            topics,
            rest,
        } = self;
        Participant {
            id,
            language,
            contact,
            places,
            topics,
            rest,
        }
    }
}

/// The problems found so far.
struct Form {
    language: Language,
    problems: Vec<FieldProblem>,
}

impl Form {
    fn problem(&mut self, field: impl Into<String>, code: impl Into<ProblemCode>) {
        self.problems.push(FieldProblem::new(field, code.into()));
    }

    /// The value, or none after taking down its problem.
    fn take<T, E: Into<ProblemCode>>(&mut self, field: impl Into<String>, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.problem(field, error)).ok()
    }

    fn contact(&mut self, input: &RegistrationInput) -> Contact {
        let (email, phone) = (input.email.trim(), input.phone.trim());
        if email.is_empty() && phone.is_empty() && !input.has_app {
            self.problem("email", ProblemCode::ContactMissing);
        }
        Contact {
            email: if email.is_empty() {
                None
            } else {
                self.take("email", email.parse::<EmailAddress>())
            },
            phone: if phone.is_empty() {
                None
            } else {
                self.take("phone", phone.parse::<PhoneNumber>())
            },
        }
    }

    fn age(&mut self, input: &RegistrationInput, today: NaiveDate) {
        let proof = match (input.birth_date.trim(), input.is_old_enough) {
            ("", true) => Ok(AgeProof::Confirmed),
            ("", false) => Err(ProblemCode::AgeMissing),
            (date, _) => NaiveDate::parse_from_str(date, "%Y-%m-%d")
                .map(AgeProof::BornOn)
                .map_err(|_| ProblemCode::BirthDate),
        };
        self.take(
            "birth_date",
            proof.and_then(|proof| proof.check(today).map_err(ProblemCode::from)),
        );
    }

    fn places(
        &mut self,
        inputs: &[PlaceInput],
        mut locate: impl FnMut(Postcode) -> Option<Point>,
    ) -> Option<Places> {
        // Counted before anything is looked up, so that a long list costs nothing.
        if inputs.len() > Places::MAX {
            self.problem("places", PlacesError::TooMany);
            return None;
        }
        let places = inputs
            .iter()
            .enumerate()
            .filter_map(|(index, input)| self.place(index, input, &mut locate));
        let places: Vec<Place> = places.collect();
        // A place with a problem has told it already; then "none is given" would be untrue.
        if inputs.is_empty() || !places.is_empty() {
            self.take("places", Places::new(places))
        } else {
            None
        }
    }

    fn place(
        &mut self,
        index: usize,
        input: &PlaceInput,
        locate: &mut impl FnMut(Postcode) -> Option<Point>,
    ) -> Option<Place> {
        let field = |name: &str| format!("places[{index}].{name}");
        let kind = PlaceKind::from_name(&input.kind).ok_or(ProblemCode::PlaceKindUnknown);
        let kind = self.take(field("kind"), kind);
        let label = Some(input.label.trim()).filter(|label| !label.is_empty());
        if label.is_some_and(|label| !is_label(label)) {
            self.problem(field("label"), ProblemCode::LabelForm);
        }
        let postcode = match input.postcode.trim() {
            "" => None,
            text => self.take(
                field("postcode"),
                text.parse::<Postcode>().map_err(|_| ProblemCode::PostcodeForm),
            ),
        };
        let point = match (input.longitude, input.latitude, postcode) {
            (Some(longitude), Some(latitude), _) => {
                let point = Point::from_degrees(longitude, latitude);
                self.take(
                    field("longitude"),
                    point.map_err(|_| ProblemCode::PlaceCoordinates),
                )
            }
            (None, None, Some(postcode)) => self.take(
                field("postcode"),
                locate(postcode).ok_or(ProblemCode::PostcodeUnknown),
            ),
            (None, None, None) => {
                if input.postcode.trim().is_empty() {
                    self.problem(field("postcode"), ProblemCode::PlaceMissing);
                }
                None
            }
            _ => self.take(field("longitude"), Err(ProblemCode::PlaceCoordinates)),
        };
        Some(Place {
            kind: kind?,
            point: point?,
            label: label.map(str::to_owned),
            postcode,
        })
    }

    fn rest(&mut self, input: &RegistrationInput) -> Rest {
        let quiet_hours = match input.quiet_hours.trim() {
            "" => None,
            text => self.take(
                "quiet_hours",
                text.parse::<QuietHours>()
                    .map_err(|_| ProblemCode::QuietHoursForm),
            ),
        };
        if input.weekly_limit.is_some_and(|limit| limit > MAX_WEEKLY) {
            self.problem("weekly_limit", ProblemCode::WeeklyLimitOutOfBounds);
        }
        Rest {
            quiet_hours,
            weekly_limit: input.weekly_limit,
        }
    }

    fn topics(&mut self, names: &[String]) -> Topics {
        if names.is_empty() {
            self.problem("topics", ProblemCode::TopicsMissing);
        }
        let topics = names.iter().map(|name| name.parse::<Topic>());
        topics.collect::<Result<Topics, _>>().unwrap_or_else(|_| {
            self.problem("topics", ProblemCode::TopicUnknown);
            Topics::NONE
        })
    }
}

#[cfg(test)]
mod tests;
