//! Providers that take everything and keep it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use oproep::channels::Provider;
use oproep::domain::channel::Channel;
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::{MailMarks, Message, Recipient};
use tokio::sync::watch;

/// A message that a provider took.
#[derive(Clone)]
pub struct Sent {
    pub endpoint: Endpoint,
    /// When.
    pub at: Timestamp,
    pub body: String,
    /// The link in it.
    pub link: Option<String>,
    /// What a provider calls it in its reports.
    pub reference: String,
    /// What a mail carries beside its text.
    pub mail: Option<MailMarks>,
}

/// Everything that was sent. Clones share it.
#[derive(Clone, Default)]
pub struct Outbox {
    sent: Arc<Mutex<Vec<Sent>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Outbox {
    /// Waits until a message passes the test.
    pub async fn find(&self, test: impl Fn(&Sent) -> bool) -> Sent {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.borrow_and_update();
                if let Some(found) = self.all().into_iter().find(&test) {
                    return found;
                }
                count.changed().await.expect("the outbox lives");
            }
        };
        tokio::time::timeout(Duration::from_mins(1), found)
            .await
            .expect("it is sent within a minute")
    }

    /// Waits for a code to this address.
    pub async fn code(&self, endpoint: &Endpoint) -> String {
        let sent = self
            .find(|sent| sent.endpoint == *endpoint && sent.link.is_none())
            .await;
        let mut digits = sent.body.split(|c: char| !c.is_ascii_digit());
        digits
            .find(|digits| digits.len() == 6)
            .expect("the message holds a code")
            .to_owned()
    }

    /// Waits until so many were told of an action.
    pub async fn until(&self, people: usize) {
        let mut count = self.count.subscribe();
        let told = async {
            while self.times().len() < people {
                count.changed().await.expect("the outbox lives");
            }
        };
        tokio::time::timeout(Duration::from_mins(1), told)
            .await
            .expect("they are told within a minute");
    }

    /// How often each endpoint was told of an action.
    pub fn times(&self) -> HashMap<String, u32> {
        let mut times = HashMap::new();
        for sent in self.all().iter().filter(|sent| sent.link.is_some()) {
            // Its `Debug` tells none from another.
            let endpoint = serde_json::to_string(&sent.endpoint).expect("an endpoint writes itself");
            *times.entry(endpoint).or_default() += 1;
        }
        times
    }

    /// Everything that was sent so far.
    pub fn all(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A provider of one channel.
pub struct Keeper {
    channel: Channel,
    outbox: Outbox,
}

impl Keeper {
    /// Keeps what it gets in this outbox.
    pub fn new(channel: Channel, outbox: Outbox) -> Self {
        Self { channel, outbox }
    }
}

impl Provider for Keeper {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn batch_limit(&self) -> usize {
        100
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        let at = Clock::system().now();
        let sent = recipients.iter().map(|recipient| Sent {
            at,
            endpoint: recipient.endpoint.clone(),
            body: message.body.clone(),
            link: recipient.link.clone(),
            reference: recipient.reference.clone(),
            mail: recipient.mail.clone(),
        });
        self.outbox
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(sent);
        self.outbox.count.send_modify(|count| *count += recipients.len());
        let accepted = vec![Attempt::Accepted; recipients.len()];
        async move { accepted }.boxed()
    }
}
