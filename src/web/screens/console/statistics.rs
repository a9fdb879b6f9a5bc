//! What became of the actions of a period: how often they were a success, and where minutes were lost.

use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::running::clock::{step_name, took};
use crate::desk::actions::ActionReport;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

/// A period that nobody chose: the last year.
const YEAR: Duration = Duration::from_hours(24 * 365);
const DAY: Duration = Duration::from_hours(24);

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/report", get(show))
}

/// A median: the key of its step, of how many actions, in words.
struct Median {
    step: &'static str,
    actions: u64,
    took: Option<String>,
}

#[derive(Template)]
#[template(path = "console/statistics.html")]
struct Statistics {
    frame: Frame,
    from: String,
    until: String,
    started: u64,
    time_critical: u64,
    without_outcome: u64,
    outcomes: Vec<(&'static str, u64)>,
    /// Successes, of how many, and the share with its interval in whole percents.
    success: (u64, u64),
    share: Option<[u64; 3]>,
    medians: Vec<Median>,
    wrong: Vec<String>,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let found = async {
        let from = asked.day("from")?.unwrap_or(visit.now - YEAR);
        let last = asked.day("until")?.unwrap_or(visit.now);
        let reports = web.desk().report_actions(&desked.scope, from, last + DAY, None);
        Ok::<_, Problem>((from, last, reports.await?))
    };
    let (found, wrong) = match found.await {
        Ok(found) => (found, Vec::new()),
        // What was typed stands there still, beside what is wrong with it.
        Err(problem) if problem.kind().status().is_client_error() && !asked.is_empty() => {
            let nothing = (visit.now - YEAR, visit.now, ActionReport::of(&[]));
            (nothing, sentences(&problem, visit.t.0))
        }
        Err(problem) => return Err(problem),
    };
    let (from, last, report) = found;
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let typed = |name: &str, moment: Timestamp| match asked.filled(name) {
        Some(text) => text.to_owned(),
        None => dutch_time(moment).date().to_string(),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is 0 to 1"
    )]
    let percent = |share: f64| (share * 100.0).round() as u64;
    let interval = report.success.interval();
    let page = Statistics {
        frame: desked
            .frame(&web, &visit, visit.t.say("statistics-title"))
            .await?,
        from: typed("from", from),
        until: typed("until", last),
        started: report.started,
        time_critical: report.time_critical,
        without_outcome: report.without_outcome,
        outcomes: report
            .outcomes
            .iter()
            .map(|(kind, count)| (kind.name(), *count))
            .collect(),
        success: (report.success.successes, report.success.total),
        share: report
            .success
            .share()
            .zip(interval)
            .map(|(share, (low, high))| [share, low, high].map(percent)),
        medians: report
            .medians
            .iter()
            .map(|median| Median {
                step: step_name(median.step),
                actions: median.actions as u64,
                took: median.median_ms.map(|millis| took(visit.t, millis)),
            })
            .collect(),
        wrong,
    };
    Ok(answer(&visit, status, &page))
}
