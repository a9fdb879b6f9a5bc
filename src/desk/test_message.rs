//! A message to oneself, to see that the providers of a channel take and bring it.

use std::time::Duration;

use super::participants::read_address;
use super::{Desk, Permission, Result, Scope};
use crate::domain::audit;
use crate::domain::channel::Channel;
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};

/// How long a provider gets to take it.
const WITHIN: Duration = Duration::from_secs(30);
/// The most that one account sends within a quarter of an hour.
const MOST: u32 = 10;

impl Desk {
    /// Sends a short message to an e-mail address or a mobile telephone, as a code would go. Answers the channel, and
    /// whether a provider took it within half a minute.
    pub async fn send_test_message(
        &self,
        scope: &Scope,
        address: &str,
        language: Language,
    ) -> Result<(Channel, bool)> {
        scope.require(Permission::TestProviders)?;
        let endpoint = read_address(address)?;
        let (parts, now) = (self.parts(), self.now());
        let key = format!("test message {}", scope.account).into_bytes();
        self.0.sign_ins.count(key, now, MOST)?;
        let channel = endpoint.channel();
        let mut tx = parts.store.write().await?;
        let detail = serde_json::json!({ "channel": channel });
        self.record(
            &mut tx,
            scope,
            audit::Deed::ProviderTested,
            (None, Some(scope.region)),
            detail,
        )
        .await?;
        tx.commit().await?;
        let (title, body) = match language {
            Language::Nl => (
                "Proefbericht",
                "Dit is een proefbericht van Oproep. U hoeft niets te doen.",
            ),
            Language::En => (
                "Test message",
                "This is a test message of Oproep. You need not do anything.",
            ),
        };
        let message = Message {
            purpose: Purpose::Code,
            urgency: Urgency::Urgent,
            language,
            title: title.to_owned(),
            body: body.to_owned(),
            collapse_key: "test".to_owned(),
            expires_at: now + WITHIN,
        };
        let recipient = Recipient {
            endpoint,
            reference: crate::domain::id::VerificationId::new(now, &parts.random)
                .as_uuid()
                .simple()
                .to_string(),
            link: None,
            mail: None,
        };
        Ok((channel, parts.codes.deliver(message, recipient).await))
    }
}
