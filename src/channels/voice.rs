//! Calls: what every telephone exchange shares, and one adapter an exchange.
//!
//! A call says the message in the recipient's language, two times, and offers keys: 1 for whoever has information, 9
//! to hear it again. What is handed over is the call; whether anybody answered is told later, by webhook.

use std::time::Duration;

use crate::domain::delivery::Receipt;

pub mod cm;
pub mod lines;
pub mod recording;
pub mod speech;
pub mod twilio;

/// The longest that a call is taken to occupy its line once it was handed over: waiting, ringing, the message three
/// times over, and a message left.
const LONGEST_CALL: Duration = Duration::from_mins(8);
/// How long an account waits when all its lines are taken.
const LINE_PAUSE: Duration = Duration::from_secs(1);

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallEnd {
    /// Somebody answered, and it was said.
    Answered,
    /// An answering machine took it, and it was said to the machine.
    Machine,
    /// An answering machine took it, and was not spoken to.
    MachineLeft,
    /// The line was busy, or the call was turned away.
    Busy,
    /// Nobody answered in time.
    NoAnswer,
    /// It could not be made.
    Failed,
}

impl CallEnd {
    /// The name in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Machine => "machine",
            Self::MachineLeft => "machine_left",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
        }
    }

    /// What it says of the delivery. What a machine recorded may be heard today or never: it was handed over, and
    /// that is known already.
    pub const fn receipt(self) -> Receipt {
        match self {
            Self::Answered => Receipt::Delivered,
            Self::Machine => Receipt::Accepted,
            Self::MachineLeft | Self::Busy | Self::NoAnswer | Self::Failed => Receipt::Failed,
        }
    }
}
