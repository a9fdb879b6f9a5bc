//! The page that thanks whoever looked and found nothing.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

#[derive(Template)]
#[template(path = "linked/searched.html")]
struct SearchedPage<'a> {
    frame: Frame,
    reference: &'a str,
}

/// The page, with the way back to the alert.
pub fn thanked(visit: &Visit, reference: &str) -> Response {
    let page = SearchedPage {
        frame: Frame::new(
            visit,
            Surface::Participant,
            visit.t.say("searched-thanks").to_string(),
        ),
        reference,
    };
    answer(visit, StatusCode::OK, &page)
}
