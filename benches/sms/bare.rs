//! Kannel's calls as a client makes them that does nothing else.

use std::net::SocketAddr;

use futures::{StreamExt, stream};

/// Sends so many messages, `at_once` at a time.
pub async fn send(gateway: SocketAddr, reports: SocketAddr, messages: u32, at_once: usize) {
    let client = reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .build()
        .expect("a client");
    let url = reqwest::Url::parse(&format!("http://{gateway}/cgi-bin/sendsms")).expect("an address");
    let text = "Kijk uit naar een jongen van 9 jaar met een blauwe jas en een rode fiets, voor het laatst gezien \
        bij het station. Bel 112.";
    stream::iter(0..messages)
        .for_each_concurrent(at_once, |number| {
            let (client, url) = (&client, url.clone());
            async move {
                let (to, text) = (
                    format!("+3161{number:07}"),
                    format!("{text}\nhttps://oproep.example/a/{number:024}"),
                );
                let report = format!("http://{reports}/counted/{number:024}/%d");
                let parameters = [
                    ("username", "oproep"),
                    ("password", "oproep-local"),
                    ("from", "Burgernet"),
                    ("to", &to),
                    ("text", &text),
                    ("charset", "UTF-8"),
                    ("coding", "0"),
                    ("priority", "3"),
                    ("validity", "60"),
                    ("dlr-mask", "31"),
                    ("dlr-url", &report),
                ];
                let response = client
                    .get(url)
                    .query(&parameters)
                    .send()
                    .await
                    .expect("the gateway answers");
                assert_eq!(response.status(), 202, "the gateway takes everything");
                response.bytes().await.expect("a line");
            }
        })
        .await;
}
