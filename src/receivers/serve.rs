//! The servers under the receivers: HTTP/1.1 and HTTP/2 on one port of 127.0.0.1, with TLS or without.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use self::tls::Tls;

pub mod tls;

/// Connections at once to one receiver; more wait to be accepted.
const MOST_CONNECTIONS: usize = 4_096;
/// How long a client may take for TLS or a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Marks an answer that is never given: the connection is dropped instead.
#[derive(Clone, Copy, Debug)]
struct HangUp;

/// Drops the connection without an answer, and with it all else that is under way on it.
pub fn hang_up() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HangUp);
    response
}

/// A listener on 127.0.0.1; port 0 takes a free one.
pub async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves the router until `stop`; then connections are dropped as they are.
pub fn serve(listener: TcpListener, tls: Option<Tls>, router: Router, stop: CancellationToken) {
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        loop {
            let place = Arc::clone(&places)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            let stream = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    // Out of descriptors: the next one may find some.
                    Err(_) => continue,
                },
            };
            // Answers are short and many share a connection; none waits for another's acknowledgement.
            let _ = stream.set_nodelay(true);
            let (tls, router, stop) = (tls.clone(), router.clone(), stop.child_token());
            tokio::spawn(async move {
                match tls {
                    None => connection(stream, router, stop).await,
                    Some(tls) => {
                        let accepted = tokio::time::timeout(HEAD_TIMEOUT, tls.accept(stream)).await;
                        if let Ok(Ok(stream)) = accepted {
                            connection(stream, router, stop).await;
                        }
                    }
                }
                drop(place);
            });
        }
    });
}

async fn connection<S>(stream: S, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let dropped = stop.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (router, dropped) = (router.clone(), dropped.clone());
        async move {
            let response = router.oneshot(request).await?;
            if response.extensions().get::<HangUp>().is_some() {
                dropped.cancel();
                std::future::pending::<()>().await;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(200);
    tokio::select! {
        () = stop.cancelled() => {}
        // A connection that breaks concerns its client only.
        _ = builder.serve_connection(TokioIo::new(stream), service) => {}
    }
}
