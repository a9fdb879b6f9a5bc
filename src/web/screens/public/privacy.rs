//! What is held of people, why, and how long: in the figures of this service's own configuration.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::domain::participant::{MAX_WEEKLY, MINIMUM_AGE};
use crate::web::Web;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/privacy", get(statement))
}

#[derive(Template)]
#[template(path = "public/privacy.html")]
struct Statement {
    frame: Frame,
    /// The minutes that a code can be used.
    code_minutes: u64,
    /// The days without use after which one is signed out.
    idle_days: u64,
    /// The days after which one is signed out whatever happens.
    longest_days: u64,
    /// The days that a device out of use is kept.
    device_days: u64,
    /// The most messages without hurry a week.
    weekly: u8,
    age: i32,
}

async fn statement(State(web): State<Web>, visit: Visit) -> Response {
    const DAY: u64 = 24 * 60 * 60;
    let lifetimes = web.desk().lifetimes();
    let page = Statement {
        frame: Frame::new(&visit, Surface::Public, visit.t.say("privacy-title").to_string()),
        code_minutes: lifetimes.code.as_secs() / 60,
        idle_days: lifetimes.participant_idle.as_secs() / DAY,
        longest_days: lifetimes.participant_absolute.as_secs() / DAY,
        device_days: crate::desk::RETIRED_DEVICES.as_secs() / DAY,
        weekly: web.desk().house().messages_a_week.unwrap_or(MAX_WEEKLY),
        age: MINIMUM_AGE,
    };
    answer(&visit, StatusCode::OK, &page)
}
