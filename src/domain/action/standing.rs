//! Texts that stand ready for each kind, where a region has its own: what corrects a message, and how one is worded.

use serde::{Deserialize, Serialize};

use super::kind::ActionKind;
use super::texts::{Text, Texts};
use crate::domain::language::Language;
use crate::domain::problem::{ProblemCode, Problems};

/// What a text stands ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingPurpose {
    /// It corrects what was sent: those who were told read it.
    Correction,
    /// It words what is sent: it stands around what is composed from the description.
    Message,
}

impl StandingPurpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Correction, Self::Message];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Message => "message",
        }
    }

    /// The purpose of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// The network's own text for a kind.
    pub fn of_network(self, kind: ActionKind) -> Texts {
        match self {
            Self::Correction => kind.correction(),
            Self::Message => Texts {
                nl: Text::new(title_mark(Language::Nl), description_mark(Language::Nl)),
                en: Text::new(title_mark(Language::En), description_mark(Language::En)),
            },
        }
    }
}

/// What stands in a message's wording where the composed title comes.
pub const fn title_mark(language: Language) -> &'static str {
    match language {
        Language::Nl => "[titel]",
        Language::En => "[title]",
    }
}

/// What stands in a message's wording where the composed description comes.
pub const fn description_mark(language: Language) -> &'static str {
    match language {
        Language::Nl => "[signalement]",
        Language::En => "[description]",
    }
}

/// Adds what is wrong with the wording of a message: the description has one place in the body, the title at most one.
pub fn check_wording(wording: &Texts, problems: &mut Problems) {
    for language in Language::ALL {
        let text = wording.in_language(language);
        let field = |part| format!("texts.{}.{part}", language.tag());
        let descriptions = text.body.matches(description_mark(language)).count();
        problems.add_if(
            descriptions != 1,
            field("body"),
            ProblemCode::DescriptionMarkMissing,
        );
        let titles = text.title.matches(title_mark(language)).count();
        problems.add_if(titles > 1, field("title"), ProblemCode::TitleMarkTwice);
    }
}

/// A message as a region words it. What says nothing yet stays empty.
pub fn word(wording: &Texts, composed: &Texts) -> Texts {
    let one = |language| {
        let (wording, composed) = (wording.in_language(language), composed.in_language(language));
        let filled = |wording: &str, mark, composed: &str| match composed.trim() {
            "" => String::new(),
            _ => wording.replace(mark, composed),
        };
        Text {
            title: filled(&wording.title, title_mark(language), &composed.title),
            body: filled(&wording.body, description_mark(language), &composed.body),
        }
    };
    Texts {
        nl: one(Language::Nl),
        en: one(Language::En),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn composed(title: &str, body: &str) -> Texts {
        Texts {
            nl: Text::new(title, body),
            en: Text::new(title, body),
        }
    }

    #[test]
    fn a_region_words_what_stands_around_the_description() {
        let wording = Texts {
            nl: Text::new("Politie: [titel]", "[signalement] Team Vecht zoekt mee."),
            en: Text::new("Police: [title]", "[description] Team Vecht helps to search."),
        };
        let worded = word(&wording, &composed("Vermist", "Zij draagt een rode jas."));
        assert_eq!(
            worded.nl,
            Text::new(
                "Politie: Vermist",
                "Zij draagt een rode jas. Team Vecht zoekt mee."
            )
        );
        assert_eq!(worded.en.title, "Police: Vermist");
        assert_eq!(
            word(&wording, &composed("Vermist", " ")).nl.body,
            "",
            "nothing to say yet"
        );
    }

    #[test]
    fn a_wording_without_a_place_for_the_description_is_refused() {
        let wording = Texts {
            nl: Text::new("[titel] [titel]", "Kijk uit."),
            en: Text::new("Look out", "[description] and again [description]"),
        };
        let mut problems = Problems::default();
        check_wording(&wording, &mut problems);
        let found = problems.or(()).unwrap_err();
        let fields: Vec<_> = found.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["texts.nl.body", "texts.nl.title", "texts.en.body"]);
    }

    proptest! {
        #[test]
        fn the_networks_own_wording_is_right_and_changes_nothing(title in "[a-z ]{1,40}[a-z]", body in "[a-z\\[\\] ]{1,80}[a-z]") {
            for kind in ActionKind::ALL {
                let wording = StandingPurpose::Message.of_network(kind);
                let mut problems = Problems::default();
                check_wording(&wording, &mut problems);
                prop_assert!(problems.or(()).is_ok());
                prop_assert_eq!(word(&wording, &composed(&title, &body)), composed(&title, &body));
            }
        }
    }
}
