//! Every adapter with the receiver that stands in for its provider, and a proxy between the two.

use std::path::{Path, PathBuf};

use axum::Router;
use oproep::channels::Provider;
use oproep::channels::email::Email;
use oproep::channels::http::{HttpSettings, HttpVersion};
use oproep::channels::push::apns::ApnsSettings;
use oproep::channels::push::fcm::FcmSettings;
use oproep::channels::push::webpush::WebPushSettings;
use oproep::channels::push::webpush::vapid::VapidKey;
use oproep::channels::push::{Push, PushSettings};
use oproep::channels::sms::cm::Cm;
use oproep::channels::sms::kannel::Kannel;
use oproep::channels::sms::spryng::Spryng;
use oproep::channels::sms::twilio::Twilio;
use oproep::channels::voice::cm::CmVoice;
use oproep::channels::voice::twilio::TwilioVoice;
use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Recipient;
use oproep::domain::random::Random;
use oproep::receivers::exchange::{CM_TOKEN, Exchange, TWILIO_ACCOUNT};
use oproep::receivers::faults::Faults;
use oproep::receivers::inbox::{Inbox, Kind};
use oproep::receivers::serve::tls::Tls;
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{KANNEL_USER, ReportSettings, SPRYNG_KEY, SmsGateway};
use oproep::receivers::smtp_server::SmtpServer;
use oproep::receivers::{ReceiverSettings, Receivers, apns};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::proxy::{Mode, Proxy};
use crate::sample::{ground, mailboxes, reference};
use crate::sms_sample::phones;

/// How long a request may take, in milliseconds.
const PATIENCE_MS: u64 = 1_000;

/// Which adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    Fcm,
    Apns,
    WebPush,
    Kannel,
    Cm,
    Spryng,
    TwilioSms,
    CmVoice,
    TwilioVoice,
    Smtp,
}

impl Adapter {
    /// The receiver that takes its messages.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Fcm => Kind::Fcm,
            Self::Apns => Kind::Apns,
            Self::WebPush => Kind::WebPush,
            Self::Kannel | Self::Cm | Self::Spryng | Self::TwilioSms => Kind::Sms,
            Self::CmVoice | Self::TwilioVoice => Kind::Voice,
            Self::Smtp => Kind::Email,
        }
    }

    /// Whether a dead address is known when a message is handed over, and not by a report alone.
    pub const fn hears_of_dead_addresses(self) -> bool {
        matches!(self, Self::Fcm | Self::Apns | Self::WebPush | Self::Smtp)
    }

    /// Whether a message can have left before anything was answered: a mail leaves after a dialogue.
    pub const fn leaves_at_once(self) -> bool {
        !matches!(self, Self::Smtp)
    }

    const fn is_push(self) -> bool {
        matches!(self, Self::Fcm | Self::Apns | Self::WebPush)
    }
}

/// An adapter under test.
pub struct Subject {
    pub adapter: Adapter,
    pub provider: Box<dyn Provider>,
    pub inbox: Inbox,
    pub faults: Faults,
    pub proxy: Proxy,
    devices: Option<Receivers>,
    _folder: TempDir,
    _stop: DropGuard,
}

/// How it is set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Whether the receiver speaks TLS where it can do without.
    pub tls: bool,
    /// Whether the adapter is told to trust another certificate than the receiver's.
    pub other_certificate: bool,
    /// How the receiver reports.
    pub reports: ReportSettings,
    /// Where we are called back: reports, and what to say.
    pub service: Option<String>,
}

impl Subject {
    pub async fn start(adapter: Adapter) -> Self {
        Self::start_with(adapter, Setup::default()).await
    }

