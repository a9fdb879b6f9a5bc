//! What our kinds of action are in the vocabulary of the standard.

use super::alert::{Category, Certainty, Response, Severity, Urgency};
use crate::domain::action::ActionKind;
use crate::domain::said::Said;

/// The list that our own codes of events belong to.
pub const EVENT_LIST: &str = "oproep";

/// A kind of action in the standard's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindWords {
    /// What it is, for people.
    pub event: Said,
    /// What it has to do with.
    pub category: Category,
    /// What people are asked to do.
    pub response: Response,
    /// How soon to act.
    pub urgency: Urgency,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
}

/// The words of a kind. An Amber Alert is extreme; another missing person and what endangers passers-by severe; an
/// offence that just happened moderate; what has no hurry minor.
pub const fn of_kind(kind: ActionKind) -> KindWords {
    use ActionKind::{
        Assault, Burglary, DangerousSituation, HitAndRun, LostOrFound, MissingChildNational,
        MissingChildRegional, MissingPerson, Other, Robbery, StolenVehicle, Theft, UnknownPerson,
        WantedPerson, WitnessCall,
    };
    let (nl, en) = match kind {
        MissingPerson => ("Vermiste persoon", "Missing person"),
        MissingChildRegional => ("Vermist kind", "Missing child"),
        MissingChildNational => ("Amber Alert: vermist kind", "Amber Alert: missing child"),
        Burglary | Robbery | Theft | Assault => ("Gezocht", "Wanted"),
        HitAndRun => ("Aanrijding, doorgereden", "Hit and run"),
        DangerousSituation => ("Gevaarlijke situatie", "Dangerous situation"),
        Other => ("Oproep", "Call-out"),
        WantedPerson => ("Gezochte persoon", "Wanted person"),
        WitnessCall => ("Getuigenoproep", "Call for witnesses"),
        UnknownPerson => ("Onbekende persoon", "Unknown person"),
        StolenVehicle => ("Gestolen voertuig", "Stolen vehicle"),
        LostOrFound => ("Verloren of gevonden", "Lost or found"),
    };
    let severity = match kind {
        MissingChildNational => Severity::Extreme,
        MissingPerson | MissingChildRegional | DangerousSituation => Severity::Severe,
        Burglary | Robbery | Theft | Assault | HitAndRun | Other => Severity::Moderate,
        WantedPerson | WitnessCall | UnknownPerson | StolenVehicle | LostOrFound => Severity::Minor,
    };
    KindWords {
        event: Said::fixed(nl, en),
        category: if kind.is_missing() {
            Category::Rescue
        } else if matches!(kind, DangerousSituation) {
            Category::Safety
        } else if matches!(kind, LostOrFound) {
            Category::Other
        } else {
            Category::Security
        },
        response: if kind.defaults().keep_away {
            Response::Avoid
        } else {
            Response::Monitor
        },
        urgency: if kind.is_time_critical() {
            Urgency::Immediate
        } else {
            Urgency::Unknown
        },
        severity,
        certainty: Certainty::Observed,
    }
}

/// What is said when a call-out was stopped: its text may be wrong, so it is not repeated.
pub const STOPPED_TITLE: Said = Said::fixed("Oproep gestopt", "Call-out stopped");
/// The same, in a sentence or two.
pub const STOPPED_BODY: Said = Said::fixed(
    "Deze oproep is gestopt. Ga er niet meer van uit en deel hem niet verder.",
    "This call-out was stopped. Do not rely on it any more and do not share it further.",
);
