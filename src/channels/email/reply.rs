//! Replies of an SMTP server: parsing (RFC 5321, 4.2) and the enhanced status in them (RFC 3463, RFC 2034).

/// The longest reply that is read, all lines together, in bytes. RFC 5321 asks for 512 a line; the largest
/// EHLO answers in the field stay under 2 kB.
pub(super) const REPLY_LIMIT: usize = 16 * 1024;

/// An enhanced status code, for instance `5.1.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Status {
    /// 2 success, 4 passing failure, 5 lasting failure.
    pub(super) class: u8,
    /// What it is about: 1 address, 2 mailbox, 7 policy.
    pub(super) subject: u16,
    /// The detail within the subject.
    pub(super) detail: u16,
}

impl Status {
    /// Reads a status at the start of a text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').next()?.split('.');
        let class = number(parts.next()?)?;
        let status = Self {
            class: u8::try_from(class)
                .ok()
                .filter(|class| matches!(class, 2 | 4 | 5))?,
            subject: number(parts.next()?)?,
            detail: number(parts.next()?)?,
        };
        parts.next().is_none().then_some(status)
    }
}

/// One to three digits, as RFC 3463 has them.
fn number(digits: &str) -> Option<u16> {
    let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// A reply, of one line or several.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// The three digits, 200 to 599.
    pub(super) code: u16,
    /// The enhanced status at the start of the text, where there is one.
    pub(super) status: Option<Status>,
    /// The texts of all lines, without codes. They can repeat an address: never logged, never stored.
    pub(super) lines: Vec<String>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({})", self.name())
    }
}

impl Reply {
    /// Whether the command was done (2yz).
    pub(super) const fn is_success(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the server waits for more (3yz).
    pub(super) const fn is_intermediate(&self) -> bool {
        self.code / 100 == 3
    }

    /// Whether the same may succeed later (4yz).
    pub(super) const fn is_passing(&self) -> bool {
        self.code / 100 == 4
    }

    /// Code and status without the text, so without personal data: `550 5.1.1`.
    pub(super) fn name(&self) -> String {
        match self.status {
            Some(Status {
                class,
                subject,
                detail,
            }) => format!("{} {class}.{subject}.{detail}", self.code),
            None => self.code.to_string(),
        }
    }
}

/// What the bytes at hand hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A whole reply, and how many bytes it took.
    Whole(Reply, usize),
    /// The start of a reply.
    Partial,
    /// Something that is no SMTP reply, or one longer than [`REPLY_LIMIT`].
    Malformed,
}

/// Reads the first reply from `bytes`. A bare line feed ends a line as well.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut lines = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[at..at + length];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at += length + 1;
        let Some((line_code, last, text)) = split(line) else {
            return Parsed::Malformed;
        };
        if at > REPLY_LIMIT || *code.get_or_insert(line_code) != line_code {
            return Parsed::Malformed;
        }
        lines.push(String::from_utf8_lossy(text).into_owned());
        if last {
            let status = lines.iter().find_map(|line| Status::parse(line));
            // A status that contradicts the code tells nothing.
            let status = status.filter(|status| u16::from(status.class) == line_code / 100);
            return Parsed::Whole(
                Reply {
                    code: line_code,
                    status,
                    lines,
                },
                at,
            );
        }
    }
    if bytes.len() > REPLY_LIMIT {
        Parsed::Malformed
    } else {
        Parsed::Partial
    }
}

/// Code, whether it is the last line, and text.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let digits = line
        .get(..3)
        .filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let code = digits
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    if !(200..600).contains(&code) {
        return None;
    }
    match line.get(3) {
        None => Some((code, true, &[])),
        Some(b' ') => Some((code, true, &line[4..])),
        Some(b'-') => Some((code, false, &line[4..])),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn whole(bytes: &str) -> Reply {
        match parse(bytes.as_bytes()) {
            Parsed::Whole(reply, used) => {
                assert_eq!(used, bytes.len());
                reply
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_reply_of_one_line_has_a_code_a_status_and_a_text() {
        let reply = whole("550 5.1.1 no such user\r\n");
        assert_eq!(reply.code, 550);
        assert_eq!(
            reply.status,
            Some(Status {
                class: 5,
                subject: 1,
                detail: 1
            })
        );
        assert_eq!(reply.name(), "550 5.1.1");
    }

    #[test]
    fn a_reply_of_several_lines_ends_with_the_line_that_has_a_space() {
        let reply = whole("250-mx.example.nl\r\n250-PIPELINING\r\n250 SIZE 1000\r\n");
        assert_eq!(reply.lines, ["mx.example.nl", "PIPELINING", "SIZE 1000"]);
        assert_eq!(reply.status, None);
    }

    #[test]
    fn a_bare_code_is_a_reply() {
        assert_eq!(whole("354\r\n").code, 354);
    }

    #[test]
    fn the_debug_form_shows_no_text() {
        let shown = format!("{:?}", whole("550 5.1.1 <jan@voorbeeld.nl> unknown\r\n"));
        assert_eq!(shown, "Reply(550 5.1.1)");
    }

    #[test]
    fn a_status_that_contradicts_its_code_is_left_out() {
        assert_eq!(whole("250 5.1.1 what now\r\n").status, None);
    }

    #[test]
    fn what_is_no_reply_is_told_apart_from_half_a_reply() {
        for malformed in [
            "HTTP/1.1 400\r\n",
            "25 x\r\n",
            "250-a\r\n251 b\r\n",
            "2500 x\r\n",
            "999 x\r\n",
        ] {
            assert_eq!(parse(malformed.as_bytes()), Parsed::Malformed, "{malformed}");
        }
        for partial in ["", "2", "250 ok", "250-a\r\n", "250-a\r\n250"] {
            assert_eq!(parse(partial.as_bytes()), Parsed::Partial, "{partial}");
        }
        assert_eq!(parse(&vec![b'2'; REPLY_LIMIT + 1]), Parsed::Malformed);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn a_reply_reads_the_same_however_it_arrives(
            code in 200_u16..600, texts in proptest::collection::vec("[ -~]{0,40}", 1..5), more in "[0-9a-z]{0,9}"
        ) {
            let last = texts.len() - 1;
            let mut bytes = String::new();
            for (at, text) in texts.iter().enumerate() {
                let mark = if at == last { ' ' } else { '-' };
                write!(bytes, "{code}{mark}{text}\r\n").unwrap();
            }
            for cut in 0..bytes.len() {
                prop_assert_eq!(parse(&bytes.as_bytes()[..cut]), Parsed::Partial);
            }
            let length = bytes.len();
            bytes.push_str(&more);
            match parse(bytes.as_bytes()) {
                Parsed::Whole(reply, used) => {
                    prop_assert_eq!(reply.lines, texts);
                    prop_assert_eq!((reply.code, used), (code, length));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
