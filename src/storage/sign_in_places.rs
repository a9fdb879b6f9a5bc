//! Where accounts signed in before, as keyed hashes: from there nobody waits for what others guess elsewhere.

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;

statements! {
    MARK = "insert into sign_in_places (account_id, place_hash, seen_at) values ($1, $2, $3) \
        on conflict (account_id, place_hash) do update set seen_at = excluded.seen_at";
    COUNT = "select count(*) from sign_in_places where place_hash = $1";
    DELETE_OLD = "delete from sign_in_places where seen_at <= $1";
}

const PLACE: &str = "sign_in_places.place";

impl Tx {
    /// Notes that an account signed in under this name from this place.
    pub async fn mark_sign_in_place(
        &mut self,
        keys: &Keyring,
        account: AccountId,
        name_and_place: &str,
        now: Timestamp,
    ) -> Result<()> {
        let values = values![account, keys.hash(PLACE, name_and_place), now];
        self.execute(MARK, values).await.map(drop)
    }

    /// Whether somebody signed in under this name from this place before. Asked in the same way for a name that nobody
    /// has.
    pub async fn is_sign_in_place(&mut self, keys: &Keyring, name_and_place: &str) -> Result<bool> {
        let row: Option<(i64,)> = self
            .find(COUNT, values![keys.hash(PLACE, name_and_place)])
            .await?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }

    /// Forgets places that nobody signed in from since a moment.
    pub async fn delete_old_sign_in_places(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD, values![before]).await
    }
}
