//! What a mail carries beside its text: the references by which it comes back.

use super::Surroundings;
use crate::domain::message::{MailMarks, Urgency};
use crate::domain::reference::DeliveryRef;

/// The marks of a delivery's mail. Nobody ends what is urgent with one click.
pub(super) fn mail_marks(around: &Surroundings, urgency: Urgency, delivery: DeliveryRef) -> MailMarks {
    let references = &around.references;
    let unsubscribe = match urgency {
        Urgency::Urgent => None,
        Urgency::Normal => Some(format!(
            "{}/u/{}",
            around.public_url,
            references.unsubscribe(delivery)
        )),
    };
    MailMarks {
        bounce: references.bounce(delivery),
        reply: references.reply(delivery),
        unsubscribe,
    }
}
