//! Participants as they are stored: addresses and places sealed, addresses found again by a keyed hash.
//!
//! Every write tells the directories (`append_change`), as the last thing it does.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ParticipantId, ParticipantNumber};
use crate::domain::language::Language;
use crate::domain::participant::{Contact, Participant, Topics};

pub mod bulk;
pub(super) mod places;
pub mod reachability;
pub(super) mod rest;

statements! {
    INSERT = "insert into participants (number, id, language, topics, wanted_channels, reachable_channels, \
        contact_sealed, places_sealed, email_hash, phone_hash, confirmed_at, changed_at, quiet_from, quiet_to, \
        quiet_urgent, weekly_limit) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    FIND_BY_NUMBER = "select number, id, language, topics, wanted_channels, reachable_channels, dead_channels, \
        contact_sealed, places_sealed, confirmed_at, changed_at, quiet_from, quiet_to, quiet_urgent, weekly_limit \
        from participants where number = $1";
    FIND_BY_ID = "select number, id, language, topics, wanted_channels, reachable_channels, dead_channels, \
        contact_sealed, places_sealed, confirmed_at, changed_at, quiet_from, quiet_to, quiet_urgent, weekly_limit \
        from participants where id = $1";
    FIND_BY_EMAIL = "select number from participants where email_hash = $1";
    FIND_BY_PHONE = "select number from participants where phone_hash = $1";
    UPDATE = "update participants set language = $2, topics = $3, wanted_channels = $4, contact_sealed = $5, \
        places_sealed = $6, email_hash = $7, phone_hash = $8, dead_channels = $9, changed_at = $10, \
        quiet_from = $11, quiet_to = $12, quiet_urgent = $13, weekly_limit = $14 where number = $1";
    STREAM = "select number, id, language, topics, wanted_channels, reachable_channels, dead_channels, \
        contact_sealed, places_sealed, confirmed_at, changed_at, quiet_from, quiet_to, quiet_urgent, weekly_limit \
        from participants where number > $1 \
        order by number limit $2";
    COUNT = "select count(*) from participants";
    FIND_ID = "select id from participants where number = $1";
    DELETE_DEVICES = "delete from devices where number = $1";
    DELETE_SESSIONS = "delete from sessions where participant_number = $1";
    // What was told stays with its action, without saying by whom.
    FORGET_IN_TIPS = "update tips set participant_number = null where participant_number = $1";
    FORGET_IN_SEARCHES = "update searches set participant_number = null where participant_number = $1";
    DELETE = "delete from participants where number = $1";
}

pub(super) const CONTACT: &str = "participants.contact";
pub(super) const PLACES: &str = "participants.places";
const EMAIL: &str = "participants.email";
const PHONE: &str = "participants.phone";

/// A participant with what only storage knows.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredParticipant {
    /// The dense number inside.
    pub number: ParticipantNumber,
    /// What the participant told us; all addresses are confirmed.
    pub participant: Participant,
    /// The channels the participant allows.
    pub wanted: ChannelSet,
    /// The channels that are allowed and have a living address or device.
    pub reachable: ChannelSet,
    /// The channels whose address a provider called non-existent.
    pub dead: ChannelSet,
    /// When the participant came.
    pub confirmed_at: Timestamp,
    /// When the participant last changed something.
    pub changed_at: Timestamp,
}

/// A participant to be stored, with confirmed addresses only.
#[derive(Clone, Debug)]
pub struct NewParticipant {
    /// What the participant told us.
    pub participant: Participant,
    /// The channels the participant allows.
    pub wanted: ChannelSet,
    /// When the first address was confirmed.
    pub confirmed_at: Timestamp,
}

#[derive(FromRow)]
struct ParticipantRow {
    number: i64,
    id: Uuid,
    language: String,
    topics: i64,
    wanted_channels: i64,
    reachable_channels: i64,
    dead_channels: i64,
    contact_sealed: Vec<u8>,
    places_sealed: Vec<u8>,
    confirmed_at: i64,
    changed_at: i64,
    quiet_from: Option<i64>,
    quiet_to: Option<i64>,
    quiet_urgent: i64,
    weekly_limit: Option<i64>,
}

