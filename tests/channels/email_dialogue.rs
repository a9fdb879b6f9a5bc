//! E-mail against servers that follow a script, for what no well-behaved server does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use oproep::channels::Provider;
use oproep::domain::delivery::Attempt;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::sample::{email, mailboxes, message};

/// What a script answers to a line: nothing, something, or something and then the end of the connection.
enum Answer {
    Nothing,
    Say(&'static str),
    Bye(&'static str),
}

/// A server that asks `script` what to answer, with the connection's number and the line. Lines of a text
/// are not shown but for the dot.
async fn scripted(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = Arc::new(script);
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((stream, _)) = listener.accept().await else {
                return;
            };
            let script = Arc::clone(&script);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let _ = stream.write_all(b"220 script\r\n").await;
                let mut in_text = false;
                let mut line = String::new();
                while matches!(stream.read_line(&mut line).await, Ok(1..)) {
                    let shown = line.trim_end().to_owned();
                    line.clear();
                    if in_text && shown != "." {
                        continue;
                    }
                    let answer = script(number, &shown);
                    let (say, over) = match answer {
                        Answer::Nothing => ("", false),
                        Answer::Say(say) => (say, false),
                        Answer::Bye(say) => (say, true),
                    };
                    in_text = say.starts_with("354");
                    let _ = stream.write_all(say.as_bytes()).await;
                    if over {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// What a usual server answers.
fn usual(line: &str) -> Answer {
    match line.split([' ', ':']).next().unwrap() {
        "EHLO" => Answer::Say("250-script\r\n250 PIPELINING\r\n"),
        "DATA" => Answer::Say("354 go on\r\n"),
        _ => Answer::Say("250 2.0.0 ok\r\n"),
    }
}

fn accepted(attempts: &[Attempt]) -> usize {
    attempts
        .iter()
        .filter(|attempt| **attempt == Attempt::Accepted)
        .count()
}

#[tokio::test]
async fn a_server_that_wants_a_text_for_nobody_gets_an_empty_one() {
    let texts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&texts);
    let port = scripted(move |_, line| {
        if line == "." {
            seen.fetch_add(1, Ordering::Relaxed);
        }
        if line.starts_with("RCPT TO:<deelnemer3@") {
            Answer::Say("550 5.1.1 no\r\n")
        } else {
            usual(line)
        }
    })
    .await;
    let attempts = email(port, &json!({ "connections": 1 }))
        .send(&message(), &mailboxes(10))
        .await;
    assert_eq!(accepted(&attempts), 9);
    assert!(matches!(
        attempts[3],
        Attempt::Rejected {
            endpoint_gone: true,
            ..
        }
    ));
    assert_eq!(texts.load(Ordering::Relaxed), 10);
}

#[tokio::test]
async fn a_server_that_takes_five_mails_a_connection_gets_them_over_several() {
    let taken: Mutex<HashMap<usize, usize>> = Mutex::default();
    let port = scripted(move |connection, line| {
        let mut taken = taken.lock().unwrap();
        let taken = taken.entry(connection).or_default();
        if line.starts_with("MAIL") && *taken == 5 {
            return Answer::Bye("421 4.3.0 enough\r\n");
        }
        *taken += usize::from(line == ".");
        usual(line)
    })
    .await;
    let email = email(port, &json!({ "connections": 1 }));
    let attempts = email.send(&message(), &mailboxes(23)).await;
    assert_eq!(accepted(&attempts), 23, "{attempts:?}");
}

#[tokio::test]
async fn a_server_that_closes_on_everybody_is_left_alone_after_a_few_tries() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tries);
    let port = scripted(move |_, line| {
        if line.starts_with("MAIL") {
            count.fetch_add(1, Ordering::Relaxed);
            return Answer::Bye("");
        }
        usual(line)
    })
    .await;
    let attempts = email(port, &json!({})).send(&message(), &mailboxes(100)).await;
    assert!(
        attempts
            .iter()
            .all(|attempt| matches!(attempt, Attempt::Transient { .. })),
        "{attempts:?}"
    );
    assert!(tries.load(Ordering::Relaxed) <= 12);
}

#[tokio::test]
async fn words_slipped_in_before_the_handshake_are_not_believed() {
    let port = scripted(|_, line| match line {
        "STARTTLS" => Answer::Say("220 go\r\n250 PIPELINING\r\n"),
        _ if line.starts_with("EHLO") => Answer::Say("250-script\r\n250 STARTTLS\r\n"),
        _ => Answer::Nothing,
    })
    .await;
    let attempts = email(port, &json!({ "tls": "starttls" }))
        .send(&message(), &mailboxes(1))
        .await;
    assert_eq!(
        attempts,
        [Attempt::Transient {
            reason: "smtp reply malformed".to_owned()
        }]
    );
}

#[tokio::test]
async fn a_server_that_speaks_another_protocol_is_no_mail_server() {
    let port = scripted(|_, _| Answer::Say("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let attempts = email(port, &json!({})).send(&message(), &mailboxes(2)).await;
    let malformed = Attempt::Transient {
        reason: "smtp reply malformed".to_owned(),
    };
    assert_eq!(attempts, vec![malformed; 2]);
}
