//! A desk for tests: the test territory, a clock moved by hand, and a provider that keeps what is sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::accounts::NewAccount;
use super::{Desk, DeskParts, Scope};
use crate::channels::Provider;
use crate::directory::Directory;
use crate::dispatch::codes::Codes;
use crate::dispatch::plan::Accounts;
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::{Message, Recipient};
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::domain::role::Role;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, some_time};
use crate::storage::testing::regions::{region_id, regions};

/// The password of every account that a test makes.
pub const PASSWORD: &str = "correct paard batterij nietje";

/// A desk on a fresh database.
pub struct TestDesk {
    /// The desk.
    pub desk: Desk,
    /// Its database.
    pub database: TestDatabase,
    /// Its clock.
    pub clock: Clock,
    sent: Arc<Sent>,
}

impl TestDesk {
    /// A desk on each kind of database, with [`regions`].
    pub async fn each() -> Vec<Self> {
        let mut desks = Vec::new();
        for database in TestDatabase::each().await {
            desks.push(Self::on(database).await);
        }
        desks
    }

    /// A desk on this database, with [`regions`].
    pub async fn on(database: TestDatabase) -> Self {
        let clock = Clock::manual(some_time());
        let keys = keyring();
        let mut tx = database.store.write().await.expect("the database writes");
        tx.upsert_regions(&regions(), some_time())
            .await
            .expect("the regions are stored");
        tx.commit().await.expect("the database commits");
        let sent = Arc::new(Sent::default());
        let providers = Channel::ALL.map(|channel| {
            let provider: Arc<dyn Provider> = Arc::new(Keeper {
                channel,
                sent: sent.clone(),
            });
            (channel, provider)
        });
        let directory = Directory::load(&database.store, &keys, &clock)
            .await
            .expect("the directory loads");
        let desk = Desk::new(DeskParts {
            store: database.store.clone(),
            keys,
            references: ReferenceKey::new(&[4; 32]),
            directory,
            accounts: Accounts::default(),
            providers: providers.iter().map(|(_, provider)| provider.clone()).collect(),
            codes: Codes::start(BTreeMap::from(providers), clock.clone()),
            dispatcher: None,
            clock: clock.clone(),
            random: Random::from_seed(5),
        });
        Self {
            desk,
            database,
            clock,
            sent,
        }
    }

    /// What the command line of the machine may do.
    pub fn machine(&self) -> Scope {
        self.desk.machine_scope(None)
    }

    /// The scope of a new account in this role for the test's region of this code, signed in with
    /// [`PASSWORD`] under the name of the role and the code.
    pub async fn account(&self, role: Role, region: &str) -> Scope {
        let username = format!("{role}.{region}");
        let new = NewAccount {
            username: username.clone(),
            name: "N. Jansen".to_owned(),
            role,
            region: region_id(region),
            trained_until: Some(self.desk.now() + Duration::from_hours(8760)),
            password: Some(PASSWORD.to_owned()),
        };
        self.desk
            .create_account(&self.machine(), new)
            .await
            .expect("the account is made");
        let credentials = super::accounts::sign_in::Credentials {
            username: &username,
            password: PASSWORD,
        };
        let session = self
            .desk
            .sign_in(credentials, "test", None)
            .await
            .expect("it signs in");
        self.desk
            .scope(session.token.as_str())
            .await
            .expect("the session holds")
    }

    /// Waits for the code that was sent to an address last, which is the `count`th.
    pub async fn code(&self, address: &Endpoint, count: usize) -> String {
        self.sent.code(address, count).await
    }

    /// How many codes were sent to an address.
    pub fn codes_sent(&self, address: &Endpoint) -> usize {
        self.sent.to(address).len()
    }
}

#[derive(Default)]
struct Sent {
    messages: Mutex<Vec<(Endpoint, String)>>,
    count: watch::Sender<usize>,
}

impl Sent {
    fn to(&self, address: &Endpoint) -> Vec<String> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages
            .iter()
            .filter(|(endpoint, _)| endpoint == address)
            .map(|(_, body)| body.clone())
            .collect()
    }

    async fn code(&self, address: &Endpoint, count: usize) -> String {
        let mut counted = self.count.subscribe();
        let sent = async {
            loop {
                counted.borrow_and_update();
                if let Some(body) = self.to(address).get(count - 1) {
                    return digits(body);
                }
                counted.changed().await.expect("the sender lives");
            }
        };
        tokio::time::timeout(Duration::from_secs(10), sent)
            .await
            .expect("the code is sent")
    }
}

/// The first six digits in a row.
fn digits(body: &str) -> String {
    body.split(|character: char| !character.is_ascii_digit())
        .find(|digits| digits.len() == 6)
        .expect("the message holds a code")
        .to_owned()
}

struct Keeper {
    channel: Channel,
    sent: Arc<Sent>,
}

impl Provider for Keeper {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        let mut messages = self.sent.messages.lock().unwrap_or_else(PoisonError::into_inner);
        for recipient in recipients {
            messages.push((recipient.endpoint.clone(), message.body.clone()));
        }
        drop(messages);
        self.sent.count.send_modify(|count| *count += recipients.len());
        let accepted = vec![Attempt::Accepted; recipients.len()];
        async move { accepted }.boxed()
    }
}
