//! A message to one's own device alone, to see that it arrives.

use std::time::Duration;

use super::ParticipantScope;
use crate::desk::{Desk, DeskError, Result};
use crate::domain::clock::Timestamp;
use crate::domain::id::DeviceId;
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};

/// After this nobody waits for it any more.
const VALID: Duration = Duration::from_secs(20);

fn message(language: Language, expires_at: Timestamp) -> Message {
    let (title, body) = match language {
        Language::Nl => (
            "Proefmelding",
            "Dit is een proef. Zo ziet u een oproep op dit toestel. Er is niets aan de hand.",
        ),
        Language::En => (
            "Test notification",
            "This is a test. This is how you see a call-out on this device. Nothing is the matter.",
        ),
    };
    Message {
        purpose: Purpose::Code,
        urgency: Urgency::Urgent,
        language,
        title: title.to_owned(),
        body: body.to_owned(),
        collapse_key: "test".to_owned(),
        expires_at,
    }
}

impl Desk {
    /// Sends a test to one of one's own devices, by the provider that call-outs go by. Answers whether the provider took
    /// it; whether it is seen, only its participant knows.
    pub async fn send_test_alert(&self, scope: &ParticipantScope, device: DeviceId) -> Result<bool> {
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let stored = tx.find_participant(&parts.keys, scope.number).await?;
        let language = stored.ok_or(DeskError::NotSignedIn)?.participant.language;
        let devices = tx.list_devices(&parts.keys, scope.number).await?;
        drop(tx);
        let in_use = devices
            .into_iter()
            .find(|one| one.id == device && one.retired_at.is_none());
        let endpoint = in_use.ok_or(DeskError::NotFound("device"))?.endpoint;
        let recipient = Recipient {
            endpoint,
            reference: parts.random.uuid(self.now()).simple().to_string(),
            link: None,
            mail: None,
        };
        let message = message(language, self.now() + VALID);
        Ok(parts.codes.deliver(message, recipient).await)
    }

    /// The public key that browsers subscribe with; none where no provider serves them.
    pub fn push_key(&self) -> Option<&str> {
        self.parts().providers.application_server_key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::TestDesk;
    use crate::domain::id::SessionId;
    use crate::storage::testing::people::participant_with_device;

    #[tokio::test]
    async fn a_test_goes_to_one_s_own_device_and_to_nobody_else_s() {
        for test in TestDesk::each().await {
            let keys = test.desk.parts().keys.clone();
            let mut tx = test.database.store.write().await.unwrap();
            let mut scopes = Vec::new();
            for one in [participant_with_device(1), participant_with_device(2)] {
                let number = tx.insert_participant(&keys, &one.new).await.unwrap();
                let (id, endpoint) = one.devices[0].clone();
                tx.insert_device(&keys, id, number, &endpoint, test.desk.now())
                    .await
                    .unwrap();
                let session = SessionId::from_uuid(uuid::Uuid::nil());
                scopes.push((ParticipantScope { number, session }, id, endpoint));
            }
            tx.commit().await.unwrap();
            let [(mine, device, endpoint), (other, ..)] = &scopes[..] else {
                panic!("there are two")
            };
            assert!(test.desk.send_test_alert(mine, *device).await.unwrap());
            assert_eq!(test.codes_sent(endpoint), 1);
            let refused = test.desk.send_test_alert(other, *device).await;
            assert!(matches!(refused, Err(DeskError::NotFound("device"))));
            assert_eq!(test.codes_sent(endpoint), 1);
        }
    }
}
