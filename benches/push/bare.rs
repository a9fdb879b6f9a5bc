//! h2load, nghttp2's load generator: the same body to the same receiver over as many connections.

use std::process::Command;

use crate::ground::machine::{Stopwatch, Took};
use crate::ground::push::CONNECTIONS;
use crate::ground::receiver::Addresses;

/// What so many requests took; none without h2load, which is an error where `CI` is set.
pub fn h2load(addresses: &Addresses, body: &[u8], requests: u32) -> Option<Took> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("body");
    std::fs::write(&file, body).expect("a file");
    let watch = Stopwatch::start();
    let output = Command::new("h2load")
        .args([
            "-n",
            &requests.to_string(),
            "-c",
            &CONNECTIONS.to_string(),
            "-m",
            "200",
            "-t",
            "1",
        ])
        .args(["-H", &format!("authorization: Bearer ya29.{}", "x".repeat(43))])
        .args(["-H", "content-type: application/json; charset=utf-8", "-d"])
        .arg(&file)
        .arg(format!(
            "https://{}/v1/projects/oproep-local/messages:send",
            addresses.tls
        ))
        .output();
    let took = watch.stop();
    let Ok(output) = output else {
        assert!(
            std::env::var_os("CI").is_none(),
            "h2load is not installed: apt-get install nghttp2-client"
        );
        eprintln!("h2load is left out: apt-get install nghttp2-client");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains(&format!("{requests} 2xx")),
        "h2load was not answered: {said}"
    );
    Some(took)
}
