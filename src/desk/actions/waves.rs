//! From an action to a wave: the message, the audience, and everything that is stored with it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roaring::RoaringBitmap;
use serde_json::json;

use super::super::{Desk, DeskError, Reason, Result};
use super::changed_meanwhile;
use super::checks::{Confirmed, Outgoing, channels_of};
use super::start::{Started, refuse_nobody};
use crate::directory::{Audience, DirectoryError, Selection};
use crate::dispatch::plan::{Order, PlannedWave, plan};
use crate::domain::action::approval::Proposal;
use crate::domain::action::{Action, Content, Deed, Text, Texts};
use crate::domain::area::Area;
use crate::domain::audit;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose};
use crate::domain::point::Point;
use crate::domain::realm::Realm;
use crate::domain::wave::{WaveKind, WaveMessage, WaveState};
use crate::storage::Tx;
use crate::storage::batches::told::RecipientDisposition;
use crate::storage::events::NewEvent;

/// How long a closing message is worth delivering.
const CLOSING_LIVES: Duration = Duration::from_hours(24);

/// What a new wave is made of.
pub(super) struct WaveDraft<'a> {
    pub(super) kind: WaveKind,
    pub(super) texts: &'a Texts,
    /// None for a wave to those who were told.
    pub(super) area: Option<&'a Area>,
    pub(super) audience: Audience,
    /// Whoever is nearest to it is told first.
    pub(super) origin: Option<Point>,
    pub(super) deed: Deed,
    pub(super) expires_at: Timestamp,
}

const fn purpose(kind: WaveKind) -> Purpose {
    match kind {
        WaveKind::First | WaveKind::Expansion | WaveKind::Fallback => Purpose::Alert,
        WaveKind::Update | WaveKind::Correction => Purpose::Update,
        WaveKind::Closing => Purpose::Closing,
    }
}

/// What replaces what on a device: whatever is newest of an action.
fn collapse_key(action: ActionId) -> String {
    URL_SAFE_NO_PAD.encode(action.as_uuid().as_bytes())
}

fn message(action: &Action, wave: &WaveDraft<'_>) -> WaveMessage {
    // However the texts came here, those of an exercise say so.
    let texts = if action.training {
        wave.texts.as_exercise()
    } else {
        wave.texts.clone()
    };
    let in_language = |language: Language, text: &Text| Message {
        purpose: purpose(wave.kind),
        urgency: action.content.kind.defaults().urgency,
        language,
        title: text.title.clone(),
        body: text.body.clone(),
        collapse_key: collapse_key(action.id),
        expires_at: wave.expires_at,
    };
    WaveMessage {
        nl: in_language(Language::Nl, &texts.nl),
        en: in_language(Language::En, &texts.en),
    }
}

/// Until when a message to those who were told is worth delivering.
pub(super) fn closing_expires_at(now: Timestamp) -> Timestamp {
    now + CLOSING_LIVES
}

