//! The checks before sending: shown on request, and held to in the transaction that sends.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use super::unknown_region;
use crate::domain::action::{Action, ActionKind, Content, Deed, DraftInput, Phase, Texts};
use crate::domain::area::Area;
use crate::domain::audit;
use crate::domain::channel::ChannelSet;
use crate::domain::check::{
    CheckCode, Finding, SIMILAR, Severity, UsualExtent, check_content, check_texts, likeness, usual_extent,
};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::language::Language;
use crate::domain::said::Said;
use crate::domain::wave::WaveKind;
use crate::storage::Tx;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};

/// How long ago an action may have started to be taken for the same.
const NEAR: Duration = Duration::from_hours(12);
/// Running actions of a kind that are looked at.
const MOST_RUNNING: u32 = 50;
/// Earlier actions of a kind that say what is usual.
const MOST_EARLIER: u32 = 50;

/// The findings that somebody took on themselves, by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmed(BTreeSet<CheckCode>);

impl Confirmed {
    /// Nothing.
    pub fn nothing() -> Self {
        Self::default()
    }
}

impl FromIterator<CheckCode> for Confirmed {
    fn from_iter<I: IntoIterator<Item = CheckCode>>(codes: I) -> Self {
        Self(codes.into_iter().collect())
    }
}

/// What was found and confirmed, for the history; empty when nothing was.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(Vec<CheckCode>);

impl Held {
    /// Keeps in the audit log that somebody took findings on themselves; which, the event says.
    pub(super) async fn record(&self, desk: &Desk, tx: &mut Tx, action: &Action, deed: Deed) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        desk.record_of_action(tx, audit::Deed::CheckOverridden, action, deed)
            .await
    }

    /// Writes it into an event.
    pub(super) fn note_in(&self, data: &mut Value) {
        if !self.0.is_empty() {
            data["confirmed"] = json!(self.0);
        }
    }
}

/// What is about to go out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) wave: WaveKind,
    pub(super) texts: &'a Texts,
    /// The channels that it may go over.
    pub(super) channels: ChannelSet,
    /// How large its area is; none for those who were told.
    pub(super) extent: Option<UsualExtent>,
}

/// Texts or an area that are not sent yet, of an action that is there.
#[derive(Clone, Debug)]
pub struct Intended {
    /// As which wave.
    pub wave: WaveKind,
    /// The texts; the action's own when left out.
    pub texts: Option<Texts>,
    /// The area of an expansion.
    pub area: Option<Area>,
}

impl Desk {
    /// What the checks find of an action as it stands, as if it went out now.
    pub async fn check_action(&self, scope: &Scope, id: ActionId) -> Result<Vec<Finding>> {
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        self.findings_of_start(&mut tx, Some(action.id), action.region, &action.content)
            .await
    }

    /// What the checks find of a draft that is not stored.
    pub async fn check_draft(&self, scope: &Scope, input: DraftInput) -> Result<Vec<Finding>> {
        super::draft::require_to_prepare(scope, input.kind)?;
        let content = self.content_of(scope, input, self.now()).await?;
        if let Some(area) = &content.area {
            self.keep_within(scope, area)?;
        }
        let region = self.home_region(scope, &content)?;
        let mut tx = self.parts().store.read().await?;
        self.findings_of_start(&mut tx, None, region, &content).await
    }

    /// What the checks find of what is about to be sent for an action that is there.
    pub async fn check_intended(
        &self,
        scope: &Scope,
        id: ActionId,
        intended: &Intended,
    ) -> Result<Vec<Finding>> {
        let mut tx = self.parts().store.read().await?;
        let action = self.action_to_prepare(&mut tx, scope, id).await?;
        if let Some(area) = &intended.area {
            self.keep_within(scope, area)?;
        }
        self.findings_of_intended(&mut tx, &action, intended).await
    }

