//! Starts over a limit: listed, seen by a second person, and told to one by mail at any hour.
//!
//! Whom to tell is stored with the start, so that a crash forgets nobody; a mail that did not leave is tried again
//! with growing pauses for a week.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::paging::{read_cursor, write_cursor};
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::OverrideId;
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::participant::EmailAddress;
use crate::domain::role::Role;
use crate::storage::Tx;
use crate::storage::overrides::{Override, Untold};

/// The most items of a page.
const MAX_PAGE: u32 = 200;
/// How often mails that wait are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long one node has for the mails that it took.
const TELLS_WITHIN: Duration = Duration::from_mins(2);
/// The pause after the first try; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(30);
/// How long a mail about a start is worth trying.
const WORTH_TELLING: Duration = Duration::from_hours(7 * 24);
/// The most addresses that hear of one start.
const MAX_ADDRESSES: usize = 50;

/// A page of starts over a limit, the latest first.
#[derive(Clone, Debug)]
pub struct OverridePage {
    /// The starts.
    pub overrides: Vec<Override>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl Desk {
    /// A page of the starts over a limit in the caller's part of the territory.
    pub async fn list_overrides(
        &self,
        scope: &Scope,
        after: Option<&str>,
        limit: u32,
    ) -> Result<OverridePage> {
        scope.require(Permission::SeeOverrides)?;
        let before = after.map(read_cursor).transpose()?;
        let before = before.map(|(at, id)| (at, OverrideId::from_uuid(id)));
        let limit = limit.clamp(1, MAX_PAGE);
        let mut tx = self.parts().store.read().await?;
        let overrides = tx
            .list_overrides(&self.parts().keys, scope.region, before, limit)
            .await?;
        let last = overrides.last().filter(|_| overrides.len() == limit as usize);
        let next = last.map(|last| write_cursor(last.happened_at, last.id.as_uuid()));
        Ok(OverridePage { overrides, next })
    }

    /// Says that a second person saw it; the first who says so is kept. Whoever went over the limit is none.
    pub async fn see_override(&self, scope: &Scope, id: OverrideId) -> Result<Override> {
        const NONE: DeskError = DeskError::NotFound("override");
        scope.require(Permission::SeeOverrides)?;
        let (keys, territory) = (&self.parts().keys, self.directory().territory());
        let mut tx = self.parts().store.write().await?;
        let found = tx.find_override(keys, id).await?.ok_or(NONE)?;
        scope.require_in(Permission::SeeOverrides, &territory, found.region, "override")?;
        if found.account == scope.account {
            return Err(Reason::OwnWork.into());
        }
        tx.mark_override_seen(id, scope.account, self.now()).await?;
        let seen = tx.find_override(keys, id).await?.ok_or(NONE)?;
        tx.commit().await?;
        Ok(seen)
    }

    /// Who is told by mail: the addresses of the configuration, and the coordinators and administrators of the
    /// territory by the address of their account, or a user name that is one. Never whoever started it.
    pub(super) async fn addresses_to_tell(&self, tx: &mut Tx, of: &Override) -> Result<Vec<EmailAddress>> {
        let territory = self.directory().territory();
        let configured = self.safeguards().limits.told.iter();
        let mut addresses: Vec<EmailAddress> =
            configured.filter_map(|address| address.parse().ok()).collect();
        for account in tx.list_accounts(&self.parts().keys).await? {
            let leads = matches!(account.role, Role::Coordinator | Role::Administrator);
            let is_theirs = territory.contains(account.region, of.region);
            if leads && is_theirs && account.disabled_at.is_none() && account.id != of.account {
                let address = account.email.as_deref().unwrap_or(&account.username);
                addresses.extend(address.parse());
            }
        }
        addresses.sort();
        addresses.dedup();
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses)
    }

    /// Tells by mail what waits to be told, until `closing`. Every node does it; each mail leaves one of them.
    pub(super) async fn keep_telling(&self, closing: &CancellationToken) {
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.parts().clock.sleep(LOOK_EVERY) => {}
            }
            if let Err(error) = self.tell_of_overrides().await {
                tracing::error!(%error, "mails about starts over a limit wait for the next look");
            }
        }
    }

    /// Tells what waits now; answers how many starts it told of.
    pub async fn tell_of_overrides(&self) -> Result<usize> {
        let (now, parts) = (self.now(), self.parts());
        {
            let mut tx = parts.store.read().await?;
            if !tx.has_untold(now).await? {
                return Ok(0);
            }
        }
        let mut tx = parts.store.write().await?;
        let taken = tx.claim_untold(&parts.keys, now, now + TELLS_WITHIN).await?;
        tx.commit().await?;
        let mut told = 0;
        for untold in taken {
            told += usize::from(self.tell_of(untold).await?);
        }
        Ok(told)
    }

    async fn tell_of(&self, untold: Untold) -> Result<bool> {
        let parts = self.parts();
        let number = {
            let mut tx = parts.store.read().await?;
            let action = tx.find_action(&parts.keys, untold.action).await?;
            action.map(|action| action.number.to_string()).unwrap_or_default()
        };
        let message = message(&untold, &number, self.now() + WORTH_TELLING);
        let mut left = Vec::new();
        for address in &untold.addresses {
            let recipient = Recipient {
                endpoint: Endpoint::Mailbox(address.as_str().to_owned()),
                reference: untold.id.as_uuid().simple().to_string(),
                link: None,
                mail: None,
            };
            if !parts.codes.deliver(message.clone(), recipient).await {
                left.push(address.clone());
            }
        }
        let now = self.now();
        let doublings = u32::try_from(untold.tries - 1).unwrap_or(0).min(16);
        let pause = (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
        let is_over = untold.happened_at + WORTH_TELLING <= now;
        let is_told = left.is_empty();
        if !is_told {
            tracing::warn!(
                left = left.len(),
                "mails about a start over a limit did not leave"
            );
        }
        let not_before = if is_over {
            Timestamp::from_millis(i64::MAX)
        } else {
            now + pause
        };
        let mut tx = parts.store.write().await?;
        let told_at = is_told.then_some(now);
        tx.mark_told(&parts.keys, &untold, left, told_at, not_before)
            .await?;
        tx.commit().await?;
        Ok(is_told)
    }
}

/// In both languages at once: whoever reads it at night has no settings here. The reason stays inside, in the list.
fn message(untold: &Untold, number: &str, expires_at: Timestamp) -> Message {
    let time = dutch_time(untold.happened_at).format("%Y-%m-%d %H:%M");
    let (limit, id) = (&untold.limit, untold.id);
    let account = untold.account;
    Message {
        purpose: Purpose::Code,
        urgency: Urgency::Urgent,
        language: Language::Nl,
        title: format!("Actie {number} is boven een limiet gestart"),
        body: format!(
            "Actie {number} is om {time} gestart boven de limiet {limit}, door account {account}. Kijk of dat klopt: \
             oproep override list. Meld dat u het zag: oproep override seen {id}\n\n\
             Action {number} was started at {time} over the limit {limit}, by account {account}. See whether that is right: \
             oproep override list. Say that you saw it: oproep override seen {id}"
        ),
        collapse_key: "override".to_owned(),
        expires_at,
    }
}
