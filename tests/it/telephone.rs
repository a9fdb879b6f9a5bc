//! What comes back by telephone: keys that are pressed in a call, how calls end, and answers by text message.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use oproep::channels::Provider;
use oproep::channels::voice::twilio::TwilioVoice;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Recipient, Urgency};
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::receivers::Ground;
use oproep::receivers::exchange::{Callee, Exchange, TWILIO_ACCOUNT};
use oproep::receivers::faults::Faults;
use oproep::receivers::inbox::Inbox;
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::ReportSettings;
use oproep::storage::testing::TestDatabase;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::actions::draft;
use crate::outbox::Sent;
use crate::server::TestServer;

/// A server on each kind of database that knows Twilio's token and CM's secret.
async fn servers() -> Vec<TestServer> {
    let mut servers = Vec::new();
    for database in TestDatabase::each().await {
        let known = |settings: &mut oproep::web::WebSettings| {
            settings.twilio_auth_token = Some(TWILIO_ACCOUNT.1.into());
            settings.cm_receipts_secret = Some("geheim".into());
            settings.spryng_receipts_secret = Some("geheim".into());
        };
        servers.push(TestServer::start(database, known).await);
    }
    servers
}

/// An action that goes on, and a text message of it.
async fn going_on(server: &TestServer, operator: &str) -> (String, Sent) {
    let made = server.post("/actions", operator, &draft()).await.ok();
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/actions/{id}/start");
    server
        .post(
            &path,
            operator,
            &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
        )
        .await
        .ok();
    let sent = server
        .outbox
        .find(|sent| sent.link.is_some() && matches!(sent.endpoint, Endpoint::Phone(_)))
        .await;
    (id, sent)
}

