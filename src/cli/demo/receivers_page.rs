//! What the local receivers tell of themselves, read from their page as JSON.

use reqwest::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cli::CliError;
use crate::domain::channel::Channel;

/// Messages that are looked through for a link.
const LATEST: u32 = 200;

/// The page of the local receivers.
pub(super) struct ReceiversPage {
    http: Client,
    address: String,
}

/// How many messages each receiver took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Taken {
    fcm: Count,
    apns: Count,
    web_push: Count,
    sms: Count,
    email: Count,
    voice: Count,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
struct Count {
    arrived: u64,
}

impl Taken {
    /// How many came in over a channel.
    pub(super) const fn by(&self, channel: Channel) -> u64 {
        match channel {
            Channel::App => self.fcm.arrived + self.apns.arrived + self.web_push.arrived,
            Channel::Sms => self.sms.arrived,
            Channel::Email => self.email.arrived,
            Channel::Voice => self.voice.arrived,
        }
    }
}

#[derive(Deserialize)]
struct Counts {
    counts: Taken,
}

/// A message as it arrived.
#[derive(Deserialize)]
struct Arrival {
    body: String,
    link: Option<String>,
}

impl ReceiversPage {
    pub(super) fn new(address: &str) -> Self {
        Self {
            http: Client::new(),
            address: address.to_owned(),
        }
    }

    async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, CliError> {
        let answer = async {
            self.http
                .get(format!("{}{path}", self.address))
                .send()
                .await?
                .json()
                .await
        };
        answer.await.map_err(|error: reqwest::Error| {
            CliError::Failed(format!(
                "the page of the receivers does not answer: {}",
                error.without_url()
            ))
        })
    }

    /// How many messages came in so far.
    pub(super) async fn taken(&self) -> Result<Taken, CliError> {
        Ok(self.get::<Counts>("/counts.json").await?.counts)
    }

    /// The link in the latest message that has one.
    pub(super) async fn latest_link(&self, service: &str) -> Result<Option<String>, CliError> {
        let arrivals: Vec<Arrival> = self.get(&format!("/arrivals.json?size={LATEST}")).await?;
        let begin = format!("{service}/a/");
        Ok(arrivals.into_iter().find_map(|arrival| {
            let in_text = arrival
                .body
                .split_whitespace()
                .find(|word| word.starts_with(&begin));
            arrival.link.or_else(|| in_text.map(str::to_owned))
        }))
    }
}
