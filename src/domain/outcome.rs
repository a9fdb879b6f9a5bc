//! How an action ended, from a fixed taxonomy, and how often that is a success.

use serde::{Deserialize, Serialize};

use super::action::{ActionKind, Text, Texts};
use super::id::TipId;

/// How an action that ran was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// Found through a participant's tip.
    DirectSuccess {
        /// The tip that led to it.
        tip: TipId,
    },
    /// Participants helped, though no one tip led to it.
    IndirectSuccess,
    /// Ended well without participants.
    ResolvedOtherwise,
    /// Not found.
    NotResolved,
}

/// The taxonomy as it is counted: every outcome, and that the action should not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// Found through a participant's tip.
    DirectSuccess,
    /// Participants helped, though no one tip led to it.
    IndirectSuccess,
    /// Ended well without participants.
    ResolvedOtherwise,
    /// Not found.
    NotResolved,
    /// Called back: it should not have been sent, or was not needed.
    Withdrawn,
}

impl OutcomeKind {
    /// All, the best first.
    pub const ALL: [Self; 5] = [
        Self::DirectSuccess,
        Self::IndirectSuccess,
        Self::ResolvedOtherwise,
        Self::NotResolved,
        Self::Withdrawn,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DirectSuccess => "direct_success",
            Self::IndirectSuccess => "indirect_success",
            Self::ResolvedOtherwise => "resolved_otherwise",
            Self::NotResolved => "not_resolved",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What participants read when nobody writes anything else.
    pub fn default_texts(self, action: ActionKind) -> Texts {
        let (nl_who, en_who) = if action.is_missing() {
            ("De vermiste persoon is gevonden", "The missing person was found")
        } else {
            ("Deze actie is opgelost", "This action was solved")
        };
        let thanks = "Dank u wel voor het uitkijken.";
        let thank_you = "Thank you for looking out.";
        let (nl, en) = match self {
            Self::DirectSuccess => (
                format!("{nl_who}, door een tip van een deelnemer. {thanks}"),
                format!("{en_who}, through a tip from a participant. {thank_you}"),
            ),
            Self::IndirectSuccess => (
                format!("{nl_who}, mede door uw hulp. {thanks}"),
                format!("{en_who}, also through your help. {thank_you}"),
            ),
            Self::ResolvedOtherwise => (format!("{nl_who}. {thanks}"), format!("{en_who}. {thank_you}")),
            Self::NotResolved if action.is_missing() => (
                format!("De actie is gestopt. De vermiste persoon is nog niet gevonden. {thanks}"),
                format!("The action has ended. The missing person was not found yet. {thank_you}"),
            ),
            Self::NotResolved => (
                format!("De actie is gestopt. Er is nog geen resultaat. {thanks}"),
                format!("The action has ended. There is no result yet. {thank_you}"),
            ),
            Self::Withdrawn => (
                "Deze actie is ingetrokken. U hoeft niet meer uit te kijken.".to_owned(),
                "This action was withdrawn. You need not look out any more.".to_owned(),
            ),
        };
        let (nl_title, en_title) = match self {
            Self::Withdrawn => ("Actie ingetrokken", "Action withdrawn"),
            _ => ("Actie afgelopen", "Action ended"),
        };
        Texts {
            nl: Text::new(nl_title, nl),
            en: Text::new(en_title, en),
        }
    }
}

impl Outcome {
    /// Its place in the taxonomy.
    pub const fn kind(self) -> OutcomeKind {
        match self {
            Self::DirectSuccess { .. } => OutcomeKind::DirectSuccess,
            Self::IndirectSuccess => OutcomeKind::IndirectSuccess,
            Self::ResolvedOtherwise => OutcomeKind::ResolvedOtherwise,
            Self::NotResolved => OutcomeKind::NotResolved,
        }
    }

    /// The tip that led to it.
    pub const fn tip(self) -> Option<TipId> {
        match self {
            Self::DirectSuccess { tip } => Some(tip),
            _ => None,
        }
    }
}

/// How often actions were a direct success: of those that ended, the withdrawn left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SuccessRate {
    /// Direct successes.
    pub successes: u64,
    /// Actions that ended and were not withdrawn.
    pub total: u64,
}

impl SuccessRate {
    /// The share, 0 to 1; none without actions.
    pub fn share(self) -> Option<f64> {
        (self.total > 0).then(|| self.successes as f64 / self.total as f64)
    }

    /// Where the true share lies with 95% confidence: the score interval of Wilson (1927), which holds for
    /// small numbers too. None without actions.
    pub fn interval(self) -> Option<(f64, f64)> {
        const Z: f64 = 1.959_963_984_540_054;
        let share = self.share()?;
        let n = self.total as f64;
        let z2 = Z * Z;
        let centre = share + z2 / (2.0 * n);
        let spread = Z * ((share * (1.0 - share) + z2 / (4.0 * n)) / n).sqrt();
        let scale = 1.0 + z2 / n;
        Some((
            ((centre - spread) / scale).max(0.0),
            ((centre + spread) / scale).min(1.0),
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fourteen_in_a_hundred_lie_between_eight_and_twenty_two() {
        let (low, high) = SuccessRate {
            successes: 14,
            total: 100,
        }
        .interval()
        .unwrap();
        // Computed with R: prop.test(14, 100, correct = FALSE).
        assert!((low - 0.085_3).abs() < 0.000_1, "{low}");
        assert!((high - 0.221_4).abs() < 0.000_1, "{high}");
        assert_eq!(SuccessRate::default().interval(), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_share_and_stays_a_share(total in 1_u64..100_000, part in 0.0..=1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the total")]
            let successes = (part * total as f64) as u64;
            let rate = SuccessRate { successes, total };
            let (low, high) = rate.interval().unwrap();
            let share = rate.share().unwrap();
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            prop_assert!(low <= share + 1e-12 && share <= high + 1e-12);
        }
    }

    #[test]
    fn every_outcome_has_sober_texts_in_both_languages() {
        for outcome in OutcomeKind::ALL {
            assert_eq!(OutcomeKind::parse(outcome.name()), Some(outcome));
            for action in ActionKind::ALL {
                let texts = outcome.default_texts(action);
                for text in [texts.nl, texts.en] {
                    assert!(!text.title.is_empty() && text.body.ends_with('.'));
                    assert!(!text.body.contains('!') && text.body.chars().count() <= 160);
                }
            }
        }
    }
}
