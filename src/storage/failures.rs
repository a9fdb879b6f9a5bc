//! Recipients that a message did not reach, with the provider's reason.

use uuid::Uuid;

use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{BatchNumber, ParticipantNumber, WaveId};

statements! {
    COUNT_REASONS = "select f.reason, count(*) from failures f join batches b on b.number = f.batch_number \
        where b.wave_id = $1 group by f.reason order by count(*) desc, f.reason limit 50";
    LIST_OWN = "select b.wave_id, b.channel, f.reason, f.failed_at from failures f \
        join batches b on b.number = f.batch_number where f.participant_number = $1 \
        order by f.failed_at, f.batch_number, f.position";
}

const INSERT: &str = "insert into failures (batch_number, position, participant_number, reason, failed_at)";

/// One recipient that a message did not reach.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// A message that did not reach a participant, as it is told to them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OwnFailure {
    /// The wave.
    pub wave: WaveId,
    /// The name of the channel.
    pub channel: String,
    /// The reason code.
    pub reason: String,
    /// When it was final.
    pub failed_at: Timestamp,
}

impl Tx {
    /// The messages that did not reach a participant, the oldest first.
    pub async fn list_failures_of(&mut self, participant: ParticipantNumber) -> Result<Vec<OwnFailure>> {
        let rows: Vec<(Uuid, String, String, i64)> = self.list(LIST_OWN, values![participant]).await?;
        let read = |(wave, channel, reason, at)| OwnFailure {
            wave: WaveId::from_uuid(wave),
            channel,
            reason,
            failed_at: Timestamp::from_millis(at),
        };
        Ok(rows.into_iter().map(read).collect())
    }

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
