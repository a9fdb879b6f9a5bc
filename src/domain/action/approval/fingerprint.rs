//! A fingerprint over what is sent: the same for the same texts, area and channels, and for nothing else.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Sets this use of the hash apart from every other, and one form of the content from the next.
const DOMAIN: &[u8] = b"oproep approval 1";

/// SHA-256 over the content of a wave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

/// Takes a content in, field by field. Names and lengths go in with the values, so that no two contents look
/// alike by moving a border.
pub struct FingerprintWriter(Context);

impl FingerprintWriter {
    /// Begins with nothing.
    pub fn new() -> Self {
        let mut context = Context::new(&SHA256);
        context.update(DOMAIN);
        Self(context)
    }

    /// Takes a field in.
    #[must_use]
    pub fn field(mut self, name: &str, value: &[u8]) -> Self {
        for part in [name.as_bytes(), value] {
            self.0.update(&(part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
        self
    }

    /// Takes a field in as its JSON: of types whose fields have a fixed order.
    #[must_use]
    pub fn json(self, name: &str, value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).expect("a content writes itself as JSON");
        self.field(name, &json)
    }

    /// The fingerprint of all that was taken in.
    pub fn finish(self) -> Fingerprint {
        let digest = self.0.finish();
        Fingerprint(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

impl Default for FingerprintWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FingerprintWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintWriter")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(fields: &[(String, Vec<u8>)]) -> Fingerprint {
        let all = fields.iter();
        all.fold(FingerprintWriter::new(), |writer, (name, value)| {
            writer.field(name, value)
        })
        .finish()
    }

    proptest! {
        #[test]
        fn two_contents_have_one_fingerprint_only_when_they_are_the_same(
            one in prop::collection::vec(("[ab]{0,2}", prop::collection::vec(97_u8..99, 0..3)), 0..4),
            other in prop::collection::vec(("[ab]{0,2}", prop::collection::vec(97_u8..99, 0..3)), 0..4),
        ) {
            prop_assert_eq!(of(&one) == of(&other), one == other);
        }

        #[test]
        fn a_fingerprint_reads_back_what_it_writes(name in "[a-z]{0,5}") {
            let fingerprint = of(&[(name, vec![1])]);
            let json = serde_json::to_string(&fingerprint).unwrap();
            prop_assert_eq!(serde_json::from_str::<Fingerprint>(&json).unwrap(), fingerprint);
        }
    }
}
