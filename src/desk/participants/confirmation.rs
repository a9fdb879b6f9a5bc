//! A code comes back: what waited for it happens.

use super::code::{Draft, Waiting, What};
use super::{CodeSent, Confirmed, ConfirmedAs};
use crate::desk::sessions::NewSession;
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ParticipantId, ParticipantNumber, VerificationId};
use crate::domain::language::Language;
use crate::domain::participant::{Contact, Participant};
use crate::domain::problem::ProblemCode;
use crate::storage::Tx;
use crate::storage::participants::NewParticipant;
use crate::storage::sessions::SessionHolder;

const USED_UP: DeskError = DeskError::Gone(Reason::CodeUsedUp);

/// What happened, before a session is opened.
struct Done {
    number: ParticipantNumber,
    outcome: ConfirmedAs,
    /// The second address of a registration, still to be confirmed.
    next: Option<Waiting>,
}

impl Desk {
    /// Takes a code. A right one is used up by it; a wrong one costs a try.
    pub async fn confirm(
        &self,
        verification: VerificationId,
        code: &str,
        user_agent: Option<&str>,
    ) -> Result<Confirmed> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let claimed = tx.claim_verification_try(verification).await?.ok_or(USED_UP)?;
        if claimed.expires_at <= self.now() {
            return Err(USED_UP);
        }
        if !claimed.is_code(&parts.keys, code.trim()) {
            // The try counts.
            tx.commit().await?;
            return Err(wrong_code());
        }
        let waiting: Waiting = claimed.payload(&parts.keys)?;
        tx.mark_verification_used(verification).await?;
        let Some(done) = self.carry_out(&mut tx, waiting).await? else {
            tx.commit().await?;
            return Err(DeskError::NotFound("participant: register first"));
        };
        let stored = tx.find_participant(&parts.keys, done.number).await?;
        let participant = stored.ok_or(USED_UP)?.participant.id;
        let session = match done.outcome {
            ConfirmedAs::AddressChanged => None,
            ConfirmedAs::Registered | ConfirmedAs::SignedIn => {
                let new = NewSession {
                    holder: SessionHolder::Participant(done.number),
                    user_agent,
                    address: None,
                    proved_at: None,
                };
                Some(self.open_session(&mut tx, new).await?)
            }
        };
        tx.commit().await?;
        self.directory().wake();
        let next = match done.next {
            Some(waiting) => self.send_next(waiting).await,
            None => None,
        };
        Ok(Confirmed {
            outcome: done.outcome,
            participant,
            session,
            next,
        })
    }

    /// The first address is confirmed whatever becomes of the second, which can be added again later.
    async fn send_next(&self, waiting: Waiting) -> Option<CodeSent> {
        self.send_code(waiting).await.ok()
    }

    async fn carry_out(&self, tx: &mut Tx, waiting: Waiting) -> Result<Option<Done>> {
        let Waiting {
            address,
            language,
            what,
        } = waiting;
        let owner = tx.find_number_by_address(&self.parts().keys, &address).await?;
        match what {
            What::SignIn => Ok(owner.map(signed_in)),
            What::Registration(draft) => match owner {
                Some(number) => {
                    // Whoever has the address and the device may use both.
                    if let Some(device) = &draft.device {
                        self.register_device(tx, number, device).await?;
                    }
                    Ok(Some(signed_in(number)))
                }
                None => self.take_part(tx, *draft, &address, language).await.map(Some),
            },
            What::NewAddress(number) => self.set_address(tx, number, owner, &address).await.map(Some),
        }
    }

    async fn take_part(
        &self,
        tx: &mut Tx,
        draft: Draft,
        confirmed: &Endpoint,
        language: Language,
    ) -> Result<Done> {
        let parts = self.parts();
        let now = self.now();
        let (contact, unconfirmed) = divide(draft.contact, confirmed);
        let new = NewParticipant {
            participant: Participant {
                id: ParticipantId::new(now, &parts.random),
                language,
                contact,
                places: draft.places,
                topics: draft.topics,
                rest: draft.rest,
            },
            wanted: draft.channels,
            confirmed_at: now,
        };
        let number = tx.insert_participant(&parts.keys, &new).await?;
        if let Some(device) = &draft.device {
            self.register_device(tx, number, device).await?;
        }
        Ok(Done {
            number,
            outcome: ConfirmedAs::Registered,
            next: unconfirmed.map(|address| Waiting {
                address,
                language,
                what: What::NewAddress(number),
            }),
        })
    }

    async fn set_address(
        &self,
        tx: &mut Tx,
        number: ParticipantNumber,
        owner: Option<ParticipantNumber>,
        address: &Endpoint,
    ) -> Result<Done> {
        let parts = self.parts();
        if owner.is_some_and(|owner| owner != number) {
            return Err(Reason::AddressInUse.into());
        }
        let stored = tx.find_participant(&parts.keys, number).await?;
        let mut stored = stored.ok_or(DeskError::Gone(Reason::RegistrationGone))?;
        let contact = &mut stored.participant.contact;
        match address {
            Endpoint::Mailbox(mailbox) => contact.email = mailbox.parse().ok(),
            Endpoint::Phone(number) => contact.phone = number.parse().ok(),
            Endpoint::Fcm { .. } | Endpoint::Apns { .. } | Endpoint::WebPush { .. } => {}
        }
        tx.update_participant(&parts.keys, &stored, self.now()).await?;
        Ok(Done {
            number,
            outcome: ConfirmedAs::AddressChanged,
            next: None,
        })
    }
}

const fn signed_in(number: ParticipantNumber) -> Done {
    Done {
        number,
        outcome: ConfirmedAs::SignedIn,
        next: None,
    }
}

/// What is confirmed of the addresses, and the other.
fn divide(contact: Contact, confirmed: &Endpoint) -> (Contact, Option<Endpoint>) {
    let other = contact.endpoints().find(|endpoint| endpoint != confirmed);
    let Contact { email, phone } = contact;
    let contact = match confirmed {
        Endpoint::Mailbox(_) => Contact { email, phone: None },
        Endpoint::Phone(_) => Contact { email: None, phone },
        Endpoint::Fcm { .. } | Endpoint::Apns { .. } | Endpoint::WebPush { .. } => Contact::default(),
    };
    (contact, other)
}

fn wrong_code() -> DeskError {
    DeskError::invalid("code", ProblemCode::WrongCode)
}