/// The tips of an action, once there are so many.
async fn tips(server: &TestServer, operator: &str, action: &str, count: usize) -> Vec<Value> {
    let path = format!("/actions/{action}/tips");
    for _ in 0..200 {
        let tips = server.get(&path, operator).await.ok();
        let tips = tips["items"].as_array().unwrap().clone();
        if tips.len() >= count {
            return tips;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{count} tips did not come");
}

/// Calls as Twilio does, with its signature or another.
async fn as_twilio(server: &TestServer, path: &str, parameters: &[(&str, &str)], token: &str) -> Response {
    let url = server.url(path);
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    let signed: String = std::iter::once(url.as_str())
        .chain(sorted.iter().flat_map(|(name, value)| [*name, *value]))
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    let signature = BASE64.encode(hmac::sign(&key, signed.as_bytes()));
    let request = server.client.post(&url).header("x-twilio-signature", signature);
    request.form(parameters).send().await.unwrap()
}

fn number(sent: &Sent) -> String {
    let Endpoint::Phone(number) = &sent.endpoint else {
        panic!("a telephone number")
    };
    number.clone()
}

#[tokio::test]
async fn a_call_is_told_what_to_say_by_its_signature_alone() {
    for server in servers().await {
        let operator = server.token(Role::Operator, "unit").await;
        let (action, sent) = going_on(&server, &operator).await;
        let path = |end: &str| format!("/voice/twilio/{}{end}", sent.reference);
        let token = TWILIO_ACCOUNT.1;

        let stranger = as_twilio(&server, &path(""), &[], "guess").await;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
        let unsigned = server.client.post(server.url(&path(""))).send().await.unwrap();
        assert_eq!(unsigned.status(), StatusCode::NOT_FOUND);
        let unknown = as_twilio(&server, "/voice/twilio/AAAA", &[], token).await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);

        let answered = as_twilio(&server, &path(""), &[("CallStatus", "in-progress")], token).await;
        assert_eq!(answered.status(), StatusCode::OK);
        assert!(
            answered.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/xml")
        );
        let markup = answered.text().await.unwrap();
        assert!(
            markup.matches("<Say").count() >= 4 && markup.contains("<Gather"),
            "{markup}"
        );
        let machine = [("AnsweredBy", "machine_start")];
        let machine = as_twilio(&server, &path("?machine=hang_up"), &machine, token).await;
        assert!(
            machine
                .text()
                .await
                .unwrap()
                .contains("<Response><Hangup/></Response>")
        );

        let again = as_twilio(&server, &path("/key?again=0"), &[("Digits", "9")], token).await;
        assert!(again.text().await.unwrap().contains("again=1"));
        let enough = as_twilio(&server, &path("/key?again=3"), &[("Digits", "9")], token).await;
        assert!(!enough.text().await.unwrap().contains("<Gather"));
        let pressed = as_twilio(&server, &path("/key?again=0"), &[("Digits", "1")], token).await;
        assert!(pressed.text().await.unwrap().contains("<Record"));
        let tip = tips(&server, &operator, &action, 1).await.remove(0);
        assert_eq!(
            (&tip["source"], &tip["phone"]),
            (&json!("call"), &json!(number(&sent)))
        );

        let end = format!("/receipts/voice/twilio/{}", sent.reference);
        let ended = as_twilio(&server, &end, &[("CallStatus", "completed")], token).await;
        assert_eq!(ended.status(), StatusCode::NO_CONTENT);
        let accounting = server
            .get(&format!("/actions/{action}/accounting"), &operator)
            .await
            .ok();
        assert!(accounting.to_string().contains("\"delivered\":1"), "{accounting}");
        server.stop().await;
    }
}

#[tokio::test]
async fn answers_by_text_message_come_in_by_every_gateway_and_strangers_learn_nothing() {
    for server in servers().await {
        let operator = server.token(Role::Operator, "unit").await;
        let (action, sent) = going_on(&server, &operator).await;
        let (from, token) = (number(&sent), TWILIO_ACCOUNT.1);
        let get = |path: String, query: Vec<(&'static str, String)>| {
            let request = server.client.get(server.url(&path)).query(&query);
            async move { request.send().await.unwrap() }
        };
        let kannel = |from: &str, text: &str, id: &str| {
            vec![
                ("from", from.to_owned()),
                ("text", text.to_owned()),
                ("id", id.to_owned()),
            ]
        };
        let secret = "/inbound/kannel/secret".to_owned();
        for _ in 0..2 {
            let taken = get(secret.clone(), kannel(&from, "Rode jas & hoed", "k1")).await;
            assert_eq!(taken.status(), StatusCode::OK);
            assert_eq!(taken.text().await.unwrap(), "", "what stood here would be sent");
        }
        let unknown = get(secret.clone(), kannel("+31699999999", "Rode jas", "k2")).await;
        assert_eq!(
            (unknown.status(), unknown.text().await.unwrap().as_str()),
            (StatusCode::OK, "")
        );
        let wrong = get("/inbound/kannel/guess".to_owned(), kannel(&from, "x", "k3")).await;
        assert_eq!(wrong.status(), StatusCode::NOT_FOUND);

        let spryng = vec![("ORIGINATOR", from.clone()), ("BODY", "Bij de kerk".to_owned())];
        let taken = get("/inbound/spryng/geheim".to_owned(), spryng).await;
        assert_eq!(taken.status(), StatusCode::OK);
        let cm = json!({
            "reference": "c1", "from": { "number": from.replacen('+', "00", 1) }, "message": { "text": "Nu bij de brug" },
        });
        let taken = server.client.post(server.url("/inbound/cm/geheim")).json(&cm);
        assert_eq!(taken.send().await.unwrap().status(), StatusCode::OK);
        let texts = [("From", from.as_str()), ("Body", "Weg"), ("MessageSid", "SM1")];
        let taken = as_twilio(&server, "/inbound/twilio", &texts, token).await;
        assert!(taken.text().await.unwrap().ends_with("<Response></Response>"));
        let stranger = as_twilio(&server, "/inbound/twilio", &texts, "guess").await;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);

        let mut said: Vec<_> = tips(&server, &operator, &action, 4)
            .await
            .iter()
            .map(|tip| {
                assert_eq!(tip["source"], "sms_reply");
                tip["text"].as_str().unwrap().to_owned()
            })
            .collect();
        said.sort();
        assert_eq!(said, ["Bij de kerk", "Nu bij de brug", "Rode jas & hoed", "Weg"]);

        let stop = [("From", from.as_str()), ("Body", "Stop"), ("MessageSid", "SM2")];
        let stopped = as_twilio(&server, "/inbound/twilio", &stop, token).await;
        assert_eq!(stopped.status(), StatusCode::OK);
        let after = tips(&server, &operator, &action, 4).await;
        assert_eq!(after.len(), 4, "it is no tip");
        server.stop().await;
    }
}

