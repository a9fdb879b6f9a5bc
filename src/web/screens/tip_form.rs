//! The form of a tip, wherever it stands: what was typed comes back with what is wrong.

use super::texts::Texts;
use super::wrong::Wrong;
use crate::web::extract::upload::Upload;
use crate::web::problem::Problem;

/// A form for a tip.
#[derive(Clone, Debug, Default)]
pub struct TipFields {
    /// Where it goes.
    pub action: String,
    /// Where script sends it: the same tip under the same key is taken once.
    pub send: String,
    /// What was typed.
    pub text: String,
    /// Who says so.
    pub name: String,
    /// Whom to call back.
    pub phone: String,
    /// Degrees east of the place that was pointed at.
    pub longitude: String,
    /// Degrees north of it.
    pub latitude: String,
    /// Whether nobody is to know who reports.
    pub anonymous: bool,
    /// What is wrong with it.
    pub wrong: Option<WrongTip>,
}

/// Why a tip was not taken.
#[derive(Clone, Debug)]
pub struct WrongTip {
    /// In a few words.
    pub title: String,
    /// What to do.
    pub said: Vec<String>,
}

impl TipFields {
    /// An empty form.
    pub fn to(action: String, send: String) -> Self {
        Self {
            action,
            send,
            ..Self::default()
        }
    }

    /// The form with what was typed.
    #[must_use]
    pub fn typed(self, upload: &Upload) -> Self {
        let text = |name| upload.filled(name).unwrap_or_default().to_owned();
        Self {
            text: text("text"),
            name: text("name"),
            phone: text("phone"),
            longitude: text("longitude"),
            latitude: text("latitude"),
            anonymous: upload.filled("anonymous").is_some(),
            ..self
        }
    }

    /// The form with why it was not taken.
    #[must_use]
    pub fn refused(self, problem: &Problem, t: Texts) -> Self {
        let all = Wrong::of(problem, t);
        let wrong = WrongTip {
            title: problem.words(t.0).0.to_owned(),
            said: all.all().into_iter().map(str::to_owned).collect(),
        };
        Self {
            wrong: Some(wrong),
            ..self
        }
    }
}