/// A participant's number as it comes from the database.
pub(super) fn read_number(number: i64) -> Result<ParticipantNumber> {
    u32::try_from(number).map_err(|_| StorageError::Corrupt("participants.number"))
}

/// A set of channels as it comes from the database.
pub(super) fn read_channels(bits: i64) -> Result<ChannelSet> {
    u8::try_from(bits)
        .map(ChannelSet::from_bits)
        .map_err(|_| StorageError::Corrupt("participants.channels"))
}

/// A set of topics as it comes from the database.
pub(super) fn read_topics(bits: i64) -> Result<Topics> {
    u8::try_from(bits)
        .map(Topics::from_bits)
        .map_err(|_| StorageError::Corrupt("participants.topics"))
}

/// A language as it comes from the database.
pub(super) fn read_language(tag: &str) -> Result<Language> {
    tag.parse()
        .map_err(|_| StorageError::Corrupt("participants.language"))
}

impl ParticipantRow {
    fn open(self, keys: &Keyring) -> Result<StoredParticipant> {
        Ok(StoredParticipant {
            number: read_number(self.number)?,
            participant: Participant {
                id: ParticipantId::from_uuid(self.id),
                language: read_language(&self.language)?,
                contact: keys.open_json(CONTACT, &self.contact_sealed)?,
                places: places::read(&keys.open(PLACES, &self.places_sealed)?)?,
                topics: read_topics(self.topics)?,
                rest: rest::read(
                    self.quiet_from,
                    self.quiet_to,
                    self.quiet_urgent,
                    self.weekly_limit,
                )?,
            },
            wanted: read_channels(self.wanted_channels)?,
            reachable: read_channels(self.reachable_channels)?,
            dead: read_channels(self.dead_channels)?,
            confirmed_at: Timestamp::from_millis(self.confirmed_at),
            changed_at: Timestamp::from_millis(self.changed_at),
        })
    }
}

/// The look-up hash of a confirmed or claimed address; none for a device.
pub fn address_hash(keys: &Keyring, address: &Endpoint) -> Option<Vec<u8>> {
    match address {
        // Nobody gives `Jan@` and `jan@` to different people.
        Endpoint::Mailbox(mailbox) => Some(keys.hash(EMAIL, &mailbox.to_ascii_lowercase())),
        Endpoint::Phone(number) => Some(keys.hash(PHONE, number)),
        Endpoint::Fcm { .. } | Endpoint::Apns { .. } | Endpoint::WebPush { .. } => None,
    }
}

/// The look-up hashes of an e-mail address and a telephone number.
fn contact_hashes(keys: &Keyring, contact: &Contact) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    (
        contact
            .email
            .as_ref()
            .map(|email| keys.hash(EMAIL, &email.lookup_form())),
        contact
            .phone
            .as_ref()
            .map(|phone| keys.hash(PHONE, phone.as_str())),
    )
}

/// The columns of a row to be inserted, in the order of [`INSERT`].
fn columns(
    keys: &Keyring,
    number: ParticipantNumber,
    new: &NewParticipant,
    reachable: ChannelSet,
) -> Vec<super::statement::Value> {
    let participant = &new.participant;
    let (email_hash, phone_hash) = contact_hashes(keys, &participant.contact);
    let mut columns = values![
        number,
        participant.id,
        participant.language.tag(),
        participant.topics.bits(),
        new.wanted.bits(),
        reachable.bits(),
        keys.seal_json(CONTACT, &participant.contact),
        keys.seal(PLACES, &places::write(&participant.places)),
        email_hash,
        phone_hash,
        new.confirmed_at,
        new.confirmed_at,
    ];
    columns.extend(rest::columns(participant.rest));
    columns
}

impl Tx {
    /// Stores a participant without devices; answers its number. A unique violation
    /// ([`StorageError::is_conflict`]) when an address is another participant's.
    pub async fn insert_participant(
        &mut self,
        keys: &Keyring,
        new: &NewParticipant,
    ) -> Result<ParticipantNumber> {
        let number = read_number(self.take_numbers("participant", 1).await?)?;
        let reachable = new.wanted.and(new.participant.contact.channels());
        self.execute(INSERT, columns(keys, number, new, reachable))
            .await?;
        self.append_change(number).await?;
        Ok(number)
    }

