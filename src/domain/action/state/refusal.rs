//! What an action in its state does not do, and what to do instead.

use super::Phase;
use crate::domain::action::approval::NeedsApproval;
use crate::domain::language::Language;
use crate::domain::said::Said;

/// What was tried with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Starting it.
    Started,
    /// Holding it.
    Paused,
    /// Letting it go on.
    Resumed,
    /// Stopping it.
    Stopped,
    /// Closing it.
    Closed,
    /// Calling it back.
    Withdrawn,
    /// Ending it when its time is over.
    Expired,
    /// Calling on more.
    Expanded,
    /// Telling more.
    Updated,
    /// Changing its draft.
    Changed,
    /// Asking for a second person.
    Submitted,
    /// Approving it.
    Approved,
    /// Giving it back.
    Returned,
    /// Refusing it.
    Refused,
    /// Taking it back before anything left.
    TakenBack,
    /// Ending its hold.
    SentNow,
}

impl Tried {
    /// The participle.
    const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Started, Language::Nl) => "gestart",
            (Self::Started, Language::En) => "started",
            (Self::Paused, Language::Nl) => "gepauzeerd",
            (Self::Paused, Language::En) => "paused",
            (Self::Resumed, Language::Nl) => "hervat",
            (Self::Resumed, Language::En) => "resumed",
            (Self::Stopped, Language::Nl) => "gestopt",
            (Self::Stopped, Language::En) => "stopped",
            (Self::Closed, Language::Nl) => "gesloten",
            (Self::Closed, Language::En) => "closed",
            (Self::Withdrawn, Language::Nl) => "ingetrokken",
            (Self::Withdrawn, Language::En) => "withdrawn",
            (Self::Expired, Language::Nl) => "beëindigd",
            (Self::Expired, Language::En) => "expired",
            (Self::Expanded, Language::Nl) => "uitgebreid",
            (Self::Expanded, Language::En) => "expanded",
            (Self::Updated, Language::Nl) => "bijgewerkt",
            (Self::Updated, Language::En) => "updated",
            (Self::Changed, Language::Nl) => "gewijzigd",
            (Self::Changed, Language::En) => "changed",
            (Self::Submitted, Language::Nl) => "ingediend",
            (Self::Submitted, Language::En) => "submitted",
            (Self::Approved, Language::Nl) => "goedgekeurd",
            (Self::Approved, Language::En) => "approved",
            (Self::Returned, Language::Nl) => "teruggegeven",
            (Self::Returned, Language::En) => "returned",
            (Self::Refused, Language::Nl) => "geweigerd",
            (Self::Refused, Language::En) => "refused",
            (Self::TakenBack, Language::Nl) => "teruggenomen",
            (Self::TakenBack, Language::En) => "taken back",
            (Self::SentNow, Language::Nl) => "meteen verstuurd",
            (Self::SentNow, Language::En) => "sent at once",
        }
    }
}

/// What an action in this state does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Another phase is needed.
    #[error("an action that is {phase} cannot be {}: load it again to see what can be done", verb.word(Language::En))]
    WrongPhase {
        /// The phase it is in.
        phase: Phase,
        /// What was tried.
        verb: Tried,
    },
    /// Its waves were stopped for good.
    #[error("this action was stopped and cannot be {}: send an update, or close it", verb.word(Language::En))]
    Stopped {
        /// What was tried.
        verb: Tried,
    },
    /// Its time is not over.
    #[error("this action has not run out: it expires by itself at its end")]
    NotOver,
    /// Its time would be over at once.
    #[error("the end of an action lies after its start: choose a longer running time")]
    OverAtOnce,
    /// A second person has to approve it first.
    #[error("{}", .0.said())]
    NeedsApproval(NeedsApproval),
    /// Whoever made, changed or submitted it would approve it.
    #[error("whoever made, submitted or last changed this does not approve it: ask a colleague")]
    OwnWork,
    /// What is there now is something else than was submitted or approved.
    #[error("texts, area or channels are no longer what was submitted: submit it again")]
    NotWhatWasApproved,
    /// Many more or fewer would be called on than was submitted, read or approved.
    #[error(
        "this goes to {counted} participants and not to {approved}: load it again, and submit it again where that was \
         approved"
    )]
    AudienceChanged {
        /// How many were submitted, read or approved.
        approved: u64,
        /// How many there are now.
        counted: u64,
    },
}

impl TransitionError {
    /// What is the matter and what to do.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::WrongPhase { phase, verb } => {
                let is = match phase {
                    Phase::Draft => "nog een concept",
                    Phase::Submitted => "ingediend",
                    Phase::Returned => "teruggegeven",
                    Phase::Refused => "geweigerd",
                    Phase::Approved => "goedgekeurd",
                    Phase::Active => "gaande",
                    Phase::Paused => "gepauzeerd",
                    Phase::Closed => "gesloten",
                    Phase::Withdrawn => "ingetrokken",
                    Phase::Expired => "verlopen",
                };
                let verb = verb.word(Language::Nl);
                format!("een actie die {is} is kan niet worden {verb}: laad haar opnieuw om te zien wat kan")
            }
            Self::Stopped { verb } => {
                let verb = verb.word(Language::Nl);
                format!("deze actie is gestopt en kan niet worden {verb}: stuur een update, of sluit haar af")
            }
            Self::NotOver => "de tijd van deze actie is niet om: zij verloopt vanzelf".to_owned(),
            Self::OverAtOnce => {
                "het einde van een actie ligt na haar begin: kies een langere looptijd".to_owned()
            }
            Self::NeedsApproval(why) => return why.said(),
            Self::OwnWork => {
                "wie dit maakte, indiende of het laatst wijzigde keurt het niet goed: vraag een collega"
                    .to_owned()
            }
            Self::NotWhatWasApproved => {
                "teksten, gebied of kanalen zijn niet meer wat is ingediend: dien het opnieuw in".to_owned()
            }
            Self::AudienceChanged { approved, counted } => format!(
                "dit gaat naar {counted} deelnemers en niet naar {approved}: laad het opnieuw, en dien het opnieuw in als dat \
                 was goedgekeurd"
            ),
        };
        Said::new(nl, self.to_string())
    }
}
