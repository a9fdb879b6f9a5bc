//! What participants look out for, in fields: so that it is complete, short and the same in each language.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::clock::Timestamp;
use super::super::point::Point;
use super::super::problem::{ProblemCode, Problems};

mod person;
mod vehicle;

pub use person::{Age, Build, Garment, GarmentKind, Hair, HairLength, Person, Sex};
pub use vehicle::{Vehicle, VehicleKind};

/// The most persons in a description.
pub const MAX_PERSONS: usize = 4;
/// The most vehicles in a description.
pub const MAX_VEHICLES: usize = 3;
/// The most characters of a name, a place or another short text.
pub const MAX_SHORT_CHARS: usize = 80;
/// The most characters of a longer text.
pub const MAX_LONG_CHARS: usize = 200;

/// What to look out for. Personal: sealed when stored, and `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Description {
    /// Who, at most four.
    pub persons: Vec<Person>,
    /// With what, at most three.
    pub vehicles: Vec<Vehicle>,
    /// Where and when last seen.
    pub last_seen: Option<LastSeen>,
    /// Where to, as it follows "richting": `de Biltstraat`, `noorden`.
    pub direction: Option<String>,
    /// What else to look for, in whole sentences; never the suspected offence.
    pub details: Option<Words>,
}

/// Where and when someone or something was last seen.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LastSeen {
    /// In words, most precise first: `Stationsplein, Utrecht`.
    pub place: String,
    /// On the map: `[longitude, latitude]`.
    #[schema(value_type = Option<[f64; 2]>)]
    pub point: Option<Point>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// Words of the operator's own, in one language or in both.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Words {
    /// In Dutch.
    pub nl: String,
    /// In English; the English text does without them when there are none.
    pub en: Option<String>,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Description(..)")
    }
}

impl fmt::Debug for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastSeen(..)")
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(..)")
    }
}

/// A colour of clothes, hair or a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Colour {
    Black,
    White,
    Grey,
    Silver,
    Blue,
    DarkBlue,
    LightBlue,
    Red,
    DarkRed,
    Green,
    DarkGreen,
    Yellow,
    Orange,
    Brown,
    Beige,
    Pink,
    Purple,
    /// Fair: of hair.
    Blond,
}

impl Description {
    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds everything that is wrong with it. `now` bounds the moments.
    pub fn check(&self, now: Timestamp, problems: &mut Problems) {
        let people = self.persons.len() > MAX_PERSONS;
        problems.add_if(people, "description.persons", ProblemCode::TooManyPersons);
        for (position, person) in self.persons.iter().enumerate().take(MAX_PERSONS) {
            person.check(&format!("description.persons[{position}]"), problems);
        }
        let vehicles = self.vehicles.len() > MAX_VEHICLES;
        problems.add_if(vehicles, "description.vehicles", ProblemCode::TooManyVehicles);
        for (position, vehicle) in self.vehicles.iter().enumerate().take(MAX_VEHICLES) {
            vehicle.check(&format!("description.vehicles[{position}]"), problems);
        }
        if let Some(seen) = &self.last_seen {
            problems.check_text("description.last_seen.place", &seen.place, MAX_SHORT_CHARS, false);
            let ahead = seen.at.is_some_and(|at| at > now);
            problems.add_if(ahead, "description.last_seen.at", ProblemCode::MomentAhead);
        }
        if let Some(direction) = &self.direction {
            problems.check_text("description.direction", direction, MAX_SHORT_CHARS, false);
        }
        if let Some(details) = &self.details {
            details.check("description.details", MAX_LONG_CHARS, problems);
        }
    }
}

impl Words {
    pub(super) fn check(&self, field: &str, most: usize, problems: &mut Problems) {
        problems.check_text(&format!("{field}.nl"), &self.nl, most, false);
        if let Some(en) = &self.en {
            problems.check_text(&format!("{field}.en"), en, most, false);
        }
    }
}
