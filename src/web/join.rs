//! The link of an invitation, as a browser follows it: `/join/TOKEN`, without script.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::Web;
use super::address::CallerAddress;
use super::auth::UserAgent;
use super::extract::{Path, whole};
use super::problem::Problem;
use super::rate::Limited;
use super::screens::linked::join as pages;
use super::screens::problem_page;
use super::screens::visit::Visit;
use crate::desk::accounts::second_proof::Enrolment;
use crate::domain::problem::ProblemCode;

/// The most bytes of a form.
const FORM: usize = 4096;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/join/code", post(code))
        .route("/join/{token}", get(show).post(join))
        .layer(DefaultBodyLimit::max(FORM))
}

/// What was filled in; the last of a name that comes twice.
struct Filled(Vec<(String, String)>);

impl Filled {
    async fn of(request: Request, web: &Web) -> Result<Self, Problem> {
        let bytes = whole(request, web).await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }

    fn take(&mut self, name: &str) -> String {
        let found = self.0.iter_mut().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }
}

async fn show(
    State(web): State<Web>,
    address: CallerAddress,
    Path(token): Path<String>,
    visit: Visit,
) -> Response {
    if let Err(problem) = web.rates().take(Limited::SignInByAddress, address) {
        return problem_page::page(&visit, &problem);
    }
    match web.desk().invitation(&token, &address.to_text()).await {
        Ok(invitation) => pages::password(&visit, &token, &invitation, None),
        Err(error) => problem_page::page(&visit, &error.into()),
    }
}

async fn join(
    State(web): State<Web>,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    Path(token): Path<String>,
    visit: Visit,
    request: Request,
) -> Response {
    let joined = try_join(&web, address, agent.as_deref(), &token, request).await;
    let (session, needs_proof) = match joined {
        Ok(joined) => joined,
        Err(problem) => {
            return match web.desk().invitation(&token, &address.to_text()).await {
                Ok(invitation) => pages::password(&visit, &token, &invitation, Some(&problem)),
                Err(_) => problem_page::page(&visit, &problem),
            };
        }
    };
    let proof = async {
        let scope = web.desk().scope(&session).await?;
        if needs_proof {
            web.desk().begin_second_proof(&scope).await.map(Some)
        } else {
            // The page opens nothing: one signs in where one works.
            web.desk().sign_out(&scope).await.map(|()| None)
        }
    };
    match proof.await {
        Ok(Some(enrolment)) => pages::proof(&visit, &session, &enrolment, None),
        Ok(None) => pages::done(&visit, &[]),
        Err(error) => problem_page::page(&visit, &error.into()),
    }
}

/// The session, and whether the role asks for a second proof that is still to be set up.
async fn try_join(
    web: &Web,
    address: CallerAddress,
    agent: Option<&str>,
    token: &str,
    request: Request,
) -> Result<(String, bool), Problem> {
    web.rates().take(Limited::SignInByAddress, address)?;
    let mut filled = Filled::of(request, web).await?;
    let (password, again) = (filled.take("password"), filled.take("again"));
    if password != again {
        return Err(Problem::invalid_field("again", ProblemCode::PasswordsDiffer));
    }
    let origin = address.to_text();
    let needs_proof = web.desk().invitation(token, &origin).await?.needs_second_proof;
    let opened = web.desk().join(token, &password, &origin, agent).await?;
    let session = opened.token.as_str().to_owned();
    if !needs_proof {
        return Ok((session, false));
    }
    // Whoever was invited once more may have an app already.
    let scope = web.desk().scope(&session).await?;
    Ok((session, scope.must_set_up_proof()))
}

async fn code(State(web): State<Web>, address: CallerAddress, visit: Visit, request: Request) -> Response {
    let mut filled = match web.rates().take(Limited::SignInByAddress, address) {
        Ok(()) => match Filled::of(request, &web).await {
            Ok(filled) => filled,
            Err(problem) => return problem_page::page(&visit, &problem),
        },
        Err(problem) => return problem_page::page(&visit, &problem),
    };
    let (session, secret, code) = (filled.take("session"), filled.take("secret"), filled.take("code"));
    let desk = web.desk();
    let scope = match desk.scope(&session).await {
        Ok(scope) => scope,
        Err(error) => return problem_page::page(&visit, &error.into()),
    };
    match desk.confirm_second_proof(&scope, &code).await {
        Ok(codes) => {
            // The page opens nothing further; that the session stays until its end would only be untidy.
            let _ = desk.sign_out(&scope).await;
            pages::done(&visit, &codes)
        }
        Err(error) => {
            // What was told before, so that the app need not be set up anew.
            let enrolment = Enrolment {
                uri: String::new(),
                secret,
            };
            pages::proof(&visit, &session, &enrolment, Some(&error.into()))
        }
    }
}
