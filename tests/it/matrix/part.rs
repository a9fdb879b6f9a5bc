//! What the operations are tried on.

use bytes::Bytes;
use oproep::desk::Scope;
use oproep::desk::accounts::keys::NewKey;
use oproep::desk::notices::Taken;
use oproep::domain::id::{AccountId, ActionId, OverrideId, TipId};
use oproep::domain::key_rights::KeyRight;
use oproep::domain::role::Role::{Administrator, Operator};
use oproep::domain::tip::TipContent;
use oproep::storage::overrides::Override;
use oproep::storage::testing::regions::region_id;
use serde_json::{Value, json};

use crate::participants::registration;
use crate::server::TestServer;

/// What lies in one part of the territory.
#[derive(Clone)]
pub struct Part {
    urgent: bool,
    pub region: String,
    pub draft: String,
    pub started: String,
    wave: String,
    tip: String,
    overridden: String,
    photo: String,
    video: String,
    account: String,
    webhook: String,
    notice: String,
    allowed: String,
    session: String,
    key: String,
    pub device: String,
}

/// Two seconds of film from a telephone.
pub const FILM: &[u8] = include_bytes!("../../../src/domain/video/samples/phone.mp4");

/// An action, `east` steps from the west.
pub fn draft(urgent: bool, east: f64) -> Value {
    json!({
        "kind": if urgent { "burglary" } else { "witness_call" },
        "area": { "type": "Circle", "coordinates": [5.1214 + (east + 4.0) * 0.00146, 52.0907 + 0.0018], "radius_m": 150 },
        "texts": {
            "nl": { "title": "Getuigen gezocht", "body": "Zag u iets bij de brug?" },
            "en": { "title": "Witnesses wanted", "body": "Did you see anything at the bridge?" }
        }
    })
}

impl Part {
    pub async fn new(server: &TestServer, side: &str, urgent: bool) -> Self {
        let east = if side == "west" { 0.0 } else { 10.0 };
        let operator = server.token(Operator, side).await;
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let content = draft(urgent, east);
        let draft = server.post("/actions", &operator, &content).await.ok();
        let started = server.post("/actions", &operator, &content).await.ok();
        assert_eq!(
            draft["region"],
            json!(region(&format!("south-{side}"))),
            "the test's areas lie in the south"
        );
        // One like it may run already.
        let start = json!({ "version": 1, "confirmed": ["duplicate_running"] });
        let path = |step: &str| format!("/actions/{}/{step}", text(&started["id"]));
        let wave = server.post(&path("start"), &operator, &start).await.ok();
        let tip = server
            .post(&path("tips"), &operator, &json!({ "text": "Rode jas" }))
            .await
            .ok();
        record(server, text(&tip["id"]).parse().unwrap()).await;
        let scope = server.desk.scope(&operator).await.unwrap();
        let id: ActionId = text(&draft["id"]).parse().unwrap();
        let photo = server
            .desk
            .add_photo(&scope, id, 1, picture().into())
            .await
            .unwrap();
        let video = film(server, &scope, text(&started["id"]).parse().unwrap()).await;
        server.token(Operator, &format!("south-{side}")).await;
        let administrator = server.token(Administrator, "unit").await;
        let accounts = server.get("/accounts", &administrator).await.ok();
        let number = format!("030-{:07}", if urgent { 1_000_000 } else { 2_000_000 });
        let allowed = json!({ "number": number, "region": region(&format!("south-{side}")) });
        let allowed = server.post("/register", &administrator, &allowed).await.ok();
        let spare = accounts
            .as_array()
            .unwrap()
            .iter()
            .find(|account| account["username"] == json!(format!("operator.south-{side}")));
        let notice = notice(server, &format!("south-{side}"), &format!("{urgent}")).await;
        let hears = webhook(&format!("south-{side}"));
        let hears = server.post("/webhooks", &administrator, &hears).await.ok();
        let account = text(&spare.unwrap()["id"]);
        let sessions = server
            .get(&format!("/accounts/{account}/sessions"), &administrator)
            .await
            .ok();
        let new = NewKey {
            name: format!("System {side}"),
            rights: [KeyRight::ReadActions].into_iter().collect(),
            region: region_id(&format!("south-{side}")),
            expires_at: None,
            rate_per_minute: None,
        };
        let machine = server.desk.machine_scope(None);
        let key = server.desk.create_key(&machine, new).await.unwrap().key;
        Self {
            urgent,
            region: region(&format!("south-{side}")),
            draft: text(&draft["id"]),
            started: text(&started["id"]),
            wave: text(&wave["wave"]),
            tip: text(&tip["id"]),
            overridden: overridden(server, side, &text(&started["id"])).await,
            photo: photo.to_string(),
            video,
            webhook: text(&hears["id"]),
            notice,
            allowed: text(&allowed["id"]),
            account,
            session: text(&sessions[0]["id"]),
            key: key.id.to_string(),
            device: String::new(),
        }
    }

