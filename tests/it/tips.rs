//! Tips beyond words and photos: films, what was searched without a find, and what a tip resembles.

use oproep::domain::role::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::mail::mailed;
use crate::matrix::part::{FILM, draft};
use crate::server::{Answer, TestServer};

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
