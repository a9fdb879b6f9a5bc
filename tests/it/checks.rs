//! The checks, the register, corrections and searches as they are typed at the command line.

use std::path::Path;
use std::process::{Command, Stdio};

use oproep::domain::role::Role;
use serde_json::Value;

use crate::server::TestServer;

/// What a command ended with and answered.
struct Typed {
    code: i32,
    answer: String,
    said: String,
}

/// Types a command, as whoever has this token.
async fn typed(server: &TestServer, token: &str, arguments: &[&str]) -> Typed {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_TARGET_TMPDIR")))
        .env_clear()
        .env("OPROEP_URL", server.url(""))
        .env("OPROEP_TOKEN", token)
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().expect("the program starts"));
    let output = output.await.expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("answers are UTF-8");
    Typed {
        code: output.status.code().expect("it ends by itself"),
        answer: text(output.stdout),
        said: text(output.stderr),
    }
}

impl Typed {
    #[track_caller]
    fn json(self) -> Value {
        assert_eq!(self.code, 0, "{}", self.said);
        serde_json::from_str(&self.answer).expect("JSON")
    }
}

const AREA: [&str; 4] = ["--centre", "5.1250,52.0930", "--radius", "400"];

fn start<'a>(body: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["action", "start", "--kind", "witness_call", "--yes"];
    arguments.extend(AREA);
    arguments.extend(["--title", "Getuigen gezocht", "--body", body]);
    arguments.extend([
        "--title-en",
        "Witnesses wanted",
        "--body-en",
        "Did you see a van at the bridge?",
    ]);
    arguments.extend(more);
    arguments
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_checks_refuse_is_not_started_and_what_they_ask_is_confirmed_by_its_code() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Role::Operator, "unit").await;
    let wrong = "Zag u bij de brug een bestelbus? Bel 030-1234567.";
    let refused = typed(&server, &operator, &start(wrong, &["--confirm", "offence_named"])).await;
    assert_eq!(refused.code, 3, "{}", refused.said);
    assert!(refused.said.contains("number_unknown"), "{}", refused.said);

    let administrator = server.token(Role::Administrator, "unit").await;
    let add = [
        "register",
        "add",
        "--number",
        "030 123 45 67",
        "--note",
        "Tiplijn",
    ];
    let added = typed(&server, &administrator, &add).await;
    assert_eq!(added.code, 0, "{}", added.said);
    let list = typed(&server, &administrator, &["register", "list"]).await;
    assert!(
        list.answer.contains("+31301234567") && list.answer.contains("112"),
        "{}",
        list.answer
    );

    let named = "Zag u bij de brug de dief met zijn bestelbus? Bel 030-1234567.";
    let unconfirmed = typed(&server, &operator, &start(named, &[])).await;
    assert_eq!(unconfirmed.code, 3, "{}", unconfirmed.said);
    assert!(
        unconfirmed.said.contains("--confirm offence_named"),
        "{}",
        unconfirmed.said
    );
    let confirmed = start(named, &["--confirm", "offence_named", "--json"]);
    let started = typed(&server, &operator, &confirmed).await.json();
    let number = started["action"]["number"].as_str().unwrap();

    let found = typed(&server, &operator, &["action", "checks", number, "--json"])
        .await
        .json();
    assert_eq!(found["to_confirm"], serde_json::json!(["offence_named"]));
    let remove = typed(&server, &administrator, &["register", "remove", "030-1234567"]).await;
    assert_eq!(remove.code, 0, "{}", remove.said);
    let wider = [
        "action",
        "expand",
        number,
        "--yes",
        "--centre",
        "5.1250,52.0930",
        "--radius",
        "900",
    ];
    let refused = typed(&server, &operator, &wider).await;
    assert_eq!(refused.code, 3, "{}", refused.said);
    assert!(refused.said.contains("number_unknown"), "{}", refused.said);
    let unknown = typed(&server, &administrator, &["register", "remove", "030-1234567"]).await;
    assert_eq!(unknown.code, 4, "{}", unknown.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_and_a_search_are_typed() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Role::Operator, "unit").await;
    let body = "Zag u bij de brug een witte bestelbus staan?";
    let arguments = start(body, &["--json"]);
    let started = typed(&server, &operator, &arguments).await.json();
    let number = started["action"]["number"].as_str().unwrap();
    server.outbox.find(|sent| sent.link.is_some()).await;

    let coordinator = server.token(Role::Coordinator, "unit").await;
    let listed = typed(&server, &coordinator, &["correction", "list", "--json"])
        .await
        .json();
    assert_eq!(
        listed.as_array().unwrap().len(),
        oproep::domain::action::ActionKind::ALL.len()
    );
    let set = [
        "correction",
        "set",
        "witness_call",
        "--title",
        "Verbetering",
        "--body",
        "Er was geen bestelbus bij de brug.",
        "--title-en",
        "Correction",
        "--body-en",
        "There was no van at the bridge.",
    ];
    let set = typed(&server, &coordinator, &set).await;
    assert_eq!(set.code, 0, "{}", set.said);

    let seen = (server.desk.now() - std::time::Duration::from_mins(10))
        .to_utc()
        .to_rfc3339();
    let search = [
        "action",
        "propose-area",
        number,
        "--means",
        "on_foot",
        "--from",
        "5.1250,52.0930",
        "--seen",
        &seen,
        "--json",
    ];
    let proposed = typed(&server, &operator, &search).await.json();
    assert_eq!(
        (&proposed["type"], &proposed["geometry"]["type"]),
        (&"Feature".into(), &"MultiPolygon".into())
    );
    assert_eq!(proposed["properties"]["growth"].as_array().unwrap().len(), 4);

    let declined = typed(&server, &operator, &["action", "correct", number]).await;
    assert_eq!(declined.code, 1, "nobody typed correct: {}", declined.said);
    let corrected = typed(
        &server,
        &operator,
        &["action", "correct", number, "--yes", "--json"],
    )
    .await
    .json();
    assert!(corrected["told"].as_u64().unwrap() > 0, "{corrected}");
    let sent = server
        .outbox
        .find(|sent| sent.body.contains("geen bestelbus"))
        .await;
    assert!(sent.link.is_some());
    let reset = typed(&server, &coordinator, &["correction", "reset", "witness_call"]).await;
    assert_eq!(reset.code, 0, "{}", reset.said);
}
