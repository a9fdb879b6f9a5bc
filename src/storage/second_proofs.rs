//! The second proof of an account: the sealed secret of an app's codes, and hashed recovery codes.

use sqlx::FromRow;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;
use crate::domain::totp::TotpSecret;

statements! {
    // A secret that was confirmed is replaced by removing it first.
    SET = "insert into second_proofs (account_id, secret_sealed) values ($1, $2) \
        on conflict (account_id) do update set secret_sealed = excluded.secret_sealed \
        where second_proofs.confirmed_at is null";
    FIND = "select secret_sealed, confirmed_at, last_step from second_proofs where account_id = $1";
    CONFIRM = "update second_proofs set confirmed_at = $2 where account_id = $1 and confirmed_at is null";
    USE_STEP = "update second_proofs set last_step = $2 where account_id = $1 and last_step < $2";
    DELETE = "delete from second_proofs where account_id = $1";
    INSERT_CODE = "insert into recovery_codes (account_id, code_hash) values ($1, $2)";
    USE_CODE = "delete from recovery_codes where account_id = $1 and code_hash = $2";
    DELETE_CODES = "delete from recovery_codes where account_id = $1";
    COUNT_CODES = "select count(*) from recovery_codes where account_id = $1";
}

const SECRET: &str = "second_proofs.secret";
const CODE: &str = "recovery_codes.code";

/// The second proof of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondProof {
    /// What the app and we share.
    pub secret: TotpSecret,
    /// When the first code was right; none before: then it proves nothing yet.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the last code that was used.
    pub last_step: i64,
}

#[derive(FromRow)]
struct ProofRow {
    secret_sealed: Vec<u8>,
    confirmed_at: Option<i64>,
    last_step: i64,
}

impl Tx {
    /// Stores a secret that waits for its first code. False when there is a confirmed one.
    pub async fn set_second_proof(
        &mut self,
        keys: &Keyring,
        account: AccountId,
        secret: &TotpSecret,
    ) -> Result<bool> {
        let values = values![account, keys.seal(SECRET, secret.as_bytes())];
        Ok(self.execute(SET, values).await? > 0)
    }

    /// The second proof of an account, confirmed or not.
    pub async fn find_second_proof(
        &mut self,
        keys: &Keyring,
        account: AccountId,
    ) -> Result<Option<SecondProof>> {
        let row: Option<ProofRow> = self.find(FIND, values![account]).await?;
        row.map(|row| {
            Ok(SecondProof {
                secret: TotpSecret::from_bytes(keys.open(SECRET, &row.secret_sealed)?),
                confirmed_at: row.confirmed_at.map(Timestamp::from_millis),
                last_step: row.last_step,
            })
        })
        .transpose()
    }

    /// Lets it count from now on. False when it does so already.
    pub async fn confirm_second_proof(&mut self, account: AccountId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(CONFIRM, values![account, now]).await? > 0)
    }

    /// Uses the code of a step. False when it, or a later one, was used: on whatever node.
    pub async fn use_step(&mut self, account: AccountId, step: i64) -> Result<bool> {
        Ok(self.execute(USE_STEP, values![account, step]).await? > 0)
    }

    /// Takes the second proof and its recovery codes away. False when there was none.
    pub async fn delete_second_proof(&mut self, account: AccountId) -> Result<bool> {
        self.execute(DELETE_CODES, values![account]).await?;
        Ok(self.execute(DELETE, values![account]).await? > 0)
    }

    /// Replaces the recovery codes of an account by these, normalised.
    pub async fn set_recovery_codes(
        &mut self,
        keys: &Keyring,
        account: AccountId,
        codes: &[String],
    ) -> Result<()> {
        self.execute(DELETE_CODES, values![account]).await?;
        for code in codes {
            self.execute(INSERT_CODE, values![account, code_hash(keys, account, code)])
                .await?;
        }
        Ok(())
    }

    /// Uses a recovery code up, normalised. False when it is none of this account's.
    pub async fn use_recovery_code(
        &mut self,
        keys: &Keyring,
        account: AccountId,
        code: &str,
    ) -> Result<bool> {
        let values = values![account, code_hash(keys, account, code)];
        Ok(self.execute(USE_CODE, values).await? > 0)
    }

    /// How many recovery codes are left.
    pub async fn count_recovery_codes(&mut self, account: AccountId) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT_CODES, values![account]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }
}

/// Keyed, with the account, so that a copy of the database tells neither a code nor that two accounts share one.
fn code_hash(keys: &Keyring, account: AccountId, code: &str) -> Vec<u8> {
    keys.hash(CODE, &format!("{account} {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::random::Random;
    use crate::domain::role::Role;
    use crate::storage::accounts::Account;
    use crate::storage::testing::TestDatabase;
    use crate::storage::testing::people::{keyring, some_time};
    use crate::storage::testing::regions::{region_id, regions};

    #[tokio::test]
    async fn a_step_and_a_recovery_code_are_used_once_and_nothing_stands_readable() {
        let (keys, now) = (keyring(), some_time());
        for database in TestDatabase::each().await {
            let mut tx = database.store.write().await.unwrap();
            tx.upsert_regions(&regions(), now).await.unwrap();
            let account = Account {
                id: AccountId::new(now, &Random::from_seed(1)),
                username: "n.jansen".to_owned(),
                name: "N. Jansen".to_owned(),
                email: None,
                role: Role::Operator,
                region: region_id("unit"),
                trained_until: None,
                created_at: now,
                disabled_at: None,
                practised_at: None,
                version: 1,
            };
            tx.insert_account(&keys, &account, "").await.unwrap();
            let (first, second) = (
                TotpSecret::from_bytes(vec![1; 20]),
                TotpSecret::from_bytes(vec![2; 20]),
            );
            let id = account.id;
            assert!(tx.set_second_proof(&keys, id, &first).await.unwrap());
            assert!(tx.set_second_proof(&keys, id, &second).await.unwrap());
            let stored = tx.find_second_proof(&keys, id).await.unwrap().unwrap();
            assert_eq!((&stored.secret, stored.confirmed_at), (&second, None));
            assert!(tx.confirm_second_proof(id, now).await.unwrap());
            assert!(!tx.confirm_second_proof(id, now).await.unwrap());
            assert!(!tx.set_second_proof(&keys, id, &first).await.unwrap());
            assert!(tx.use_step(id, 5).await.unwrap());
            assert!(!tx.use_step(id, 5).await.unwrap());
            assert!(!tx.use_step(id, 4).await.unwrap());
            assert!(tx.use_step(id, 6).await.unwrap());
            tx.set_recovery_codes(&keys, id, &["A".to_owned(), "B".to_owned()])
                .await
                .unwrap();
            assert!(!tx.use_recovery_code(&keys, id, "C").await.unwrap());
            assert!(tx.use_recovery_code(&keys, id, "A").await.unwrap());
            assert!(!tx.use_recovery_code(&keys, id, "A").await.unwrap());
            assert_eq!(tx.count_recovery_codes(id).await.unwrap(), 1);
            assert!(tx.delete_second_proof(id).await.unwrap());
            assert_eq!(tx.count_recovery_codes(id).await.unwrap(), 0);
            assert_eq!(tx.find_second_proof(&keys, id).await.unwrap(), None);
        }
    }
}
