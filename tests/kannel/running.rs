//! A running Kannel with its fake operator: see the script beside it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::external::{Running, missing};

/// Starts Kannel, which brings its reports to this port, and says where it is: see the script. None where it is
/// not installed.
pub fn start(receipts_port: u16) -> Option<(Running, Value)> {
    let needed = [
        "/usr/sbin/bearerbox",
        "/usr/sbin/smsbox",
        "/usr/lib/kannel/test/fakesmsc",
    ];
    if needed.iter().any(|program| !Path::new(program).exists()) {
        missing("Kannel", "apt-get install kannel kannel-extras iproute2");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kannel/run");
    let mut child = Command::new(script)
        .args(["--receipts-port", &receipts_port.to_string()])
        // It runs until this end of the pipe closes.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the script starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it was asked for");
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let running = Running(child);
    let place = serde_json::from_str(&line).expect("Kannel says where it is");
    Some((running, place))
}
