//! Codes of an app, invitations and the sessions of an account, as somebody meets them from outside.

use std::time::Duration;

use oproep::desk::testing::PASSWORD;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::role::Role;
use oproep::domain::totp::TotpSecret;
use reqwest::Method;
use serde_json::json;

use crate::server::TestServer;

/// The secret that was told in base 32 (RFC 4648), read by other code than wrote it.
pub fn secret(text: &str) -> TotpSecret {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("{text} is not base 32"),
        };
        buffer = buffer << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap());
        }
    }
    TotpSecret::from_bytes(bytes)
}

/// Sets up codes of an app for whoever has this token; answers the secret and the recovery codes.
pub async fn enrol(server: &TestServer, token: &str) -> (TotpSecret, Vec<String>) {
    let told = server.post("/me/second-proof", token, &json!({})).await.ok();
    let text = told["secret"].as_str().unwrap();
    assert!(told["uri"].as_str().unwrap().contains(text));
    let secret = secret(text);
    let code = json!({ "code": secret.code_at(server.desk.now()) });
    let answer = server.post("/me/second-proof/confirm", token, &code).await.ok();
    let codes = answer["recovery_codes"].as_array().unwrap();
    (
        secret,
        codes
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect(),
    )
}

/// The code of the step after the present one, which is taken too.
pub fn next_code(server: &TestServer, secret: &TotpSecret) -> String {
    secret.code_at(server.desk.now() + Duration::from_secs(30))
}

#[tokio::test]
async fn whoever_has_an_app_signs_in_with_its_code_or_a_recovery_code_and_not_without() {
    for server in TestServer::each().await {
        let token = server.token(Role::Operator, "unit").await;
        let (secret, recovery) = enrol(&server, &token).await;
        assert_eq!(recovery.len(), 10);
        let sign_in = async |password: &str, code: Option<&str>| {
            let body = json!({ "username": "operator.unit", "password": password, "code": code });
            server.post("/sessions", "", &body).await
        };
        let wrong = sign_in("vier losse woorden daar", None).await;
        let without = sign_in(PASSWORD, None).await;
        assert_eq!((wrong.status.as_u16(), without.status.as_u16()), (401, 401));
        assert_eq!(
            wrong.body["code"],
            json!(null),
            "nothing tells that there is a code"
        );
        assert_eq!(without.body["code"], "second_proof_needed");
        let code = next_code(&server, &secret);
        let session = sign_in(PASSWORD, Some(&code)).await.ok();
        let again = sign_in(PASSWORD, Some(&code)).await;
        assert_eq!(again.body["code"], "wrong_second_proof", "a code is used once");
        sign_in(PASSWORD, Some(&recovery[3].to_lowercase())).await.ok();
        let used = sign_in(PASSWORD, Some(&recovery[3])).await;
        assert_eq!(used.status.as_u16(), 401);
        let token = session["token"].as_str().unwrap();
        let removed = json!({ "code": recovery[4] });
        let answer = server
            .send(Method::DELETE, "/me/second-proof", token, &removed)
            .await;
        assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
        sign_in(PASSWORD, None).await.ok();
        server.stop().await;
    }
}

#[tokio::test]
async fn an_invitation_opens_an_account_once_by_the_link_in_the_mail() {
    for server in TestServer::each().await {
        let administrator = server.token(Role::Administrator, "unit").await;
        let region = server.get("/me", &administrator).await.ok()["region"].clone();
        let invitation = json!({
            "username": "nieuw", "name": "N. Nieuw", "email": "nieuw@example.org", "role": "operator",
            "region": region,
        });
        let invited = server
            .post("/account-invitations", &administrator, &invitation)
            .await
            .ok();
        let mailbox = Endpoint::Mailbox("nieuw@example.org".to_owned());
        let mail = server.outbox.find(|sent| sent.endpoint == mailbox).await;
        let link = mail.body.split_whitespace().find(|word| word.contains("/join/"));
        let path = link.unwrap().split("/join/").nth(1).unwrap();
        let path = format!("/invitations/{path}");
        let early = json!({ "username": "nieuw", "password": "" });
        assert_eq!(server.post("/sessions", "", &early).await.status.as_u16(), 401);
        let seen = server.get(&path, "").await.ok();
        assert_eq!(
            (&seen["username"], &seen["role"]),
            (&json!("nieuw"), &json!("operator"))
        );
        let weak = server.post(&path, "", &json!({ "password": "kort" })).await;
        assert_eq!(weak.problem(), "invalid");
        let joined = server
            .post(&path, "", &json!({ "password": PASSWORD }))
            .await
            .ok();
        let token = joined["token"].as_str().unwrap();
        assert_eq!(server.get("/me", token).await.ok()["id"], invited["id"]);
        let again = server.post(&path, "", &json!({ "password": PASSWORD })).await;
        assert_eq!(again.problem(), "gone");
        let made_up = server.get("/invitations/AAAA", "").await;
        assert_eq!(
            made_up.body,
            server.get(&path, "").await.body,
            "nothing tells them apart"
        );
        let audit = server.get("/audit?limit=3", &administrator).await.ok();
        let deeds = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["deed"].clone());
        let expected = ["account.joined", "account.invited", "account.created"].map(|deed| json!(deed));
        assert_eq!(deeds.collect::<Vec<_>>(), expected);
        server.stop().await;
    }
}

