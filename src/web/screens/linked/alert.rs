//! The page of an alert: its text, its photos, where it is, how it ended, and a form for a tip.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::desk::actions::{PublicAction, PublicMessage};
use crate::domain::action::EMERGENCY_NUMBER;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::problem_page;
use crate::web::screens::tip_form::TipFields;
use crate::web::screens::visit::Visit;

#[derive(Template)]
#[template(path = "linked/alert.html")]
struct AlertPage<'a> {
    frame: Frame,
    reference: &'a str,
    call_out: &'a PublicMessage,
    /// What was sent after it, the newest first.
    news: &'a [PublicMessage],
    photos: usize,
    ended: bool,
    /// The page that everyone may read, to share; none of what is kept among participants.
    link: Option<String>,
    tip: TipFields,
    emergency: &'a str,
}

/// An empty form for a tip by this link.
pub fn empty_tip(reference: &str) -> TipFields {
    let send = format!("/api/v1/alerts/{reference}/tips");
    TipFields::to(format!("/a/{reference}"), send)
}

/// The page of an action by this link; `shared` is the page that everyone may read. Before anything of the action was
/// sent there is none.
pub fn alert(
    visit: &Visit,
    reference: &str,
    action: &PublicAction,
    shared: Option<String>,
    tip: TipFields,
    refused: Option<&Problem>,
) -> Response {
    let Some((call_out, news)) = action.messages.split_last() else {
        return problem_page::page(visit, &ProblemKind::NotFound.into());
    };
    let page = AlertPage {
        frame: Frame::new(visit, Surface::Participant, call_out.text.title.clone()),
        reference,
        call_out,
        news,
        photos: action.photos.len(),
        ended: action.ended,
        link: shared.filter(|_| action.is_public && !action.ended),
        tip: match refused {
            Some(problem) => tip.refused(problem, visit.t),
            None => tip,
        },
        emergency: EMERGENCY_NUMBER,
    };
    let status = refused.map_or(StatusCode::OK, |problem| problem.kind().status());
    let mut response = answer(visit, status, &page);
    if let Some(problem) = refused {
        problem.add_headers(response.headers_mut());
    }
    response
}