impl Desk {
    /// The channels, topic and people left out that an action's audience is made by. A channel that no
    /// provider serves is left out, so that its participants come under their next one.
    pub(super) fn selection<'a>(&self, action: &Action, told: Option<&'a RoaringBitmap>) -> Selection<'a> {
        self.selection_of(&action.content, told)
    }

    /// The same for what an action says.
    pub(super) fn selection_of<'a>(
        &self,
        content: &Content,
        told: Option<&'a RoaringBitmap>,
    ) -> Selection<'a> {
        let defaults = content.kind.defaults();
        Selection {
            channels: self.served(content.channels),
            topic: defaults.topic,
            already_told: told,
            urgency: defaults.urgency,
            at: self.now(),
            weekly_limit: self.house().messages_a_week,
        }
    }

    /// Takes in what was sent a moment ago, where it counts how many messages people had.
    pub(super) async fn know_recent_messages(&self, action: &Action) -> Result<()> {
        if !action.content.kind.is_time_critical() {
            let known = self.directory().catch_up().await;
            known.map_err(|error| match error {
                DirectoryError::Storage(error) => DeskError::Storage(error),
                _ => Reason::RegionsNotInUse.into(),
            })?;
        }
        Ok(())
    }

    /// Of these channels, those that a provider account serves.
    pub(super) fn served(&self, channels: ChannelSet) -> ChannelSet {
        channels.and(self.parts().accounts.channels())
    }

    /// Refuses to send over channels none of which a provider serves.
    pub(super) fn require_served(&self, action: &Action) -> Result<()> {
        if self.served(action.content.channels).is_empty() {
            Err(Reason::NoProvider.into())
        } else {
            Ok(())
        }
    }

    /// Whom a message to those who were told is for. Whoever was called on hears more, whatever topic they
    /// dropped since: by the channels of the action, or else by any other that still reaches them.
    pub(super) fn audience_of_told(&self, action: &Action, told: &RoaringBitmap) -> Audience {
        let of_action = action.content.channels;
        let others = Channel::ALL
            .into_iter()
            .filter(|channel| !of_action.contains(*channel));
        let served = self.parts().accounts.channels();
        let usable = of_action.iter().chain(others);
        self.directory()
            .by_channel(told, usable.filter(|channel| served.contains(*channel)))
    }

    /// Sends one more wave for an action that goes on as it is, but for its version; `approved` is the proposal
    /// that it uses up.
    pub(super) async fn send_more(
        &self,
        action: Action,
        wave: WaveDraft<'_>,
        approved: Option<Proposal>,
        confirmed: &Confirmed,
    ) -> Result<Started> {
        let (kind, deed, texts, area) = (wave.kind, wave.deed, wave.texts, wave.area);
        let at = deed.at;
        let planned = self.plan_wave(&action, wave).await?;
        refuse_nobody(&planned)?;
        let outgoing = self.outgoing(&action, &planned, texts, area).await?;
        let mut tx = self.parts().store.write().await?;
        // The version rules out that two expansions at once call on the same people.
        if !tx.claim_action(&action).await? {
            return Err(changed_meanwhile());
        }
        if let Some(proposal) = approved
            && !tx.mark_proposal_sent(proposal.id).await?
        {
            return Err(changed_meanwhile());
        }
        let held = self
            .hold_to_checks(&mut tx, &action, &outgoing, confirmed)
            .await?;
        if kind == WaveKind::Update {
            // Whoever still waits for an earlier text hears the new one only.
            tx.mark_waves_halted(action.id, at).await?;
            tx.end_fallbacks(action.id).await?;
            tx.settle_halted_batches(at).await?;
        }
        tx.insert_planned_wave(&self.parts().keys, &planned).await?;
        let kept = match kind {
            WaveKind::Update => audit::Deed::ActionUpdated,
            _ => audit::Deed::ActionExpanded,
        };
        self.record_of_action(&mut tx, kept, &action, deed).await?;
        held.record(self, &mut tx, &action, deed).await?;
        let mut started = wave_started(&action, &planned);
        held.note_in(&mut started.data);
        tx.append_events(&[started]).await?;
        self.commit_and_wake(tx).await?;
        let version = action.version + 1;
        Ok(Started::of(Action { version, ..action }, &planned))
    }

    /// What a planned wave is for the checks.
    pub(super) async fn outgoing<'a>(
        &self,
        action: &Action,
        planned: &PlannedWave,
        texts: &'a Texts,
        area: Option<&'a Area>,
    ) -> Result<Outgoing<'a>> {
        let extent = match area {
            Some(area) => Some(
                self.measure_for(action.content.kind, area, planned.audience.len())
                    .await?,
            ),
            None => None,
        };
        let wave = planned.order.kind;
        Ok(Outgoing {
            wave,
            texts,
            channels: channels_of(&action.content, wave),
            extent,
        })
    }

    /// Plans a wave. Sorting by distance takes a while for a whole region, so it leaves the runtime alone.
    pub(super) async fn plan_wave(&self, action: &Action, wave: WaveDraft<'_>) -> Result<PlannedWave> {
        // An action of the one never goes out by the other, not even by a row that was moved.
        self.require_realm(Some(Realm::of(action.training)))?;
        let order = Order {
            wave: WaveId::new(wave.deed.at, &self.parts().random),
            action: action.id,
            kind: wave.kind,
            urgency: action.content.kind.defaults().urgency,
            area: wave
                .area
                .map(|area| serde_json::to_string(area).expect("areas write themselves as JSON")),
            message: message(action, &wave),
            created_by: wave.deed.by,
            created_at: wave.deed.at,
            expires_at: wave.expires_at,
            held_until: self.held_until(action, wave.kind, wave.deed.at),
            fallback_after: self.fallback(action, wave.kind),
            fallback_of: None,
        };
        let health = self.parts().store.read().await?.list_account_health().await?;
        let accounts = self.parts().accounts.in_health(&health, wave.deed.at);
        let directory = self.directory().clone();
        let (audience, origin) = (wave.audience, wave.origin);
        let planned = tokio::task::spawn_blocking(move || {
            let planned = plan(order, &audience.by_channel, &accounts, |people| match origin {
                Some(origin) => directory.nearest_first(people, origin),
                None => people.iter().collect(),
            });
            PlannedWave {
                left_out_quiet: audience.left_out_quiet,
                left_out_limited: audience.left_out_limited,
                ..planned.waiting_for(&audience.waiting)
            }
        });
        planned.await.map_err(|_| Reason::WaveNotPlanned.into())
    }

    /// How long the app may take to be heard of before a text message follows: where the action allows it, and for
    /// what has hurry.
    fn fallback(&self, action: &Action, kind: WaveKind) -> Option<Duration> {
        let has_hurry = matches!(kind, WaveKind::First | WaveKind::Expansion | WaveKind::Update);
        let is_served = self.parts().accounts.channels().contains(Channel::Sms);
        let after = action.content.fallback_after_s.map(Duration::from_secs);
        after.filter(|_| has_hurry && is_served)
    }

    /// Who was told something of an action, or still may be.
    pub(super) async fn told_of(&self, tx: &mut Tx, action: ActionId) -> Result<RoaringBitmap> {
        let mut told = RoaringBitmap::new();
        for wave in tx.list_waves(&self.parts().keys, action).await? {
            let goes_on = matches!(wave.state, WaveState::Running | WaveState::Paused);
            told |= may_be_told(&tx.list_recipients(wave.id).await?, goes_on);
        }
        Ok(told)
    }

    /// Everyone that an action ever called on.
    pub(super) async fn called_on(&self, tx: &mut Tx, action: ActionId) -> Result<RoaringBitmap> {
        let mut called = RoaringBitmap::new();
        for wave in tx.list_waves(&self.parts().keys, action).await? {
            if wave.kind.is_alert() {
                called |= tx.find_audience(wave.id).await?.unwrap_or_default();
            }
        }
        Ok(called)
    }
}

