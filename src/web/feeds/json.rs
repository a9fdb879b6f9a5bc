//! Running public actions as JSON and as `GeoJSON`.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::page_of;
use crate::desk::feeds::Bulletin;
use crate::domain::action::{ActionKind, ActionNumber, Texts};
use crate::domain::clock::Timestamp;

/// The public actions that run, the latest first.
#[derive(Serialize, ToSchema)]
#[schema(as = Feed)]
pub struct FeedBody {
    /// The actions.
    actions: Vec<FeedAction>,
}

/// A public action that runs.
#[derive(Serialize, ToSchema)]
pub struct FeedAction {
    /// Its number.
    number: ActionNumber,
    /// What it is about.
    kind: ActionKind,
    /// When it was started.
    started_at: Timestamp,
    /// When it was last told something of.
    updated_at: Timestamp,
    /// When it ends by itself.
    expires_at: Timestamp,
    /// What was said last.
    texts: Texts,
    /// The region that it belongs to.
    place: String,
    /// Where it is: a geometry of `GeoJSON` (RFC 7946), wider than the area that was called on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    area: Option<Value>,
    /// Its page.
    link: String,
}

impl FeedAction {
    fn of(base: &str, bulletin: &Bulletin) -> Self {
        Self {
            number: bulletin.number,
            kind: bulletin.kind,
            started_at: bulletin.started_at,
            updated_at: bulletin.updated_at(),
            expires_at: bulletin.expires_at,
            texts: bulletin.texts().clone(),
            place: bulletin.place.clone(),
            area: None,
            link: page_of(base, bulletin.number),
        }
    }
}

/// The list.
pub(super) fn list<'a>(base: &str, bulletins: impl Iterator<Item = &'a Bulletin>) -> Vec<u8> {
    let action = |bulletin: &Bulletin| FeedAction {
        area: Some(bulletin.outline.geometry()),
        ..FeedAction::of(base, bulletin)
    };
    let body = FeedBody {
        actions: bulletins.map(action).collect(),
    };
    serde_json::to_vec(&body).expect("a feed is plain JSON")
}

/// The same as a collection of features.
pub(super) fn features<'a>(base: &str, bulletins: impl Iterator<Item = &'a Bulletin>) -> Vec<u8> {
    let feature = |bulletin: &Bulletin| {
        json!({
            "type": "Feature",
            "id": bulletin.number,
            "properties": FeedAction::of(base, bulletin),
            "geometry": bulletin.outline.geometry(),
        })
    };
    let features: Vec<_> = bulletins.map(feature).collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    serde_json::to_vec(&collection).expect("a feed is plain JSON")
}
