use std::sync::{Arc, Mutex};

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::live::Lines;
use super::*;

/// A service that answers as the router has it.
async fn client(router: Router) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Client::new(&address, Clock::system(), Random::from_seed(1)).unwrap()
}

#[tokio::test]
async fn a_call_that_meets_a_busy_service_is_made_again_under_the_same_key() {
    let keys: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&keys);
    let handler = move |headers: HeaderMap| async move {
        let mut keys = seen.lock().unwrap();
        keys.push(headers[IDEMPOTENCY_KEY].to_str().unwrap().to_owned());
        match keys.len() {
            1 => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")], "").into_response(),
            _ => axum::Json(json!({ "done": true })).into_response(),
        }
    };
    let client = client(Router::new().route("/api/v1/things", post(handler))).await;
    let answer: Value = client.post("/things", &json!({})).await.unwrap();
    assert_eq!(answer["done"], true);
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

/// A service that asks for a fresh code, and what was typed for it before and after the right one.
async fn asking(typed: &[&'static str]) -> (Result<Value, ClientError>, Vec<String>) {
    let calls: Arc<Mutex<Vec<String>>> = Arc::default();
    let (seen, proved) = (Arc::clone(&calls), Arc::clone(&calls));
    let refused = |status, body: Value| (status, axum::Json(body)).into_response();
    let act = move |headers: HeaderMap| async move {
        let mut seen = seen.lock().unwrap();
        let is_proved = seen.iter().any(|call| call == "123456");
        seen.push(headers[IDEMPOTENCY_KEY].to_str().unwrap().to_owned());
        if is_proved {
            axum::Json(json!({ "done": true })).into_response()
        } else {
            let body = json!({ "detail": "Confirm first.", "code": "proof_not_fresh" });
            refused(StatusCode::FORBIDDEN, body)
        }
    };
    let prove = move |axum::Json(body): axum::Json<Value>| async move {
        let code = body["code"].as_str().unwrap().to_owned();
        let is_right = code == "123456";
        proved.lock().unwrap().push(code);
        if is_right {
            StatusCode::NO_CONTENT.into_response()
        } else {
            let wrong = json!({ "field": "code", "code": "wrong_second_proof", "message": "Wait." });
            refused(StatusCode::UNPROCESSABLE_ENTITY, json!({ "errors": [wrong] }))
        }
    };
    let router = Router::new()
        .route("/api/v1/things", post(act))
        .route("/api/v1/sessions/current/proof", post(prove));
    let lines = Mutex::new(typed.iter().rev().copied().collect::<Vec<_>>());
    let client = client(router).await;
    let client = client.proving_by(Arc::new(move || lines.lock().unwrap().pop().map(str::to_owned)));
    let answer = client.post("/things", &json!({})).await;
    let calls = calls.lock().unwrap().clone();
    (answer, calls)
}

#[tokio::test]
async fn a_call_that_wants_a_fresh_code_is_made_again_as_another_once_it_was_typed() {
    let (answer, calls) = asking(&["654321", "123456"]).await;
    assert_eq!(answer.unwrap()["done"], true);
    assert_eq!(calls[1..3], ["654321", "123456"]);
    assert_eq!(calls.len(), 4);
    assert_ne!(calls[0], calls[3], "the refusal is kept under the first key");
}

#[tokio::test]
async fn whoever_types_no_code_reads_what_was_refused_and_three_wrong_ones_are_enough() {
    let (answer, calls) = asking(&[]).await;
    assert!(answer.unwrap_err().is("proof_not_fresh"));
    assert_eq!(calls.len(), 1);
    let (answer, calls) = asking(&["1", "2", "3", "123456"]).await;
    assert!(answer.unwrap_err().is("wrong_second_proof"));
    assert_eq!(calls[1..], ["1", "2", "3"]);
}

#[tokio::test]
async fn a_refusal_is_told_in_the_services_words_and_not_tried_again() {
    let handler = || async {
        let body = json!({
            "type": "/problems/invalid", "title": "Not filled in correctly", "detail": "Correct the fields.",
            "fields": [{ "field": "texts.nl.title", "code": "text_missing", "message": "Write a title." }],
        });
        (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(body))
    };
    let client = client(Router::new().route("/api/v1/things", get(handler))).await;
    let error = client.get::<Value>("/things", &()).await.unwrap_err();
    assert_eq!(error.problem().unwrap().status, 422);
    assert_eq!(
        error.to_string(),
        "Correct the fields.\n  texts.nl.title: Write a title."
    );
}

#[tokio::test]
async fn a_stream_that_breaks_off_goes_on_after_the_last_event() {
    let handler = |headers: HeaderMap| async move {
        match headers
            .get("last-event-id")
            .map(|last| last.to_str().unwrap().to_owned())
        {
            None => "id: 7\nevent: wave.started\ndata: {\"wave\":1}\n\n".to_owned(),
            Some(last) => format!(": alive\n\nid: 8\nevent: wave.finished\ndata: {{\"after\":{last}}}\n\n"),
        }
    };
    let client = client(Router::new().route("/api/v1/live", get(handler))).await;
    let mut stream = client.follow("/live".to_owned(), None).await.unwrap();
    assert_eq!(stream.next().await.unwrap().kind, "wave.started");
    let second = stream.next().await.unwrap();
    assert_eq!(
        (second.number.as_str(), second.kind.as_str()),
        ("8", "wave.finished")
    );
    assert_eq!(second.data["after"], 7);
}

#[test]
fn an_address_that_is_none_of_a_service_is_refused() {
    for address in ["", "127.0.0.1:8080", "ftp://oproep.example", "http://"] {
        let client = Client::new(address, Clock::system(), Random::from_seed(1));
        assert!(matches!(client, Err(ClientError::Address(_))), "{address}");
    }
}

proptest! {
    #[test]
    fn events_are_the_same_however_the_bytes_are_cut(cuts in proptest::collection::vec(1_usize..20, 1..40)) {
        let text = "id: 1\nevent: a\ndata: {\"x\":\ndata: \"é\"}\n\n: alive\n\nid:2\r\nevent:b\r\ndata:[2]\r\n\r\n";
        let mut rest = text.as_bytes();
        let mut lines = Lines::default();
        let mut events = Vec::new();
        let mut cuts = cuts.into_iter().cycle();
        while !rest.is_empty() {
            let (part, later) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            lines.add(part).unwrap();
            events.extend(std::iter::from_fn(|| lines.next_event()));
            rest = later;
        }
        let seen: Vec<_> = events.iter().map(|one| (one.number.as_str(), one.kind.as_str())).collect();
        prop_assert_eq!(seen, [("1", "a"), ("2", "b")]);
        prop_assert_eq!(&events[0].data, &json!({ "x": "é" }));
        prop_assert_eq!(&events[1].data, &json!([2]));
    }
}
