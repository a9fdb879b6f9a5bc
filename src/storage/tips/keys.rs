//! What tips by telephone came from, so that whoever tells twice of the same makes no second tip.

use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::TipId;

statements! {
    CLAIM_KEY = "insert into tip_keys (key_hash, tip_id, created_at) values ($1, $2, $3) \
        on conflict (key_hash) do nothing";
    FIND_KEY = "select tip_id from tip_keys where key_hash = $1";
    DELETE_OLD_KEYS = "delete from tip_keys where created_at < $1";
}

const KEY: &str = "tip_keys.key";

impl Tx {
    /// Takes a key for a tip that was stored in this transaction. False when another tip has it: then this one is
    /// not to be committed.
    pub async fn claim_tip_key(
        &mut self,
        keys: &Keyring,
        key: &str,
        tip: TipId,
        now: Timestamp,
    ) -> Result<bool> {
        let values = values![keys.hash(KEY, key), tip, now];
        Ok(self.execute(CLAIM_KEY, values).await? == 1)
    }

    /// The tip that came from this.
    pub async fn find_tip_by_key(&mut self, keys: &Keyring, key: &str) -> Result<Option<TipId>> {
        let row: Option<(Uuid,)> = self.find(FIND_KEY, values![keys.hash(KEY, key)]).await?;
        Ok(row.map(|(id,)| TipId::from_uuid(id)))
    }

    /// Forgets what came from what before a moment.
    pub async fn delete_old_tip_keys(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD_KEYS, values![before]).await
    }
}
