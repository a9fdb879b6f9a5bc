//! Answers to creating calls, so that a repeated call gets the first answer.

use std::time::Duration;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;

statements! {
    // Who claimed it before $5 and did not answer has died since.
    CLAIM = "insert into idempotency_keys (actor, key, request_hash, created_at) values ($1, $2, $3, $4) \
        on conflict (actor, key) do update set created_at = excluded.created_at \
        where idempotency_keys.status is null and idempotency_keys.created_at < $5 \
        and idempotency_keys.request_hash = excluded.request_hash";
    FIND = "select request_hash, status, answer_sealed from idempotency_keys where actor = $1 and key = $2";
    ANSWER = "update idempotency_keys set status = $3, answer_sealed = $4 where actor = $1 and key = $2";
    RELEASE = "delete from idempotency_keys where actor = $1 and key = $2 and status is null";
    DELETE_OLD = "delete from idempotency_keys where created_at <= $1";
}

const REQUEST_COLUMN: &str = "idempotency_keys.request";
const ANSWER_COLUMN: &str = "idempotency_keys.answer";

/// What is known of a call under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdempotentCall {
    /// It is the first: do it, then [`Tx::mark_call_answered`].
    First,
    /// It was answered before, with this status and body.
    Answered {
        /// The status of HTTP.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// The first is still under way.
    UnderWay,
    /// The key was used for another request.
    Different,
}

type CallRow = (Vec<u8>, Option<i64>, Option<Vec<u8>>);

impl Tx {
    /// Claims a key for a call of an actor, or tells what became of the call that has it. A call that is not
    /// answered `patience` after it began was lost with its process: the key is free for the same call.
    pub async fn claim_call(
        &mut self,
        keys: &Keyring,
        actor: &str,
        key: &str,
        request: &str,
        now: Timestamp,
        patience: Duration,
    ) -> Result<IdempotentCall> {
        // Keyed, since a request may hold a password or a code, which are guessed from a bare digest.
        let digest = keys.hash(REQUEST_COLUMN, request);
        let values = values![actor, key, digest.as_slice(), now, now - patience];
        let claimed = self.execute(CLAIM, values).await?;
        if claimed > 0 {
            return Ok(IdempotentCall::First);
        }
        let row: Option<CallRow> = self.find(FIND, values![actor, key]).await?;
        Ok(match row {
            Some((hash, _, _)) if hash != digest => IdempotentCall::Different,
            Some((_, Some(status), Some(sealed))) => IdempotentCall::Answered {
                status: u16::try_from(status).unwrap_or(500),
                body: keys.open(ANSWER_COLUMN, &sealed)?,
            },
            _ => IdempotentCall::UnderWay,
        })
    }

    /// Keeps the answer of a call for its repetitions.
    pub async fn mark_call_answered(
        &mut self,
        keys: &Keyring,
        actor: &str,
        key: &str,
        status: u16,
        body: &[u8],
    ) -> Result<()> {
        let values = values![actor, key, status, keys.seal(ANSWER_COLUMN, body)];
        self.execute(ANSWER, values).await.map(drop)
    }

    /// Gives the key of a call free that came to nothing.
    pub async fn release_call(&mut self, actor: &str, key: &str) -> Result<()> {
        self.execute(RELEASE, values![actor, key]).await.map(drop)
    }

    /// Forgets calls from before a moment.
    pub async fn delete_old_calls(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD, values![before]).await
    }
}

#[cfg(test)]
mod tests {
    use super::IdempotentCall::{Different, First, UnderWay};
    use super::*;
    use crate::storage::testing::TestDatabase;
    use crate::storage::testing::people::{keyring, some_time};

    const PATIENCE: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_repeated_call_gets_the_first_answer() {
        let (keys, now) = (keyring(), some_time());
        for database in TestDatabase::each().await {
            let mut tx = database.store.write().await.unwrap();
            let mut claims = Vec::new();
            for (actor, request) in [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y")] {
                claims.push(
                    tx.claim_call(&keys, actor, "key", request, now, PATIENCE)
                        .await
                        .unwrap(),
                );
            }
            assert_eq!(claims, [First, UnderWay, First, Different]);
            tx.mark_call_answered(&keys, "a", "key", 201, b"made")
                .await
                .unwrap();
            tx.release_call("b", "key").await.unwrap();
            let again = tx
                .claim_call(&keys, "a", "key", "x", now + 2 * PATIENCE, PATIENCE)
                .await
                .unwrap();
            let made = IdempotentCall::Answered {
                status: 201,
                body: b"made".to_vec(),
            };
            assert_eq!(again, made);
            let mut claim = async |request: &str, now| {
                tx.claim_call(&keys, "", "key", request, now, PATIENCE)
                    .await
                    .unwrap()
            };
            assert_eq!(claim("z", now).await, First);
            assert_eq!(claim("z", now + PATIENCE).await, UnderWay);
            let later = now + PATIENCE + Duration::from_millis(1);
            assert_eq!(claim("y", later).await, Different, "the key is another call's");
            assert_eq!(claim("z", later).await, First, "the process that had it is gone");
            assert_eq!(claim("z", later).await, UnderWay);
            assert_eq!(tx.delete_old_calls(later).await.unwrap(), 2);
        }
    }
}
