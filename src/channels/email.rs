//! E-mail over SMTP, fast: mails are composed once and sent over kept connections without waiting more than
//! one round trip each.
//!
//! lettre writes the mail (`letter.rs`); sending is our own, because a wave has to go out in seconds. Where the
//! server offers PIPELINING (RFC 2920) the commands of an envelope are one write, and those of the next mail
//! leave together with the text of the one before: one round trip a mail, where the plain dialogue takes four.
//! A refused recipient costs only that recipient, whatever the server says afterwards.

use futures::FutureExt;
use futures::future::{BoxFuture, join, join_all};

use self::connect::Target;
use self::letter::{Copy, Deliverable, Letter, Places, Sender, Undeliverable};
use self::pool::Pool;
use self::settings::{Checked, EmailSettings, EmailSettingsError};
use self::work::{Addressed, Work};
use super::{Caller, Patient, Provider};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::{Message, Recipient};

mod connect;
mod connection;
pub mod dkim;
pub mod incoming;
mod layout;
mod letter;
mod marked;
mod pool;
mod reply;
mod session;
pub mod settings;
mod tls;
mod verdict;
mod work;

/// The most recipients of one call: a whole batch, so that a mail is composed once for all of it.
const BATCH_LIMIT: usize = 500;

/// An account at an SMTP server.
pub struct Email {
    sender: Sender,
    pipelining: bool,
    connections: usize,
    pool: Pool,
    clock: Clock,
}

impl Email {
    /// Checks the settings and reads the certificates; opens no connection.
    pub fn new(settings: &EmailSettings, clock: Clock) -> Result<Self, EmailSettingsError> {
        let Checked { sender, step_limit } = settings.check()?;
        let target = Target::new(settings, step_limit)?;
        Ok(Self {
            sender,
            pipelining: settings.pipelining,
            connections: settings.connections,
            pool: Pool::new(target, settings.connections, clock.clone()),
            clock,
        })
    }

    async fn send_all(
        &self,
        message: &Message,
        recipients: &[Recipient],
        caller: &dyn Caller,
    ) -> Vec<Option<Attempt>> {
        let now = self.clock.now();
        let copies: Vec<Result<_, Attempt>> = recipients
            .iter()
            .map(|recipient| {
                let to = deliverable(recipient).map_err(|Undeliverable(reason)| rejected(reason))?;
                let link = recipient.link.as_deref();
                let marks = recipient.mail.as_ref();
                let copy = Copy { to, link, marks };
                Ok((copy, copy.places()))
            })
            .collect();
        // One letter for each combination of links that occurs: almost always a single one.
        let letters = Places::ALL.map(|places| {
            let wanted = copies.iter().flatten().any(|(_, of_copy)| *of_copy == places);
            let letter = wanted.then(|| Letter::compose(message, &self.sender, now, places));
            (places, letter)
        });
        let letter_of = |places| {
            let mut found = letters.iter().filter(|(of_letter, _)| *of_letter == places);
            found.next().and_then(|(_, letter)| letter.as_ref())
        };
        let addressed = copies
            .into_iter()
            .map(|copy| {
                let (copy, places) = copy?;
                match letter_of(places) {
                    Some(Ok(letter)) => Ok(Addressed { copy, letter }),
                    _ => Err(rejected("mail cannot be composed")),
                }
            })
            .collect();
        let work = Work::new(&self.sender, self.pipelining, addressed, caller);
        let carriers = (0..work.waiting().min(self.connections)).map(|_| self.pool.carry(&work));
        let (refusals, ()) = join(join_all(carriers), self.pool.dismiss_rested()).await;
        let otherwise = refusals.into_iter().flatten().last();
        work.into_attempts(&otherwise.unwrap_or_else(lost))
    }
}

impl Provider for Email {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let attempts = self.send_all(message, recipients, &Patient).await;
            // A patient caller leaves nobody out.
            attempts
                .into_iter()
                .map(|attempt| attempt.unwrap_or_else(lost))
                .collect()
        }
        .boxed()
    }

    fn send_for<'a>(
        &'a self,
        message: &'a Message,
        recipients: &'a [Recipient],
        caller: &'a dyn Caller,
    ) -> BoxFuture<'a, Vec<Option<Attempt>>> {
        self.send_all(message, recipients, caller).boxed()
    }
}

fn lost() -> Attempt {
    Attempt::Transient {
        reason: "smtp connection lost".to_owned(),
    }
}

fn deliverable(recipient: &Recipient) -> Result<Deliverable<'_>, Undeliverable> {
    match &recipient.endpoint {
        Endpoint::Mailbox(address) => Deliverable::check(address, &recipient.reference),
        _ => Err(Undeliverable("endpoint is no mailbox")),
    }
}

/// Refused before it was sent; nothing is known against the mailbox.
fn rejected(reason: &str) -> Attempt {
    Attempt::Rejected {
        reason: reason.to_owned(),
        endpoint_gone: false,
    }
}
