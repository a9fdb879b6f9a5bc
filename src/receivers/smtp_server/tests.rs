use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::receivers::faults::Faults;
use crate::receivers::inbox::Inbox;

/// What the server says to these lines, sent together, up to its end.
async fn said(lines: &str) -> (String, Inbox) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let random = Random::from_seed(1);
    let ground = Ground {
        inbox: Inbox::default(),
        faults: Faults::new(random.clone()),
        clock: Clock::system(),
        random,
    };
    let inbox = ground.inbox.clone();
    let server = SmtpServer::new(ground);
    let serving = tokio::spawn(server.serve(listener, std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(lines.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    // A server that gives up on a client may reset the connection.
    let _ = stream.read_to_end(&mut said).await;
    serving.abort();
    (String::from_utf8(said).unwrap(), inbox)
}

fn codes(said: &str) -> Vec<&str> {
    said.lines()
        .filter(|line| line.as_bytes()[3] == b' ')
        .map(|line| &line[..3])
        .collect()
}

#[tokio::test]
async fn commands_that_come_together_are_answered_in_order() {
    let lines = "EHLO a\r\nMAIL FROM:<a@b.nl>\r\nRCPT TO:<c@d.nl>\r\nDATA\r\n\
                 Subject: Caf=?utf-8?q?=C3=A9?=\r\nX-Oproep-Reference: r1\r\n\r\n..een\r\n\
                 https://o.example/a\r\n.\r\nQUIT\r\n";
    let (said, inbox) = said(lines).await;
    assert_eq!(codes(&said), ["220", "250", "250", "250", "354", "250", "221"]);
    let arrival = inbox.list(0, 1).remove(0);
    assert_eq!(arrival.body, ".een\nhttps://o.example/a\n");
    assert_eq!(arrival.link.as_deref(), Some("https://o.example/a"));
    assert_eq!(
        (arrival.reference.as_str(), arrival.endpoint_hint.as_str()),
        ("r1", "…d.nl")
    );
}

#[tokio::test]
async fn commands_out_of_order_and_broken_ones_are_refused() {
    let lines = "EHLO a\r\nDATA\r\nRCPT TO:<c@d.nl>\r\nMAIL FROM:a\r\nMAIL FROM:<a@b.nl>\r\n\
                 MAIL FROM:<a@b.nl>\r\nDATA\r\nRCPT TO:<niemand>\r\nRSET\r\nVRFY x\r\nSTARTTLS\r\nQUIT\r\n";
    let (said, _) = said(lines).await;
    let expected = [
        "220", "250", "503", "503", "501", "250", "503", "554", "501", "250", "500", "500", "221",
    ];
    assert_eq!(codes(&said), expected);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_and_after_it_came() {
    let text = "a".repeat(998);
    let text = format!("{text}\r\n").repeat(1100);
    let lines = format!(
        "EHLO a\r\nMAIL FROM:<a@b.nl> SIZE=9000000\r\nMAIL FROM:<a@b.nl>\r\nRCPT TO:<c@d.nl>\r\nDATA\r\n\
         {text}.\r\nQUIT\r\n"
    );
    let (said, inbox) = said(&lines).await;
    assert_eq!(
        codes(&said),
        ["220", "250", "552", "250", "250", "354", "552", "221"]
    );
    assert_eq!(inbox.counts().arrived(), 0);
}

#[tokio::test]
async fn a_line_without_an_end_ends_the_connection() {
    let (said, inbox) = said(&"x".repeat(10_000)).await;
    assert!(!said.contains("500"));
    assert_eq!(inbox.counts().arrived(), 0);
}
