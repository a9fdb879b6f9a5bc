//! Who may do what: every operation of the description, for every role, nobody, and a participant, inside and
//! outside of their part of the territory. What is not listed as allowed must be refused; an operation that is
//! not listed fails the test.

use std::collections::BTreeSet;
use std::time::Duration;

use oproep::domain::id::ActionId;
use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::participants::registration;
use crate::server::TestServer;

/// Who may do it.
#[derive(Clone, Copy)]
enum Who {
    /// Whoever asks; a link or a code decides.
    Anyone,
    /// Participants.
    Citizens,
    /// These roles, wherever they work.
    Staff(&'static [Role]),
    /// These roles, for what lies in their part of the territory.
    Inside(&'static [Role]),
}

use Role::{
    Administrator, BaseTeamAmbassador, Coordinator, DistrictAmbassador, MunicipalAmbassador, Operator,
    VolunteerOperator,
};
use Who::{Anyone, Citizens, Inside, Staff};

const ALL: &[Role] = &Role::ALL;
const SEES: &[Role] = &[
    Operator,
    VolunteerOperator,
    MunicipalAmbassador,
    BaseTeamAmbassador,
    DistrictAmbassador,
    Coordinator,
];
const PREPARES: &[Role] = &[Operator, VolunteerOperator, MunicipalAmbassador];
const SENDS: &[Role] = &[Operator, MunicipalAmbassador];
const COUNTS: &[Role] = &[
    Operator,
    Coordinator,
    MunicipalAmbassador,
    BaseTeamAmbassador,
    DistrictAmbassador,
];
const TIPS: &[Role] = &[Operator, VolunteerOperator];

/// Every operation. `{}` in a query stands for the region.
const OPERATIONS: &[(&str, &str, Who)] = &[
    ("POST", "/sessions", Anyone),
    ("GET", "/sessions", Staff(ALL)),
    ("DELETE", "/sessions/current", Staff(ALL)),
    ("DELETE", "/sessions/{id}", Staff(ALL)),
    ("GET", "/me", Staff(ALL)),
    ("PUT", "/me/password", Staff(ALL)),
    ("GET", "/accounts", Staff(&[Administrator, Coordinator])),
    ("POST", "/accounts", Inside(&[Administrator])),
    ("PATCH", "/accounts/{id}", Inside(&[Administrator])),
    ("POST", "/accounts/{id}/password", Inside(&[Administrator])),
    ("PUT", "/accounts/{id}/training", Inside(&[Coordinator])),
    ("DELETE", "/accounts/{id}/sessions", Inside(&[Administrator])),
    ("GET", "/regions", Staff(ALL)),
    ("POST", "/regions", Inside(&[Administrator])),
    ("GET", "/regions/{id}", Inside(ALL)),
    ("POST", "/reach", Staff(SEES)),
    ("POST", "/texts", Staff(PREPARES)),
    ("GET", "/actions", Inside(SEES)),
    ("POST", "/actions", Staff(PREPARES)),
    ("GET", "/actions/{id}", Inside(SEES)),
    ("PUT", "/actions/{id}", Inside(PREPARES)),
    ("POST", "/actions/{id}/start", Inside(SENDS)),
    ("POST", "/actions/{id}/expand", Inside(SENDS)),
    ("POST", "/actions/{id}/update", Inside(SENDS)),
    ("POST", "/actions/{id}/pause", Inside(SENDS)),
    ("POST", "/actions/{id}/resume", Inside(SENDS)),
    ("POST", "/actions/{id}/stop", Inside(SENDS)),
    ("POST", "/actions/{id}/withdraw", Inside(PREPARES)),
    ("POST", "/actions/{id}/close", Inside(SENDS)),
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
    ("POST", "/alerts/{reference}/tips", Anyone),
    ("GET", "/tips/follow/{reference}", Anyone),
];

#[test]
fn every_operation_of_the_description_is_listed_and_no_other() {
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
    let listed: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described, listed);
}

/// What lies in one part of the territory.
struct Part {
    region: String,
    draft: String,
    started: String,
    wave: String,
    tip: String,
    photo: String,
    account: String,
    device: String,
}

/// An action without hurry, `east` steps from the west.
fn calm(east: f64) -> Value {
    json!({
        "kind": "witness_call",
        "area": { "type": "Circle", "coordinates": [5.1214 + (east + 4.0) * 0.00146, 52.0907 + 0.0018], "radius_m": 150 },
        "texts": {
            "nl": { "title": "Getuigen gezocht", "body": "Zag u iets bij de brug?" },
            "en": { "title": "Witnesses wanted", "body": "Did you see anything at the bridge?" }
        }
    })
}

impl Part {
    async fn new(server: &TestServer, side: &str, east: f64) -> Self {
        let operator = server.token(Operator, side).await;
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let draft = server.post("/actions", &operator, &calm(east)).await.ok();
        let started = server.post("/actions", &operator, &calm(east)).await.ok();
        assert_eq!(
            draft["region"],
            json!(region(&format!("south-{side}"))),
            "the test's areas lie in the south"
        );
        let path = |step: &str| format!("/actions/{}/{step}", text(&started["id"]));
        let wave = server
            .post(&path("start"), &operator, &json!({ "version": 1 }))
            .await
            .ok();
        let tip = server
            .post(&path("tips"), &operator, &json!({ "text": "Rode jas" }))
            .await
            .ok();
        let scope = server.desk.scope(&operator).await.unwrap();
        let id: ActionId = text(&draft["id"]).parse().unwrap();
        let photo = server
            .desk
            .add_photo(&scope, id, 1, picture().into())
            .await
            .unwrap();
        server.token(Operator, &format!("south-{side}")).await;
        let administrator = server.token(Administrator, "unit").await;
        let accounts = server.get("/accounts", &administrator).await.ok();
        let spare = accounts
            .as_array()
            .unwrap()
            .iter()
            .find(|account| account["username"] == json!(format!("operator.south-{side}")));
        Self {
            region: region(&format!("south-{side}")),
            draft: text(&draft["id"]),
            started: text(&started["id"]),
            wave: text(&wave["wave"]),
            tip: text(&tip["id"]),
            photo: photo.to_string(),
            account: text(&spare.unwrap()["id"]),
            device: String::new(),
        }
    }

