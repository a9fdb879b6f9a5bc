use proptest::prelude::*;

use super::*;
use crate::domain::language::Language;
use crate::domain::message::MailMarks;
use crate::domain::message::{Purpose, Urgency};

fn message(title: &str, body: &str) -> Message {
    Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language: Language::Nl,
        title: title.to_owned(),
        body: body.to_owned(),
        collapse_key: "a".to_owned(),
        expires_at: Timestamp::from_millis(0),
    }
}

fn from() -> Sender {
    let from = Mailbox::new(
        Some("Burgernet Midden-Nederland".to_owned()),
        "oproep@voorbeeld.nl".parse().unwrap(),
    );
    Sender {
        address: from.email.to_string(),
        from,
        bounces: None,
        replies: None,
        signers: Signers::default(),
    }
}

fn written(message: &Message, link: Option<&str>) -> Vec<u8> {
    written_with(message, link, None)
}

fn written_with(message: &Message, link: Option<&str>, marks: Option<&MailMarks>) -> Vec<u8> {
    let to = Deliverable::check("jan@voorbeeld.nl", "abc-123_X").unwrap();
    let copy = Copy { to, link, marks };
    let at = Timestamp::from_millis(1_772_373_720_000);
    let letter = Letter::compose(message, &from(), at, copy.places()).unwrap();
    let mut out = Vec::new();
    letter.write(&copy, &from(), &mut out);
    assert!(out.len() <= letter.size_limit(&copy, &from()));
    out
}

