//! Cutting off what an answer quotes: the mail that it answers, and signatures of telephones.

/// The most lines of an answer.
const LINES: usize = 2_000;
/// How mail programs announce what they quote, in lower case, at the start and at the end of a line. A line may
/// be broken before its end.
const ANNOUNCED: [(&str, &str); 7] = [
    ("op ", "schreef:"),
    ("op ", "geschreven:"),
    ("op ", ">:"),
    ("on ", "wrote:"),
    ("on ", ">:"),
    ("am ", "schrieb:"),
    ("le ", "a écrit :"),
];
/// Lines that stand above what is quoted, in lower case.
const ABOVE: [&str; 8] = [
    "-----original message-----",
    "-----oorspronkelijk bericht-----",
    "----- original message -----",
    "----- oorspronkelijk bericht -----",
    "---------- forwarded message",
    "---------- doorgestuurd bericht",
    "begin doorgestuurd bericht:",
    "begin forwarded message:",
];
/// How telephones and tablets sign, in lower case.
const SIGNED: [&str; 10] = [
    "verstuurd vanaf mijn ",
    "verzonden vanaf mijn ",
    "verzonden vanuit ",
    "verstuurd vanuit ",
    "verzonden met ",
    "sent from my ",
    "sent from outlook",
    "get outlook for ",
    "outlook voor ",
    "download outlook",
];
/// The first and the others of the lines that Outlook puts above what it quotes, in lower case.
const OUTLOOK: [(&str, [&str; 2]); 2] = [("van:", ["verzonden:", "datum:"]), ("from:", ["sent:", "date:"])];
/// Where HTML begins to quote, in lower case.
const QUOTED_HTML: [&str; 9] = [
    "<blockquote",
    "class=\"gmail_quote",
    "class=\"gmail_attr",
    "id=\"divrplyfwdmsg",
    "id=\"appendonsend",
    "id=\"mail-editor-reference-message-container",
    "class=\"moz-cite-prefix",
    "class=\"yahoo_quoted",
    "name=\"_mailoriginal",
];

/// The text without what it quotes, with single empty lines. Where nothing stands above what is quoted, what
/// stands between and below it.
pub(super) fn unquoted(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(LINES).map(str::trim_end).collect();
    let above = written(&lines);
    let first = lines.iter().position(|line| is_quoted(line));
    match first {
        Some(first) if above.is_empty() => written(&lines[first..]),
        _ => above,
    }
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// What is written in these lines, up to where an answer ends.
fn written(lines: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if ends(lines, at) {
            break;
        }
        if is_quoted(line) {
            continue;
        }
        if !line.trim().is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line.trim());
        }
    }
    kept.join("\n").trim().to_owned()
}

/// Whether the answer ends above this line.
fn ends(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim().to_lowercase();
    // A signature (RFC 3676, section 4.3), or the line that Outlook draws.
    if lines[at] == "--" || (line.len() >= 20 && line.bytes().all(|byte| byte == b'_')) {
        return true;
    }
    if ABOVE.iter().any(|above| line.starts_with(above)) || SIGNED.iter().any(|sign| line.starts_with(sign)) {
        return true;
    }
    let next = |further: usize| lines.get(at + further).map_or("", |line| line.trim());
    let broken = [line.clone(), format!("{line} {}", next(1).to_lowercase())];
    let announced = |(start, end): &(&str, &str)| {
        let dated = line.bytes().any(|byte| byte.is_ascii_digit());
        line.starts_with(start)
            && dated
            && broken
                .iter()
                .any(|text| text.ends_with(end) && text.chars().count() < 250)
    };
    if ANNOUNCED.iter().any(announced) {
        return true;
    }
    OUTLOOK.iter().any(|(first, others)| {
        let other = |line: &str| others.iter().any(|other| line.to_lowercase().starts_with(other));
        line.trim_start_matches('*').starts_with(first)
            && (1..=3).any(|further| other(next(further).trim_start_matches('*')))
    })
}

