//! The devices of participants: where the app channel goes.

use sqlx::FromRow;
use uuid::Uuid;

use super::participants::read_number;
use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantNumber};

statements! {
    // The same registration again: a reinstalled app, or a telephone that went to someone else.
    UPSERT = "insert into devices (id, number, endpoint_sealed, endpoint_hash, created_at) \
        values ($1, $2, $3, $4, $5) on conflict (endpoint_hash) do update set number = excluded.number, \
        endpoint_sealed = excluded.endpoint_sealed, created_at = excluded.created_at, \
        retired_at = null, retired_reason = null, unserved = 0 returning id";
    FIND_OWNER = "select number from devices where endpoint_hash = $1";
    FIND_LIVING_OWNER = "select number from devices where endpoint_hash = $1 and retired_at is null";
    LIST = "select id, number, endpoint_sealed, created_at, retired_at, retired_reason from devices \
        where number = $1 order by created_at, id";
    COUNT = "select count(*) from devices where number = $1 and retired_at is null";
    LIST_IN_USE = "select id, number, endpoint_sealed, unserved from devices \
        where retired_at is null and id > $1 order by id limit $2";
    MARK_UNSERVED = "update devices set unserved = $2 where id = $1 and unserved <> $2";
    DELETE = "delete from devices where id = $1 and number = $2";
    DELETE_RETIRED = "delete from devices where retired_at < $1";
}

pub(super) const ENDPOINT: &str = "devices.endpoint";

/// A device as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub number: ParticipantNumber,
    /// Where its messages go.
    pub endpoint: Endpoint,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was taken out of use.
    pub retired_at: Option<Timestamp>,
    /// Why: the provider's reason code.
    pub retired_reason: Option<String>,
}

/// A device in use, to see whether it can still be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceInUse {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub number: ParticipantNumber,
    /// Where its messages go.
    pub endpoint: Endpoint,
    /// Whether it counts as one that no provider reaches.
    pub is_unserved: bool,
}

#[derive(FromRow)]
struct DeviceRow {
    id: Uuid,
    number: i64,
    endpoint_sealed: Vec<u8>,
    created_at: i64,
    retired_at: Option<i64>,
    retired_reason: Option<String>,
}

impl DeviceRow {
    fn open(self, keys: &Keyring) -> Result<Device> {
        Ok(Device {
            id: DeviceId::from_uuid(self.id),
            number: read_number(self.number)?,
            endpoint: keys.open_json(ENDPOINT, &self.endpoint_sealed)?,
            created_at: Timestamp::from_millis(self.created_at),
            retired_at: self.retired_at.map(Timestamp::from_millis),
            retired_reason: self.retired_reason,
        })
    }
}

/// The look-up hash of an endpoint: what the push service calls it, without its keys.
pub(super) fn endpoint_hash(keys: &Keyring, endpoint: &Endpoint) -> Vec<u8> {
    let name = match endpoint {
        Endpoint::Fcm { token } | Endpoint::Apns { token } => token,
        Endpoint::WebPush { url, .. } => url,
        Endpoint::Phone(address) | Endpoint::Mailbox(address) => address,
    };
    keys.hash(ENDPOINT, name)
}

impl Tx {
    /// Registers a device of a participant, or takes over the registration of the same endpoint; answers the
    /// id that it has, which is the older one when it was known.
    pub async fn insert_device(
        &mut self,
        keys: &Keyring,
        id: DeviceId,
        number: ParticipantNumber,
        endpoint: &Endpoint,
        now: Timestamp,
    ) -> Result<DeviceId> {
        let hash = endpoint_hash(keys, endpoint);
        let owner: Option<(i64,)> = self.find(FIND_OWNER, values![hash.clone()]).await?;
        let values = values![id, number, keys.seal_json(ENDPOINT, endpoint), hash, now];
        let stored: Option<(Uuid,)> = self.find(UPSERT, values).await?;
        let mut touched = vec![number];
        if let Some((owner,)) = owner {
            touched.push(read_number(owner)?);
        }
        self.refresh_reachability(&touched).await?;
        Ok(stored.map_or(id, |(stored,)| DeviceId::from_uuid(stored)))
    }

    /// A participant's devices, oldest first, retired ones included.
    pub async fn list_devices(&mut self, keys: &Keyring, number: ParticipantNumber) -> Result<Vec<Device>> {
        let rows: Vec<DeviceRow> = self.list(LIST, values![number]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Devices in use after this id, of all participants, at most `limit`; the first page comes after the nil id.
    pub async fn list_devices_in_use(
        &mut self,
        keys: &Keyring,
        after: DeviceId,
        limit: u32,
    ) -> Result<Vec<DeviceInUse>> {
        let rows: Vec<(Uuid, i64, Vec<u8>, i64)> = self.list(LIST_IN_USE, values![after, limit]).await?;
        rows.into_iter()
            .map(|(id, number, sealed, unserved)| {
                Ok(DeviceInUse {
                    id: DeviceId::from_uuid(id),
                    number: read_number(number)?,
                    endpoint: keys.open_json(ENDPOINT, &sealed)?,
                    is_unserved: unserved != 0,
                })
            })
            .collect()
    }

    /// Turns around whether these devices count as ones that no provider reaches, and tells the directories.
    pub async fn mark_devices_served_otherwise(&mut self, devices: &[DeviceInUse]) -> Result<()> {
        for device in devices {
            let unserved = u8::from(!device.is_unserved);
            self.execute(MARK_UNSERVED, values![device.id, unserved]).await?;
        }
        let numbers: Vec<_> = devices.iter().map(|device| device.number).collect();
        self.refresh_reachability(&numbers).await
    }

    /// How many devices of a participant are in use.
    pub async fn count_devices(&mut self, number: ParticipantNumber) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT, values![number]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// Whose living device this is.
    pub async fn find_number_by_device(
        &mut self,
        keys: &Keyring,
        endpoint: &Endpoint,
    ) -> Result<Option<ParticipantNumber>> {
        let hash = endpoint_hash(keys, endpoint);
        let row: Option<(i64,)> = self.find(FIND_LIVING_OWNER, values![hash]).await?;
        row.map(|(number,)| read_number(number)).transpose()
    }

    /// Forgets a device of this participant. False when it was not theirs.
    pub async fn delete_device(&mut self, number: ParticipantNumber, device: DeviceId) -> Result<bool> {
        let deleted = self.execute(DELETE, values![device, number]).await? > 0;
        if deleted {
            self.refresh_reachability(&[number]).await?;
        }
        Ok(deleted)
    }

    /// Forgets the devices that were taken out of use before a moment.
    pub async fn delete_retired_devices(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_RETIRED, values![before]).await
    }
}
