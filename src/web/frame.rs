//! What every request passes on its way to a handler and back.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::problem::{Problem, ProblemKind};
use super::screens::problem_page;
use super::{
    Web, alerts_in, api, headers, inbound, join, links, operations, problem, receipts, room, screens,
    subscriptions, trace, voice,
};

/// The most bytes of a JSON body.
pub const BODY_BYTES: usize = 1024 * 1024;

/// Everything that the API answers, dressed.
pub fn router(web: &Web) -> Router {
    let routes = Router::new()
        .merge(api::router())
        .merge(join::router())
        .merge(links::router())
        .merge(receipts::router())
        .merge(subscriptions::router())
        .merge(alerts_in::router())
        .merge(inbound::router())
        .merge(voice::router())
        .merge(operations::router(web))
        .merge(screens::router(web));
    dress(routes, web)
}

/// Lets every request to these routes, and to paths that nobody answers, pass the frame: from the outside the
/// trace, the headers, the words of problems, panics, and the room.
pub fn dress(routes: Router<Web>, web: &Web) -> Router {
    let passed = ServiceBuilder::new()
        .layer(from_fn_with_state(web.clone(), trace::trace))
        .layer(from_fn_with_state(web.clone(), headers::secure))
        .layer(from_fn_with_state(web.clone(), problem_page::speak_to_browsers))
        .layer(from_fn(problem::speak))
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| panicked()))
        .layer(from_fn_with_state(web.clone(), room::admit))
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    routes
        .fallback(|| async { Problem::new(ProblemKind::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(ProblemKind::Method) })
        .layer(passed)
        .with_state(web.clone())
}

fn panicked() -> Response {
    metrics::counter!("oproep_http_panics_total").increment(1);
    let mut response = Problem::new(ProblemKind::Internal).into_response();
    // What lies half done on the connection is not trusted further.
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests;
