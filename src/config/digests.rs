//! What tells one configuration from another, section by section, without saying what stands in it.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use figment::value::Value;

/// The SHA-256 of each section as it was read. In memory only: a section may hold a secret that is guessed from it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Digests(BTreeMap<String, [u8; 32]>);

impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests(..)")
    }
}

impl Digests {
    /// Of everything that was read.
    pub(super) fn of(value: &Value) -> Self {
        let sections = value.as_dict().into_iter().flatten();
        let of_section = |section: &Value| {
            let text = serde_json::to_vec(section).unwrap_or_default();
            let digest = digest(&SHA256, &text);
            digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
        };
        Self(
            sections
                .map(|(name, section)| (name.clone(), of_section(section)))
                .collect(),
        )
    }

    /// Each section's.
    pub const fn sections(&self) -> &BTreeMap<String, [u8; 32]> {
        &self.0
    }
}
