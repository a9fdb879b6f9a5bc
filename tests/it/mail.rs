//! What comes back after a message: by mail, by the links in it, and by the forms behind them.

use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::MailMarks;
use oproep::domain::role::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::matrix::part::{FILM, draft};
use crate::server::{Answer, TestServer};

/// A started action that goes out by mail alone, with one of its mails.
struct Mailed {
    operator: String,
    action: String,
    marks: MailMarks,
    link: String,
    address: String,
}

async fn mailed(server: &TestServer, urgent: bool) -> Mailed {
    let operator = server.token(Role::Operator, "unit").await;
    let mut content = draft(urgent, 0.0);
    content["channels"] = json!(["email"]);
    let made = server.post("/actions", &operator, &content).await.ok();
    let action = made["id"].as_str().unwrap().to_owned();
    let start = format!("/actions/{action}/start");
    server
        .post(
            &start,
            &operator,
            &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
        )
        .await
        .ok();
    let sent = server.outbox.find(|sent| sent.mail.is_some()).await;
    let Endpoint::Mailbox(address) = sent.endpoint else {
        panic!("a mail goes to a mailbox")
    };
    Mailed {
        operator,
        action,
        marks: sent.mail.unwrap(),
        link: sent.link.unwrap().rsplit('/').next().unwrap().to_owned(),
        address,
    }
}

async fn bring(server: &TestServer, path: &str, mail: String) -> Answer {
    let request = server
        .client
        .post(server.url(path))
        .header("content-type", "message/rfc822");
    Answer::of(request.body(mail).send().await).await
}

fn bounce(mailed: &Mailed, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx\r\nTo: bounce+{}@oproep.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
         Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: {status}\r\n\r\n--b--\r\n",
        mailed.marks.bounce, mailed.address
    )
}

/// Waits until the accounts of an action hold so many failures.
async fn failed(server: &TestServer, mailed: &Mailed, count: u64) {
    let path = format!("/actions/{}/accounting", mailed.action);
    for _ in 0..500 {
        let accounts = server.get(&path, &mailed.operator).await.ok();
        if accounts["failed"] == json!(count) && accounts["queued"] == json!(0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{}", server.get(&path, &mailed.operator).await.ok());
}

#[tokio::test]
async fn a_bounce_by_webhook_fails_its_delivery_once_and_puts_the_mailbox_out_of_use() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let path = "/receipts/mail/secret";
        assert_eq!(
            bring(&server, "/receipts/mail/other", bounce(&mailed, "5.1.1"))
                .await
                .status,
            404
        );
        for _ in 0..2 {
            let taken = bring(&server, path, bounce(&mailed, "5.1.1")).await.ok();
            assert_eq!(taken, json!({ "what": "bounced" }));
        }
        failed(&server, &mailed, 1).await;
        let foreign = bounce(&mailed, "5.1.1").replace("bounce+", "bounce-");
        assert_eq!(
            bring(&server, path, foreign).await.ok(),
            json!({ "what": "foreign" })
        );
        assert_eq!(
            bring(&server, path, String::new()).await.ok(),
            json!({ "what": "unreadable" })
        );

        // Whoever is called on next is one less.
        let reach = json!({ "kind": "burglary", "area": draft(true, 0.0)["area"], "channels": ["email"] });
        let counted = async || server.post("/reach", &mailed.operator, &reach).await.ok()["total"].clone();
        let told = server
            .get(
                &format!("/actions/{}/accounting", mailed.action),
                &mailed.operator,
            )
            .await
            .ok();
        let before = told["audience"].as_u64().unwrap();
        server.desk.directory().catch_up().await.unwrap();
        assert_eq!(counted().await, json!(before - 1));
    }
}

