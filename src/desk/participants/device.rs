//! The devices on which one wants to be called on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use uuid::Uuid;

use super::ParticipantScope;
use crate::channels::push::apns::is_device_token;
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::channel::Channel;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantNumber};
use crate::domain::problem::ProblemCode;
use crate::storage::Tx;
use crate::storage::devices::DeviceInUse;

/// The most devices of one participant that are in use.
pub const MAX_DEVICES: u64 = 10;
/// Devices that are looked through at once.
const REVIEWED_AT_ONCE: u32 = 1_000;
/// The most characters of a registration token or push address.
const MAX_ENDPOINT_LEN: usize = 4_096;
/// An uncompressed point on P-256 (RFC 8291, section 3.1).
const PUBLIC_KEY_LEN: usize = 65;
/// The authentication secret (RFC 8291, section 3.2).
const SECRET_LEN: usize = 16;

/// Refuses what cannot be a registration of a device.
fn check_form(endpoint: &Endpoint) -> Result<()> {
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
        Endpoint::Apns { token } => is_device_token(token),
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
    /// Refuses what cannot be a registration of a device, and a device that the configured providers do not
    /// reach: it would stand before the channels that do.
    pub(super) fn check_device(&self, endpoint: &Endpoint) -> Result<()> {
        check_form(endpoint)?;
        if self.parts().providers.reaches(endpoint) {
            Ok(())
        } else {
            Err(DeskError::invalid("device", ProblemCode::DeviceUnreachable))
        }
    }

    /// Registers a device; one that is registered already, by anyone, becomes one's own.
    pub async fn add_device(&self, scope: &ParticipantScope, endpoint: &Endpoint) -> Result<DeviceId> {
        self.check_device(endpoint)?;
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        if tx.find_participant(&parts.keys, scope.number).await?.is_none() {
            return Err(DeskError::NotSignedIn);
        }
        let id = self.register_device(&mut tx, scope.number, endpoint).await?;
        tx.commit().await?;
        self.directory().wake();
        Ok(id)
    }

    /// Stores a device of a participant who has room for it.
    pub(super) async fn register_device(
        &self,
        tx: &mut Tx,
        number: ParticipantNumber,
        endpoint: &Endpoint,
    ) -> Result<DeviceId> {
        let parts = self.parts();
        let is_own = tx.find_number_by_address(&parts.keys, endpoint).await? == Some(number);
        if !is_own && tx.count_devices(number).await? >= MAX_DEVICES {
            return Err(Reason::TooManyDevices.into());
        }
        let now = self.now();
        let id = DeviceId::new(now, &parts.random);
        Ok(tx.insert_device(&parts.keys, id, number, endpoint, now).await?)
    }

    /// Looks through all devices in use for those that the configured providers stopped or began to reach, so
    /// that their participants come under the next channel, and back. Nothing is retired for it: a provider
    /// that is missing may be a mistake. Answers how many changed.
    pub async fn review_devices(&self) -> Result<usize> {
        let parts = self.parts();
        if !parts.providers.serves(Channel::App) {
            // Then the app is no channel at all: what is sent leaves it out.
            return Ok(0);
        }
        let (mut after, mut changed, mut unserved) = (DeviceId::from_uuid(Uuid::nil()), 0, 0);
        loop {
            let page = {
                let mut tx = parts.store.read().await?;
                tx.list_devices_in_use(&parts.keys, after, REVIEWED_AT_ONCE)
                    .await?
            };
            let Some(last) = page.last() else { break };
            after = last.id;
            let is_reached = |device: &DeviceInUse| parts.providers.reaches(&device.endpoint);
            unserved += page.iter().filter(|device| !is_reached(device)).count();
            let others: Vec<_> = page
                .into_iter()
                .filter(|device| device.is_unserved == is_reached(device))
                .collect();
            if !others.is_empty() {
                let mut tx = parts.store.write().await?;
                tx.mark_devices_served_otherwise(&others).await?;
                tx.commit().await?;
                self.directory().wake();
                changed += others.len();
            }
        }
        if unserved > 0 {
            tracing::warn!(
                devices = unserved,
                "devices are reached by no provider that is configured under [push]: their participants are \
                 called on over the next channel"
            );
        }
        Ok(changed)
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

#[cfg(test)]
mod tests;
