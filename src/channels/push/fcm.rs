//! Firebase Cloud Messaging over HTTP v1: apps on Android and, through it, on Apple's devices.
//!
//! <https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages>. One request a recipient,
//! all over a few HTTP/2 connections.

use std::path::PathBuf;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::channels::http::{Clients, HttpError, HttpSettings, HttpVersion, body_start, unanswered};
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};

use self::access_token::{AccessToken, AccessTokens};
use self::answer::{Answer, ERROR_LIMIT};
use self::body::Template;
use self::service_account::{ServiceAccount, ServiceAccountError};

mod access_token;
mod answer;
mod body;
mod service_account;

/// The account: a Firebase project and who sends for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FcmSettings {
    /// The JSON file of a service account that may send messages, as Google's console gives it.
    pub service_account_file: PathBuf,
    /// The project; the service account's own without.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Where messages go.
    #[serde(default = "google")]
    pub base_url: String,
    /// The connections. Four carry Google's default quota of 10,000 a second at 40 ms.
    #[serde(default = "connections")]
    pub http: HttpSettings,
}

fn google() -> String {
    "https://fcm.googleapis.com".to_owned()
}

fn connections() -> HttpSettings {
    HttpSettings {
        clients: 4,
        ..HttpSettings::default()
    }
}

/// Why FCM cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum FcmError {
    /// The service account.
    #[error(transparent)]
    ServiceAccount(#[from] ServiceAccountError),
    /// The project or the base URL make no address.
    #[error("base_url must be an https address and project_id of letters, digits and hyphens")]
    BadAddress,
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
#[derive(Debug)]
pub struct Fcm {
    clients: Clients,
    tokens: AccessTokens,
    url: Url,
    clock: Clock,
}

impl Fcm {
    /// Reads the service account and sets up the connections; nothing is sent yet.
    pub fn new(settings: &FcmSettings, clock: Clock) -> Result<Self, FcmError> {
        let account = ServiceAccount::read(&settings.service_account_file)?;
        let project = settings.project_id.as_deref().unwrap_or(&account.project_id);
        if project.is_empty()
            || !project
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(FcmError::BadAddress);
        }
        let base = settings.base_url.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/v1/projects/{project}/messages:send"))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or(FcmError::BadAddress)?;
        // Tokens come from another host, which need not speak what the messages' host does.
        let http = HttpSettings {
            clients: 1,
            version: HttpVersion::default(),
            ..settings.http.clone()
        };
        Ok(Self {
            clients: Clients::build(&settings.http)?,
            tokens: AccessTokens::new(account, Clients::build(&http)?, clock.clone()),
            url,
            clock,
        })
    }

    /// What all recipients of one message share: the access token and the message's fixed parts.
    ///
    /// When no token can be had, the error is every recipient's attempt.
    pub(super) async fn prepare<'a>(&self, message: &'a Message) -> Result<Prepared<'a>, Attempt> {
        let token = self.tokens.current().await?;
        Ok(Prepared {
            token,
            template: Template::new(message, self.clock.now()),
        })
    }

    /// Hands the message over to one device.
    pub(super) async fn send(&self, prepared: &Prepared<'_>, recipient: &Recipient, device: &str) -> Attempt {
        let Some(body) = prepared.template.body(recipient, device) else {
            return Attempt::Rejected {
                reason: "message_too_long".to_owned(),
                endpoint_gone: false,
            };
        };
        let request = self
            .clients
            .next()
            .post(self.url.clone())
            .header(AUTHORIZATION, prepared.token.header().clone())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body_start(response, ERROR_LIMIT).await;
        match answer::read(status, &headers, &body, self.clock.now()) {
            Answer::Attempt(attempt) => attempt,
            Answer::Unauthorized(reason) => {
                self.tokens.drop_token(&prepared.token);
                Attempt::Transient {
                    reason: reason.to_owned(),
                }
            }
        }
    }
}

/// What [`Fcm::prepare`] gives.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    token: std::sync::Arc<AccessToken>,
    template: Template<'a>,
}
