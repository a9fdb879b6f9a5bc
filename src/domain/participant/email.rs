//! An e-mail address, in one spelling.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most octets of an address: the 256 of a path (RFC 5321 section 4.5.3.1.3) less its angle brackets.
pub const MAX_ADDRESS_LEN: usize = 254;
/// The most octets before the at sign (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_LEN: usize = 64;
/// The most octets of one label of a domain (RFC 1035 section 2.3.4).
const MAX_LABEL_LEN: usize = 63;

/// A mailbox (RFC 5321), its domain in lower case. Personal: `Debug` shows none of it.
///
/// Accepted are dot-atoms before the at sign and a host name of at least two labels after it. Quoted local
/// parts, address literals and addresses outside ASCII are refused: hardly a mailbox has one, and many
/// providers cannot send to it. An international domain is written in its ASCII form (`xn--`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address, for instance `j.jansen@example.org`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which the address is found again, for a keyed hash: lower case throughout.
    ///
    /// The standard leaves the case before the at sign to the receiver; no receiver of note gives
    /// `Jan@` and `jan@` to different people, and nobody remembers how they once wrote it.
    pub fn lookup_form(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > MAX_ADDRESS_LEN {
            return Err(EmailError::TooLong);
        }
        if !text.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::NoAtSign)?;
        if local.len() > MAX_LOCAL_LEN {
            return Err(EmailError::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(EmailError::Local);
        }
        if !is_host_name(domain) {
            return Err(EmailError::Domain);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }
}

/// RFC 5322 section 3.2.3.
fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    })
}

/// RFC 1123 section 2.1, at least two labels, the last one not a number (which would be an IP address).
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= MAX_LABEL_LEN
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some((_, last)) = text.rsplit_once('.') else {
        return false;
    };
    text.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

/// Why a text is no e-mail address. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing is written.
    #[error("the e-mail address is empty: write it as name@example.org")]
    Empty,
    /// Longer than RFC 5321 allows.
    #[error("the e-mail address is too long: at most 64 characters before the @ and 254 in all")]
    TooLong,
    /// A character outside ASCII.
    #[error(
        "the e-mail address has a character outside a-z: write it as the provider gave it, without accents"
    )]
    NotAscii,
    /// No at sign.
    #[error("the e-mail address has no @: write it as name@example.org")]
    NoAtSign,
    /// The part before the at sign.
    #[error("the part before the @ is not possible: letters, digits and single dots, without spaces")]
    Local,
    /// The part after the at sign.
    #[error("the part after the @ is not possible: write a domain such as example.org")]
    Domain,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_domain_is_lowered_and_the_local_part_kept() {
        let address: EmailAddress = "  J.Jansen+net@Example.ORG ".parse().unwrap();
        assert_eq!(address.as_str(), "J.Jansen+net@example.org");
        assert_eq!(address.lookup_form(), "j.jansen+net@example.org");
    }

    #[test]
    fn what_cannot_be_a_mailbox_is_refused_with_the_reason() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long = format!("a@{}.org", "b.".repeat(130));
        for (text, error) in [
            ("", EmailError::Empty),
            (long_local.as_str(), EmailError::TooLong),
            (long.as_str(), EmailError::TooLong),
            ("jos\u{e9}@example.org", EmailError::NotAscii),
            ("example.org", EmailError::NoAtSign),
            ("a..b@example.org", EmailError::Local),
            ("a b@example.org", EmailError::Local),
            ("a@b@example.org", EmailError::Local),
            ("a@example", EmailError::Domain),
            ("a@-example.org", EmailError::Domain),
            ("a@[192.0.2.1]", EmailError::Domain),
            ("a@192.0.2.1", EmailError::Domain),
            ("a@example.org\r\nBcc: b", EmailError::Domain),
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(error), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_address() {
        let address: EmailAddress = "canary@example.org".parse().unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(..)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_stays_the_same(text in "\\PC{0,80}") {
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert_eq!(address.as_str().parse::<EmailAddress>().unwrap(), address);
            }
        }

        #[test]
        fn usual_addresses_are_accepted(text in "[a-zA-Z0-9_+-]{1,20}(\\.[a-z0-9]{1,20}){0,2}@[a-z0-9]{1,20}(\\.[a-zA-Z]{2,10}){1,3}") {
            prop_assert!(text.parse::<EmailAddress>().is_ok());
        }
    }
}
