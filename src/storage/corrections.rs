//! The corrections that stand ready, where a region has its own.

use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::action::{ActionKind, Deed, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};

statements! {
    UPSERT = "insert into correction_texts (region_id, kind, texts_sealed, changed_by, changed_at) \
        values ($1, $2, $3, $4, $5) on conflict (region_id, kind) do update set \
        texts_sealed = excluded.texts_sealed, changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    LIST = "select region_id, kind, texts_sealed, changed_by, changed_at from correction_texts";
    DELETE = "delete from correction_texts where region_id = $1 and kind = $2";
}

const TEXTS: &str = "correction_texts.texts";

/// A region's own correction for a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCorrection {
    /// The region; it holds for everything inside too that has none of its own.
    pub region: RegionId,
    /// The kind.
    pub kind: ActionKind,
    /// What those who were told read.
    pub texts: Texts,
    /// Who wrote it, and when.
    pub changed: Deed,
}

impl Tx {
    /// Stores a region's own correction in the place of the one before.
    pub async fn upsert_correction(&mut self, keys: &Keyring, correction: &OwnCorrection) -> Result<()> {
        let values = values![
            correction.region,
            correction.kind.name(),
            keys.seal_json(TEXTS, &correction.texts),
            correction.changed.by,
            correction.changed.at,
        ];
        self.execute(UPSERT, values).await.map(drop)
    }

    /// All regions' own corrections: at most one a region and kind.
    pub async fn list_corrections(&mut self, keys: &Keyring) -> Result<Vec<OwnCorrection>> {
        let rows: Vec<(Uuid, String, Vec<u8>, Uuid, i64)> = self.list(LIST, vec![]).await?;
        rows.into_iter()
            .map(|(region, kind, sealed, by, at)| {
                Ok(OwnCorrection {
                    region: RegionId::from_uuid(region),
                    kind: kind
                        .parse()
                        .map_err(|_| StorageError::Corrupt("correction_texts.kind"))?,
                    texts: keys.open_json(TEXTS, &sealed)?,
                    changed: Deed {
                        by: AccountId::from_uuid(by),
                        at: Timestamp::from_millis(at),
                    },
                })
            })
            .collect()
    }

    /// Takes a region's own correction away, so that the wider region's holds again. False when there was none.
    pub async fn delete_correction(&mut self, region: RegionId, kind: ActionKind) -> Result<bool> {
        Ok(self.execute(DELETE, values![region, kind.name()]).await? == 1)
    }
}
