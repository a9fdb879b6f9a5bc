//! Signing in and out.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Client, ClientError};
use crate::domain::role::Role;

/// What one signs in with.
#[derive(Clone, Copy, Serialize)]
pub struct Credentials<'a> {
    /// The user name.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A session that was just opened.
#[derive(Clone, Deserialize)]
pub struct SignedIn {
    /// Its credential.
    pub token: String,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedIn(..)")
    }
}

/// Whose session it is.
#[derive(Clone, Deserialize)]
pub struct Whoami {
    /// The user name.
    pub username: String,
    /// What the account is for.
    pub role: Role,
}

impl Client {
    /// Opens a session; [`Client::with_token`] takes its credential.
    pub async fn sign_in(&self, credentials: &Credentials<'_>) -> Result<SignedIn, ClientError> {
        self.post("/sessions", credentials).await
    }

    /// Whose session it is.
    pub async fn whoami(&self) -> Result<Whoami, ClientError> {
        self.get("/me", &()).await
    }

    /// Ends the session.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.tell(Method::DELETE, "/sessions/current", &json!({})).await
    }
}
