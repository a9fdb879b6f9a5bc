//! A Google service account, as its JSON key file describes it.

use std::fmt;
use std::path::{Path, PathBuf};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};

use crate::domain::clock::Timestamp;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// The longest that Google lets an assertion live, in seconds.
const ASSERTION_LIFE_S: i64 = 3_600;

/// Why a service account is refused.
#[derive(Debug, thiserror::Error)]
pub enum ServiceAccountError {
    /// The file cannot be read.
    #[error("cannot read the service account in {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is none of a service account.
    #[error("the service account must be the JSON key file from Google's console: {0}")]
    NotJson(String),
    /// Its key is no RSA key.
    #[error("private_key of the service account must be an RSA key in PEM")]
    BadKey,
}

/// Who asks for access tokens.
pub(super) struct ServiceAccount {
    pub(super) project_id: String,
    pub(super) token_uri: String,
    client_email: String,
    key_id: String,
    key: EncodingKey,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

/// The fields of the file that matter; it has more.
#[derive(Deserialize)]
struct KeyFile {
    project_id: String,
    private_key_id: String,
    private_key: String,
    client_email: String,
    token_uri: String,
}

/// What the assertion says (RFC 7523 section 3).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl ServiceAccount {
    /// Reads the JSON key file.
    pub(super) fn read(path: &Path) -> Result<Self, ServiceAccountError> {
        let text = std::fs::read(path).map_err(|source| ServiceAccountError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let file: KeyFile = serde_json::from_slice(&text).map_err(|error| {
            // Only where and which field: the file holds a secret.
            ServiceAccountError::NotJson(format!("line {}, column {}", error.line(), error.column()))
        })?;
        let key = EncodingKey::from_rsa_pem(file.private_key.as_bytes())
            .map_err(|_| ServiceAccountError::BadKey)?;
        let account = Self {
            project_id: file.project_id,
            token_uri: file.token_uri,
            client_email: file.client_email,
            key_id: file.private_key_id,
            key,
        };
        // Signs once, so that a key which cannot is found at the start.
        account.assertion(Timestamp::default())?;
        Ok(account)
    }

    /// A fresh assertion for the token endpoint, signed with RS256.
    pub(super) fn assertion(&self, now: Timestamp) -> Result<String, ServiceAccountError> {
        let header = Header {
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::RS256)
        };
        let claims = Claims {
            iss: &self.client_email,
            scope: SCOPE,
            aud: &self.token_uri,
            iat: now.as_secs(),
            exp: now.as_secs() + ASSERTION_LIFE_S,
        };
        encode(&header, &claims, &self.key).map_err(|_| ServiceAccountError::BadKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_service_account_is_refused_without_showing_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("account.json");
        let read = || ServiceAccount::read(&path).unwrap_err().to_string();
        assert!(read().starts_with("cannot read the service account"));

        std::fs::write(&path, r#"{"private_key": "s3cret", "project_id": 7}"#).unwrap();
        assert!(
            read().contains("JSON key file") && !read().contains("s3cret"),
            "{}",
            read()
        );

        std::fs::write(
            &path,
            r#"{"project_id":"p","private_key_id":"1","private_key":"s3cret","client_email":"a@b","token_uri":"https://c"}"#,
        )
        .unwrap();
        assert_eq!(
            read(),
            "private_key of the service account must be an RSA key in PEM"
        );
    }
}
