//! An edge for tests.

use super::{Web, WebParts, WebSettings};
use crate::desk::Desk;
use crate::dispatch::receipts::Receipts;
use crate::dispatch::{Surroundings, Timing};

impl WebParts {
    /// Parts on this desk, with the settings' defaults.
    pub fn on(desk: &Desk) -> Self {
        let (parts, settings) = (desk.parts(), WebSettings::default());
        let around = Surroundings {
            store: parts.store.clone(),
            keys: parts.keys.clone(),
            references: parts.references.clone(),
            clock: parts.clock.clone(),
            random: parts.random.clone(),
            public_url: settings.public_url.clone(),
            timing: Timing::default(),
            spool: None,
        };
        Self {
            settings,
            clock: parts.clock.clone(),
            random: parts.random.clone(),
            store: parts.store.clone(),
            keys: parts.keys.clone(),
            desk: desk.clone(),
            receipts: Receipts::start(around),
            figures: None,
        }
    }
}

impl Web {
    /// An edge on this desk, with the settings' defaults.
    pub fn on(desk: &Desk) -> Self {
        Self::new(WebParts::on(desk))
    }
}
