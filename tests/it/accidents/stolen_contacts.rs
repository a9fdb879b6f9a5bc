//! `CodeRED`, 2025: contacts were stolen, readable, and the only backup was months old.
//!
//! Canary persons go a whole way through the real program: imported, called on, sending a tip, leaving. Nothing of
//! them may stand in any byte of what is kept or written: database, journals, backup, log, figures, traces.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use oproep::demo::notes::DemoFolder;
use oproep::demo::stand_ins::{Ports, StandIns};
use oproep::receivers::sms_gateway::TWILIO_ACCOUNT;
use prost::Message;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use canaries::{PLACE, assert_clean};
use service::{Api, Serving, arrived, collector, done, eventually, oproep, settings};

mod canaries;
mod service;

#[expect(
    clippy::too_many_lines,
    reason = "one journey, told from its beginning to its end"
)]
#[tokio::test(flavor = "multi_thread")]
async fn canary_persons_stand_in_no_byte_that_is_kept_or_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let stop = CancellationToken::new();
    let (endpoint, traces) = collector().await;
    let demo = DemoFolder::new(path);
    let stand_ins = StandIns::start(&demo, Ports::Free, None, 1, &stop).await.unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let service = format!("http://127.0.0.1:{port}");
    let mut config = stand_ins.providers(&service, "geheim");
    config["database"] = json!({ "url": format!("sqlite:{}", path.join("var/oproep.db").display()) });
    config["keys"] = json!({ "folder": path.join("keys") });
    config["server"] = json!({ "listen": format!("127.0.0.1:{port}") });
    config["web"] = json!({
        "public_url": service,
        "kannel_receipts_secret": "geheim",
        "twilio_auth_token": TWILIO_ACCOUNT.1,
    });
    config["telemetry"] = json!({ "filter": "debug,hyper=info,h2=info", "otlp": { "endpoint": endpoint } });
    config["hold"] = json!({ "for_ms": 0 });
    let mut lines = Vec::new();
    settings("", &config, &mut lines);
    std::fs::write(path.join("oproep.toml"), lines.join("\n")).unwrap();
    let mut written = Vec::new();
    written.extend(done(path, &["keys", "create"]));
    std::fs::write(path.join("regions.geojson"), oproep::demo::region::geojson()).unwrap();
    let import = "import regions regions.geojson --inhabitants-property inhabitants --kind-property kind \
        --code-property code --parent-property parent";
    written.extend(done(path, &import.split_whitespace().collect::<Vec<_>>()));
    let people = "language,email,phone,topics,places\n\
        nl,kanarie.een@geheim-voorbeeld.example,,urgent;missing_persons,\"home:5.1214987,52.0907654|Kanariestraat 17\"\n\
        nl,kanarie.twee@geheim-voorbeeld.example,+31687654322,urgent;missing_persons,\"home:5.1214987,52.0907654\"\n";
    std::fs::write(path.join("people.csv"), people).unwrap();
    written.extend(done(path, &["import", "participants", "people.csv"]));
    std::fs::remove_file(path.join("people.csv")).unwrap();
    let add = "--json user add meldkamer --role operator --name Kanarsina --region";
    let mut add: Vec<&str> = add.split_whitespace().collect();
    add.push("police_unit:Midden-Nederland");
    let made: Value =
        serde_json::from_slice(&oproep(path, &add).output().unwrap().stdout).expect("an account");
    let password = made["password"].as_str().expect("a password").to_owned();

    let log = std::fs::File::create(path.join("service.log")).unwrap();
    let serving = oproep(path, &["serve"])
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut serving = Serving(serving);
    let http = reqwest::Client::new();
    let api = Api {
        http: http.clone(),
        service: service.clone(),
    };
    // A start reads every region; that takes a while where many tests share a machine.
    let mut answers = false;
    for _ in 0..2_400 {
        answers = http.get(format!("{service}/livez")).send().await.is_ok();
        if answers {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let log = std::fs::read_to_string(path.join("service.log")).unwrap();
    assert!(
        answers,
        "the service does not answer: {}",
        log.lines().last().unwrap_or_default()
    );
    let signed_in = api
        .post(
            "/sessions",
            None,
            &json!({ "username": "meldkamer", "password": password }),
        )
        .await;
    let operator = signed_in["token"].as_str().expect("a token").to_owned();
    // Wrong in every way in which a text could end up in an error.
    for (call, body) in [
        (
            "/registrations",
            json!({ "email": "Kanarsina@", "places": [{ "label": "Kanariestraat" }] }),
        ),
        (
            "/registrations",
            json!({ "kanarie.een@geheim-voorbeeld.example": 1 }),
        ),
        (
            "/sessions",
            json!({ "username": "Kanarsina", "password": "verenkleed" }),
        ),
        ("/participant-sessions", json!({ "address": "0687654321x" })),
    ] {
        let url = format!("{service}/api/v1{call}?q=Kanariestraat");
        let refused = http.post(url).json(&body).send().await.unwrap();
        assert!(refused.status().is_client_error(), "{call}: {}", refused.status());
    }
    let draft = api
        .post(
            "/actions",
            Some(&operator),
            &json!({
                "kind": "missing_person",
                "description": {
                    "persons": [{ "name": "Kanarsina" }],
                    "last_seen": { "place": "Kanariestraat" },
                    "details": { "nl": "Geel verenkleed.", "en": "Yellow verenkleed." },
                },
                "area": { "type": "Circle", "coordinates": PLACE, "radius_m": 2000 },
                "origin": PLACE,
            }),
        )
        .await;
    let action = draft["id"].as_str().unwrap().to_owned();
    let start = format!("/actions/{action}/start");
    api.post(&start, Some(&operator), &json!({ "version": draft["version"] }))
        .await;
    let link = eventually("a message with a link", || {
        arrived(&stand_ins).iter().find_map(|text| {
            let (_, rest) = text.split_once("/a/")?;
            Some(
                rest.chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                    .collect::<String>(),
            )
        })
    })
    .await;
    let tip = json!({
        "text": "Ik zag een geel verenkleed in de Kanariestraat", "name": "Kanarsina", "phone": "0687654321",
        "location": PLACE,
    });
    api.post(&format!("/alerts/{link}/tips"), None, &tip).await;
    http.get(format!("{service}/a/{link}")).send().await.unwrap();
    let mut figures = http
        .get(format!("{service}/metrics"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    figures.push_str(
        &http
            .get(format!("{service}/readyz"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    );

    // One of them leaves.
    let token = api
        .citizen(&stand_ins, "kanarie.een@geheim-voorbeeld.example")
        .await;
    written.extend(done(path, &["backup", "before.backup"]));
    let left = http
        .delete(format!("{service}/api/v1/participants/me"))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(left.status(), 204);
    let journal = path.join("var/oproep.db.erasures");
    eventually("the journal of who left", || std::fs::read(&journal).ok()).await;
    written.extend(done(path, &["backup", "after.backup"]));
    serving.terminate();
    eventually("traces", || (!traces.lock().unwrap().is_empty()).then_some(())).await;

    let spans: Vec<String> = traces
        .lock()
        .unwrap()
        .iter()
        .map(|body| ExportTraceServiceRequest::decode(body.clone()).expect("OTLP"))
        .flat_map(|request| request.resource_spans)
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .map(|span| format!("{span:?}"))
        .collect();
    let routes = spans
        .iter()
        .filter(|span| span.contains("/api/v1/actions/{id}/start"));
    assert!(routes.count() >= 1, "the start is among {} spans", spans.len());
    assert_clean("a trace", spans.join("\n").as_bytes());
    for body in traces.lock().unwrap().iter() {
        assert_clean("a trace as it was sent", body);
    }
    assert_clean("what commands wrote", &written);
    assert_clean("figures", figures.as_bytes());
    let mut looked_at = Vec::new();
    for place in [path.to_owned(), path.join("var")] {
        for entry in std::fs::read_dir(place).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if file.is_file() && !["regions.geojson", "oproep.toml", "fcm.json"].contains(&name.as_str()) {
                assert_clean(&name, &std::fs::read(&file).unwrap());
                looked_at.push(name);
            }
        }
    }
    for name in [
        "oproep.db",
        "oproep.db.erasures",
        "service.log",
        "before.backup",
        "after.backup",
    ] {
        assert!(
            looked_at.iter().any(|file| file == name),
            "{name} among {looked_at:?}"
        );
    }

    // An older backup on an empty machine: who left stays away, the other is there.
    std::fs::rename(path.join("var/oproep.db"), path.join("lost.db")).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(path.join(format!("var/oproep.db{end}")));
    }
    let restored: Value = serde_json::from_slice(
        &oproep(path, &["--json", "restore", "before.backup"])
            .output()
            .unwrap()
            .stdout,
    )
    .expect("it is restored");
    assert_eq!(restored["forgotten"], 1);
    let people =
        String::from_utf8(oproep(path, &["export", "participants"]).output().unwrap().stdout).unwrap();
    assert!(people.contains("kanarie.twee@") && !people.contains("kanarie.een@"));
    stop.cancel();
}
