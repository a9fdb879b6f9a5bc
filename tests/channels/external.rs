//! Programs that are not ours: found or, outside of CI, done without.

use std::process::Child;

/// Whether to go on without a program. In CI everything has to be there; elsewhere the test says what to
/// install and passes.
pub fn missing(what: &str, install: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} is not installed: {install}"
    );
    eprintln!("skipped: {what} is not installed; {install}");
}

/// A running program, ended with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something listens at the port; panics after 20 seconds.
pub async fn listening(port: u16) {
    let wait = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(20), wait).await;
    waited.unwrap_or_else(|_| panic!("nothing listens at port {port}"));
}

/// A port that nothing listened at a moment ago.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
