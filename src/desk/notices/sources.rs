//! The configured sources of alerts: fetched by whichever node's turn it is, or brought by the other system.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::Taken;
use crate::cap::fetch::{FetchError, Fetched, Fetcher, links};
use crate::cap::read::{ReadError, of_element};
use crate::cap::signature::{SignatureError, Signer};
use crate::cap::source::AlertSource;
use crate::cap::tree::{self, Element, XmlError};
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::domain::region::RegionKind;
use crate::domain::said::Said;

/// How often it looks whose turn it is.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The most addresses of messages that are remembered of a source.
const MOST_SEEN: usize = 2_000;

/// The sources as they are configured. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Sources(Arc<Vec<Source>>);

#[derive(Debug)]
struct Source {
    settings: AlertSource,
    region: (RegionKind, String),
    signer: Option<Signer>,
}

/// What is remembered of fetching a source, by this process.
#[derive(Debug, Default)]
struct Memory {
    next_at: Timestamp,
    seen: HashSet<String>,
}

impl Sources {
    /// The sources of these settings.
    pub fn new(settings: &[AlertSource]) -> Result<Self, SignatureError> {
        let source = |settings: &AlertSource| {
            let (kind, code) = settings.region().unwrap_or((RegionKind::Country, ""));
            Ok(Source {
                region: (kind, code.to_owned()),
                signer: settings.signed_by.as_deref().map(Signer::read).transpose()?,
                settings: settings.clone(),
            })
        };
        Ok(Self(Arc::new(
            settings.iter().map(source).collect::<Result<_, _>>()?,
        )))
    }

    /// The place of the source that brings its alerts under a secret, by whatever tells secrets apart.
    pub fn find(&self, is_its: impl Fn(&SecretString) -> bool) -> Option<usize> {
        // All of them are looked at, so that time tells nothing of which.
        let places = self.0.iter().enumerate().filter_map(|(place, source)| {
            let secret = source.settings.push_secret.as_ref()?;
            (!secret.expose_secret().is_empty() && is_its(secret)).then_some(place)
        });
        places.collect::<Vec<_>>().first().copied()
    }
}

impl From<ReadError> for DeskError {
    fn from(error: ReadError) -> Self {
        Self::refused(
            "no_alert",
            Said::new(
                "dit is geen bericht dat te lezen is: stuur CAP 1.2",
                error.to_string(),
            ),
        )
    }
}

impl From<XmlError> for DeskError {
    fn from(error: XmlError) -> Self {
        ReadError::from(error).into()
    }
}

impl From<SignatureError> for DeskError {
    fn from(error: SignatureError) -> Self {
        Self::refused(
            "signature",
            Said::new(
                "de handtekening van dit bericht deugt niet: teken het met de afgesproken sleutel",
                error.to_string(),
            ),
        )
    }
}

impl Desk {
    /// Takes in a document that a source brought.
    pub async fn take_document(&self, sources: &Sources, place: usize, bytes: &[u8]) -> Result<Taken> {
        let source = sources.0.get(place).ok_or(DeskError::NotFound("source"))?;
        let root = tree::read(bytes)?;
        self.take_root(source, bytes, &root).await
    }

    async fn take_root(&self, source: &Source, bytes: &[u8], root: &Element) -> Result<Taken> {
        let taken = self.try_take_root(source, bytes, root).await;
        let result = match &taken {
            Ok(Taken::Known) => "known",
            Ok(Taken::Stored { reason: Some(_), .. }) => "refused",
            Ok(Taken::Stored { state, .. }) => state.name(),
            Err(DeskError::Refused { code, .. }) => code,
            Err(_) => "failed",
        };
        let name = source.settings.name.clone();
        metrics::counter!("oproep_alerts_total", "source" => name, "result" => result).increment(1);
        taken
    }

    async fn try_take_root(&self, source: &Source, bytes: &[u8], root: &Element) -> Result<Taken> {
        if let Some(signer) = &source.signer {
            let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
            signer.check(text, root)?;
        }
        let alert = of_element(root)?;
        let region = self.region_of_source(source)?;
        self.take_alert(&source.settings.name, region, alert).await
    }

    fn region_of_source(&self, source: &Source) -> Result<RegionId> {
        let (kind, code) = &source.region;
        let territory = self.directory().territory();
        let found = territory.find(*kind, code).map(|region| region.id);
        found.ok_or(DeskError::Unavailable(Reason::SourceWithoutRegion))
    }

