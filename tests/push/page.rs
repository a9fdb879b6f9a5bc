use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::setting::{Setting, message, rejected};

#[tokio::test]
async fn faults_are_set_and_arrivals_read_over_http() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let base = format!("http://{}", setting.receivers.page_address);
    let client = Client::new();
    let device = setting.receivers.fcm.device(1);

    let plan = json!({ "fault": "unregistered", "first_n": 1 });
    let put = client
        .put(format!("{base}/faults/fcm"))
        .json(&plan)
        .send()
        .await
        .unwrap();
    assert_eq!(put.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        setting.send_one(&push, device.clone()).await,
        rejected("unregistered", true)
    );
    assert_eq!(setting.send_one(&push, device).await, Attempt::Accepted);

    let json = async |path: &str| -> Value {
        client
            .get(format!("{base}{path}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    assert_eq!(json("/faults/fcm").await["strikes"], 1);
    assert_eq!(json("/counts.json").await["counts"]["fcm"]["arrived"], 1);
    assert_eq!(json("/arrivals.json").await[0]["title"], message().title);
    let page = client.get(format!("{base}/?lang=en")).send().await.unwrap();
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let page = page.text().await.unwrap();
    assert!(page.contains("What has arrived") && page.contains("&quot;Vechten&quot;"));

    client
        .delete(format!("{base}/arrivals.json"))
        .send()
        .await
        .unwrap();
    assert_eq!(setting.receivers.inbox.counts().arrived(), 0);
}

#[tokio::test]
async fn a_plan_that_makes_no_sense_is_refused() {
    let setting = Setting::start(false).await;
    let base = format!("http://{}", setting.receivers.page_address);
    let put = async |kind: &str, plan: Value| {
        Client::new()
            .put(format!("{base}/faults/{kind}"))
            .json(&plan)
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(
        put("pigeon", json!({ "fault": "none" })).await,
        StatusCode::NOT_FOUND
    );
    for plan in [
        json!({ "fault": "none", "share": 2 }),
        json!({ "fault": "explode" }),
        json!({ "fault": "none", "x": 1 }),
    ] {
        assert_eq!(put("fcm", plan).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_participant_of_the_demonstration_subscribes_and_leaves_over_http() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let Endpoint::WebPush { url, .. } = setting.receivers.web_push.subscription(0) else {
        unreachable!()
    };
    let subscriptions = format!("{}/push/subscriptions", url.split("/push/").next().unwrap());
    let made = Client::new().post(&subscriptions).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    let endpoint = Endpoint::WebPush {
        url: text("url"),
        p256dh: text("p256dh"),
        auth: text("auth"),
    };
    assert_eq!(setting.send_one(&push, endpoint.clone()).await, Attempt::Accepted);

    let left = Client::new()
        .delete(format!("{subscriptions}/{}", text("id")))
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        setting.send_one(&push, endpoint).await,
        rejected("status_410", true)
    );
}
