//! The page that says what ends with a click and what goes on, with the way back.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::desk::participants::Subscription;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

#[derive(Template)]
#[template(path = "linked/subscription.html")]
struct SubscriptionPage<'a> {
    frame: Frame,
    reference: &'a str,
    is_on: bool,
    others: Vec<String>,
}

/// The page of a mail's link by which a topic is switched.
pub fn subscription(visit: &Visit, reference: &str, found: &Subscription) -> Response {
    let name = |topic| visit.t.say(&format!("topic-{topic}")).to_string();
    let title = if found.is_on {
        visit.t.say("subscription-ask")
    } else {
        visit.t.say("subscription-ended")
    };
    let title = title.with("topic", name(found.topic)).to_string();
    let page = SubscriptionPage {
        frame: Frame::new(visit, Surface::Participant, title),
        reference,
        is_on: found.is_on,
        others: found.others.iter().map(name).collect(),
    };
    answer(visit, StatusCode::OK, &page)
}
