//! Los Angeles, January 2025: an area was lost on the way between two systems, and ten million people were told to
//! make ready to leave instead of those in one valley. Here an area that is missing, empty or damaged is refused by
//! every way in, and nobody is told.

use oproep::domain::action::{ActionKind, DraftInput};
use oproep::domain::role::Role;
use oproep::storage::testing::regions::region_id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::actions::draft;
use crate::program::answer;
use crate::server::TestServer;

/// Every way in which an area was lost, or was no area any more when it arrived; none of them is everywhere.
fn lost() -> Vec<Value> {
    let ring = |positions: Value| json!({ "type": "Polygon", "coordinates": [positions] });
    vec![
        json!(""),
        json!("POLYGON EMPTY"),
        json!("34.12,-118.6 34.20,-118.6 34.20,-118.5 34.12,-118.6"),
        json!(0),
        json!(false),
        json!(true),
        json!([]),
        json!([5.12, 52.09]),
        json!({}),
        json!({ "type": "Everywhere" }),
        json!({ "type": "Feature", "geometry": null }),
        json!({ "type": "FeatureCollection", "features": [] }),
        json!({ "type": "GeometryCollection", "geometries": [] }),
        json!({ "type": "Point", "coordinates": [5.12, 52.09] }),
        json!({ "type": "Polygon" }),
        json!({ "type": "Polygon", "coordinates": null }),
        json!({ "type": "Polygon", "coordinates": [] }),
        json!({ "type": "Polygon", "coordinates": [[]] }),
        ring(json!([[5.12, 52.09]])),
        ring(json!([
            [5.12, 52.09],
            [5.12, 52.09],
            [5.12, 52.09],
            [5.12, 52.09]
        ])),
        ring(json!([[5.12, 52.09], [5.13, 52.09], [5.12, 52.09]])),
        ring(json!([
            [5.12, 52.09],
            [5.13, 52.09],
            [5.14, 52.09],
            [5.12, 52.09]
        ])),
        ring(json!([[5.12, 52.09], [5.13, 52.09], [5.13, 52.1]])),
        ring(json!([[null, null], [5.13, 52.09], [5.13, 52.1], [null, null]])),
        ring(json!([
            ["NaN", "NaN"],
            [5.13, 52.09],
            [5.13, 52.1],
            ["NaN", "NaN"]
        ])),
        ring(json!([
            [500.0, 52.09],
            [5.13, 52.09],
            [5.13, 52.1],
            [500.0, 52.09]
        ])),
        json!({ "type": "MultiPolygon", "coordinates": [] }),
        json!({ "type": "MultiPolygon", "coordinates": [[]] }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09] }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": null }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": 0 }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": -1 }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": "NaN" }),
        json!({ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": 1e12 }),
        json!({ "type": "Circle", "coordinates": [null, null], "radius_m": 500 }),
        json!({ "type": "Circle", "coordinates": ["NaN", "NaN"], "radius_m": 500 }),
        json!({ "type": "Circle", "coordinates": [], "radius_m": 500 }),
        json!({ "type": "Regions", "regions": [] }),
        json!({ "type": "Regions", "regions": null }),
        json!({ "type": "Regions", "regions": ["*"] }),
        json!({ "type": "Union", "areas": [] }),
        json!({ "type": "Union", "areas": [null] }),
        json!({ "type": "Difference", "from": null, "subtract": null }),
        // As CAP 1.2 says where, of which this network takes no word (section 3.2.4).
        json!({ "areaDesc": "Los Angeles County" }),
        json!({ "areaDesc": "", "polygon": "" }),
        json!({ "areaDesc": "West Hills", "circle": "34.2,-118.6 0" }),
        json!({ "areaDesc": "Nederland", "geocode": [{ "valueName": "NUTS1", "value": "NL" }] }),
    ]
}

