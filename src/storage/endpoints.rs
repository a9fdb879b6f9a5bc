//! Where a batch's messages go, and which of these places turned out to be gone.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::participants::{CONTACT, read_language, read_number};
use super::sealing::Keyring;
use super::{Result, Tx, devices};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantNumber};
use crate::domain::language::Language;
use crate::domain::participant::Contact;

statements! {
    // Locks what is changed in the order that every other writer keeps: devices, then participants.
    RETIRE_DEVICE = "update devices set retired_at = $2, retired_reason = $3 \
        where id = $1 and retired_at is null returning number";
    MARK_DEAD = "update participants set dead_channels = dead_channels | $2 \
        where number = $1 and (dead_channels & $2) = 0";
}

/// Ends in the numbers. Bit 1 is the app: who turned it off since the wave was planned is left out.
const LIST_DEVICES: &str = "select d.number, p.language, d.id, d.endpoint_sealed from devices d \
    join participants p on p.number = d.number \
    where d.retired_at is null and d.unserved = 0 and (p.reachable_channels & 1) <> 0 and d.number in (";
const LIST_PHONES: &str = "select number, language, contact_sealed from participants \
    where (reachable_channels & 2) <> 0 and number in (";
const LIST_CALLED: &str = "select number, language, contact_sealed from participants \
    where (reachable_channels & 8) <> 0 and number in (";
const LIST_WITH_PHONE: &str =
    "select number from participants where (reachable_channels & 2) <> 0 and number in (";
const LIST_MAILBOXES: &str = "select number, language, contact_sealed from participants \
    where (reachable_channels & 4) <> 0 and number in (";

/// A participant with what a channel sends to.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressee {
    /// The participant.
    pub number: ParticipantNumber,
    /// The language of the message.
    pub language: Language,
    /// Where it goes: one address, or every device of the participant, each with its id.
    pub endpoints: Vec<(Option<DeviceId>, Endpoint)>,
}

/// An endpoint that a provider called gone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum GoneEndpoint {
    /// A device, unregistered or unsubscribed.
    Device {
        /// Which.
        id: DeviceId,
        /// The provider's reason code, without personal data.
        reason: String,
    },
    /// A telephone number or mailbox that does not exist.
    Address {
        /// Whose.
        number: ParticipantNumber,
        /// Which of the participant's addresses.
        channel: Channel,
    },
}

impl GoneEndpoint {
    /// Devices before addresses: the order in which every writer locks.
    const fn order(&self) -> (ParticipantNumber, Option<DeviceId>) {
        match self {
            Self::Device { id, .. } => (0, Some(*id)),
            Self::Address { number, .. } => (*number, None),
        }
    }
}

impl Tx {
    /// Where a channel's messages to these participants go, in the order of their numbers. Who left, turned
    /// the channel off or has no living endpoint on it any more is not in it.
    pub async fn list_endpoints(
        &mut self,
        keys: &Keyring,
        channel: Channel,
        numbers: &[ParticipantNumber],
    ) -> Result<Vec<Addressee>> {
        let mut found = match channel {
            Channel::App => self.list_device_endpoints(keys, numbers).await?,
            Channel::Sms => {
                self.list_address_endpoints(keys, LIST_PHONES, channel, numbers)
                    .await?
            }
            Channel::Voice => {
                self.list_address_endpoints(keys, LIST_CALLED, channel, numbers)
                    .await?
            }
            Channel::Email => {
                self.list_address_endpoints(keys, LIST_MAILBOXES, channel, numbers)
                    .await?
            }
        };
        found.sort_unstable_by_key(|one| one.number);
        Ok(found)
    }

    /// Of these participants, those who have a telephone and allow text messages.
    pub async fn list_reached_by_phone(
        &mut self,
        numbers: &[ParticipantNumber],
    ) -> Result<Vec<ParticipantNumber>> {
        let rows: Vec<(i64,)> = self.list_in(LIST_WITH_PHONE, numbers.iter().copied()).await?;
        rows.into_iter().map(|(number,)| read_number(number)).collect()
    }

    async fn list_device_endpoints(
        &mut self,
        keys: &Keyring,
        numbers: &[ParticipantNumber],
    ) -> Result<Vec<Addressee>> {
        let rows: Vec<(i64, String, Uuid, Vec<u8>)> =
            self.list_in(LIST_DEVICES, numbers.iter().copied()).await?;
        let mut by_number = BTreeMap::new();
        for (number, language, device, sealed) in rows {
            let number = read_number(number)?;
            let language = read_language(&language)?;
            by_number
                .entry(number)
                .or_insert_with(|| Addressee {
                    number,
                    language,
                    endpoints: Vec::with_capacity(1),
                })
                .endpoints
                .push((
                    Some(DeviceId::from_uuid(device)),
                    keys.open_json(devices::ENDPOINT, &sealed)?,
                ));
        }
        Ok(by_number.into_values().collect())
    }

    async fn list_address_endpoints(
        &mut self,
        keys: &Keyring,
        head: &'static str,
        channel: Channel,
        numbers: &[ParticipantNumber],
    ) -> Result<Vec<Addressee>> {
        let rows: Vec<(i64, String, Vec<u8>)> = self.list_in(head, numbers.iter().copied()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (number, language, sealed) in rows {
            let contact: Contact = keys.open_json(CONTACT, &sealed)?;
            found.push(Addressee {
                number: read_number(number)?,
                language: read_language(&language)?,
                endpoints: contact
                    .endpoints()
                    .filter(|endpoint| endpoint.is_reached_by(channel))
                    .map(|endpoint| (None, endpoint))
                    .collect(),
            });
        }
        Ok(found)
    }

    /// Takes endpoints out of use that a provider called gone, so that nobody counts on them or sends there
    /// again, and tells the directories. Answers how many were in use.
    pub async fn retire_endpoints(&mut self, gone: &[GoneEndpoint], now: Timestamp) -> Result<u64> {
        // In one order everywhere, so that two transactions never wait for each other crosswise.
        let mut gone: Vec<&GoneEndpoint> = gone.iter().collect();
        gone.sort_unstable_by_key(|one| one.order());
        let mut numbers = Vec::with_capacity(gone.len());
        for one in gone {
            match one {
                GoneEndpoint::Device { id, reason } => {
                    let values = values![*id, now, reason.as_str()];
                    let row: Option<(i64,)> = self.find(RETIRE_DEVICE, values).await?;
                    if let Some((number,)) = row {
                        numbers.push(read_number(number)?);
                    }
                }
                GoneEndpoint::Address { number, channel } => {
                    let bit = ChannelSet::NONE.with(*channel).bits();
                    if self.execute(MARK_DEAD, values![*number, bit]).await? > 0 {
                        numbers.push(*number);
                    }
                }
            }
        }
        if !numbers.is_empty() {
            self.refresh_reachability(&numbers).await?;
        }
        Ok(numbers.len() as u64)
    }

    /// Takes one device out of use: see [`Tx::retire_endpoints`]. False when it was not in use.
    pub async fn retire_device(&mut self, device: DeviceId, reason: &str, now: Timestamp) -> Result<bool> {
        let gone = GoneEndpoint::Device {
            id: device,
            reason: reason.to_owned(),
        };
        Ok(self.retire_endpoints(&[gone], now).await? > 0)
    }
}

#[cfg(test)]
mod tests;
