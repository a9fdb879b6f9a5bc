//! What is wrong with what was typed: beside its field, or as sentences above a form.

use super::texts::Texts;
use crate::domain::language::Language;
use crate::web::problem::Problem;

/// Sentence by sentence: what is wrong with fields, otherwise what is the matter.
pub fn sentences(problem: &Problem, language: Language) -> Vec<String> {
    let fields: Vec<_> = problem
        .fields(language)
        .map(|(_, said)| said.to_owned())
        .collect();
    if fields.is_empty() {
        vec![problem.words(language).1.to_owned()]
    } else {
        fields
    }
}

/// What is wrong, field by field.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    fields: Vec<(String, String)>,
    detail: Option<String>,
}

impl Wrong {
    /// What a problem says, in the reader's language.
    pub fn of(problem: &Problem, t: Texts) -> Self {
        let fields: Vec<_> = problem
            .fields(t.0)
            .map(|(field, said)| (field.to_owned(), said.to_owned()))
            .collect();
        let detail = fields.is_empty().then(|| problem.words(t.0).1.to_owned());
        Self { fields, detail }
    }

    /// What is wrong with a field.
    pub fn with(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name == field);
        found.map(|(_, said)| said.as_str())
    }

    /// What is wrong with none of these fields, or with no field at all.
    pub fn besides(&self, fields: &[&str]) -> Vec<&str> {
        let others = self
            .fields
            .iter()
            .filter(|(name, _)| !fields.contains(&name.as_str()));
        let others = others.map(|(_, said)| said.as_str());
        others.chain(self.detail.as_deref()).collect()
    }

    /// Everything that is wrong, where no field shows it.
    pub fn all(&self) -> Vec<&str> {
        self.besides(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::ProblemCode;
    use crate::web::problem::ProblemKind;

    #[test]
    fn what_no_field_shows_is_said_apart() {
        let t = Texts(Language::Nl);
        let wrong = Wrong::of(&Problem::invalid_field("code", ProblemCode::WrongCode), t);
        assert!(wrong.with("code").is_some() && wrong.besides(&["code"]).is_empty());
        assert_eq!(wrong.besides(&["other"]), wrong.all());
        let wrong = Wrong::of(&Problem::new(ProblemKind::TooMany), t);
        assert_eq!(wrong.all().len(), 1);
    }
}
