use std::time::Duration;

use super::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::action::{DraftInput, Text};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::TipId;
use crate::domain::language::Language;
use crate::domain::lost_minutes::Step;
use crate::domain::message::Purpose;
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::participant::Topics;
use crate::domain::random::Random;
use crate::domain::role::Role;
use crate::domain::tip::TipContent;
use crate::domain::wave::{WaveKind, WaveState};
use crate::storage::events::EventFilter;
use crate::storage::testing::people::some_time;
use crate::storage::testing::regions::region_id;

/// What kind of refusal it is, with its code where it has one.
fn refusal<T>(result: Result<T>) -> String {
    match result.err().expect("it is refused") {
        DeskError::Forbidden(_) => "forbidden".to_owned(),
        DeskError::NotFound(what) => format!("no {what}"),
        DeskError::Conflict { code, .. } | DeskError::Refused { code, .. } => code.to_owned(),
        DeskError::Invalid(fields) => fields
            .iter()
            .map(|field| field.code.name())
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    }
}

fn texts(body: &str) -> Texts {
    Texts {
        nl: Text::new("Nieuws", body),
        en: Text::new("News", body),
    }
}

mod ending;
mod fallback;
mod going_out;
mod reading;
mod rest;
mod restored;
mod roles;
mod training;
