//! The texts that stand ready, kind by kind and region by region: corrections, and how messages are worded.

use serde_json::json;

use super::super::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::action::{ActionKind, Deed, StandingPurpose, Texts, check_wording, word};
use crate::domain::audit;
use crate::domain::channel::ChannelSet;
use crate::domain::check::{Severity, check_texts};
use crate::domain::id::{ActionId, RegionId};
use crate::domain::problem::Problems;
use crate::domain::region::Territory;
use crate::storage::Tx;
use crate::storage::standing_texts::OwnText;

/// The text that stands ready for a kind in a region.
#[derive(Clone, Debug)]
pub struct StandingText {
    /// The kind.
    pub kind: ActionKind,
    /// What it says.
    pub texts: Texts,
    /// The region that wrote it; none for the network's own.
    pub of: Option<RegionId>,
    /// Who wrote it, and when; none for the network's own.
    pub changed: Option<Deed>,
}

impl Desk {
    /// The text that stands ready for every kind in a region of the caller's territory; in their own when left
    /// out.
    pub async fn list_standing_texts(
        &self,
        scope: &Scope,
        purpose: StandingPurpose,
        region: Option<RegionId>,
    ) -> Result<Vec<StandingText>> {
        let region = region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeActions, &territory, region, "region")?;
        let mut tx = self.parts().store.read().await?;
        let own = tx.list_standing_texts(&self.parts().keys, purpose, None).await?;
        Ok(ActionKind::ALL
            .map(|kind| ready(&territory, &own, region, (purpose, kind)))
            .into())
    }

    /// The correction that stands ready for an action.
    pub async fn correction_of(&self, scope: &Scope, id: ActionId) -> Result<StandingText> {
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        self.standing_text(
            &mut tx,
            action.region,
            (StandingPurpose::Correction, action.content.kind),
        )
        .await
    }

    /// Writes a region's own text for a kind; without texts the wider region's holds again, and above all of
    /// them the network's own.
    pub async fn set_standing_text(
        &self,
        scope: &Scope,
        region: Option<RegionId>,
        (purpose, kind): (StandingPurpose, ActionKind),
        texts: Option<Texts>,
    ) -> Result<StandingText> {
        let region = region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::KeepStandingTexts, &territory, region, "region")?;
        let mut tx = self.parts().store.write().await?;
        let deed = if let Some(texts) = texts {
            self.check_standing_text(&mut tx, region, (purpose, kind), &texts)
                .await?;
            let own = OwnText {
                region,
                purpose,
                kind,
                texts,
                changed: self.deed(scope),
            };
            tx.upsert_standing_text(&self.parts().keys, &own).await?;
            audit::Deed::StandingTextWritten
        } else if tx.delete_standing_text(region, purpose, kind).await? {
            audit::Deed::StandingTextRemoved
        } else {
            return self.standing_text(&mut tx, region, (purpose, kind)).await;
        };
        let detail = json!({ "purpose": purpose, "kind": kind });
        self.record(&mut tx, scope, deed, (Some(region.into()), Some(region)), detail)
            .await?;
        let standing = self.standing_text(&mut tx, region, (purpose, kind)).await?;
        tx.commit().await?;
        Ok(standing)
    }

    /// Holds a text that is to stand ready to the limits and checks of what is sent.
    async fn check_standing_text(
        &self,
        tx: &mut Tx,
        region: RegionId,
        (purpose, kind): (StandingPurpose, ActionKind),
        texts: &Texts,
    ) -> Result<()> {
        let mut problems = Problems::default();
        texts.check(ChannelSet::ALL, &mut problems);
        if purpose == StandingPurpose::Message {
            check_wording(texts, &mut problems);
        }
        problems.or(())?;
        let register = self.register_of(tx, region).await?;
        let findings = check_texts(kind, texts, ChannelSet::ALL, &register);
        let refuses = |severity| severity == Severity::Refuse;
        if findings.iter().any(|finding| refuses(finding.severity())) {
            return Err(DeskError::Checked(findings));
        }
        Ok(())
    }

    pub(super) async fn standing_text(
        &self,
        tx: &mut Tx,
        region: RegionId,
        (purpose, kind): (StandingPurpose, ActionKind),
    ) -> Result<StandingText> {
        let keys = &self.parts().keys;
        let own = tx.list_standing_texts(keys, purpose, Some(kind)).await?;
        Ok(ready(
            &self.directory().territory(),
            &own,
            region,
            (purpose, kind),
        ))
    }

    /// What was composed for a kind, as the caller's region words it.
    pub(super) async fn worded(&self, scope: &Scope, kind: ActionKind, composed: &Texts) -> Result<Texts> {
        let mut tx = self.parts().store.read().await?;
        let asked = (StandingPurpose::Message, kind);
        let wording = self.standing_text(&mut tx, scope.region, asked).await?;
        Ok(word(&wording.texts, composed))
    }
}

/// The text of the region itself, or of the narrowest around it that has one, or the network's own.
fn ready(
    territory: &Territory,
    own: &[OwnText],
    region: RegionId,
    (purpose, kind): (StandingPurpose, ActionKind),
) -> StandingText {
    let around = std::iter::once(region).chain(territory.ancestors(region).map(|wider| wider.id));
    let mut found = around.filter_map(|at| own.iter().find(|one| one.region == at && one.kind == kind));
    match found.next() {
        Some(own) => StandingText {
            kind,
            texts: own.texts.clone(),
            of: Some(own.region),
            changed: Some(own.changed),
        },
        None => StandingText {
            kind,
            texts: purpose.of_network(kind),
            of: None,
            changed: None,
        },
    }
}

#[cfg(test)]
mod tests;
