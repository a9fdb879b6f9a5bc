//! Which accounts at providers are out of service, as every node knows it.

use super::{Desk, Permission, Result, Scope};
use crate::domain::clock::Timestamp;

impl Desk {
    /// The accounts at providers that are out of service, each with since when; the longest out first.
    pub async fn list_outages(&self, scope: &Scope) -> Result<Vec<(String, Timestamp)>> {
        scope.require(Permission::SeeActions)?;
        let health = self.parts().store.read().await?.list_account_health().await?;
        let mut out: Vec<_> = health
            .into_iter()
            .filter_map(|health| Some((health.account, health.out_since?)))
            .collect();
        out.sort_by_key(|(_, since)| *since);
        Ok(out)
    }
}
