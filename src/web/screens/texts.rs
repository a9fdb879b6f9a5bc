//! The words of the screens, in Fluent (projectfluent.org): `web/texts/nl` and `web/texts/en`, a file a part. A test
//! holds that every word that is used is there, in both.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::langid;

use crate::domain::clock::Timestamp;
use crate::domain::language::Language;

pub mod moments;
#[cfg(test)]
mod tests;

type Bundle = FluentBundle<FluentResource>;

/// The files of each language.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const NL: &[&str] = &[$(include_str!(concat!("../../../web/texts/nl/", $name, ".ftl"))),*];
        const EN: &[&str] = &[$(include_str!(concat!("../../../web/texts/en/", $name, ".ftl"))),*];
    };
}

files![
    "frame",
    "sign-in",
    "console",
    "compose",
    "running",
    "administration",
    "public",
    "participant",
    "linked",
];

static DUTCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Nl));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));

fn bundle(language: Language) -> Bundle {
    let (id, files) = match language {
        Language::Nl => (langid!("nl"), NL),
        Language::En => (langid!("en"), EN),
    };
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Marks of direction around what is filled in would be read aloud by some, and there is one direction here.
    bundle.set_use_isolating(false);
    let formatter = match language {
        Language::Nl => |value: &FluentValue<'_>, _: &_| grouped_value(value, '.'),
        Language::En => |value: &FluentValue<'_>, _: &_| grouped_value(value, ','),
    };
    bundle.set_formatter(Some(formatter));
    for file in files {
        let resource =
            FluentResource::try_new((*file).to_owned()).expect("texts are Fluent, as a test holds");
        bundle
            .add_resource(resource)
            .expect("every text has one place, as a test holds");
    }
    bundle
}

fn grouped_value(value: &FluentValue<'_>, mark: char) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            // Counts of people stay far below what a double holds exactly.
            #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
            Some(grouped(number.value as i64, mark))
        }
        _ => None,
    }
}

/// A number in groups of three: `12.431`.
fn grouped(number: i64, mark: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// The words in one language, for templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts(pub Language);

impl Texts {
    /// The language's tag, for `lang`.
    pub const fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The text of a key; `.with("count", 3)` fills in.
    pub fn say(self, key: &(impl AsRef<str> + ?Sized)) -> Saying<'_> {
        Saying {
            language: self.0,
            key: key.as_ref(),
            args: None,
        }
    }

    /// A number as it is written: `12.431`.
    pub fn number(self, number: impl Countable) -> String {
        let mark = match self.0 {
            Language::Nl => '.',
            Language::En => ',',
        };
        grouped(number.count(), mark)
    }

    /// A moment today as `14:02`, another day with its date.
    pub fn moment(self, at: &Timestamp, now: &Timestamp) -> String {
        moments::moment(self.0, *at, *now)
    }

    /// How long ago: `3 min geleden`.
    pub fn ago(self, at: &Timestamp, now: &Timestamp) -> String {
        moments::ago(self, *at, *now)
    }
}

/// A text that is being filled in.
pub struct Saying<'a> {
    language: Language,
    key: &'a str,
    args: Option<FluentArgs<'a>>,
}

impl<'a> Saying<'a> {
    /// Fills in a number or a text.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: impl Filling<'a>) -> Self {
        self.args.get_or_insert_default().set(name, value.filling());
        self
    }
}

impl fmt::Display for Saying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = match self.language {
            Language::Nl => &*DUTCH,
            Language::En => &*ENGLISH,
        };
        let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) else {
            debug_assert!(false, "no text for {}", self.key);
            return f.write_str(self.key);
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, self.args.as_ref(), &mut errors);
        debug_assert!(errors.is_empty(), "{}: {errors:?}", self.key);
        f.write_str(&text)
    }
}

impl fmt::Debug for Saying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

/// What can be filled in. Templates hand over references.
pub trait Filling<'a> {
    /// As Fluent takes it.
    fn filling(self) -> FluentValue<'a>;
}

impl<'a> Filling<'a> for &'a str {
    fn filling(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<'a> Filling<'a> for &&'a str {
    fn filling(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<'a> Filling<'a> for &&'a String {
    fn filling(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<'a> Filling<'a> for &'a String {
    fn filling(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<'a> Filling<'a> for String {
    fn filling(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Owned(self))
    }
}

/// A whole number.
pub trait Countable {
    /// Its value.
    fn count(self) -> i64;
}

macro_rules! countable {
    ($($kind:ty),*) => {
        $(
            impl Countable for $kind {
                fn count(self) -> i64 {
                    i64::try_from(self).unwrap_or(i64::MAX)
                }
            }

            impl Countable for &$kind {
                fn count(self) -> i64 {
                    Countable::count(*self)
                }
            }

            impl Countable for &&$kind {
                fn count(self) -> i64 {
                    Countable::count(**self)
                }
            }

            impl<'a> Filling<'a> for &&$kind {
                fn filling(self) -> FluentValue<'a> {
                    FluentValue::from(Countable::count(**self))
                }
            }

            impl<'a> Filling<'a> for $kind {
                fn filling(self) -> FluentValue<'a> {
                    FluentValue::from(Countable::count(self))
                }
            }

            impl<'a> Filling<'a> for &$kind {
                fn filling(self) -> FluentValue<'a> {
                    FluentValue::from(Countable::count(*self))
                }
            }
        )*
    };
}

countable!(u8, u16, u32, u64, i32, i64, usize);