    fn path(&self, method: &str, template: &str) -> String {
        let id = match template {
            path if path.starts_with("/accounts/") => &self.account,
            path if path.starts_with("/regions/") => &self.region,
            path if path.starts_with("/photos/") => &self.photo,
            path if path.starts_with("/tips/") => &self.tip,
            path if path.starts_with("/participants/me/devices/") => &self.device,
            path if path.contains("/waves/") || path.contains("/me/actions/") => &self.started,
            _ => &self.draft,
        };
        let path = template
            .replace("{id}", id)
            .replace("{wave}", &self.wave)
            .replace("{photo}", &self.photo);
        let path = path
            .replace("{reference}", "AAAA")
            .replace("{verification}", &self.draft);
        match (method, template) {
            ("GET", "/actions") => format!("{path}?region={}", self.region),
            ("GET", "/statistics") => {
                format!(
                    "{path}?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&region={}",
                    self.region
                )
            }
            ("DELETE", "/actions/{id}/photos/{photo}") => format!("{path}?version=99"),
            ("POST", "/regions") => format!("{path}?kind=neighbourhood&default_parent={}", self.region),
            _ => path,
        }
    }

    /// A body that is right in form; where it names a version, it is one that nobody has seen.
    fn body(&self, method: &str, template: &str, cell: usize) -> Option<Value> {
        let texts = calm(0.0)["texts"].clone();
        Some(match (method, template) {
            ("POST", "/sessions") => json!({ "username": "nobody", "password": "wrong" }),
            ("PUT", "/me/password") => {
                json!({ "current_password": "wrong", "new_password": "vier losse woorden hier" })
            }
            ("POST", "/accounts") => json!({
                "username": format!("new.{cell}"), "name": "N. Nieuw", "role": "operator", "region": self.region,
            }),
            ("PATCH", "/accounts/{id}" | "/participants/me") => json!({}),
            ("PUT", "/accounts/{id}/training") => json!({ "trained_until": null }),
            ("POST", "/regions") => json!({ "type": "FeatureCollection", "features": [{
                "type": "Feature",
                "properties": { "name": format!("n{cell}") },
                "geometry": { "type": "Polygon", "coordinates": [[[5.1, 52.1], [5.2, 52.1], [5.2, 52.2], [5.1, 52.1]]] },
            }] }),
            ("POST", "/reach") => json!({ "area": calm(0.0)["area"], "kind": "witness_call" }),
            ("POST", "/texts") => json!({ "kind": "witness_call", "description": {} }),
            ("POST", "/actions") => calm(0.0),
            ("PUT", "/actions/{id}") => json!({ "version": 99, "draft": calm(0.0) }),
            ("POST", "/actions/{id}/expand") => json!({ "version": 99, "area": calm(0.0)["area"] }),
            ("POST", "/actions/{id}/update") => json!({ "version": 99, "texts": texts }),
            ("POST", "/actions/{id}/close") => json!({ "version": 99, "outcome": "not_resolved" }),
            (
                "POST",
                "/actions/{id}/tips" | "/alerts/{reference}/tips" | "/participants/me/actions/{id}/tips",
            ) => {
                json!({ "text": "Rode jas" })
            }
            ("PATCH", "/tips/{id}") => json!({ "version": 99, "mark": "seen" }),
            ("POST", "/tips/{id}/notes") => json!({ "note": "gebeld" }),
            ("POST", "/registrations") => registration(&format!("r{cell}@example.org")),
            ("POST", path) if path.ends_with("/confirm") => json!({ "code": "000000" }),
            ("POST", "/participant-sessions" | "/participants/me/addresses") => {
                json!({ "address": format!("a{cell}@example.org") })
            }
            ("PUT", "/participants/me/places") => json!({ "places": registration("")["places"] }),
            ("POST", "/participants/me/devices") => json!({ "kind": "fcm", "token": format!("t{cell}") }),
            (
                "POST",
                "/actions/{id}/start"
                | "/actions/{id}/pause"
                | "/actions/{id}/resume"
                | "/actions/{id}/withdraw",
            ) => json!({ "version": 99 }),
            _ => return None,
        })
    }
}

fn region(code: &str) -> String {
    oproep::storage::testing::regions::region_id(code).to_string()
}

fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::new(8, 8);
    image
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("memory takes a picture");
    file.into_inner()
}

