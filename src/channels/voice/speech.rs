//! What is said in a call, in Dutch and English.

use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose};

/// The words of a call beside the message itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Before the message.
    pub opening: &'static str,
    /// After it: what the keys do.
    pub keys: &'static str,
    /// The same where there is nothing to report any more.
    pub again_only: &'static str,
    /// After the 1, where what is said is recorded.
    pub speak: &'static str,
    /// After the 1, and after a message was left.
    pub thanks: &'static str,
    /// At the end.
    pub goodbye: &'static str,
    /// When there is nothing to say any more: the call-out was stopped or is over.
    pub over: &'static str,
}

/// The words in a language.
pub const fn words(language: Language) -> Words {
    match language {
        Language::Nl => Words {
            opening: "Dit is een automatisch bericht.",
            keys: "Toets 1 als u informatie heeft. Toets 9 om het bericht opnieuw te horen.",
            again_only: "Toets 9 om het bericht opnieuw te horen.",
            speak: "Dank u. Spreek na de toon in wat u weet, en sluit af met een hekje. \
                    De meldkamer belt u terug.",
            thanks: "Dank u. De meldkamer heeft uw melding ontvangen en belt u terug.",
            goodbye: "Einde van het bericht. Tot ziens.",
            over: "Dit bericht is niet meer van toepassing. Tot ziens.",
        },
        Language::En => Words {
            opening: "This is an automated message.",
            keys: "Press 1 if you have information. Press 9 to hear the message again.",
            again_only: "Press 9 to hear the message again.",
            speak: "Thank you. After the tone, say what you know, and end with the hash key. \
                    The control room will call you back.",
            thanks: "Thank you. The control room has received your report and will call you back.",
            goodbye: "End of message. Goodbye.",
            over: "This message no longer applies. Goodbye.",
        },
    }
}

/// The language as exchanges name it (BCP 47).
pub const fn tag(language: Language) -> &'static str {
    match language {
        Language::Nl => "nl-NL",
        Language::En => "en-GB",
    }
}

/// What the keys do, for this message: who hears how it ended has nothing to report to it.
pub const fn keys(message: &Message) -> &'static str {
    let words = words(message.language);
    match message.purpose {
        Purpose::Alert | Purpose::Update => words.keys,
        Purpose::Closing | Purpose::Code => words.again_only,
    }
}

/// The message as it is said once: title and text, line by line as sentences.
pub fn spoken(message: &Message) -> String {
    let lines = std::iter::once(message.title.as_str()).chain(message.body.lines());
    let mut text = String::with_capacity(message.title.len() + message.body.len() + 8);
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        // What no exchange can say, and what XML cannot hold.
        text.extend(line.chars().filter(|character| !character.is_control()));
        if !line.ends_with(['.', '!', '?', ':', ';', ',']) {
            text.push('.');
        }
    }
    text
}

/// A text cut to so many characters, at the end of a word where there is one.
pub fn cut(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text;
    };
    let kept = &text[..end];
    kept.rfind(' ').map_or(kept, |space| &kept[..space])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::message::Urgency;

    fn message(title: &str, body: &str) -> Message {
        Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language: Language::Nl,
            title: title.to_owned(),
            body: body.to_owned(),
            collapse_key: String::new(),
            expires_at: Timestamp::default(),
        }
    }

    #[test]
    fn a_message_is_said_in_sentences() {
        let message = message("Vermist kind", "Rode jas, blauwe fiets\n\nBel 112!\nDank u.");
        assert_eq!(
            spoken(&message),
            "Vermist kind. Rode jas, blauwe fiets. Bel 112! Dank u."
        );
        assert!(keys(&message).contains("Toets 1"));
        let ended = Message {
            purpose: Purpose::Closing,
            language: Language::En,
            ..message
        };
        assert_eq!(keys(&ended), "Press 9 to hear the message again.");
    }

    proptest! {
        #[test]
        fn a_cut_text_is_a_beginning_and_never_longer(text in ".{0,60}", most in 0_usize..70) {
            let kept = cut(&text, most);
            prop_assert!(text.starts_with(kept) && kept.chars().count() <= most);
        }

        #[test]
        fn whatever_is_said_holds_nothing_that_cannot_be(title in "\\PC{0,40}", body in "(?s).{0,80}") {
            prop_assert!(!spoken(&message(&title, &body)).chars().any(char::is_control));
        }
    }
}