    /// The path of an operation on what lies here.
    pub fn path(&self, method: &str, template: &str) -> String {
        let id = match template {
            path if path.starts_with("/accounts/") => &self.account,
            path if path.starts_with("/keys/") => &self.key,
            path if path.starts_with("/regions/") => &self.region,
            path if path.starts_with("/webhooks/") => &self.webhook,
            path if path.starts_with("/notices/") => &self.notice,
            path if path.starts_with("/register/") => &self.allowed,
            path if path.starts_with("/photos/") => &self.photo,
            path if path.starts_with("/tips/") => &self.tip,
            path if path.starts_with("/overrides/") => &self.overridden,
            path if path.starts_with("/videos/") => &self.video,
            path if path.starts_with("/participants/me/devices/") => &self.device,
            path if path.contains("/waves/") || path.contains("/me/actions/") => &self.started,
            _ => &self.draft,
        };
        let path = template
            .replace("{id}", id)
            .replace("{session}", &self.session)
            .replace("{token}", "AAAA")
            .replace("{wave}", &self.wave)
            .replace("{photo}", &self.photo);
        let path = path
            .replace("{reference}", "AAAA")
            .replace("{kind}", "burglary")
            .replace("{verification}", &self.draft);
        match (method, template) {
            ("GET", "/actions" | "/corrections" | "/wordings") => format!("{path}?region={}", self.region),
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

    /// The same, with the action that runs in place of the draft.
    pub fn running(&self) -> Self {
        Self {
            draft: self.started.clone(),
            ..self.clone()
        }
    }

    /// A body that is right in form; where it names a version, it is one that nobody has seen.
    pub fn body(&self, method: &str, template: &str, cell: usize) -> Option<Value> {
        let draft = draft(self.urgent, 0.0);
        Some(match (method, template) {
            ("POST", "/sessions") => json!({ "username": "nobody", "password": "wrong" }),
            ("PUT", "/me/password") => {
                json!({ "current_password": "wrong", "new_password": "vier losse woorden hier" })
            }
            (
                "POST",
                "/sessions/current/proof" | "/me/second-proof/confirm" | "/me/second-proof/recovery-codes",
            )
            | ("DELETE", "/me/second-proof") => {
                json!({ "code": "000000" })
            }
            ("POST", "/invitations/{token}") => json!({ "password": "vier losse woorden hier" }),
            ("POST", "/account-invitations") => json!({
                "username": format!("invited.{cell}"), "name": "N. Nieuw", "email": format!("i{cell}@example.org"),
                "role": "operator", "region": self.region,
            }),
            ("POST", "/keys") => {
                json!({ "name": "Systeem", "rights": ["actions:read"], "region": self.region })
            }
            ("POST", "/accounts") => json!({
                "username": format!("new.{cell}"), "name": "N. Nieuw", "role": "operator", "region": self.region,
            }),
            ("PATCH", "/accounts/{id}" | "/participants/me" | "/webhooks/{id}")
            | ("POST", "/notices/{id}/draft" | "/webhooks/{id}/key" | "/actions/{id}/correct") => json!({}),
            ("POST", "/webhooks") => json!({
                "url": "https://hears.example/", "name": "Hoort", "region": self.region,
            }),
            ("POST", "/webhooks/{id}/replay") => json!({ "since": "2026-01-01T00:00:00Z" }),
            ("PUT", "/accounts/{id}/training") => json!({ "trained_until": null }),
            ("POST", "/regions") => json!({ "type": "FeatureCollection", "features": [{
                "type": "Feature",
                "properties": { "name": format!("n{cell}") },
                "geometry": { "type": "Polygon", "coordinates": [[[5.1, 52.1], [5.2, 52.1], [5.2, 52.2], [5.1, 52.1]]] },
            }] }),
            ("POST", "/reach") => json!({ "area": draft["area"], "kind": draft["kind"] }),
            ("POST", "/texts") => json!({ "kind": draft["kind"], "description": {} }),
            ("POST", "/actions" | "/checks") => draft,
            ("POST", "/actions/{id}/checks") => json!({ "wave": "update", "texts": draft["texts"] }),
            ("POST", "/search-areas") => json!({
                "kind": draft["kind"], "from": draft["area"]["coordinates"], "means": "on_foot",
                "seen_at": "2026-03-01T13:40:00Z",
            }),
            ("POST", "/register") => json!({ "number": format!("030-3{cell:06}"), "region": self.region }),
            ("PUT", "/corrections/{kind}") => json!({ "region": self.region, "texts": draft["texts"] }),
            ("PUT", "/wordings/{kind}") => json!({ "region": self.region, "texts": {
                "nl": { "title": "[titel]", "body": "[signalement] Kijk goed om u heen." },
                "en": { "title": "[title]", "body": "[description] Look around you carefully." },
            } }),
            ("PUT", "/actions/{id}") => json!({ "version": 99, "draft": draft }),
            ("POST", "/actions/{id}/approve") => json!({ "version": 99, "audience": 1 }),
            ("POST", "/actions/{id}/return" | "/actions/{id}/refuse") => {
                json!({ "version": 99, "reason": "Noem de kleur." })
            }
            ("POST", "/actions/{id}/expand") => json!({ "version": 99, "area": draft["area"] }),
            ("POST", "/actions/{id}/update") => json!({ "version": 99, "texts": draft["texts"] }),
            ("POST", "/actions/{id}/close") => json!({ "version": 99, "outcome": "not_resolved" }),
            (
                "POST",
                "/actions/{id}/tips" | "/alerts/{reference}/tips" | "/participants/me/actions/{id}/tips",
            ) => {
                json!({ "text": "Rode jas" })
            }
            ("POST", "/alerts/{reference}/searches") => json!({ "what": "Mijn tuin" }),
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
                | "/actions/{id}/submit"
                | "/actions/{id}/take-back"
                | "/actions/{id}/send-now"
                | "/actions/{id}/pause"
                | "/actions/{id}/resume"
                | "/actions/{id}/withdraw",
            ) => json!({ "version": 99 }),
            _ => return None,
        })
    }
}

/// A start over a limit, by somebody who asks for nothing here.
async fn overridden(server: &TestServer, side: &str, action: &str) -> String {
    let parts = server.desk.parts_for_tests();
    let now = server.desk.now();
    let new = Override {
        id: OverrideId::new(now, &parts.random),
        action: action.parse().expect("an id"),
        region: region_id(&format!("south-{side}")),
        account: AccountId::new(now, &parts.random),
        limit: "limit_account_hour".to_owned(),
        reason: "Drie branden tegelijk.".to_owned(),
        happened_at: now,
        told_at: None,
        seen: None,
    };
    let mut tx = parts.store.write().await.expect("the database writes");
    tx.insert_override(&parts.keys, &new, Vec::new())
        .await
        .expect("it is stored");
    tx.commit().await.expect("the database commits");
    new.id.to_string()
}

/// The id of a film that a participant sent about an action.
async fn film(server: &TestServer, scope: &Scope, action: ActionId) -> String {
    let says = TipContent {
        text: "Zie film".to_owned(),
        ..TipContent::default()
    };
    let files = vec![Bytes::from_static(FILM)];
    let sent = server
        .desk
        .submit_tip_as_participant(1, action, says, files)
        .await;
    let view = server.desk.tip(scope, sent.unwrap().tip).await.unwrap();
    view.videos[0].id.to_string()
}

/// What another system alerted of, for a region.
pub async fn notice(server: &TestServer, code: &str, identifier: &str) -> String {
    let alert = format!(
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>{code}-{identifier}</identifier><sender>a</sender>\
        <sent>2026-03-01T15:02:00+01:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
        <info><language>nl</language><category>Met</category><event>Storm</event><urgency>Immediate</urgency>\
        <severity>Severe</severity><certainty>Observed</certainty><area><areaDesc>Hier</areaDesc>\
        <circle>52.0925,5.1273 0.3</circle></area></info></alert>"
    );
    let alert = oproep::cap::read::read(alert.as_bytes()).expect("an alert");
    let region = oproep::storage::testing::regions::region_id(code);
    match server.desk.take_alert("test", region, alert).await.unwrap() {
        Taken::Stored { id, .. } => id.to_string(),
        Taken::Known => panic!("it came before"),
    }
}

/// Another system that hears of a region.
fn webhook(code: &str) -> Value {
    json!({ "url": "https://hears.example/", "name": "Hoort", "region": region(code) })
}

/// Lets a tip have a recording.
async fn record(server: &TestServer, tip: TipId) {
    let (parts, now) = (server.desk.parts_for_tests(), server.desk.now());
    let mut tx = parts.store.write().await.expect("the database writes");
    tx.insert_recording(&parts.keys, tip, "https://exchange.example/RE1", now)
        .await
        .expect("it is stored");
    tx.keep_recording(&parts.keys, tip, "audio/mpeg", b"ID3", now)
        .await
        .expect("it is stored");
    tx.commit().await.expect("the database commits");
}

/// The id of the region of this code.
fn region(code: &str) -> String {
    region_id(code).to_string()
}

/// A small photo.
pub fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::new(8, 8);
    image
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("memory takes a picture");
    file.into_inner()
}
