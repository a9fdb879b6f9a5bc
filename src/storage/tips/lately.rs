//! Which actions told somebody something lately: whoever answers a text message does not say which one.

use uuid::Uuid;

use super::super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, ParticipantNumber, WaveId};

statements! {
    // Those that go on before those that ended, and of each the newest wave first.
    LIST_LATELY = "select w.id, w.action_id from actions a join waves w on w.action_id = a.id \
        where a.state in ('active', 'paused') or a.ended_at >= $1 \
        order by case when a.state in ('active', 'paused') then 0 else 1 end, w.created_at desc, w.ordinal desc \
        limit $2";
}

/// The most waves that are looked through.
const MOST_WAVES: u32 = 200;

impl Tx {
    /// The actions with a wave that this participant is in the audience of: those that go on, and those that
    /// ended since a moment. Whoever was told last comes first, and what goes on before what ended.
    pub async fn list_actions_that_told(
        &mut self,
        participant: ParticipantNumber,
        ended_since: Timestamp,
    ) -> Result<Vec<ActionId>> {
        let waves: Vec<(Uuid, Uuid)> = self.list(LIST_LATELY, values![ended_since, MOST_WAVES]).await?;
        let mut actions = Vec::new();
        for (wave, action) in waves {
            let action = ActionId::from_uuid(action);
            if actions.contains(&action) {
                continue;
            }
            // One audience at a time: each may be of a whole region.
            let audience = self.find_audience(WaveId::from_uuid(wave)).await?;
            if audience.is_some_and(|audience| audience.contains(participant)) {
                actions.push(action);
            }
        }
        Ok(actions)
    }
}
