//! Who did something: in events and histories.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::id::{AccountId, KeyId};

/// Who did something. Written as the account's id, `key` and the key's id,
/// `participant` or `system`; which participant is never said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Someone who works with the network.
    Account(AccountId),
    /// Another system, by its key.
    Key(KeyId),
    /// A participant.
    Participant,
    /// The system itself: expiry, for instance.
    System,
}

impl From<AccountId> for Actor {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => account.fmt(f),
            Self::Key(key) => write!(f, "key {key}"),
            Self::Participant => f.write_str("participant"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text names no actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown actor: use an account's id, key and a key's id, participant or system")]
pub struct UnknownActor;

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        match text {
            "participant" => Ok(Self::Participant),
            "system" => Ok(Self::System),
            text if text.starts_with("key ") => text[4..].parse().map(Self::Key).map_err(|_| UnknownActor),
            id => id.parse().map(Self::Account).map_err(|_| UnknownActor),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_actor_reads_back_what_it_writes() {
        let account = Actor::Account(AccountId::from_uuid(Uuid::from_u128(7)));
        let key = Actor::Key(KeyId::from_uuid(Uuid::from_u128(8)));
        for actor in [account, key, Actor::Participant, Actor::System] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
        assert_eq!("someone".parse::<Actor>(), Err(UnknownActor));
    }
}
