//! Participants to a file, in the form in which they are brought in.

use std::io::Write;

use serde_json::Value as Json;

use crate::desk::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::participant::Registration;
use crate::domain::participant::csv::Writer;
use crate::domain::said::Said;

/// Participants read at once.
const PAGE: u32 = 1_000;

impl Desk {
    /// Writes all participants as [`csv`](crate::domain::participant::csv); `progress` hears how many so far.
    /// Keeps a page in memory, and no connection while `out` takes its time.
    pub async fn export_participants<W: Write + Send>(
        &self,
        scope: &Scope,
        out: W,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<W> {
        scope.require(Permission::MoveParticipants)?;
        let failed = |error: std::io::Error| {
            let said = Said::new(
                format!("het bestand kan niet worden geschreven: {error}"),
                format!("the file cannot be written: {error}"),
            );
            DeskError::refused("file", said)
        };
        let parts = self.parts();
        // Before the first row, so that an export that breaks off is known as well.
        let mut tx = parts.store.write().await?;
        self.record(
            &mut tx,
            scope,
            Deed::ParticipantsExported,
            (None, None),
            Json::Null,
        )
        .await?;
        tx.commit().await?;
        let mut writer = Writer::new(out).map_err(failed)?;
        let (mut after, mut written) = (0, 0);
        loop {
            let page = {
                let mut tx = parts.store.read().await?;
                tx.list_participants(&parts.keys, after, PAGE).await?
            };
            let Some(last) = page.last() else { break };
            after = last.number;
            written += page.len() as u64;
            for stored in page {
                let participant = stored.participant;
                let row = Registration {
                    language: participant.language,
                    contact: participant.contact,
                    places: participant.places,
                    topics: participant.topics,
                    rest: participant.rest,
                };
                writer.write(&row).map_err(failed)?;
            }
            progress(written);
        }
        writer.finish().map_err(failed)
    }
}
