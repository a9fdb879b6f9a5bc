//! The local receivers of a demonstration, all of them, on ports that stay the same where they are free.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::notes::DemoFolder;
use super::population::DemoParticipant;
use crate::domain::clock::Clock;
use crate::domain::endpoint::Endpoint;
use crate::domain::random::Random;
use crate::receivers::exchange::{Exchange, TWILIO_ACCOUNT};
use crate::receivers::serve::{listen, serve};
use crate::receivers::sms_gateway::{KANNEL_USER, ReportSettings, SmsGateway};
use crate::receivers::smtp_server::SmtpServer;
use crate::receivers::{Ground, ReceiverSettings, Receivers, apns};

/// Of so many participants with the app, one has it in the browser, and one on a device of Apple's.
const BROWSER_EVERY: u32 = 4;

/// The ports that are asked for: from 8090 up, or whatever is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// 8090 and the six after it; free ones for those that are taken.
    Fixed,
    /// Free ones.
    Free,
}

impl Ports {
    const FIRST: u16 = 8090;

    /// The port for the receiver with this place in the row: 0 asks for a free one.
    fn wanted(self, place: u16) -> u16 {
        match self {
            Self::Fixed if is_free(Self::FIRST + place) => Self::FIRST + place,
            _ => 0,
        }
    }
}

/// Whether nobody listens on a port of this machine.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The running receivers.
pub struct StandIns {
    /// Push service, FCM, APNs and the page.
    pub receivers: Receivers,
    web_push_port: u16,
    sms: SocketAddr,
    smtp: SocketAddr,
    exchange: SocketAddr,
    folder: DemoFolder,
}

impl StandIns {
    /// Starts all of them until `stop`. `web_push_port` is where participants of an earlier run are
    /// subscribed.
    pub async fn start(
        folder: &DemoFolder,
        ports: Ports,
        web_push_port: Option<u16>,
        seed: u64,
        stop: &CancellationToken,
    ) -> io::Result<Self> {
        let clock = Clock::system();
        // The same seed makes the same subscriptions and tokens.
        let random = Random::from_seed(seed);
        let web_push_port = match web_push_port.unwrap_or_else(|| ports.wanted(1)) {
            0 => free_port()?,
            port => port,
        };
        let settings = ReceiverSettings {
            page_port: ports.wanted(0),
            web_push_port,
            fcm_port: ports.wanted(2),
            apns_port: ports.wanted(5),
            ..ReceiverSettings::default()
        };
        let receivers = Receivers::start(&settings, clock.clone(), random.clone(), stop).await?;
        receivers.fcm.write_service_account(&folder.fcm_account())?;
        receivers.apns.write_key(&folder.apns_key())?;
        std::fs::write(folder.certificate(), &receivers.certificate_pem)?;
        let ground = Ground {
            inbox: receivers.inbox.clone(),
            faults: receivers.faults.clone(),
            clock,
            random,
        };

        let gateway = SmsGateway::new(ground.clone(), &ReportSettings::default(), stop.child_token());
        let gateway = gateway.map_err(io::Error::other)?;
        let (listener, sms) = listen(ports.wanted(3)).await?;
        serve(listener, None, gateway.router(), stop.child_token());

        let (listener, exchange) = listen(ports.wanted(6)).await?;
        let origin = format!("http://{exchange}");
        let calls = Exchange::new(
            ground.clone(),
            origin,
            &ReportSettings::default(),
            stop.child_token(),
        );
        let calls = calls.map_err(io::Error::other)?;
        serve(listener, None, calls.router(), stop.child_token());

        let (listener, smtp) = listen(ports.wanted(4)).await?;
        tokio::spawn(SmtpServer::new(ground).serve(listener, stop.clone().cancelled_owned()));
        Ok(Self {
            receivers,
            web_push_port,
            sms,
            smtp,
            exchange,
            folder: folder.clone(),
        })
    }

    /// The port of the push service.
    pub const fn web_push_port(&self) -> u16 {
        self.web_push_port
    }

    /// Where the page is.
    pub fn page(&self) -> String {
        format!("http://{}", self.receivers.page_address)
    }

    /// The endpoints that bring the app's messages of a person to a receiver. `number` tells people apart.
    pub fn devices(&self, number: u32, person: &DemoParticipant) -> Vec<Endpoint> {
        let receivers = &self.receivers;
        match (person.app, number % BROWSER_EVERY) {
            (false, _) => Vec::new(),
            (true, 0) => vec![receivers.web_push.subscription(number)],
            (true, 1) => vec![receivers.apns.device(number)],
            (true, _) => vec![receivers.fcm.device(number)],
        }
    }

    /// The sections of the configuration that make every provider one of these. Reports are brought under
    /// `secret`.
    pub fn providers(&self, service: &str, secret: &str) -> Value {
        let (username, password) = KANNEL_USER;
        json!({
            "push": {
                "fcm": {
                    "service_account_file": self.folder.fcm_account(),
                    "base_url": self.receivers.fcm.base_url(),
                },
                "apns": {
                    "key_file": self.folder.apns_key(),
                    "key_id": apns::KEY_ID,
                    "team_id": apns::TEAM_ID,
                    "topic": apns::TOPIC,
                    "base_url": self.receivers.apns.base_url(),
                    "http": { "extra_roots_file": self.folder.certificate() },
                },
                "web_push": {
                    "vapid_key_file": crate::app::keys::vapid_file(&self.folder.keys()),
                    "subject": "mailto:demo@oproep.invalid",
                    "allow_loopback": true,
                },
            },
            "sms": { "kannel": {
                "url": format!("http://{}/cgi-bin/sendsms", self.sms),
                "username": username,
                "password": password,
                "from": "Oproep",
                "receipts_url": format!("{service}/receipts/kannel/{secret}"),
            } },
            "voice": { "twilio": {
                "base_url": format!("http://{}", self.exchange),
                "account_sid": TWILIO_ACCOUNT.0,
                "auth_token": TWILIO_ACCOUNT.1,
                "from": "+3197010200000",
            } },
            "email": {
                "host": "127.0.0.1",
                "port": self.smtp.port(),
                "tls": "none",
                "from_name": "Oproep",
                "from_address": "oproep@demo.invalid",
                "helo_name": "oproep.demo.invalid",
            },
        })
    }
}

/// A port that nobody listens on at this moment.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
