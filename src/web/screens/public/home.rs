//! The first page: what the network is, what goes on now, what became of last year.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::action::Shown;
use crate::desk::actions::YearResults;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::rate::Limited;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home<'a> {
    frame: Frame,
    /// The public actions that run; none at all where nothing is published.
    running: Option<Vec<Shown<'a>>>,
    results: YearResults,
    has_alerts: bool,
}

impl Home<'_> {
    /// The share of last year's actions that a tip solved, as a whole per cent.
    fn solved(&self) -> Option<u64> {
        let rate = self.results.success;
        (rate.total > 0).then(|| (rate.successes * 100 + rate.total / 2) / rate.total)
    }
}

async fn home(State(web): State<Web>, visit: Visit, address: CallerAddress) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    let published = match web.published().await {
        Ok(published) => Some(published),
        Err(problem) if problem.kind() == ProblemKind::NotFound => None,
        Err(problem) => return Err(problem),
    };
    let running = published.as_ref().map(|published| {
        let running = published.all_running();
        running.map(|one| Shown::of(one, visit.t.0)).collect()
    });
    let page = Home {
        frame: Frame::new(&visit, Surface::Participant, visit.network.clone()),
        running,
        results: web.last_year().await?,
        has_alerts: published
            .as_ref()
            .is_some_and(|published| published.atom().is_some()),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}
