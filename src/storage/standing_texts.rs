//! The texts that stand ready for each kind, where a region has its own.

use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::action::{ActionKind, Deed, StandingPurpose, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};

statements! {
    UPSERT = "insert into standing_texts (region_id, purpose, kind, texts_sealed, changed_by, changed_at) \
        values ($1, $2, $3, $4, $5, $6) on conflict (region_id, purpose, kind) do update set \
        texts_sealed = excluded.texts_sealed, changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    LIST = "select region_id, kind, texts_sealed, changed_by, changed_at from standing_texts \
        where purpose = $1 and (kind = $2 or $2 is null)";
    DELETE = "delete from standing_texts where region_id = $1 and purpose = $2 and kind = $3";
}

/// Of the time when corrections alone stood ready: what was sealed then is still read.
const TEXTS: &str = "correction_texts.texts";

/// A region's own text for a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnText {
    /// The region; it holds for everything inside too that has none of its own.
    pub region: RegionId,
    /// What it stands ready for.
    pub purpose: StandingPurpose,
    /// The kind.
    pub kind: ActionKind,
    /// What it says.
    pub texts: Texts,
    /// Who wrote it, and when.
    pub changed: Deed,
}

impl Tx {
    /// Stores a region's own text in the place of the one before.
    pub async fn upsert_standing_text(&mut self, keys: &Keyring, own: &OwnText) -> Result<()> {
        let values = values![
            own.region,
            own.purpose.name(),
            own.kind.name(),
            keys.seal_json(TEXTS, &own.texts),
            own.changed.by,
            own.changed.at,
        ];
        self.execute(UPSERT, values).await.map(drop)
    }

    /// All regions' own texts for a purpose, of one kind or of all: at most one a region and kind.
    pub async fn list_standing_texts(
        &mut self,
        keys: &Keyring,
        purpose: StandingPurpose,
        kind: Option<ActionKind>,
    ) -> Result<Vec<OwnText>> {
        let values = values![purpose.name(), kind.map(ActionKind::name)];
        let rows: Vec<(Uuid, String, Vec<u8>, Uuid, i64)> = self.list(LIST, values).await?;
        rows.into_iter()
            .map(|(region, kind, sealed, by, at)| {
                Ok(OwnText {
                    region: RegionId::from_uuid(region),
                    purpose,
                    kind: kind
                        .parse()
                        .map_err(|_| StorageError::Corrupt("standing_texts.kind"))?,
                    texts: keys.open_json(TEXTS, &sealed)?,
                    changed: Deed {
                        by: AccountId::from_uuid(by),
                        at: Timestamp::from_millis(at),
                    },
                })
            })
            .collect()
    }

    /// Takes a region's own text away, so that the wider region's holds again. False when there was none.
    pub async fn delete_standing_text(
        &mut self,
        region: RegionId,
        purpose: StandingPurpose,
        kind: ActionKind,
    ) -> Result<bool> {
        Ok(self
            .execute(DELETE, values![region, purpose.name(), kind.name()])
            .await?
            == 1)
    }
}
