//! Taking part, and signing in later: both begin with a code.

use super::CodeSent;
use super::code::{Draft, Waiting, What};
use crate::desk::postcodes::locate;
use crate::desk::{Desk, DeskError, Result};
use crate::domain::channel::ChannelSet;
use crate::domain::endpoint::Endpoint;
use crate::domain::language::Language;
use crate::domain::participant::registration::RegistrationInput;
use crate::domain::participant::{Contact, Registration};
use crate::domain::problem::ProblemCode;

impl Desk {
    /// Checks what someone filled in and sends a code to the first of e-mail address, telephone number and
    /// device. A second address is confirmed after it.
    pub async fn register(&self, input: &RegistrationInput, device: Option<Endpoint>) -> Result<CodeSent> {
        let territory = self.directory().territory();
        let today = self.now().to_utc().date_naive();
        let checked = Registration::check(input, today, |postcode| locate(&territory, postcode));
        let registration = checked?;
        if let Some(device) = &device {
            self.check_device(device)?;
        }
        let address = first_address(&registration.contact)
            .or_else(|| device.clone())
            .ok_or_else(no_address)?;
        let draft = Draft {
            contact: registration.contact,
            places: registration.places,
            topics: registration.topics,
            channels: ChannelSet::USUAL,
            device,
            rest: registration.rest,
        };
        self.send_code(Waiting {
            address,
            language: registration.language,
            what: What::Registration(Box::new(draft)),
        })
        .await
    }

    /// Sends a code to an e-mail address or telephone number, with which its participant signs in.
    pub async fn request_sign_in(&self, address: &str, language: Language) -> Result<CodeSent> {
        let waiting = Waiting {
            address: read_address(address)?,
            language,
            what: What::SignIn,
        };
        self.send_code(waiting).await
    }
}

/// The cheapest to send a code to.
fn first_address(contact: &Contact) -> Option<Endpoint> {
    let email = contact
        .email
        .as_ref()
        .map(|email| Endpoint::Mailbox(email.as_str().to_owned()));
    email.or_else(|| contact.endpoints().next())
}

/// An e-mail address when it has an at sign, a telephone number otherwise.
pub(in crate::desk) fn read_address(text: &str) -> Result<Endpoint> {
    if text.contains('@') {
        text.parse::<crate::domain::participant::EmailAddress>()
            .map(|email| Endpoint::Mailbox(email.as_str().to_owned()))
            .map_err(|_| no_address())
    } else {
        text.parse::<crate::domain::participant::PhoneNumber>()
            .map(|phone| Endpoint::Phone(phone.as_str().to_owned()))
            .map_err(|_| no_address())
    }
}

fn no_address() -> DeskError {
    DeskError::invalid("address", ProblemCode::AddressForm)
}
