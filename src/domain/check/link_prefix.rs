//! A link of the register: a host, and where on it the allowed pages begin.

use std::fmt;

use url::Url;

use super::domain_names::is_shortener;
use crate::domain::said::Said;

/// The most characters of a link.
const MAX_LEN: usize = 200;

/// A host and the beginning of a path: `politie.nl`, `politie.nl/gezocht`.
///
/// It holds the addresses of this host, with or without `www.`, whose path begins with these segments, by http or
/// https, without user, password or port. The host of an address must be written in plain ASCII: an address that
/// only reads like the host is another (WHATWG URL Standard, host parsing; UTS #46).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkPrefix {
    host: String,
    /// Without the stroke at its end; empty for the whole host.
    path: String,
}

/// Why a text is no link for the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkProblem {
    /// Not a host with a path.
    #[error("write the link as politie.nl or https://www.politie.nl/gezocht, with nothing behind the path")]
    Form,
    /// A service that makes links to anywhere.
    #[error("anybody can make a link to anywhere at this address: add the address that it leads to")]
    Shortener,
}

impl LinkProblem {
    /// What is the matter and what to do.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::Form => {
                "schrijf de link als politie.nl of https://www.politie.nl/gezocht, met niets achter het pad"
            }
            Self::Shortener => {
                "op dit adres kan iedereen een link naar overal maken: voeg het adres toe waar hij heen leidt"
            }
        };
        Said::new(nl, self.to_string())
    }
}

/// An address as whoever opens it understands it.
struct Address {
    host: String,
    path: String,
    is_mail: bool,
    has_more: bool,
}

impl LinkPrefix {
    /// Reads a link as the administrator types it.
    pub fn read(text: &str) -> Result<Self, LinkProblem> {
        let address = address(text.trim()).ok_or(LinkProblem::Form)?;
        if address.is_mail || address.has_more {
            return Err(LinkProblem::Form);
        }
        if is_shortener(&address.host) {
            return Err(LinkProblem::Shortener);
        }
        Ok(Self {
            host: address.host,
            path: address.path,
        })
    }

    /// Whether the address that a text writes like this is one of it. A mail address is one of a whole host.
    pub fn holds(&self, written: &str) -> bool {
        address(written).is_some_and(|address| {
            let behind = address.path.strip_prefix(&self.path);
            let inside = behind.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            address.host == self.host && inside && (!address.is_mail || self.path.is_empty())
        })
    }
}

/// The address that a text writes; none when it is not plainly an address of the web or of a mailbox.
fn address(written: &str) -> Option<Address> {
    if written.len() > MAX_LEN {
        return None;
    }
    let (scheme, rest) = match written.find("://") {
        Some(at) => (&written[..at], &written[at + 3..]),
        None => ("https", written),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let mailbox = (scheme == "https" && !written.contains("://"))
        .then(|| authority.split_once('@'))
        .flatten();
    let host = mailbox.map_or(authority, |(_, host)| host);
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    if host.is_empty() || !host.chars().all(plain) || !host.contains('.') {
        return None;
    }
    if mailbox.is_some_and(|(local, _)| !is_mailbox(local) || authority.len() != rest.len()) {
        return None;
    }
    let behind = &rest[authority.len()..];
    if !behind.is_ascii() || behind.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{host}{behind}")).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let domain = url.domain().filter(|_| is_web && url.port().is_none())?;
    let host = domain.trim_end_matches('.');
    let host = host
        .strip_prefix("www.")
        .filter(|rest| rest.contains('.'))
        .unwrap_or(host);
    if !host.contains('.') || host.split('.').any(str::is_empty) {
        return None;
    }
    Some(Address {
        host: host.to_owned(),
        path: url.path().trim_end_matches('/').to_owned(),
        is_mail: mailbox.is_some(),
        has_more: url.query().is_some() || url.fragment().is_some(),
    })
}

fn is_mailbox(local: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || ".-_+".contains(character);
    !local.is_empty() && local.chars().all(plain)
}

impl fmt::Display for LinkPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host, self.path)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_link_holds_its_pages_and_nothing_that_only_looks_like_them() {
        let link = LinkPrefix::read("https://www.politie.nl/gezocht/").unwrap();
        assert_eq!(link.to_string(), "politie.nl/gezocht");
        for written in [
            "politie.nl/gezocht",
            "WWW.Politie.nl/gezocht/12?x=1#top",
            "https://politie.nl/gezocht/",
            "http://politie.nl/a/../gezocht/3",
        ] {
            assert!(link.holds(written), "{written}");
        }
        for written in [
            "politie.nl",
            "politie.nl/gezochten",
            "politie.nl/gezocht/../x",
            "politie.nl/gezocht/%2e%2e/x",
            "politie.nl.example.com/gezocht",
            "https://politie.nl@example.com/gezocht",
            "https://example.com\\@politie.nl/gezocht",
            "politie.nl:8080/gezocht",
            "ftp://politie.nl/gezocht",
            "p\u{43e}litie.nl/gezocht",
            "\u{ff50}olitie.nl/gezocht",
            "poli\u{200b}tie.nl/gezocht",
            "tip@politie.nl",
            "",
        ] {
            assert!(!link.holds(written), "{written}");
        }
        let whole = LinkPrefix::read("politie.nl").unwrap();
        assert!(whole.holds("tip@politie.nl") && whole.holds("politie.nl/x"));
        assert!(!whole.holds("politie.nl@example.com") && !whole.holds("a@b@politie.nl"));
    }

    #[test]
    fn the_register_takes_no_shortener_and_nothing_behind_the_path() {
        assert_eq!(
            LinkPrefix::read("https://bit.ly/3xyz"),
            Err(LinkProblem::Shortener)
        );
        for text in [
            "",
            "politie",
            "politie.nl?x=1",
            "tip@politie.nl",
            "javascript:alert(1)",
            "p\u{f6}litie.nl",
        ] {
            assert_eq!(LinkPrefix::read(text), Err(LinkProblem::Form), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_reads_the_same_again(text in "(https?://)?[a-z.]{1,12}(/[a-z%.]{0,6}){0,3}") {
            if let Ok(link) = LinkPrefix::read(&text) {
                prop_assert!(link.holds(&text));
                prop_assert_eq!(LinkPrefix::read(&link.to_string()).unwrap(), link);
            }
        }
    }
}
