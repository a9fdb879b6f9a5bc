//! What the description says of the API as a whole: credentials, refusals, repeated calls.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Object, OpenApi, Ref, RefOr, ResponseBuilder, Type};
use utoipa::{OpenApi as _, ToSchema};

use crate::domain::language::Language;
use crate::web::problem::{FieldBody, MEDIA_TYPE, ProblemBody, ProblemKind};

/// The only operations of POST that make and change nothing, or say what can be said any number
/// of times. All others take an `Idempotency-Key`.
const ONLY_COMPUTE: [&str; 6] = [
    "/api/v1/reach",
    "/api/v1/texts",
    "/api/v1/checks",
    "/api/v1/actions/{id}/checks",
    "/api/v1/search-areas",
    "/api/v1/alerts/{reference}/received",
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Oproep",
        description = "Alert dispatch engine for citizens: call-outs to an area, and the tips that come back.\n\n\
            Every refusal is `application/problem+json` (RFC 9457), in the language of `Accept-Language` (nl, en).\n\n\
            Calls that make or change something by POST take an `Idempotency-Key`: repeated with the same key and content, they get \
            the first answer again, with `Idempotency-Replayed: true`.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    components(schemas(ProblemBody, FieldBody)),
    tags(
        (name = "sessions", description = "Signing in, and one's own account."),
        (name = "accounts", description = "Those who work with the network."),
        (name = "keys", description = "Keys with which other systems call."),
        (name = "audit", description = "What whoever may do much did."),
        (name = "regions", description = "The territory."),
        (name = "actions", description = "Call-outs, from draft to outcome."),
        (name = "approval", description = "A second person, and starts over a limit."),
        (name = "register", description = "Telephone numbers and links that texts may hold."),
        (name = "photos", description = "Photos of actions and tips."),
        (name = "tips", description = "What participants report, for whoever handles it."),
        (name = "statistics", description = "Success and lost minutes."),
        (name = "live", description = "What happens, as it happens."),
        (name = "participants", description = "What citizens do themselves."),
        (name = "alerts", description = "What the links in messages lead to. The link is the credential."),
        (name = "notices", description = "What other systems alert of (CAP), for an operator to judge."),
        (name = "webhooks", description = "Other systems that hear what happens (Standard Webhooks)."),
        (name = "public", description = "What everyone may read: running public actions."),
    ),
)]
struct Frame;

/// The description before any route is in it.
pub fn frame() -> OpenApi {
    let mut document = Frame::openapi();
    let components = document.components.get_or_insert_default();
    for (name, description) in [
        (
            "account",
            "The token of `POST /api/v1/sessions`, or a key of another system, which may do what its rights say.",
        ),
        ("participant", "The token of a confirmed code."),
    ] {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some(description.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(bearer));
    }
    for kind in ProblemKind::ALL {
        let schema = Ref::from_schema_name(ProblemBody::name());
        let mut response = ResponseBuilder::new()
            .description(kind.detail(Language::En))
            .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(schema)).build());
        if waits(*kind) {
            let seconds = HeaderBuilder::new()
                .schema(Some(Object::with_type(Type::Integer)))
                .description(Some("How many seconds to wait."));
            response = response.header("Retry-After", seconds.build());
        }
        components
            .responses
            .insert(kind.name().to_owned(), response.build().into());
    }
    document
}

const fn waits(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::TooMany | ProblemKind::Unavailable | ProblemKind::InProgress
    )
}

/// Adds to every operation the refusals that it may answer with, and the header of repeated calls.
pub fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let only_computes = ONLY_COMPUTE.contains(&path.as_str());
        let named = path.contains('{');
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for (position, operation) in operations.into_iter().enumerate() {
            let Some(operation) = operation else { continue };
            let is_repeatable = position == 1 && !only_computes;
            refusals(operation, named, is_repeatable);
            if is_repeatable {
                operation
                    .parameters
                    .get_or_insert_default()
                    .push(repeat_key().into());
            }
        }
    }
    document
}

fn refusals(operation: &mut Operation, named: bool, is_repeatable: bool) {
    use ProblemKind::{
        Conflict, Forbidden, Internal, Invalid, Malformed, MediaType, NotFound, SignInFailed, SignedOut,
        TooLarge, TooMany, Unavailable,
    };
    let mut kinds = vec![TooMany, Internal, Unavailable];
    if operation.security.is_some() {
        kinds.extend([SignedOut, Forbidden]);
    } else if operation.operation_id.as_deref() == Some("sign_in") {
        kinds.push(SignInFailed);
    }
    if named {
        kinds.push(NotFound);
    }
    if operation.request_body.is_some() {
        kinds.extend([Malformed, MediaType, TooLarge]);
    }
    if operation.request_body.is_some() || operation.parameters.is_some() {
        kinds.push(Invalid);
    }
    if operation.request_body.is_some() || is_repeatable {
        kinds.push(Conflict);
    }
    for kind in kinds {
        let response = RefOr::Ref(Ref::from_response_name(kind.name()));
        let status = kind.status().as_u16().to_string();
        operation.responses.responses.entry(status).or_insert(response);
    }
}

fn repeat_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(utoipa::openapi::Required::False)
        .description(Some(
            "1 to 100 visible ASCII characters; a new UUID for every new call. Kept for a day.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}
