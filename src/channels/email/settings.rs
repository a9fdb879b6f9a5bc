//! What an e-mail account is configured with.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use secrecy::SecretString;
use serde::Deserialize;

use super::dkim::{DkimError, Signers};
use super::letter::Sender;
use super::marked::Marked;

/// An account at an SMTP server that takes mail for everybody: a submission server or a relay of our own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailSettings {
    /// The server's name or address.
    pub host: String,
    /// Its port: 587 for STARTTLS, 465 for implicit TLS.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// A PEM file with the certificates to trust instead of the system's; for a relay with a private one.
    #[serde(default)]
    pub root_certificate_file: Option<PathBuf>,
    /// The name to sign in with; none when the server knows us by our address.
    #[serde(default)]
    pub username: Option<String>,
    /// The password that belongs to it.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// The name that receivers see as the sender.
    pub from_name: String,
    /// The address that mail is sent from; its domain also ends the Message-ID.
    pub from_address: String,
    /// Where bounces go, marked for each recipient: `bounce@oproep.example` becomes `bounce+MARK@oproep.example`.
    /// Without it they go to the sender's address, and tell us nothing.
    #[serde(default)]
    pub bounce_address: Option<String>,
    /// Where replies go, marked in the same way: they become tips. Without it they go to the sender's address.
    #[serde(default)]
    pub reply_address: Option<String>,
    /// The keys that sign every mail (DKIM, RFC 6376).
    #[serde(default)]
    pub dkim: Vec<DkimSettings>,
    /// The name that we greet with, a domain name of this machine (RFC 5321, 4.1.1.1).
    pub helo_name: String,
    /// The most connections at a time, 1 to 256.
    #[serde(default = "default_connections")]
    pub connections: usize,
    /// How long each step may take (connecting, a command, the text), 1 to 600,000.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
    /// Whether to send commands without waiting for each reply, where the server offers it (RFC 2920).
    #[serde(default = "default_pipelining")]
    pub pipelining: bool,
}

/// A key that signs every mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimSettings {
    /// Under which name the public key stands in DNS: `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// The domain that answers for the mail; that of `from_address` without.
    #[serde(default)]
    pub domain: Option<String>,
    /// The private key, PEM: RSA or Ed25519.
    pub key_file: PathBuf,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// In the clear first, then STARTTLS (RFC 3207); refused when the server does not offer it.
    Starttls,
    /// From the first byte (RFC 8314).
    Implicit,
    /// Never; only for a server on this machine.
    None,
}

const fn default_connections() -> usize {
    8
}

const fn default_timeout_ms() -> u64 {
    30_000
}

const fn default_pipelining() -> bool {
    true
}

