//! Local stand-ins for the providers: they take what is sent, check it as the real ones do, and show it.
//!
//! For the demonstration, for training and for tests. All listen on 127.0.0.1 only, keep what arrives in
//! bounded memory ([`inbox`]) and misbehave on request ([`faults`]). They import the domain and nothing of
//! the adapters, so that what an adapter writes is read by other code than wrote it.

use std::io;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::domain::clock::Clock;
use crate::domain::random::Random;

use self::faults::Faults;
use self::fcm::FcmService;
use self::inbox::Inbox;
use self::push_service::PushService;
use self::serve::tls::Tls;
use self::serve::{listen, serve};

pub mod faults;
pub mod fcm;
pub mod inbox;
pub mod page;
pub mod push_service;
pub mod serve;
pub mod sms_gateway;
pub mod smtp_server;

/// Where the receivers listen on 127.0.0.1; 0 takes a free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiverSettings {
    /// The page that shows what arrived.
    pub page_port: u16,
    /// The Web Push service.
    pub web_push_port: u16,
    /// Firebase Cloud Messaging.
    pub fcm_port: u16,
    /// Whether Web Push and FCM are served with TLS, by a certificate made at the start.
    pub tls: bool,
    /// How many messages the inbox keeps in full.
    pub kept: usize,
}

impl Default for ReceiverSettings {
    fn default() -> Self {
        Self {
            page_port: 0,
            web_push_port: 0,
            fcm_port: 0,
            tls: false,
            kept: inbox::KEPT,
        }
    }
}

/// What every receiver stands on; clones share it.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Where arrivals go.
    pub inbox: Inbox,
    /// What goes wrong.
    pub faults: Faults,
    /// The time.
    pub clock: Clock,
    /// Keys, ids and draws.
    pub random: Random,
}

/// The running receivers.
#[derive(Debug)]
pub struct Receivers {
    /// What arrived.
    pub inbox: Inbox,
    /// What goes wrong.
    pub faults: Faults,
    /// The Web Push service.
    pub web_push: PushService,
    /// Firebase Cloud Messaging.
    pub fcm: FcmService,
    /// Where the page is.
    pub page_address: SocketAddr,
    /// The certificate that clients must trust, in PEM, where TLS is on.
    pub certificate_pem: Option<String>,
}

impl Receivers {
    /// Starts all of them; they stop, and drop their connections, when `stop` is cancelled.
    ///
    /// Makes an RSA key, which takes some tenths of a second.
    pub async fn start(
        settings: &ReceiverSettings,
        clock: Clock,
        random: Random,
        stop: &CancellationToken,
    ) -> io::Result<Self> {
        let inbox = Inbox::keeping(settings.kept);
        let faults = Faults::new(random.clone());
        let ground = Ground {
            inbox: inbox.clone(),
            faults: faults.clone(),
            clock,
            random,
        };
        let tls = settings.tls.then(Tls::self_signed).transpose()?;
        let scheme = if settings.tls { "https" } else { "http" };

        let (listener, address) = listen(settings.web_push_port).await?;
        let web_push = PushService::new(ground.clone(), format!("{scheme}://{address}"));
        serve(listener, tls.clone(), web_push.router(), stop.child_token());

        let (listener, address) = listen(settings.fcm_port).await?;
        let fcm = FcmService::new(ground.clone(), format!("{scheme}://{address}"))?;
        serve(listener, tls.clone(), fcm.router(), stop.child_token());

        let (listener, page_address) = listen(settings.page_port).await?;
        serve(listener, None, page::router(ground), stop.child_token());

        let certificate_pem = tls.map(|tls| tls.pem().to_owned());
        Ok(Self {
            inbox,
            faults,
            web_push,
            fcm,
            page_address,
            certificate_pem,
        })
    }
}
