//! Push messages to the app: one account, and for each recipient the way that its device came with.

use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all, join3};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::domain::channel::Channel;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::{Message, Recipient};
use crate::domain::random::Random;

use self::apns::{Apns, ApnsError, ApnsSettings};
use self::fcm::{Fcm, FcmError, FcmSettings};
use self::service::Service;
use self::webpush::{Subscription, WebPush, WebPushError, WebPushSettings};
use super::{Caller, Patient, Provider};

pub mod apns;
pub mod fcm;
mod service;
pub mod webpush;

/// How long an account pauses when the provider asks to slow down and does not say for how long.
const DEFAULT_PAUSE: Duration = Duration::from_mins(1);
/// The longest that providers keep a message: four weeks.
const LONGEST_TTL_S: u64 = 28 * 24 * 3600;
/// Recipients a call: one batch of the queue.
const BATCH_LIMIT: usize = 500;

/// The push account; what is left out cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushSettings {
    /// Firebase Cloud Messaging.
    pub fcm: Option<FcmSettings>,
    /// Apple's push notification service.
    pub apns: Option<ApnsSettings>,
    /// Web Push.
    pub web_push: Option<WebPushSettings>,
    /// How many requests of one batch are under way at once, 1 to 500.
    pub concurrency: usize,
}

impl Default for PushSettings {
    fn default() -> Self {
        Self {
            fcm: None,
            apns: None,
            web_push: None,
            concurrency: 200,
        }
    }
}

impl PushSettings {
    /// Whether any device can be reached.
    pub const fn is_set_up(&self) -> bool {
        self.fcm.is_some() || self.apns.is_some() || self.web_push.is_some()
    }
}