/// The account cannot work as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum EmailSettingsError {
    /// Mail would cross a network in the clear.
    #[error("tls is none but host is not this machine: use starttls or implicit")]
    ClearText,
    /// A name without a password, or the other way round.
    #[error("give username and password together, or neither")]
    HalfCredentials,
    /// The sender's address does not read as one.
    #[error("from_address is not an e-mail address in ASCII: write it as name@domain")]
    FromAddress,
    /// The host's name cannot be checked against a certificate.
    #[error("host is not a domain name or address: correct it")]
    Host,
    /// The name of the greeting has a space or is empty.
    #[error("helo_name is not a domain name: give this machine's name, without spaces")]
    HeloName,
    /// An address that takes no mark.
    #[error("{0} takes no mark: use a plain address of at most 31 characters before the @, without +")]
    Marked(&'static str),
    /// The keys that sign.
    #[error("{0}")]
    Dkim(#[from] DkimError),
    /// The number of connections is out of range.
    #[error("connections is out of range: use 1 to 256")]
    Connections,
    /// The time limit is out of range.
    #[error("timeout_ms is out of range: use 1 to 600000")]
    Timeout,
    /// The certificates could not be read.
    #[error("root_certificate_file cannot be read as PEM certificates: check the path and its content")]
    RootCertificates(#[source] rustls::pki_types::pem::Error),
    /// No certificate to trust.
    #[error("no trusted certificate found: install ca-certificates or set root_certificate_file")]
    NoRootCertificates,
    /// The certificates or versions do not make a TLS client.
    #[error("TLS cannot be set up: check root_certificate_file")]
    Tls(#[source] rustls::Error),
}

/// The parts of the settings that are checked once, in the form in which sending uses them.
#[derive(Debug)]
pub(super) struct Checked {
    /// Who sends.
    pub(super) sender: Sender,
    /// How long each step may take.
    pub(super) step_limit: Duration,
}

impl EmailSettings {
    /// Checks everything that can be wrong without opening a connection.
    pub(super) fn check(&self) -> Result<Checked, EmailSettingsError> {
        if self.tls == Tls::None && !is_this_machine(&self.host) {
            return Err(EmailSettingsError::ClearText);
        }
        if self.username.is_some() != self.password.is_some() {
            return Err(EmailSettingsError::HalfCredentials);
        }
        let address: Address = self
            .from_address
            .parse()
            .map_err(|_| EmailSettingsError::FromAddress)?;
        if !self.from_address.is_ascii() {
            return Err(EmailSettingsError::FromAddress);
        }
        if self.helo_name.is_empty() || !self.helo_name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(EmailSettingsError::HeloName);
        }
        if !(1..=256).contains(&self.connections) {
            return Err(EmailSettingsError::Connections);
        }
        if !(1..=600_000).contains(&self.timeout_ms) {
            return Err(EmailSettingsError::Timeout);
        }
        let signers = Signers::new(&self.dkim, address.domain())?;
        let from = Mailbox::new(Some(self.from_name.clone()), address);
        Ok(Checked {
            sender: Sender {
                address: from.email.to_string(),
                from,
                bounces: marked("bounce_address", self.bounce_address.as_deref())?,
                replies: marked("reply_address", self.reply_address.as_deref())?,
                signers,
            },
            step_limit: Duration::from_millis(self.timeout_ms),
        })
    }
}

fn marked(setting: &'static str, address: Option<&str>) -> Result<Option<Marked>, EmailSettingsError> {
    let read = |address| Marked::read(address).ok_or(EmailSettingsError::Marked(setting));
    address.map(read).transpose()
}

/// Whether the host is a loopback address or `localhost`; the connection checks the address once more.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: &serde_json::Value) -> EmailSettings {
        let mut whole = serde_json::json!({
            "host": "127.0.0.1", "port": 25, "tls": "none", "from_name": "Burgernet",
            "from_address": "oproep@voorbeeld.nl", "helo_name": "oproep.voorbeeld.nl",
        });
        let whole_fields = whole.as_object_mut().unwrap();
        whole_fields.extend(change.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn mail_never_crosses_a_network_in_the_clear() {
        for host in ["192.0.2.1", "mail.voorbeeld.nl", "::2", "localhost.voorbeeld.nl"] {
            let refused = settings(&serde_json::json!({ "host": host })).check();
            assert!(matches!(refused, Err(EmailSettingsError::ClearText)), "{host}");
        }
        for host in ["127.0.0.1", "127.8.8.8", "::1", "localhost"] {
            assert!(
                settings(&serde_json::json!({ "host": host })).check().is_ok(),
                "{host}"
            );
        }
    }

    #[test]
    fn a_password_needs_a_name_and_does_not_show() {
        let refused = settings(&serde_json::json!({ "password": "geheim123" }));
        assert!(matches!(
            refused.check(),
            Err(EmailSettingsError::HalfCredentials)
        ));
        assert!(!format!("{refused:?}").contains("geheim123"));
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let unknown = serde_json::json!({ "host": "localhost", "prot": 25 });
        assert!(serde_json::from_value::<EmailSettings>(unknown).is_err());
    }

    #[test]
    fn a_sender_that_would_break_a_header_is_refused() {
        for address in ["", "geen adres", "a@b\r\nBcc: c@d", "jan@"] {
            let refused = settings(&serde_json::json!({ "from_address": address })).check();
            assert!(
                matches!(refused, Err(EmailSettingsError::FromAddress)),
                "{address:?}"
            );
        }
        let refused = settings(&serde_json::json!({ "helo_name": "a\r\nMAIL" })).check();
        assert!(matches!(refused, Err(EmailSettingsError::HeloName)));
    }
}