/// What a JSON text may hold that is no JSON: numbers that are none.
const NO_JSON: [&str; 3] = [
    r#"{ "type": "Circle", "coordinates": [NaN, NaN], "radius_m": 500 }"#,
    r#"{ "type": "Circle", "coordinates": [5.12, 52.09], "radius_m": Infinity }"#,
    r#"{ "type": "Polygon", "coordinates": [[[5.12, 52.09], [5.13, "#,
];

/// That nothing went out for any action.
async fn nobody_is_told(server: &TestServer, token: &str, before: usize) {
    let page = server.get("/actions?limit=200", token).await.ok();
    let mut waves = 0;
    for action in page["items"].as_array().unwrap() {
        let path = format!("/actions/{}/waves", action["id"].as_str().unwrap());
        waves += server.get(&path, token).await.ok().as_array().unwrap().len();
    }
    assert_eq!(waves, before);
}

#[tokio::test]
async fn an_area_that_is_none_is_refused_on_every_way_in() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &operator, &draft()).await.ok();
        let running = format!("/actions/{}", made["id"].as_str().unwrap());
        let start = json!({ "version": 1 });
        server
            .post(&format!("{running}/start"), &operator, &start)
            .await
            .ok();
        let waiting = server.post("/actions", &operator, &draft()).await.ok();
        let waiting = format!("/actions/{}", waiting["id"].as_str().unwrap());
        for area in lost() {
            let mut content = draft();
            content["area"] = area.clone();
            let calls = [
                (Method::POST, "/actions".to_owned(), content.clone()),
                (Method::POST, "/checks".to_owned(), content.clone()),
                (
                    Method::PUT,
                    waiting.clone(),
                    json!({ "version": 1, "draft": content }),
                ),
                (
                    Method::POST,
                    format!("{running}/expand"),
                    json!({ "version": 2, "area": area }),
                ),
                (
                    Method::POST,
                    "/reach".to_owned(),
                    json!({ "kind": "burglary", "area": area }),
                ),
                (
                    Method::POST,
                    format!("{running}/checks"),
                    json!({ "wave": "expansion", "area": area }),
                ),
            ];
            for (method, path, body) in calls {
                let answer = server.send(method, &path, &operator, &body).await;
                assert_eq!(answer.status, 422, "{path} with {area}: {}", answer.body);
            }
        }
        for area in NO_JSON {
            let body = format!(r#"{{ "version": 2, "area": {area} }}"#);
            let request = server.request(Method::POST, &format!("{running}/expand"), &operator);
            let request = request.header("content-type", "application/json").body(body);
            assert_eq!(request.send().await.unwrap().status(), 400, "{area}");
        }
        for body in [json!({ "version": 2 }), json!({ "version": 2, "area": null })] {
            let answer = server.post(&format!("{running}/expand"), &operator, &body).await;
            assert_eq!(
                answer.status, 422,
                "an expansion without an area: {}",
                answer.body
            );
        }
        nobody_is_told(&server, &operator, 1).await;
    }
}

#[tokio::test]
async fn a_draft_that_has_no_area_or_lost_it_does_not_start_whatever_is_confirmed() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        for absent in [true, false] {
            let mut content = draft();
            if absent {
                content.as_object_mut().unwrap().remove("area");
            } else {
                content["area"] = Value::Null;
            }
            // One that never had an area, and one that lost it between draft and start.
            let never = server.post("/actions", &operator, &content).await.ok();
            let had = server.post("/actions", &operator, &draft()).await.ok();
            let path =
                |action: &Value, step: &str| format!("/actions/{}{step}", action["id"].as_str().unwrap());
            let change = json!({ "version": 1, "draft": content });
            server
                .send(Method::PUT, &path(&had, ""), &operator, &change)
                .await
                .ok();
            for (action, version) in [(&never, 1), (&had, 2)] {
                let checks = server.get(&path(action, "/checks"), &operator).await.ok();
                assert_eq!(
                    (&checks["may_go_out"], &checks["findings"][0]["code"]),
                    (&json!(false), &json!("area_missing"))
                );
                let start = json!({
                    "version": version,
                    "confirmed": ["area_large", "duplicate_running", "area_missing", "audience_empty"],
                });
                let refused = server.post(&path(action, "/start"), &operator, &start).await;
                assert_eq!((refused.status.as_u16(), refused.problem()), (422, "invalid"));
                assert_eq!(refused.body["fields"][0]["code"], "area_missing");
            }
        }
        nobody_is_told(&server, &operator, 0).await;
    }
}