/// The HTML up to where it begins to quote.
pub(super) fn unquoted_html(html: &str) -> &str {
    let lower = html.to_ascii_lowercase();
    let quoted = QUOTED_HTML.iter().filter_map(|mark| lower.find(mark)).min();
    let Some(at) = quoted else { return html };
    // Back to where the tag begins.
    let start = lower[..=at].rfind('<').unwrap_or(at);
    &html[..start]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_each_program_quotes_is_cut_off() {
        let said = "Ik zag hem bij de brug.\n\nRichting centrum.";
        for quoted in [
            "\n\nOp do 26 nov 2026 om 10:14 schreef Burgernet <tip+abc@oproep.example>:\n\n> Kijk uit naar\n> een man",
            "\n\nOp 26 november 2026 10:14 schreef Burgernet\n<tip+abc@oproep.example>:\n> Kijk uit",
            "\n\nOn Thu, 26 Nov 2026 at 10:14, Burgernet <tip@oproep.example> wrote:\n> Look out",
            "\n\nOn 26 Nov 2026, at 10:14, Burgernet with a long name of many words\n<tip@oproep.example> wrote:\n\n> x",
            "\n\n-----Oorspronkelijk bericht-----\nVan: Burgernet\nAan: Jan\n\nKijk uit",
            "\n\nVan: Burgernet <tip@oproep.example>\nVerzonden: donderdag 26 november 2026 10:14\nAan: Jan\n\nKijk uit",
            "\n\n*From:* Burgernet <tip@oproep.example>\n*Sent:* Thursday\n\nLook out",
            "\n\n________________________________\nFrom: Burgernet\n\nLook out",
            "\n\nVerstuurd vanaf mijn iPhone\n\n> Op 26 nov 2026 om 10:14 heeft Burgernet het volgende geschreven:\n> Kijk uit",
            "\n\n-- \nJan de Vries\nTel. 030",
            "\n\n> Kijk uit naar een man\n> met een rode jas",
        ] {
            assert_eq!(unquoted(&format!("{said}{quoted}")), said, "{quoted}");
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for said in [
            "Op de brug schreef iemand op de muur.\nHij rende weg.",
            "Van: de markt naar huis liep hij.\nMet een tas.",
            "On the bridge at 14:00 I saw him",
            "Hij had een jas - rood - aan\n-\nen een pet",
        ] {
            assert_eq!(unquoted(said), said);
        }
    }

    #[test]
    fn an_answer_between_what_is_quoted_is_kept() {
        let text = "> Kijk uit naar een man\nGezien bij de kerk\n> met een rode jas\nrond 14:10";
        assert_eq!(unquoted(text), "Gezien bij de kerk\nrond 14:10");
    }

    #[test]
    fn an_answer_below_what_is_quoted_is_kept() {
        let quoted =
            "Op 26 november 2026 10:14 schreef Burgernet\n<tip+abc@oproep.example>:\n> Kijk uit\n> Bel 112";
        assert_eq!(
            unquoted(&format!("{quoted}\n\nGezien bij de kerk\n-- \nJan")),
            "Gezien bij de kerk"
        );
        assert_eq!(unquoted(quoted), "");
    }

    #[test]
    fn html_ends_where_it_begins_to_quote() {
        for (html, left) in [
            ("<p>Ja</p><div class=\"gmail_quote\">x</div>", "<p>Ja</p>"),
            ("<p>Ja</p><BLOCKQUOTE type=cite>x", "<p>Ja</p>"),
            ("<p>Ja</p><div id=\"divRplyFwdMsg\">x", "<p>Ja</p>"),
            ("<p>Ja</p>", "<p>Ja</p>"),
        ] {
            assert_eq!(unquoted_html(html), left);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over_and_it_only_gets_shorter(text in "\\PC{0,300}", html in "(<|>|[a-zé\" =]|blockquote){0,60}") {
            prop_assert!(unquoted(&text).len() <= text.len());
            prop_assert!(unquoted_html(&html).len() <= html.len());
        }
    }
}
