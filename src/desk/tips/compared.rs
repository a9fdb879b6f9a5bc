//! A tip beside the others: which may report the same, and whether somebody can have been there.

use super::super::{Desk, Permission, Result, Scope};
use crate::domain::action::Action;
use crate::domain::id::TipId;
use crate::domain::tip::journey::{From, Journey, Sighting};
use crate::domain::tip::likeness::{Compared, Similar, similar};
use crate::domain::tip::{Tip, TipPhase};
use crate::storage::Tx;

/// The most tips that one is compared with, the newest.
const COMPARED: u32 = 500;
/// The most tips of a phase from which ways are looked at, the newest.
const SIGHTINGS: u32 = 10;

impl Desk {
    /// The tips of the same action that may report the same, the most alike first.
    pub async fn similar_tips(&self, scope: &Scope, id: TipId) -> Result<Vec<Similar>> {
        let (tip, others) = {
            let mut tx = self.parts().store.read().await?;
            let (tip, _) = self.tip_for(&mut tx, scope, Permission::SeeTips, id).await?;
            let others = tx
                .list_tips(&self.parts().keys, tip.action, None, None, COMPARED)
                .await?;
            (tip, others)
        };
        let compared = |tip: &Tip| {
            let content = &tip.content;
            Compared::new(tip.id, &content.text, content.location, tip.received_at)
        };
        let found = tokio::task::spawn_blocking(move || {
            // Of tips that report the same the first one stands for all.
            let others: Vec<_> = others
                .iter()
                .filter(|other| other.state.phase() != TipPhase::DuplicateOf)
                .map(compared)
                .collect();
            similar(&compared(&tip), &others)
        });
        Ok(found.await.expect("comparing texts does not panic"))
    }

    /// From where somebody may have gone on: where they were last seen, and tips that were found relevant.
    pub(super) async fn sightings(&self, tx: &mut Tx, action: &Action) -> Result<Vec<Sighting>> {
        let mut sightings: Vec<Sighting> = last_seen(action).into_iter().collect();
        for phase in [TipPhase::Relevant, TipPhase::PassedOn] {
            // One more, for the tip itself that a way leads to.
            let found = tx
                .list_tips(&self.parts().keys, action.id, Some(phase), None, SIGHTINGS + 1)
                .await?;
            sightings.extend(found.iter().filter_map(|tip| {
                Some(Sighting {
                    from: From::Tip(tip.id),
                    point: tip.content.location?,
                    at: tip.received_at,
                })
            }));
        }
        Ok(sightings)
    }
}

/// The ways to the place of a tip from these.
pub(super) fn ways_to(tip: &Tip, sightings: &[Sighting]) -> Vec<Journey> {
    let Some(point) = tip.content.location else {
        return Vec::new();
    };
    let others = sightings
        .iter()
        .filter(|sighting| sighting.from != From::Tip(tip.id));
    others
        .map(|sighting| Journey::between(sighting, point, tip.received_at))
        .collect()
}

/// Where and when somebody was last seen, as far as the action says; otherwise where and when it happened.
fn last_seen(action: &Action) -> Option<Sighting> {
    let content = &action.content;
    let seen = content.description.last_seen.as_ref();
    let point = seen.and_then(|seen| seen.point).or(content.origin)?;
    let at = seen.and_then(|seen| seen.at).or(content.incident_at)?;
    Some(Sighting {
        from: From::LastSeen,
        point,
        at,
    })
}
