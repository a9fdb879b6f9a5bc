//! Making a backup while the service runs.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::BackupError;
use super::sealed_file::{Head, checksum, create_private, seal};
use crate::domain::actor::Actor;
use crate::domain::audit::Deed;
use crate::domain::clock::Clock;
use crate::domain::realm::Realm;
use crate::storage::Store;
use crate::storage::audit::AuditEntry;
use crate::storage::sealing::Keyring;

/// A backup that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Made {
    /// Where it is.
    pub file: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// The checksum of the file, for whoever keeps it.
    pub sha256: String,
    /// What it says of itself.
    #[serde(flatten)]
    pub head: Head,
}

/// Copies the database as it is at this moment into a new sealed file, and notes it in the database. What stands beside
/// the file meanwhile holds what the database holds, for its owner alone, and is removed in any case.
pub async fn make(
    store: &Store,
    keys: &Keyring,
    realm: Realm,
    clock: &Clock,
    target: &Path,
) -> Result<Made, BackupError> {
    let made_at = clock.now();
    if target.exists() {
        return Err(BackupError::Present(target.to_owned()));
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(".copying");
    let copy = Removed(PathBuf::from(beside));
    create_private(&copy.0)?;
    store.copy_to(&copy.0).await?;
    let (keys, sealing, target) = (keys.clone(), keys.clone(), target.to_owned());
    let made = tokio::task::spawn_blocking(move || {
        let (database_sha256, database_bytes) = checksum(&copy.0)?;
        let head = Head {
            made_at,
            realm,
            database_bytes,
            database_sha256,
        };
        let sha256 = seal(&keys, &head, &copy.0, &target)?;
        let bytes = std::fs::metadata(&target)
            .map_err(BackupError::file(&target))?
            .len();
        Ok::<_, BackupError>(Made {
            file: target,
            bytes,
            sha256,
            head,
        })
    });
    let made = made.await.expect("sealing does not panic")?;
    let mut tx = store.write().await?;
    tx.insert_backup(made_at, made.bytes, &made.sha256).await?;
    let entry = AuditEntry {
        at: made_at,
        actor: Actor::System,
        deed: Deed::BackupMade,
        subject: None,
        region: None,
        detail: json!({ "bytes": made.bytes, "sha256": made.sha256 }),
        personal: Value::Null,
    };
    tx.append_audit(&sealing, &entry).await?;
    tx.commit().await?;
    Ok(made)
}

/// A file that is gone when this is dropped.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // It may not have been made.
        let _ = std::fs::remove_file(&self.0);
    }
}
