//! A tip beside the others: which may report the same, and what speed it asks for.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::id::TipId;
use crate::domain::language::Language;
use crate::domain::said::Said;
use crate::domain::tip::journey::{From as Start, Journey};
use crate::domain::tip::likeness::Similar;
use crate::domain::travel::Means;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Path;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(similar))
}

/// A sentence in both languages.
#[derive(Serialize, ToSchema)]
#[schema(as = BothLanguages)]
pub struct WordsBody {
    /// In Dutch.
    nl: String,
    /// In English.
    en: String,
}

impl From<Said> for WordsBody {
    fn from(said: Said) -> Self {
        Self {
            nl: said.in_language(Language::Nl).to_owned(),
            en: said.in_language(Language::En).to_owned(),
        }
    }
}

/// The way to the place of a tip.
#[derive(Serialize, ToSchema)]
#[schema(as = Journey)]
pub struct JourneyBody {
    /// The tip that it begins at; none for where somebody was last seen.
    tip: Option<TipId>,
    /// How far it is as the crow flies, in metres.
    distance_m: u32,
    /// The time for it, in seconds, until the tip came in.
    seconds: u32,
    /// The speed that it asks for at the least.
    needs_km_per_hour: u32,
    /// The slowest means of travel that will do; none when not even a car does.
    slowest: Option<Means>,
    /// The same in words.
    words: WordsBody,
}

impl From<Journey> for JourneyBody {
    fn from(journey: Journey) -> Self {
        Self {
            tip: match journey.from {
                Start::LastSeen => None,
                Start::Tip(tip) => Some(tip),
            },
            distance_m: journey.distance_m,
            seconds: journey.seconds,
            needs_km_per_hour: journey.needs_km_per_hour,
            slowest: journey.slowest(),
            words: journey.said().into(),
        }
    }
}

/// Why two tips look alike.
#[derive(Serialize, ToSchema)]
#[schema(as = Likeness)]
pub struct LikenessBody {
    /// `plate`, `age`, `words`, `place` or `time`.
    kind: &'static str,
    /// In words.
    words: WordsBody,
}

/// A tip that may report the same.
#[derive(Serialize, ToSchema)]
#[schema(as = SimilarTip)]
pub struct SimilarBody {
    /// Which.
    tip: TipId,
    /// How much it looks alike, 0 to 1.
    score: f64,
    /// Why, the weightiest first.
    reasons: Vec<LikenessBody>,
}

impl From<Similar> for SimilarBody {
    fn from(similar: Similar) -> Self {
        let reasons = similar.reasons.iter();
        Self {
            tip: similar.tip,
            score: (similar.score * 100.0).round() / 100.0,
            reasons: reasons
                .map(|reason| LikenessBody {
                    kind: reason.name(),
                    words: reason.said().into(),
                })
                .collect(),
        }
    }
}

/// The tips of the same action that may report the same, the most alike first, at most ten: by number plates, ages and
/// rare words, place and time. Whoever judges the tip decides.
#[utoipa::path(get, path = "/tips/{id}/similar", tag = "tips", security(("account" = [])),
    params(("id" = TipId, Path)),
    responses((status = 200, description = "The tips.", body = Vec<SimilarBody>)))]
async fn similar(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<TipId>,
) -> Result<Json<Vec<SimilarBody>>, Problem> {
    let found = web.desk().similar_tips(&scope, id).await?;
    Ok(Json(found.into_iter().map(SimilarBody::from).collect()))
}
