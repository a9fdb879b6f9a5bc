//! Programs that are not ours: found or, outside of CI, done without.

use std::process::Child;
use std::time::Duration;

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

/// Waits for what a program does that is not ours and tells nobody: looks again and again, for at most so long. None
/// when it did not come. Such programs have no clock that a test could drive.
pub async fn comes<T>(within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(within, looking).await.ok()
}

/// Waits until something listens at the port; panics after 20 seconds.
pub async fn listening(port: u16) {
    let connected = comes(Duration::from_secs(20), async || {
        tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
    });
    assert!(connected.await.is_some(), "nothing listens at port {port}");
}

/// A port that nothing listened at a moment ago.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
