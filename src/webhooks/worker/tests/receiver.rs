//! Another system on this machine: it takes, fails, hangs, asks to wait, has gone, or sends elsewhere, by its path.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;

/// A call that came in.
#[derive(Clone, Debug)]
pub struct Came {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Came {
    pub fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The system.
#[derive(Clone)]
pub struct Receiver {
    base: String,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            came: Arc::default(),
        };
        let routes = Router::new()
            .route("/ok", post(ok))
            .route("/fail", post(fail))
            .route("/gone", post(gone))
            .route(
                "/busy",
                post(async || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7200")])),
            )
            .route(
                "/hang",
                post(async || tokio::time::sleep(Duration::from_mins(10)).await),
            )
            .route("/away/{port}", post(away))
            .with_state(receiver.came.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }
}

type All = Arc<Mutex<Vec<Came>>>;

async fn ok(State(all): State<All>, headers: HeaderMap, body: Bytes) -> StatusCode {
    take(&all, headers, body);
    StatusCode::NO_CONTENT
}

async fn fail(State(all): State<All>, headers: HeaderMap, body: Bytes) -> StatusCode {
    take(&all, headers, body);
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn gone(State(all): State<All>, headers: HeaderMap, body: Bytes) -> StatusCode {
    take(&all, headers, body);
    StatusCode::GONE
}

async fn away(Path(port): Path<u16>) -> Redirect {
    Redirect::temporary(&format!("http://127.0.0.1:{port}/ok"))
}

fn take(all: &All, headers: HeaderMap, body: Bytes) {
    all.lock().unwrap().push(Came { headers, body });
}

/// Counts connections to a place that nobody may reach.
pub struct Canary {
    pub port: u16,
    connections: Arc<AtomicUsize>,
}

impl Canary {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
