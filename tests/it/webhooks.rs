//! A system on the command line of the machine: registered, tried through the running service, and forgotten.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use oproep::domain::clock::Timestamp;
use oproep::webhooks::signing::SigningKey;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::program::{done, oproep, prepared, run};

/// A service that is ended with the test.
struct Service(std::process::Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_registered_tried_and_forgotten_on_the_command_line() {
    let folder = prepared();
    let path = folder.path();
    let settings = "[server]\nlisten = \"127.0.0.1:0\"\n[web.webhooks]\nallow_loopback = true\n";
    std::fs::write(path.join("my.toml"), settings).unwrap();
    let came: Arc<Mutex<Vec<(HeaderMap, Bytes)>>> = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let taken = came.clone();
    let take = async move |headers: HeaderMap, body: Bytes| {
        taken.lock().unwrap().push((headers, body));
        StatusCode::NO_CONTENT
    };
    let routes = Router::new().route("/hook", post(take));
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let answer = |arguments: &[&str]| -> Value {
        let typed = [&["--config", "my.toml", "--json"], arguments].concat();
        serde_json::from_str(&done(path, &typed)).unwrap()
    };
    let added = answer(&[
        "webhook",
        "add",
        &url,
        "--name",
        "Kaart",
        "--kinds",
        "action.started,action.closed",
    ]);
    let (id, key) = (added["id"].as_str().unwrap(), added["key"].as_str().unwrap());
    let refused = run(path, &["webhook", "add", &url, "--name", "Kaart"]);
    assert_eq!(
        refused.status.code(),
        Some(3),
        "this machine is called only where that is configured"
    );

    let serve = oproep(path, &["--config", "my.toml", "serve"]).spawn().unwrap();
    let _service = Service(serve);
    let tried = answer(&["webhook", "test", id]);
    assert_eq!(tried["state"], "delivered");
    assert_eq!(tried["attempts"][0]["status"], 204);
    let (headers, body) = came.lock().unwrap()[0].clone();
    let header = |name: &str| headers[name].to_str().unwrap();
    let seconds: i64 = header("webhook-timestamp").parse().unwrap();
    let signed = SigningKey::read(key).unwrap();
    let expected = signed.sign(
        header("webhook-id"),
        Timestamp::from_millis(seconds * 1000),
        &body,
    );
    assert_eq!(header("webhook-signature"), expected);
    assert_eq!(answer(&["webhook", "log", id])[0]["type"], "webhook.test");

    answer(&["webhook", "remove", id]);
    assert_eq!(answer(&["webhook", "list"]), serde_json::json!([]));
    assert_eq!(run(path, &["webhook", "test", id]).status.code(), Some(4));
}
