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

use self::apns::ApnsService;
use self::faults::Faults;
use self::fcm::FcmService;
use self::inbox::Inbox;
use self::push_service::PushService;
use self::serve::tls::Tls;
use self::serve::{listen, serve};

pub mod apns;
pub mod exchange;
pub mod faults;
pub mod fcm;
pub mod inbox;
pub mod page;
pub mod push_service;
mod reports;
pub mod serve;
pub mod sms_gateway;
pub mod smtp_server;

/// Where the receivers listen on 127.0.0.1; 0 takes a free port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiverSettings {
    /// The page that shows what arrived.
    pub page_port: u16,
    /// The Web Push service.
    pub web_push_port: u16,
    /// Where the Web Push service is reached when something stands before it, for instance `http://127.0.0.1:4001`.
    pub web_push_origin: Option<String>,
    /// Firebase Cloud Messaging.
    pub fcm_port: u16,
    /// Apple's push notification service, always with TLS.
    pub apns_port: u16,
    /// Whether Web Push and FCM are served with TLS too.
    pub tls: bool,
    /// How many messages the inbox keeps in full.
    pub kept: usize,
}

impl Default for ReceiverSettings {
    fn default() -> Self {
        Self {
            page_port: 0,
            web_push_port: 0,
            web_push_origin: None,
            fcm_port: 0,
            apns_port: 0,
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
    /// Where it listens.
    pub web_push_address: SocketAddr,
    /// Firebase Cloud Messaging.
    pub fcm: FcmService,
    /// Apple's push notification service.
    pub apns: ApnsService,
    /// Where the page is.
    pub page_address: SocketAddr,
    /// The certificate that clients must trust, in PEM: made at the start, served wherever TLS is on.
    pub certificate_pem: String,
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
        let certificate = Tls::self_signed()?;
        let tls = settings.tls.then(|| certificate.clone());
        let scheme = if settings.tls { "https" } else { "http" };

        let (listener, web_push_address) = listen(settings.web_push_port).await?;
        let own = || format!("{scheme}://{web_push_address}");
        let web_push = PushService::new(
            ground.clone(),
            settings.web_push_origin.clone().unwrap_or_else(own),
        );
        serve(listener, tls.clone(), web_push.router(), stop.child_token());

        let (listener, address) = listen(settings.fcm_port).await?;
        let fcm = FcmService::new(ground.clone(), format!("{scheme}://{address}"))?;
        serve(listener, tls, fcm.router(), stop.child_token());

        let (listener, address) = listen(settings.apns_port).await?;
        let apns = ApnsService::new(ground.clone(), format!("https://{address}"))?;
        serve(
            listener,
            Some(certificate.clone()),
            apns.router(),
            stop.child_token(),
        );

        let (listener, page_address) = listen(settings.page_port).await?;
        serve(listener, None, page::router(ground), stop.child_token());

        Ok(Self {
            inbox,
            faults,
            web_push,
            web_push_address,
            fcm,
            apns,
            page_address,
            certificate_pem: certificate.pem().to_owned(),
        })
    }
}
