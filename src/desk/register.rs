//! The register of telephone numbers and links that texts may hold. What is not in it goes out in no text.

use serde_json::json;

use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::check::{Dialled, LinkPrefix, Register};
use crate::domain::id::{AllowedId, RegionId};
use crate::domain::problem::{FieldProblem, ProblemCode, Problems};
use crate::storage::Tx;
use crate::storage::register::{Allowed, Contact};

/// The most entries of one region.
const MAX_ENTRIES: usize = 500;
/// The most characters of a note.
const MAX_NOTE_CHARS: usize = 200;

/// Something to be allowed, as it is typed.
#[derive(Clone, Debug)]
pub struct NewAllowed {
    /// Where it holds, with everything inside; the caller's own region when left out.
    pub region: Option<RegionId>,
    /// A telephone number.
    pub number: Option<String>,
    /// A link: a host, with the beginning of a path.
    pub link: Option<String>,
    /// What it is for.
    pub note: Option<String>,
}

impl NewAllowed {
    fn contact(&self) -> Result<Contact> {
        match (&self.number, &self.link) {
            (Some(number), None) => {
                let number = Dialled::read(number);
                let number =
                    number.ok_or_else(|| DeskError::invalid("number", ProblemCode::RegisterNumber))?;
                Ok(Contact::Number(number))
            }
            (None, Some(link)) => LinkPrefix::read(link).map(Contact::Link).map_err(|problem| {
                let field = FieldProblem::new("link", ProblemCode::RegisterLink);
                vec![field.saying(problem.said().sentence())].into()
            }),
            _ => Err(DeskError::invalid("number", ProblemCode::Missing)),
        }
    }
}

impl Desk {
    /// What holds in the caller's part of the territory, or in a part of it.
    pub async fn list_register(&self, scope: &Scope) -> Result<Vec<Allowed>> {
        scope.require(Permission::SeeRegister)?;
        let territory = self.directory().territory();
        let mut tx = self.parts().store.read().await?;
        let mut entries = tx.list_allowed(&self.parts().keys).await?;
        entries.retain(|entry| {
            entry.region.is_none_or(|region| {
                territory.contains(scope.region, region) || territory.contains(region, scope.region)
            })
        });
        Ok(entries)
    }

    /// Allows a number or a link.
    pub async fn add_allowed(&self, scope: &Scope, new: NewAllowed) -> Result<Allowed> {
        scope.require(Permission::KeepRegister)?;
        let region = new.region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::KeepRegister, &territory, region, "region")?;
        let contact = new.contact()?;
        let note = new
            .note
            .map(|note| note.trim().to_owned())
            .filter(|note| !note.is_empty());
        let mut problems = Problems::default();
        problems.check_text("note", note.as_deref().unwrap_or_default(), MAX_NOTE_CHARS, false);
        problems.or(())?;
        let now = self.now();
        let entry = Allowed {
            id: AllowedId::new(now, &self.parts().random),
            region: Some(region),
            contact,
            note,
            added_by: Some(scope.account),
            added_at: now,
        };
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.write().await?;
        let there = tx.list_allowed(keys).await?;
        if there
            .iter()
            .any(|other| other.contact == entry.contact && other.region.is_none_or(|of| of == region))
        {
            return Err(Reason::AlreadyAllowed.into());
        }
        if there.iter().filter(|other| other.region == Some(region)).count() >= MAX_ENTRIES {
            return Err(Reason::RegisterFull.into());
        }
        tx.insert_allowed(keys, &entry).await.map_err(|error| {
            if error.is_conflict() {
                Reason::AlreadyAllowed.into()
            } else {
                DeskError::from(error)
            }
        })?;
        self.record_entry(&mut tx, scope, Deed::RegisterAdded, &entry)
            .await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// Takes an entry out. What holds everywhere is taken out by whoever keeps the top of the territory.
    pub async fn remove_allowed(&self, scope: &Scope, id: AllowedId) -> Result<()> {
        scope.require(Permission::KeepRegister)?;
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.write().await?;
        let entry = tx
            .find_allowed(keys, id)
            .await?
            .ok_or(DeskError::NotFound("entry"))?;
        let territory = self.directory().territory();
        match entry.region {
            Some(region) => scope.require_in(Permission::KeepRegister, &territory, region, "entry")?,
            None if territory.roots().any(|root| root.id == scope.region) => {}
            None => return Err(Reason::Role.into()),
        }
        if !tx.mark_allowed_removed(id, scope.account, self.now()).await? {
            return Err(DeskError::NotFound("entry"));
        }
        self.record_entry(&mut tx, scope, Deed::RegisterRemoved, &entry)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn record_entry(&self, tx: &mut Tx, scope: &Scope, deed: Deed, entry: &Allowed) -> Result<()> {
        let detail = json!({ "kind": entry.contact.kind(), "value": entry.contact.value() });
        let subject = Some(entry.id.into());
        self.record(tx, scope, deed, (subject, entry.region), detail)
            .await
    }

    /// What texts of an action of this region may hold.
    pub(super) async fn register_of(&self, tx: &mut Tx, of: RegionId) -> Result<Register> {
        let territory = self.directory().territory();
        let mut register = Register::default();
        for entry in tx.list_allowed(&self.parts().keys).await? {
            if entry.region.is_none_or(|region| territory.contains(region, of)) {
                match entry.contact {
                    Contact::Number(number) => register.add_number(number),
                    Contact::Link(link) => register.add_link(link),
                }
            }
        }
        Ok(register)
    }
}

#[cfg(test)]
mod tests;
