//! Whose link it is, as far as a page needs to know.

use super::{Desk, Result};
use crate::domain::language::Language;

impl Desk {
    /// The language of whoever got the link; Dutch when that cannot be told any more.
    pub async fn language_of_link(&self, link: &str) -> Language {
        self.find_language_of_link(link)
            .await
            .ok()
            .flatten()
            .unwrap_or_default()
    }

    async fn find_language_of_link(&self, link: &str) -> Result<Option<Language>> {
        let mut tx = self.parts().store.read().await?;
        let linked = self.read_link(&mut tx, link).await?;
        let found = tx
            .find_participant(&self.parts().keys, linked.participant)
            .await?;
        Ok(found.map(|stored| stored.participant.language))
    }
}
