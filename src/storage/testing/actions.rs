//! Actions for tests: drafts in a region of their own.

use super::people::{point, some_time};
use super::regions::{rectangle, region_id};
use crate::domain::action::{ActionKind, Content, Deed, DraftInput};
use crate::domain::area::{Area, Circle};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, RegionId, TipId};
use crate::domain::random::Random;
use crate::domain::region::{Region, RegionKind};
use crate::domain::tip::{Tip, TipContent, TipSource, TipState};
use crate::storage::Tx;
use crate::storage::actions::NewAction;
use crate::storage::sealing::Keyring;

/// An account that nobody checks.
pub fn account() -> AccountId {
    AccountId::new(some_time(), &Random::from_seed(77))
}

/// The account's deed at a moment.
pub fn deed(at: Timestamp) -> Deed {
    Deed { at, by: account() }
}

/// A region inside another, or at the top.
pub async fn insert_region(tx: &mut Tx, code: &str, parent: Option<RegionId>) -> RegionId {
    let region = Region {
        id: region_id(code),
        parent,
        kind: RegionKind::District,
        code: code.to_owned(),
        name: code.to_owned(),
        inhabitants: None,
        shape: rectangle(0, 0, 10, 10),
    };
    tx.upsert_regions(std::slice::from_ref(&region), some_time())
        .await
        .expect("the region is stored");
    region.id
}

/// A complete draft of this kind: 2 km around the middle of Utrecht.
pub fn content(kind: ActionKind) -> Content {
    let mut input = DraftInput::new(kind);
    let circle = Circle::new(point(0, 0), 2_000).expect("a circle of 2 km");
    input.area = Some(Area::circle(circle));
    input.origin = Some(point(0, 0));
    input.description.direction = Some("de brug".to_owned());
    input.incident_at = Some(some_time());
    input.check(some_time()).expect("the draft is complete")
}

/// Stores draft `index`, made so many milliseconds after [`some_time`].
pub async fn insert_draft(
    tx: &mut Tx,
    keys: &Keyring,
    region: RegionId,
    kind: ActionKind,
    index: u32,
) -> ActionId {
    let made_at = Timestamp::from_millis(some_time().as_millis() + i64::from(index));
    let id = ActionId::new(made_at, &Random::from_seed(u64::from(index)));
    let content = content(kind);
    let new = NewAction {
        id,
        region,
        training: false,
        content: &content,
        created: deed(made_at),
        needs_approval: false,
    };
    tx.insert_action(keys, &new).await.expect("the draft is stored");
    id
}

/// Tip `index` on an action, from participant `index`, so many milliseconds after [`some_time`].
pub fn tip(action: ActionId, index: u32) -> Tip {
    let received_at = Timestamp::from_millis(some_time().as_millis() + i64::from(index));
    Tip {
        id: TipId::new(received_at, &Random::from_seed(u64::from(index) + 1_000)),
        action,
        participant: Some(index + 1),
        source: TipSource::Sms,
        content: TipContent {
            text: format!("CANARY tip {index}"),
            ..TipContent::default()
        },
        state: TipState::New,
        received_by: None,
        received_at,
        late: false,
        passed_on_at: None,
        changed_at: received_at,
        version: 1,
    }
}
