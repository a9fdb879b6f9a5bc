//! What other systems alert of (CAP): notices that propose a call-out, for an operator to judge.
//!
//! Nothing that comes in sends anything. An actual alert with an area becomes an open notice; an operator makes a
//! draft of it, which is the operator's like any other, or dismisses it. Exercises, tests, drafts and messages between
//! systems become nothing that anyone could mistake for a call. A later message takes the place of those that it refers
//! to, also when it arrives before them.

use serde_json::json;
use uuid::Uuid;

use super::paging::{read_cursor, write_cursor};
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::cap::Alert;
use crate::cap::alert::{MessageType, Status};
use crate::domain::action::{Action, ActionKind};
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{NoticeId, RegionId};
use crate::domain::said::Said;
use crate::storage::Tx;
use crate::storage::events::NewEvent;
use crate::storage::notices::{MessageHash, NoticeState};

mod draft;
pub mod sources;
#[cfg(test)]
mod tests;

pub use draft::{Placing, Reading};

/// A message with what became of it.
pub type Notice = crate::storage::notices::Notice<Alert>;

/// The most notices of one source that wait to be judged.
const MOST_OPEN: u64 = 500;
/// The most earlier messages of which one changes something.
const MOST_CHANGED: usize = 50;
/// The most notices of a page.
const MAX_PAGE: u32 = 100;

/// Why a message is no notice, in words for its sender.
pub fn refusal(reason: &str) -> Said {
    match reason {
        "not_actual" => Said::fixed(
            "alleen berichten met status Actual worden een melding: dit is een oefening, een test of een concept",
            "only messages of status Actual become a notice: this is an exercise, a test or a draft",
        ),
        "between_systems" => Said::fixed(
            "berichten tussen systemen (Ack, Error) worden geen melding: stuur Alert, Update of Cancel",
            "messages between systems (Ack, Error) become no notice: send Alert, Update or Cancel",
        ),
        "over" => Said::fixed(
            "dit bericht geldt niet meer: stuur een nieuw met een later einde",
            "this message does not count any more: send a new one with a later end",
        ),
        "no_area" => Said::fixed(
            "dit bericht zegt niet waar het is: geef een polygon, circle of geocode, woorden zijn niet genoeg",
            "this message does not say where it is: give a polygon, circle or geocode, words are not enough",
        ),
        "area_unknown" => Said::fixed(
            "het gebied van dit bericht is hier niet te vinden: geef een polygon of circle die klopt, of een bekende code",
            "the area of this message is not to be found here: give a valid polygon or circle, or a known code",
        ),
        _ => Said::fixed(
            "er wachten te veel meldingen van deze bron: bel de meldkamer",
            "too many notices of this source are waiting: call the control room",
        ),
    }
}

/// What became of a message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It came before: nothing was done.
    Known,
    /// It was stored, in this state.
    Stored {
        /// Its id.
        id: NoticeId,
        /// What became of it.
        state: NoticeState,
        /// Why it is no notice.
        reason: Option<&'static str>,
    },
}

