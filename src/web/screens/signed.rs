//! From a browser's cookie to a scope. As at the API, nothing is decided here: the desk reads the session.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::cookies::{self, Holder};
use super::frame::{Frame, NavPlace, Surface, Who};
use super::visit::Visit;
use crate::desk::participants::ParticipantScope;
use crate::desk::{Permission, Scope};
use crate::web::Web;
use crate::web::auth::Token;
use crate::web::problem::{Problem, ProblemKind};

/// Somebody who works with the network and is signed in.
#[derive(Clone)]
pub struct Desked {
    /// What they may do.
    pub scope: Scope,
    /// The credential, for streams that ask again whether it holds.
    pub token: Token,
}

impl std::fmt::Debug for Desked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Desked").field(&self.scope.account).finish()
    }
}

impl<S> FromRequestParts<S> for Desked
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let web = Web::from_ref(state);
        let token = cookies::token(&web, &parts.headers, Holder::Staff).ok_or(ProblemKind::SignedOut)?;
        let scope = web.desk().scope(token).await?;
        // A key of another system is no way to sign in at a screen.
        scope.require_person()?;
        Ok(Self {
            scope,
            token: Token::of_cookie(token),
        })
    }
}

/// A participant who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedCitizen(pub ParticipantScope);

impl<S> FromRequestParts<S> for SignedCitizen
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let web = Web::from_ref(state);
        let token =
            cookies::token(&web, &parts.headers, Holder::Participant).ok_or(ProblemKind::SignedOut)?;
        Ok(Self(web.desk().participant_scope(token).await?))
    }
}

/// The places of the bar, and what one needs to see them.
const PLACES: [(Permission, NavPlace); 4] = [
    (
        Permission::SeeActions,
        NavPlace {
            path: "/console",
            text: "nav-actions",
        },
    ),
    (
        Permission::SeeActions,
        NavPlace {
            path: "/console/archive",
            text: "nav-archive",
        },
    ),
    (
        Permission::SeeStatistics,
        NavPlace {
            path: "/console/report",
            text: "nav-report",
        },
    ),
    (
        Permission::SeeAuditLog,
        NavPlace {
            path: "/console/administration",
            text: "nav-administration",
        },
    ),
];

impl Desked {
    /// The frame of a page of the console.
    pub async fn frame(&self, web: &Web, visit: &Visit, title: impl ToString) -> Result<Frame, Problem> {
        let account = web.desk().own_account(&self.scope).await?;
        let may_see = |permission| self.scope.require(permission).is_ok();
        let places = PLACES.into_iter().filter(|(permission, _)| may_see(*permission));
        let territory = web.desk().directory().territory();
        let region = territory
            .get(self.scope.region)
            .map(|region| region.name.clone())
            .unwrap_or_default();
        let mut frame = Frame::new(visit, Surface::Console, title.to_string());
        frame.who = Some(Who {
            name: account.name,
            role: self.scope.role,
            region,
            places: places.map(|(_, place)| place).collect(),
        });
        Ok(frame)
    }
}
