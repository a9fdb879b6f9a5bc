//! A client of the JSON API: what the command line, the demonstration and the examples call a service with.
//!
//! Calls that change something carry an `Idempotency-Key` and are tried again when no answer came, so that an
//! action is started once however often the network fails.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::clock::Clock;
use crate::domain::random::Random;

mod actions;
mod checks;
mod error;
mod live;
mod notices;
mod overrides;
mod reviews;
mod sessions;
#[cfg(test)]
mod tests;
mod tips;

pub use actions::*;
pub use checks::*;
pub use error::{ClientError, FieldProblem, Problem};
pub use live::{LiveEvent, LiveStream};
pub use notices::*;
pub use overrides::{Override, OverridePage};
pub use reviews::*;
pub use sessions::{Credentials, Enrolment, SignedIn, Whoami};
pub use tips::*;

/// Where every path of the API begins.
const BASE: &str = "/api/v1";
/// The most bytes of an answer.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// How often a call is made that nobody answers.
const TRIES: u32 = 4;
/// How long the client waits before the second try; each further one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest that the client waits because a service asks for it.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How many codes are asked for before a call is given up.
const PROOFS: usize = 3;

/// Names a call that may be repeated.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A client of one service. Clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    service: Url,
    authorization: Option<HeaderValue>,
    proof: Option<ProofSource>,
    clock: Clock,
    random: Random,
}

/// Where a code of the caller's app comes from when the service asks for a fresh one; none when there is none.
pub type ProofSource = Arc<dyn Fn() -> Option<String> + Send + Sync>;

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.service)
    }
}

impl Client {
    /// A client that is not signed in, of the service at this address.
    pub fn new(address: &str, clock: Clock, random: Random) -> Result<Self, ClientError> {
        let bad = || ClientError::Address(address.to_owned());
        let service = Url::parse(address).map_err(|_| bad())?;
        if !matches!(service.scheme(), "http" | "https") || !service.has_host() {
            return Err(bad());
        }
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static("en"))]);
        let http = reqwest::Client::builder()
            .user_agent(concat!("oproep/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ClientError::Setup)?;
        Ok(Self {
            http,
            service,
            authorization: None,
            proof: None,
            clock,
            random,
        })
    }

    /// The same client with the token of a session.
    pub fn with_token(mut self, token: &str) -> Result<Self, ClientError> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| ClientError::Token)?;
        value.set_sensitive(true);
        self.authorization = Some(value);
        Ok(self)
    }

    /// The same client, which answers for a fresh code when a call is refused for want of one, and makes it again.
    #[must_use]
    pub fn proving_by(mut self, proof: ProofSource) -> Self {
        self.proof = Some(proof);
        self
    }

    /// The address of the service.
    pub fn address(&self) -> &str {
        self.service.as_str().trim_end_matches('/')
    }

    /// What was there when this was asked.
    async fn get<A: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<A, ClientError> {
        let request = self.request(Method::GET, path)?.query(query);
        answer(self.send_again_and_again(request).await?).await
    }

    /// Does something once, however often it has to be asked for.
    async fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, ClientError> {
        answer(self.change(Method::POST, path, body).await?).await
    }

    /// Changes something that was seen at a version.
    async fn patch<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, ClientError> {
        answer(self.change(Method::PATCH, path, body).await?).await
    }

    /// Does something whose answer says nothing.
    async fn tell(&self, method: Method, path: &str, body: &impl Serialize) -> Result<(), ClientError> {
        self.change(method, path, body).await.map(drop)
    }

    async fn change(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Response, ClientError> {
        match (self.change_once(method.clone(), path, body).await, &self.proof) {
            (Err(refused), Some(proof)) if refused.is("proof_not_fresh") => {
                self.prove_by(proof, refused).await?;
                self.change_once(method, path, body).await
            }
            (answered, _) => answered,
        }
    }

    /// Proves once more who the caller is, in at most [`PROOFS`] codes; `refused` where none is given.
    async fn prove_by(&self, proof: &ProofSource, refused: ClientError) -> Result<(), ClientError> {
        let mut refused = refused;
        for _ in 0..PROOFS {
            let Some(code) = proof() else { break };
            match self.prove(&code).await {
                Err(wrong) if wrong.is("wrong_second_proof") => refused = wrong,
                proved => return proved,
            }
        }
        Err(refused)
    }

    async fn change_once(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Response, ClientError> {
        let key = self.random.uuid(self.clock.now()).to_string();
        let request = self
            .request(method, path)?
            .header(IDEMPOTENCY_KEY, key)
            .json(body);
        self.send_again_and_again(request).await
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, ClientError> {
        let address = format!("{}{BASE}{path}", self.address());
        let url = Url::parse(&address).map_err(|_| ClientError::Address(address))?;
        let mut request = self.http.request(method, url);
        if let Some(authorization) = &self.authorization {
            request = request.header(reqwest::header::AUTHORIZATION, authorization.clone());
        }
        Ok(request)
    }

    /// Sends a request until it is answered, at most [`TRIES`] times.
    async fn send_again_and_again(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let request = request.timeout(ANSWER_TIMEOUT);
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            let this = request.try_clone().ok_or(ClientError::Token)?;
            match self.send(this).await {
                Err(error) if error.may_pass() => {
                    let wait = error.retry_after().unwrap_or_else(|| self.random.jitter(pause));
                    self.clock.sleep(wait.min(LONGEST_PAUSE)).await;
                    pause *= 2;
                }
                answered => return answered,
            }
        }
        self.send(request).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let unreachable = |source: reqwest::Error| ClientError::Unreachable {
            address: self.address().to_owned(),
            source: source.without_url(),
        };
        let response = request.send().await.map_err(unreachable)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let body = read(response).await.unwrap_or_default();
        Err(ClientError::Refused(Box::new(Problem::read(
            status,
            retry_after,
            &body,
        ))))
    }
}

/// The seconds of a `Retry-After` header (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(reqwest::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

async fn answer<A: DeserializeOwned>(response: Response) -> Result<A, ClientError> {
    let is_empty = response.status() == StatusCode::NO_CONTENT;
    let body = read(response).await?;
    let body: &[u8] = if is_empty { b"null" } else { &body };
    serde_json::from_slice(body).map_err(ClientError::Answer)
}

async fn read(mut response: Response) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(ClientError::Broken)? {
        if body.len() + part.len() > ANSWER_LIMIT {
            return Err(ClientError::TooLong);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}
