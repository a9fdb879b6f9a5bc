//! The program in processes of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::external::Running;

/// How long a process may take to begin or to end.
const WITHIN: Duration = Duration::from_mins(2);

/// The program without the caller's settings.
pub(crate) fn oproep(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command
        .arg("--config")
        .arg(folder.join("oproep.toml"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("XDG_CONFIG_HOME", folder)
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end; answers the JSON that it writes.
pub(crate) fn done(command: &mut Command) -> Value {
    let Output {
        status,
        stdout,
        stderr,
    } = command.arg("--json").output().expect("the program starts");
    let said = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {said}");
    serde_json::from_slice(&stdout).unwrap_or(Value::Null)
}

/// A running `serve` or `worker`.
pub(crate) struct Process {
    running: Running,
    log: PathBuf,
}

impl Process {
    /// Starts it; `name` tells its log from others.
    pub(crate) fn start(folder: &Path, name: &str, arguments: &[&str]) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).expect("a log");
        let child = oproep(folder, arguments)
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .expect("the program starts");
        Self {
            running: Running(child),
            log,
        }
    }

    /// Waits for a line in its log and answers the fields of it.
    pub(crate) async fn says(&mut self, message: &str) -> Value {
        let looked = tokio::time::timeout(WITHIN, async {
            loop {
                let log = fs::read_to_string(&self.log).expect("the log");
                let lines = log
                    .lines()
                    .filter_map(|line| serde_json::from_str::<Value>(line).ok());
                let mut fields = lines.map(|mut line| line["fields"].take());
                if let Some(found) = fields.find(|fields| fields["message"] == message) {
                    return found;
                }
                let ended = self.running.0.try_wait().expect("a child has a state");
                assert!(ended.is_none(), "it ended ({ended:?}): {log}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        looked
            .await
            .unwrap_or_else(|_| panic!("it never said '{message}'"))
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.running.0.id().to_string()])
            .status();
        assert!(asked.is_ok_and(|status| status.success()), "it still runs");
        let ended = tokio::time::timeout(WITHIN, async {
            loop {
                if let Some(status) = self.running.0.try_wait().expect("a child has a state") {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let status = ended.await.expect("it stops when it is asked to");
        assert!(status.success(), "it ended with {status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tell_end(&self.log);
        }
    }
}

/// Tells the last lines of a log, for a test that failed.
pub(crate) fn tell_end(log: &Path) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let last: Vec<&str> = text.lines().rev().take(30).collect();
    for line in last.iter().rev() {
        println!("{}: {line}", log.display());
    }
}
