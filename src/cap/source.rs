//! Where alerts of other systems come from: fetched at an address, or brought under a secret one.

use secrecy::SecretString;
use serde::Deserialize;

use crate::domain::region::RegionKind;

/// The most characters of a name.
const NAME_CHARS: usize = 40;

/// A source of alerts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSource {
    /// What it is known by: small letters, digits and dashes.
    pub name: String,
    /// For which region its alerts are, as `kind:code`.
    pub region: String,
    /// Where they are fetched: a message, or an Atom feed of messages on the same server.
    #[serde(default)]
    pub url: Option<String>,
    /// How often they are fetched, in seconds.
    #[serde(default = "usual_pause")]
    pub poll_every_s: u32,
    /// The part of the address at which they are brought that strangers do not know.
    #[serde(default)]
    pub push_secret: Option<SecretString>,
    /// The certificate or public key (PEM) of whoever signs them; what is not signed by it is refused then.
    #[serde(default)]
    pub signed_by: Option<String>,
}

const fn usual_pause() -> u32 {
    60
}

impl AlertSource {
    /// The kind and code of its region.
    pub fn region(&self) -> Option<(RegionKind, &str)> {
        let (kind, code) = self.region.split_once(':')?;
        Some((RegionKind::from_name(kind)?, code))
    }

    /// What is wrong with it.
    pub fn mistake(&self) -> Option<&'static str> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let long = self.name.chars().count();
        if !(1..=NAME_CHARS).contains(&long) || !self.name.chars().all(is_plain) {
            Some("name: use 1 to 40 small letters, digits and dashes")
        } else if self.region().is_none() {
            Some("region: write it as kind:code, for instance police_unit:Midden-Nederland")
        } else if self.url.is_none() && self.push_secret.is_none() {
            Some("give a url to fetch from, a push_secret to be brought them under, or both")
        } else if self
            .url
            .as_deref()
            .is_some_and(|url| super::fetch::address(url).is_none())
        {
            Some("url: give an https address; http only on this machine")
        } else if !(10..=86_400).contains(&self.poll_every_s) {
            Some("poll_every_s: use 10 to 86400")
        } else {
            None
        }
    }
}
