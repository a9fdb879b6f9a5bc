//! What an account does with messages that may have left already.

use serde::Deserialize;

/// What happens to messages that may have left when a node died or no answer came.
///
/// In the configuration one word for both lanes, `"resend"` or `"leave_unknown"`, or one for each:
/// `{ urgent = "resend", normal = "leave_unknown" }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum WhenInDoubt {
    /// Once more: right where a repeat replaces the first (push), or matters less than a miss.
    Resend,
    /// Once more in the urgent lane, where a miss costs minutes; never again in the normal one, where the
    /// second copy annoys more than it helps.
    ResendUrgent,
    /// Never again: they are counted as unknown.
    LeaveUnknown,
}

impl WhenInDoubt {
    /// Whether a lane of this priority tries once more.
    pub const fn resends(self, priority: u8) -> bool {
        match self {
            Self::Resend => true,
            Self::ResendUrgent => priority == 0,
            Self::LeaveUnknown => false,
        }
    }
}

/// As it stands in the configuration.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "use resend, leave_unknown, or a word for each lane: { urgent = \"resend\", normal = \"leave_unknown\" }"
)]
enum Written {
    Both(Word),
    Apart(Apart),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Resend,
    LeaveUnknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apart {
    urgent: Word,
    normal: Word,
}

impl TryFrom<Written> for WhenInDoubt {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let (urgent, normal) = match written {
            Written::Both(word) => (word, word),
            Written::Apart(Apart { urgent, normal }) => (urgent, normal),
        };
        match (urgent, normal) {
            (Word::Resend, Word::Resend) => Ok(Self::Resend),
            (Word::Resend, Word::LeaveUnknown) => Ok(Self::ResendUrgent),
            (Word::LeaveUnknown, Word::LeaveUnknown) => Ok(Self::LeaveUnknown),
            (Word::LeaveUnknown, Word::Resend) => Err(
                "a normal message is not worth more than an urgent one: let the urgent lane resend as well",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WhenInDoubt, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn one_word_is_for_both_lanes_and_a_word_for_each_is_taken_apart() {
        for (text, policy, lanes) in [
            (r#""resend""#, WhenInDoubt::Resend, [true, true]),
            (r#""leave_unknown""#, WhenInDoubt::LeaveUnknown, [false, false]),
            (
                r#"{"urgent": "resend", "normal": "resend"}"#,
                WhenInDoubt::Resend,
                [true, true],
            ),
            (
                r#"{"urgent": "resend", "normal": "leave_unknown"}"#,
                WhenInDoubt::ResendUrgent,
                [true, false],
            ),
        ] {
            assert_eq!(read(text).unwrap(), policy, "{text}");
            assert_eq!([0, 1].map(|priority| policy.resends(priority)), lanes, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_to_write() {
        for (text, part) in [
            (r#""again""#, "use resend, leave_unknown, or a word for each lane"),
            (r#"{"urgent": "resend"}"#, "or a word for each lane"),
            (
                r#"{"urgent": "leave_unknown", "normal": "resend"}"#,
                "let the urgent lane resend as well",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
