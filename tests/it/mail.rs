//! What comes back after a mail: bounces, answers, and clicks of who wants no more.

use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::MailMarks;
use oproep::domain::role::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::matrix::part::{FILM, draft};
use crate::server::{Answer, TestServer};

mod program;

/// A started action that goes out by mail alone, with one of its mails.
pub struct Mailed {
    pub operator: String,
    pub action: String,
    pub marks: MailMarks,
    pub link: String,
    pub address: String,
}

pub async fn mailed(server: &TestServer, urgent: bool) -> Mailed {
    let operator = server.token(Role::Operator, "unit").await;
    let mut content = draft(urgent, 0.0);
    content["channels"] = json!(["email"]);
    let made = server.post("/actions", &operator, &content).await.ok();
    let action = made["id"].as_str().unwrap().to_owned();
    let start = format!("/actions/{action}/start");
    server
        .post(
            &start,
            &operator,
            &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
        )
        .await
        .ok();
    let sent = server.outbox.find(|sent| sent.mail.is_some()).await;
    let Endpoint::Mailbox(address) = sent.endpoint else {
        panic!("a mail goes to a mailbox")
    };
    Mailed {
        operator,
        action,
        marks: sent.mail.unwrap(),
        link: sent.link.unwrap().rsplit('/').next().unwrap().to_owned(),
        address,
    }
}

async fn bring(server: &TestServer, path: &str, mail: String) -> Answer {
    let request = server
        .client
        .post(server.url(path))
        .header("content-type", "message/rfc822");
    Answer::of(request.body(mail).send().await).await
}

pub fn bounce(mailed: &Mailed, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx\r\nTo: bounce+{}@oproep.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
         Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: {status}\r\n\r\n--b--\r\n",
        mailed.marks.bounce, mailed.address
    )
}

/// Waits until the accounts of an action hold so many failures.
pub async fn failed(server: &TestServer, mailed: &Mailed, count: u64) {
    let path = format!("/actions/{}/accounting", mailed.action);
    for _ in 0..500 {
        let accounts = server.get(&path, &mailed.operator).await.ok();
        if accounts["failed"] == json!(count) && accounts["queued"] == json!(0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{}", server.get(&path, &mailed.operator).await.ok());
}

#[tokio::test]
async fn a_bounce_by_webhook_fails_its_delivery_once_and_puts_the_mailbox_out_of_use() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let path = "/receipts/mail/secret";
        assert_eq!(
            bring(&server, "/receipts/mail/other", bounce(&mailed, "5.1.1"))
                .await
                .status,
            404
        );
        for _ in 0..2 {
            let taken = bring(&server, path, bounce(&mailed, "5.1.1")).await.ok();
            assert_eq!(taken, json!({ "what": "bounced" }));
        }
        failed(&server, &mailed, 1).await;
        let foreign = bounce(&mailed, "5.1.1").replace("bounce+", "bounce-");
        assert_eq!(
            bring(&server, path, foreign).await.ok(),
            json!({ "what": "foreign" })
        );
        assert_eq!(
            bring(&server, path, String::new()).await.ok(),
            json!({ "what": "unreadable" })
        );

        // Whoever is called on next is one less.
        let reach = json!({ "kind": "burglary", "area": draft(true, 0.0)["area"], "channels": ["email"] });
        let counted = async || server.post("/reach", &mailed.operator, &reach).await.ok()["total"].clone();
        let told = server
            .get(
                &format!("/actions/{}/accounting", mailed.action),
                &mailed.operator,
            )
            .await
            .ok();
        let before = told["audience"].as_u64().unwrap();
        server.desk.directory().catch_up().await.unwrap();
        assert_eq!(counted().await, json!(before - 1));
    }
}

