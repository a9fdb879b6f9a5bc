//! For every POST that makes or changes something a call that does, with all that it needs.

use oproep::desk::accounts::NewAccount;
use oproep::desk::testing::PASSWORD;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::role::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::matrix::part::{Part, draft, notice, picture};
use crate::participants::registration;
use crate::second_proof::{enrol, next_code, secret};
use crate::server::{Answer, TestServer};

/// What is sent.
pub enum Content {
    /// Nothing.
    None,
    /// This, and what differs from it.
    Json(Value, Value),
    /// A form with a photo, at this version; another photo differs.
    Photo,
}

/// A call that will do what it is for.
pub struct Call {
    path: String,
    token: String,
    pub content: Content,
}

impl Call {
    fn new(path: impl Into<String>, token: &str, body: Value, other: Value) -> Self {
        Self {
            path: path.into(),
            token: token.to_owned(),
            content: Content::Json(body, other),
        }
    }

    pub fn request(&self, server: &TestServer, key: &str, other: bool) -> RequestBuilder {
        let request = server.request(Method::POST, &self.path, &self.token);
        let request = request.header("idempotency-key", key);
        match &self.content {
            Content::None => request,
            Content::Json(body, different) => request.json(if other { different } else { body }),
            Content::Photo => {
                let mut form = b"--e\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n1\r\n--e\r\n\
                    content-disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n"
                    .to_vec();
                form.extend(picture());
                form.extend(if other { b"x" as &[u8] } else { b"" });
                form.extend(b"\r\n--e--\r\n");
                request
                    .header("content-type", "multipart/form-data; boundary=e")
                    .body(form)
            }
        }
    }

    pub async fn send(&self, server: &TestServer, key: &str, other: bool) -> Answer {
        Answer::of(self.request(server, key, other).send().await).await
    }
}