#[tokio::test]
async fn an_answer_by_webhook_is_a_tip_with_its_pictures() {
    use base64::Engine;
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let mut picture = std::io::Cursor::new(Vec::new());
        let noise = image::RgbImage::from_fn(400, 300, |x, y| {
            let shade = |value: u32| u8::try_from(value % 251).unwrap();
            image::Rgb([shade(x * x + y * 13), shade(x * y), shade(x * 31 + y * y)])
        });
        noise.write_to(&mut picture, image::ImageFormat::Png).unwrap();
        let encoded = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let mut film = FILM.to_vec();
        film.extend(8_192_u32.to_be_bytes());
        film.extend(b"free");
        film.resize(FILM.len() + 8_192, 0);
        let mail = format!(
            "From: ander@elders.example\r\nTo: tip+{}@oproep.example\r\nMessage-ID: <1@elders.example>\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBij de brug\r\n\r\n> Kijk uit\r\n\
             --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
             --b\r\nContent-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            mailed.marks.reply.to_uppercase(),
            encoded(picture.get_ref()),
            encoded(&film),
        );
        for _ in 0..2 {
            let taken = bring(&server, "/receipts/mail/secret", mail.clone()).await.ok();
            assert_eq!(taken, json!({ "what": "tip" }));
        }
        let tips = server
            .get(&format!("/actions/{}/tips", mailed.action), &mailed.operator)
            .await
            .ok();
        let tips = tips["items"].as_array().unwrap().clone();
        assert_eq!(tips.len(), 1, "brought twice, it is one tip");
        assert_eq!(
            (&tips[0]["text"], &tips[0]["source"]),
            (&json!("Bij de brug"), &json!("email_reply"))
        );
        let path = format!("/tips/{}", tips[0]["id"].as_str().unwrap());
        let tip = server.get(&path, &mailed.operator).await.ok();
        assert_eq!(tip["photos"].as_array().unwrap().len(), 1);
        assert_eq!(tip["videos"].as_array().unwrap().len(), 1);
    }
}

async fn topics(server: &TestServer, token: &str) -> Value {
    server.get("/participants/me", token).await.ok()["topics"].clone()
}

#[tokio::test]
async fn one_click_ends_a_topic_without_signing_in_and_looking_changes_nothing() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, false).await;
        let link = mailed.marks.unsubscribe.clone().unwrap();
        let path = link.strip_prefix("http://127.0.0.1").unwrap().to_owned();
        let asked = json!({ "address": mailed.address });
        let sent = server.post("/participant-sessions", "", &asked).await.ok();
        let code = server
            .outbox
            .code(&Endpoint::Mailbox(mailed.address.clone()))
            .await;
        let confirm = format!(
            "/participant-sessions/{}/confirm",
            sent["verification"].as_str().unwrap()
        );
        let session = server.post(&confirm, "", &json!({ "code": code })).await.ok();
        let token = session["session"]["token"].as_str().unwrap().to_owned();
        let all = topics(&server, &token).await;
        let without = |name: &str| -> Value {
            let kept = all.as_array().unwrap().iter().filter(|topic| *topic != name);
            kept.cloned().collect()
        };

        let page = server
            .client
            .get(server.url(&path))
            .header("accept", "text/html")
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains("/u/"));
        assert_eq!(
            topics(&server, &token).await,
            all,
            "a scanner of mail follows links too"
        );
        // As mail programs post it, in both forms that the standard allows.
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
            ),
        ] {
            let click = server
                .client
                .post(server.url(&path))
                .header("content-type", kind)
                .body(body);
            assert_eq!(click.send().await.unwrap().status(), StatusCode::OK);
            assert_eq!(topics(&server, &token).await, without("informative"));
        }
        let back = server
            .client
            .post(server.url(&format!("{path}/back")))
            .send()
            .await
            .unwrap();
        assert_eq!(back.status(), StatusCode::OK);
        assert_eq!(topics(&server, &token).await, all);
        let forged = format!("/u/{}", mailed.link);
        let refused = server.client.post(server.url(&forged)).send().await.unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::NOT_FOUND,
            "an alert's link, which people pass on, ends nothing"
        );
    }
}

#[tokio::test]
async fn mail_about_what_is_urgent_offers_no_end() {
    let server = TestServer::sqlite().await;
    assert_eq!(mailed(&server, true).await.marks.unsubscribe, None);
}