/// What a server hands on: the text without the final dot and with doubled dots undone.
fn unstuffed(sent: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut ended = false;
    for line in sent.split_inclusive(|byte| *byte == b'\n') {
        assert!(!ended, "a line with only a dot ends the mail early");
        assert!(line.ends_with(b"\r\n") && line.len() <= 1000 && line.is_ascii());
        ended = line == b".\r\n";
        if !ended {
            text.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
    }
    assert!(ended, "no line with only a dot ends the mail");
    text
}

/// Undoes quoted-printable.
fn decoded(encoded: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = encoded.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match after {
            [b'\r', b'\n', after @ ..] if *first == b'=' => after,
            [high, low, after @ ..] if *first == b'=' => {
                let pair = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8(bytes).unwrap()
}

/// Headers, text part and HTML part.
fn parts(sent: &[u8]) -> (String, String, String) {
    let mail = String::from_utf8(unstuffed(sent)).unwrap();
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let mut parts = body.split("--=_oproep").skip(1).take(2).map(|part| {
        let (_, text) = part.split_once("\r\n\r\n").unwrap();
        decoded(text).replace("\r\n", "\n")
    });
    (head.to_owned(), parts.next().unwrap(), parts.next().unwrap())
}

#[test]
fn the_headers_are_complete() {
    let (head, ..) = parts(&written(
        &message("Vermist: café", "Tekst."),
        Some("https://oproep.example/a?t=1"),
    ));
    for line in [
        "To: <jan@voorbeeld.nl>",
        "Message-ID: <abc-123_X@voorbeeld.nl>",
        "X-Oproep-Reference: abc-123_X",
        "From: \"Burgernet Midden-Nederland\" <oproep@voorbeeld.nl>",
        "Date: Sun, 01 Mar 2026 14:02:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Language: nl",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary=\"=_oproep\"",
    ] {
        assert!(
            head.lines().any(|found| found == line),
            "{line} is not in\n{head}"
        );
    }
    assert!(
        head.contains("Subject: =?utf-8?b?") || head.contains("Subject: Vermist: =?utf-8?b?"),
        "{head}"
    );
}

#[test]
fn both_parts_carry_the_link() {
    let link = "https://oproep.example/k/AbC_9-x?tip=1&taal=nl";
    let (_, text, html) = parts(&written(
        &message("Titel", "Kijk uit naar een rode auto."),
        Some(link),
    ));
    assert!(text.starts_with("Kijk uit naar een rode auto.\n"), "{text}");
    assert!(text.contains(&format!("\n{link}\n")), "{text}");
    assert!(
        html.contains("href=\n\"https://oproep.example/k/AbC_9-x?tip=1&amp;taal=nl\"\n>"),
        "{html}"
    );
}

#[test]
fn a_message_without_a_link_has_none() {
    let (_, text, html) = parts(&written(&message("Code", "Uw code is 123456."), None));
    assert!(text.starts_with("Uw code is 123456.\n"));
    assert!(!html.contains("href"));
}

#[test]
fn a_mail_whose_topic_can_be_ended_says_where_in_both_parts_and_in_its_head() {
    let marks = MailMarks {
        bounce: "b1".to_owned(),
        reply: "r1".to_owned(),
        unsubscribe: Some("https://oproep.example/u/AbC?taal=nl&x=1".to_owned()),
    };
    for link in [Some("https://oproep.example/a/AbC"), None] {
        let (head, text, html) = parts(&written_with(&message("Titel", "Tekst."), link, Some(&marks)));
        assert!(head.contains("List-Unsubscribe: <https://oproep.example/u/AbC?taal=nl&x=1>"));
        assert!(
            text.trim_end()
                .ends_with("Geen mail meer over dit onderwerp:\nhttps://oproep.example/u/AbC?taal=nl&x=1"),
            "{text}"
        );
        assert!(
            html.contains("href=\n\"https://oproep.example/u/AbC?taal=nl&amp;x=1\"\n>Geen mail meer"),
            "{html}"
        );
        assert_eq!(text.contains("/a/AbC"), link.is_some());
    }
}

#[test]
fn a_title_cannot_add_a_header() {
    let (head, ..) = parts(&written(
        &message("Titel\r\nBcc: iemand@voorbeeld.nl", "Tekst."),
        None,
    ));
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
}

#[test]
fn a_recipient_that_would_break_a_command_is_refused() {
    for address in [
        "",
        "jan",
        "a b@c.nl",
        "a@b.nl>\r\nRCPT TO:<x@y.nl",
        "<a@b.nl>",
        "jan@",
    ] {
        let refused = Deliverable::check(address, "r").err();
        assert_eq!(refused, Some(Undeliverable("address malformed")), "{address:?}");
    }
    assert_eq!(
        Deliverable::check("jän@b.nl", "r").err(),
        Some(Undeliverable("address not in ascii"))
    );
    for reference in ["", "a b", "a\r\nBcc: x", "a@b"] {
        let refused = Deliverable::check("jan@voorbeeld.nl", reference).err();
        assert_eq!(
            refused,
            Some(Undeliverable("reference not url-safe")),
            "{reference:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_arrives_as_it_was_written(
        title in "\\PC{0,60}",
        body in "(\\.{0,2}[a-zé😀 .=\\-]{0,90}\n){0,6}[.a-z]{1,5}",
        link in "https://[a-z]{1,8}\\.example/[.=&A-Za-z0-9_?%/-]{0,200}",
    ) {
        let (_, text, html) = parts(&written(&message(&title, &body), Some(&link)));
        let button = format!("\n\nIk heb informatie:\n{link}\n");
        prop_assert!(text.trim_end_matches('\n').ends_with(button.trim_end()), "{}", text);
        prop_assert!(text.starts_with(body.trim_end()), "{}", text);
        let attribute = format!("\"{}\"", super::layout::escape(&link));
        prop_assert!(html.contains(&attribute), "{}", html);
    }

    #[test]
    fn a_message_that_speaks_of_the_mark_keeps_its_words(tail in "x{0,4}") {
        let body = format!("Over oproeplink{tail} gesproken.");
        let (_, text, _) = parts(&written(&message("oproeplink", &body), Some("https://o.example/a")));
        prop_assert!(text.starts_with(&body));
    }

    #[test]
    fn no_line_of_a_link_is_too_long_or_starts_with_a_dot(link in "[ -~]{0,400}") {
        let mut out = Vec::new();
        out.extend(quoted_printable(link.as_bytes()));
        let written = String::from_utf8(out).unwrap();
        prop_assert!(written.split("\r\n").all(|line| line.len() <= 74 && !line.starts_with('.')));
        prop_assert_eq!(decoded(&written), link);
    }
}
