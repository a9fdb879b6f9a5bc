//! Many participants at once: an import, or the population of a demonstration.

use std::collections::HashSet;

use super::super::{Result, StorageError, Store, Tx, devices};
use super::{NewParticipant, columns, contact_hashes, read_number};
use crate::domain::channel::Channel;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantNumber};
use crate::storage::sealing::Keyring;
use crate::storage::statement::Value;

const INSERT_MANY: &str = "insert into participants (number, id, language, topics, wanted_channels, \
    reachable_channels, contact_sealed, places_sealed, email_hash, phone_hash, confirmed_at, changed_at, \
    quiet_from, quiet_to, quiet_urgent, weekly_limit)";
const INSERT_DEVICES: &str = "insert into devices (id, number, endpoint_sealed, endpoint_hash, created_at)";

/// How many participants one call of [`Tx::insert_participants`] should take, for memory's sake.
pub const BULK_CHUNK: usize = 5_000;

/// A participant with the devices that come along.
#[derive(Clone, Debug)]
pub struct BulkParticipant {
    /// The participant.
    pub new: NewParticipant,
    /// Endpoints of the app, none of them registered before.
    pub devices: Vec<(DeviceId, Endpoint)>,
}

impl BulkParticipant {
    /// Makes it ready to be stored. That takes about as long as storing it, and no database: do it beside.
    pub fn seal(&self, keys: &Keyring) -> SealedParticipant {
        let new = &self.new;
        let mut channels = new.participant.contact.channels();
        if !self.devices.is_empty() {
            channels = channels.with(Channel::App);
        }
        let device = |(device, endpoint): &(DeviceId, Endpoint)| {
            values![
                *device,
                UNNUMBERED,
                keys.seal_json(devices::ENDPOINT, endpoint),
                devices::endpoint_hash(keys, endpoint),
                new.confirmed_at,
            ]
        };
        let (email_hash, phone_hash) = contact_hashes(keys, &new.participant.contact);
        SealedParticipant {
            row: columns(keys, UNNUMBERED, new, new.wanted.and(channels)),
            devices: self.devices.iter().map(device).collect(),
            email_hash,
            phone_hash,
        }
    }
}

/// A participant as the rows to be stored, in which only the number is missing.
pub struct SealedParticipant {
    row: Vec<Value>,
    devices: Vec<Vec<Value>>,
    email_hash: Option<Vec<u8>>,
    phone_hash: Option<Vec<u8>>,
}

impl std::fmt::Debug for SealedParticipant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedParticipant(..)")
    }
}

/// Stands where the number comes.
const UNNUMBERED: ParticipantNumber = 0;

/// From so many on, PostgreSQL's planner is told at once: until it looks for itself, a minute later, it would read
/// whole tables where an index serves.
const MANY: u64 = 1_000;

statements! {
    ANALYZE_PARTICIPANTS = { sqlite: "select 1", postgres: "analyze participants" };
    ANALYZE_DEVICES = { sqlite: "select 1", postgres: "analyze devices" };
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
        first: ParticipantNumber,
        participants: impl IntoIterator<Item = SealedParticipant>,
    ) -> Result<()> {
        let (mut rows, mut device_rows) = (Vec::new(), Vec::new());
        for (number, mut one) in (first..).zip(participants) {
            one.row[0] = number.into();
            rows.push(one.row);
            for mut device in one.devices {
                device[1] = number.into();
                device_rows.push(device);
            }
        }
        self.insert_many(INSERT_MANY, rows).await?;
        self.insert_many(INSERT_DEVICES, device_rows).await
    }

    /// Which of these participants have an address that is taken: by someone stored, or by one before them
    /// in the list. In the order of the list.
    pub async fn find_taken_addresses(&mut self, participants: &[SealedParticipant]) -> Result<Vec<bool>> {
        let mut taken: HashSet<Vec<u8>> = HashSet::new();
        let emails = participants.iter().filter_map(|one| one.email_hash.clone());
        let rows: Vec<(Vec<u8>,)> = self.list_in(LIST_TAKEN_EMAILS, emails).await?;
        taken.extend(rows.into_iter().map(|(hash,)| hash));
        let phones = participants.iter().filter_map(|one| one.phone_hash.clone());
        let rows: Vec<(Vec<u8>,)> = self.list_in(LIST_TAKEN_PHONES, phones).await?;
        taken.extend(rows.into_iter().map(|(hash,)| hash));
        // E-mail and telephone hashes differ by their column's name, so one set holds both.
        let mut is_taken = |one: &SealedParticipant| {
            let own = || one.email_hash.iter().chain(&one.phone_hash);
            let is_taken = own().any(|hash| taken.contains(hash));
            if !is_taken {
                taken.extend(own().cloned());
            }
            is_taken
        };
        Ok(participants.iter().map(&mut is_taken).collect())
    }

    /// Tells the directories of the participants that [`Tx::insert_participants`] stored. Call it last.
    pub async fn announce_participants(
        &mut self,
        runs: &[(ParticipantNumber, ParticipantNumber)],
    ) -> Result<()> {
        let count: u64 = runs.iter().map(|(first, last)| u64::from(last - first) + 1).sum();
        if count >= MANY {
            self.execute(ANALYZE_PARTICIPANTS, vec![]).await?;
            self.execute(ANALYZE_DEVICES, vec![]).await?;
        }
        for (first, last) in runs {
            self.append_run(*first, *last).await?;
        }
        Ok(())
    }
}