/// Where a role works in the west.
const fn home(role: Role) -> &'static str {
    match role {
        MunicipalAmbassador => "south-west",
        BaseTeamAmbassador => "team-west",
        _ => "west",
    }
}

struct Asker<'a> {
    server: &'a TestServer,
    cells: usize,
}

impl Asker<'_> {
    /// The status of an operation on what lies in this part.
    async fn ask(&mut self, operation: (&str, &str), part: &Part, token: &str) -> u16 {
        let (method, template) = operation;
        self.cells += 1;
        let mut path = part.path(method, template);
        if template == "/sessions/{id}" {
            let sessions = self.server.get("/sessions", token).await.body;
            let current = sessions
                .as_array()
                .into_iter()
                .flatten()
                .find(|one| one["is_current"] == true);
            path = format!(
                "/sessions/{}",
                current.map_or(part.draft.as_str(), |one| one["id"].as_str().unwrap())
            );
        }
        let mut request = self
            .server
            .request(method.parse::<Method>().unwrap(), &path, token);
        if let Some(body) = part.body(method, template, self.cells) {
            request = request.json(&body);
        }
        if template == "/actions/{id}/photos" {
            let form = "--e\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n99\r\n--e\r\n\
                content-disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nx\r\n--e--\r\n";
            request = request
                .header("content-type", "multipart/form-data; boundary=e")
                .body(form);
        }
        let answer = request.send().await.expect("the server answers");
        answer.status().as_u16()
    }
}

const REFUSED: [u16; 3] = [401, 403, 404];

