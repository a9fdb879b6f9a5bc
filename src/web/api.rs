//! The JSON API under `/api/v1`, and its description (`OpenAPI` 3.1).

use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use http::{HeaderName, header};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::Web;

/// Where every path of the API begins.
pub const BASE: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(info(
    title = "Oproep",
    description = "Alert dispatch engine for citizens: call-outs to an area, and the tips that come back.\n\n\
            Every refusal is `application/problem+json` (RFC 9457), in the language of `Accept-Language` (nl, en).",
    license(name = "EUPL-1.2", identifier = "EUPL-1.2")
))]
struct Described;

/// Every route of the API, with its description.
fn described() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Described::openapi())
}

/// Every route of the API.
pub fn router() -> Router<Web> {
    let (router, _) = described().split_for_parts();
    router.route("/api/v1/openapi.json", get(document))
}

/// The description of the API: `OpenAPI` 3.1, as JSON for people.
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let document = described().into_openapi();
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
