//! Whom the messages of a step go to.

use super::super::mail_marks::mail_marks;
use super::Sending;
use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::id::DeviceId;
use crate::domain::language::Language;
use crate::domain::message::Recipient;
use crate::domain::reference::DeliveryRef;
use crate::storage::endpoints::GoneEndpoint;

/// What one message to one endpoint is for.
pub(super) struct Addressed {
    pub(super) position: usize,
    device: Option<DeviceId>,
}

impl Sending<'_> {
    /// The messages of a step by language, each to one endpoint.
    pub(super) fn address(&self, step: &[usize]) -> Vec<(Language, Vec<Addressed>, Vec<Recipient>)> {
        let around = &self.node.around;
        let mut groups: Vec<(Language, Vec<Addressed>, Vec<Recipient>)> = Language::ALL
            .map(|language| (language, Vec::new(), Vec::new()))
            .into();
        for &position in step {
            let Some(person) = self.people.get(&self.batch.members[position]) else {
                continue;
            };
            let delivery = DeliveryRef {
                batch: self.batch.number,
                position: u16::try_from(position).expect("a batch has at most 500 members"),
            };
            let link = around.references.delivery(delivery);
            // The app shows the page by its reference; a gateway reports by one that its reader does not know.
            let reference = match self.batch.account.provider.channel() {
                Channel::Sms | Channel::Voice => around.references.receipt(delivery),
                Channel::App | Channel::Email => link.clone(),
            };
            let link = format!("{}/a/{link}", around.public_url);
            let mail = match self.batch.account.provider.channel() {
                Channel::Email => Some(mail_marks(around, self.batch.wave.message.nl.urgency, delivery)),
                Channel::App | Channel::Sms | Channel::Voice => None,
            };
            let group = groups
                .iter_mut()
                .find(|(language, ..)| *language == person.language)
                .expect("every language has a group");
            for (device, endpoint) in &person.endpoints {
                group.1.push(Addressed {
                    position,
                    device: *device,
                });
                group.2.push(Recipient {
                    endpoint: endpoint.clone(),
                    reference: reference.clone(),
                    link: Some(link.clone()),
                    mail: mail.clone(),
                });
            }
        }
        groups.retain(|(_, addressed, _)| !addressed.is_empty());
        groups
    }

    /// Notes an endpoint that the provider called gone.
    pub(super) fn note_gone(&self, addressed: &Addressed, attempt: &Attempt) {
        if let Attempt::Rejected {
            reason,
            endpoint_gone: true,
        } = attempt
        {
            let gone = match addressed.device {
                Some(id) => GoneEndpoint::Device {
                    id,
                    reason: reason.clone(),
                },
                None => GoneEndpoint::Address {
                    number: self.batch.members[addressed.position],
                    channel: self.batch.account.provider.channel(),
                },
            };
            self.batch.change(|hand| hand.gone.push(gone));
        }
    }
}
