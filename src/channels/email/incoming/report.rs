//! What a server reports of a mail's delivery (RFC 3464): fields in groups, the first about the mail, one for each
//! recipient after it.

use super::super::reply::Status;
use super::super::verdict::is_gone;

/// The most bytes that are read; servers write one or two kB.
const MOST_BYTES: usize = 64 * 1024;
/// The most recipients of a report.
const MOST_RECIPIENTS: usize = 100;

/// What became of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// Not yet; the server goes on trying.
    Delayed,
    /// It is in the mailbox.
    Delivered,
    /// It went on to where nobody reports from.
    PassedOn,
}

/// A report on one recipient. Personal: `Debug` shows no address.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of it.
    pub action: Action,
    /// The addresses that it is about: as it was sent to, and as it went on to last.
    pub addresses: Vec<String>,
    /// The enhanced status, without personal data: `5.1.1`.
    status: Option<Status>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Report({:?} {})", self.action, self.code())
    }
}

impl Report {
    /// Whether it says that no such mailbox exists, for good. Full, closed for us, refused for what the mail says
    /// and not reached in time are other matters.
    pub fn says_gone(&self) -> bool {
        self.action == Action::Failed && self.status.is_some_and(is_gone)
    }

    /// Whether it is about this address.
    pub fn is_about(&self, address: &str) -> bool {
        self.addresses
            .iter()
            .any(|known| known.eq_ignore_ascii_case(address))
    }

    /// The status as a reason, without personal data.
    pub fn code(&self) -> String {
        self.status.map_or_else(
            || "none".to_owned(),
            |Status {
                 class,
                 subject,
                 detail,
             }| format!("{class}.{subject}.{detail}"),
        )
    }
}

/// Reads a report; what is not understood is left out.
pub(super) fn parse(bytes: &[u8]) -> Vec<Report> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_BYTES)]);
    let mut reports = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim_end).chain([""]) {
        if line.is_empty() {
            reports.extend(recipient(&fields));
            fields.clear();
            if reports.len() >= MOST_RECIPIENTS {
                break;
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim_start());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    reports
}

/// The report of a group that is about a recipient.
fn recipient(fields: &[(String, String)]) -> Option<Report> {
    let value = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let action = value("action")?;
    let action = match action.split([' ', '(']).next()?.to_ascii_lowercase().as_str() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" => Action::Delivered,
        "relayed" | "expanded" => Action::PassedOn,
        _ => return None,
    };
    let addresses = ["original-recipient", "final-recipient"]
        .into_iter()
        .filter_map(|name| value(name).and_then(address))
        .collect();
    let status = value("status").and_then(Status::parse);
    // Some servers write a status that says nothing and repeat the other's words.
    let vague = status.is_none_or(|status| status.subject == 0);
    let said = value("diagnostic-code")
        .and_then(in_words)
        .filter(|said| status.is_none_or(|status| status.class == said.class));
    Some(Report {
        action,
        addresses,
        status: if vague { said.or(status) } else { status },
    })
}

/// `rfc822; jan@voorbeeld.nl` as an address.
fn address(value: &str) -> Option<String> {
    let (_, address) = value.split_once(';')?;
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    (address.contains('@') && address.len() <= 254).then(|| address.to_owned())
}

/// The status in what another server said: `smtp; 550 5.1.1 <jan@voorbeeld.nl>: unknown`.
fn in_words(value: &str) -> Option<Status> {
    let (kind, said) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("smtp") {
        return None;
    }
    said.split([' ', '-', '#'])
        .filter(|word| !word.is_empty())
        .take(4)
        .find_map(Status::parse)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As Exchange, Exim and Postfix write them, with other names.
    fn report(status: &str, action: &str, diagnostic: &str) -> Report {
        let text = format!(
            "Reporting-MTA: dns; mx.voorbeeld.nl\r\nArrival-Date: Thu, 26 Nov 2026 10:00:00 +0100\r\n\r\n\
             Final-Recipient: rfc822; Jan@voorbeeld.nl\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: {diagnostic}\r\n"
        );
        let mut reports = parse(text.as_bytes());
        assert_eq!(reports.len(), 1, "{text}");
        reports.remove(0)
    }

    #[test]
    fn only_a_mailbox_that_does_not_exist_is_gone() {
        for (status, action, gone) in [
            ("5.1.1", "failed", true),
            ("5.1.10", "failed", true),
            ("5.1.2", "Failed (final)", true),
            ("5.1.1 (bad destination mailbox address)", "failed", true),
            ("5.2.2", "failed", false),
            ("5.2.1", "failed", false),
            ("5.7.1", "failed", false),
            ("5.7.509", "failed", false),
            ("5.4.4", "failed", false),
            ("5.0.0", "failed", false),
            ("4.4.7", "failed", false),
            ("4.1.1", "delayed", false),
            ("5.1.1", "delayed", false),
            ("5.1.1", "relayed", false),
            ("2.0.0", "delivered", false),
            ("?", "failed", false),
        ] {
            assert_eq!(
                report(status, action, "smtp; x").says_gone(),
                gone,
                "{status} {action}"
            );
        }
    }

    #[test]
    fn a_status_that_says_nothing_yields_to_the_words_of_the_other_server() {
        let exim = report(
            "5.0.0",
            "failed",
            "smtp; 550 5.1.1 <jan@voorbeeld.nl>:\r\n unknown user",
        );
        assert!(exim.says_gone());
        assert_eq!(exim.code(), "5.1.1");
        assert!(report("?", "failed", "smtp; 550-5.1.1 The email account").says_gone());
        assert!(!report("5.0.0", "failed", "smtp; 550 rejected").says_gone());
        assert!(!report("4.0.0", "failed", "smtp; 550 5.1.1 unknown").says_gone());
        assert!(!report("5.7.1", "failed", "smtp; 550 5.1.1 unknown").says_gone());
        assert!(!report("5.0.0", "failed", "x-unix; 5.1.1").says_gone());
    }

    #[test]
    fn it_is_about_the_address_that_it_names_in_whichever_case() {
        let text = "Original-Recipient: rfc822;jan@voorbeeld.nl\nFinal-Recipient: rfc822; <piet@ander.nl>\n\
                    Action: failed\nStatus: 5.1.1\n\nAction: failed\nStatus: 5.1.1\n";
        let reports = parse(text.as_bytes());
        assert_eq!(reports.len(), 2);
        assert!(reports[0].is_about("JAN@voorbeeld.nl") && reports[0].is_about("piet@ander.nl"));
        assert!(!reports[0].is_about("klaas@voorbeeld.nl"));
        assert!(reports[1].addresses.is_empty());
        assert!(!format!("{reports:?}").contains("voorbeeld"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            prop_assert!(parse(&bytes).len() <= MOST_RECIPIENTS);
        }

        #[test]
        fn fields_in_any_order_give_one_report(
            lines in Just(vec![
                "Final-Recipient: rfc822; jan@voorbeeld.nl", "ACTION: failed", "status: 5.1.1",
                "Remote-MTA: dns; mx", "X-Other: a\r\n  b: c", "Last-Attempt-Date: now",
            ]).prop_shuffle(),
        ) {
            let reports = parse(lines.join("\r\n").as_bytes());
            prop_assert_eq!(reports.len(), 1);
            prop_assert!(reports[0].says_gone() && reports[0].is_about("jan@voorbeeld.nl"));
        }
    }
}