#[tokio::test]
async fn sessions_are_seen_and_ended_one_by_one_and_all_at_once() {
    let server = TestServer::sqlite().await;
    let administrator = server.token(Role::Administrator, "unit").await;
    let first = server.token(Role::Operator, "unit").await;
    let typed = json!({ "username": "operator.unit", "password": PASSWORD });
    let second = server.post("/sessions", "", &typed).await.ok();
    let own = server.get("/sessions", &first).await.ok();
    let opened = own
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == second["id"]);
    assert_eq!(opened.unwrap()["address"], "127.0.0.*");
    let id = server.get("/me", &first).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let sessions = format!("/accounts/{id}/sessions");
    assert_eq!(
        server
            .get(&sessions, &administrator)
            .await
            .ok()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let one = format!("{sessions}/{}", second["id"].as_str().unwrap());
    let ended = server
        .send(Method::DELETE, &one, &administrator, &json!({}))
        .await;
    assert_eq!(ended.status.as_u16(), 204);
    let token = second["token"].as_str().unwrap();
    assert_eq!(server.get("/me", token).await.status.as_u16(), 401);
    let third = server.post("/sessions", "", &typed).await.ok();
    server.send(Method::DELETE, "/sessions", &first, &json!({})).await;
    let token = third["token"].as_str().unwrap();
    assert_eq!(server.get("/me", token).await.status.as_u16(), 401);
    assert_eq!(
        server.get("/me", &first).await.status.as_u16(),
        200,
        "the one that asks stays"
    );
    server.stop().await;
}

