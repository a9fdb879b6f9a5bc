//! A process is asked to stop while a request is under way: the first signal lets it finish, the second does not.

use std::time::Duration;

use oproep::app::keys::Keys;
use oproep::app::{Foundation, Service};
use oproep::config::Config;
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::lifecycle::Stop;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A service with a request whose body never comes whole.
async fn service() -> (tempfile::TempDir, Service, TcpStream) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::over_default(&json!({
        "database": { "url": format!("sqlite:{}", folder.path().join("oproep.db").display()) },
        "keys": { "folder": folder.path().join("keys") },
        "server": { "listen": "127.0.0.1:0" },
    }))
    .unwrap();
    let random = Random::from_os();
    Keys::create(&config.keys.folder, &random).unwrap();
    let foundation = Foundation::open(config, Clock::system(), random).await.unwrap();
    let service = Service::build(foundation, None).await.unwrap();
    let mut caller = TcpStream::connect(service.address()).await.unwrap();
    caller
        .write_all(
            b"POST /api/v1/sessions HTTP/1.1\r\nhost: oproep\r\ncontent-type: application/json\r\n\
              content-length: 100\r\n\r\n{",
        )
        .await
        .unwrap();
    (folder, service, caller)
}

#[tokio::test]
async fn a_second_signal_ends_what_the_first_let_finish() {
    let (_folder, service, caller) = Box::pin(service()).await;
    let stop = Stop::default();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { service.run(&stop).await }
    });
    // Until the head of the request is read.
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.ask();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!running.is_finished(), "the request is let finish");
    let clock = Clock::system();
    let insisted_at = clock.now();
    stop.insist();
    tokio::time::timeout(Duration::from_secs(5), running)
        .await
        .expect("it ends")
        .unwrap();
    let took = clock.now().since(insisted_at);
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(caller);
}
