//! The two forms of a mail: plain text, and HTML that reads well without images, tables or style sheets.

use std::fmt::Write;

use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose};

/// The text of the button that opens the recipient's page.
const fn button(purpose: Purpose, language: Language) -> &'static str {
    match (purpose, language) {
        (Purpose::Alert, Language::Nl) => "Ik heb informatie",
        (Purpose::Alert, Language::En) => "I have information",
        (Purpose::Update | Purpose::Closing, Language::Nl) => "Bekijk de oproep",
        (Purpose::Update | Purpose::Closing, Language::En) => "View the call-out",
        (Purpose::Code, Language::Nl) => "Ga verder",
        (Purpose::Code, Language::En) => "Continue",
    }
}

/// That an answer to the mail is a tip; nothing when it is none, or the call-out is over.
const fn answer(purpose: Purpose, language: Language, answered: bool) -> Option<&'static str> {
    match (purpose, language) {
        (Purpose::Alert | Purpose::Update, Language::Nl) if answered => {
            Some("U kunt ook deze mail beantwoorden: alleen de meldkamer leest uw antwoord.")
        }
        (Purpose::Alert | Purpose::Update, Language::En) if answered => {
            Some("You can also answer this mail: only the control room reads your answer.")
        }
        _ => None,
    }
}

/// How mails about the topic end.
const fn ending(language: Language) -> &'static str {
    match language {
        Language::Nl => "Geen mail meer over dit onderwerp",
        Language::En => "No more mail about this topic",
    }
}

/// What a mail says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// The message.
    pub(super) message: &'a Message,
    /// To the recipient's page of the alert.
    pub(super) link: Option<&'a str>,
    /// To where mails about its topic end.
    pub(super) ending: Option<&'a str>,
    /// Whether an answer to the mail is a tip.
    pub(super) answered: bool,
}

/// The plain form. Links stand on lines of their own.
pub(super) fn text(said: &Said<'_>) -> String {
    let Said {
        message,
        link,
        ending: end,
        answered,
    } = *said;
    let mut text = format!("{}\n", message.body.trim_end());
    if let Some(link) = link {
        let button = button(message.purpose, message.language);
        write!(text, "\n{button}:\n{link}\n").expect("writing to a string succeeds");
    }
    if let Some(answer) = answer(message.purpose, message.language, answered) {
        write!(text, "\n{answer}\n").expect("writing to a string succeeds");
    }
    if let Some(link) = end {
        let ending = ending(message.language);
        write!(text, "\n{ending}:\n{link}\n").expect("writing to a string succeeds");
    }
    text
}

/// The HTML form. Links stand, in double quotes, on lines of their own; give them escaped.
pub(super) fn html(said: &Said<'_>) -> String {
    let Said {
        message,
        link,
        ending: end,
        answered,
    } = *said;
    let mut html = String::with_capacity(message.body.len() + 1024);
    let title = escape(&message.title);
    write!(
        html,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n</head>\n\
         <body style=\"margin:0;padding:24px;background:#fff;color:#1a1a1a;font:18px/1.5 sans-serif\">\n\
         <div style=\"max-width:560px;margin:0 auto\">\n\
         <h1 style=\"margin:0 0 16px;font-size:24px;line-height:1.25\">{title}</h1>\n",
        message.language.tag(),
    )
    .expect("writing to a string succeeds");
    for paragraph in message
        .body
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
    {
        let lines = escape(paragraph).replace('\n', "<br>\n");
        writeln!(html, "<p style=\"margin:0 0 16px\">{lines}</p>").expect("writing to a string succeeds");
    }
    if let Some(link) = link {
        let button = button(message.purpose, message.language);
        write!(
            html,
            "<p style=\"margin:24px 0\"><a style=\"display:inline-block;padding:12px 20px;border-radius:6px;\
             background:#154273;color:#fff;font-weight:bold;text-decoration:none\" href=\n\"{link}\"\n\
             >{button}</a></p>\n"
        )
        .expect("writing to a string succeeds");
    }
    if let Some(answer) = answer(message.purpose, message.language, answered) {
        writeln!(html, "<p style=\"margin:0 0 16px\">{answer}</p>").expect("writing to a string succeeds");
    }
    if let Some(link) = end {
        let ending = ending(message.language);
        write!(
            html,
            "<p style=\"margin:24px 0 0;font-size:16px\"><a style=\"color:#154273\" href=\n\"{link}\"\n>{ending}</a></p>\n"
        )
        .expect("writing to a string succeeds");
    }
    html.push_str("</div>\n</body>\n</html>\n");
    html
}

