//! The ways to call on a participant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A way to call on a participant, fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The app: a push message to a registered device.
    App,
    /// A text message.
    Sms,
    /// E-mail.
    Email,
    /// A call that says the message; for whoever asked to be called.
    Voice,
}

impl Channel {
    /// All, in the order in which a participant's channel is chosen: fastest first, and calls last, since they are
    /// made one by one.
    pub const ALL: [Self; 4] = [Self::App, Self::Sms, Self::Email, Self::Voice];

    /// The name in configuration, API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Voice => "voice",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::App => 1,
            Self::Sms => 2,
            Self::Email => 4,
            Self::Voice => 8,
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.name() == name)
            .ok_or(UnknownChannel)
    }
}

/// The name is of no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown channel: use app, sms, email or voice")]
pub struct UnknownChannel;

/// A set of channels, one bit each (app 1, SMS 2, e-mail 4, voice 8), as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChannelSet(u8);

impl ChannelSet {
    /// No channel.
    pub const NONE: Self = Self(0);
    /// Every channel.
    pub const ALL: Self = Self(15);
    /// What a participant allows who says nothing of it: all but calls, which one has to ask for.
    pub const USUAL: Self = Self(7);

    /// The set with these bits; others are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// The bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the channel is in it.
    pub const fn contains(self, channel: Channel) -> bool {
        self.0 & channel.bit() != 0
    }

    /// The set with this channel as well.
    #[must_use]
    pub const fn with(self, channel: Channel) -> Self {
        Self(self.0 | channel.bit())
    }

    /// The set without this channel.
    #[must_use]
    pub const fn without(self, channel: Channel) -> Self {
        Self(self.0 & !channel.bit())
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether no channel is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its channels, fastest first.
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL
            .into_iter()
            .filter(move |channel| self.contains(*channel))
    }
}

impl FromIterator<Channel> for ChannelSet {
    fn from_iter<I: IntoIterator<Item = Channel>>(channels: I) -> Self {
        channels.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for ChannelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for ChannelSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ChannelSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Channel>::deserialize(deserializer)?.into_iter().collect())
    }
}
