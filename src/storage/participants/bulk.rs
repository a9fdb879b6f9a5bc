//! Many participants at once: an import, or the population of a demonstration.

use super::super::{Result, StorageError, Store, Tx, devices};
use std::collections::HashSet;

use super::{NewParticipant, columns, contact_hashes, read_number};
use crate::domain::channel::Channel;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantNumber};
use crate::domain::participant::Contact;
use crate::storage::sealing::Keyring;

const INSERT_MANY: &str = "insert into participants (number, id, language, topics, wanted_channels, \
    reachable_channels, contact_sealed, places_sealed, email_hash, phone_hash, confirmed_at, changed_at)";
const INSERT_DEVICES: &str = "insert into devices (id, number, endpoint_sealed, endpoint_hash, created_at)";

/// The most participants that one call of [`Tx::insert_participants`] takes.
pub const BULK_CHUNK: usize = 5_000;

/// A participant with the devices that come along.
#[derive(Clone, Debug)]
pub struct BulkParticipant {
    /// The participant.
    pub new: NewParticipant,
    /// Endpoints of the app, none of them registered before.
    pub devices: Vec<(DeviceId, Endpoint)>,
}

/// Ends in the hashes.
const LIST_TAKEN_EMAILS: &str = "select email_hash from participants where email_hash in (";
const LIST_TAKEN_PHONES: &str = "select phone_hash from participants where phone_hash in (";

impl Store {
    /// Takes numbers for participants that `tx` is about to insert; answers the first.
    ///
    /// On a shared database they are taken apart from the transaction, so that a long import does not hold up
    /// everybody's registration; numbers of an import that fails stay unused.
    pub async fn reserve_participant_numbers(&self, tx: &mut Tx, count: usize) -> Result<ParticipantNumber> {
        let count = i64::try_from(count).map_err(|_| StorageError::Corrupt("count"))?;
        if self.is_shared() {
            let mut own = self.write().await?;
            let first = own.take_numbers("participant", count).await?;
            own.commit().await?;
            read_number(first)
        } else {
            read_number(tx.take_numbers("participant", count).await?)
        }
    }
}

impl Tx {
    /// Stores participants under the numbers from `first` on, without telling the directories: end with
    /// [`Tx::announce_participants`]. A unique violation when an address is another participant's.
    pub async fn insert_participants(
        &mut self,
        keys: &Keyring,
        first: ParticipantNumber,
        participants: &[BulkParticipant],
    ) -> Result<()> {
        let mut rows = Vec::with_capacity(participants.len());
        let mut device_rows = Vec::new();
        for (number, one) in (first..).zip(participants) {
            let mut channels = one.new.participant.contact.channels();
            if !one.devices.is_empty() {
                channels = channels.with(Channel::App);
            }
            rows.push(columns(keys, number, &one.new, one.new.wanted.and(channels)));
            for (device, endpoint) in &one.devices {
                device_rows.push(values![
                    *device,
                    number,
                    keys.seal_json(devices::ENDPOINT, endpoint),
                    devices::endpoint_hash(keys, endpoint),
                    one.new.confirmed_at,
                ]);
            }
        }
        self.insert_many(INSERT_MANY, rows).await?;
        self.insert_many(INSERT_DEVICES, device_rows).await
    }

    /// Which of these participants have an address that is taken: by someone stored, or by one before them
    /// in the list. In the order of the list.
    pub async fn find_taken_addresses(&mut self, keys: &Keyring, contacts: &[&Contact]) -> Result<Vec<bool>> {
        let hashes: Vec<_> = contacts
            .iter()
            .map(|contact| contact_hashes(keys, contact))
            .collect();
        let mut taken: HashSet<Vec<u8>> = HashSet::new();
        let emails = hashes.iter().filter_map(|(email, _)| email.clone());
        let phones = hashes.iter().filter_map(|(_, phone)| phone.clone());
        let rows: Vec<(Vec<u8>,)> = self.list_in(LIST_TAKEN_EMAILS, emails).await?;
        taken.extend(rows.into_iter().map(|(hash,)| hash));
        let rows: Vec<(Vec<u8>,)> = self.list_in(LIST_TAKEN_PHONES, phones).await?;
        taken.extend(rows.into_iter().map(|(hash,)| hash));
        // E-mail and telephone hashes differ by their column's name, so one set holds both.
        Ok(hashes
            .into_iter()
            .map(|(email, phone)| {
                let own: Vec<Vec<u8>> = email.into_iter().chain(phone).collect();
                let is_taken = own.iter().any(|hash| taken.contains(hash));
                if !is_taken {
                    taken.extend(own);
                }
                is_taken
            })
            .collect())
    }

    /// Tells the directories of the participants that [`Tx::insert_participants`] stored. Call it last.
    pub async fn announce_participants(
        &mut self,
        runs: &[(ParticipantNumber, ParticipantNumber)],
    ) -> Result<()> {
        for (first, last) in runs {
            self.append_run(*first, *last).await?;
        }
        Ok(())
    }
}
