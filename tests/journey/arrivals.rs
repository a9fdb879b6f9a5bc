//! What arrived anywhere, in one form.

use std::collections::HashMap;

use oproep::receivers::inbox::{Arrival, Kind};

use crate::ground::Ground;

/// A message where it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) receiver: Kind,
    /// Telephone number, mailbox, or the end of a device's address.
    pub(crate) address: String,
    /// Empty for a text message.
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: String,
}

impl From<Arrival> for Arrived {
    fn from(arrival: Arrival) -> Self {
        let link = arrival.link.unwrap_or_default();
        assert_eq!(
            link.rsplit('/').next(),
            Some(&*arrival.reference),
            "the link carries the reference"
        );
        Self {
            receiver: arrival.kind,
            address: arrival.endpoint_hint,
            title: arrival.title,
            body: arrival.body,
            link,
        }
    }
}

/// The text before the link on the last line, and the link.
pub(crate) fn link_at_end(text: &str) -> (String, String) {
    let text = text.replace("\r\n", "\n");
    let (body, link) = text.rsplit_once('\n').unwrap_or((&text, ""));
    (body.to_owned(), link.to_owned())
}

/// Messages by the link that they carry: each participant's copy has its own.
pub(crate) type ByLink = HashMap<String, Vec<Arrived>>;

/// Everything that arrived so far.
pub(crate) fn by_link(ground: &Ground) -> ByLink {
    let mut by_link = ByLink::new();
    let pushed = ground.receivers.inbox.list(0, usize::MAX);
    let pushed = pushed.into_iter().map(Arrived::from);
    for one in pushed.chain(ground.sms.arrived()).chain(ground.mail.arrived()) {
        by_link.entry(one.link.clone()).or_default().push(one);
    }
    by_link
}
