//! Every operation of the description, and who may do it.

use std::collections::BTreeSet;

use oproep::domain::role::Role;
use serde_json::Value;

/// Roles, for actions without hurry and for urgent ones.
#[derive(Clone, Copy)]
pub struct Roles {
    pub calm: &'static [Role],
    pub urgent: &'static [Role],
}

/// These roles, whatever it is about.
const fn only(roles: &'static [Role]) -> Roles {
    Roles {
        calm: roles,
        urgent: roles,
    }
}

/// Who may do it.
#[derive(Clone, Copy)]
pub enum Who {
    /// Whoever asks; a link or a code decides.
    Anyone,
    /// Participants.
    Citizens,
    /// These roles, wherever they work.
    Staff(Roles),
    /// These roles, for what lies in their part of the territory.
    Inside(Roles),
}

use Role::{
    Administrator, BaseTeamAmbassador, Coordinator, DistrictAmbassador, MunicipalAmbassador, Operator,
    VolunteerOperator,
};
use Who::{Anyone, Citizens, Inside, Staff};

const ALL: Roles = only(&Role::ALL);
const SEES: Roles = only(&[
    Operator,
    VolunteerOperator,
    MunicipalAmbassador,
    BaseTeamAmbassador,
    DistrictAmbassador,
    Coordinator,
]);
const PREPARES: Roles = Roles {
    calm: &[Operator, VolunteerOperator, MunicipalAmbassador],
    urgent: &[Operator, VolunteerOperator],
};
/// Who sends, and changes what runs.
pub const SENDS: Roles = Roles {
    calm: &[Operator, MunicipalAmbassador],
    urgent: &[Operator],
};
/// Who is a second person.
const APPROVES: Roles = Roles {
    calm: &[Operator, Coordinator],
    urgent: &[Operator],
};
const COUNTS: Roles = only(&[
    Operator,
    Coordinator,
    MunicipalAmbassador,
    BaseTeamAmbassador,
    DistrictAmbassador,
]);
const TIPS: Roles = only(&[Operator, VolunteerOperator]);