/// Why the push account cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Firebase Cloud Messaging.
    #[error("fcm: {0}")]
    Fcm(#[from] FcmError),
    /// Apple's push notification service.
    #[error("apns: {0}")]
    Apns(#[from] ApnsError),
    /// Web Push.
    #[error("web_push: {0}")]
    WebPush(#[from] WebPushError),
    /// Too few or too many requests at once.
    #[error("concurrency must lie between 1 and {BATCH_LIMIT}")]
    Concurrency,
}

/// The push account.
#[derive(Debug)]
pub struct Push {
    fcm: Option<(Service, Fcm)>,
    apns: Option<(Service, Apns)>,
    /// With the services that browsers bring: one or more.
    web: Option<(Vec<Service>, WebPush)>,
    concurrency: usize,
}

impl Push {
    /// Reads keys and sets up connections; nothing is sent yet.
    pub fn new(settings: &PushSettings, clock: &Clock, random: &Random) -> Result<Self, PushError> {
        if !(1..=BATCH_LIMIT).contains(&settings.concurrency) {
            return Err(PushError::Concurrency);
        }
        let fcm = settings.fcm.as_ref();
        let fcm = fcm.map(|fcm| Fcm::new(fcm, clock.clone())).transpose()?;
        let apns = settings.apns.as_ref();
        let apns = apns
            .map(|apns| Apns::new(apns, clock.clone(), random.clone()))
            .transpose()?;
        let web = settings.web_push.as_ref();
        let web = web
            .map(|web| WebPush::new(web, clock.clone(), random.clone()))
            .transpose()?;
        let hosts = web.as_ref().map_or(0, |web| web.services().len().max(1));
        let count = usize::from(fcm.is_some()) + usize::from(apns.is_some()) + hosts;
        let service = |name: &str| {
            if count > 1 {
                Service::among_others(name, clock.clone(), random.clone())
            } else {
                Service::alone(name, clock.clone())
            }
        };
        Ok(Self {
            fcm: fcm.map(|fcm| (service("fcm"), fcm)),
            apns: apns.map(|apns| (service("apns"), apns)),
            web: web.map(|web| {
                let mut services: Vec<_> = web.services().into_iter().map(service).collect();
                if services.is_empty() {
                    services.push(service("nowhere"));
                }
                (services, web)
            }),
            concurrency: settings.concurrency,
        })
    }

    /// The key that browsers subscribe with (`applicationServerKey`), where Web Push is set up.
    pub fn public_key(&self) -> Option<&str> {
        self.web.as_ref().map(|(_, web)| web.public_key())
    }

    async fn send_all(
        &self,
        message: &Message,
        recipients: &[Recipient],
        caller: &dyn Caller,
    ) -> Vec<Option<Attempt>> {
        let mut attempts = vec![Some(not_configured()); recipients.len()];
        let (mut devices, mut apple, mut subscriptions) = (Vec::new(), Vec::new(), Vec::new());
        for (place, recipient) in recipients.iter().enumerate() {
            match &recipient.endpoint {
                Endpoint::Fcm { token } if self.fcm.is_some() => {
                    devices.push((place, recipient, token.as_str()));
                }
                Endpoint::Apns { token } if self.apns.is_some() => {
                    apple.push((place, recipient, token.as_str()));
                }
                Endpoint::WebPush { url, p256dh, auth } if self.web.is_some() => {
                    subscriptions.push((place, recipient, Subscription { url, p256dh, auth }));
                }
                _ => {}
            }
        }
        // Side by side, so that one that hangs does not hold up the others.
        let (fcm, apns, web_push) = join3(
            self.send_fcm(message, devices, caller),
            self.send_apns(message, apple, caller),
            self.send_web_push(message, subscriptions, caller),
        )
        .await;
        for (place, attempt) in fcm.into_iter().chain(apns).chain(web_push) {
            attempts[place] = attempt;
        }
        attempts
    }

    async fn send_fcm(
        &self,
        message: &Message,
        devices: Vec<(usize, &Recipient, &str)>,
        caller: &dyn Caller,
    ) -> Vec<(usize, Option<Attempt>)> {
        let Some((service, fcm)) = self.fcm.as_ref().filter(|_| !devices.is_empty()) else {
            return Vec::new();
        };
        let gate = match service.gate() {
            Ok(gate) => gate,
            Err(until) => return withheld(&devices, until),
        };
        let prepared = &fcm.prepare(message).await;
        let sends = devices.into_iter().map(|(place, recipient, device)| {
            let send = async move {
                match prepared {
                    Ok(prepared) => fcm.send(prepared, recipient, device).await,
                    Err(attempt) => attempt.clone(),
                }
            };
            (place, send)
        });
        gate.carry(sends.collect(), self.concurrency, caller).await
    }

    async fn send_apns(
        &self,
        message: &Message,
        devices: Vec<(usize, &Recipient, &str)>,
        caller: &dyn Caller,
    ) -> Vec<(usize, Option<Attempt>)> {
        let Some((service, apns)) = self.apns.as_ref().filter(|_| !devices.is_empty()) else {
            return Vec::new();
        };
        let gate = match service.gate() {
            Ok(gate) => gate,
            Err(until) => return withheld(&devices, until),
        };
        let prepared = &apns.prepare(message);
        let sends = devices.into_iter().map(|(place, recipient, device)| {
            (place, async move { apns.send(prepared, recipient, device).await })
        });
        gate.carry(sends.collect(), self.concurrency, caller).await
    }

    async fn send_web_push(
        &self,
        message: &Message,
        subscriptions: Vec<(usize, &Recipient, Subscription<'_>)>,
        caller: &dyn Caller,
    ) -> Vec<(usize, Option<Attempt>)> {
        let Some((services, web)) = self.web.as_ref().filter(|_| !subscriptions.is_empty()) else {
            return Vec::new();
        };
        let headers = &web.headers(message);
        let mut by_service: Vec<Vec<_>> = services.iter().map(|_| Vec::new()).collect();
        for one in subscriptions {
            // What is not sent to says so itself, whichever service it is among.
            let service = web.service_of(one.2).unwrap_or(0);
            by_service[service].push(one);
        }
        let parts = services.iter().zip(by_service).map(|(service, subscriptions)| {
            self.send_to_browsers((service, web), headers, message, subscriptions, caller)
        });
        join_all(parts).await.into_iter().flatten().collect()
    }

    async fn send_to_browsers(
        &self,
        (service, web): (&Service, &WebPush),
        headers: &HeaderMap,
        message: &Message,
        subscriptions: Vec<(usize, &Recipient, Subscription<'_>)>,
        caller: &dyn Caller,
    ) -> Vec<(usize, Option<Attempt>)> {
        if subscriptions.is_empty() {
            return Vec::new();
        }
        let gate = match service.gate() {
            Ok(gate) => gate,
            Err(until) => return withheld(&subscriptions, until),
        };
        let sends = subscriptions.into_iter().map(|(place, recipient, subscription)| {
            let send = async move { web.send(headers, message, recipient, subscription).await };
            (place, send)
        });
        gate.carry(sends.collect(), self.concurrency, caller).await
    }

    fn services(&self) -> impl Iterator<Item = &Service> {
        let fcm = self.fcm.as_ref().map(|(service, _)| service);
        let apns = self.apns.as_ref().map(|(service, _)| service);
        let web = self.web.iter().flat_map(|(services, _)| services);
        fcm.into_iter().chain(apns).chain(web)
    }
}

/// Nobody of these is handed over to a service that is out.
fn withheld<E>(waiting: &[(usize, &Recipient, E)], until: Timestamp) -> Vec<(usize, Option<Attempt>)> {
    waiting
        .iter()
        .map(|(place, ..)| (*place, Some(Attempt::Withheld { until })))
        .collect()
}

impl Provider for Push {
    fn channel(&self) -> Channel {
        Channel::App
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn application_server_key(&self) -> Option<&str> {
        self.web.as_ref().map(|(_, web)| web.public_key())
    }

    fn reaches(&self, endpoint: &Endpoint) -> bool {
        match endpoint {
            Endpoint::Fcm { .. } => self.fcm.is_some(),
            Endpoint::Apns { token } => self.apns.is_some() && apns::is_device_token(token),
            Endpoint::WebPush { url, p256dh, auth } => self
                .web
                .as_ref()
                .is_some_and(|(_, web)| web.reaches(Subscription { url, p256dh, auth })),
            Endpoint::Phone(_) | Endpoint::Mailbox(_) => false,
        }
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let attempts = self.send_all(message, recipients, &Patient).await;
            let begun = attempts
                .into_iter()
                .map(|attempt| attempt.unwrap_or_else(not_begun));
            begun.collect()
        }
        .boxed()
    }

    fn send_for<'a>(
        &'a self,
        message: &'a Message,
        recipients: &'a [Recipient],
        caller: &'a dyn Caller,
    ) -> BoxFuture<'a, Vec<Option<Attempt>>> {
        self.send_all(message, recipients, caller).boxed()
    }

    fn is_partly_out(&self) -> bool {
        self.services().any(Service::is_out) && !self.services().all(Service::is_out)
    }
}

fn not_begun() -> Attempt {
    Attempt::Transient {
        reason: "not_begun".to_owned(),
    }
}

fn not_configured() -> Attempt {
    Attempt::Rejected {
        reason: "not_configured".to_owned(),
        endpoint_gone: false,
    }
}

/// How long the message is still needed at `now`, in whole seconds; zero asks the provider to try once.
fn seconds_left(message: &Message, now: Timestamp) -> u64 {
    message.expires_at.since(now).as_secs().min(LONGEST_TTL_S)
}