/// A page of notices, the latest first.
#[derive(Clone, Debug)]
pub struct NoticePage {
    /// The notices.
    pub notices: Vec<Notice>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

impl Desk {
    /// Takes in a message of a source for a region.
    pub async fn take_alert(&self, source: &str, region: RegionId, alert: Alert) -> Result<Taken> {
        let (keys, now) = (&self.parts().keys, self.now());
        let hash =
            |sender: &str, identifier: &str, sent| MessageHash::of(keys, source, sender, identifier, sent);
        let message = hash(&alert.sender, &alert.identifier, alert.sent);
        let references: Vec<_> = alert
            .references
            .iter()
            .map(|one| hash(&one.sender, &one.identifier, one.sent))
            .collect();
        let mut tx = self.parts().store.write().await?;
        let mut earlier: Vec<Notice> = Vec::new();
        for reference in references.iter().rev().take(MOST_CHANGED) {
            earlier.extend(tx.find_notice_of_message(keys, reference).await?);
        }
        let (mut state, reason) = self.judge(&mut tx, source, &alert, now).await?;
        let later: Option<Notice> = tx.find_notice_referring(keys, source, &message).await?;
        if let (NoticeState::Open, Some(later)) = (state, later.filter(counts)) {
            state = replaced_by(later.alert.message_type);
        }
        let takes_place = alert.message_type == MessageType::Update && state == NoticeState::Open;
        let notice = Notice {
            id: NoticeId::new(now, &self.parts().random),
            source: source.to_owned(),
            region,
            state,
            reason: reason.map(str::to_owned),
            sent_at: alert.sent,
            received_at: now,
            expires_at: alert.infos.iter().filter_map(|info| info.expires).max(),
            follows: earlier
                .iter()
                .max_by_key(|one| one.sent_at)
                .filter(|_| takes_place)
                .map(|one| one.id),
            action: None,
            settled_by: None,
            settled_at: None,
            alert,
        };
        if !tx.insert_notice(keys, &notice, &message, &references).await? {
            return Ok(Taken::Known);
        }
        let mut events = Vec::new();
        if state == NoticeState::Open {
            events.push(event(
                &notice,
                state,
                EventKind::NoticeReceived,
                Actor::System,
                now,
            ));
        }
        if counts(&notice) && notice.alert.message_type != MessageType::Alert {
            let to = replaced_by(notice.alert.message_type);
            for one in &earlier {
                let is_open = one.state == NoticeState::Open;
                if is_open
                    && !tx
                        .settle_notice(one.id, NoticeState::Open, to, None, None, now)
                        .await?
                {
                    continue;
                }
                if is_open || one.state == NoticeState::Drafted {
                    let state = if is_open { to } else { one.state };
                    events.push(event(one, state, EventKind::NoticeChanged, Actor::System, now));
                }
            }
        }
        tx.append_events(&events).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(Taken::Stored {
            id: notice.id,
            state,
            reason,
        })
    }

    /// What a message is, and why it is no notice.
    async fn judge(
        &self,
        tx: &mut Tx,
        source: &str,
        alert: &Alert,
        now: Timestamp,
    ) -> Result<(NoticeState, Option<&'static str>)> {
        let refused = |reason| Ok((NoticeState::Refused, Some(reason)));
        if alert.status != Status::Actual {
            return refused("not_actual");
        }
        match alert.message_type {
            MessageType::Ack | MessageType::Error => return refused("between_systems"),
            MessageType::Cancel => return Ok((NoticeState::Noted, None)),
            MessageType::Alert | MessageType::Update => {}
        }
        let is_over = |expires: Option<Timestamp>| expires.is_some_and(|expires| expires <= now);
        if !alert.infos.is_empty() && alert.infos.iter().all(|info| is_over(info.expires)) {
            return refused("over");
        }
        match draft::placing(alert, &self.directory().territory()) {
            Placing::None => return refused("no_area"),
            Placing::Unknown => return refused("area_unknown"),
            Placing::Area { .. } => {}
        }
        if tx.count_open_notices(source).await? >= MOST_OPEN {
            return refused("too_many");
        }
        Ok((NoticeState::Open, None))
    }

