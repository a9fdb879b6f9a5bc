//! Two people at their terminals: one prepares, the other approves, and what was started too soon is taken back.

use std::process::Output;

use oproep::desk::safeguards::{HoldRules, Safeguards};
use oproep::domain::role::Role;
use serde_json::Value;
use tokio::process::Command;

use crate::server::{Ground, TestServer};

/// Whoever sits at a terminal, signed in.
struct Terminal {
    service: String,
    token: String,
}

impl Terminal {
    async fn of(server: &TestServer, region: &str) -> Self {
        Self {
            service: server.url(""),
            token: server.token(Role::Operator, region).await,
        }
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_oproep"))
            .args(arguments)
            .env("OPROEP_URL", &self.service)
            .env("OPROEP_TOKEN", &self.token)
            .output()
            .await
            .expect("the program runs")
    }

    /// What it answers when it does as it was told.
    async fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Its exit code and what it says when it does not.
    async fn refused(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().expect("an exit code"), said)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_prepares_and_the_other_approves_and_the_start_is_taken_back() {
    let mut safeguards = Safeguards::none();
    safeguards.approval.people = 2;
    safeguards.hold = HoldRules {
        for_ms: 120_000,
        of_kind: Vec::new(),
    };
    let ground = Ground {
        safeguards,
        ..Ground::default()
    };
    for server in TestServer::each_on(&ground).await {
        let one = Terminal::of(&server, "unit").await;
        let other = Terminal::of(&server, "west").await;
        let start = [
            "action",
            "start",
            "--kind",
            "burglary",
            "--centre",
            "5.1272,52.0925",
            "--radius",
            "150",
            "--direction",
            "de brug",
            "--yes",
        ];
        let (code, said) = one.refused(&start).await;
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("oproep action submit"), "{said}");
        let listed = one.done(&["--json", "action", "list"]).await;
        let listed: Value = serde_json::from_str(&listed).unwrap();
        let number = listed["items"][0]["number"].as_str().unwrap();
        let submitted = one.done(&["action", "submit", number]).await;
        assert!(submitted.contains("9 participants"), "{submitted}");
        let waiting = other.done(&["action", "list", "--waiting-for-approval"]).await;
        assert!(waiting.contains(number), "{waiting}");
        let reason = "Noem de kleur.";
        other
            .done(&["action", "return", number, "--reason", reason])
            .await;
        let shown = one.done(&["action", "show", number]).await;
        assert!(shown.contains(reason), "{shown}");
        one.done(&["action", "submit", number]).await;
        let (code, said) = one
            .refused(&["action", "approve", number, "--audience", "9"])
            .await;
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("ask a colleague"), "{said}");
        let (code, said) = other
            .refused(&["action", "approve", number, "--audience", "90"])
            .await;
        assert_eq!(code, 3, "{said}");
        other
            .done(&["action", "approve", number, "--audience", "9"])
            .await;
        let nothing = other.done(&["action", "list", "--waiting-for-approval"]).await;
        assert!(!nothing.contains(number), "{nothing}");
        let started = one.done(&["action", "start-draft", number, "--yes"]).await;
        assert!(started.contains("action take-back"), "{started}");
        let back = one.done(&["action", "take-back", number]).await;
        assert!(back.contains("nobody was told"), "{back}");
        let (code, said) = one.refused(&["action", "send-now", number]).await;
        assert_eq!(code, 3, "{said}");
        assert_eq!(server.outbox.all().len(), 0);
        let none = other.done(&["override", "list"]).await;
        assert!(none.contains("no action was started over a limit"), "{none}");
    }
}
