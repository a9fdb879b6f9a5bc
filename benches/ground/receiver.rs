//! A receiver in a process of its own, on one core: it takes every message unread, counts it and answers.
//!
//! The program starts itself a second time for it. What decrypts and checks would measure itself; the
//! look-alikes of `oproep::receivers` do that in the tests. Tokens for FCM come from the look-alike, and SMS
//! go to it whole, since their reports are part of the measurement.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::get;
use http::{StatusCode, header};
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::receivers::faults::Faults;
use oproep::receivers::inbox::Inbox;
use oproep::receivers::serve::tls::Tls;
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{ReportSettings, SmsGateway};
use oproep::receivers::{Ground, ReceiverSettings, Receivers};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::machine::one_core;

const CHILD: &str = "OPROEP_BENCH_RECEIVER";

/// The running receiver; it ends with this value.
pub struct Receiver {
    child: Child,
    pub addresses: Addresses,
    _folder: tempfile::TempDir,
}

/// Where everything is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addresses {
    /// Takes every POST, over TLS with HTTP/2 or HTTP/1.1.
    pub tls: SocketAddr,
    /// The same without TLS, and the figures.
    pub plain: SocketAddr,
    /// The SMS gateway.
    pub sms: SocketAddr,
    /// The certificate of `tls`.
    pub certificate: PathBuf,
    /// A service account whose tokens the look-alike gives.
    pub service_account: PathBuf,
}

/// What came in since the last reset.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figures {
    pub count: u64,
    /// Milliseconds since 1970; zero for none.
    pub first_at: i64,
    pub last_at: i64,
}

impl Receiver {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(std::env::current_exe().expect("a program has a path"))
            .env(CHILD, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the receiver starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the receiver says where it is");
        let addresses = serde_json::from_str(&line).expect("addresses");
        Self {
            child,
            addresses,
            _folder: folder,
        }
    }

    /// Starts the count anew; answers come `delay_ms` later from now on.
    pub async fn reset(&self, delay_ms: u64) {
        let _: Figures = self
            .ask(&format!("reset/{delay_ms}"))
            .await
            .json()
            .await
            .expect("figures");
    }

    pub async fn figures(&self) -> Figures {
        self.ask("figures").await.json().await.expect("figures")
    }

    /// The last body that came in.
    pub async fn body(&self) -> Vec<u8> {
        self.ask("body").await.bytes().await.expect("a body").to_vec()
    }

    async fn ask(&self, what: &str) -> reqwest::Response {
        let url = format!("http://{}/{what}", self.addresses.plain);
        reqwest::get(url).await.expect("the receiver answers")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Default)]
struct Counted {
    count: AtomicU64,
    first_at: AtomicI64,
    last_at: AtomicI64,
    delay_ms: AtomicU64,
    body: std::sync::Mutex<Bytes>,
}

impl Counted {
    fn figures(&self) -> Figures {
        Figures {
            count: self.count.load(Ordering::Relaxed),
            first_at: self.first_at.load(Ordering::Relaxed),
            last_at: self.last_at.load(Ordering::Relaxed),
        }
    }
}

/// Serves and never returns when this process is the receiver; otherwise nothing happens.
pub fn serve_if_child() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let folder = PathBuf::from(folder);
    one_core().block_on(async {
        let addresses = start(folder).await;
        println!(
            "{}",
            serde_json::to_string(&addresses).expect("addresses are plain values")
        );
        std::io::stdout().flush().expect("the parent reads");
        // Until the parent is gone.
        let waiting = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
        waiting.await.expect("reading does not panic");
    });
    std::process::exit(0);
}

async fn start(folder: PathBuf) -> Addresses {
    let (clock, random, stop) = (Clock::system(), Random::from_seed(2), CancellationToken::new());
    let tls = Tls::self_signed().expect("a certificate");
    let certificate = folder.join("certificate.pem");
    std::fs::write(&certificate, tls.pem()).expect("a file");
    let tokens = Receivers::start(&ReceiverSettings::default(), clock.clone(), random.clone(), &stop)
        .await
        .expect("the receivers start");
    let service_account = folder.join("fcm.json");
    tokens
        .fcm
        .write_service_account(&service_account)
        .expect("a service account");

    let counted = Arc::new(Counted::default());
    let router = Router::new()
        .route(
            "/figures",
            get(async |State(counted): State<Arc<Counted>>| axum::Json(counted.figures())),
        )
        .route(
            "/body",
            get(async |State(counted): State<Arc<Counted>>| counted.body.lock().expect("a body").clone()),
        )
        .route("/reset/{delay_ms}", get(reset))
        .route("/report/{*rest}", get(async || StatusCode::OK))
        .fallback(take)
        .with_state(counted);
    let (listener, tls_address) = listen(0).await.expect("a free port");
    serve(listener, Some(tls), router.clone(), stop.clone());
    let (listener, plain) = listen(0).await.expect("a free port");
    serve(listener, None, router, stop.clone());

    let ground = Ground {
        inbox: Inbox::default(),
        faults: Faults::new(random.clone()),
        clock,
        random,
    };
    let reports = ReportSettings {
        delay_ms: 0,
        // Kannel's smsbox makes up to 512 calls at once (max-pending-requests).
        concurrency: 256,
        ..ReportSettings::default()
    };
    let gateway = SmsGateway::new(ground, &reports, stop.clone()).expect("a gateway");
    let (listener, sms) = listen(0).await.expect("a free port");
    serve(listener, None, gateway.router(), stop);
    Addresses {
        tls: tls_address,
        plain,
        sms,
        certificate,
        service_account,
    }
}

async fn reset(State(counted): State<Arc<Counted>>, Path(delay_ms): Path<u64>) -> axum::Json<Figures> {
    counted.count.store(0, Ordering::Relaxed);
    counted.first_at.store(0, Ordering::Relaxed);
    counted.last_at.store(0, Ordering::Relaxed);
    counted.delay_ms.store(delay_ms, Ordering::Relaxed);
    axum::Json(counted.figures())
}

async fn take(
    State(counted): State<Arc<Counted>>,
    body: Bytes,
) -> ([(header::HeaderName, &'static str); 1], &'static str) {
    let now = Clock::system().now().as_millis();
    if counted.count.fetch_add(1, Ordering::Relaxed) == 0 {
        counted.first_at.store(now, Ordering::Relaxed);
        *counted.body.lock().expect("a body") = body;
    }
    counted.last_at.store(now, Ordering::Relaxed);
    let delay_ms = counted.delay_ms.load(Ordering::Relaxed);
    if delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    (
        [(header::CONTENT_TYPE, "application/json")],
        r#"{"name":"projects/oproep-local/messages/0:0123456789abcdef"}"#,
    )
}
