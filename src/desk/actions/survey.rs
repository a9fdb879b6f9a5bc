//! What a wave would be: whom it reaches, whether a second person has to approve it, and what exactly they
//! would approve.

use super::super::{Desk, Result, Scope};
use super::unknown_region;
use crate::directory::{Audience, Selection};
use crate::domain::action::approval::{
    Approval, Basis, Check, FingerprintWriter, Matter, NeedsApproval, Proposal, Review,
};
use crate::domain::action::{Action, ActionState, Ready, Texts};
use crate::domain::area::Area;
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::{PhotoId, RegionId};
use crate::domain::problem::Problems;
use crate::domain::wave::WaveKind;
use crate::storage::Tx;

/// A wave that could be sent now.
pub(super) struct Survey {
    /// Whom it is for.
    pub(super) audience: Audience,
    /// What an approval has to cover.
    pub(super) check: Check,
}

/// What of an action is sent, and where.
struct Subject<'a> {
    kind: WaveKind,
    texts: &'a Texts,
    area: Option<&'a Area>,
    photos: &'a [PhotoId],
}

impl Desk {
    /// The call-out of a draft that is complete.
    pub(super) async fn survey_start(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        action: &Action,
        ready: Ready<'_>,
    ) -> Result<Survey> {
        self.require_served(action)?;
        self.keep_within(scope, ready.area)?;
        let fence = self.directory().fence(ready.area).map_err(|_| unknown_region())?;
        self.know_recent_messages(action).await?;
        let selection = self.selection(action, None);
        let audience = self.directory().audience(&fence, selection, ready.expires_at);
        let photos = tx.list_photos_of_action(action.id).await?;
        let photos: Vec<_> = photos.iter().map(|photo| photo.id).collect();
        let subject = Subject {
            kind: WaveKind::First,
            texts: ready.texts,
            area: Some(ready.area),
            photos: &photos,
        };
        let needs = match action.state {
            // It has what it may need.
            ActionState::InReview(Review::Approved(_)) => None,
            _ if action.needs_approval => Some(NeedsApproval::Preparer),
            _ => self.needs(action, audience.len(), subject.area).await?,
        };
        Ok(self.surveyed(action, &subject, audience, needs))
    }

    /// A call-out to those in another area who were not called on yet. Everyone whom the action called on before
    /// counts: many small steps are one large one.
    pub(super) async fn survey_expansion(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        action: &Action,
        area: &Area,
    ) -> Result<Survey> {
        self.require_served(action)?;
        self.keep_within(scope, area)?;
        self.know_recent_messages(action).await?;
        let called = self.called_on(tx, action.id).await?;
        let fence = self.directory().fence(area).map_err(|_| unknown_region())?;
        let selection: Selection<'_> = self.selection(action, Some(&called));
        let ends = action.state.expandable()?.expires_at;
        let audience = self.directory().audience(&fence, selection, ends);
        let subject = Subject {
            kind: WaveKind::Expansion,
            texts: &action.content.texts,
            area: Some(area),
            photos: &[],
        };
        let people = called.len() + audience.len();
        let needs = self.needs(action, people, subject.area).await?;
        Ok(self.surveyed(action, &subject, audience, needs))
    }

    /// News for everyone who was told or still may be.
    pub(super) async fn survey_update(&self, tx: &mut Tx, action: &Action, texts: &Texts) -> Result<Survey> {
        let texts = &self.as_sent(texts)?;
        let mut problems = Problems::default();
        // It may go over any channel: see [`Desk::audience_of_told`].
        texts.check(ChannelSet::ALL, &mut problems);
        problems.or(())?;
        let told = self.told_of(tx, action.id).await?;
        let audience = self.audience_of_told(action, &told);
        let subject = Subject {
            kind: WaveKind::Update,
            texts,
            area: None,
            photos: &[],
        };
        let needs = self.needs(action, audience.len(), None).await?;
        Ok(self.surveyed(action, &subject, audience, needs))
    }