    pub async fn start_with(adapter: Adapter, setup: Setup) -> Self {
        let (folder, stop, mut proxy) = (
            tempfile::tempdir().unwrap(),
            CancellationToken::new(),
            Proxy::new(),
        );
        let file = |name: &str| folder.path().join(name);
        let subject = if adapter.is_push() {
            let origin = format!("{}://{}", scheme(setup.tls), proxy.address());
            let settings = ReceiverSettings {
                tls: setup.tls,
                web_push_origin: Some(origin),
                ..ReceiverSettings::default()
            };
            let receivers = Receivers::start(&settings, Clock::system(), Random::from_seed(7), &stop)
                .await
                .unwrap();
            std::fs::write(file("roots.pem"), &receivers.certificate_pem).unwrap();
            let of_url = |url: &str| url.rsplit('/').next().unwrap().parse().unwrap();
            proxy.stand_before(match adapter {
                Adapter::Fcm => of_url(receivers.fcm.base_url()),
                Adapter::Apns => of_url(receivers.apns.base_url()),
                _ => receivers.web_push_address,
            });
            let roots = roots(&setup, &file("roots.pem"), &file("other.pem"));
            let provider = push(adapter, &receivers, &proxy, &setup, roots, folder.path());
            Self {
                adapter,
                provider,
                inbox: receivers.inbox.clone(),
                faults: receivers.faults.clone(),
                proxy,
                devices: Some(receivers),
                _folder: folder,
                _stop: stop.drop_guard(),
            }
        } else {
            let tls = (setup.tls || setup.other_certificate).then(|| Tls::self_signed().unwrap());
            if let Some(tls) = &tls {
                std::fs::write(file("roots.pem"), tls.pem()).unwrap();
            }
            let ground = ground();
            let (inbox, faults) = (ground.inbox.clone(), ground.faults.clone());
            let (listener, address) = listen(0).await.unwrap();
            proxy.stand_before(address);
            if adapter == Adapter::Smtp {
                let server = SmtpServer::new(ground);
                let server = match tls {
                    Some(tls) => server.with_starttls(tls),
                    None => server,
                };
                tokio::spawn(server.serve(listener, stop.clone().cancelled_owned()));
            } else {
                let router = if adapter.kind() == Kind::Voice {
                    let origin = format!("http://{address}");
                    let exchange = Exchange::new(ground, origin, &setup.reports, stop.clone()).unwrap();
                    exchange.router()
                } else {
                    gateway(ground, &setup, &stop)
                };
                serve(listener, tls, router, stop.clone());
            }
            let roots = (setup.tls || setup.other_certificate)
                .then(|| roots(&setup, &file("roots.pem"), &file("other.pem")));
            Self {
                adapter,
                provider: without_push(adapter, &proxy, &setup, roots.as_deref()),
                inbox,
                faults,
                proxy,
                devices: None,
                _folder: folder,
                _stop: stop.drop_guard(),
            }
        };
        subject.proxy.set(Mode::Pass).await;
        subject
    }

    /// So many recipients, from the `from`th.
    pub fn recipients(&self, from: usize, count: usize) -> Vec<Recipient> {
        let numbers = from..from + count;
        let device = |number: usize| {
            let receivers = self.devices.as_ref().unwrap();
            let number = u32::try_from(number).unwrap();
            match self.adapter {
                Adapter::Fcm => receivers.fcm.device(number),
                Adapter::Apns => receivers.apns.device(number),
                _ => receivers.web_push.subscription(number),
            }
        };
        if self.devices.is_some() {
            numbers
                .map(|number| Recipient {
                    endpoint: device(number),
                    reference: reference(number),
                    link: Some(format!("https://oproep.voorbeeld.nl/a/{number}")),
                    mail: None,
                })
                .collect()
        } else if self.adapter == Adapter::Smtp {
            mailboxes(from + count).split_off(from)
        } else {
            phones(from + count).split_off(from)
        }
    }

    /// Every endpoint is one that it reaches.
    pub fn reaches(&self, endpoint: &Endpoint) -> bool {
        self.provider.reaches(endpoint)
    }
}

const fn scheme(tls: bool) -> &'static str {
    if tls { "https" } else { "http" }
}

/// What the adapter is told to trust.
fn roots(setup: &Setup, right: &Path, other: &Path) -> PathBuf {
    if setup.other_certificate {
        std::fs::write(other, Tls::self_signed().unwrap().pem()).unwrap();
        other.to_owned()
    } else {
        right.to_owned()
    }
}

fn gateway(ground: oproep::receivers::Ground, setup: &Setup, stop: &CancellationToken) -> Router {
    SmsGateway::new(ground, &setup.reports, stop.clone())
        .unwrap()
        .router()
}

