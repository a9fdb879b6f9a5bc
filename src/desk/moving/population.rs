//! A whole population at once, for a demonstration, a simulation or a benchmark.

use serde_json::json;
use tokio::sync::mpsc;

use super::import::append_run;
use crate::desk::{Desk, Permission, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::channel::ChannelSet;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantId, ParticipantNumber};
use crate::domain::participant::Registration;
use crate::storage::participants::NewParticipant;
use crate::storage::participants::bulk::{BULK_CHUNK, BulkParticipant, SealedParticipant};

impl Desk {
    /// Stores people whose addresses are known to be nobody else's, each with the devices that come along;
    /// `progress` hears how many so far. Answers how many.
    pub async fn insert_population(
        &self,
        scope: &Scope,
        people: impl Iterator<Item = (Registration, Vec<Endpoint>)> + Send + 'static,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<u64> {
        scope.require(Permission::MoveParticipants)?;
        let parts = self.parts();
        let mut chunks = self.make_chunks(people);
        let mut runs = Vec::new();
        let mut stored = 0;
        while let Some(chunk) = chunks.recv().await {
            let count = ParticipantNumber::try_from(chunk.len()).unwrap_or(ParticipantNumber::MAX);
            let mut tx = parts.store.write().await?;
            let first = parts
                .store
                .reserve_participant_numbers(&mut tx, chunk.len())
                .await?;
            tx.insert_participants(first, chunk).await?;
            tx.commit().await?;
            append_run(&mut runs, (first, first + count - 1));
            stored += u64::from(count);
            progress(stored);
        }
        let mut tx = parts.store.write().await?;
        tx.announce_participants(&runs).await?;
        let (deed, detail) = (Deed::ParticipantsImported, json!({ "stored": stored }));
        self.record(&mut tx, scope, deed, (None, None), detail).await?;
        tx.commit().await?;
        self.directory().wake();
        Ok(stored)
    }

    /// Makes and seals participants on a thread of its own, a chunk ahead of the database.
    fn make_chunks(
        &self,
        mut people: impl Iterator<Item = (Registration, Vec<Endpoint>)> + Send + 'static,
    ) -> mpsc::Receiver<Vec<SealedParticipant>> {
        let (sender, receiver) = mpsc::channel(1);
        let (random, keys) = (self.parts().random.clone(), self.parts().keys.clone());
        let now = self.now();
        tokio::task::spawn_blocking(move || {
            loop {
                let made = people.by_ref().take(BULK_CHUNK).map(|(registration, endpoints)| {
                    let devices = endpoints
                        .into_iter()
                        .map(|endpoint| (DeviceId::new(now, &random), endpoint));
                    let one = BulkParticipant {
                        devices: devices.collect(),
                        new: NewParticipant {
                            participant: registration.into_participant(ParticipantId::new(now, &random)),
                            wanted: ChannelSet::USUAL,
                            confirmed_at: now,
                        },
                    };
                    one.seal(&keys)
                });
                let chunk: Vec<SealedParticipant> = made.collect();
                // Nobody listens when it was given up.
                if chunk.is_empty() || sender.blocking_send(chunk).is_err() {
                    return;
                }
            }
        });
        receiver
    }
}
