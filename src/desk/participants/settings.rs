//! Changing what one gave.

use super::code::{Waiting, What};
use super::registration::read_address;
use super::{CodeSent, ParticipantScope, ParticipantView};
use crate::desk::postcodes::locate;
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::language::Language;
use crate::domain::participant::registration::{PlaceInput, RegistrationInput};
use crate::domain::participant::{MAX_WEEKLY, Places, QuietHours, Registration, Topic, Topics};
use crate::domain::problem::ProblemCode;

/// What changes; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    /// The language of all messages.
    pub language: Option<Language>,
    /// What to be called on for; none at all is allowed.
    pub topics: Option<Topics>,
    /// The channels that are allowed; none at all is allowed.
    pub channels: Option<ChannelSet>,
    /// The places, as they were typed.
    pub places: Option<Vec<PlaceInput>>,
    /// The quiet hours; `Some(None)` for none.
    pub quiet_hours: Option<Option<QuietHours>>,
    /// The most messages a week without hurry, 0 to 7; `Some(None)` for as many as everyone gets.
    pub weekly_limit: Option<Option<u8>>,
    /// Addresses to forget.
    pub forget: ChannelSet,
}

impl Desk {
    /// Changes what one gave; a new address is added by [`Desk::request_address`].
    pub async fn change_settings(
        &self,
        scope: &ParticipantScope,
        change: SettingsChange,
    ) -> Result<ParticipantView> {
        if change
            .weekly_limit
            .flatten()
            .is_some_and(|limit| limit > MAX_WEEKLY)
        {
            return Err(DeskError::invalid(
                "weekly_limit",
                ProblemCode::WeeklyLimitOutOfBounds,
            ));
        }
        let places = match &change.places {
            Some(inputs) => Some(self.check_places(inputs)?),
            None => None,
        };
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let stored = tx.find_participant(&parts.keys, scope.number).await?;
        let mut stored = stored.ok_or(DeskError::NotSignedIn)?;
        let participant = &mut stored.participant;
        participant.language = change.language.unwrap_or(participant.language);
        participant.topics = change.topics.unwrap_or(participant.topics);
        stored.wanted = change.channels.unwrap_or(stored.wanted);
        if let Some(places) = places {
            participant.places = places;
        }
        let rest = &mut participant.rest;
        rest.quiet_hours = change.quiet_hours.unwrap_or(rest.quiet_hours);
        rest.weekly_limit = change.weekly_limit.unwrap_or(rest.weekly_limit);
        if change.forget.contains(Channel::Email) {
            participant.contact.email = None;
        }
        if change.forget.contains(Channel::Sms) {
            participant.contact.phone = None;
        }
        if participant.contact.channels().is_empty()
            && !change.forget.is_empty()
            && tx.count_devices(scope.number).await? == 0
        {
            return Err(Reason::LastAddress.into());
        }
        tx.update_participant(&parts.keys, &stored, self.now()).await?;
        tx.commit().await?;
        self.directory().wake();
        self.own_participant(scope).await
    }

    /// Sends a code to a new e-mail address or telephone number, which takes the place of the one of its kind
    /// when the code comes back.
    pub async fn request_address(&self, scope: &ParticipantScope, address: &str) -> Result<CodeSent> {
        let language = self.own_participant(scope).await?.language;
        self.send_code(Waiting {
            address: read_address(address)?,
            language,
            what: What::NewAddress(scope.number),
        })
        .await
    }

    /// The places that were typed, by the rules of a registration.
    fn check_places(&self, inputs: &[PlaceInput]) -> Result<Places> {
        let territory = self.directory().territory();
        let input = RegistrationInput {
            has_app: true,
            is_old_enough: true,
            places: inputs.to_vec(),
            topics: vec![Topic::Urgent.name().to_owned()],
            ..RegistrationInput::default()
        };
        let today = self.now().to_utc().date_naive();
        Registration::check(&input, today, |postcode| locate(&territory, postcode))
            .map(|registration| registration.places)
            .map_err(DeskError::from)
    }
}
