//! A person to look out for.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Colour, MAX_SHORT_CHARS, Words};
use crate::domain::problem::{ProblemCode, Problems};

/// The most pieces of clothing of a person.
pub const MAX_GARMENTS: usize = 6;

/// A person to look out for; everything may be unknown. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Person {
    /// The name by which a missing person answers.
    pub name: Option<String>,
    /// Man or woman, boy or girl by age.
    pub sex: Option<Sex>,
    /// The age, known or guessed.
    pub age: Option<Age>,
    /// The height in centimetres, 40 to 250.
    pub height_cm: Option<u16>,
    /// How sturdy.
    pub build: Option<Build>,
    /// The hair.
    pub hair: Option<Hair>,
    /// What the person wears or carries, the most striking first, at most six.
    pub clothing: Vec<Garment>,
    /// Anything striking, as a sentence: `Hij loopt met een stok.`
    pub particulars: Option<Words>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

/// As the person appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// A man or boy.
    Male,
    /// A woman or girl.
    Female,
}

/// An age in years: `to` makes it a guess between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Age {
    /// The age, or the lowest it may be.
    pub from: u8,
    /// The highest it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u8>,
}

impl Age {
    /// The highest age.
    pub const MAX: u8 = 120;

    /// Whether it is a child's.
    pub const fn is_child(self) -> bool {
        match self.to {
            Some(to) => to < 18,
            None => self.from < 18,
        }
    }
}

/// How sturdy someone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Build {
    /// Slim.
    Slim,
    /// Neither slim nor sturdy.
    Average,
    /// Muscular or broad.
    Sturdy,
    /// Fat.
    Heavy,
}

/// Hair by length and colour; either may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Hair {
    /// How long.
    pub length: Option<HairLength>,
    /// Of which colour.
    pub colour: Option<Colour>,
}

/// How long hair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HairLength {
    /// None at all.
    Bald,
    /// Short.
    Short,
    /// To the shoulders.
    HalfLong,
    /// Longer.
    Long,
}

/// A piece of clothing, or something carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Garment {
    /// What.
    pub kind: GarmentKind,
    /// Of which colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
}

/// What people wear and carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum GarmentKind {
    Coat,
    RainCoat,
    Sweater,
    Hoodie,
    Cardigan,
    Shirt,
    TShirt,
    Trousers,
    Jeans,
    Shorts,
    Tracksuit,
    Skirt,
    Dress,
    Pyjamas,
    Shoes,
    Trainers,
    Boots,
    Slippers,
    Cap,
    WoollyHat,
    Headscarf,
    Scarf,
    Helmet,
    Glasses,
    Backpack,
    Bag,
}

impl Person {
    pub(super) fn check(&self, field: &str, problems: &mut Problems) {
        if let Some(name) = &self.name {
            problems.check_text(&format!("{field}.name"), name, MAX_SHORT_CHARS, false);
        }
        if let Some(age) = self.age {
            let highest = age.to.unwrap_or(age.from);
            let wrong = highest > Age::MAX || highest < age.from;
            problems.add_if(wrong, format!("{field}.age"), ProblemCode::AgeOutOfBounds);
        }
        let tall = self.height_cm.is_some_and(|cm| !(40..=250).contains(&cm));
        problems.add_if(tall, format!("{field}.height_cm"), ProblemCode::HeightOutOfBounds);
        let many = self.clothing.len() > MAX_GARMENTS;
        problems.add_if(many, format!("{field}.clothing"), ProblemCode::TooManyGarments);
        if let Some(particulars) = &self.particulars {
            particulars.check(&format!("{field}.particulars"), MAX_SHORT_CHARS, problems);
        }
    }
}
