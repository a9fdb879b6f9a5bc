//! What everyone may read: running public actions as JSON, as `GeoJSON`, as an Atom feed of alerts (CAP 1.2), and a page
//! for each.
//!
//! All of it is made once a second at most, however many ask: what is asked for in between gets the same bytes, under
//! the same entity tag.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::Web;
use super::problem::{Problem, ProblemKind};
use crate::cap;
use crate::desk::actions::YearResults;
use crate::desk::feeds::{Bulletin, Publisher};
use crate::domain::action::ActionNumber;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_year;

mod atom;
mod json;

pub use json::{FeedAction, FeedBody};

/// How long what was made is good enough.
const FRESH: Duration = Duration::from_secs(1);
/// The same of a year's results, of which hardly any changes.
const RESULTS_FRESH: Duration = Duration::from_hours(1);
/// The longest that a reader or a proxy may keep a feed, in seconds.
const MOST_MAX_AGE_S: u32 = 300;

/// What the feeds say of themselves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedSettings {
    /// Whether there are feeds.
    pub enabled: bool,
    /// The sender of alerts, unique in the world; without it there are none.
    #[serde(default)]
    pub cap_sender: Option<String>,
    /// What people call the network.
    pub sender_name: String,
    /// How long a reader or a proxy may keep a feed, in seconds.
    pub max_age_s: u32,
    /// How long the end of an action stays in the feed of alerts, in hours.
    pub ended_hours: u32,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            cap_sender: None,
            sender_name: "Burgernet".to_owned(),
            max_age_s: 10,
            ended_hours: 24,
        }
    }
}

impl FeedSettings {
    /// What is wrong with them.
    pub fn mistake(&self) -> Option<&'static str> {
        let sender = self.cap_sender.as_deref();
        if sender.is_some_and(|sender| !cap::alert::is_name(sender)) {
            Some(
                "web.feeds.cap_sender holds a space, a comma, < or &: give an address, for instance alerts@oproep.example",
            )
        } else if self.max_age_s > MOST_MAX_AGE_S {
            Some("web.feeds.max_age_s is too long for what minutes count in: use 0 to 300")
        } else if !(1..=168).contains(&self.ended_hours) {
            Some("web.feeds.ended_hours is out of its range: use 1 to 168")
        } else {
            None
        }
    }
}

/// A document as it is answered.
#[derive(Clone, Debug)]
pub struct Document {
    media_type: &'static str,
    body: Bytes,
    tag: HeaderValue,
}

impl Document {
    fn new(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, &body).as_ref()[..18]);
        let tag = HeaderValue::try_from(format!("\"{hash}\"")).expect("a tag is visible ASCII");
        Self {
            media_type,
            body,
            tag,
        }
    }
}

/// Everything that everyone may read at a moment.
#[derive(Debug)]
pub struct Published {
    made_at: Timestamp,
    json: Document,
    geojson: Document,
    atom: Option<Document>,
    alerts: BTreeMap<String, Document>,
    running: BTreeMap<ActionNumber, Bulletin>,
}

/// What was made last.
#[derive(Debug, Default)]
pub struct Feeds {
    published: Mutex<Option<Arc<Published>>>,
    results: Mutex<Option<(Timestamp, YearResults)>>,
}

impl Published {
    fn of(web: &Web, bulletins: Vec<Bulletin>, made_at: Timestamp) -> Self {
        let settings = &web.settings().feeds;
        let base = &web.settings().public_url;
        let alerts: Vec<_> = settings.cap_sender.as_deref().map_or_else(Vec::new, |sender| {
            let alert = |bulletin: &Bulletin| {
                let page = page_of(base, bulletin.number);
                bulletin.alert(Publisher {
                    sender,
                    name: &settings.sender_name,
                    web: &page,
                })
            };
            bulletins.iter().map(alert).collect()
        });
        let atom = settings.cap_sender.is_some().then(|| {
            Document::new(
                "application/atom+xml;charset=utf-8",
                atom::feed(base, &settings.sender_name, &alerts),
            )
        });
        let running: BTreeMap<_, _> = bulletins
            .into_iter()
            .filter(|bulletin| bulletin.is_running)
            .map(|bulletin| (bulletin.number, bulletin))
            .collect();
        Self {
            made_at,
            json: Document::new("application/json", json::list(base, running.values().rev())),
            geojson: Document::new(
                "application/geo+json",
                json::features(base, running.values().rev()),
            ),
            atom,
            alerts: alerts
                .iter()
                .map(|alert| {
                    let document = Document::new(cap::MEDIA_TYPE, cap::write::xml(alert));
                    (alert.identifier.clone(), document)
                })
                .collect(),
            running,
        }
    }