#[tokio::test]
async fn a_film_that_came_with_the_form_is_streamed_by_range_without_what_it_tells_of_its_place() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let mut form = b"--e\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nZie film\r\n--e\r\n\
            content-disposition: form-data; name=\"photos\"; filename=\"a.mp4\"\r\n\r\n"
            .to_vec();
        form.extend(FILM);
        form.extend(b"\r\n--e--\r\n");
        let sent = server
            .client
            .post(server.url(&format!("/api/v1/alerts/{}/tips", mailed.link)))
            .header("content-type", "multipart/form-data; boundary=e")
            .body(form)
            .send();
        let sent = Answer::of(sent.await).await.ok();
        assert_eq!(sent["refused_photos"], json!([]));
        let tips = server
            .get(&format!("/actions/{}/tips", mailed.action), &mailed.operator)
            .await
            .ok();
        let tip = format!("/tips/{}", tips["items"][0]["id"].as_str().unwrap());
        let video = server.get(&tip, &mailed.operator).await.ok()["videos"][0].clone();
        assert_eq!(
            (&video["media_type"], &video["size_bytes"]),
            (&json!("video/mp4"), &json!(FILM.len()))
        );
        let path = format!("/videos/{}", video["id"].as_str().unwrap());
        let get = async |range: &str| {
            let request = server.request(reqwest::Method::GET, &path, &mailed.operator);
            request.header("range", range).send().await.unwrap()
        };
        let whole = server
            .request(reqwest::Method::GET, &path, &mailed.operator)
            .send()
            .await
            .unwrap();
        assert_eq!(whole.headers()["accept-ranges"], "bytes");
        let whole = whole.bytes().await.unwrap();
        assert_eq!(whole.len(), FILM.len());
        assert!(!whole.windows(6).any(|window| window == b"CANARY"));
        let part = get("bytes=100-199").await;
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            part.headers()["content-range"],
            format!("bytes 100-199/{}", FILM.len())
        );
        assert_eq!(part.bytes().await.unwrap(), whole.slice(100..200));
        let last = get("bytes=-50").await.bytes().await.unwrap();
        assert_eq!(last, whole.slice(whole.len() - 50..));
        let beyond = get(&format!("bytes={}-", FILM.len())).await;
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    }
}

#[tokio::test]
async fn searching_without_a_find_adds_to_what_was_searched_by_json_and_by_the_page() {
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let searches = format!("/alerts/{}/searches", mailed.link);
        let middle = draft(true, 0.0)["area"]["coordinates"].clone();
        let body = json!({ "location": middle, "radius_m": 100 });
        assert_eq!(server.post(&searches, "", &body).await.status, 201);
        let wrong = server
            .post(&searches, "", &json!({ "location": middle, "radius_m": 5_000 }))
            .await;
        assert_eq!((wrong.status.as_u16(), wrong.problem()), (422, "invalid"));

        let page = server.url(&format!("/a/{}", mailed.link));
        let shown = server
            .client
            .get(&page)
            .header("accept", "text/html")
            .send()
            .await
            .unwrap();
        assert!(
            shown
                .text()
                .await
                .unwrap()
                .contains(&format!("action=\"/a/{}/searched\"", mailed.link))
        );
        let post = async |body: String| {
            let request = server
                .client
                .post(format!("{page}/searched"))
                .header("accept", "text/html");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body(body).send().await.unwrap().status()
        };
        assert_eq!(post("what=Mijn+tuin&place=&radius_m=100".to_owned()).await, 200);
        let place = format!("what=&place={}%2C+{}&radius_m=50", middle[1], middle[0]);
        assert_eq!(post(place).await, 200);
        assert_eq!(post("what=&place=bij+de+kerk&radius_m=50".to_owned()).await, 422);
        assert_eq!(post("what=&place=&radius_m=50".to_owned()).await, 422);

        let searched = format!("/actions/{}/searched", mailed.action);
        let searched = server.get(&searched, &mailed.operator).await;
        assert_eq!(searched.headers["content-type"], "application/geo+json");
        let searched = searched.ok();
        let figures = &searched["properties"];
        assert_eq!((&figures["reports"], &figures["drawn"]), (&json!(3), &json!(2)));
        assert_eq!(figures["told"][0]["what"], "Mijn tuin");
        // A circle of 100 m in one of 150 m: the smaller lies in the larger.
        let share = figures["share"].as_f64().unwrap();
        assert!((0.42..0.46).contains(&share), "{share}");
        assert_eq!(searched["geometry"]["type"], "MultiPolygon");
    }
}

