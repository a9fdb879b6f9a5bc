//! The JSON API under `/api/v1`, and its description (`OpenAPI` 3.1).

use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use http::{HeaderName, header};
use utoipa_axum::router::OpenApiRouter;

use super::Web;

pub mod accounts;
pub mod actions;
pub mod alerts;
pub mod audit;
pub mod checks;
pub mod compared;
pub mod corrections;
mod describe;
pub mod invitations;
pub mod keys;
pub mod live;
pub mod notices;
pub mod overrides;
pub mod page;
pub mod participants;
pub mod photos;
pub mod public;
pub mod reach;
pub mod recordings;
pub mod regions;
pub mod register;
pub mod registrations;
pub mod search;
pub mod searches;
pub mod second_proof;
pub mod sessions;
pub mod standing_texts;
pub mod statistics;
pub mod tips;
pub mod trainings;
pub mod videos;
pub mod webhooks;

/// Where every path of the API begins.
pub const BASE: &str = "/api/v1";

/// Every route of the API, with its description.
fn described() -> OpenApiRouter<Web> {
    let routes = OpenApiRouter::new()
        .merge(sessions::routes())
        .merge(accounts::routes())
        .merge(second_proof::routes())
        .merge(invitations::routes())
        .merge(trainings::routes())
        .merge(keys::routes())
        .merge(audit::routes())
        .merge(regions::routes())
        .merge(reach::routes())
        .merge(actions::routes())
        .merge(overrides::routes())
        .merge(checks::routes())
        .merge(corrections::routes())
        .merge(standing_texts::routes())
        .merge(search::routes())
        .merge(register::routes())
        .merge(photos::routes())
        .merge(tips::routes())
        .merge(compared::routes())
        .merge(videos::routes())
        .merge(recordings::routes())
        .merge(searches::routes())
        .merge(statistics::routes())
        .merge(live::routes())
        .merge(registrations::routes())
        .merge(participants::routes())
        .merge(alerts::routes())
        .merge(public::routes())
        .merge(notices::routes())
        .merge(webhooks::routes());
    OpenApiRouter::with_openapi(describe::frame()).nest(BASE, routes)
}

/// Every route of the API.
pub fn router() -> Router<Web> {
    let (router, _) = described().split_for_parts();
    router
        .route("/api/v1/openapi.json", get(document))
        .merge(Router::new().nest(BASE, public::preflights()))
}

/// The description of the API: `OpenAPI` 3.1, as JSON for people.
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let document = describe::complete(described().into_openapi());
        let mut text = document.to_pretty_json().expect("a description is plain JSON");
        text.push('\n');
        text
    });
    &TEXT
}

async fn document() -> ([(HeaderName, &'static str); 2], &'static str) {
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.oai.openapi+json;version=3.1",
        ),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, openapi())
}
