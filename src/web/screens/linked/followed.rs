//! The page that tells whoever sent a tip what became of it, and how the action ended.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::desk::tips::FollowedTip;
use crate::domain::action::{EMERGENCY_NUMBER, Text};
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

#[derive(Template)]
#[template(path = "linked/followed.html")]
struct FollowedPage<'a> {
    frame: Frame,
    state: &'a str,
    closing: Option<&'a Text>,
    emergency: &'a str,
}

/// The page.
pub fn followed(visit: &Visit, tip: &FollowedTip) -> Response {
    let language = visit.t.0;
    let page = FollowedPage {
        frame: Frame::new(
            visit,
            Surface::Participant,
            visit.t.say("followed-title").to_string(),
        ),
        state: tip.state.meaning(language),
        closing: tip.closing.as_ref().map(|texts| texts.in_language(language)),
        emergency: EMERGENCY_NUMBER,
    };
    answer(visit, StatusCode::OK, &page)
}
