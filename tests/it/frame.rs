//! What every request meets, whoever sends it.

use std::time::Duration;

use oproep::storage::testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::TestServer;

#[tokio::test]
async fn a_ready_server_says_which_parts_are_ready_and_stops_when_asked() {
    for database in TestDatabase::each().await {
        let server = TestServer::start(database, |_| {}).await;
        let answer = server.client.get(server.url("/readyz")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let parts: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(parts["parts"][0]["name"], "database");
        let live = server.client.get(server.url("/livez")).send().await.unwrap();
        assert_eq!(live.text().await.unwrap(), "ok\n");
        tokio::time::timeout(Duration::from_secs(10), server.stop())
            .await
            .expect("it stops");
    }
}

#[tokio::test]
async fn a_stop_lets_an_idle_connection_go_and_takes_no_new_one() {
    let server = TestServer::start(TestDatabase::sqlite().await, |_| {}).await;
    let address = server.address;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 4096];
    let read = idle.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    tokio::time::timeout(Duration::from_secs(10), server.stop())
        .await
        .expect("it stops");
    assert_eq!(
        idle.read(&mut answer).await.unwrap_or(0),
        0,
        "the connection is closed"
    );
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_unknown_path_is_a_problem_in_the_language_asked_for() {
    let server = TestServer::start(TestDatabase::sqlite().await, |_| {}).await;
    let request = server.client.get(server.url("/api/v1/nothing/06-12345678"));
    let answer = request.header("accept-language", "nl").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    insta::assert_json_snapshot!(answer.json::<serde_json::Value>().await.unwrap(), @r#"
    {
      "detail": "Dit bestaat niet, of niet voor u. Controleer het adres.",
      "status": 404,
      "title": "Niet gevonden",
      "type": "/problems/not-found"
    }
    "#);
}
