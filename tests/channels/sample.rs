//! Messages, recipients and running receivers for the tests.

use std::net::SocketAddr;

use oproep::channels::email::Email;
use oproep::channels::email::settings::EmailSettings;
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Recipient, Urgency};
use oproep::domain::random::Random;
use oproep::receivers::Ground;
use oproep::receivers::faults::Faults;
use oproep::receivers::inbox::Inbox;
use oproep::receivers::smtp_server::SmtpServer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub fn message() -> Message {
    Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language: Language::Nl,
        title: "Vermist: jongen (9) in blauwe jas, Zürichpad".to_owned(),
        body: "Gezien om 14.02 uur bij het café.\n.Begint met een punt & <b>geen opmaak</b>.\n\nBel 112."
            .to_owned(),
        collapse_key: "a".to_owned(),
        expires_at: Timestamp::from_millis(i64::MAX),
    }
}

pub fn reference(number: usize) -> String {
    format!("ref-{number}_x")
}

pub fn mailboxes(count: usize) -> Vec<Recipient> {
    (0..count)
        .map(|number| Recipient {
            endpoint: Endpoint::Mailbox(format!("deelnemer{number}@voorbeeld.nl")),
            reference: reference(number),
            link: Some(format!("https://oproep.voorbeeld.nl/k/{number:020}?t=1&u=2")),
            mail: None,
        })
        .collect()
}

/// An e-mail account at a server on this machine, with some settings changed.
pub fn email(port: u16, change: &Value) -> Email {
    let mut settings = json!({
        "host": "127.0.0.1", "port": port, "tls": "none", "from_name": "Burgernet",
        "from_address": "oproep@voorbeeld.nl", "helo_name": "localhost", "connections": 4,
        "timeout_ms": 5000,
    });
    let fields = settings.as_object_mut().unwrap();
    fields.extend(change.as_object().unwrap().clone());
    let settings: EmailSettings = serde_json::from_value(settings).unwrap();
    Email::new(&settings, Clock::system()).unwrap()
}

/// What a receiver stands on.
pub fn ground() -> Ground {
    let random = Random::from_seed(1);
    Ground {
        inbox: Inbox::default(),
        faults: Faults::new(random.clone()),
        clock: Clock::system(),
        random,
    }
}

/// A running SMTP receiver.
pub struct MailServer {
    pub inbox: Inbox,
    pub faults: Faults,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::start_with("127.0.0.1:0", |server| server).await
    }

    pub async fn start_with(bind: &str, change: impl FnOnce(SmtpServer) -> SmtpServer) -> Self {
        let listener = TcpListener::bind(bind).await.unwrap();
        let address = listener.local_addr().unwrap();
        let ground = ground();
        let (inbox, faults) = (ground.inbox.clone(), ground.faults.clone());
        let server = change(SmtpServer::new(ground));
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.serve(listener, async { drop(stopped.await) }));
        Self {
            inbox,
            faults,
            address,
            stop: Some(stop),
            running,
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.running.await.unwrap();
    }
}
