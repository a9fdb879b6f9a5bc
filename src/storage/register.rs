//! The register of telephone numbers and links that texts may hold.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::check::{Dialled, LinkPrefix};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, AllowedId, RegionId};

statements! {
    INSERT = "insert into allowed_contacts (id, region_id, kind, value, note_sealed, added_by, added_at) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "select id, region_id, kind, value, note_sealed, added_by, added_at from allowed_contacts \
        where removed_at is null order by kind desc, value, id limit 10000";
    FIND = "select id, region_id, kind, value, note_sealed, added_by, added_at from allowed_contacts \
        where id = $1 and removed_at is null";
    REMOVE = "update allowed_contacts set removed_by = $2, removed_at = $3 where id = $1 and removed_at is null";
}

const NOTE: &str = "allowed_contacts.note";

/// What a text may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A telephone number.
    Number(Dialled),
    /// A link.
    Link(LinkPrefix),
}

impl Contact {
    /// The kind in API and database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Link(_) => "link",
        }
    }

    /// The one form that it has.
    pub fn value(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Link(link) => link.to_string(),
        }
    }

    fn read(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "number" => Dialled::stored(value).map(Self::Number),
            "link" => LinkPrefix::read(value).ok().map(Self::Link),
            _ => None,
        }
    }
}

/// An entry of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Its id.
    pub id: AllowedId,
    /// Where it holds: in this region and everything inside; everywhere when none.
    pub region: Option<RegionId>,
    /// What it allows.
    pub contact: Contact,
    /// What it is for.
    pub note: Option<String>,
    /// Who added it; none for what was there from the beginning.
    pub added_by: Option<AccountId>,
    /// When.
    pub added_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    region_id: Option<Uuid>,
    kind: String,
    value: String,
    note_sealed: Option<Vec<u8>>,
    added_by: Option<Uuid>,
    added_at: i64,
}

impl Row {
    fn open(self, keys: &Keyring) -> Result<Allowed> {
        let contact = Contact::read(&self.kind, &self.value);
        Ok(Allowed {
            id: AllowedId::from_uuid(self.id),
            region: self.region_id.map(RegionId::from_uuid),
            contact: contact.ok_or(StorageError::Corrupt("allowed_contacts"))?,
            note: self
                .note_sealed
                .map(|sealed| keys.open_json(NOTE, &sealed))
                .transpose()?,
            added_by: self.added_by.map(AccountId::from_uuid),
            added_at: Timestamp::from_millis(self.added_at),
        })
    }
}

impl Tx {
    /// Adds an entry; a conflict when the region has it already.
    pub async fn insert_allowed(&mut self, keys: &Keyring, entry: &Allowed) -> Result<()> {
        let values = values![
            entry.id,
            entry.region,
            entry.contact.kind(),
            entry.contact.value(),
            entry.note.as_ref().map(|note| keys.seal_json(NOTE, note)),
            entry.added_by,
            entry.added_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// All entries, numbers first.
    pub async fn list_allowed(&mut self, keys: &Keyring) -> Result<Vec<Allowed>> {
        let rows: Vec<Row> = self.list(LIST, vec![]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// The entry of this id.
    pub async fn find_allowed(&mut self, keys: &Keyring, id: AllowedId) -> Result<Option<Allowed>> {
        let row: Option<Row> = self.find(FIND, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Takes an entry out; what it was and who did so stays stored. False when it was out already.
    pub async fn mark_allowed_removed(
        &mut self,
        id: AllowedId,
        by: AccountId,
        at: Timestamp,
    ) -> Result<bool> {
        Ok(self.execute(REMOVE, values![id, by, at]).await? == 1)
    }
}