#[tokio::test]
async fn reports_of_spryng_and_twilio_move_what_was_accepted() {
    for server in servers().await {
        let operator = server.token(Role::Operator, "unit").await;
        let (action, sent) = going_on(&server, &operator).await;
        let path = format!("/receipts/twilio/{}", sent.reference);
        let token = TWILIO_ACCOUNT.1;
        let forged = as_twilio(&server, &path, &[("MessageStatus", "undelivered")], "guess").await;
        assert_eq!(forged.status(), StatusCode::NOT_FOUND);
        let reported = as_twilio(&server, &path, &[("MessageStatus", "delivered")], token).await;
        assert_eq!(reported.status(), StatusCode::NO_CONTENT);
        let late = as_twilio(&server, &path, &[("MessageStatus", "sent")], token).await;
        assert_eq!(late.status(), StatusCode::NO_CONTENT);
        let other = server
            .outbox
            .find(|other| {
                other.reference != sent.reference
                    && other.link.is_some()
                    && matches!(other.endpoint, Endpoint::Phone(_))
            })
            .await;
        let query = [
            ("REFERENCE", other.reference.as_str()),
            ("STATUS", "Not Delivered"),
        ];
        let spryng = server
            .client
            .get(server.url("/receipts/spryng/geheim"))
            .query(&query);
        assert_eq!(spryng.send().await.unwrap().status(), StatusCode::OK);
        let accounting = server
            .get(&format!("/actions/{action}/accounting"), &operator)
            .await
            .ok();
        let text = accounting.to_string();
        assert!(
            text.contains("\"delivered\":1") && text.contains("\"failed\":1"),
            "{text}"
        );
        server.stop().await;
    }
}

/// The adapter, the exchange and the service together, with nothing in between.
#[tokio::test]
async fn whoever_is_called_hears_it_again_presses_1_and_is_to_be_called_back() {
    for server in servers().await {
        let operator = server.token(Role::Operator, "unit").await;
        let (action, sent) = going_on(&server, &operator).await;
        let (random, stop) = (Random::from_seed(3), CancellationToken::new());
        let ground = Ground {
            inbox: Inbox::default(),
            faults: Faults::new(random.clone()),
            clock: Clock::system(),
            random,
        };
        let inbox = ground.inbox.clone();
        let (listener, address) = listen(0).await.unwrap();
        let settings = ReportSettings {
            delay_ms: 20,
            ..ReportSettings::default()
        };
        let origin = format!("http://{address}");
        let exchange = Exchange::new(ground, origin.clone(), &settings, stop.clone()).unwrap();
        serve(listener, None, exchange.router(), stop.clone());
        exchange.set_callee(Callee::Answers {
            key: Some('9'),
            then: Some('1'),
        });
        let settings = json!({
            "base_url": origin, "account_sid": TWILIO_ACCOUNT.0, "auth_token": TWILIO_ACCOUNT.1,
            "from": "+3197010200000",
        });
        let service = server.url("");
        let caller = TwilioVoice::new(
            &serde_json::from_value(settings).unwrap(),
            &service,
            Clock::system(),
        );
        let message = Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language: Language::Nl,
            title: String::new(),
            body: "It is asked for when somebody answers.".to_owned(),
            collapse_key: String::new(),
            expires_at: Clock::system().now() + Duration::from_mins(10),
        };
        let recipient = Recipient {
            endpoint: sent.endpoint.clone(),
            reference: sent.reference.clone(),
            link: None,
            mail: None,
        };
        let attempts = caller.unwrap().send(&message, &[recipient]).await;
        assert_eq!(attempts, [oproep::domain::delivery::Attempt::Accepted]);
        let tip = tips(&server, &operator, &action, 1).await.remove(0);
        assert_eq!(tip["source"], "call");
        let said = inbox.list(0, 1).remove(0);
        assert_eq!(said.reference, sent.reference);
        assert!(
            !said.body.contains(&message.body),
            "the text comes from the service"
        );
        let path = format!("/tips/{}", tip["id"].as_str().unwrap());
        for _ in 0..200 {
            // The providers of this server record nothing: what the exchange has is not theirs to give.
            if server.get(&path, &operator).await.ok()["recording"] == "lost" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(server.get(&path, &operator).await.ok()["recording"], "lost");
        let told = async {
            while exchange.ends_told() == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), told).await.unwrap();
        stop.cancel();
        server.stop().await;
    }
}
