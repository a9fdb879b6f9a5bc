//! Problems as pages: where the API answers `application/problem+json`, a page says what happened and what to do.

use askama::Template;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, header};

use super::frame::{Frame, Surface, answer};
use super::visit::Visit;
use crate::web::Web;
use crate::web::problem::{Problem, ProblemKind};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame,
    /// Where one begins again: at the console, at one's own page, or at everyone's.
    home: &'static str,
    title: &'a str,
    detail: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "problem_part.html")]
struct ProblemPart<'a> {
    title: &'a str,
    detail: &'a str,
    fields: Vec<(&'a str, &'a str)>,
}

/// Writes the problems that come by as pages, or as the part that script asked for. Whoever is not signed in is sent to
/// where one signs in, and comes back from there.
pub async fn speak(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&parts, &web);
    let method = parts.method.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    if problem.kind() == ProblemKind::SignedOut && method == Method::GET && !visit.is_partial {
        let place = if visit.path.starts_with("/me") {
            "/me/sign-in"
        } else {
            "/sign-in"
        };
        let back: String = form_urlencoded::byte_serialize(visit.path.as_bytes()).collect();
        return Redirect::to(&format!("{place}?next={back}")).into_response();
    }
    page(&visit, &problem)
}

fn home(path: &str) -> &'static str {
    let begins = |home: &&&str| {
        path.strip_prefix(**home)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    ["/console", "/me"].iter().find(begins).copied().unwrap_or("/")
}

/// The same for whatever a browser asks for that is no page: a path that nobody answers, a service that is full.
pub async fn speak_to_browsers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let accept = parts.headers.get(header::ACCEPT);
    let is_browser = accept.is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let visit = (is_browser && !parts.uri.path().starts_with("/api/")).then(|| Visit::of(&parts, &web));
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let (Some(visit), Some(problem)) = (visit, problem) else {
        return response;
    };
    let mut page = page(&visit, &problem);
    let kept = response.headers().get(header::ALLOW).cloned();
    page.headers_mut()
        .extend(kept.map(|allow| (header::ALLOW, allow)));
    page
}

/// The page of a problem.
pub fn page(visit: &Visit, problem: &Problem) -> Response {
    let (title, detail) = problem.words(visit.t.0);
    let fields = problem.fields(visit.t.0).collect();
    let status = problem.kind().status();
    let mut response = if visit.is_partial {
        answer(
            visit,
            status,
            &ProblemPart {
                title,
                detail,
                fields,
            },
        )
    } else {
        let frame = Frame::new(visit, Surface::Public, title.to_owned());
        answer(
            visit,
            status,
            &ProblemPage {
                frame,
                home: home(&visit.path),
                title,
                detail,
                fields,
            },
        )
    };
    problem.add_headers(response.headers_mut());
    if problem.kind() == ProblemKind::SignedOut {
        let event = HeaderValue::from_static("oproep-signed-out");
        response.headers_mut().insert("hx-trigger", event);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::home;

    #[test]
    fn whoever_goes_astray_begins_again_where_they_were() {
        for (path, expected) in [
            ("/console/actions/none", "/console"),
            ("/console?x=1", "/console"),
            ("/me", "/me"),
            ("/me/actions/1", "/me"),
            ("/mees", "/"),
            ("/nowhere", "/"),
        ] {
            assert_eq!(home(path), expected, "{path}");
        }
    }
}
