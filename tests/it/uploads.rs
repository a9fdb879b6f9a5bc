//! Bodies that come in slowly, or ought not to come in at all.

use std::net::SocketAddr;
use std::time::Duration;

use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::actions::draft;
use crate::server::TestServer;

const FORM: &str = "--e\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nBij de brug\r\n--e--\r\n";

/// Begins a form of so many bytes, and sends none of them.
async fn begin(address: SocketAddr, path: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\naccept: application/json\r\n\
         content-type: multipart/form-data; boundary=e\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The status that is answered.
async fn status(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer));
    let read = read.await.expect("it is answered").unwrap();
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    text.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Sends a form at once, and again when its head met another at the only place: that one is there for a moment.
async fn send(server: &TestServer, path: &str) -> String {
    for _ in 0..100 {
        let mut stream = begin(server.address, path, FORM.len()).await;
        stream.write_all(FORM.as_bytes()).await.unwrap();
        let status = status(&mut stream).await;
        if status != "503" {
            return status;
        }
        tokio::task::yield_now().await;
    }
    "503".to_owned()
}

/// A started action, and the reference in the link of one who was called on.
async fn reference(server: &TestServer) -> String {
    let operator = server.token(Role::Operator, "unit").await;
    let made = server.post("/actions", &operator, &draft()).await.ok();
    let start = format!("/actions/{}/start", made["id"].as_str().unwrap());
    server
        .post(&start, &operator, &json!({ "version": 1 }))
        .await
        .ok();
    let sent = server.outbox.find(|sent| sent.link.is_some()).await;
    let link = sent.link.unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn for_a_link_that_leads_nowhere_no_body_is_waited_for() {
    let server = TestServer::sqlite().await;
    for path in ["/api/v1/alerts/AAAA/tips", "/a/AAAA"] {
        let mut stream = begin(server.address, path, 20_000_000).await;
        assert_eq!(status(&mut stream).await, "404", "{path}");
    }
}

#[tokio::test]
async fn tips_that_come_in_slowly_keep_nobody_out() {
    let server = TestServer::start(TestDatabase::sqlite().await, |settings| {
        settings.requests = 1;
        settings.uploads = 1;
    })
    .await;
    let reference = reference(&server).await;
    let path = format!("/api/v1/alerts/{reference}/tips");
    let mut slow = Vec::new();
    for _ in 0..8 {
        slow.push(begin(server.address, &path, FORM.len()).await);
    }
    assert_eq!(send(&server, &path).await, "201", "the ninth is not behind them");
    let live = server.client.get(server.url("/api/v1/openapi.json")).send().await;
    assert_eq!(live.unwrap().status(), 200, "the only place is free");
    for stream in &mut slow {
        stream.write_all(FORM.as_bytes()).await.unwrap();
        let taken = match status(stream).await.as_str() {
            "503" => send(&server, &path).await,
            other => other.to_owned(),
        };
        assert_eq!(taken, "201");
    }
}