    /// A page of the notices for the caller's part of the territory: those in one state, open ones while they count,
    /// or everything that came in.
    pub async fn list_notices(
        &self,
        scope: &Scope,
        state: Option<NoticeState>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NoticePage> {
        scope.require(Permission::JudgeNotices)?;
        let before = after.map(read_cursor).transpose()?;
        let before = before.map(|(at, id): (Timestamp, Uuid)| (at, NoticeId::from_uuid(id)));
        let limit = limit.clamp(1, MAX_PAGE);
        let mut tx = self.parts().store.read().await?;
        let notices: Vec<Notice> = tx
            .list_notices(&self.parts().keys, scope.region, state, before, self.now(), limit)
            .await?;
        let full = notices.len() == limit as usize;
        let next = notices
            .last()
            .filter(|_| full)
            .map(|last| write_cursor(last.received_at, last.id.as_uuid()));
        Ok(NoticePage { notices, next })
    }

    /// A notice, and how it would read as a draft.
    pub async fn notice(&self, scope: &Scope, id: NoticeId) -> Result<(Notice, Reading)> {
        let mut tx = self.parts().store.read().await?;
        let notice = self.notice_for(&mut tx, scope, id).await?;
        let reading = self.reading(&notice, None);
        Ok((notice, reading))
    }

    /// Makes a draft of an open notice: the caller's, to be completed and sent like any other.
    pub async fn draft_of_notice(
        &self,
        scope: &Scope,
        id: NoticeId,
        kind: Option<ActionKind>,
    ) -> Result<Action> {
        let notice = {
            let mut tx = self.parts().store.read().await?;
            self.notice_for(&mut tx, scope, id).await?
        };
        self.require_open(&notice)?;
        let reading = self.reading(&notice, kind);
        let action = self.create_draft(scope, reading.draft).await?;
        let (now, open) = (self.now(), NoticeState::Open);
        let mut tx = self.parts().store.write().await?;
        let to = NoticeState::Drafted;
        let is_ours = tx
            .settle_notice(id, open, to, Some(action.id), Some(scope.account), now)
            .await?;
        if !is_ours {
            drop(tx);
            // Somebody was quicker, or the sender took it back: nobody is left with a draft that they did not see.
            self.withdraw_action(scope, action.id, action.version).await?;
            return Err(Reason::NoticeSettled.into());
        }
        let mut settled = event(&notice, to, EventKind::NoticeChanged, scope.account.into(), now);
        settled.action = Some(action.id);
        tx.append_events(&[settled]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(action)
    }

    /// Judges that nothing is to be done about an open notice.
    pub async fn dismiss_notice(&self, scope: &Scope, id: NoticeId) -> Result<Notice> {
        let now = self.now();
        let mut tx = self.parts().store.write().await?;
        let notice = self.notice_for(&mut tx, scope, id).await?;
        let (open, to) = (NoticeState::Open, NoticeState::Dismissed);
        if !tx
            .settle_notice(id, open, to, None, Some(scope.account), now)
            .await?
        {
            return Err(Reason::NoticeSettled.into());
        }
        let settled = event(&notice, to, EventKind::NoticeChanged, scope.account.into(), now);
        tx.append_events(&[settled]).await?;
        let notice = self.notice_for(&mut tx, scope, id).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(notice)
    }

    fn require_open(&self, notice: &Notice) -> Result<()> {
        if notice.state != NoticeState::Open {
            return Err(Reason::NoticeSettled.into());
        }
        if notice
            .expires_at
            .is_some_and(|expires_at| expires_at <= self.now())
        {
            return Err(Reason::NoticeOver.into());
        }
        Ok(())
    }

    async fn notice_for(&self, tx: &mut Tx, scope: &Scope, id: NoticeId) -> Result<Notice> {
        scope.require(Permission::JudgeNotices)?;
        let found: Option<Notice> = tx.find_notice(&self.parts().keys, id).await?;
        let notice = found.ok_or(DeskError::NotFound("notice"))?;
        let territory = self.directory().territory();
        scope.require_in(Permission::JudgeNotices, &territory, notice.region, "notice")?;
        Ok(notice)
    }
}

/// Whether a message changes what others say: an actual one that was not refused.
fn counts(notice: &Notice) -> bool {
    notice.state != NoticeState::Refused
}

/// What becomes of an open notice to which a message of this type refers.
const fn replaced_by(kind: MessageType) -> NoticeState {
    match kind {
        MessageType::Cancel => NoticeState::Cancelled,
        _ => NoticeState::Superseded,
    }
}

fn event(notice: &Notice, state: NoticeState, kind: EventKind, actor: Actor, at: Timestamp) -> NewEvent {
    NewEvent {
        happened_at: at,
        kind,
        region: Some(notice.region),
        action: notice.action,
        actor,
        data: json!({ "notice": notice.id, "source": notice.source, "state": state }),
    }
}
