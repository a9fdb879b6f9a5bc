//! Reads the little of Twilio's markup that is needed to follow a call.

/// What is said, in order.
pub(super) fn said(markup: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find("<Say") {
        let Some(open) = rest[start..].find('>') else {
            break;
        };
        let text = &rest[start + open + 1..];
        let Some(end) = text.find("</Say>") else { break };
        said.push(unescape(&text[..end]));
        rest = &text[end..];
    }
    said
}

/// The value of an attribute of the first element of this name.
pub(super) fn attribute(markup: &str, element: &str, name: &str) -> Option<String> {
    let start = markup.find(&format!("<{element} "))?;
    let tag = &markup[start..start + markup[start..].find('>')?];
    let value = &tag[tag.find(&format!(" {name}=\""))? + name.len() + 3..];
    Some(unescape(&value[..value.find('"')?]))
}

/// Whether the call ends without anything more.
pub(super) fn hangs_up(markup: &str) -> bool {
    markup.contains("<Hangup/>")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_addresses_are_read() {
        let markup = "<Response><Gather action=\"http://a/?x=1&amp;y=2\" numDigits=\"1\"><Say language=\"nl-NL\">Rood \
                      &lt;groot&gt;</Say><Pause/><Say>&amp;lt;</Say></Gather></Response>";
        assert_eq!(said(markup), ["Rood <groot>", "&lt;"]);
        assert_eq!(
            attribute(markup, "Gather", "action").as_deref(),
            Some("http://a/?x=1&y=2")
        );
        assert_eq!(attribute(markup, "Record", "action"), None);
        assert!(!hangs_up(markup));
        for broken in ["<Say", "<Say>", "<Gather ", "<Gather action=\""] {
            assert!(said(broken).is_empty());
            assert_eq!(attribute(broken, "Gather", "action"), None);
        }
    }
}