fn id(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

/// The path of a confirmation, and the code that was sent.
async fn code(server: &TestServer, under: &str, sent: &Value, email: &str) -> (String, Value) {
    let code = server.outbox.code(&Endpoint::Mailbox(email.to_owned())).await;
    let verification = sent["verification"].as_str().expect("a verification");
    (format!("{under}/{verification}/confirm"), json!({ "code": code }))
}

/// Somebody who was invited: the account, and the token of the link.
async fn invited(server: &TestServer, username: &str) -> (String, String) {
    let machine = server.desk.machine_scope(None);
    let new = NewAccount {
        username: username.to_owned(),
        name: "N. Nieuw".to_owned(),
        role: Role::Operator,
        region: machine.region,
        trained_until: None,
        password: None,
    };
    let invited = server
        .desk
        .invite_account(&machine, new, "n@example.org", Language::Nl);
    let invited = invited.await.expect("the account is made");
    let link = invited.link.expect("the machine is told the link");
    let token = link.rsplit('/').next().expect("a token");
    (invited.id.to_string(), token.to_owned())
}

/// Prepares a call of this operation.
#[expect(clippy::too_many_lines, reason = "one entry an operation")]
pub async fn prepared(server: &TestServer, template: &str) -> Call {
    let operator = server.token(Role::Operator, "unit").await;
    let administrator = server.token(Role::Administrator, "unit").await;
    let made = id(&server.post("/actions", &operator, &draft(true, 0.0)).await.ok());
    let step = |name: &str| format!("/actions/{made}/{name}");
    let version = |number: u32| json!({ "version": number });
    let with = |number: u32, name: &str, value: Value| json!({ "version": number, name: value });
    let needs_start = [
        "expand", "update", "pause", "resume", "stop", "close", "correct", "tips", "notes", "searches",
    ];
    if needs_start.iter().any(|name| template.ends_with(name)) {
        // One like it runs already for every call that was prepared before.
        let start = json!({ "version": 1, "confirmed": ["duplicate_running"] });
        server.post(&step("start"), &operator, &start).await.ok();
    }
    let (tip, other_tip) = (json!({ "text": "Rode jas" }), json!({ "text": "Groene jas" }));
    match template {
        "/sessions" => {
            let typed = |password| json!({ "username": "operator.unit", "password": password });
            Call::new(template, "", typed(PASSWORD), typed("vier losse woorden hier"))
        }
        "/accounts" => {
            let region = server.get("/me", &operator).await.ok()["region"].clone();
            let new = |name: &str| json!({ "username": name, "name": "N. Nieuw", "role": "operator", "region": region });
            Call::new(template, &administrator, new("new.one"), new("new.two"))
        }
        "/account-invitations" => {
            let region = server.get("/me", &operator).await.ok()["region"].clone();
            let new = |name: &str| {
                json!({
                    "username": name, "name": "N. Nieuw", "email": "n@example.org", "role": "operator", "region": region,
                })
            };
            Call::new(template, &administrator, new("new.three"), new("new.four"))
        }
        "/accounts/{id}/invitation" => {
            let (account, _) = invited(server, "again").await;
            Call {
                path: format!("/accounts/{account}/invitation"),
                token: administrator,
                content: Content::None,
            }
        }
        "/invitations/{token}" => {
            let (_, token) = invited(server, "joining").await;
            let typed = |password: &str| json!({ "password": password });
            let path = format!("/invitations/{token}");
            Call::new(path, "", typed(PASSWORD), typed("vier losse woorden hier"))
        }
        "/keys" => {
            let region = server.get("/me", &operator).await.ok()["region"].clone();
            let new = |name: &str| json!({ "name": name, "rights": ["actions:read"], "region": region });
            Call::new(template, &administrator, new("een"), new("ander"))
        }
        "/me/second-proof" => Call {
            path: template.to_owned(),
            token: server.token(Role::Coordinator, "west").await,
            content: Content::None,
        },
        "/me/second-proof/confirm" => {
            let token = server.token(Role::Coordinator, "east").await;
            let told = server.post("/me/second-proof", &token, &json!({})).await.ok();
            let secret = secret(told["secret"].as_str().expect("a secret"));
            let code = |code: String| json!({ "code": code });
            let right = code(secret.code_at(server.desk.now()));
            Call::new(template, &token, right, code("000000".to_owned()))
        }
        "/sessions/current/proof" => {
            let token = server.token(Role::VolunteerOperator, "east").await;
            let (secret, _) = enrol(server, &token).await;
            let right = json!({ "code": next_code(server, &secret) });
            Call::new(template, &token, right, json!({ "code": "000000" }))
        }
        "/me/second-proof/recovery-codes" => {
            let token = server.token(Role::DistrictAmbassador, "east").await;
            let (_, codes) = enrol(server, &token).await;
            let code = |code: &str| json!({ "code": code });
            Call::new(template, &token, code(&codes[0]), code("000000"))
        }
        "/accounts/{id}/password" => {
            let forgetful = server.token(Role::Coordinator, "unit").await;
            let account = id(&server.get("/me", &forgetful).await.ok());
            Call {
                path: format!("/accounts/{account}/password"),
                token: administrator,
                content: Content::None,
            }
        }
        "/regions" => {
            let file = |name: &str| json!({ "type": "FeatureCollection", "name": name, "features": [] });
            let path = "/regions?kind=neighbourhood";
            Call::new(path, &administrator, file("a"), file("b"))
        }
        "/actions" => Call::new(template, &operator, draft(true, 0.0), draft(true, 1.0)),
        "/actions/{id}/submit" => Call::new(step("submit"), &operator, version(1), version(2)),
        "/actions/{id}/approve" => {
            server.post(&step("submit"), &operator, &version(1)).await.ok();
            let second = server.token(Role::Operator, "west").await;
            let seen = server.get(&format!("/actions/{made}"), &second).await.ok();
            let audience = |add| {
                let audience = seen["review"]["audience"].as_u64().expect("it was counted") + add;
                with(2, "audience", json!(audience))
            };
            Call::new(step("approve"), &second, audience(0), audience(1))
        }
        "/actions/{id}/return" | "/actions/{id}/refuse" => {
            server.post(&step("submit"), &operator, &version(1)).await.ok();
            let path = template.replace("{id}", &made);
            let reason = |text: &str| with(2, "reason", json!(text));
            Call::new(path, &operator, reason("Noem de kleur."), reason("Te groot."))
        }
        "/actions/{id}/take-back" | "/actions/{id}/send-now" => {
            let mut held = draft(true, 0.0);
            held["kind"] = json!("robbery");
            let held = id(&server.post("/actions", &operator, &held).await.ok());
            let step = |name: &str| format!("/actions/{held}/{name}");
            let start = with(1, "confirmed", json!(["duplicate_running"]));
            server.post(&step("start"), &operator, &start).await.ok();
            let path = template.replace("{id}", &held);
            Call::new(path, &operator, version(2), version(3))
        }
        "/overrides/{id}/seen" => {
            let part = Part::new(server, "west", true).await;
            Call {
                path: part.path("POST", template),
                token: administrator,
                content: Content::None,
            }
        }
        "/actions/{id}/start" => {
            let start = |number: u32| with(number, "confirmed", json!(["duplicate_running"]));
            Call::new(step("start"), &operator, start(1), start(2))
        }
        "/actions/{id}/correct" => {
            let texts = draft(true, 0.0)["texts"].clone();
            Call::new(step("correct"), &operator, json!({}), json!({ "texts": texts }))
        }
        "/register" => {
            let number = |number: &str| json!({ "number": number });
            Call::new(
                template,
                &administrator,
                number("030-1234567"),
                number("030-7654321"),
            )
        }
        "/actions/{id}/expand" => {
            let area = |east| with(2, "area", draft(true, east)["area"].clone());
            Call::new(step("expand"), &operator, area(5.0), area(6.0))
        }
        "/actions/{id}/update" => {
            let texts = draft(true, 0.0)["texts"].clone();
            let mut others = texts.clone();
            others["nl"]["body"] = json!("Het is een blauwe auto.");
            let news = |texts| with(2, "texts", texts);
            Call::new(step("update"), &operator, news(texts), news(others))
        }
        "/actions/{id}/pause" => Call::new(step("pause"), &operator, version(2), version(3)),
        "/actions/{id}/resume" => {
            server.post(&step("pause"), &operator, &version(2)).await.ok();
            Call::new(step("resume"), &operator, version(3), version(4))
        }
        "/actions/{id}/stop" => Call {
            path: step("stop"),
            token: operator,
            content: Content::None,
        },
        "/actions/{id}/withdraw" => Call::new(step("withdraw"), &operator, version(1), version(2)),
        "/actions/{id}/close" => {
            let outcome = |name: &str| with(2, "outcome", json!(name));
            let (one, other) = (outcome("not_resolved"), outcome("resolved_otherwise"));
            Call::new(step("close"), &operator, one, other)
        }
        "/actions/{id}/photos" => Call {
            path: step("photos"),
            token: operator,
            content: Content::Photo,
        },
        "/actions/{id}/tips" => Call::new(step("tips"), &operator, tip, other_tip),
        "/tips/{id}/notes" => {
            let tip = id(&server.post(&step("tips"), &operator, &tip).await.ok());
            let note = |text: &str| json!({ "note": text });
            Call::new(
                format!("/tips/{tip}/notes"),
                &operator,
                note("gebeld"),
                note("gemaild"),
            )
        }
        "/alerts/{reference}/tips" => {
            let sent = server.outbox.find(|sent| sent.link.is_some()).await.link;
            let sent = sent.expect("a link");
            let reference = sent.rsplit('/').next().expect("a reference");
            Call::new(format!("/alerts/{reference}/tips"), "", tip, other_tip)
        }
        "/alerts/{reference}/searches" => {
            let sent = server.outbox.find(|sent| sent.link.is_some()).await.link;
            let sent = sent.expect("a link");
            let reference = sent.rsplit('/').next().expect("a reference");
            let what = |text: &str| json!({ "what": text });
            let path = format!("/alerts/{reference}/searches");
            Call::new(path, "", what("Mijn tuin"), what("De schuur"))
        }
        "/registrations" => {
            let (one, other) = ("een@example.org", "ander@example.org");
            Call::new(template, "", registration(one), registration(other))
        }
        "/registrations/{verification}/confirm" => {
            let email = "bevestigd@example.org";
            let sent = server.post("/registrations", "", &registration(email)).await.ok();
            let (path, right) = code(server, "/registrations", &sent, email).await;
            Call::new(path, "", right, json!({ "code": "12345" }))
        }
        "/participant-sessions" => {
            let address = |name: &str| json!({ "address": format!("{name}@example.org") });
            Call::new(template, "", address("p1"), address("p2"))
        }
        "/participant-sessions/{verification}/confirm" => {
            let email = "p3@example.org";
            let asked = json!({ "address": email });
            let sent = server.post("/participant-sessions", "", &asked).await.ok();
            let (path, right) = code(server, "/participant-sessions", &sent, email).await;
            Call::new(path, "", right, json!({ "code": "12345" }))
        }
        "/participants/me/addresses" => {
            let citizen = server.citizen("adres@example.org").await;
            let address = |name: &str| json!({ "address": format!("{name}@example.org") });
            Call::new(template, &citizen, address("nieuw"), address("nieuwer"))
        }
        "/participants/me/devices" => {
            let citizen = server.citizen("toestel@example.org").await;
            let device = |token: &str| json!({ "kind": "fcm", "token": token });
            Call::new(template, &citizen, device("a"), device("b"))
        }
        "/participants/me/actions/{id}/tips" => {
            let citizen = server.citizen("tip@example.org").await;
            let path = format!("/participants/me{}", step("tips"));
            Call::new(path, &citizen, tip, other_tip)
        }
        "/notices/{id}/draft" => {
            let notice = notice(server, "south-west", template).await;
            let kind = |name: &str| json!({ "kind": name });
            let path = format!("/notices/{notice}/draft");
            Call::new(path, &operator, kind("other"), kind("theft"))
        }
        "/notices/{id}/dismiss" => {
            let notice = notice(server, "south-west", template).await;
            Call {
                path: format!("/notices/{notice}/dismiss"),
                token: operator,
                content: Content::None,
            }
        }
        path if path.starts_with("/webhooks") => {
            let new = |name: &str| json!({ "url": "https://hears.example/", "name": name });
            if path == "/webhooks" {
                return Call::new(path, &administrator, new("een"), new("ander"));
            }
            let hears = server.post("/webhooks", &administrator, &new("drie")).await.ok();
            let path = path.replace("{id}", &id(&hears));
            let since = |day: u8| json!({ "since": format!("2026-01-{day:02}T00:00:00Z") });
            if path.ends_with("/key") {
                let scheme = |name: &str| json!({ "scheme": name });
                Call::new(path, &administrator, scheme("shared"), scheme("key_pair"))
            } else if path.ends_with("/replay") {
                Call::new(path, &administrator, since(1), since(2))
            } else {
                Call {
                    path,
                    token: administrator,
                    content: Content::None,
                }
            }
        }
        _ => panic!("say here how POST {template} is called, or that it only computes"),
    }
}
