//! A short message from the fields of a description: the important things first, whole sentences, no
//! abbreviations, and nothing of the suspected offence.

mod dutch;
mod english;
#[cfg(test)]
mod tests;

use super::super::clock::Timestamp;
use super::description::{Age, Description, Person, Sex, Words};
use super::kind::ActionKind;
use super::texts::{Text, Texts};

/// The number for what cannot wait.
pub const EMERGENCY_NUMBER: &str = "112";
/// The number of the Dutch police for everything else.
pub const POLICE_NUMBER: &str = "0900 8844";

/// A composed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// The texts.
    pub texts: Texts,
    /// The fields that the English text does without, since only Dutch words were given for them.
    pub missing_in_english: Vec<String>,
}

/// Composes the message of an action in both languages. `now` decides whether a moment needs its date. A
/// description that says nothing makes no body.
pub fn compose(kind: ActionKind, description: &Description, now: Timestamp) -> Composed {
    let subject = Subject::of(description);
    Composed {
        texts: Texts {
            nl: dutch::text(kind, description, subject, now),
            en: english::text(kind, description, subject, now),
        },
        missing_in_english: missing_in_english(description),
    }
}

/// Whom or what people look out for, for the pronouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Man,
    Woman,
    Boy,
    Girl,
    Person,
    Child,
    Several,
    Vehicle,
    Nothing,
}

impl Subject {
    fn of(description: &Description) -> Self {
        match description.persons.as_slice() {
            [one] => Self::of_person(one),
            [_, _, ..] => Self::Several,
            [] if !description.vehicles.is_empty() => Self::Vehicle,
            [] => Self::Nothing,
        }
    }

    fn of_person(person: &Person) -> Self {
        let child = person.age.is_some_and(Age::is_child);
        match (person.sex, child) {
            (Some(Sex::Male), false) => Self::Man,
            (Some(Sex::Male), true) => Self::Boy,
            (Some(Sex::Female), false) => Self::Woman,
            (Some(Sex::Female), true) => Self::Girl,
            (None, false) => Self::Person,
            (None, true) => Self::Child,
        }
    }
}

fn missing_in_english(description: &Description) -> Vec<String> {
    let only_dutch = |words: Option<&Words>| {
        words.is_some_and(|words| !words.nl.trim().is_empty() && filled(words.en.as_deref()).is_none())
    };
    let mut fields = Vec::new();
    for (position, person) in description.persons.iter().enumerate() {
        if only_dutch(person.particulars.as_ref()) {
            fields.push(format!("description.persons[{position}].particulars"));
        }
    }
    if only_dutch(description.details.as_ref()) {
        fields.push("description.details".to_owned());
    }
    fields
}

/// The text without spaces around it, when anything is left.
fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Sentences joined to a body, each with a capital and a full stop.
#[derive(Default)]
struct Sentences(String);

impl Sentences {
    /// Adds a sentence; whatever people typed into it loses line ends and the exclamation marks that alarm
    /// more than they tell.
    fn add(&mut self, sentence: &str) {
        let words: Vec<_> = sentence
            .split_whitespace()
            .map(|word| word.replace('!', "."))
            .collect();
        let sentence = words.join(" ");
        let mut letters = sentence.chars();
        let Some(first) = letters
            .next()
            .filter(|_| sentence.contains(char::is_alphanumeric))
        else {
            return;
        };
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.extend(first.to_uppercase());
        self.0.push_str(letters.as_str());
        if !sentence.ends_with(['.', '?']) {
            self.0.push('.');
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add_own(&mut self, words: Option<&str>) {
        if let Some(words) = filled(words) {
            self.add(words);
        }
    }

    fn into_text(self, title: String) -> Text {
        Text::new(title, self.0)
    }
}

/// `a`, `a and b`, `a, b and c`.
fn enumerate(parts: &[String], and: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} {and} {last}", start.join(", ")),
    }
}
