//! Whose request it is, as far as the network tells: for the limits, never for the log.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::request::Parts;

use super::Web;
use super::server::Peer;

/// The most hops of `X-Forwarded-For` that are read.
const HOPS: usize = 16;

/// The caller's address; of IPv6 only the network, since a household has 2^64 addresses. Personal: `Debug`
/// shows none of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallerAddress(IpAddr);

impl std::fmt::Debug for CallerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallerAddress(..)")
    }
}

impl CallerAddress {
    /// Some address.
    #[cfg(test)]
    pub(super) fn for_test(number: u32) -> Self {
        Self(std::net::Ipv4Addr::from(number).into())
    }

    /// As text, for the desk, which counts tries by it and never stores it readable.
    pub fn to_text(self) -> String {
        self.0.to_string()
    }

    fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let mut address = peer.to_canonical();
        // From the nearest hop backwards; what lies before an address that is not ours, anyone can invent.
        let hops = headers.get_all("x-forwarded-for").into_iter();
        let hops = hops.filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).collect();
        for hop in hops.iter().rev().take(HOPS) {
            if !trusted.contains(&address) {
                break;
            }
            let Ok(before) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            address = before.to_canonical();
        }
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from(network))
            }
        })
    }
}

impl<S> FromRequestParts<S> for CallerAddress
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let web = Web::from_ref(state);
        let peer = parts.extensions.get::<Peer>();
        let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self::of(peer, &parts.headers, &web.settings().trusted_proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &'static str) -> IpAddr {
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let headers =
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        CallerAddress::of(peer.parse().unwrap(), &headers, &trusted).0
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        for (peer, forwarded, caller) in [
            ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "garbage", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(
                address(peer, forwarded),
                caller.parse::<IpAddr>().unwrap(),
                "{peer} {forwarded}"
            );
        }
    }
}