    /// What the checks find of what is about to be sent for an action: of a start with what is given in place of what
    /// stands in the draft.
    pub(super) async fn findings_of_intended(
        &self,
        tx: &mut Tx,
        action: &Action,
        intended: &Intended,
    ) -> Result<Vec<Finding>> {
        if intended.wave == WaveKind::First {
            let mut content = action.content.clone();
            if let Some(texts) = &intended.texts {
                content.texts = texts.clone();
            }
            if let Some(area) = &intended.area {
                content.area = Some(area.clone());
            }
            return self
                .findings_of_start(tx, Some(action.id), action.region, &content)
                .await;
        }
        let called = self.called_on(tx, action.id).await?;
        let extent = match &intended.area {
            Some(area) => {
                let fence = self.directory().fence(area).map_err(|_| unknown_region())?;
                let selection = self.selection(action, Some(&called));
                let ends = self.ends(&action.content);
                let people = self.directory().audience(&fence, selection, ends).len();
                Some(self.measure_for(action.content.kind, area, people).await?)
            }
            None => None,
        };
        let own = &action.content.texts;
        let outgoing = Outgoing {
            wave: intended.wave,
            texts: intended.texts.as_ref().unwrap_or(own),
            channels: channels_of(&action.content, intended.wave),
            extent,
        };
        self.findings(tx, action, &outgoing).await
    }

    async fn findings_of_start(
        &self,
        tx: &mut Tx,
        id: Option<ActionId>,
        region: RegionId,
        content: &Content,
    ) -> Result<Vec<Finding>> {
        let register = self.register_of(tx, region).await?;
        let mut findings = check_content(content, &register);
        let Some(area) = &content.area else {
            return Ok(findings);
        };
        let fence = self.directory().fence(area).map_err(|_| unknown_region())?;
        let selection = self.selection_of(content, None);
        let people = self
            .directory()
            .audience(&fence, selection, self.ends(content))
            .len();
        let extent = self.measure_for(content.kind, area, people).await?;
        findings.extend(self.findings_of_area(tx, content.kind, extent).await?);
        findings.extend(self.find_duplicate(tx, id, content).await?);
        Ok(findings)
    }

    /// When it would end, started now.
    fn ends(&self, content: &Content) -> Timestamp {
        self.now() + Duration::from_secs(content.expires_after_s)
    }

    /// How large an area is for a kind; of kinds that are meant for a whole region nobody asks how large that is.
    pub(super) async fn measure_for(
        &self,
        kind: ActionKind,
        area: &Area,
        people: u64,
    ) -> Result<UsualExtent> {
        match usual_extent(kind, &[]) {
            Some(_) => self.measure(area, people).await,
            None => Ok(UsualExtent { km2: 0.0, people }),
        }
    }

    /// How large an area is, reaching so many people. Joining the borders of many regions takes a while, so it
    /// leaves the runtime alone.
    pub(super) async fn measure(&self, area: &Area, people: u64) -> Result<UsualExtent> {
        let (territory, area) = (self.directory().territory(), area.clone());
        let measured = tokio::task::spawn_blocking(move || {
            area.km2(&|id| territory.get(id).map(|region| region.shape.clone()))
        });
        let km2 = measured
            .await
            .map_err(|_| DeskError::from(Reason::WaveNotPlanned))?;
        Ok(UsualExtent {
            km2: km2.map_err(|_| unknown_region())?,
            people,
        })
    }

    async fn findings_of_area(
        &self,
        tx: &mut Tx,
        kind: ActionKind,
        extent: UsualExtent,
    ) -> Result<Vec<Finding>> {
        if extent.people == 0 {
            return Ok(vec![Finding::of_field(CheckCode::AudienceEmpty, "area")]);
        }
        let earlier = tx.list_extents(kind, MOST_EARLIER).await?;
        let usual = usual_extent(kind, &earlier);
        let large = usual.filter(|usual| usual.is_exceeded(extent.km2, extent.people));
        Ok(large.map(|usual| too_large(extent, usual)).into_iter().collect())
    }

    /// Another action of the kind that runs here with almost the same text.
    async fn find_duplicate(
        &self,
        tx: &mut Tx,
        id: Option<ActionId>,
        content: &Content,
    ) -> Result<Option<Finding>> {
        let Some(area) = &content.area else {
            return Ok(None);
        };
        let filter = ActionFilter {
            phases: vec![Phase::Active, Phase::Paused],
            kind: Some(content.kind),
            ..ActionFilter::default()
        };
        let keys = &self.parts().keys;
        let running = tx
            .list_actions(keys, &filter, ActionOrder::Newest, None, MOST_RUNNING)
            .await?;
        let territory = self.directory().territory();
        let polygons = |id| territory.get(id).map(|region| region.shape.clone());
        let earliest =
            Timestamp::from_millis(self.now().as_millis() - i64::try_from(NEAR.as_millis()).unwrap_or(0));
        let found = running.iter().find(|other| {
            let near = other.state.run().is_some_and(|run| run.started.at >= earliest);
            let theirs = other.content.area.as_ref();
            Some(other.id) != id
                && near
                && likeness(&content.texts, &other.content.texts) >= SIMILAR
                && theirs.is_some_and(|theirs| area.overlaps(theirs, &polygons).unwrap_or(true))
        });
        Ok(found.map(duplicate_of))
    }

