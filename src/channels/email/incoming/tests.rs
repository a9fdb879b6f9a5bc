use proptest::prelude::*;

use super::*;

fn read_text(text: &str, recipient: Option<&str>) -> Incoming {
    read(&Bytes::from(text.replace('\n', "\r\n")), recipient).unwrap()
}

fn answer(mail: &Incoming) -> &Answer {
    match &mail.kind {
        Kind::Answer(answer) => answer,
        _ => panic!("{mail:?}"),
    }
}

const WRITTEN: &str = "From: Jan <jan@voorbeeld.nl>\nTo: Burgernet <tip+ABC2@oproep.example>\nSubject: Re: Vermist\n\
    Message-ID: <1@voorbeeld.nl>\nContent-Type: text/plain; charset=utf-8\n\n\
    Gezien bij caf\u{e9} De Brug.\n\nOp do 26 nov 2026 om 10:14 schreef Burgernet <tip+abc2@oproep.example>:\n> Kijk uit\n";

#[test]
fn what_somebody_writes_is_taken_without_what_they_quote() {
    let mail = read_text(WRITTEN, None);
    assert_eq!(mail.marks, ["abc2"]);
    assert_eq!(answer(&mail).text, "Gezien bij café De Brug.");
    assert!(!format!("{mail:?} {:?}", answer(&mail)).contains("Brug"));
    assert_eq!(mail.identity, read_text(WRITTEN, None).identity);
}

#[test]
fn the_address_that_the_server_names_goes_before_those_in_the_mail() {
    let mail = read_text(WRITTEN, Some("tip+xyz7@oproep.example"));
    assert_eq!(mail.marks, ["xyz7", "abc2"]);
    let passed_on = WRITTEN.replace(
        "To: Burgernet <tip+ABC2@",
        "X-Original-To: tip+q2@oproep.example\nTo: <tip@",
    );
    assert_eq!(read_text(&passed_on, None).marks, ["q2"]);
    assert!(
        read_text(&WRITTEN.replace("+ABC2", "+a-b"), None)
            .marks
            .is_empty()
    );
}

#[test]
fn html_is_reduced_to_text_where_there_is_no_other() {
    let html = "From: a@b.nl\nTo: tip+a@c.nl\nContent-Type: text/html; charset=utf-8\n\n\
        <html><head><title>weg</title><style>p{}</style></head><body><div>Een man &amp; een hond</div>\
        <div>bij de kerk</div><div class=\"gmail_quote\">Op 26 nov schreef x: <b>Kijk uit</b></div></body></html>\n";
    assert_eq!(
        answer(&read_text(html, None)).text,
        "Een man & een hond\nbij de kerk"
    );
}

#[test]
fn pictures_are_taken_and_those_of_a_signature_are_not() {
    let picture = |size: usize| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(vec![7; size])
    };
    let part = |kind: &str, size| {
        format!(
            "--b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{}\n",
            picture(size)
        )
    };
    let mail = format!(
        "From: a@b.nl\nTo: tip+a@c.nl\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         Zie foto\n{}{}{}{}--b--\n",
        part("image/jpeg; name=\"a.jpg\"", 20_000),
        part("image/png", 900),
        part("application/octet-stream; name=\"film.MOV\"", 30_000),
        part("application/pdf; name=\"a.pdf\"", 30_000),
    );
    let mail = read_text(&mail, None);
    let sizes: Vec<_> = answer(&mail).files.iter().map(Bytes::len).collect();
    assert_eq!(sizes, [20_000, 30_000]);
    assert_eq!(answer(&mail).text, "Zie foto");
}

#[test]
fn what_programs_write_is_no_answer() {
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "List-Id: <buurt.voorbeeld.nl>",
        "Return-Path: <>",
        "Subject: Automatisch antwoord: Vermist",
        "Subject: Out of Office Re: Vermist",
    ] {
        let mail = WRITTEN.replace("Subject: Re: Vermist", header);
        assert!(matches!(read_text(&mail, None).kind, Kind::Automatic), "{header}");
    }
    let server = WRITTEN.replace("jan@", "MAILER-DAEMON@");
    assert!(matches!(read_text(&server, None).kind, Kind::Automatic));
    for header in ["Auto-Submitted: no", "Return-Path: <jan@voorbeeld.nl>"] {
        let mail = WRITTEN.replace("Subject: Re: Vermist", header);
        assert!(matches!(read_text(&mail, None).kind, Kind::Answer(_)), "{header}");
    }
}

/// A report as Postfix sends it.
const BOUNCE: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.oproep.example (Mail Delivery System)\n\
    To: bounce+abc2@oproep.example\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n\
    MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
    --b\nContent-Type: text/plain\n\nI'm sorry to have to inform you\n\n\
    --b\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\n\
    Reporting-MTA: dns; mx.oproep.example\n\n\
    Final-Recipient: rfc822; jan@voorbeeld.nl\nOriginal-Recipient: rfc822;jan@voorbeeld.nl\nAction: failed\n\
    Status: 5.1.1\nRemote-MTA: dns; mx.voorbeeld.nl\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n\n\
    --b\nContent-Type: message/rfc822\n\nTo: <jan@voorbeeld.nl>\nSubject: Vermist\n\nTekst\n--b--\n";

#[test]
fn a_report_is_read_with_its_mark() {
    let mail = read_text(BOUNCE, None);
    assert_eq!(mail.marks, ["abc2"]);
    let Kind::Reports(reports) = &mail.kind else {
        panic!("{mail:?}")
    };
    assert_eq!(reports.len(), 1);
    assert!(reports[0].says_gone() && reports[0].is_about("jan@voorbeeld.nl"));
}

#[test]
fn a_mail_that_is_too_large_or_none_is_not_read() {
    assert!(read(&Bytes::from(vec![b'a'; MAIL_BYTES + 1]), None).is_none());
    assert!(read(&Bytes::new(), None).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_mail_cut_off_or_damaged_anywhere_makes_nothing_fall_over(
        at in 0..BOUNCE.len(), bytes in prop::collection::vec(any::<u8>(), 0..12), written in any::<bool>(),
    ) {
        let mut mail = if written { WRITTEN } else { BOUNCE }.as_bytes().to_vec();
        let at = at.min(mail.len());
        let cut = Bytes::copy_from_slice(&mail[..at]);
        let _ = read(&cut, None);
        let end = (at + bytes.len()).min(mail.len());
        mail.splice(at..end, bytes);
        let _ = read(&Bytes::from(mail), None);
    }

    #[test]
    fn no_bytes_make_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..1_000)) {
        let _ = read(&Bytes::from(bytes), Some("a+b@c"));
    }
}
