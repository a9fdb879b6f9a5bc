//! What Twilio is to do in a call, in its own markup (`TwiML`).
//!
//! <https://www.twilio.com/docs/voice/twiml>.

use std::fmt::{self, Write};

use crate::channels::voice::speech::{self, tag, words};
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose};

/// The media type of the markup.
pub const MEDIA_TYPE: &str = "text/xml; charset=utf-8";

/// How long is waited for a key, in seconds.
const KEY_WITHIN_S: u8 = 6;
/// The longest message that can be left, in seconds.
pub const LONGEST_RECORDING_S: u16 = 120;

/// The message, two times, and the keys. `key_url` is where a key is brought.
pub fn said(message: &Message, key_url: &str) -> String {
    let language = message.language;
    let words = words(language);
    let text = speech::spoken(message);
    let say = |text: &str| Say(language, text).to_string();
    response(&format!(
        "<Gather input=\"dtmf\" numDigits=\"1\" timeout=\"{KEY_WITHIN_S}\" method=\"POST\" action=\"{}\">\
         {}{}<Pause length=\"1\"/>{}{}</Gather>{}",
        Escaped(key_url),
        say(words.opening),
        say(&text),
        say(&text),
        say(speech::keys(message)),
        say(words.goodbye),
    ))
}

/// The message, two times, for an answering machine.
pub fn said_to_a_machine(message: &Message) -> String {
    let (language, text) = (message.language, speech::spoken(message));
    response(&format!(
        "{0}{1}<Pause length=\"1\"/>{1}",
        Say(language, words(language).opening),
        Say(language, &text)
    ))
}

/// Asks for what is known, and records it. `thanks_url` is where the call goes on, `recording_url` where the
/// recording is told of.
pub fn recorded(language: Language, thanks_url: &str, recording_url: &str) -> String {
    let words = words(language);
    response(&format!(
        "{}<Record maxLength=\"{LONGEST_RECORDING_S}\" playBeep=\"true\" finishOnKey=\"#\" timeout=\"5\" \
         method=\"POST\" action=\"{}\" recordingStatusCallback=\"{}\" recordingStatusCallbackEvent=\"completed\" \
         recordingStatusCallbackMethod=\"POST\"/>{}",
        Say(language, words.speak),
        Escaped(thanks_url),
        Escaped(recording_url),
        Say(language, words.thanks),
    ))
}

/// Says one thing, and ends the call.
pub fn last_word(language: Language, text: &str) -> String {
    response(&format!("{}<Hangup/>", Say(language, text)))
}

/// Ends the call without a word.
pub fn hang_up() -> String {
    response("<Hangup/>")
}

/// Nothing: the answer to a text message that is not to be answered.
pub fn nothing() -> String {
    response("")
}

/// Whether a report can be made to this message.
pub const fn takes_reports(message: &Message) -> bool {
    matches!(message.purpose, Purpose::Alert | Purpose::Update)
}

fn response(inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{inside}</Response>")
}

/// A text to be said.
struct Say<'a>(Language, &'a str);

impl fmt::Display for Say<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = tag(self.0);
        write!(f, "<Say language=\"{language}\">{}</Say>", Escaped(self.1))
    }
}

/// A text in XML, between tags or in an attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            // Not characters of XML 1.0 (section 2.2).
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => Ok(()),
            other => f.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::message::Urgency;

    fn message(purpose: Purpose) -> Message {
        Message {
            purpose,
            urgency: Urgency::Urgent,
            language: Language::Nl,
            title: "Vermist & gezocht".to_owned(),
            body: "Rode jas <groot>".to_owned(),
            collapse_key: String::new(),
            expires_at: Timestamp::default(),
        }
    }

    #[test]
    fn the_message_is_said_two_times_in_its_language_and_offers_its_keys() {
        let markup = said(&message(Purpose::Alert), "https://o.example/k?a=1&b=2");
        let text = "<Say language=\"nl-NL\">Vermist &amp; gezocht. Rode jas &lt;groot&gt;.</Say>";
        assert_eq!(markup.matches(text).count(), 2, "{markup}");
        assert!(markup.contains("action=\"https://o.example/k?a=1&amp;b=2\""));
        assert!(markup.contains("Toets 1 als u informatie heeft."));
        let ended = said(&message(Purpose::Closing), "https://o.example/k");
        assert!(!ended.contains("Toets 1") && ended.contains("Toets 9"));
        assert!(!said_to_a_machine(&message(Purpose::Alert)).contains("Toets"));
    }

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        let text = format!("a{}b\u{8}<Hangup/>", '\u{0}');
        assert_eq!(
            last_word(Language::En, &text),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say language=\"en-GB\">ab&lt;Hangup/&gt;</Say>\
             <Hangup/></Response>"
        );
    }
}
