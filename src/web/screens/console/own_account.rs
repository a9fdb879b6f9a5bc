//! One's own account: the password, the second step of signing in, and where one is signed in.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use crate::desk::accounts::second_proof::Enrolment;
use crate::desk::sessions::SessionView;
use crate::storage::accounts::Account;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/account", get(show))
        .route("/console/account/password", post(password))
        .route("/console/account/second-proof", post(begin))
        .route("/console/account/second-proof/confirm", post(confirm))
        .route("/console/account/second-proof/codes", post(renew))
        .route("/console/account/second-proof/remove", post(remove))
        .route("/console/account/sessions/{id}/end", post(end))
        .route("/console/account/sessions/end-others", post(end_others))
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    frame: Frame,
    account: Account,
    role: &'static str,
    sessions: Vec<SessionView>,
    /// How many recovery codes are left, where an app is set up.
    codes_left: Option<u64>,
    shown: Shown,
}

/// Fewer codes than this are few.
const FEW_CODES: u64 = 4;

impl Page {
    fn has_few_codes(&self) -> bool {
        self.codes_left.is_some_and(|left| left < FEW_CODES)
    }
}

/// What a form was answered.
#[derive(Default)]
struct Shown {
    wrong: Vec<String>,
    status: StatusCode,
    /// The end of the key of what was done.
    done: Option<&'static str>,
    /// What the app takes its codes from: told once.
    enrolment: Option<Enrolment>,
    /// Codes for when the telephone is lost: told once.
    recovery_codes: Vec<String>,
}

impl Shown {
    fn done(done: &'static str) -> Self {
        Self {
            done: Some(done),
            ..Self::default()
        }
    }
}

async fn show(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    page(&web, &visit, &desked, Shown::default()).await
}

async fn page(web: &Web, visit: &Visit, desked: &Desked, shown: Shown) -> Result<Response, Problem> {
    let (desk, scope) = (web.desk(), &desked.scope);
    let account = desk.own_account(scope).await?;
    let status = shown.status;
    let page = Page {
        frame: desked.frame(web, visit, visit.t.say("own-title")).await?,
        role: account.role.words(visit.t.0),
        sessions: desk.list_own_sessions(scope).await?,
        codes_left: desk.count_recovery_codes(scope).await?,
        account,
        shown,
    };
    Ok(answer(visit, status, &page))
}

/// The page with what came of a form.
async fn after(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    came: Result<Shown, Problem>,
) -> Result<Response, Problem> {
    let shown = match came {
        Ok(shown) => shown,
        Err(problem) if problem.kind().status().is_client_error() => Shown {
            wrong: sentences(&problem, visit.t.0),
            status: problem.kind().status(),
            ..Shown::default()
        },
        Err(problem) => return Err(problem),
    };
    page(web, visit, desked, shown).await
}

async fn password(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let (current, new) = (form.raw("current"), form.raw("new"));
    let changed = web.desk().change_own_password(&desked.scope, current, new).await;
    let came = changed.map(|()| Shown::done("password")).map_err(Problem::from);
    after(&web, &visit, &desked, came).await
}

async fn begin(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    let begun = web.desk().begin_second_proof(&desked.scope).await;
    let came = begun
        .map(|enrolment| Shown {
            enrolment: Some(enrolment),
            ..Shown::default()
        })
        .map_err(Problem::from);
    after(&web, &visit, &desked, came).await
}

async fn confirm(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let confirmed = web
        .desk()
        .confirm_second_proof(&desked.scope, form.text("code"))
        .await;
    let came = confirmed
        .map(|recovery_codes| Shown {
            recovery_codes,
            ..Shown::done("proof")
        })
        .map_err(Problem::from);
    after(&web, &visit, &desked, came).await
}

async fn renew(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let renewed = web
        .desk()
        .renew_recovery_codes(&desked.scope, form.text("code"))
        .await;
    let came = renewed
        .map(|recovery_codes| Shown {
            recovery_codes,
            ..Shown::done("codes")
        })
        .map_err(Problem::from);
    after(&web, &visit, &desked, came).await
}

async fn remove(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let removed = web
        .desk()
        .remove_own_second_proof(&desked.scope, form.text("code"))
        .await;
    let came = removed
        .map(|()| Shown::done("proof-removed"))
        .map_err(Problem::from);
    after(&web, &visit, &desked, came).await
}

async fn end(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<crate::domain::id::SessionId>,
) -> Result<Response, Problem> {
    web.desk().end_own_session(&desked.scope, id).await?;
    Ok(Redirect::to("/console/account").into_response())
}

async fn end_others(State(web): State<Web>, desked: Desked) -> Result<Response, Problem> {
    web.desk().end_other_sessions(&desked.scope).await?;
    Ok(Redirect::to("/console/account").into_response())
}
