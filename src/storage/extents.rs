//! How large the areas of earlier actions were, and the order of starts.

use super::{Result, Tx};
use crate::domain::action::ActionKind;
use crate::domain::check::UsualExtent;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};

statements! {
    INSERT = "insert into action_extents (action_id, region_id, kind, thousand_m2, people, started_at) \
        values ($1, $2, $3, $4, $5, $6) on conflict (action_id) do nothing";
    DELETE = "delete from action_extents where action_id = $1";
    LIST = "select thousand_m2, people from action_extents where kind = $1 order by started_at desc limit $2";
}

/// Thousands of square metres in a square kilometre.
const PER_KM2: f64 = 1_000.0;

impl Tx {
    /// Keeps how large the first area of an action was, of so many square kilometres and people.
    pub async fn insert_extent(
        &mut self,
        action: ActionId,
        region: RegionId,
        kind: ActionKind,
        extent: UsualExtent,
        started_at: Timestamp,
    ) -> Result<()> {
        #[expect(clippy::cast_possible_truncation, reason = "the earth has 5.1e11 of them")]
        let thousand_m2 = (extent.km2 * PER_KM2).round() as i64;
        let people = i64::try_from(extent.people).unwrap_or(i64::MAX);
        let values = values![action, region, kind.name(), thousand_m2, people, started_at];
        self.execute(INSERT, values).await.map(drop)
    }

    /// Forgets how large the first area of an action was: it was taken back, so it tells nothing of what is usual.
    pub async fn delete_extent(&mut self, action: ActionId) -> Result<()> {
        self.execute(DELETE, values![action]).await.map(drop)
    }

    /// How large the areas of the latest actions of a kind were, the latest first.
    pub async fn list_extents(&mut self, kind: ActionKind, limit: u32) -> Result<Vec<UsualExtent>> {
        let rows: Vec<(i64, i64)> = self.list(LIST, values![kind.name(), limit]).await?;
        let read = |(thousand_m2, people): (i64, i64)| UsualExtent {
            km2: thousand_m2 as f64 / PER_KM2,
            people: u64::try_from(people).unwrap_or(0),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Puts this start behind those under way: whoever is looked for among the running actions is committed by then.
    pub async fn order_starts(&mut self) -> Result<()> {
        self.take_numbers("check", 1).await.map(drop)
    }
}
