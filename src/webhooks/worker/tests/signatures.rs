//! Our signatures, looked at by an implementation of others.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::super::*;
use super::ground::{Ground, key};
use super::receiver::Receiver;
use crate::domain::testing::python;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::regions::region_id;
use crate::storage::webhooks::WebhookKey;

/// Checks calls with the implementation that the specification's authors published for Python.
const CHECK: &str = "
import json, sys
from standardwebhooks import Webhook, WebhookVerificationError
for line in sys.stdin:
    call = json.loads(line)
    try:
        Webhook(call['key']).verify(call['body'], call['headers'])
        print('taken')
    except WebhookVerificationError as error:
        print('refused:', error)
";

fn checked(calls: &[Value]) -> Vec<String> {
    let mut child = Command::new(python())
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    for call in calls {
        writeln!(input, "{call}").unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn an_implementation_by_others_takes_our_signatures_of_the_old_key_and_the_new() {
    let ground = Ground::on(TestDatabase::sqlite().await, Clock::system()).await;
    let receiver = Receiver::start().await;
    let old = WebhookKey {
        retires_at: Some(ground.clock.now() + Duration::from_hours(1)),
        ..key(2)
    };
    let over = WebhookKey {
        retires_at: Some(ground.clock.now()),
        ..key(3)
    };
    let keys = vec![key(1), old.clone(), over.clone()];
    ground
        .register(receiver.url("/ok"), region_id("unit"), keys)
        .await;
    ground.happens(EventKind::ActionStarted, "west").await;
    ground.turn().await;
    let came = receiver.came().remove(0);
    let headers: serde_json::Map<_, _> = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .into_iter()
        .map(|name| (name.to_owned(), json!(came.header(name))))
        .collect();
    let body = String::from_utf8(came.body.to_vec()).unwrap();
    let call = |key: &WebhookKey, body: &str| json!({ "key": key.text, "headers": headers, "body": body });
    let calls = [
        call(&key(1), &body),
        call(&old, &body),
        call(&over, &body),
        call(&key(4), &body),
        call(&key(1), &body.replace("started", "stopped")),
    ];
    let refused = "refused: No matching signature found";
    assert_eq!(checked(&calls), ["taken", "taken", refused, refused, refused]);
}