    /// The running actions as JSON.
    pub const fn json(&self) -> &Document {
        &self.json
    }

    /// The same as `GeoJSON`.
    pub const fn geojson(&self) -> &Document {
        &self.geojson
    }

    /// The alerts as an Atom feed, where a sender is configured.
    pub const fn atom(&self) -> Option<&Document> {
        self.atom.as_ref()
    }

    /// The alert of this identifier, while it counts.
    pub fn alert(&self, identifier: &str) -> Option<&Document> {
        self.alerts.get(identifier)
    }

    /// Those that run, the latest start first.
    pub fn all_running(&self) -> impl Iterator<Item = &Bulletin> {
        self.running.values().rev()
    }

    /// The running action of this number.
    pub fn running(&self, number: ActionNumber) -> Option<&Bulletin> {
        self.running.get(&number)
    }
}

/// The page of an action that runs.
pub fn page_of(base: &str, number: ActionNumber) -> String {
    format!("{base}/p/{number}")
}

impl Web {
    /// What everyone may read at this moment, at most a second old.
    pub async fn published(&self) -> Result<Arc<Published>, Problem> {
        let settings = &self.settings().feeds;
        if !settings.enabled {
            return Err(ProblemKind::NotFound.into());
        }
        // Held while it is made, so that it is made once.
        let mut last = self.feeds().published.lock().await;
        let now = self.clock().now();
        if let Some(published) = last.as_ref().filter(|one| now.since(one.made_at) < FRESH) {
            return Ok(published.clone());
        }
        let ended_for = Duration::from_hours(u64::from(settings.ended_hours));
        let bulletins = self.desk().bulletins(ended_for).await?;
        metrics::counter!("oproep_feeds_made_total").increment(1);
        let published = Arc::new(Published::of(self, bulletins, now));
        *last = Some(published.clone());
        Ok(published)
    }

    /// What became of last year's actions, at most an hour old.
    pub async fn last_year(&self) -> Result<YearResults, Problem> {
        // Held while it is made, so that it is made once.
        let mut last = self.feeds().results.lock().await;
        let now = self.clock().now();
        let year = dutch_year(now) - 1;
        let fresh = last.filter(|(at, results)| now.since(*at) < RESULTS_FRESH && results.year == year);
        if let Some((_, results)) = fresh {
            return Ok(results);
        }
        let results = self.desk().year_results(year).await?;
        *last = Some((now, results));
        Ok(results)
    }
}

/// The answer with a document, or that the caller has it already (RFC 9110, section 13.1.2).
pub fn answer(web: &Web, headers: &HeaderMap, document: &Document) -> Response {
    let max_age = web.settings().feeds.max_age_s;
    let caching = HeaderValue::try_from(format!("public, max-age={max_age}, must-revalidate"));
    let shared: [(HeaderName, HeaderValue); 3] = [
        (header::ETAG, document.tag.clone()),
        (
            header::CACHE_CONTROL,
            caching.expect("a number and words are visible ASCII"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ),
    ];
    if has_it(headers, &document.tag) {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    let kind = [(header::CONTENT_TYPE, document.media_type)];
    (shared, kind, document.body.clone()).into_response()
}

/// Whether `If-None-Match` names this tag; weakly, as caches may have made it.
fn has_it(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    tags.any(|given| {
        let given = given.trim();
        given == "*" || given.strip_prefix("W/").unwrap_or(given).as_bytes() == tag.as_bytes()
    })
}

#[cfg(test)]
mod tests;
