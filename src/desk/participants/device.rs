//! The devices on which one wants to be called on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::ParticipantScope;
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::endpoint::Endpoint;
use crate::domain::id::DeviceId;
use crate::domain::problem::ProblemCode;

/// The most devices of one participant that are in use.
pub const MAX_DEVICES: u64 = 10;
/// The most characters of a registration token or push address.
const MAX_ENDPOINT_LEN: usize = 4_096;
/// An uncompressed point on P-256 (RFC 8291, section 3.1).
const PUBLIC_KEY_LEN: usize = 65;
/// The authentication secret (RFC 8291, section 3.2).
const SECRET_LEN: usize = 16;

/// Refuses what cannot be a registration of a device. Whether its push service is one we call is the
/// adapter's to judge.
pub(super) fn check_device(endpoint: &Endpoint) -> Result<()> {
    let is_plain = |text: &str| {
        (1..=MAX_ENDPOINT_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let has_length = |text: &str, length| {
        URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .is_ok_and(|bytes| bytes.len() == length)
    };
    let is_device = match endpoint {
        Endpoint::Fcm { token } => is_plain(token),
        Endpoint::WebPush { url, p256dh, auth } => {
            is_plain(url)
                && (url.starts_with("https://") || url.starts_with("http://"))
                && has_length(p256dh, PUBLIC_KEY_LEN)
                && has_length(auth, SECRET_LEN)
        }
        Endpoint::Phone(_) | Endpoint::Mailbox(_) => false,
    };
    if is_device {
        Ok(())
    } else {
        Err(DeskError::invalid("device", ProblemCode::DeviceForm))
    }
}

impl Desk {
    /// Registers a device; one that is registered already, by anyone, becomes one's own.
    pub async fn add_device(&self, scope: &ParticipantScope, endpoint: &Endpoint) -> Result<DeviceId> {
        check_device(endpoint)?;
        let parts = self.parts();
        let now = self.now();
        let mut tx = parts.store.write().await?;
        if tx.find_participant(&parts.keys, scope.number).await?.is_none() {
            return Err(DeskError::NotSignedIn);
        }
        let is_own = tx.find_number_by_address(&parts.keys, endpoint).await? == Some(scope.number);
        if !is_own && tx.count_devices(scope.number).await? >= MAX_DEVICES {
            return Err(Reason::TooManyDevices.into());
        }
        let id = DeviceId::new(now, &parts.random);
        let id = tx
            .insert_device(&parts.keys, id, scope.number, endpoint, now)
            .await?;
        tx.commit().await?;
        self.directory().wake();
        Ok(id)
    }

    /// Forgets a device.
    pub async fn remove_device(&self, scope: &ParticipantScope, device: DeviceId) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        if !tx.delete_device(scope.number, device).await? {
            return Err(DeskError::NotFound("device"));
        }
        tx.commit().await?;
        self.directory().wake();
        Ok(())
    }
}