    /// Fetches every source when its turn comes, until `closing`. Every node does it; of a turn one node wins.
    pub async fn keep_fetching(&self, sources: Sources, fetcher: Fetcher, closing: CancellationToken) {
        let mut memories: HashMap<usize, Memory> = HashMap::new();
        while !closing.is_cancelled() {
            for (place, source) in sources.0.iter().enumerate() {
                let memory = memories.entry(place).or_default();
                if source.settings.url.is_none() || memory.next_at > self.now() {
                    continue;
                }
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = self.fetch_source(source, &fetcher, memory) => {}
                }
            }
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.parts().clock.sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn fetch_source(&self, source: &Source, fetcher: &Fetcher, memory: &mut Memory) {
        let name = &source.settings.name;
        memory.next_at = self.now() + Duration::from_secs(u64::from(source.settings.poll_every_s));
        match self.try_fetch_source(source, fetcher, memory).await {
            Ok(None) => {}
            Ok(Some(failure)) => {
                tracing::warn!(source = %name, %failure, "alerts could not be fetched");
                metrics::counter!("oproep_alert_fetch_failures_total", "source" => name.clone()).increment(1);
                if let Err(error) = self.note_failure(name, &failure).await {
                    tracing::warn!(source = %name, %error, "the failure could not be written");
                }
            }
            Err(error) => tracing::warn!(source = %name, %error, "alerts were not taken in"),
        }
    }

    async fn note_failure(&self, name: &str, failure: &FetchError) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        tx.mark_source_failed(name, &failure.to_string()).await?;
        Ok(tx.commit().await?)
    }

    /// Fetches a source when it is this node's turn; answers why the server gave nothing.
    async fn try_fetch_source(
        &self,
        source: &Source,
        fetcher: &Fetcher,
        memory: &mut Memory,
    ) -> Result<Option<FetchError>> {
        let (settings, now) = (&source.settings, self.now());
        let Some(url) = &settings.url else { return Ok(None) };
        let mut tx = self.parts().store.write().await?;
        let turn = tx.claim_source(&settings.name, now, memory.next_at).await?;
        tx.commit().await?;
        let Some(known) = turn else { return Ok(None) };
        let fetched = fetcher
            .fetch(url, known.etag.as_deref(), known.modified.as_deref())
            .await;
        let (bytes, etag, modified) = match fetched {
            Ok(Fetched::Document {
                bytes,
                etag,
                modified,
            }) => (bytes, etag, modified),
            Ok(Fetched::Unchanged) => return Ok(None),
            Err(failure) => return Ok(Some(failure)),
        };
        let root = tree::read(&bytes)?;
        let failure = match links(&root, url) {
            None => {
                self.take_or_tell(source, &bytes, &root).await?;
                None
            }
            Some(links) => self.take_linked(source, fetcher, memory, links).await?,
        };
        if failure.is_none() {
            let mut tx = self.parts().store.write().await?;
            tx.mark_source_fetched(&settings.name, etag, modified, now)
                .await?;
            tx.commit().await?;
        }
        Ok(failure)
    }

    /// Takes in the messages of a feed that were not taken before.
    async fn take_linked(
        &self,
        source: &Source,
        fetcher: &Fetcher,
        memory: &mut Memory,
        links: Vec<String>,
    ) -> Result<Option<FetchError>> {
        let mut failure = None;
        for link in links {
            if memory.seen.contains(&link) {
                continue;
            }
            match fetcher.fetch(&link, None, None).await {
                Ok(Fetched::Document { bytes, .. }) => {
                    match tree::read(&bytes) {
                        Ok(root) => self.take_or_tell(source, &bytes, &root).await?,
                        Err(error) => {
                            tracing::warn!(source = %source.settings.name, %error, "a message was not read");
                        }
                    }
                    if memory.seen.len() >= MOST_SEEN {
                        memory.seen.clear();
                    }
                    memory.seen.insert(link);
                }
                Ok(Fetched::Unchanged) => {}
                Err(error) => failure = Some(error),
            }
        }
        Ok(failure)
    }

    /// Takes in one message; one that is refused does not keep others out, and is told in the log.
    async fn take_or_tell(&self, source: &Source, bytes: &[u8], root: &Element) -> Result<()> {
        match self.take_root(source, bytes, root).await {
            Ok(_) => Ok(()),
            Err(DeskError::Refused { code, .. }) => {
                tracing::warn!(source = %source.settings.name, code, "a message was refused");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
