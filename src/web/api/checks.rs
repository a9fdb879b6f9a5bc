//! What the checks before sending find: of an action as it stands, of a draft that is not stored, and of what is
//! about to be sent for an action that runs.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::DraftBody;
use crate::desk::actions::Intended;
use crate::domain::action::Texts;
use crate::domain::area::{Area, UncheckedArea};
use crate::domain::check::{CheckCode, Finding, Severity};
use crate::domain::id::ActionId;
use crate::domain::language::Language;
use crate::domain::wave::WaveKind;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::area::checked;
use crate::web::extract::{Body, Path};
use crate::web::language::accepted;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(of_draft))
        .routes(routes!(of_action, of_intended))
}

/// Something that a check found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingBody {
    /// What, for programs: what `confirmed` names.
    code: CheckCode,
    /// How much it weighs: `refuse` never goes out, `confirm` does once it is confirmed, `warn` is only shown.
    severity: Severity,
    /// Which field, for instance `texts.nl.body`.
    field: String,
    /// Where in the field's text it begins, in units of UTF-16; null when it is about the field as a whole.
    start: Option<usize>,
    /// Where it ends.
    end: Option<usize>,
    /// Why, and what to do, for people.
    message: String,
    /// What could stand there instead.
    proposal: Option<String>,
}

impl FindingBody {
    /// The finding in words of this language.
    pub fn new(finding: &Finding, language: Language) -> Self {
        let units = finding.mark.as_ref().map(|mark| &mark.units);
        Self {
            code: finding.code,
            severity: finding.severity(),
            field: finding.field.clone(),
            start: units.map(|units| units.start),
            end: units.map(|units| units.end),
            message: finding.said.in_language(language).to_owned(),
            proposal: finding.proposal.clone(),
        }
    }
}

/// What the checks found.
#[derive(Serialize, ToSchema)]
#[schema(as = Checks)]
pub struct ChecksBody {
    /// Whether nothing of it weighs `refuse`.
    may_go_out: bool,
    /// The codes that must be confirmed before it goes out.
    to_confirm: Vec<CheckCode>,
    /// Everything that was found.
    findings: Vec<FindingBody>,
}

impl ChecksBody {
    fn new(findings: &[Finding], headers: &HeaderMap) -> Self {
        let language = accepted(headers);
        let mut to_confirm: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        to_confirm.retain(|code| code.is_confirmable());
        to_confirm.sort_unstable();
        to_confirm.dedup();
        Self {
            may_go_out: findings
                .iter()
                .all(|finding| finding.severity() != Severity::Refuse),
            to_confirm,
            findings: findings
                .iter()
                .map(|finding| FindingBody::new(finding, language))
                .collect(),
        }
    }
}

/// Checks a draft that is not stored, as if it went out now.
#[utoipa::path(post, path = "/checks", tag = "actions", security(("account" = [])), request_body = DraftBody,
    responses((status = 200, description = "What was found.", body = ChecksBody)))]
async fn of_draft(
    State(web): State<Web>,
    Staff(scope): Staff,
    headers: HeaderMap,
    Body(body): Body<DraftBody>,
) -> Result<Json<ChecksBody>, Problem> {
    let findings = web.desk().check_draft(&scope, body.read("")?).await?;
    Ok(Json(ChecksBody::new(&findings, &headers)))
}

/// Checks an action as it stands, as if it went out now.
#[utoipa::path(get, path = "/actions/{id}/checks", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "What was found.", body = ChecksBody)))]
async fn of_action(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    headers: HeaderMap,
) -> Result<Json<ChecksBody>, Problem> {
    let findings = web.desk().check_action(&scope, id).await?;
    Ok(Json(ChecksBody::new(&findings, &headers)))
}

/// What is about to be sent for an action that is there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntendedBody {
    /// As which wave.
    wave: WaveKind,
    /// The texts; the action's own when left out.
    #[serde(default)]
    texts: Option<Texts>,
    /// The area of an expansion.
    #[serde(default)]
    #[schema(value_type = Option<Area>)]
    area: Option<UncheckedArea>,
}

/// Checks an update, an expansion, a closing message or a correction before it is sent.
#[utoipa::path(post, path = "/actions/{id}/checks", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = IntendedBody,
    responses((status = 200, description = "What was found.", body = ChecksBody)))]
async fn of_intended(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    headers: HeaderMap,
    Body(body): Body<IntendedBody>,
) -> Result<Json<ChecksBody>, Problem> {
    let intended = Intended {
        wave: body.wave,
        texts: body.texts,
        area: body.area.map(|area| checked(area, "")).transpose()?,
    };
    let findings = web.desk().check_intended(&scope, id, &intended).await?;
    Ok(Json(ChecksBody::new(&findings, &headers)))
}
