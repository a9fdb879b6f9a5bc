use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use http::header;
use tower::Layer;
use tower::ServiceExt;

use super::*;
use crate::desk::testing::TestDesk;
use crate::storage::testing::TestDatabase;

async fn upload(parts: &[(&str, Option<&str>, &[u8])]) -> Result<Upload, ProblemKind> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        body.extend_from_slice(b"--edge\r\ncontent-disposition: form-data; name=\"");
        body.extend_from_slice(name.as_bytes());
        if let Some(file) = file {
            body.extend_from_slice(format!("\"; filename=\"{file}").as_bytes());
        }
        body.extend_from_slice(b"\"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    read(body).await
}

async fn read(body: Vec<u8>) -> Result<Upload, ProblemKind> {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::on(&desk.desk);
    let request = Request::post("/").header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    let request = request.body(Body::from(body)).unwrap();
    let reader = tower::service_fn(move |request: Request| {
        let web = web.clone();
        async move { Ok::<_, std::convert::Infallible>(Upload::from_request(request, &web).await) }
    });
    let answer = DefaultBodyLimit::max(FORM_BYTES)
        .layer(reader)
        .oneshot(request)
        .await;
    answer.unwrap().map_err(|problem| problem.kind())
}

#[tokio::test]
async fn fields_and_photos_are_told_apart_and_empty_files_left_out() {
    let form = upload(&[
        ("text", None, "Een man bij de brug".as_bytes()),
        ("phone", None, b" "),
        ("photos", Some("a.jpg"), b"first"),
        ("photos", Some(""), b""),
    ])
    .await
    .unwrap();
    assert_eq!(form.filled("text"), Some("Een man bij de brug"));
    assert_eq!(form.filled("phone"), None);
    assert_eq!(form.photos, ["first"]);
}

#[tokio::test]
async fn too_many_or_too_large_parts_are_refused() {
    let photo: (&str, Option<&str>, &[u8]) = ("photos", Some("a.jpg"), b"x");
    assert_eq!(
        upload(&[photo; PHOTOS + 1]).await.unwrap_err(),
        ProblemKind::Invalid
    );
    let large = vec![b'x'; FIELD_BYTES + 1];
    assert_eq!(
        upload(&[("text", None, &large)]).await.unwrap_err(),
        ProblemKind::Invalid
    );
    let large = vec![b'x'; PHOTO_BYTES + 1];
    assert_eq!(
        upload(&[("photos", Some("a"), &large)]).await.unwrap_err(),
        ProblemKind::Invalid
    );
    let names: Vec<String> = (0..=FIELDS).map(|number| number.to_string()).collect();
    let many: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), None, b"".as_slice()))
        .collect();
    assert_eq!(upload(&many).await.unwrap_err(), ProblemKind::Malformed);
    assert_eq!(
        upload(&[("text", None, b"\xff")]).await.unwrap_err(),
        ProblemKind::Invalid
    );
}

#[tokio::test]
async fn a_form_that_is_cut_off_is_unreadable() {
    let cut = b"--edge\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nEen m".to_vec();
    assert_eq!(read(cut).await.unwrap_err(), ProblemKind::Malformed);
}
