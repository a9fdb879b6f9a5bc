//! What a participant wants to be called on for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A subject that a participant chooses or leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Call-outs in which minutes count.
    Urgent,
    /// Missing persons.
    MissingPersons,
    /// News from municipality and police without hurry.
    Informative,
    /// Advice against crime and accidents.
    Prevention,
    /// Questions to possible witnesses: the digital neighbourhood survey.
    Survey,
}

impl Topic {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Urgent,
        Self::MissingPersons,
        Self::Informative,
        Self::Prevention,
        Self::Survey,
    ];

    /// The name in configuration, API, files and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::MissingPersons => "missing_persons",
            Self::Informative => "informative",
            Self::Prevention => "prevention",
            Self::Survey => "survey",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(name: &str) -> Result<Self, UnknownTopic> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.name() == name)
            .ok_or(UnknownTopic)
    }
}

/// The name is of no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown topic: use urgent, missing_persons, informative, prevention or survey")]
pub struct UnknownTopic;

/// A set of topics, one bit each (urgent 1, missing persons 2, informative 4, prevention 8, survey 16), as
/// it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Topics(u8);

impl Topics {
    /// No topic.
    pub const NONE: Self = Self(0);
    /// Every topic.
    pub const ALL: Self = Self(31);
    /// What the network is there for: urgent call-outs and missing persons.
    pub const CALL_OUTS: Self = Self(3);

    /// The set with these bits; others are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// The bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the topic is in it.
    pub const fn contains(self, topic: Topic) -> bool {
        self.0 & topic.bit() != 0
    }

    /// The set with this topic as well.
    #[must_use]
    pub const fn with(self, topic: Topic) -> Self {
        Self(self.0 | topic.bit())
    }

    /// The set without this topic.
    #[must_use]
    pub const fn without(self, topic: Topic) -> Self {
        Self(self.0 & !topic.bit())
    }

    /// Whether no topic is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its topics, in the order of [`Topic::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Topic> {
        Topic::ALL.into_iter().filter(move |topic| self.contains(*topic))
    }
}

impl FromIterator<Topic> for Topics {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        topics.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Topics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Topics {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Topics {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Topic>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_bit_and_a_name_of_its_own() {
        let all: Topics = Topic::ALL.into_iter().collect();
        assert_eq!(all, Topics::ALL);
        assert_eq!(all.iter().count(), Topic::ALL.len());
        for topic in Topic::ALL {
            assert_eq!(topic.name().parse::<Topic>(), Ok(topic));
            assert!(!all.without(topic).contains(topic));
        }
        assert_eq!("spam".parse::<Topic>(), Err(UnknownTopic));
    }

    #[test]
    fn topics_read_back_what_they_write() {
        let json = serde_json::to_string(&Topics::CALL_OUTS).unwrap();
        assert_eq!(json, r#"["urgent","missing_persons"]"#);
        assert_eq!(serde_json::from_str::<Topics>(&json).unwrap(), Topics::CALL_OUTS);
    }
}
