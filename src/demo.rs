//! What a demonstration runs on: a region of our own making and people who do not exist.
//!
//! The names of municipalities are real, and so are, roughly, where they lie and how many people live there.
//! Every border is generated, every postcode area is made up, and so is every participant.

pub mod accounts;
mod dice;
mod inside;
pub mod notes;
pub mod population;
pub mod region;
pub mod running;
pub mod stand_ins;
