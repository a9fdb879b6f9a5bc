//! The TLS client of an e-mail account: certificates are always checked, against the system's or a given root.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::settings::{EmailSettings, EmailSettingsError};

/// What is needed to secure a connection, and the name that its certificate must carry.
pub(super) struct TlsClient {
    pub(super) connector: TlsConnector,
    pub(super) server_name: ServerName<'static>,
}

impl TlsClient {
    /// Reads the certificates to trust.
    pub(super) fn new(settings: &EmailSettings) -> Result<Self, EmailSettingsError> {
        let server_name =
            ServerName::try_from(settings.host.clone()).map_err(|_| EmailSettingsError::Host)?;
        let mut roots = RootCertStore::empty();
        match &settings.root_certificate_file {
            Some(file) => {
                let unreadable = EmailSettingsError::RootCertificates;
                for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
                    let certificate = certificate.map_err(unreadable)?;
                    roots.add(certificate).map_err(EmailSettingsError::Tls)?;
                }
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        if roots.is_empty() {
            return Err(EmailSettingsError::NoRootCertificates);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(EmailSettingsError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            server_name,
        })
    }
}
