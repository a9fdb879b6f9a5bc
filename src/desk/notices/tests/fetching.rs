//! A source that is fetched.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::super::sources::Sources;
use super::*;
use crate::cap::fetch::Fetcher;
use crate::cap::source::AlertSource;
use crate::cap::write::xml;

/// A server with a feed of these messages.
async fn feed(messages: Arc<Mutex<Vec<String>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let listed = messages.clone();
    let routes = Router::new()
        .route(
            "/feed",
            get(async move || {
                let entries: Vec<_> = (0..listed.lock().unwrap().len())
                    .map(|number| {
                        format!("<entry><link type='application/cap+xml' href='/{number}'/></entry>")
                    })
                    .collect();
                let entries = entries.concat();
                format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>")
            }),
        )
        .route(
            "/{number}",
            get(async move |Path(number): Path<usize>| messages.lock().unwrap()[number].clone()),
        );
    tokio::spawn(async move { axum::serve(listener, routes).await });
    base
}

#[tokio::test]
async fn a_source_is_fetched_again_and_again_and_what_cannot_be_read_keeps_nothing_out() {
    for desk in TestDesk::each().await {
        let operator = desk.account(Role::Operator, "west").await;
        let messages = Arc::new(Mutex::new(vec![
            "<no alert".to_owned(),
            xml(&alert("1", MessageType::Alert, &[])),
        ]));
        let base = feed(messages.clone()).await;
        let source = AlertSource {
            name: "knmi".to_owned(),
            region: "district:west".to_owned(),
            url: Some(format!("{base}/feed")),
            poll_every_s: 60,
            push_secret: None,
            signed_by: None,
        };
        assert_eq!(source.mistake(), None);
        let sources = Sources::new(std::slice::from_ref(&source)).unwrap();
        let closing = CancellationToken::new();
        let fetching = tokio::spawn({
            let (desk, closing) = (desk.desk.clone(), closing.clone());
            async move {
                desk.keep_fetching(sources, Fetcher::new().unwrap(), closing)
                    .await;
            }
        });
        let count = async || {
            desk.desk
                .list_notices(&operator, None, None, 10)
                .await
                .unwrap()
                .notices
                .len()
        };
        let until = async |wanted: usize| {
            let waiting = async {
                while count().await < wanted {
                    desk.clock.advance(Duration::from_secs(20));
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), waiting)
                .await
                .expect("it is fetched");
        };
        until(1).await;
        messages
            .lock()
            .unwrap()
            .push(xml(&alert("2", MessageType::Alert, &[])));
        until(2).await;
        closing.cancel();
        fetching.await.unwrap();
        assert_eq!(count().await, 2);
    }
}
