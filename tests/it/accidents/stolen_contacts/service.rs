//! The real program as a service, its API, and what it is surrounded by.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use oproep::demo::stand_ins::StandIns;
use serde_json::{Value, json};

pub fn oproep(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command
        .args(["--config", "oproep.toml"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .stdin(Stdio::null());
    command
}

pub fn done(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = oproep(folder, arguments).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    [output.stdout, output.stderr].concat()
}

pub fn settings(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                settings(&path, value, lines);
            }
        }
        scalar => lines.push(format!("{path} = {scalar}")),
    }
}

/// A collector that keeps what it gets.
pub async fn collector() -> (String, Arc<Mutex<Vec<Bytes>>>) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let router = axum::Router::new()
        .route(
            "/v1/traces",
            axum::routing::post(
                |State(kept): State<Arc<Mutex<Vec<Bytes>>>>, body: Bytes| async move {
                    kept.lock().unwrap().push(body);
                },
            ),
        )
        .with_state(kept.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/v1/traces"), kept)
}

/// The texts that arrived at the stand-ins so far, the newest first.
pub fn arrived(stand_ins: &StandIns) -> Vec<String> {
    let arrivals = stand_ins.receivers.inbox.list(0, 100);
    arrivals
        .into_iter()
        .map(|arrival| {
            format!(
                "{} {} {}",
                arrival.title,
                arrival.body,
                arrival.link.unwrap_or_default()
            )
        })
        .collect()
}

pub async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} never came");
}

pub struct Api {
    pub http: reqwest::Client,
    pub service: String,
}

impl Api {
    pub async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Value {
        let mut call = self
            .http
            .post(format!("{}/api/v1{path}", self.service))
            .json(body);
        if let Some(token) = token {
            call = call.bearer_auth(token);
        }
        let answer = call.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Signs a participant in by the code that arrives.
    pub async fn citizen(&self, stand_ins: &StandIns, address: &str) -> String {
        let before = arrived(stand_ins).len();
        let asked = json!({ "address": address });
        let sent = self.post("/participant-sessions", None, &asked).await;
        let code = eventually("a code", || {
            let all = arrived(stand_ins);
            let new = &all[..all.len() - before];
            new.iter().find_map(|text| {
                text.split(|c: char| !c.is_ascii_digit())
                    .find(|digits| digits.len() == 6)
                    .map(str::to_owned)
            })
        })
        .await;
        let path = format!(
            "/participant-sessions/{}/confirm",
            sent["verification"].as_str().unwrap()
        );
        let confirmed = self.post(&path, None, &json!({ "code": code })).await;
        confirmed["session"]["token"]
            .as_str()
            .expect("a session")
            .to_owned()
    }
}

/// A running service, which ends with the test.
pub struct Serving(pub std::process::Child);

impl Serving {
    /// Ends it as its supervisor would.
    pub fn terminate(&mut self) {
        let id = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
