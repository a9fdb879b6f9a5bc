//! A server as it runs in earnest, for one test: port 0, a fresh database, a clock of the machine.

use std::net::SocketAddr;

use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::storage::testing::TestDatabase;
use oproep::web::{Web, WebParts, WebSettings, serve};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running server. Stopped by [`TestServer::stop`], or with the test.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Asks it.
    pub client: reqwest::Client,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _database: TestDatabase,
}

impl TestServer {
    /// Starts one on this database, with settings changed by `change`.
    pub async fn start(database: TestDatabase, change: impl FnOnce(&mut WebSettings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let mut parts = WebParts::for_tests(database.store.clone(), Clock::system(), Random::from_os());
        change(&mut parts.settings);
        let stop = CancellationToken::new();
        let running = tokio::spawn(serve(listener, Web::new(parts), stop.clone().cancelled_owned()));
        Self {
            address,
            client: reqwest::Client::new(),
            stop,
            running,
            _database: database,
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops it and waits until it ended.
    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("the server ends without a panic");
    }
}
