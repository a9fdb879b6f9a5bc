//! The audit log: what whoever may do much did, kept in the transaction of the deed, and read by those who watch.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Desk, Permission, Result, Scope};
use crate::domain::action::{self, Action};
use crate::domain::actor::Actor;
use crate::domain::audit::{Deed, Subject};
use crate::domain::id::{AccountId, RegionId};
use crate::storage::audit::{AuditEntry, AuditFilter, AuditRecord, hex};
use crate::storage::{StorageError, Tx};

/// The most entries of one page.
pub const MAX_AUDIT: u32 = 200;

/// The context under which settings are compared.
const SETTINGS: &str = "audit_log.settings";

/// A page of the log, the newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditRecord>,
    /// The number before which the next page begins; none at the end.
    pub next: Option<i64>,
}

impl Desk {
    /// What was done in the caller's part of the territory, the newest first. What concerns the whole installation is
    /// seen by those who work for all of it.
    pub async fn list_audit(
        &self,
        scope: &Scope,
        filter: AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<AuditPage> {
        let territory = self.directory().territory();
        let region = filter.region.unwrap_or(scope.region);
        scope.require_in(Permission::SeeAuditLog, &territory, region, "region")?;
        let is_all = territory
            .get(region)
            .is_some_and(|region| region.parent.is_none());
        let filter = AuditFilter {
            region: (!is_all).then_some(region),
            ..filter
        };
        let limit = limit.clamp(1, MAX_AUDIT);
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let mut entries = tx.list_audit(&parts.keys, &filter, before, limit + 1).await?;
        let has_more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| has_more).map(|entry| entry.number);
        Ok(AuditPage { entries, next })
    }

    /// Reads the whole log and holds it against its hashes and signature. Answers how many entries are as they were
    /// written, or the number of the first that is not.
    pub async fn verify_audit(&self, scope: &Scope) -> Result<Result<i64, i64>> {
        scope.require(Permission::SeeAuditLog)?;
        let parts = self.parts();
        let verified = parts.store.read().await?.verify_audit(&parts.keys).await?;
        Ok(verified.map_err(|fault| fault.number))
    }

    /// Keeps a deed of whoever has this scope. Call it after everything else in the transaction but the events.
    pub(in crate::desk) async fn record(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        deed: Deed,
        on: (Option<Subject>, Option<RegionId>),
        detail: Json,
    ) -> Result<()> {
        let entry = AuditEntry {
            at: self.now(),
            actor: scope.actor(),
            deed,
            subject: on.0,
            region: on.1,
            detail,
            personal: Json::Null,
        };
        tx.append_audit(&self.parts().keys, &entry).await?;
        Ok(())
    }

    /// Keeps a deed of somebody who is only about to be signed in.
    pub(in crate::desk) async fn record_by(
        &self,
        tx: &mut Tx,
        account: AccountId,
        deed: Deed,
        on: (Option<Subject>, Option<RegionId>),
        detail: Json,
    ) -> Result<()> {
        let entry = AuditEntry {
            at: self.now(),
            actor: Actor::Account(account),
            deed,
            subject: on.0,
            region: on.1,
            detail,
            personal: Json::Null,
        };
        tx.append_audit(&self.parts().keys, &entry).await?;
        Ok(())
    }

    /// Keeps what was done with an action; it counts as practice of whoever did it.
    pub(in crate::desk) async fn record_of_action(
        &self,
        tx: &mut Tx,
        deed: Deed,
        action: &Action,
        done: action::Deed,
    ) -> Result<()> {
        let entry = AuditEntry {
            at: done.at,
            actor: Actor::from(done.by),
            deed,
            subject: Some(action.id.into()),
            region: Some(action.region),
            detail: json!({ "number": action.number, "kind": action.content.kind }),
            personal: Json::Null,
        };
        self.note_practice(tx, done.by, done.at).await?;
        tx.append_audit(&self.parts().keys, &entry).await?;
        Ok(())
    }

    /// Opens the log of a database that has none yet, and says how many accounts were there already: none in a new
    /// one, and all of them after the version that brought the log. Any other time the log was taken away.
    pub async fn open_audit_log(&self) -> Result<(), StorageError> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        if tx.find_audit_head().await?.is_some() {
            return Ok(());
        }
        let accounts = tx.count_accounts().await?;
        let entry = AuditEntry {
            at: self.now(),
            actor: Actor::System,
            deed: Deed::LogOpened,
            subject: None,
            region: None,
            detail: json!({ "accounts": accounts }),
            personal: Json::Null,
        };
        tx.append_audit(&parts.keys, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps that the configuration differs from that of the start before, and in which sections; nothing when it does
    /// not. `digests` tell each section from another; a keyed hash of them is kept, since a section may hold secrets.
    pub async fn record_settings(&self, digests: &BTreeMap<String, [u8; 32]>) -> Result<(), StorageError> {
        let parts = self.parts();
        let keyed: BTreeMap<&str, String> = digests
            .iter()
            .map(|(name, digest)| {
                let hash = parts.keys.hash(SETTINGS, &format!("{name} {}", hex(digest)));
                (name.as_str(), hex(&hash[..12]))
            })
            .collect();
        let mut tx = parts.store.write().await?;
        let filter = AuditFilter {
            deed: Some(Deed::SettingsChanged),
            ..AuditFilter::default()
        };
        let before = tx.list_audit(&parts.keys, &filter, None, 1).await?;
        let before = before.first().map(|entry| &entry.detail["sections"]);
        let is_same = |name: &str| before.is_some_and(|before| before[name] == json!(keyed.get(name)));
        let mut changed: Vec<&str> = keyed.keys().copied().filter(|name| !is_same(name)).collect();
        let gone = before.and_then(Json::as_object).into_iter().flatten();
        changed.extend(
            gone.map(|(name, _)| name.as_str())
                .filter(|name| !keyed.contains_key(name)),
        );
        if changed.is_empty() {
            return Ok(());
        }
        let entry = AuditEntry {
            at: self.now(),
            actor: Actor::System,
            deed: Deed::SettingsChanged,
            subject: None,
            region: None,
            detail: json!({ "changed": changed, "sections": keyed }),
            personal: Json::Null,
        };
        tx.append_audit(&parts.keys, &entry).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests;