    /// What the checks find of what goes out for an action.
    pub(super) async fn findings(
        &self,
        tx: &mut Tx,
        action: &Action,
        outgoing: &Outgoing<'_>,
    ) -> Result<Vec<Finding>> {
        let register = self.register_of(tx, action.region).await?;
        let content = &action.content;
        let mut findings = match outgoing.wave {
            WaveKind::First => check_content(content, &register),
            _ => check_texts(content.kind, outgoing.texts, outgoing.channels, &register),
        };
        if outgoing.wave == WaveKind::Expansion {
            // Its texts went out already, and were confirmed then; what the register lost since does not go on.
            findings.retain(|finding| finding.severity() == Severity::Refuse);
        }
        if let Some(extent) = outgoing.extent {
            findings.extend(self.findings_of_area(tx, content.kind, extent).await?);
        }
        if outgoing.wave == WaveKind::First {
            findings.extend(self.find_duplicate(tx, Some(action.id), content).await?);
        }
        Ok(findings)
    }

    /// Refuses to send what a check refuses, or asks to confirm and nobody did. Call it in the transaction that
    /// sends, before anything is written: what it reads then holds until the commit.
    pub(super) async fn hold_to_checks(
        &self,
        tx: &mut Tx,
        action: &Action,
        outgoing: &Outgoing<'_>,
        confirmed: &Confirmed,
    ) -> Result<Held> {
        if outgoing.wave == WaveKind::First {
            tx.order_starts().await?;
        }
        let findings = self.findings(tx, action, outgoing).await?;
        let holds = |finding: &Finding| match finding.severity() {
            Severity::Refuse => true,
            // A correction waits for nobody.
            Severity::Confirm => {
                outgoing.wave != WaveKind::Correction && !confirmed.0.contains(&finding.code)
            }
            Severity::Warn => false,
        };
        if findings.iter().any(holds) {
            return Err(DeskError::Checked(findings));
        }
        let mut held: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        held.retain(|code| code.is_confirmable() && confirmed.0.contains(code));
        held.sort_unstable();
        held.dedup();
        Ok(Held(held))
    }
}

/// The channels that a wave of this kind may go over.
pub(super) fn channels_of(content: &Content, wave: WaveKind) -> ChannelSet {
    if wave.is_alert() {
        content.channels
    } else {
        // It may go over any channel: see [`Desk::audience_of_told`].
        ChannelSet::ALL
    }
}

fn too_large(extent: UsualExtent, usual: UsualExtent) -> Finding {
    let said = CheckCode::AreaLarge.said();
    let (km2, people) = (extent.km2, extent.people);
    let (most_km2, most_people) = (usual.km2, usual.people);
    Finding::of_field(CheckCode::AreaLarge, "area").saying(Said::new(
        format!(
            "{} Het beslaat {km2:.1} km² en {people} deelnemers; gebruikelijk is hoogstens {most_km2:.1} km² en {most_people} deelnemers.",
            said.in_language(Language::Nl)
        ),
        format!(
            "{} It covers {km2:.1} km² and {people} participants; usual are at most {most_km2:.1} km² and {most_people} participants.",
            said.in_language(Language::En)
        ),
    ))
}

fn duplicate_of(other: &Action) -> Finding {
    let said = CheckCode::DuplicateRunning.said();
    let number = other.number;
    Finding::of_field(CheckCode::DuplicateRunning, "area").saying(Said::new(
        format!("{} Het is actie {number}.", said.in_language(Language::Nl)),
        format!("{} It is action {number}.", said.in_language(Language::En)),
    ))
}

#[cfg(test)]
mod tests;
