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

/// What an app takes its codes from.
#[derive(Clone, Deserialize)]
pub struct Enrolment {
    /// To type.
    pub secret: String,
    /// As a link.
    pub uri: String,
}

#[derive(Deserialize)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
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

    /// The same of an account with a second proof.
    pub async fn sign_in_with_code(
        &self,
        credentials: &Credentials<'_>,
        code: &str,
    ) -> Result<SignedIn, ClientError> {
        let Credentials { username, password } = credentials;
        let body = json!({ "username": username, "password": password, "code": code });
        self.post("/sessions", &body).await
    }

    /// Makes a secret for one's app.
    pub async fn begin_second_proof(&self) -> Result<Enrolment, ClientError> {
        self.post("/me/second-proof", &json!({})).await
    }

    /// Lets one's app count by its first code; answers the recovery codes.
    pub async fn confirm_second_proof(&self, code: &str) -> Result<Vec<String>, ClientError> {
        let body = json!({ "code": code });
        let answer: RecoveryCodes = self.post("/me/second-proof/confirm", &body).await?;
        Ok(answer.recovery_codes)
    }

    /// Replaces one's recovery codes; answers the new ones.
    pub async fn renew_recovery_codes(&self, code: &str) -> Result<Vec<String>, ClientError> {
        let body = json!({ "code": code });
        let answer: RecoveryCodes = self.post("/me/second-proof/recovery-codes", &body).await?;
        Ok(answer.recovery_codes)
    }

    /// Takes one's second proof away.
    pub async fn remove_second_proof(&self, code: &str) -> Result<(), ClientError> {
        let body = json!({ "code": code });
        self.tell(Method::DELETE, "/me/second-proof", &body).await
    }

    /// Proves once more that one is the session's holder.
    pub async fn prove(&self, code: &str) -> Result<(), ClientError> {
        let body = json!({ "code": code });
        // Once: a proof that is not fresh is no reason to ask for another.
        let path = "/sessions/current/proof";
        self.change_once(Method::POST, path, &body).await.map(drop)
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