#[tokio::test]
async fn an_answer_by_webhook_is_a_tip_with_its_pictures() {
    use base64::Engine;
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let mut picture = std::io::Cursor::new(Vec::new());
        let noise = image::RgbImage::from_fn(400, 300, |x, y| {
            let shade = |value: u32| u8::try_from(value % 251).unwrap();
            image::Rgb([shade(x * x + y * 13), shade(x * y), shade(x * 31 + y * y)])
        });
        noise.write_to(&mut picture, image::ImageFormat::Png).unwrap();
        let encoded = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let mut film = FILM.to_vec();
        film.extend(8_192_u32.to_be_bytes());
        film.extend(b"free");
        film.resize(FILM.len() + 8_192, 0);
        let mail = format!(
            "From: ander@elders.example\r\nTo: tip+{}@oproep.example\r\nMessage-ID: <1@elders.example>\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBij de brug\r\n\r\n> Kijk uit\r\n\
             --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
             --b\r\nContent-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            mailed.marks.reply.to_uppercase(),
            encoded(picture.get_ref()),
            encoded(&film),
        );
        for _ in 0..2 {
            let taken = bring(&server, "/receipts/mail/secret", mail.clone()).await.ok();
            assert_eq!(taken, json!({ "what": "tip" }));
        }
        let tips = server
            .get(&format!("/actions/{}/tips", mailed.action), &mailed.operator)
            .await
            .ok();
        let tips = tips["items"].as_array().unwrap().clone();
        assert_eq!(tips.len(), 1, "brought twice, it is one tip");
        assert_eq!(
            (&tips[0]["text"], &tips[0]["source"]),
            (&json!("Bij de brug"), &json!("email_reply"))
        );
        let path = format!("/tips/{}", tips[0]["id"].as_str().unwrap());
        let tip = server.get(&path, &mailed.operator).await.ok();
        assert_eq!(tip["photos"].as_array().unwrap().len(), 1);
        assert_eq!(tip["videos"].as_array().unwrap().len(), 1);
    }
}

async fn topics(server: &TestServer, token: &str) -> Value {
    server.get("/participants/me", token).await.ok()["topics"].clone()
}

#[tokio::test]
async fn one_click_ends_a_topic_without_signing_in_and_looking_changes_nothing() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, false).await;
        let link = mailed.marks.unsubscribe.clone().unwrap();
        let path = link.strip_prefix("http://127.0.0.1").unwrap().to_owned();
        let asked = json!({ "address": mailed.address });
        let sent = server.post("/participant-sessions", "", &asked).await.ok();
        let code = server
            .outbox
            .code(&Endpoint::Mailbox(mailed.address.clone()))
            .await;
        let confirm = format!(
            "/participant-sessions/{}/confirm",
            sent["verification"].as_str().unwrap()
        );
        let session = server.post(&confirm, "", &json!({ "code": code })).await.ok();
        let token = session["session"]["token"].as_str().unwrap().to_owned();
        let all = topics(&server, &token).await;
        let without = |name: &str| -> Value {
            let kept = all.as_array().unwrap().iter().filter(|topic| *topic != name);
            kept.cloned().collect()
        };

        let page = server
            .client
            .get(server.url(&path))
            .header("accept", "text/html")
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains("/u/"));
        assert_eq!(
            topics(&server, &token).await,
            all,
            "a scanner of mail follows links too"
        );
        // As mail programs post it, in both forms that the standard allows.
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
            ),
        ] {
            let click = server
                .client
                .post(server.url(&path))
                .header("content-type", kind)
                .body(body);
            assert_eq!(click.send().await.unwrap().status(), StatusCode::OK);
            assert_eq!(topics(&server, &token).await, without("informative"));
        }
        let back = server
            .client
            .post(server.url(&format!("{path}/back")))
            .send()
            .await
            .unwrap();
        assert_eq!(back.status(), StatusCode::OK);
        assert_eq!(topics(&server, &token).await, all);
        let forged = format!("/u/{}", mailed.link);
        let refused = server.client.post(server.url(&forged)).send().await.unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::NOT_FOUND,
            "an alert's link, which people pass on, ends nothing"
        );
    }
}

#[tokio::test]
async fn mail_about_what_is_urgent_offers_no_end() {
    let server = TestServer::sqlite().await;
    assert_eq!(mailed(&server, true).await.marks.unsubscribe, None);
}
