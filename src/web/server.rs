//! The listener: connections with limits, answered until the stop, and then to their end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::Web;
use super::operations::Watched;
use stalled::Progressing;

mod stalled;

/// A caller sends the head of a request within this time, also on a connection that is kept open.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// Whoever reads nothing of an answer for this long is given up.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// How long answers under way get after the stop.
const FINISH_WITHIN: Duration = Duration::from_secs(15);
/// The most bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;
/// The most requests at once on one connection (HTTP/2).
const STREAMS: u32 = 64;
/// After a failed accept: no file descriptors left, for instance.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Answers everything on this listener until `stop` ends; then takes no new connection, ends live streams, and
/// lets the answers under way finish for at most fifteen seconds.
pub async fn serve(listener: TcpListener, web: Web, stop: impl Future<Output = ()>) {
    let router = super::frame::router(&web);
    serve_router(listener, router, web, stop).await;
}

/// Answers what operations watches on a listener of its own, until `stop` ends.
pub async fn serve_operations(listener: TcpListener, web: Web, stop: impl Future<Output = ()>) {
    let router = super::frame::dress(super::operations::routes(), &web);
    serve_router(listener, router, web, stop).await;
}

/// The same for a process that answers nothing else.
pub async fn serve_watched(
    listener: TcpListener,
    watched: Watched,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let router = super::operations::routes().with_state(watched);
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "nobody is told any more how this process does");
    }
}

async fn serve_router(listener: TcpListener, router: Router, web: Web, stop: impl Future<Output = ()>) {
    let (connections, closing) = (TaskTracker::new(), CancellationToken::new());
    let places = Arc::new(Semaphore::new(web.settings().connections));
    tokio::pin!(stop);
    loop {
        // The place comes first, so that callers wait in the listener's queue and not in our memory.
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place.expect("the places are never closed"),
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = answer(stream, peer, router.clone(), closing.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
    drop(listener);
    web.closing().cancel();
    closing.cancel();
    connections.close();
    if tokio::time::timeout(FINISH_WITHIN, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(connections = connections.len(), "answers under way were cut off");
    }
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, closing: CancellationToken) {
    // Small answers leave at once; a failure shows at the first write.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_WITHIN)
        .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS);
    let connection = builder.serve_connection(
        TokioIo::new(Progressing::new(stream, READ_WITHIN)),
        TowerToHyperService::new(service),
    );
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Callers hang up; that is theirs to do.
        tracing::trace!(%error, "a connection ended early");
    }
}
