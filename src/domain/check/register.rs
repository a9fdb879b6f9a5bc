//! The telephone numbers and links that a text may hold: what the administrator put into the register.

use std::collections::BTreeSet;

use super::dialled::Dialled;
use super::link_prefix::LinkPrefix;

/// Numbers and links that may stand in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    numbers: BTreeSet<Dialled>,
    links: Vec<LinkPrefix>,
}

impl Register {
    /// Adds a number.
    pub fn add_number(&mut self, number: Dialled) {
        self.numbers.insert(number);
    }

    /// Adds a link.
    pub fn add_link(&mut self, link: LinkPrefix) {
        self.links.push(link);
    }

    /// Whether it holds the number.
    pub fn holds_number(&self, number: &Dialled) -> bool {
        self.numbers.contains(number)
    }

    /// Whether it holds the link that a text writes like this.
    pub fn holds_link(&self, written: &str) -> bool {
        self.links.iter().any(|link| link.holds(written))
    }
}
