//! Which push resources are called: their addresses come from clients, so none may lead inside.
//!
//! Two gates. [`EndpointRules`] reads the address: https, a listed host, no port, name or password of its
//! own. [`PublicResolver`] looks at what the name resolves to at the moment of connecting, so that a name
//! that later points inside (DNS rebinding) leads nowhere either.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The longest address of a push resource, in bytes. Real ones have about 500.
const LONGEST_URL: usize = 2_048;

/// What the service is called that only the demonstration and tests have.
const LOOPBACK: &str = "loopback";

/// The push services of the known browsers.
pub const KNOWN_HOSTS: [&str; 4] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
];

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefused {
    /// No address, or too long.
    #[error("the push resource must be an https address of at most {LONGEST_URL} bytes")]
    NotAnAddress,
    /// It holds a user name, password, port or fragment.
    #[error("the push resource must have no user name, password, port or fragment")]
    Adorned,
    /// The host is not a listed push service.
    #[error("the push service is not in the list of hosts")]
    UnknownHost,
}

/// Why the list of hosts is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no host of a push service: write push.example or *.push.example, in lower case")]
pub struct BadHost(pub String);

/// The addresses that may be called.
#[derive(Clone, Debug)]
pub struct EndpointRules {
    hosts: Vec<String>,
    allow_loopback: bool,
}

impl EndpointRules {
    /// Allows these hosts. `push.example` is that host alone, `*.push.example` every host below it.
    ///
    /// `allow_loopback` also allows http and https to 127.0.0.1 and `[::1]` at any port: for the
    /// demonstration and tests.
    pub fn new(hosts: &[String], allow_loopback: bool) -> Result<Self, BadHost> {
        match hosts
            .iter()
            .find(|host| !is_host(host.strip_prefix("*.").unwrap_or(host)))
        {
            Some(bad) => Err(BadHost(bad.clone())),
            None => Ok(Self {
                hosts: hosts.to_vec(),
                allow_loopback,
            }),
        }
    }

    /// The push services: each listed host, and loopback where it is allowed.
    pub fn services(&self) -> Vec<&str> {
        let loopback = self.allow_loopback.then_some(LOOPBACK);
        self.hosts.iter().map(String::as_str).chain(loopback).collect()
    }

    /// The address, if it may be called.
    pub fn check(&self, address: &str) -> Result<Url, EndpointRefused> {
        self.find(address).map(|(url, _)| url)
    }

    /// Which of [`EndpointRules::services`] an address belongs to, if it may be called.
    pub fn service_of(&self, address: &str) -> Result<usize, EndpointRefused> {
        self.find(address).map(|(_, service)| service)
    }

    fn find(&self, address: &str) -> Result<(Url, usize), EndpointRefused> {
        if address.len() > LONGEST_URL {
            return Err(EndpointRefused::NotAnAddress);
        }
        let url = Url::parse(address).map_err(|_| EndpointRefused::NotAnAddress)?;
        // The parser has lowered, decoded and, for numbers in any base, unfolded the host by now.
        let host = url.host_str().ok_or(EndpointRefused::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(EndpointRefused::Adorned);
        }
        if self.allow_loopback && matches!(host, "127.0.0.1" | "[::1]") {
            return if matches!(url.scheme(), "http" | "https") {
                Ok((url, self.hosts.len()))
            } else {
                Err(EndpointRefused::NotAnAddress)
            };
        }
        if url.scheme() != "https" {
            return Err(EndpointRefused::NotAnAddress);
        }
        if url.port().is_some() {
            return Err(EndpointRefused::Adorned);
        }
        let listed = self.hosts.iter().position(|listed| covers(listed, host));
        let service = listed.ok_or(EndpointRefused::UnknownHost)?;
        Ok((url, service))
    }
}

/// A name of at least two labels, the last of which is no number: so never an address.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    name.split('.').count() > 1
        && name.split('.').all(label)
        && name
            .rsplit('.')
            .next()
            .is_some_and(|last| last.starts_with(|first: char| first.is_ascii_lowercase()))
}

fn covers(listed: &str, host: &str) -> bool {
    match listed.strip_prefix('*') {
        Some(dot_and_rest) => host.len() > dot_and_rest.len() && host.ends_with(dot_and_rest),
        None => host == listed,
    }
}

/// Resolves names by the system, and only to addresses out on the internet.
#[derive(Clone, Copy, Debug)]
pub struct PublicResolver;

/// The name leads nowhere public.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the push service's name resolves to no public address")]
struct NoPublicAddress;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(NoPublicAddress.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address lies out on the internet (IANA's special-purpose registries, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    match a {
        // This network, private, loopback; multicast, reserved, broadcast.
        0 | 10 | 127 | 224.. => false,
        // Shared between carrier and customer (RFC 6598).
        100 => !(64..=127).contains(&b),
        // Link-local.
        169 => b != 254,
        // Private.
        172 => !(16..=31).contains(&b),
        // Protocol assignments, documentation, the former 6to4 relays, private.
        192 => !matches!((b, c), (0, 0 | 2) | (88, 99) | (168, _)),
        // Benchmarks, documentation.
        198 => !matches!((b, c), (18 | 19, _) | (51, 100)),
        // Documentation.
        203 => (b, c) != (0, 113),
        _ => true,
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast is 2000::/3; all that maps, embeds or stays local lies outside of it (::ffff:0:0/96,
    // 64:ff9b::/96, fc00::/7, fe80::/10, ff00::/8) or is taken out here: protocol assignments with Teredo,
    // documentation (twice), 6to4.
    first & 0xe000 == 0x2000
        && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
        && first != 0x2002
        && !(first == 0x3fff && second < 0x1000)
}

#[cfg(test)]
mod tests;