    /// What is proposed for a running action, or the start of a draft.
    pub(super) async fn survey(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        action: &Action,
        matter: Option<&Matter>,
        now: Timestamp,
    ) -> Result<Survey> {
        match matter {
            None => {
                let ready = action.content.ready(now)?;
                self.survey_start(tx, scope, action, ready).await
            }
            Some(Matter::Expansion(area)) => {
                action.state.expandable()?;
                self.survey_expansion(tx, scope, action, area).await
            }
            Some(Matter::Update(texts)) => {
                action.state.correctable()?;
                self.survey_update(tx, action, texts).await
            }
        }
    }

    fn surveyed(
        &self,
        action: &Action,
        subject: &Subject<'_>,
        audience: Audience,
        needs: Option<NeedsApproval>,
    ) -> Survey {
        let check = Check {
            basis: self.basis(action, subject, audience.len()),
            // Nobody has to approve that nobody is told: it is refused for that.
            needs: needs.filter(|_| !audience.is_empty()),
            tolerance: self.safeguards().approval.tolerance,
        };
        Survey { audience, check }
    }

    /// Why so many people, or so large an area, need a second person.
    async fn needs(
        &self,
        action: &Action,
        people: u64,
        area: Option<&Area>,
    ) -> Result<Option<NeedsApproval>> {
        let (most, largest) = self.safeguards().approval.sizes(action.content.kind);
        if people > most {
            return Ok(Some(NeedsApproval::People(most)));
        }
        let Some(area) = area.filter(|_| largest < u32::MAX) else {
            return Ok(None);
        };
        let is_larger = self.km2(area).await? > f64::from(largest);
        Ok(is_larger.then_some(NeedsApproval::SquareKilometres(largest)))
    }

    /// The surface of an area. Joining the polygons of a whole region takes a while: beside the runtime.
    async fn km2(&self, area: &Area) -> Result<f64> {
        let (area, territory) = (area.clone(), self.directory().territory());
        let shape = move |id: RegionId| territory.get(id).map(|region| region.shape.clone());
        let measured = tokio::task::spawn_blocking(move || area.km2(&shape));
        match measured.await {
            Ok(km2) => km2.map_err(|_| unknown_region()),
            // Whatever could not be measured is too large to go out unseen.
            Err(_) => Ok(f64::INFINITY),
        }
    }

    /// All that recipients get and all that decides who they are.
    fn basis(&self, action: &Action, subject: &Subject<'_>, audience: u64) -> Basis {
        let content = &action.content;
        let mut writer = FingerprintWriter::new()
            .field("action", action.id.as_uuid().as_bytes())
            .field("wave", subject.kind.name().as_bytes())
            .field("kind", content.kind.name().as_bytes())
            .json("texts", subject.texts)
            .json("channels", &content.channels)
            .json("fallback_after_s", &content.fallback_after_s);
        if let Some(area) = subject.area {
            writer = writer.json("area", area);
            // A region that got other borders is another area under the same name.
            let territory = self.directory().territory();
            for region in area.region_ids() {
                if let Some(region) = territory.get(region) {
                    writer = writer.json("region", &region.shape);
                }
            }
        }
        if subject.kind == WaveKind::First {
            writer = writer
                .json("description", &content.description)
                .json("origin", &content.origin)
                .json("expires_after_s", &content.expires_after_s)
                .json("is_public", &content.is_public)
                .json("photos", &subject.photos);
        }
        Basis {
            fingerprint: writer.finish(),
            audience,
        }
    }
}

impl Survey {
    /// The approved proposal under which it may go out; none where it needs none. A proposal of something else
    /// does not count.
    pub(super) fn admit(&self, open: Option<&Proposal>) -> Result<Option<Approval>> {
        let same = open.filter(|proposal| {
            let basis = proposal.review.basis();
            basis.is_some_and(|basis| basis.fingerprint == self.check.basis.fingerprint)
        });
        Ok(self.check.admit(same.map(|proposal| &proposal.review))?)
    }
}