#[tokio::test]
async fn whoever_has_it_already_is_told_so_and_nobody_overwrites_what_they_did_not_see() {
    for server in TestServer::each().await {
        let administrator = server.token(Role::Administrator, "unit").await;
        let operator = server.token(Role::Operator, "unit").await;
        let made = crate::matrix::part::draft(false, 0.0);
        let action = server.post("/actions", &operator, &made).await.ok();
        let id = server.get("/me", &operator).await.ok()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let account = format!("/accounts/{id}");
        let action = format!("/actions/{}", action["id"].as_str().unwrap());
        let renamed = |name: &str| json!({ "name": name });
        let redrafted = json!({ "version": 1, "draft": made });
        for (path, token, method, change) in [
            (&account, &administrator, Method::PATCH, renamed("A. Ander")),
            (&action, &operator, Method::PUT, redrafted),
        ] {
            let seen = server.get(path, token).await;
            let tag = seen.headers["etag"].to_str().unwrap().to_owned();
            let request = server.request(Method::GET, path, token);
            let known = request.header("if-none-match", format!("\"x\", W/{tag}"));
            let known = known.send().await.unwrap();
            assert_eq!(
                (known.status().as_u16(), known.bytes().await.unwrap().len()),
                (304, 0)
            );
            let change_it = async |tag: &str| {
                let request = server
                    .request(method.clone(), path, token)
                    .header("if-match", tag);
                crate::server::Answer::of(request.json(&change).send().await).await
            };
            assert_eq!(change_it("\"99.x\"").await.problem(), "condition-failed");
            change_it(&tag).await.ok();
            let late = change_it(&tag).await;
            assert_eq!(
                (late.status.as_u16(), late.problem()),
                (412, "condition-failed"),
                "{path}"
            );
            assert_ne!(server.get(path, token).await.headers["etag"], *tag);
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn where_the_configuration_demands_it_a_change_says_what_was_seen() {
    let database = oproep::storage::testing::TestDatabase::sqlite().await;
    let server = TestServer::start(database, |settings| settings.require_if_match = true).await;
    let administrator = server.token(Role::Administrator, "unit").await;
    let id = server.get("/me", &administrator).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/accounts/{id}");
    let change = json!({ "name": "B. Beheer" });
    let bare = server.send(Method::PATCH, &path, &administrator, &change).await;
    assert_eq!((bare.status.as_u16(), bare.problem()), (428, "condition-missing"));
    let any = server
        .request(Method::PATCH, &path, &administrator)
        .header("if-match", "*");
    assert_eq!(any.json(&change).send().await.unwrap().status().as_u16(), 200);
    let citizen = server.citizen("voorwaarde@example.org").await;
    let change = json!({ "language": "en" });
    let bare = server
        .send(Method::PATCH, "/participants/me", &citizen, &change)
        .await;
    assert_eq!(bare.problem(), "condition-missing");
    let tag = server.get("/participants/me", &citizen).await.headers["etag"].clone();
    let request = server.request(Method::PATCH, "/participants/me", &citizen);
    let changed = request
        .header("if-match", tag)
        .json(&change)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.status().as_u16(), 200);
    server.stop().await;
}

#[tokio::test]
async fn a_browser_follows_the_link_and_sets_password_and_app_without_script() {
    let server = TestServer::sqlite().await;
    let machine = server.desk.machine_scope(None);
    let new = oproep::desk::accounts::NewAccount {
        username: "blad".to_owned(),
        name: "<B. Blad>".to_owned(),
        role: Role::Coordinator,
        region: machine.region,
        trained_until: None,
        password: None,
    };
    let language = oproep::domain::language::Language::Nl;
    let invited = server
        .desk
        .invite_account(&machine, new, "b@example.org", language)
        .await;
    let link = invited.unwrap().link.unwrap();
    let path = format!("/join/{}", link.rsplit('/').next().unwrap());
    let page = |answer: reqwest::Response| async move {
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    };
    let get = server
        .client
        .get(server.url(&path))
        .header("accept-language", "nl");
    let (status, html) = page(get.send().await.unwrap()).await;
    assert_eq!(status, 200);
    assert!(
        html.contains("&#60;B. Blad&#62;") && html.contains("<strong>blad</strong>"),
        "{html}"
    );
    let post = async |path: &str, form: &[(&str, &str)]| {
        let request = server
            .client
            .post(server.url(path))
            .header("accept-language", "nl");
        page(request.form(form).send().await.unwrap()).await
    };
    let (status, html) = post(
        &path,
        &[("password", PASSWORD), ("again", "iets anders heel lang")],
    )
    .await;
    assert!(status == 422 && html.contains("niet gelijk"), "{html}");
    let (status, html) = post(&path, &[("password", "kort"), ("again", "kort")]).await;
    assert!(status == 422 && html.contains("role=\"alert\""), "{html}");
    let (status, html) = post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert!(status == 200 && html.contains("Klaar"), "{html}");
    assert_eq!(
        post(&path, &[("password", PASSWORD), ("again", PASSWORD)])
            .await
            .0,
        410
    );
    // The page for the code, of whoever is signed in and sets up an app.
    let typed = json!({ "username": "blad", "password": PASSWORD });
    let session = server.post("/sessions", "", &typed).await.ok()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = server.post("/me/second-proof", &session, &json!({})).await.ok();
    let text = told["secret"].as_str().unwrap();
    let wrong = [("session", session.as_str()), ("secret", text), ("code", "1")];
    let (status, html) = post("/join/code", &wrong).await;
    assert!(status == 422 && html.contains(text), "{html}");
    let code = secret(text).code_at(server.desk.now());
    let right = [("session", session.as_str()), ("secret", text), ("code", &code)];
    let (status, html) = post("/join/code", &right).await;
    assert!(status == 200 && html.contains("Bewaar deze codes"), "{html}");
    assert_eq!(
        server.get("/me", &session).await.status.as_u16(),
        401,
        "the page opens nothing further"
    );
    server.stop().await;
}
