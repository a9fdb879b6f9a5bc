//! A vehicle to look out for.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Colour, MAX_SHORT_CHARS};
use crate::domain::problem::{ProblemCode, Problems};

/// A vehicle to look out for. `Debug` shows none of it: a licence plate leads to a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Vehicle {
    /// What it is.
    pub kind: VehicleKind,
    /// Its colour.
    #[serde(default)]
    pub colour: Option<Colour>,
    /// Its make: `Volkswagen`.
    #[serde(default)]
    pub make: Option<String>,
    /// Its model: `Golf`.
    #[serde(default)]
    pub model: Option<String>,
    /// Its licence plate, whole or the part that was seen: letters, digits and dashes.
    #[serde(default)]
    pub plate: Option<String>,
}

impl fmt::Debug for Vehicle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vehicle(..)")
    }
}

/// What a vehicle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum VehicleKind {
    Car,
    Van,
    Lorry,
    Motorcycle,
    Scooter,
    MobilityScooter,
    Bicycle,
    ElectricBicycle,
    Boat,
}

impl Vehicle {
    pub(super) fn check(&self, field: &str, problems: &mut Problems) {
        for (name, text) in [("make", &self.make), ("model", &self.model)] {
            if let Some(text) = text {
                problems.check_text(&format!("{field}.{name}"), text, MAX_SHORT_CHARS / 2, false);
            }
        }
        let wrong = self.plate.as_ref().is_some_and(|plate| !is_plate(plate));
        problems.add_if(wrong, format!("{field}.plate"), ProblemCode::PlateForm);
    }

    /// The make and model as one name; none when both are unknown.
    pub(in crate::domain::action) fn name(&self) -> Option<String> {
        let parts = [&self.make, &self.model].map(|part| part.as_deref().unwrap_or("").trim());
        let name = parts.join(" ");
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

/// Whether a text can be a licence plate or a part of one, of any country in Latin letters.
fn is_plate(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ' ';
    (1..=12).contains(&text.len())
        && text.chars().all(allowed)
        && text.chars().any(|c| c.is_ascii_alphanumeric())
}
