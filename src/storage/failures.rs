//! Recipients that a message did not reach, with the provider's reason.

use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{BatchNumber, ParticipantNumber, WaveId};

statements! {
    COUNT_REASONS = "select f.reason, count(*) from failures f join batches b on b.number = f.batch_number \
        where b.wave_id = $1 group by f.reason order by count(*) desc, f.reason limit 50";
}

const INSERT: &str = "insert into failures (batch_number, position, participant_number, reason, failed_at)";

/// One recipient that a message did not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The batch.
    pub batch: BatchNumber,
    /// The position in it.
    pub position: u16,
    /// The participant.
    pub participant: ParticipantNumber,
    /// The provider's reason code, or ours; nothing personal.
    pub reason: String,
    /// When it was final.
    pub failed_at: Timestamp,
}

impl Tx {
    /// Stores failures; one that is known already stays as it was.
    pub async fn insert_failures(&mut self, failures: &[Failure]) -> Result<()> {
        let rows = failures
            .iter()
            .map(|failure| {
                values![
                    failure.batch,
                    failure.position,
                    failure.participant,
                    failure.reason.as_str(),
                    failure.failed_at
                ]
            })
            .collect();
        self.insert_missing(INSERT, rows).await
    }

    /// How often each reason came up in a wave, most frequent first, at most 50.
    pub async fn count_failure_reasons(&mut self, wave: WaveId) -> Result<Vec<(String, i64)>> {
        self.list(COUNT_REASONS, values![wave]).await
    }
}
