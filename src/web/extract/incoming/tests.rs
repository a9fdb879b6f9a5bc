use axum::body::to_bytes;
use futures::Stream;

use super::*;
use crate::desk::testing::TestDesk;
use crate::storage::testing::TestDatabase;
use crate::web::WebParts;

const MB: usize = 1024 * 1024;
/// A megabit in bytes.
const MEGABIT: usize = 125_000;

async fn web() -> Web {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    Web::on(&desk.desk)
}

/// So many pieces, each after so long.
fn pieces(
    clock: &Clock,
    count: usize,
    size: usize,
    every: Duration,
) -> impl Stream<Item = Result<Bytes, Broken>> + Send + 'static {
    let clock = clock.clone();
    stream::iter(0..count).map(move |_| {
        clock.advance(every);
        Ok(Bytes::from(vec![b'x'; size]))
    })
}

async fn take(
    web: &Web,
    body: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static,
) -> Result<Place, ProblemKind> {
    let request = Request::new(Body::from_stream(body));
    let (request, incoming) = Incoming::begin(request, web, 76 * MB)
        .await
        .map_err(|problem| problem.kind())?;
    match to_bytes(request.into_body(), usize::MAX).await {
        Ok(_) => Ok(incoming.end(true).await),
        Err(_) => Err(incoming.problem().expect("a reason").kind()),
    }
}

#[tokio::test]
async fn five_photos_of_four_megabytes_over_one_megabit_are_taken() {
    let web = web().await;
    let seconds = (5 * 4 * MB).div_ceil(MEGABIT);
    assert!(seconds > 160);
    let body = pieces(web.clock(), seconds, MEGABIT, Duration::from_secs(1));
    assert!(take(&web, body).await.is_ok());
}

#[tokio::test]
async fn a_body_that_trickles_or_stalls_is_given_up() {
    let web = web().await;
    let trickle = pieces(web.clock(), 1_000, 100, Duration::from_secs(1));
    assert_eq!(take(&web, trickle).await.unwrap_err(), ProblemKind::TooSlow);
    // Much at once, and then nothing: what was earned is not spent in one pause.
    let clock = web.clock().clone();
    let first = pieces(web.clock(), 1, 10 * MB, Duration::ZERO);
    let stalled = first.chain(stream::poll_fn(move |_| {
        clock.advance(PAUSE + Duration::from_secs(1));
        std::task::Poll::Pending
    }));
    assert_eq!(take(&web, stalled).await.unwrap_err(), ProblemKind::TooSlow);
}

#[tokio::test]
async fn what_lies_in_memory_is_bounded_and_given_back() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let mut parts = WebParts::on(&desk.desk);
    parts.settings.upload_memory_mb = 30;
    parts.settings.uploads_by_address = 2;
    let web = Web::new(parts);
    let mega = |count| pieces(web.clock(), count, MB, Duration::ZERO);
    let ten = take(&web, mega(10)).await.expect("a third of the memory");
    assert_eq!(take(&web, mega(1)).await.unwrap_err(), ProblemKind::Unavailable);
    let empty = take(&web, mega(0)).await.expect("it takes no memory");
    assert_eq!(
        take(&web, mega(0)).await.unwrap_err(),
        ProblemKind::TooMany,
        "two of an address at once"
    );
    drop((ten, empty));
    assert!(take(&web, mega(10)).await.is_ok());
}

#[tokio::test]
async fn more_than_the_limit_is_refused_as_it_comes() {
    let web = web().await;
    let body = pieces(web.clock(), 80, MB, Duration::ZERO);
    assert_eq!(take(&web, body).await.unwrap_err(), ProblemKind::TooLarge);
}
