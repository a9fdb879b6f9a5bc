//! An area proposed from where somebody was last seen, when, and by what they go; with how it grows. Whoever accepts
//! it sends it as an expansion, by the rules of every other.

use std::time::Duration;

use super::super::{Desk, DeskError, Permission, Reason, Result, Scope};
use super::unknown_region;
use crate::directory::Selection;
use crate::domain::action::ActionKind;
use crate::domain::area::{Area, Circle, Coordinates};
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::moving_search::{LONGEST_SEARCH, search_radius};
use crate::domain::point::Point;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::travel::Means;

/// How much later the growth of an area is shown.
const LATER: [Duration; 4] = [
    Duration::from_mins(15),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
];
/// Less than this is a sliver along the border, in square kilometres.
const LEAST_KM2: f64 = 0.001;
/// An area that is smaller by more than this share ends at the border of the territory.
const CUT: f64 = 0.999;

/// Whom is searched. What is left out is what the action says.
#[derive(Clone, Debug)]
pub struct Search {
    /// The action that it would expand.
    pub action: Option<ActionId>,
    /// What it is about.
    pub kind: Option<ActionKind>,
    /// Where last seen.
    pub from: Option<Point>,
    /// When.
    pub seen_at: Option<Timestamp>,
    /// By what they go.
    pub means: Means,
    /// For which moment; now when left out.
    pub at: Option<Timestamp>,
}

/// How large a search is at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchStep {
    /// The moment.
    pub at: Timestamp,
    /// The radius in metres.
    pub radius_m: u32,
    /// The surface within the territory, in square kilometres.
    pub km2: f64,
    /// How many would be reached.
    pub total: u64,
    /// Of these, who was not called on before.
    pub newly_reached: u64,
    /// Whether they may have got further than the kind lets a search grow.
    pub bounded_by_kind: bool,
    /// Whether it ends at the border of the caller's territory.
    pub bounded_by_territory: bool,
}

/// A search as it is proposed.
#[derive(Clone, Debug)]
pub struct ProposedSearch {
    /// The area, to be drafted or sent as an expansion.
    pub area: Area,
    /// The same as polygons in degrees, to be drawn.
    pub outline: Coordinates,
    /// How large it is.
    pub now: SearchStep,
    /// How it will have grown if nobody is found.
    pub growth: Vec<SearchStep>,
}

/// What a search is about, once all of it is known.
struct Known {
    kind: ActionKind,
    channels: ChannelSet,
    from: Point,
    seen_at: Timestamp,
    means: Means,
    called: Option<roaring::RoaringBitmap>,
}

impl Desk {
    /// Proposes the area of a search, within the caller's territory. Nothing is stored or sent.
    pub async fn propose_search(&self, scope: &Scope, search: &Search) -> Result<ProposedSearch> {
        scope.require(Permission::CountReach)?;
        let known = self.known_of(scope, search).await?;
        let now = self.now();
        let at = search.at.unwrap_or(now);
        let longest = known.seen_at + LONGEST_SEARCH;
        let moments = [
            ("seen_at", known.seen_at <= now && now <= longest),
            ("at", known.seen_at <= at),
        ];
        for (field, right) in moments {
            if !right {
                return Err(DeskError::invalid(field, ProblemCode::SearchMoment));
            }
        }
        let (area, step) = self.search_step(scope, &known, at).await?;
        if step.km2 < LEAST_KM2 {
            return Err(Reason::SearchOutside.into());
        }
        let mut growth = Vec::with_capacity(LATER.len());
        for later in LATER {
            growth.push(self.search_step(scope, &known, at + later).await?.1);
        }
        let (territory, drawn) = (self.directory().territory(), area.clone());
        let outline = tokio::task::spawn_blocking(move || {
            drawn.outline(&|id| territory.get(id).map(|region| region.shape.clone()))
        });
        let outline = outline
            .await
            .map_err(|_| DeskError::from(Reason::WaveNotPlanned))?;
        Ok(ProposedSearch {
            area,
            outline: outline.map_err(|_| unknown_region())?,
            now: step,
            growth,
        })
    }

    async fn known_of(&self, scope: &Scope, search: &Search) -> Result<Known> {
        let (mut kind, mut from, mut seen_at) = (search.kind, search.from, search.seen_at);
        let (mut channels, mut called) = (None, None);
        if let Some(id) = search.action {
            let mut tx = self.parts().store.read().await?;
            let action = self
                .action_for(&mut tx, scope, Permission::SeeActions, id)
                .await?;
            let content = &action.content;
            let seen = content.description.last_seen.as_ref();
            kind = kind.or(Some(content.kind));
            from = from.or(seen.and_then(|seen| seen.point)).or(content.origin);
            seen_at = seen_at.or(seen.and_then(|seen| seen.at)).or(content.incident_at);
            channels = Some(content.channels);
            called = Some(self.called_on(&mut tx, id).await?);
        }
        let missing = |field: &str| FieldProblem::new(field, ProblemCode::Missing);
        let mut problems = Vec::new();
        problems.extend(kind.is_none().then(|| missing("kind")));
        problems.extend(from.is_none().then(|| missing("from")));
        problems.extend(seen_at.is_none().then(|| missing("seen_at")));
        match (kind, from, seen_at) {
            (Some(kind), Some(from), Some(seen_at)) => Ok(Known {
                kind,
                channels: channels.unwrap_or(kind.defaults().channels),
                from,
                seen_at,
                means: search.means,
                called,
            }),
            _ => Err(problems.into()),
        }
    }

    async fn search_step(&self, scope: &Scope, known: &Known, at: Timestamp) -> Result<(Area, SearchStep)> {
        let radius = search_radius(known.kind, known.means, at.since(known.seen_at));
        let circle = Circle::new(known.from, radius.radius_m).map(Area::circle);
        let circle = circle.map_err(|_| DeskError::from(Reason::SearchOutside))?;
        let whole = self.measure(&circle, 0).await?.km2;
        let within = Area::regions([scope.region])
            .and_then(|region| circle.clone().within(region))
            .map_err(|_| unknown_region())?;
        let km2 = self.measure(&within, 0).await?.km2;
        let is_cut = km2 < whole * CUT;
        let area = if is_cut { within } else { circle };
        let fence = self.directory().fence(&area).map_err(|_| unknown_region())?;
        let reach = self.directory().reach(
            &fence,
            Selection {
                channels: self.served(known.channels),
                topic: known.kind.defaults().topic,
                already_told: known.called.as_ref(),
                urgency: known.kind.defaults().urgency,
                at: self.now(),
                weekly_limit: self.house().messages_a_week,
            },
        );
        let step = SearchStep {
            at,
            radius_m: radius.radius_m,
            km2,
            total: reach.total,
            newly_reached: reach.newly_reached,
            bounded_by_kind: radius.is_bounded,
            bounded_by_territory: is_cut,
        };
        Ok((area, step))
    }
}

#[cfg(test)]
mod tests;
