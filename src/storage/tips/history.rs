//! Who did what with a tip, when.

use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::{Result, StorageError, Tx};
use super::span::TipSpan;
use crate::domain::clock::Timestamp;
use crate::domain::id::TipId;
use crate::domain::tip::{TipDeed, TipVerb};

statements! {
    INSERT_DEED = "insert into tip_history (tip_id, ordinal, happened_at, actor, verb, detail_sealed) \
        values ($1, (select coalesce(max(ordinal), 0) + 1 from tip_history where tip_id = $1), $2, $3, $4, $5)";
    LIST_OF_SPAN = "select tip_id, happened_at, actor, verb, detail_sealed from tip_history where tip_id \
        in (select id from tips where action_id = $1 and received_at between $2 and $3) \
        order by tip_id, ordinal limit 20000";
    TOUCH_TIP = "update tips set changed_at = $2, version = version + 1 where id = $1";
}

const DETAIL: &str = "tip_history.detail";

impl Tx {
    /// Adds an entry to a tip's history. The tip's row must be held by this transaction.
    pub(super) async fn append_tip_deed(&mut self, keys: &Keyring, tip: TipId, deed: &TipDeed) -> Result<()> {
        let values = values![
            tip,
            deed.at,
            deed.actor.to_string(),
            deed.verb.name(),
            keys.seal_json(DETAIL, &deed.detail),
        ];
        self.execute(INSERT_DEED, values).await.map(drop)
    }

    /// Adds a note to a tip. False when there is no such tip.
    pub async fn note_on_tip(&mut self, keys: &Keyring, tip: TipId, note: &TipDeed) -> Result<bool> {
        if self.execute(TOUCH_TIP, values![tip, note.at]).await? != 1 {
            return Ok(false);
        }
        self.append_tip_deed(keys, tip, note).await?;
        Ok(true)
    }

    /// What was done with the tips of a span; with one tip the oldest first.
    pub async fn list_history_of_span(
        &mut self,
        keys: &Keyring,
        span: TipSpan,
    ) -> Result<Vec<(TipId, TipDeed)>> {
        let rows: Vec<(Uuid, i64, String, String, Vec<u8>)> = self.list(LIST_OF_SPAN, span.values()).await?;
        rows.into_iter()
            .map(|(tip, at, actor, verb, detail)| {
                let deed = TipDeed {
                    at: Timestamp::from_millis(at),
                    actor: actor
                        .parse()
                        .map_err(|_| StorageError::Corrupt("tip_history.actor"))?,
                    verb: TipVerb::parse(&verb).ok_or(StorageError::Corrupt("tip_history.verb"))?,
                    detail: keys.open_json(DETAIL, &detail)?,
                };
                Ok((TipId::from_uuid(tip), deed))
            })
            .collect()
    }
}