#[tokio::test]
async fn a_tip_says_which_others_it_resembles_and_what_speed_it_asks_for() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let mut content = draft(true, 0.0);
        let seen_at = server.desk.now() - std::time::Duration::from_mins(10);
        content["description"] = json!({ "last_seen": {
            "place": "Bij de brug", "point": [5.1214, 52.0907], "at": seen_at,
        } });
        let made = server.post("/actions", &operator, &content).await.ok();
        let action = made["id"].as_str().unwrap().to_owned();
        let start = format!("/actions/{action}/start");
        server
            .post(
                &start,
                &operator,
                &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
            )
            .await
            .ok();
        let tips = format!("/actions/{action}/tips");
        let tip = async |text: &str, lon: f64| {
            let body = json!({ "text": text, "location": [lon, 52.0907] });
            let made = server.post(&tips, &operator, &body).await.ok();
            format!("/tips/{}", made["id"].as_str().unwrap())
        };
        let first = tip("Zwarte Golf, kenteken GH-123-X, reed hard weg", 5.1214).await;
        let far = tip("gh123x staat hier stil", 5.5214).await;
        tip("Rode fiets bij het station", 5.3).await;

        let similar = server.get(&format!("{far}/similar"), &operator).await.ok();
        let similar = similar.as_array().unwrap();
        assert_eq!(similar.len(), 1, "{similar:?}");
        assert!(first.ends_with(similar[0]["tip"].as_str().unwrap()));
        assert_eq!(similar[0]["reasons"][0]["kind"], "plate");
        assert_eq!(similar[0]["reasons"][0]["words"]["nl"], "zelfde kenteken GH123X");

        let way = server.get(&far, &operator).await.ok()["journeys"][0].clone();
        assert!(way["needs_km_per_hour"].as_u64().unwrap() > 140, "{way}");
        assert_eq!(way["slowest"], Value::Null);
        let near = server.get(&first, &operator).await.ok()["journeys"][0].clone();
        assert_eq!(
            (&near["needs_km_per_hour"], &near["words"]["nl"]),
            (&json!(0), &json!("vlakbij"))
        );
    }
}

