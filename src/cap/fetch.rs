//! Fetches a document of alerts: bounded in time and size, over TLS, without following redirects, and only when it
//! changed.

use std::time::Duration;

use http::{StatusCode, header};
use reqwest::{Client, Response, Url, redirect};

use super::tree::{Element, MAX_BYTES};

/// The longest that a document may take, from the name to its last byte.
const WITHIN: Duration = Duration::from_secs(15);
/// The most messages that are fetched of one feed.
const MOST_LINKS: usize = 50;
/// The namespace of Atom (RFC 4287).
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Why nothing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No https address.
    #[error("the address is not one that is fetched")]
    Address,
    /// No answer in time, or none at all.
    #[error("no answer came in time")]
    NoAnswer,
    /// A redirect, which is not followed.
    #[error("the server points elsewhere: configure the address that it points to")]
    Redirected,
    /// Another status.
    #[error("the server answered {0}")]
    Status(u16),
    /// More bytes than a message has.
    #[error("the document is too large")]
    TooLarge,
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It has nothing new.
    Unchanged,
    /// The document, and what to ask for the next time.
    Document {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Its entity tag.
        etag: Option<String>,
        /// When it was last changed.
        modified: Option<String>,
    },
}

/// Fetches documents. Clones share connections.
#[derive(Clone, Debug)]
pub struct Fetcher(Client);

impl Fetcher {
    /// A fetcher.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("oproep/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(WITHIN)
            .timeout(WITHIN)
            .build()?;
        Ok(Self(client))
    }

    /// Fetches a document, unless it is the one that is known by this tag or moment.
    pub async fn fetch(
        &self,
        url: &str,
        etag: Option<&str>,
        modified: Option<&str>,
    ) -> Result<Fetched, FetchError> {
        let url = address(url).ok_or(FetchError::Address)?;
        let mut request = self.0.get(url).header(
            header::ACCEPT,
            "application/cap+xml, application/atom+xml, application/xml, text/xml",
        );
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(modified) = modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified);
        }
        let response = request.send().await.map_err(|_| FetchError::NoAnswer)?;
        match response.status() {
            StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
            StatusCode::OK => {}
            status if status.is_redirection() => return Err(FetchError::Redirected),
            status => return Err(FetchError::Status(status.as_u16())),
        }
        let told = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            (value.len() <= 200).then(|| value.to_owned())
        };
        let (etag, modified) = (told(header::ETAG), told(header::LAST_MODIFIED));
        Ok(Fetched::Document {
            bytes: whole(response).await?,
            etag,
            modified,
        })
    }
}

async fn whole(mut response: Response) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| FetchError::NoAnswer)? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The address, if it is one that is fetched: https, or this machine.
pub fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    let is_fetched = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    (is_fetched && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The messages that an Atom feed points to, on the server of the feed alone; none when it is no feed.
pub fn links(root: &Element, feed: &str) -> Option<Vec<String>> {
    if root.name != "feed" || root.namespace != ATOM {
        return None;
    }
    let feed = address(feed)?;
    let links = root.all("entry").filter_map(|entry| {
        let of_kind = |link: &&Element| {
            link.attribute("type")
                .is_some_and(|kind| kind.starts_with("application/cap+xml"))
        };
        let link = entry.all("link").find(of_kind).or_else(|| entry.first("link"))?;
        let url = feed.join(link.attribute("href")?).ok()?;
        (url.origin() == feed.origin()).then(|| url.to_string())
    });
    Some(links.take(MOST_LINKS).collect())
}

#[cfg(test)]
mod tests;
