//! The live stream of what happens.

use axum::extract::State;
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::Scope;
use crate::desk::watching::Watch;
use crate::domain::id::ActionId;
use crate::domain::problem::ProblemCode;
use crate::storage::events::Event;
use crate::web::Web;
use crate::web::auth::{Staff, Token};
use crate::web::extract::Query;
use crate::web::live::{Follower, follow};
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(live))
}

/// What to follow.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// Only what concerns this action.
    action: Option<ActionId>,
}

/// Someone who follows, as their session is at each moment.
#[derive(Debug)]
pub struct Screen {
    web: Web,
    token: Token,
    watch: Watch,
}

impl Screen {
    /// Whoever has this session now.
    pub fn new(web: &Web, scope: &Scope, token: Token) -> Result<Self, Problem> {
        Ok(Self {
            web: web.clone(),
            watch: web.desk().watch(scope)?,
            token,
        })
    }
}

impl Follower for Screen {
    fn sees(&self, event: &Event) -> bool {
        self.watch.sees(event)
    }

    async fn may_go_on(&mut self) -> bool {
        let desk = self.web.desk();
        let watch = match desk.scope(self.token.as_str()).await {
            Ok(scope) => desk.watch(&scope),
            Err(error) => Err(error),
        };
        watch.map(|watch| self.watch = watch).is_ok()
    }
}

/// What happens in one's part of the territory, as server-sent events. Each carries its number as `id`; with
/// `Last-Event-ID` the stream goes on after that one. Without it, it begins with what is new. A comment every
/// fifteen seconds says that the stream lives; a stream that ends is to be opened again.
#[utoipa::path(get, path = "/live", tag = "live", security(("account" = [])),
    params(LiveQuery, ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was seen.")),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream")))]
async fn live(
    State(web): State<Web>,
    Staff(scope): Staff,
    token: Token,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = last_event(&headers)?;
    let screen = Screen::new(&web, &scope, token)?;
    Ok(Sse::new(follow(web, screen, query.action, after)).into_response())
}

/// The last event that whoever asks has seen (`Last-Event-ID`).
pub fn last_event(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let value = headers.get("last-event-id");
    value
        .map(|value| read_number(value.to_str().unwrap_or_default()))
        .transpose()
}

fn read_number(text: &str) -> Result<i64, Problem> {
    text.parse()
        .ok()
        .filter(|number| *number >= 0)
        .ok_or_else(|| Problem::invalid_field("Last-Event-ID", ProblemCode::Number))
}
