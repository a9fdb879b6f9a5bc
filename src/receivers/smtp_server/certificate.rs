//! A certificate for this machine, made on the spot.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// A self-signed certificate for `localhost` and 127.0.0.1, with its key. Whoever connects must be given
/// [`SelfSigned::pem`] as the root to trust.
pub struct SelfSigned {
    pem: String,
    key_pem: String,
    config: Arc<ServerConfig>,
}

impl SelfSigned {
    /// Makes one.
    pub fn new() -> Result<Self, CertificateError> {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        Ok(Self {
            pem: made.cert.pem(),
            key_pem: made.signing_key.serialize_pem(),
            config: Arc::new(config),
        })
    }

    /// The certificate, in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its private key, in PEM, for another program to serve with.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// What encrypts connections with it.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Making it failed.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// TLS refused it.
    #[error("cannot use the certificate that was made: {0}")]
    Tls(#[from] rustls::Error),
}
