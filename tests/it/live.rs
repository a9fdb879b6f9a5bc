//! Screens follow what happens, and miss nothing when they come back.

use std::time::Duration;

use oproep::domain::role::Role;
use reqwest::{Method, Response};

use crate::actions::draft;
use crate::server::TestServer;

/// Reads a stream until it holds `count` events; answers their ids and kinds.
async fn events(mut stream: Response, count: usize) -> Vec<(i64, String)> {
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let read = async {
        while text.matches("\nid: ").count() + usize::from(text.starts_with("id: ")) < count
            || !text.ends_with("\n\n")
        {
            let piece = stream.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_mins(1), read)
        .await
        .expect("the events come");
    let field = |event: &str, name: &str| {
        let line = event.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let events = text.split("\n\n").filter(|event| event.contains("id: "));
    events
        .map(|event| (field(event, "id:").parse().unwrap(), field(event, "event:")))
        .collect()
}

#[tokio::test]
async fn a_screen_that_comes_back_gets_what_it_missed_and_nothing_of_others() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "west").await;
        let other = server.token(Role::Operator, "east").await;
        let stream = server
            .request(Method::GET, "/live", &operator)
            .send()
            .await
            .unwrap();
        server.post("/actions", &other, &draft_in_the_east()).await.ok();
        server.post("/actions", &operator, &draft()).await.ok();
        let first = events(stream, 1).await;
        assert_eq!(first[0].1, "action.created");
        // The other's action came before it.
        assert_eq!(first[0].0, 2);
        server.post("/actions", &operator, &draft()).await.ok();
        let resumed = server
            .request(Method::GET, "/live", &operator)
            .header("last-event-id", "0");
        let seen: Vec<i64> = events(resumed.send().await.unwrap(), 2)
            .await
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        assert_eq!(seen, [2, 3]);
        tokio::time::timeout(Duration::from_secs(30), server.stop())
            .await
            .expect("streams end with the server");
    }
}

fn draft_in_the_east() -> serde_json::Value {
    let mut draft = draft();
    draft["area"]["coordinates"] = serde_json::json!([5.1214 + 15.0 * 0.00146, 52.0930]);
    draft
}

#[tokio::test]
async fn one_action_can_be_followed_alone() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Role::Operator, "unit").await;
    server.post("/actions", &operator, &draft()).await.ok();
    let second = server.post("/actions", &operator, &draft()).await.ok();
    let path = format!("/live?action={}", second["id"].as_str().unwrap());
    let stream = server
        .request(Method::GET, &path, &operator)
        .header("last-event-id", "0");
    assert_eq!(events(stream.send().await.unwrap(), 1).await[0].0, 2);
}
