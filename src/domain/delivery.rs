//! What became of a message to one recipient: one byte, and the rule that it only moves forward.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;

/// What became of one recipient of a batch, as the byte that is stored.
///
/// For every wave holds `audience = queued + accepted + delivered + failed + unknown + stopped`, and
/// nothing is queued any more once the wave is finished. [`Disposition::InDoubt`] counts as queued:
/// the message may have left, and one more attempt is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Disposition {
    /// Waits to be handed over.
    Queued = 0,
    /// A node died while it may have handed this over once; one more attempt follows.
    InDoubt = 1,
    /// The provider took it.
    Accepted = 2,
    /// The provider reported it delivered.
    Delivered = 3,
    /// It will not arrive: refused, or undeliverable.
    Failed = 4,
    /// It may have been handed over, and nobody can tell.
    Unknown = 5,
    /// Never handed over: the action was stopped, closed or expired before its turn.
    Stopped = 6,
    /// Split off to a later batch, where it is counted.
    Moved = 7,
}

impl Disposition {
    /// All, by byte.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::InDoubt,
        Self::Accepted,
        Self::Delivered,
        Self::Failed,
        Self::Unknown,
        Self::Stopped,
        Self::Moved,
    ];

    /// The disposition stored as this byte; none for a byte that was never written.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }

    /// Its byte.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// Whether the recipient was told, or may have been: whom a correction or closing message is for.
    pub const fn may_have_been_told(self) -> bool {
        matches!(
            self,
            Self::InDoubt | Self::Accepted | Self::Delivered | Self::Unknown
        )
    }

    /// Whether a provider took it, whatever became of it then but a failure.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Accepted | Self::Delivered)
    }

    /// Whether it still waits for a provider.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::InDoubt)
    }

    /// What a receipt makes of it. Receipts arrive late, twice and out of order, so they only move
    /// forward: a delivery is never undone, and a failure yields only to a delivery.
    #[must_use]
    pub const fn after(self, receipt: Receipt) -> Self {
        match (self, receipt) {
            (Self::Moved, _) => Self::Moved,
            (_, Receipt::Delivered) => Self::Delivered,
            (Self::Accepted | Self::Unknown, Receipt::Failed) => Self::Failed,
            (Self::Unknown, Receipt::Accepted) => Self::Accepted,
            (before, _) => before,
        }
    }
}

/// What a provider later says of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// Under way: the provider or the network has it.
    Accepted,
    /// It reached the device or mailbox.
    Delivered,
    /// It will not arrive.
    Failed,
}

/// What one attempt at a provider gave, for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The provider took it.
    Accepted,
    /// It can never succeed like this.
    Rejected {
        /// The provider's reason code, without personal data, at most 64 characters.
        reason: String,
        /// Whether the endpoint itself is dead (unregistered, mailbox does not exist): it is retired.
        endpoint_gone: bool,
    },
    /// The provider asks to slow down; the whole account waits this long. No attempt is used.
    Throttled {
        /// How long, from `Retry-After` or the provider's default.
        retry_after: std::time::Duration,
    },
    /// Not handed over for a passing reason (could not connect, 5xx, a 4xx SMTP reply): tried again later.
    Transient {
        /// What happened, without personal data, at most 64 characters.
        reason: String,
    },
    /// The request left and no answer came: it may have been handed over.
    Unconfirmed {
        /// What happened, without personal data, at most 64 characters.
        reason: String,
    },
    /// Not handed over, because the service that reaches this endpoint is out; the account's others serve. No attempt
    /// is used.
    Withheld {
        /// When it is worth another try.
        until: Timestamp,
    },
}

impl Attempt {
    /// Whether it speaks against the provider: nothing was taken, or nobody knows.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Transient { .. } | Self::Unconfirmed { .. })
    }

    /// Whether the provider answered what it makes of the message.
    pub const fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Accepted | Self::Rejected { .. } | Self::Throttled { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_reads_back_as_what_wrote_it() {
        for disposition in Disposition::ALL {
            assert_eq!(Disposition::from_byte(disposition.byte()), Some(disposition));
        }
        assert_eq!(Disposition::from_byte(8), None);
    }

    #[test]
    fn receipts_in_any_order_end_the_same() {
        use Receipt::{Accepted, Delivered, Failed};
        for order in [
            [Accepted, Delivered, Failed],
            [Delivered, Failed, Accepted],
            [Failed, Accepted, Delivered],
        ] {
            let end = order.into_iter().fold(Disposition::Accepted, Disposition::after);
            assert_eq!(end, Disposition::Delivered);
        }
    }
}
