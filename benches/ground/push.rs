//! The push account as it is configured in service, towards the local receiver.

use oproep::app::keys::{Keys, vapid_file};
use oproep::channels::http::{HttpSettings, HttpVersion};
use oproep::channels::push::fcm::FcmSettings;
use oproep::channels::push::webpush::WebPushSettings;
use oproep::channels::push::{Push, PushSettings};
use oproep::domain::clock::Clock;
use oproep::domain::random::Random;

use super::receiver::Addresses;

/// How many connections FCM has by default.
pub const CONNECTIONS: usize = 4;

fn http(addresses: &Addresses, clients: usize) -> HttpSettings {
    HttpSettings {
        clients,
        version: HttpVersion::Alpn,
        extra_roots_file: Some(addresses.certificate.clone()),
        ..HttpSettings::default()
    }
}

/// Firebase Cloud Messaging over so many connections.
pub fn fcm(addresses: &Addresses, connections: usize, clock: &Clock, random: &Random) -> Push {
    let settings = PushSettings {
        fcm: Some(FcmSettings {
            service_account_file: addresses.service_account.clone(),
            project_id: None,
            base_url: format!("https://{}", addresses.tls),
            http: http(addresses, connections),
        }),
        ..PushSettings::default()
    };
    Push::new(&settings, clock, random).expect("the settings are right")
}

/// Web Push over so many connections.
pub fn web_push(addresses: &Addresses, connections: usize, clock: &Clock, random: &Random) -> Push {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keys = folder.path().join("keys");
    Keys::create(&keys, random).expect("new keys");
    let settings = PushSettings {
        web_push: Some(WebPushSettings {
            vapid_key_file: vapid_file(&keys),
            subject: "mailto:beheer@oproep.example".to_owned(),
            hosts: Vec::new(),
            allow_loopback: true,
            http: http(addresses, connections),
        }),
        ..PushSettings::default()
    };
    Push::new(&settings, clock, random).expect("the settings are right")
}
