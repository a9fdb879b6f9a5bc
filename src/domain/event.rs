//! The kinds of things that happen, by which live screens and reports know them.

use serde::{Deserialize, Serialize};

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in API and database.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The kind of this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

event_kinds! {
    /// A draft was made.
    ActionCreated "action.created"
    /// A draft was changed.
    ActionChanged "action.changed"
    /// A second person was asked to approve a draft, an expansion or an update.
    ActionSubmitted "action.submitted"
    /// A second person approved it.
    ActionApproved "action.approved"
    /// A second person gave it back with a reason.
    ActionReturned "action.returned"
    /// A second person refused it with a reason.
    ActionRefused "action.refused"
    /// An action went out.
    ActionStarted "action.started"
    /// The last wave was taken back before anything of it left: nobody was told.
    ActionTakenBack "action.taken_back"
    /// The hold of the last wave was ended before its time.
    ActionSentNow "action.sent_now"
    /// An action was started over a limit, with a reason.
    LimitOverridden "limit.overridden"
    /// Sending is held.
    ActionPaused "action.paused"
    /// Sending goes on.
    ActionResumed "action.resumed"
    /// Its waves were halted for good.
    ActionStopped "action.stopped"
    /// Those who were told hear that something was wrong.
    ActionCorrected "action.corrected"
    /// It ended with an outcome.
    ActionClosed "action.closed"
    /// It was called back.
    ActionWithdrawn "action.withdrawn"
    /// Its time was over.
    ActionExpired "action.expired"
    /// A wave was ordered.
    WaveStarted "wave.started"
    /// More of a wave was handed over.
    WaveProgress "wave.progress"
    /// Everyone in a wave has a final disposition.
    WaveFinished "wave.finished"
    /// A tip came in.
    TipReceived "tip.received"
    /// A tip was judged, noted on or passed on.
    TipChanged "tip.changed"
    /// Somebody looked somewhere and found nothing.
    AreaSearched "area.searched"
    /// Another system alerted of something: a notice to judge.
    NoticeReceived "notice.received"
    /// A notice was judged, taken back by its sender, or replaced.
    NoticeChanged "notice.changed"
    /// A system that hears what happens was given up.
    WebhookDisabled "webhook.disabled"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.name()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
