//! Receivers and a push account that is set up for them.

use std::time::Duration;

use oproep::channels::Provider;
use oproep::channels::http::HttpSettings;
use oproep::channels::push::apns::ApnsSettings;
use oproep::channels::push::fcm::FcmSettings;
use oproep::channels::push::webpush::WebPushSettings;
use oproep::channels::push::webpush::vapid::VapidKey;
use oproep::channels::push::{Push, PushSettings};
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Recipient, Urgency};
use oproep::domain::random::Random;
use oproep::receivers::inbox::{Arrival, Kind};
use oproep::receivers::{ReceiverSettings, Receivers, apns};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

/// 2023-11-14T22:13:20Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

pub struct Setting {
    pub receivers: Receivers,
    pub settings: PushSettings,
    pub clock: Clock,
    _folder: TempDir,
    _stop: DropGuard,
}

impl Setting {
    /// Receivers and settings for them; with TLS, HTTP/2 is agreed on, without it HTTP/1.1 is spoken.
    pub async fn start(tls: bool) -> Self {
        let clock = Clock::manual(NOW);
        let random = Random::from_seed(42);
        let stop = CancellationToken::new();
        let receivers = ReceiverSettings {
            tls,
            ..ReceiverSettings::default()
        };
        let receivers = Receivers::start(&receivers, clock.clone(), random.clone(), &stop)
            .await
            .unwrap();

        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        receivers
            .fcm
            .write_service_account(&file("account.json"))
            .unwrap();
        std::fs::write(file("vapid"), VapidKey::generate(&random).private()).unwrap();
        std::fs::write(file("roots.pem"), &receivers.certificate_pem).unwrap();
        receivers.apns.write_key(&file("apns.p8")).unwrap();
        let http = HttpSettings {
            clients: 2,
            request_timeout_ms: 2_000,
            extra_roots_file: Some(file("roots.pem")),
            ..HttpSettings::default()
        };
        let settings = PushSettings {
            fcm: Some(FcmSettings {
                service_account_file: file("account.json"),
                project_id: None,
                base_url: receivers.fcm.base_url().to_owned(),
                http: http.clone(),
            }),
            apns: Some(ApnsSettings {
                key_file: file("apns.p8"),
                key_id: apns::KEY_ID.to_owned(),
                team_id: apns::TEAM_ID.to_owned(),
                topic: apns::TOPIC.to_owned(),
                base_url: receivers.apns.base_url().to_owned(),
                http: http.clone(),
            }),
            web_push: Some(WebPushSettings {
                vapid_key_file: file("vapid"),
                subject: "mailto:beheer@oproep.example".to_owned(),
                hosts: Vec::new(),
                allow_loopback: true,
                http,
            }),
            ..PushSettings::default()
        };
        Self {
            receivers,
            settings,
            clock,
            _folder: folder,
            _stop: stop.drop_guard(),
        }
    }

    pub fn push(&self) -> Push {
        Push::new(&self.settings, &self.clock, &Random::from_seed(43)).unwrap()
    }

    /// An account with this service alone: what is said to it holds for the whole account.
    pub fn push_of(&self, kind: Kind) -> Push {
        let all = &self.settings;
        let settings = PushSettings {
            fcm: all.fcm.clone().filter(|_| kind == Kind::Fcm),
            apns: all.apns.clone().filter(|_| kind == Kind::Apns),
            web_push: all.web_push.clone().filter(|_| kind == Kind::WebPush),
            concurrency: all.concurrency,
        };
        Push::new(&settings, &self.clock, &Random::from_seed(43)).unwrap()
    }

    pub async fn send_one(&self, push: &Push, endpoint: Endpoint) -> Attempt {
        let attempts = push.send(&message(), &[recipient(0, endpoint)]).await;
        let [attempt] = attempts.try_into().expect("one attempt a recipient");
        attempt
    }

    pub fn latest(&self) -> Arrival {
        self.receivers.inbox.list(0, 1).pop().expect("something arrived")
    }
}

pub fn message() -> Message {
    Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language: Language::Nl,
        title: "Vermist: jongen van zes".to_owned(),
        body: "Rode jas, blauwe fiets.\nRichting \"Vechten\" – ziet u hem? Bel 112 ☎".to_owned(),
        collapse_key: "a1B2-c3_D4".to_owned(),
        expires_at: NOW + Duration::from_hours(1),
    }
}

pub fn recipient(number: u32, endpoint: Endpoint) -> Recipient {
    Recipient {
        endpoint,
        reference: format!("r-{number}"),
        link: Some(format!("https://oproep.example/a/{number}")),
        mail: None,
    }
}

pub fn rejected(reason: &str, endpoint_gone: bool) -> Attempt {
    Attempt::Rejected {
        reason: reason.to_owned(),
        endpoint_gone,
    }
}

pub fn transient(reason: &str) -> Attempt {
    Attempt::Transient {
        reason: reason.to_owned(),
    }
}

pub fn unconfirmed(reason: &str) -> Attempt {
    Attempt::Unconfirmed {
        reason: reason.to_owned(),
    }
}

pub fn throttled(seconds: u64) -> Attempt {
    Attempt::Throttled {
        retry_after: Duration::from_secs(seconds),
    }
}
