//! `oproep login` and `oproep logout`, and the client that every command of a session calls with.

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::session_file::{self, StoredSession};
use super::{CliError, Common, Output, ask};
use crate::client::{Client, Credentials};
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// Where a service is looked for when nobody says.
const DEFAULT_ADDRESS: &str = "http://127.0.0.1:8080";
/// The service, over what `login` kept.
const ADDRESS: &str = "OPROEP_URL";
/// The session's credential, over what `login` kept.
const TOKEN: &str = "OPROEP_TOKEN";

/// Where and as whom.
#[derive(Debug, Args)]
#[command(
    after_help = "The session is kept in ~/.config/oproep/session.json, for you alone. OPROEP_URL and \
    OPROEP_TOKEN go over it.\n\n\
    Examples:\n  \
    oproep login https://oproep.example --username meldkamer\n  \
    oproep login --username meldkamer < password.txt"
)]
pub struct LoginArguments {
    /// The service.
    #[arg(value_name = "URL", env = ADDRESS, default_value = DEFAULT_ADDRESS)]
    address: String,
    /// The user name; asked for when left out. The password is always asked for, or read from standard input;
    /// a code of the app after it, where the account has a second proof.
    #[arg(long, short)]
    username: Option<String>,
}

pub(super) async fn login(common: &Common, arguments: LoginArguments) -> Result<(), CliError> {
    let client = new_client(&arguments.address)?;
    let username = arguments.username.map_or_else(|| ask::line("User name:"), Ok)?;
    let password = ask::password("Password:")?;
    let credentials = Credentials {
        username: &username,
        password: &password,
    };
    let signed_in = match client.sign_in(&credentials).await {
        Err(error) if error.is("second_proof_needed") => {
            let code = ask::line("The code of your app, or a recovery code:")?;
            client.sign_in_with_code(&credentials, code.trim()).await?
        }
        answered => answered?,
    };
    let path = session_file::path()?;
    let session = StoredSession {
        address: client.address().to_owned(),
        token: signed_in.token,
    };
    session_file::write(&path, &session)?;
    let answer = json!({ "address": session.address, "username": username });
    Output::new(common).answer(&answer, |_| {
        format!("signed in at {} as {username}", session.address)
    })?;
    Ok(())
}

pub(super) async fn logout(common: &Common) -> Result<(), CliError> {
    let path = session_file::path()?;
    if let Some(session) = session_file::read(&path)? {
        let client = new_client(&session.address)?.with_token(&session.token)?;
        // A session that has ended already, or a service that is gone, is no reason to keep the token.
        if let Err(error) = client.sign_out().await {
            Output::new(common).note(format!("the service was not told: {error}"));
        }
    }
    session_file::remove(&path)?;
    Output::new(common).answer(&json!({ "signed_out": true }), |_| "signed out".to_owned())?;
    Ok(())
}

/// A client of the service at which one is signed in.
pub(super) fn signed_in() -> Result<Client, CliError> {
    let (address, token) = (std::env::var(ADDRESS).ok(), std::env::var(TOKEN).ok());
    let stored = match (&address, &token) {
        (_, Some(_)) => None,
        (_, None) => session_file::read(&session_file::path()?)?,
    };
    let kept = stored.filter(|session| address.as_ref().is_none_or(|wanted| *wanted == session.address));
    let (address, token) = match (token, kept) {
        (Some(token), _) => (address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned()), token),
        (None, Some(session)) => (session.address, session.token),
        (None, None) => return Err(CliError::Failed("sign in first: oproep login".to_owned())),
    };
    let code = || ask::line("The code of your app, to confirm that it is you:").ok();
    let typed = move || {
        code()
            .map(|code| code.trim().to_owned())
            .filter(|code| !code.is_empty())
    };
    let client = new_client(&address)?.with_token(&token)?;
    Ok(client.proving_by(Arc::new(typed)))
}

fn new_client(address: &str) -> Result<Client, CliError> {
    Ok(Client::new(address, Clock::system(), Random::from_os())?)
}
