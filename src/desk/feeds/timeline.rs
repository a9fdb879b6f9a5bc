//! From what happened to an action to the one message that counts of it.

use crate::cap::alert::MessageType;
use crate::cap::words::{STOPPED_BODY, STOPPED_TITLE};
use crate::domain::action::{Text, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::language::Language;

/// The most earlier messages that one refers to: the latest.
const MOST_REFERENCES: usize = 100;

/// Something that everyone may know of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// People were called on, more of them, or told something new.
    Told(Texts),
    /// Sending was stopped for good.
    Stopped,
    /// It ended.
    Ended(Texts),
}

/// The message that counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Latest {
    /// 1 for the first of its action.
    pub(super) ordinal: u32,
    /// When.
    pub(super) at: Timestamp,
    /// What it does to earlier ones.
    pub(super) kind: MessageType,
    /// What it says.
    pub(super) texts: Texts,
    /// Whether it says that sending was stopped.
    pub(super) is_stop: bool,
    /// The ordinals and moments of those that it takes the place of or ends.
    pub(super) references: Vec<(u32, Timestamp)>,
}

impl Latest {
    /// Whether nothing counts any more after it.
    pub(super) const fn is_end(&self) -> bool {
        matches!(self.kind, MessageType::Cancel)
    }
}

/// The last message of these steps, which are in their order; none when nobody was told anything.
pub(super) fn latest(steps: Vec<(Timestamp, Step)>) -> Option<Latest> {
    let (mut counting, mut ordinal, mut latest) = (Vec::new(), 0, None);
    for (at, step) in steps {
        let is_first = counting.is_empty();
        let is_stop = step == Step::Stopped;
        let (kind, texts) = match step {
            Step::Told(texts) if is_first => (MessageType::Alert, texts),
            Step::Told(texts) => (MessageType::Update, texts),
            // What does not count any more cannot be ended.
            Step::Stopped | Step::Ended(_) if is_first => continue,
            Step::Stopped => (MessageType::Cancel, stopped()),
            Step::Ended(texts) => (MessageType::Cancel, texts),
        };
        ordinal += 1;
        let references: Vec<(u32, Timestamp)> = counting.clone();
        counting.push((ordinal, at));
        if counting.len() > MOST_REFERENCES {
            counting.remove(0);
        }
        if kind == MessageType::Cancel {
            counting.clear();
        }
        latest = Some(Latest {
            ordinal,
            at,
            kind,
            texts,
            is_stop,
            references,
        });
    }
    latest
}

fn stopped() -> Texts {
    let [nl, en] = Language::ALL.map(|language| {
        Text::new(
            STOPPED_TITLE.in_language(language),
            STOPPED_BODY.in_language(language),
        )
    });
    Texts { nl, en }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = Step> {
        let texts = || {
            "[a-z]{1,5}".prop_map(|word| Texts {
                nl: Text::new(word.clone(), word.clone()),
                en: Text::new(word.clone(), word),
            })
        };
        prop_oneof![
            4 => texts().prop_map(Step::Told),
            1 => Just(Step::Stopped),
            1 => texts().prop_map(Step::Ended),
        ]
    }

    fn timed(steps: &[Step]) -> Vec<(Timestamp, Step)> {
        (0..)
            .map(Timestamp::from_millis)
            .zip(steps.iter().cloned())
            .collect()
    }

    proptest! {
        /// A reader that follows every message in its order always knows what counts.
        #[test]
        fn whoever_follows_the_messages_knows_what_counts(steps in prop::collection::vec(step(), 0..30)) {
            let mut known: Vec<u32> = Vec::new();
            let mut seen = 0;
            for length in 1..=steps.len() {
                let Some(message) = latest(timed(&steps[..length])) else { continue };
                if message.ordinal == seen {
                    continue;
                }
                prop_assert_eq!(message.ordinal, seen + 1, "an identifier is given once");
                seen = message.ordinal;
                let references: Vec<_> = message.references.iter().map(|(ordinal, _)| *ordinal).collect();
                prop_assert_eq!(&references, &known, "it takes the place of all that counted");
                match message.kind {
                    MessageType::Cancel => known.clear(),
                    _ => known.push(message.ordinal),
                }
                let last = steps[..length].iter().rposition(|step| matches!(step, Step::Told(_)));
                let ended = steps[..length].iter().rposition(|step| !matches!(step, Step::Told(_)));
                prop_assert_eq!(message.is_end(), ended > last);
            }
        }
    }

    #[test]
    fn a_stop_does_not_repeat_the_text_and_a_correction_after_it_begins_anew() {
        let texts = |word: &str| Texts {
            nl: Text::new(word, word),
            en: Text::new(word, word),
        };
        let mut steps = vec![Step::Told(texts("wrong")), Step::Stopped];
        let stop = latest(timed(&steps)).unwrap();
        assert!(stop.is_end() && stop.is_stop && stop.texts != texts("wrong"));
        steps.push(Step::Told(texts("right")));
        let correction = latest(timed(&steps)).unwrap();
        assert_eq!(
            (correction.kind, correction.references),
            (MessageType::Alert, vec![])
        );
    }
}
