use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Json;
use tokio::sync::Notify;

use super::*;
use crate::desk::testing::TestDesk;
use crate::storage::testing::TestDatabase;

fn repeat(key: &str) -> Repeat {
    Repeat {
        key: Some(key.to_owned()),
        path: "/api/v1/actions".to_owned(),
        query: None,
    }
}

/// Work that answers how often it was done.
fn work(done: &Arc<AtomicU32>) -> impl Future<Output = Result<Response, Problem>> + Send + 'static {
    let done = done.clone();
    async move {
        let count = done.fetch_add(1, Ordering::SeqCst) + 1;
        Ok((StatusCode::CREATED, Json(count)).into_response())
    }
}

async fn read(answer: Result<Response, Problem>) -> (StatusCode, bool, String) {
    let response = answer.unwrap();
    let replayed = response.headers().contains_key(REPLAYED);
    let status = response.status();
    let body = to_bytes(response.into_body(), 1_000).await.unwrap();
    (status, replayed, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer_and_does_nothing() {
    for desk in TestDesk::each().await {
        let (web, done) = (Web::on(&desk.desk), Arc::default());
        let call = |actor: &'static str, body: &'static [u8]| {
            let (web, work) = (web.clone(), work(&done));
            async move { repeat("k").answer(&web, actor, Fingerprint::of(body), work).await }
        };
        assert_eq!(
            read(call("a", b"x").await).await,
            (StatusCode::CREATED, false, "1".to_owned())
        );
        assert_eq!(
            read(call("a", b"x").await).await,
            (StatusCode::CREATED, true, "1".to_owned())
        );
        assert_eq!(call("a", b"y").await.unwrap_err().kind(), ProblemKind::KeyReused);
        let other = read(call("b", b"x").await).await;
        assert_eq!(
            other,
            (StatusCode::CREATED, false, "2".to_owned()),
            "another's key"
        );
        assert_eq!(done.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn a_call_goes_on_when_its_caller_hangs_up_and_then_has_its_answer() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&desk.desk);
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        async move {
            begun.notify_one();
            go_on.notified().await;
            Ok(Json("done").into_response())
        }
    };
    let first = tokio::spawn({
        let web = web.clone();
        async move {
            repeat("k")
                .answer(&web, "a", Fingerprint::of(b"x"), slow)
                .await
                .map(drop)
        }
    });
    begun.notified().await;
    let again = || repeat("k").answer(&web, "a", Fingerprint::of(b"x"), async { unreachable!() });
    assert_eq!(again().await.unwrap_err().kind(), ProblemKind::InProgress);
    first.abort();
    go_on.notify_one();
    let answer = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            match again().await {
                Ok(answer) => return answer,
                Err(problem) => assert_eq!(problem.kind(), ProblemKind::InProgress),
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(read(Ok(answer.await.expect("it ends"))).await.2, "\"done\"");
}

#[tokio::test]
async fn a_refused_call_may_be_tried_again_under_the_same_key() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let (web, done) = (Web::on(&desk.desk), Arc::default());
    let refused = async { Err(ProblemKind::Conflict.into()) };
    let answer = repeat("k")
        .answer(&web, "a", Fingerprint::of(b"x"), refused)
        .await;
    assert_eq!(answer.unwrap_err().kind(), ProblemKind::Conflict);
    let answer = repeat("k")
        .answer(&web, "a", Fingerprint::of(b"x"), work(&done))
        .await;
    assert_eq!(read(answer).await.2, "1");
}

#[test]
fn parts_that_only_run_together_differ() {
    let of = |parts: &[(&str, &str)]| {
        let mut fingerprint = Fingerprint::default();
        for (name, content) in parts {
            fingerprint.add(name.as_bytes(), content.as_bytes());
        }
        fingerprint.text()
    };
    assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
    assert_ne!(of(&[("a", "b"), ("c", "d")]), of(&[("a", "bcd")]));
    assert_eq!(of(&[("a", "b")]), of(&[("a", "b")]));
}

#[test]
fn a_key_is_short_and_visible() {
    let key = |text: &str| read_key(&HeaderValue::from_str(text).unwrap());
    assert_eq!(key("0199-a").as_deref(), Some("0199-a"));
    assert_eq!(key(""), None);
    assert_eq!(key("a b"), None);
    assert_eq!(key(&"x".repeat(KEY_CHARS + 1)), None);
}

#[tokio::test]
async fn of_a_call_by_somebody_whom_nobody_is_to_know_only_the_key_leads_to_its_answer() {
    for desk in TestDesk::each().await {
        let (web, done) = (Web::on(&desk.desk), Arc::default());
        let call = |path: &str| {
            let (web, work) = (web.clone(), work(&done));
            let repeat = Repeat {
                path: path.to_owned(),
                ..repeat("k")
            };
            async move {
                let answer = repeat
                    .unlinked()
                    .answer(&web, "anyone", Fingerprint::of(b"x"), work);
                read(answer.await).await
            }
        };
        assert!(!call("/api/v1/alerts/ONE/tips").await.1);
        // What is stored does not depend on the reference in the path.
        assert!(call("/api/v1/alerts/OTHER/tips").await.1);
    }
}