fn push(
    adapter: Adapter,
    receivers: &Receivers,
    proxy: &Proxy,
    setup: &Setup,
    roots: PathBuf,
    folder: &Path,
) -> Box<dyn Provider> {
    let random = Random::from_seed(8);
    let http = HttpSettings {
        clients: 2,
        request_timeout_ms: PATIENCE_MS,
        extra_roots_file: Some(roots),
        ..HttpSettings::default()
    };
    let mut settings = PushSettings::default();
    let through = format!(
        "{}://{}",
        scheme(setup.tls || adapter == Adapter::Apns),
        proxy.address()
    );
    match adapter {
        Adapter::Fcm => {
            let file = folder.join("account.json");
            receivers.fcm.write_service_account(&file).unwrap();
            settings.fcm = Some(FcmSettings {
                service_account_file: file,
                project_id: None,
                base_url: through,
                http,
            });
        }
        Adapter::Apns => {
            let file = folder.join("key.p8");
            receivers.apns.write_key(&file).unwrap();
            settings.apns = Some(ApnsSettings {
                key_file: file,
                key_id: apns::KEY_ID.to_owned(),
                team_id: apns::TEAM_ID.to_owned(),
                topic: apns::TOPIC.to_owned(),
                base_url: through,
                http,
            });
        }
        _ => {
            let file = folder.join("vapid");
            std::fs::write(&file, VapidKey::generate(&random).private()).unwrap();
            settings.web_push = Some(WebPushSettings {
                vapid_key_file: file,
                subject: "mailto:beheer@oproep.example".to_owned(),
                hosts: Vec::new(),
                allow_loopback: true,
                http,
            });
        }
    }
    Box::new(Push::new(&settings, &Clock::system(), &random).unwrap())
}

fn without_push(adapter: Adapter, proxy: &Proxy, setup: &Setup, roots: Option<&Path>) -> Box<dyn Provider> {
    let clock = Clock::system();
    let tls = setup.tls || setup.other_certificate;
    let through = format!("{}://{}", scheme(tls), proxy.address());
    let http = |version: HttpVersion| json!({ "version": version, "request_timeout_ms": PATIENCE_MS, "extra_roots_file": roots });
    let service = setup.service.clone();
    let at_service = |path: &str| service.as_ref().map(|service| format!("{service}{path}"));
    let (sid, token) = TWILIO_ACCOUNT;
    match adapter {
        Adapter::Kannel => {
            let settings = json!({
                "url": format!("{through}/cgi-bin/sendsms"), "username": KANNEL_USER.0, "password": KANNEL_USER.1,
                "from": "Burgernet", "receipts_url": at_service("/kannel"), "http": http(HttpVersion::Http1),
            });
            Box::new(Kannel::new(&read(settings), clock).unwrap())
        }
        Adapter::Cm => {
            let settings = json!({
                "base_url": through, "product_token": CM_TOKEN, "from": "Burgernet", "http": http(HttpVersion::Alpn),
            });
            Box::new(Cm::new(&read(settings), clock).unwrap())
        }
        Adapter::Spryng => {
            let settings = json!({
                "base_url": through, "api_key": SPRYNG_KEY, "from": "Burgernet", "http": http(HttpVersion::Alpn),
            });
            Box::new(Spryng::new(&read(settings), clock).unwrap())
        }
        Adapter::TwilioSms => {
            let settings = json!({
                "base_url": through, "account_sid": sid, "auth_token": token, "from": "Burgernet",
                "http": http(HttpVersion::Alpn),
            });
            Box::new(Twilio::new(&read(settings), at_service("/twilio"), clock).unwrap())
        }
        Adapter::CmVoice => {
            let settings = json!({
                "base_url": through, "product_token": CM_TOKEN, "from": "+31880000000", "calls_at_once": 500,
                "http": http(HttpVersion::Alpn),
            });
            let callback = at_service("/voice-cm").unwrap_or_else(|| "http://127.0.0.1:9/x".to_owned());
            Box::new(CmVoice::new(&read(settings), callback.into(), clock).unwrap())
        }
        Adapter::TwilioVoice => {
            let settings = json!({
                "base_url": through, "account_sid": sid, "auth_token": token, "from": "+3197010200000",
                "calls_at_once": 500, "http": http(HttpVersion::Alpn),
            });
            let service = service.unwrap_or_else(|| "http://127.0.0.1:9".to_owned());
            Box::new(TwilioVoice::new(&read(settings), &service, clock).unwrap())
        }
        Adapter::Smtp => {
            let settings = json!({
                "host": "127.0.0.1", "port": proxy.address().port(), "tls": if tls { "starttls" } else { "none" },
                "from_name": "Burgernet", "from_address": "oproep@voorbeeld.nl", "helo_name": "localhost",
                "connections": 4, "timeout_ms": PATIENCE_MS, "root_certificate_file": roots,
            });
            Box::new(Email::new(&read(settings), clock).unwrap())
        }
        Adapter::Fcm | Adapter::Apns | Adapter::WebPush => unreachable!("set up with the others of the app"),
    }
}

fn read<T: serde::de::DeserializeOwned>(mut settings: Value) -> T {
    // What is none is left out.
    if let Some(fields) = settings.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
        if let Some(http) = fields.get_mut("http").and_then(Value::as_object_mut) {
            http.retain(|_, value| !value.is_null());
        }
    }
    serde_json::from_value(settings).unwrap()
}
