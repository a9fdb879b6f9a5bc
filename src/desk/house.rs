//! What holds for the whole service: whether it is live or for training, and how much anyone is written to.

use std::time::Duration;

use super::{Desk, DeskError, Result};
use crate::domain::realm::Realm;
use crate::domain::said::Said;

/// What holds for everyone who works with this service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct House {
    /// Whether what is made here goes to real people.
    pub realm: Realm,
    /// Where the other of live and training is.
    pub counterpart_url: Option<String>,
    /// The most messages without hurry a week for any participant, 1 to 7; none for no limit.
    pub messages_a_week: Option<u8>,
    /// Operations warn when the last backup is older.
    pub warn_without_backup_for: Option<Duration>,
}

impl Desk {
    /// What holds for the whole service.
    pub fn house(&self) -> &House {
        &self.0.house
    }

    /// Whether this service is live or for training.
    pub fn realm(&self) -> Realm {
        self.0.house.realm
    }

    /// Refuses what belongs to the other of live and training, and says where it belongs.
    pub(super) fn require_realm(&self, wanted: Option<Realm>) -> Result<()> {
        match wanted {
            Some(wanted) if wanted != self.realm() => Err(self.belongs_elsewhere(wanted)),
            _ => Ok(()),
        }
    }

    /// That something belongs to the other realm, with where that is.
    pub(super) fn belongs_elsewhere(&self, wanted: Realm) -> DeskError {
        let (nl, en, ask_nl, ask_en) = match wanted {
            Realm::Training => (
                "hier gaat alles naar echte mensen: maak een oefening in de oefenomgeving",
                "here everything goes to real people: make an exercise in the training environment",
                "vraag de beheerder waar die is",
                "ask the administrator where that is",
            ),
            Realm::Live => (
                "dit is de oefenomgeving, hier hoort niemand u: maak een echte actie in de gewone omgeving",
                "this is the training environment, where nobody hears you: make a real action in the live one",
                "vraag de beheerder waar die is",
                "ask the administrator where that is",
            ),
        };
        let text = match &self.house().counterpart_url {
            Some(url) => Said::new(format!("{nl}, {url}"), format!("{en}, {url}")),
            None => Said::new(format!("{nl}; {ask_nl}"), format!("{en}; {ask_en}")),
        };
        let code = match wanted {
            Realm::Training => "not_for_training",
            Realm::Live => "for_training_only",
        };
        DeskError::refused(code, text)
    }
}
