//! The pages behind the link of an invitation: a password, codes of an app where the role asks for them, and done.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::desk::accounts::invitations::InvitationView;
use crate::desk::accounts::second_proof::Enrolment;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::Wrong;

/// Where one is.
enum Step<'a> {
    Password {
        token: &'a str,
        name: &'a str,
        username: &'a str,
    },
    Proof {
        session: &'a str,
        secret: &'a str,
        uri: &'a str,
    },
    Done {
        codes: &'a [String],
    },
}

#[derive(Template)]
#[template(path = "linked/join.html")]
struct JoinPage<'a> {
    frame: Frame,
    wrong: Wrong,
    step: Step<'a>,
}

fn page(visit: &Visit, step: Step<'_>, refused: Option<&Problem>) -> Response {
    let page = JoinPage {
        frame: Frame::new(visit, Surface::Public, visit.t.say("join-title").to_string()),
        wrong: refused.map_or_else(Wrong::default, |problem| Wrong::of(problem, visit.t)),
        step,
    };
    let status = refused.map_or(StatusCode::OK, |problem| problem.kind().status());
    answer(visit, status, &page)
}

/// The form for the password; `refused` says why the one before was not taken.
pub fn password(
    visit: &Visit,
    token: &str,
    invitation: &InvitationView,
    refused: Option<&Problem>,
) -> Response {
    let step = Step::Password {
        token,
        name: &invitation.name,
        username: &invitation.username,
    };
    page(visit, step, refused)
}

/// What the app takes its codes from, and the form for the first. `session` lets it be given.
pub fn proof(visit: &Visit, session: &str, enrolment: &Enrolment, refused: Option<&Problem>) -> Response {
    let step = Step::Proof {
        session,
        secret: &enrolment.secret,
        uri: &enrolment.uri,
    };
    page(visit, step, refused)
}

/// The end; with the recovery codes where an app was set up.
pub fn done(visit: &Visit, recovery_codes: &[String]) -> Response {
    page(
        visit,
        Step::Done {
            codes: recovery_codes,
        },
        None,
    )
}
