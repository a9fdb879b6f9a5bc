//! The corrections that stand ready: what those who were told read when something of an action was wrong, before
//! anybody has time to write.

use super::kind::ActionKind;
use super::texts::{Text, Texts};

impl ActionKind {
    /// The correction that stands ready for the kind, where a region has none of its own.
    pub fn correction(self) -> Texts {
        let (nl, en) = match self {
            Self::MissingPerson | Self::MissingChildRegional | Self::MissingChildNational => (
                "Ons vorige bericht over een vermissing klopte niet. Ga daar niet op af. Kijk op dit moment niet verder uit, \
                 tenzij u van ons een nieuw bericht krijgt.",
                "Our previous message about a missing person was not right. Please disregard it. You need not look out at this \
                 moment, unless you get a new message from us.",
            ),
            Self::DangerousSituation => (
                "Ons vorige bericht over een gevaarlijke situatie klopte niet. U hoeft daarom niets te doen of te laten. Bent \
                 u in nood? Bel 112.",
                "Our previous message about a dangerous situation was not right. You need not act on it. Are you in danger? \
                 Call 112.",
            ),
            Self::StolenVehicle | Self::LostOrFound => (
                "Ons vorige bericht klopte niet. Kijk niet uit naar wat daarin stond, en spreek daar niemand op aan.",
                "Our previous message was not right. Do not look out for what it said, and do not approach anyone about it.",
            ),
            Self::WitnessCall | Self::UnknownPerson => (
                "Ons vorige bericht klopte niet. Deel het niet verder. Wat u al hebt gemeld wordt gewoon bekeken.",
                "Our previous message was not right. Do not share it any further. What you reported already is looked at as usual.",
            ),
            Self::Burglary
            | Self::Robbery
            | Self::Theft
            | Self::Assault
            | Self::HitAndRun
            | Self::Other
            | Self::WantedPerson => (
                "Ons vorige bericht klopte niet. De persoon of het voertuig daarin wordt niet gezocht. Spreek niemand aan en deel \
                 het bericht niet verder.",
                "Our previous message was not right. The person or vehicle in it is not wanted. Approach no one and do not share \
                 the message any further.",
            ),
        };
        Texts {
            nl: Text::new("Verbetering van ons bericht", format!("{nl} Onze excuses.")),
            en: Text::new("Correction of our message", format!("{en} We apologise.")),
        }
    }
}