/// The program with the keys and the database of a server, and a mail on its standard input.
fn piped(folder: &std::path::Path, database: &str, arguments: &[&str], mail: &[u8]) -> std::process::Output {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut program = Command::new(env!("CARGO_BIN_EXE_oproep"))
        .arg("--json")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("OPROEP_DATABASE__URL", database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may end without reading what is too much.
    let _ = program.stdin.take().unwrap().write_all(mail);
    program.wait_with_output().expect("it ends by itself")
}

// The test waits for processes while the server goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_servers_pipe_brings_bounces_and_answers_and_hears_what_to_do_in_its_own_codes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("var/keys")).unwrap();
    // Those of the test's keyring.
    for (name, byte) in [
        ("seal-1.key", "01"),
        ("lookup.key", "02"),
        ("audit.key", "05"),
        ("reference.key", "04"),
    ] {
        std::fs::write(folder.path().join("var/keys").join(name), byte.repeat(32)).unwrap();
    }
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let pipe = |arguments: &[&str], mail: &str| {
            let output = piped(folder.path(), server.database_url(), arguments, mail.as_bytes());
            let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            (
                output.status.code().unwrap(),
                said,
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        };
        let (code, said, error) = pipe(&["bounce"], &bounce(&mailed, "5.1.1"));
        assert_eq!((code, said.as_str()), (0, r#"{"what":"bounced"}"#), "{error}");
        failed(&server, &mailed, 1).await;

        let written = "From: a@b.example\r\nTo: x@y.example\r\nMessage-ID: <7@b>\r\n\r\nBij de molen\r\n";
        let to = format!("tip+{}@oproep.example", mailed.marks.reply);
        let (code, said, error) = pipe(&["inbound-mail", "--recipient", &to], written);
        assert_eq!((code, said.as_str()), (0, r#"{"what":"tip"}"#), "{error}");
        let tips = server
            .get(&format!("/actions/{}/tips", mailed.action), &mailed.operator)
            .await
            .ok();
        assert_eq!(tips["items"][0]["text"], "Bij de molen");

        let (code, _, error) = pipe(&["inbound-mail"], written);
        assert_eq!(code, 67, "{error}");
        let automatic = written.replace("From:", "Auto-Submitted: auto-replied\r\nFrom:");
        assert_eq!(pipe(&["inbound-mail", "--recipient", &to], &automatic).0, 0);
    }
    for away in [
        "postgres://oproep@127.0.0.1:1/none",
        "sqlite:var/keys/seal-1.key/oproep.db",
    ] {
        let output = piped(folder.path(), away, &["bounce"], b"From: a@b\r\n\r\nx");
        assert_eq!(output.status.code(), Some(75), "{away}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let output = piped(nowhere.path(), "sqlite:a.db", &["bounce"], b"From: a@b\r\n\r\nx");
    assert_eq!(output.status.code(), Some(75), "without keys it is kept, too");
}

#[test]
fn a_key_for_signing_is_made_once_and_its_record_is_shown_as_often_as_asked() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let show = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_oproep"))
            .args([
                "keys",
                "dkim",
                "k.pem",
                "--selector",
                "s1",
                "--domain",
                "oproep.example",
            ])
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .expect("the program starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let made: Value = serde_json::from_str(&show(&["--json"])).unwrap();
    assert_eq!(
        (&made["made"], &made["name"]),
        (&json!(true), &json!("s1._domainkey.oproep.example"))
    );
    let shown: Value = serde_json::from_str(&show(&["--json"])).unwrap();
    assert_eq!(
        (&shown["made"], &shown["record"]),
        (&json!(false), &made["record"])
    );
    let zone = show(&[]);
    assert!(
        zone.starts_with("s1._domainkey.oproep.example. IN TXT ( \"v=DKIM1; k=rsa; p="),
        "{zone}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("k.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_configuration_is_checked_with_the_keys_that_sign() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let oproep = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_oproep"));
        program.args(arguments).current_dir(folder.path()).env_clear();
        let output = program.output().expect("the program starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let text = "[email]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\nfrom_name = \"Oproep\"\n\
        from_address = \"oproep@oproep.example\"\nhelo_name = \"oproep.example\"\n\
        bounce_address = \"bounce@oproep.example\"\n[[email.dkim]]\nselector = \"s1\"\nkey_file = \"k.pem\"\n";
    std::fs::write(folder.path().join("my.toml"), text).unwrap();
    let check = ["--config", "my.toml", "check-config"];
    let (code, said) = oproep(&check);
    assert!(code == Some(2) && said.contains("k.pem"), "{code:?} {said}");
    let make = [
        "keys",
        "dkim",
        "k.pem",
        "--selector",
        "s1",
        "--domain",
        "oproep.example",
    ];
    assert_eq!(oproep(&make).0, Some(0));
    assert_eq!(oproep(&check), (Some(0), String::new()));
    let marked = text.replace("bounce@", "bounce+x@");
    std::fs::write(folder.path().join("my.toml"), marked).unwrap();
    let (code, said) = oproep(&check);
    assert!(
        code == Some(2) && said.contains("bounce_address"),
        "{code:?} {said}"
    );
}
