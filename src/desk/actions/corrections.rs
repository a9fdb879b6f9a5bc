//! The corrections that stand ready, kind by kind and region by region.

use super::super::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::action::{ActionKind, Deed, Texts};
use crate::domain::channel::ChannelSet;
use crate::domain::check::{Severity, check_texts};
use crate::domain::id::{ActionId, RegionId};
use crate::domain::problem::Problems;
use crate::domain::region::Territory;
use crate::storage::Tx;
use crate::storage::corrections::OwnCorrection;

/// The correction that stands ready for a kind in a region.
#[derive(Clone, Debug)]
pub struct ReadyCorrection {
    /// The kind.
    pub kind: ActionKind,
    /// What those who were told would read.
    pub texts: Texts,
    /// The region that wrote it; none for the network's own.
    pub of: Option<RegionId>,
    /// Who wrote it, and when; none for the network's own.
    pub changed: Option<Deed>,
}

impl Desk {
    /// The correction that stands ready for every kind in a region of the caller's territory; in their own when left
    /// out.
    pub async fn list_corrections(
        &self,
        scope: &Scope,
        region: Option<RegionId>,
    ) -> Result<Vec<ReadyCorrection>> {
        let region = region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeActions, &territory, region, "region")?;
        let mut tx = self.parts().store.read().await?;
        let own = tx.list_corrections(&self.parts().keys).await?;
        Ok(ActionKind::ALL
            .map(|kind| ready(&territory, &own, region, kind))
            .into())
    }

    /// The correction that stands ready for an action.
    pub async fn correction_of(&self, scope: &Scope, id: ActionId) -> Result<ReadyCorrection> {
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        self.ready_correction(&mut tx, action.region, action.content.kind)
            .await
    }

    /// Writes a region's own correction for a kind; without texts the wider region's holds again, and above all of
    /// them the network's own.
    pub async fn set_correction(
        &self,
        scope: &Scope,
        region: Option<RegionId>,
        kind: ActionKind,
        texts: Option<Texts>,
    ) -> Result<ReadyCorrection> {
        let region = region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::KeepCorrections, &territory, region, "region")?;
        let mut tx = self.parts().store.write().await?;
        match texts {
            Some(texts) => {
                let mut problems = Problems::default();
                texts.check(ChannelSet::ALL, &mut problems);
                problems.or(())?;
                let register = self.register_of(&mut tx, region).await?;
                let findings = check_texts(kind, &texts, ChannelSet::ALL, &register);
                if findings
                    .iter()
                    .any(|finding| finding.severity() == Severity::Refuse)
                {
                    return Err(DeskError::Checked(findings));
                }
                let own = OwnCorrection {
                    region,
                    kind,
                    texts,
                    changed: self.deed(scope),
                };
                tx.upsert_correction(&self.parts().keys, &own).await?;
            }
            None => {
                tx.delete_correction(region, kind).await?;
            }
        }
        let correction = self.ready_correction(&mut tx, region, kind).await?;
        tx.commit().await?;
        Ok(correction)
    }

    pub(super) async fn ready_correction(
        &self,
        tx: &mut Tx,
        region: RegionId,
        kind: ActionKind,
    ) -> Result<ReadyCorrection> {
        let own = tx.list_corrections(&self.parts().keys).await?;
        Ok(ready(&self.directory().territory(), &own, region, kind))
    }
}

/// The correction of the region itself, or of the narrowest around it that has one, or the network's own.
fn ready(
    territory: &Territory,
    own: &[OwnCorrection],
    region: RegionId,
    kind: ActionKind,
) -> ReadyCorrection {
    let around = std::iter::once(region).chain(territory.ancestors(region).map(|wider| wider.id));
    let mut found = around.filter_map(|at| own.iter().find(|one| one.region == at && one.kind == kind));
    match found.next() {
        Some(own) => ReadyCorrection {
            kind,
            texts: own.texts.clone(),
            of: Some(own.region),
            changed: Some(own.changed),
        },
        None => ReadyCorrection {
            kind,
            texts: kind.correction(),
            of: None,
            changed: None,
        },
    }
}