    /// The participant of this number.
    pub async fn find_participant(
        &mut self,
        keys: &Keyring,
        number: ParticipantNumber,
    ) -> Result<Option<StoredParticipant>> {
        let row: Option<ParticipantRow> = self.find(FIND_BY_NUMBER, values![number]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The participant of this public id.
    pub async fn find_participant_by_id(
        &mut self,
        keys: &Keyring,
        id: ParticipantId,
    ) -> Result<Option<StoredParticipant>> {
        let row: Option<ParticipantRow> = self.find(FIND_BY_ID, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Whose confirmed address this is; for a device, whose living device.
    pub async fn find_number_by_address(
        &mut self,
        keys: &Keyring,
        address: &Endpoint,
    ) -> Result<Option<ParticipantNumber>> {
        let statement = match address.channel() {
            Channel::Email => FIND_BY_EMAIL,
            Channel::Sms | Channel::Voice => FIND_BY_PHONE,
            Channel::App => return self.find_number_by_device(keys, address).await,
        };
        let row: Option<(i64,)> = self.find(statement, values![address_hash(keys, address)]).await?;
        row.map(|(number,)| read_number(number)).transpose()
    }

    /// Replaces what a participant told us, and works out again what reaches them. An address that is new
    /// counts as living. False when there is no such participant.
    pub async fn update_participant(
        &mut self,
        keys: &Keyring,
        changed: &StoredParticipant,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(before) = self.find_participant(keys, changed.number).await? else {
            return Ok(false);
        };
        let (old, new) = (&before.participant.contact, &changed.participant.contact);
        let mut dead = before.dead;
        if old.email != new.email {
            dead = dead.without(Channel::Email);
        }
        if old.phone != new.phone {
            dead = dead.without(Channel::Sms).without(Channel::Voice);
        }
        let (email_hash, phone_hash) = contact_hashes(keys, new);
        let mut values = values![
            changed.number,
            changed.participant.language.tag(),
            changed.participant.topics.bits(),
            changed.wanted.bits(),
            keys.seal_json(CONTACT, new),
            keys.seal(PLACES, &places::write(&changed.participant.places)),
            email_hash,
            phone_hash,
            dead.bits(),
            now,
        ];
        values.extend(rest::columns(changed.participant.rest));
        if self.execute(UPDATE, values).await? == 0 {
            return Ok(false);
        }
        self.refresh_reachability(&[changed.number]).await?;
        Ok(true)
    }

    /// Erases a participant: row, devices and sessions; tips no longer say whose they are. What stays is the public
    /// id among the erasures, so that no backup brings the participant back. False when there was none.
    pub async fn erase_participant(&mut self, number: ParticipantNumber, now: Timestamp) -> Result<bool> {
        let id: Option<(Uuid,)> = self.find(FIND_ID, values![number]).await?;
        let Some((id,)) = id else { return Ok(false) };
        if !self.remove_participant(number).await? {
            return Ok(false);
        }
        self.append_erasure(ParticipantId::from_uuid(id), now).await?;
        Ok(true)
    }

    /// The same without writing it down.
    pub(super) async fn remove_participant(&mut self, number: ParticipantNumber) -> Result<bool> {
        // Devices first, as where they are retired: two transactions never wait for each other crosswise.
        self.execute(DELETE_DEVICES, values![number]).await?;
        self.execute(DELETE_SESSIONS, values![number]).await?;
        if self.execute(DELETE, values![number]).await? == 0 {
            return Ok(false);
        }
        // After the row: a tip that comes in holds it until it is stored.
        self.execute(FORGET_IN_TIPS, values![number]).await?;
        self.execute(FORGET_IN_SEARCHES, values![number]).await?;
        self.append_change(number).await?;
        Ok(true)
    }

    /// A page of participants by number, after `after`: for an export.
    pub async fn list_participants(
        &mut self,
        keys: &Keyring,
        after: ParticipantNumber,
        limit: u32,
    ) -> Result<Vec<StoredParticipant>> {
        let rows: Vec<ParticipantRow> = self.list(STREAM, values![after, limit]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// How many there are.
    pub async fn count_participants(&mut self) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT, vec![]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests;