/// Every operation.
pub const OPERATIONS: &[(&str, &str, Who)] = &[
    ("POST", "/sessions", Anyone),
    ("GET", "/sessions", Staff(ALL)),
    ("DELETE", "/sessions", Staff(ALL)),
    ("POST", "/sessions/current/proof", Staff(ALL)),
    ("DELETE", "/sessions/current", Staff(ALL)),
    ("DELETE", "/sessions/{id}", Staff(ALL)),
    ("GET", "/me", Staff(ALL)),
    ("PUT", "/me/password", Staff(ALL)),
    ("POST", "/me/second-proof", Staff(ALL)),
    ("POST", "/me/second-proof/confirm", Staff(ALL)),
    ("POST", "/me/second-proof/recovery-codes", Staff(ALL)),
    ("DELETE", "/me/second-proof", Staff(ALL)),
    ("GET", "/invitations/{token}", Anyone),
    ("POST", "/invitations/{token}", Anyone),
    ("POST", "/account-invitations", Inside(only(&[Administrator]))),
    ("GET", "/lapsing-accounts", Staff(only(&[Coordinator]))),
    ("GET", "/keys", Staff(only(&[Administrator]))),
    ("POST", "/keys", Inside(only(&[Administrator]))),
    ("DELETE", "/keys/{id}", Inside(only(&[Administrator]))),
    ("GET", "/accounts", Staff(only(&[Administrator, Coordinator]))),
    ("POST", "/accounts", Inside(only(&[Administrator]))),
    (
        "GET",
        "/accounts/{id}",
        Inside(only(&[Administrator, Coordinator])),
    ),
    ("GET", "/accounts/{id}/sessions", Inside(only(&[Administrator]))),
    (
        "DELETE",
        "/accounts/{id}/sessions/{session}",
        Inside(only(&[Administrator])),
    ),
    ("GET", "/accounts/{id}/trainings", Inside(only(&[Coordinator]))),
    (
        "DELETE",
        "/accounts/{id}/second-proof",
        Inside(only(&[Administrator])),
    ),
    (
        "POST",
        "/accounts/{id}/invitation",
        Inside(only(&[Administrator])),
    ),
    ("PATCH", "/accounts/{id}", Inside(only(&[Administrator]))),
    ("POST", "/accounts/{id}/password", Inside(only(&[Administrator]))),
    ("PUT", "/accounts/{id}/training", Inside(only(&[Coordinator]))),
    (
        "DELETE",
        "/accounts/{id}/sessions",
        Inside(only(&[Administrator])),
    ),
    ("GET", "/audit", Staff(only(&[Coordinator, Administrator]))),
    ("GET", "/regions", Staff(ALL)),
    ("POST", "/regions", Inside(only(&[Administrator]))),
    ("GET", "/regions/{id}", Inside(ALL)),
    ("POST", "/reach", Staff(SEES)),
    ("POST", "/texts", Staff(PREPARES)),
    ("POST", "/checks", Staff(PREPARES)),
    ("POST", "/search-areas", Staff(SEES)),
    ("GET", "/register", Staff(ALL)),
    ("POST", "/register", Inside(only(&[Administrator]))),
    ("DELETE", "/register/{id}", Inside(only(&[Administrator]))),
    ("GET", "/corrections", Inside(SEES)),
    ("PUT", "/corrections/{kind}", Inside(only(&[Coordinator]))),
    ("GET", "/wordings", Inside(SEES)),
    ("PUT", "/wordings/{kind}", Inside(only(&[Coordinator]))),
    ("GET", "/actions", Inside(SEES)),
    ("POST", "/actions", Staff(PREPARES)),
    ("GET", "/actions/{id}", Inside(SEES)),
    ("PUT", "/actions/{id}", Inside(PREPARES)),
    ("POST", "/actions/{id}/start", Inside(SENDS)),
    ("POST", "/actions/{id}/submit", Inside(PREPARES)),
    ("POST", "/actions/{id}/approve", Inside(APPROVES)),
    ("POST", "/actions/{id}/return", Inside(APPROVES)),
    ("POST", "/actions/{id}/refuse", Inside(APPROVES)),
    ("POST", "/actions/{id}/take-back", Inside(SENDS)),
    ("POST", "/actions/{id}/send-now", Inside(SENDS)),
    ("POST", "/actions/{id}/expand", Inside(SENDS)),
    ("POST", "/actions/{id}/update", Inside(SENDS)),
    ("POST", "/actions/{id}/pause", Inside(SENDS)),
    ("POST", "/actions/{id}/resume", Inside(SENDS)),
    ("POST", "/actions/{id}/stop", Inside(SENDS)),
    ("POST", "/actions/{id}/withdraw", Inside(PREPARES)),
    ("POST", "/actions/{id}/close", Inside(SENDS)),
    ("GET", "/actions/{id}/checks", Inside(SEES)),
    ("POST", "/actions/{id}/checks", Inside(PREPARES)),
    ("GET", "/actions/{id}/correction", Inside(SEES)),
    ("POST", "/actions/{id}/correct", Inside(SENDS)),
    ("GET", "/actions/{id}/waves", Inside(SEES)),
    ("GET", "/actions/{id}/accounting", Inside(SEES)),
    ("GET", "/actions/{id}/waves/{wave}/recipients", Inside(SEES)),
    ("GET", "/actions/{id}/history", Inside(SEES)),
    ("GET", "/actions/{id}/lost-minutes", Inside(SEES)),
    ("POST", "/actions/{id}/photos", Inside(PREPARES)),
    ("DELETE", "/actions/{id}/photos/{photo}", Inside(PREPARES)),
    ("GET", "/photos/{id}", Inside(SEES)),
    ("GET", "/actions/{id}/tips", Inside(TIPS)),
    ("POST", "/actions/{id}/tips", Inside(TIPS)),
    ("GET", "/tips/{id}", Inside(TIPS)),
    ("PATCH", "/tips/{id}", Inside(TIPS)),
    ("POST", "/tips/{id}/notes", Inside(TIPS)),
    (
        "GET",
        "/overrides",
        Staff(only(&[Operator, Coordinator, Administrator])),
    ),
    (
        "POST",
        "/overrides/{id}/seen",
        Inside(only(&[Operator, Coordinator, Administrator])),
    ),
    ("GET", "/tips/{id}/similar", Inside(TIPS)),
    ("GET", "/videos/{id}", Inside(TIPS)),
    ("GET", "/actions/{id}/searched", Inside(TIPS)),
    ("GET", "/tips/{id}/recording", Inside(TIPS)),
    ("GET", "/statistics", Inside(COUNTS)),
    ("GET", "/live", Staff(SEES)),
    ("POST", "/registrations", Anyone),
    ("POST", "/registrations/{verification}/confirm", Anyone),
    ("POST", "/participant-sessions", Anyone),
    ("POST", "/participant-sessions/{verification}/confirm", Anyone),
    ("DELETE", "/participant-sessions/current", Citizens),
    ("GET", "/participants/me", Citizens),
    ("PATCH", "/participants/me", Citizens),
    ("PUT", "/participants/me/places", Citizens),
    ("POST", "/participants/me/addresses", Citizens),
    ("POST", "/participants/me/devices", Citizens),
    ("DELETE", "/participants/me/devices/{id}", Citizens),
    ("GET", "/participants/me/export", Citizens),
    ("POST", "/participants/me/actions/{id}/tips", Citizens),
    ("DELETE", "/participants/me", Citizens),
    ("GET", "/alerts/{reference}", Anyone),
    ("GET", "/alerts/{reference}/photos/{photo}", Anyone),
    ("POST", "/alerts/{reference}/received", Anyone),
    ("POST", "/alerts/{reference}/tips", Anyone),
    ("POST", "/alerts/{reference}/searches", Anyone),
    ("GET", "/tips/follow/{reference}", Anyone),
    ("GET", "/notices", Staff(TIPS)),
    ("GET", "/notices/{id}", Inside(TIPS)),
    ("POST", "/notices/{id}/draft", Inside(TIPS)),
    ("POST", "/notices/{id}/dismiss", Inside(TIPS)),
    ("GET", "/webhooks", Staff(only(&[Administrator]))),
    ("POST", "/webhooks", Inside(only(&[Administrator]))),
    ("GET", "/webhooks/{id}", Inside(only(&[Administrator]))),
    ("PATCH", "/webhooks/{id}", Inside(only(&[Administrator]))),
    ("POST", "/webhooks/{id}/key", Inside(only(&[Administrator]))),
    ("POST", "/webhooks/{id}/test", Inside(only(&[Administrator]))),
    ("POST", "/webhooks/{id}/replay", Inside(only(&[Administrator]))),
    ("GET", "/webhooks/{id}/deliveries", Inside(only(&[Administrator]))),
    // Last, since the others need it.
    ("DELETE", "/webhooks/{id}", Inside(only(&[Administrator]))),
    ("GET", "/public/actions", Anyone),
    ("GET", "/public/actions.geojson", Anyone),
    ("GET", "/public/alerts.atom", Anyone),
    ("GET", "/public/alerts/{identifier}", Anyone),
];

/// Whether it is about an action, so that its urgency may matter.
pub fn is_of_an_action(template: &str) -> bool {
    ["/actions", "/photos", "/tips/{id}", "/texts", "/reach", "/checks"]
        .iter()
        .any(|start| template.starts_with(start))
}

/// The operations of the description, by method and path under the base.
pub fn described() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(oproep::web::api::openapi()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path
                .strip_prefix("/api/v1")
                .expect("every path lies under the base");
            described.insert((method.to_uppercase(), path.to_owned()));
        }
    }
    described
}

#[test]
fn every_operation_of_the_description_is_listed_and_no_other() {
    let listed: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described(), listed);
}