/// The text with what HTML takes for markup replaced; fit for content and for double-quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::message::Urgency;

    fn message() -> Message {
        Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language: Language::Nl,
            title: "Vermist: <Anna> & hond".to_owned(),
            body: "Eerste alinea.\nTweede regel.\n\nTweede alinea: 1 < 2.".to_owned(),
            collapse_key: "a".to_owned(),
            expires_at: Timestamp::from_millis(0),
        }
    }

    fn said<'a>(message: &'a Message, link: Option<&'a str>, answered: bool) -> Said<'a> {
        Said {
            message,
            link,
            ending: None,
            answered,
        }
    }

    #[test]
    fn what_looks_like_markup_is_shown_as_it_was_written() {
        let html = html(&said(&message(), None, false));
        assert!(html.contains("<h1 style=\"margin:0 0 16px;font-size:24px;line-height:1.25\">Vermist: &lt;Anna&gt; &amp; hond</h1>"));
        assert!(html.contains("Tweede alinea: 1 &lt; 2."));
        assert!(!html.contains("<Anna>"));
    }

    #[test]
    fn paragraphs_and_lines_stay_apart() {
        let html = html(&said(&message(), None, false));
        assert!(html.contains("<p style=\"margin:0 0 16px\">Eerste alinea.<br>\nTweede regel.</p>"));
        assert_eq!(html.matches("<p ").count(), 2);
    }

    #[test]
    fn the_button_says_what_it_is_for_in_the_recipients_language() {
        let link = Some("https://oproep.example/a");
        let mut message = message();
        assert!(
            text(&said(&message, link, false))
                .ends_with("\n\nIk heb informatie:\nhttps://oproep.example/a\n")
        );
        assert!(
            html(&said(&message, link, false))
                .contains("\"https://oproep.example/a\"\n>Ik heb informatie</a>")
        );
        message.purpose = Purpose::Closing;
        message.language = Language::En;
        assert!(text(&said(&message, link, false)).contains("View the call-out:"));
        assert!(html(&said(&message, link, false)).contains("<html lang=\"en\">"));
    }

    #[test]
    fn it_says_that_an_answer_is_a_tip_while_the_call_out_runs() {
        let mut message = message();
        assert!(text(&said(&message, None, true)).contains("U kunt ook deze mail beantwoorden"));
        message.language = Language::En;
        message.purpose = Purpose::Update;
        assert!(
            html(&said(&message, None, true)).contains("<p style=\"margin:0 0 16px\">You can also answer")
        );
        message.purpose = Purpose::Closing;
        assert!(!html(&said(&message, None, true)).contains("answer"));
    }

    #[test]
    fn without_a_link_there_is_no_button() {
        assert_eq!(
            text(&said(&message(), None, false)),
            "Eerste alinea.\nTweede regel.\n\nTweede alinea: 1 < 2.\n"
        );
        assert!(!html(&said(&message(), None, false)).contains("href"));
    }

    #[test]
    fn a_mail_that_can_be_ended_says_how_at_its_end() {
        let message = message();
        let said = Said {
            ending: Some("https://oproep.example/u"),
            ..said(&message, None, false)
        };
        assert!(text(&said).ends_with("\nGeen mail meer over dit onderwerp:\nhttps://oproep.example/u\n"));
        assert!(
            html(&said)
                .contains("href=\n\"https://oproep.example/u\"\n>Geen mail meer over dit onderwerp</a>")
        );
    }
}
