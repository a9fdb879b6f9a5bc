//! The access token: fetched with a signed assertion (RFC 7523), kept, and renewed before it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::service_account::ServiceAccount;
use crate::channels::http::retry_after::retry_after;
use crate::channels::http::{Clients, body_start, unanswered};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::delivery::Attempt;

/// How long before its end a token is renewed; half its life when that is shorter.
const RENEW_BEFORE: Duration = Duration::from_mins(5);
/// How long after a failed renewal the next one is tried, while the old token still holds.
const RENEW_AGAIN: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;
/// The longest life that is believed, in seconds.
const LONGEST_LIFE_S: u64 = 24 * 3600;

/// A token that Google took our word for.
#[derive(Debug)]
pub(super) struct AccessToken {
    header: HeaderValue,
    renew_at: Timestamp,
    expires_at: Timestamp,
}

impl AccessToken {
    /// The `Authorization` header; never printed.
    pub(super) fn header(&self) -> &HeaderValue {
        &self.header
    }
}

/// The token of one account, shared by all who send.
#[derive(Debug)]
pub(super) struct AccessTokens {
    account: ServiceAccount,
    clients: Clients,
    clock: Clock,
    kept: ArcSwapOption<AccessToken>,
    /// Fetches that have ended, so that who waited for one shares what came of it.
    ended: AtomicU64,
    fetching: Mutex<LastFailure>,
}

#[derive(Debug, Default)]
struct LastFailure {
    attempt: Option<Attempt>,
    renew_again_at: Timestamp,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

/// Google's codes (RFC 6749 section 5.2) that are told on.
const GRANT_ERRORS: [(&str, &str); 3] = [
    ("invalid_grant", "token_invalid_grant"),
    ("invalid_client", "token_invalid_client"),
    ("invalid_scope", "token_invalid_scope"),
];

#[derive(Deserialize)]
struct Refused {
    error: String,
}

impl AccessTokens {
    pub(super) fn new(account: ServiceAccount, clients: Clients, clock: Clock) -> Self {
        Self {
            account,
            clients,
            clock,
            kept: ArcSwapOption::empty(),
            ended: AtomicU64::new(0),
            fetching: Mutex::default(),
        }
    }

    /// A token that holds. One fetch at a time; all who wait for it get what it gave.
    ///
    /// The error is the attempt of every message that needed the token: none was handed over.
    pub(super) async fn current(&self) -> Result<Arc<AccessToken>, Attempt> {
        let now = self.clock.now();
        match self.kept.load_full() {
            Some(token) if now < token.renew_at => Ok(token),
            Some(token) if now < token.expires_at => Ok(self.renewed(token, now).await),
            _ => self.fetched().await,
        }
    }

    /// Forgets a token that was refused; one that was fetched since stays.
    pub(super) fn drop_token(&self, refused: &Arc<AccessToken>) {
        // Lost races leave a newer token in place.
        self.kept
            .rcu(|kept| kept.as_ref().filter(|kept| !Arc::ptr_eq(kept, refused)).cloned());
    }

    /// Early enough for nobody to wait: one caller renews, the others go on with the old token.
    async fn renewed(&self, old: Arc<AccessToken>, now: Timestamp) -> Arc<AccessToken> {
        let Ok(mut failure) = self.fetching.try_lock() else {
            return old;
        };
        if now < failure.renew_again_at {
            return old;
        }
        if let Ok(token) = self.fetch(&mut failure).await {
            token
        } else {
            failure.renew_again_at = self.clock.now() + RENEW_AGAIN;
            old
        }
    }

    async fn fetched(&self) -> Result<Arc<AccessToken>, Attempt> {
        let ended = self.ended.load(Ordering::Acquire);
        let mut failure = self.fetching.lock().await;
        if self.ended.load(Ordering::Acquire) != ended {
            let kept = self
                .kept
                .load_full()
                .filter(|token| self.clock.now() < token.expires_at);
            if let Some(token) = kept {
                return Ok(token);
            }
            if let Some(attempt) = &failure.attempt {
                return Err(attempt.clone());
            }
        }
        self.fetch(&mut failure).await
    }

    async fn fetch(&self, failure: &mut LastFailure) -> Result<Arc<AccessToken>, Attempt> {
        let result = self.request().await;
        match &result {
            Ok(token) => {
                self.kept.store(Some(Arc::clone(token)));
                failure.attempt = None;
            }
            Err(attempt) => failure.attempt = Some(attempt.clone()),
        }
        self.ended.fetch_add(1, Ordering::Release);
        result
    }

    async fn request(&self) -> Result<Arc<AccessToken>, Attempt> {
        let asked_at = self.clock.now();
        let Ok(assertion) = self.account.assertion(asked_at) else {
            return Err(transient("token_not_signed"));
        };
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", &assertion),
        ];
        let response = match self
            .clients
            .next()
            .post(&self.account.token_uri)
            .form(&form)
            .send()
            .await
        {
            Ok(response) => response,
            // Whatever became of this request, no message left.
            Err(error) => {
                return Err(match unanswered(&error) {
                    Attempt::Unconfirmed { .. } => transient("token_unanswered"),
                    _ => transient("token_unreachable"),
                });
            }
        };
        let status = response.status();
        let wait = retry_after(response.headers(), asked_at);
        let body = body_start(response, ANSWER_LIMIT).await;
        if !status.is_success() {
            let refused = serde_json::from_slice::<Refused>(&body).ok();
            let known =
                refused.and_then(|refused| GRANT_ERRORS.iter().find(|known| known.0 == refused.error));
            return Err(match (wait, known) {
                (Some(retry_after), _) => Attempt::Throttled { retry_after },
                (None, Some((_, reason))) => transient(reason),
                (None, None) => transient(&format!("token_status_{}", status.as_u16())),
            });
        }
        let granted = serde_json::from_slice::<Granted>(&body).map_err(|_| transient("token_unreadable"))?;
        let mut header = HeaderValue::try_from(format!("Bearer {}", granted.access_token))
            .map_err(|_| transient("token_unreadable"))?;
        header.set_sensitive(true);
        let life = Duration::from_secs(granted.expires_in.min(LONGEST_LIFE_S));
        let expires_at = asked_at + life;
        Ok(Arc::new(AccessToken {
            header,
            renew_at: expires_at - RENEW_BEFORE.min(life / 2),
            expires_at,
        }))
    }
}

fn transient(reason: &str) -> Attempt {
    Attempt::Transient {
        reason: reason.to_owned(),
    }
}
