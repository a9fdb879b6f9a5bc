//! An address with a mark in it, by which what comes to it says what it is about: `name+MARK@domain`
//! (RFC 5233, subaddressing).

use lettre::Address;

/// The most characters of a mark.
const LONGEST_MARK: usize = 32;

/// An address that takes a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    local: String,
    domain: String,
}

impl Marked {
    /// The address as it is configured; none when it is none, or leaves no room for a mark (RFC 5321, 4.5.3.1.1).
    pub(super) fn read(address: &str) -> Option<Self> {
        if !address.is_ascii() || address.contains('"') {
            return None;
        }
        let address: Address = address.parse().ok()?;
        let (local, domain) = (address.user(), address.domain());
        let fits = local.len() + 1 + LONGEST_MARK <= 64 && !local.contains('+');
        fits.then(|| Self {
            local: local.to_owned(),
            domain: domain.to_owned(),
        })
    }

    /// The address with this mark.
    pub(super) fn with(&self, mark: &str) -> String {
        format!("{}+{mark}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stands_before_the_domain() {
        let marked = Marked::read("bounce@oproep.example").unwrap();
        assert_eq!(marked.with("abc"), "bounce+abc@oproep.example");
    }

    #[test]
    fn an_address_without_room_for_a_mark_is_refused() {
        let long = format!("{}@oproep.example", "a".repeat(40));
        for address in ["", "bounce", "a+b@oproep.example", "\"a\"@oproep.example", &long] {
            assert_eq!(Marked::read(address), None, "{address}");
        }
    }
}
