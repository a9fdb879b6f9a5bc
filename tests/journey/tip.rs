//! The tip: by the link of a message, with a photo, and what the operator makes of it.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use oproep::client::{Action, Tip, TipMark};
use oproep::domain::tip::TipPhase;
use oproep::receivers::inbox::Kind;
use serde_json::{Value, json};

use crate::ground::Ground;
use crate::story::Desk;

/// Opens the link of a message that came by Web Push, and sends a tip with a photo there.
pub(crate) async fn send_tip(ground: &Ground, desk: &Desk, action: &Action) -> (Tip, String) {
    let arrivals = ground.receivers.inbox.list(0, usize::MAX);
    let decrypted = arrivals.into_iter().find(|arrival| arrival.kind == Kind::WebPush);
    let link = decrypted
        .and_then(|arrival| arrival.link)
        .expect("a decrypted message has a link");
    let page = desk
        .http
        .get(&link)
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("<form") && page.contains("81"), "{page}");

    let text = "Ik zie haar zitten op een bankje bij de Koppelpoort.";
    let mut form = Vec::new();
    form.extend_from_slice(b"--edge\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n");
    form.extend_from_slice(text.as_bytes());
    form.extend_from_slice(
        b"\r\n--edge\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"f.jpg\"\r\n\
          content-type: image/jpeg\r\n\r\n",
    );
    form.extend_from_slice(&photo());
    form.extend_from_slice(b"\r\n--edge--\r\n");
    let reference = link.rsplit('/').next().unwrap();
    let sent = desk
        .http
        .post(format!("{}/api/v1/alerts/{reference}/tips", ground.service))
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 201);
    let sent: Value = sent.json().await.unwrap();
    assert_eq!(sent["refused_photos"], json!([]));

    let tips = desk.client.tips(action.id).await.unwrap().items;
    assert_eq!(tips.len(), 1);
    let tip = desk.client.tip(tips[0].id).await.unwrap();
    assert_eq!((tip.text.as_str(), &tip.more["source"]), (text, &json!("app")));
    let photos = tip.more["photos"].as_array().unwrap();
    assert_eq!(photos.len(), 1);
    let id = photos[0]["id"].as_str().unwrap();
    let shown = desk
        .http
        .get(format!("{}/api/v1/photos/{id}", ground.service))
        .bearer_auth(&desk.token)
        .send()
        .await
        .unwrap();
    assert_eq!(shown.status(), 200);
    let shown = image::load_from_memory(&shown.bytes().await.unwrap()).unwrap();
    assert_eq!((shown.width(), shown.height()), (640, 480));
    (tip, sent["reference"].as_str().unwrap().to_owned())
}

fn photo() -> Vec<u8> {
    let shade = |at: u32| u8::try_from(at % 256).unwrap_or_default();
    let image = RgbImage::from_fn(640, 480, |x, y| image::Rgb([shade(x), shade(y), 90]));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

pub(crate) async fn judge(desk: &Desk, tip: Tip) -> Tip {
    let tip = desk
        .client
        .mark_tip(tip.id, tip.version, &TipMark::Relevant)
        .await
        .unwrap();
    let unit = TipMark::PassedOn {
        unit: "Eenheid 12.01".to_owned(),
    };
    let tip = desk.client.mark_tip(tip.id, tip.version, &unit).await.unwrap();
    assert_eq!(tip.state, TipPhase::PassedOn);
    tip
}