/// The event of an ordered wave.
pub(super) fn wave_started(action: &Action, planned: &PlannedWave) -> NewEvent {
    let order = &planned.order;
    NewEvent {
        happened_at: order.created_at,
        kind: EventKind::WaveStarted,
        region: Some(action.region),
        action: Some(action.id),
        actor: order.created_by.into(),
        data: json!({
            "wave": order.wave,
            "kind": order.kind,
            "audience": planned.audience.len(),
            "held_until": order.held_until,
            "training": action.training,
            "waiting": planned.waiting,
            "left_out_quiet": planned.left_out_quiet,
            "left_out_limited": planned.left_out_limited,
        }),
    }
}

/// Of a wave's recipients, who was told or may be: while it goes on all who wait, and after a halt whoever a
/// message is on its way to. Beyond the intent that was durable at the halt nobody hands over: whoever writes a further
/// one locks the wave first, and finds it halted before the messages leave.
fn may_be_told(recipients: &[RecipientDisposition], goes_on: bool) -> RoaringBitmap {
    recipients
        .iter()
        .filter(|one| {
            let waits = goes_on && one.disposition.is_open();
            waits || one.in_flight || one.disposition.may_have_been_told()
        })
        .map(|one| one.participant)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delivery::Disposition::{self, Accepted, Failed, InDoubt, Queued, Stopped, Unknown};

    fn one(batch: i64, participant: u32, disposition: Disposition, in_flight: bool) -> RecipientDisposition {
        RecipientDisposition {
            batch,
            position: 0,
            participant,
            disposition,
            in_flight,
        }
    }

    #[test]
    fn after_a_halt_only_those_who_were_or_may_be_told_hear_more() {
        let recipients = [
            one(1, 10, Accepted, false),
            one(1, 11, Failed, false),
            one(1, 12, Unknown, false),
            one(2, 20, Queued, true),
            one(2, 21, Queued, false),
            one(3, 30, Queued, false),
            one(4, 40, Stopped, false),
            one(5, 50, InDoubt, false),
        ];
        let told = |goes_on| may_be_told(&recipients, goes_on).iter().collect::<Vec<_>>();
        assert_eq!(told(false), [10, 12, 20, 50]);
        assert_eq!(told(true), [10, 12, 20, 21, 30, 50]);
    }
}
