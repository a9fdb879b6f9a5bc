//! What a call tells: what happened, when, and to what; no text, no name and no place.

use serde_json::{Map, Value, json};

use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::storage::events::Event;

/// What the calls of a test tell.
pub const TEST: &str = "webhook.test";

/// Whether other systems may hear of this. How far a wave is comes every second, and is for screens.
pub const fn is_offered(kind: EventKind) -> bool {
    !matches!(kind, EventKind::WaveProgress)
}

/// The kinds that other systems may hear of.
pub fn offered() -> impl Iterator<Item = EventKind> {
    EventKind::ALL.iter().copied().filter(|kind| is_offered(*kind))
}

/// The body of an event: the same bytes at every attempt.
pub fn of_event(event: &Event) -> Vec<u8> {
    let mut data = Map::new();
    data.insert("event".to_owned(), json!(event.number));
    data.insert("region".to_owned(), json!(event.region));
    data.insert("action".to_owned(), json!(event.action));
    if let Value::Object(more) = &event.data {
        data.extend(more.clone());
    }
    body(event.kind.name(), event.happened_at, &Value::Object(data))
}

/// The body of a test.
pub fn of_test(made_at: Timestamp) -> Vec<u8> {
    body(TEST, made_at, &json!({}))
}

fn body(kind: &str, at: Timestamp, data: &Value) -> Vec<u8> {
    let body = json!({ "type": kind, "timestamp": at, "data": data });
    serde_json::to_vec(&body).expect("an event is plain JSON")
}