#[tokio::test]
async fn what_is_not_listed_is_refused() {
    let server = TestServer::start(
        oproep::storage::testing::TestDatabase::sqlite().await,
        |settings| {
            let free = oproep::web::rate::Rate {
                burst: 100_000,
                every_ms: 1,
            };
            settings.rates.sign_in_by_address = free;
            settings.rates.code_by_address = free;
            settings.rates.tip_by_address = free;
        },
    )
    .await;
    let mut west = Part::new(&server, "west", 0.0).await;
    let east = Part::new(&server, "east", 10.0).await;
    let mut asker = Asker {
        server: &server,
        cells: 0,
    };
    let mut wrong = Vec::new();
    for (method, template, who) in OPERATIONS {
        let operation = (*method, *template);
        let mut expect = |name: String, status: u16, allowed: bool| {
            let right = if allowed {
                !REFUSED.contains(&status) && status < 500
            } else {
                REFUSED.contains(&status)
            };
            if !right {
                wrong.push(format!(
                    "{method} {template} by {name}: {status}, allowed: {allowed}"
                ));
            }
        };
        if matches!(who, Anyone) {
            let status = asker.ask(operation, &west, "").await;
            // A link or a code that is none is refused like anything unknown.
            let allowed = status < 500 && status != 403;
            expect("anyone".to_owned(), if allowed { 200 } else { status }, true);
            continue;
        }
        expect("nobody".to_owned(), asker.ask(operation, &west, "").await, false);
        let citizen = server
            .citizen(&format!("citizen{}@example.org", asker.cells))
            .await;
        if *template == "/participants/me/devices/{id}" {
            let registered = json!({ "kind": "fcm", "token": "d" });
            let device = server
                .post("/participants/me/devices", &citizen, &registered)
                .await
                .ok();
            west.device = device["id"].as_str().unwrap().to_owned();
        }
        let status = asker.ask(operation, &west, &citizen).await;
        expect("a participant".to_owned(), status, matches!(who, Citizens));
        for role in Role::ALL {
            let token = server.token(role, home(role)).await;
            let listed = match who {
                Staff(roles) | Inside(roles) => roles.contains(&role),
                Anyone | Citizens => false,
            };
            expect(
                role.to_string(),
                asker.ask(operation, &west, &token).await,
                listed,
            );
            if matches!(who, Inside(_)) {
                let status = asker.ask(operation, &east, &token).await;
                expect(format!("{role} from elsewhere"), status, false);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cells:\n{}",
        wrong.len(),
        asker.cells,
        wrong.join("\n")
    );
}

#[tokio::test]
async fn what_is_urgent_is_sent_by_operators_alone() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Operator, "west").await;
    let mut urgent = calm(0.0);
    urgent["kind"] = json!("burglary");
    let made = server.post("/actions", &operator, &urgent).await.ok();
    let part = Part {
        draft: made["id"].as_str().unwrap().to_owned(),
        region: String::new(),
        started: String::new(),
        wave: String::new(),
        tip: String::new(),
        photo: String::new(),
        account: String::new(),
        device: String::new(),
    };
    let mut asker = Asker {
        server: &server,
        cells: 0,
    };
    for role in Role::ALL {
        let token = server.token(role, home(role)).await;
        for step in ["start", "expand", "update", "pause", "resume", "stop", "close"] {
            let template = format!("/actions/{{id}}/{step}");
            let status = asker.ask(("POST", &template), &part, &token).await;
            assert_eq!(
                REFUSED.contains(&status),
                role != Operator,
                "{step} by {role}: {status}"
            );
        }
        let change = json!({ "version": 99, "draft": urgent });
        let path = format!("/actions/{}", part.draft);
        let status = server
            .send(Method::PUT, &path, &token, &change)
            .await
            .status
            .as_u16();
        let prepares = [Operator, VolunteerOperator].contains(&role);
        assert_eq!(
            REFUSED.contains(&status),
            !prepares,
            "a change by {role}: {status}"
        );
    }
}

#[tokio::test]
async fn a_session_that_ended_opens_nothing_any_more() {
    let server = TestServer::sqlite().await;
    let administrator = server.token(Administrator, "unit").await;
    let operator = server.token(Operator, "west").await;
    let id = server.get("/me", &operator).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let disable = json!({ "is_enabled": false });
    server
        .send(
            Method::PATCH,
            &format!("/accounts/{id}"),
            &administrator,
            &disable,
        )
        .await
        .ok();
    assert_eq!(server.get("/me", &operator).await.status, 401);
    tokio::time::timeout(Duration::from_secs(30), server.stop())
        .await
        .expect("it stops");
}