#[tokio::test]
async fn an_area_of_which_nothing_is_left_reaches_nobody_and_is_refused() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let whole = draft()["area"].clone();
        let nothing = json!({ "type": "Difference", "from": whole, "subtract": whole });
        let gone = json!({ "type": "Regions", "regions": [region_id("nowhere")] });
        for (area, code) in [(&nothing, "nobody_reached"), (&gone, "unknown_region")] {
            let mut content = draft();
            content["area"] = area.clone();
            let made = server.post("/actions", &operator, &content).await;
            let refused = if made.status.is_success() {
                let start = format!("/actions/{}/start", made.body["id"].as_str().unwrap());
                server.post(&start, &operator, &json!({ "version": 1 })).await
            } else {
                made
            };
            assert_eq!((refused.status.as_u16(), refused.problem()), (422, "refused"));
            assert_eq!(refused.body["code"], code);
        }
        let made = server.post("/actions", &operator, &draft()).await.ok();
        let path = |step: &str| format!("/actions/{}{step}", made["id"].as_str().unwrap());
        server
            .post(&path("/start"), &operator, &json!({ "version": 1 }))
            .await
            .ok();
        for area in [&nothing, &gone] {
            let wider = json!({ "version": 2, "area": area });
            let refused = server.post(&path("/expand"), &operator, &wider).await;
            assert_eq!((refused.status.as_u16(), refused.problem()), (422, "refused"));
        }
        nobody_is_told(&server, &operator, 1).await;
    }
}

#[tokio::test]
async fn the_desk_itself_knows_no_action_everywhere() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let scope = server.desk.scope(&operator).await.unwrap();
        for kind in ActionKind::ALL {
            let mut input = DraftInput::new(kind);
            input.description.direction = Some("de brug".to_owned());
            let made = server.desk.create_draft(&scope, input).await.unwrap();
            let start = server.desk.start_action(&scope, made.id, 1).await;
            assert!(
                start.is_err(),
                "{kind}: not even one that is for the whole country"
            );
        }
        nobody_is_told(&server, &operator, 0).await;
    }
}

#[test]
fn the_command_line_starts_and_expands_nothing_without_an_area() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let empty = file("empty.geojson", "");
    let nothing = file("nothing.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    let null = file(
        "null.geojson",
        r#"{"type":"Feature","properties":{},"geometry":null}"#,
    );
    let nan = file(
        "nan.geojson",
        r#"{"type":"Polygon","coordinates":[[[NaN,NaN],[5.1,52.0],[5.2,52.1],[NaN,NaN]]]}"#,
    );
    let start = ["action", "start", "--kind", "burglary", "--yes"];
    let expand = ["action", "expand", "2026-00001", "--yes"];
    for command in [&start[..], &expand[..]] {
        let none: [&str; 0] = [];
        for (area, exit) in [
            (&none[..], 2),
            (&["--centre", "5.12,52.09"][..], 2),
            (&["--centre", "NaN,NaN", "--radius", "500"], 2),
            (&["--radius", "500"], 2),
            (&["--region", ""], 2),
            (&["--area", &empty], 3),
            (&["--area", &nothing], 3),
            (&["--area", &null], 3),
            (&["--area", &nan], 3),
            (&["--centre", "5.12,52.09", "--radius", "0"], 3),
        ] {
            let typed: Vec<&str> = command.iter().chain(area).copied().collect();
            let (code, said) = answer(folder.path(), &typed);
            assert_eq!(code, exit, "{typed:?}: {said}");
        }
    }
}
