//! Fallback: who was told by the app and of whom nothing was heard within the action's time is told by text message.
//!
//! A push service does not say whether a message was shown; the app does (`/api/v1/alerts/{reference}/received`). A
//! wave that falls back is looked at when its time has come. Whoever has no receipt then, sent no tip, and has and
//! allows text messages is told by a wave of its own that repeats it: so each wave's accounts add up for themselves, a
//! stop and the action's end hold for both, and nobody is told twice over one channel.

use std::sync::Arc;
use std::time::Duration;

use roaring::RoaringBitmap;
use serde_json::json;

use super::Node;
use super::account::Account;
use super::plan::{Accounts, Order, PlannedWave, plan};
use crate::domain::actor::Actor;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ParticipantNumber, WaveId};
use crate::domain::message::Urgency;
use crate::domain::wave::WaveKind;
use crate::storage::batches::silent::{DueFallback, Silent};
use crate::storage::events::NewEvent;
use crate::storage::waves::Wave;
use crate::storage::{Result, Tx};

/// The shortest time between two looks at a wave.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Looks at every wave whose time has come. Every node does it; of each look one node wins.
pub(super) async fn run(node: &Node, accounts: &Arc<[Arc<Account>]>) -> Result<()> {
    let due = {
        let mut tx = node.around.store.read().await?;
        tx.list_due_fallbacks(node.around.clock.now()).await?
    };
    let texts: Vec<_> = of_channel(accounts, Channel::Sms).collect();
    if texts.is_empty() {
        return Ok(());
    }
    for wave in due {
        look(node, accounts, wave).await?;
    }
    Ok(())
}

fn of_channel(accounts: &[Arc<Account>], channel: Channel) -> impl Iterator<Item = &Arc<Account>> {
    accounts
        .iter()
        .filter(move |account| account.provider.channel() == channel)
}

async fn look(node: &Node, accounts: &[Arc<Account>], due: DueFallback) -> Result<()> {
    let around = &node.around;
    let mut tx = around.store.write().await?;
    let now = around.clock.now();
    if !tx.lock_going_on(due.action).await? {
        return Ok(());
    }
    // While no account of the app serves, or a service of one is out, those who wait for it hear nothing.
    let is_out = |account: &Arc<Account>| account.health.out_since().is_some();
    let app: Vec<_> = of_channel(accounts, Channel::App).collect();
    let app_is_out = app.iter().any(|account| account.provider.is_partly_out())
        || (!app.is_empty() && app.into_iter().all(is_out));
    let waited = app_is_out && due.created_at + 2 * due.after <= now;
    let silent = tx.list_silent(due.wave, now, due.after, waited).await?;
    if !tx
        .claim_fallback(&due, next_look(&silent, due.after, now))
        .await?
    {
        return Ok(());
    }
    let Some(wave) = tx.find_wave(&around.keys, due.wave).await? else {
        return Ok(());
    };
    let people = to_be_told(&mut tx, &wave, silent.people).await?;
    if !people.is_empty() {
        let health = tx.list_account_health().await?;
        let mut shares = Accounts::drifting_back(around.timing.failover.drift_back);
        for account in of_channel(accounts, Channel::Sms) {
            let share = account.share();
            shares.add(Channel::Sms, share.account, share.weight);
        }
        let order = order(&wave, due.priority, WaveId::new(now, &around.random), now);
        let planned = planned(order, &people, &shares.in_health(&health, now));
        tx.insert_planned_wave(&around.keys, &planned).await?;
        let context = tx.find_wave_context(due.wave).await?;
        tx.append_events(&[NewEvent {
            happened_at: now,
            kind: EventKind::WaveStarted,
            region: context.map(|context| context.region),
            action: Some(wave.action),
            actor: Actor::System,
            data: json!({
                "wave": planned.order.wave,
                "kind": planned.order.kind,
                "audience": planned.audience.len(),
            }),
        }])
        .await?;
    }
    tx.commit().await?;
    if !people.is_empty() {
        tracing::info!(wave = %due.wave, people = people.len(), "told by text message, since the app said nothing");
        node.wake();
    }
    Ok(())
}

/// When to look again: as soon as those can be judged who were told last; never when all are.
fn next_look(silent: &Silent, after: Duration, now: Timestamp) -> Option<Timestamp> {
    if silent.is_complete {
        None
    } else if silent.is_open {
        Some(now + (after / 4).max(LOOK_AGAIN))
    } else {
        let last = silent.last_handover_at.unwrap_or(now);
        Some((last + after).max(now + Duration::from_millis(1)))
    }
}

/// Of those who said nothing, in their order, who can be told by text message and was not yet.
async fn to_be_told(
    tx: &mut Tx,
    wave: &Wave,
    silent: Vec<ParticipantNumber>,
) -> Result<Vec<ParticipantNumber>> {
    let mut told = RoaringBitmap::new();
    for other in tx.list_fallbacks_of(wave.id).await? {
        told |= tx.find_audience(other).await?.unwrap_or_default();
    }
    told.extend(tx.list_tip_senders(wave.action).await?);
    let silent: Vec<_> = silent.into_iter().filter(|one| !told.contains(*one)).collect();
    let with_phone: RoaringBitmap = tx.list_reached_by_phone(&silent).await?.into_iter().collect();
    Ok(silent
        .into_iter()
        .filter(|one| with_phone.contains(*one))
        .collect())
}

fn order(wave: &Wave, priority: u8, id: WaveId, now: Timestamp) -> Order {
    Order {
        wave: id,
        action: wave.action,
        kind: WaveKind::Fallback,
        urgency: if priority == 0 {
            Urgency::Urgent
        } else {
            Urgency::Normal
        },
        area: wave.area.clone(),
        message: wave.message.clone(),
        created_by: wave.created_by,
        created_at: now,
        expires_at: wave.expires_at,
        held_until: None,
        fallback_after: None,
        fallback_of: Some(wave.id),
    }
}

/// The order of the silent is that of the sending: nearest first.
fn planned(order: Order, people: &[ParticipantNumber], shares: &Accounts) -> PlannedWave {
    let audience = [(Channel::Sms, people.iter().copied().collect())];
    plan(order, &audience, shares, |_| people.to_vec())
}
