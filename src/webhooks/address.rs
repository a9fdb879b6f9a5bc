//! Which addresses are called: none that leads inside, whoever gave it.
//!
//! Two gates, as for push resources: [`AddressRules`] reads the address when it is given and before each call;
//! [`Resolver`] looks at what its name resolves to at the moment of connecting, so that a name that later points
//! inside (DNS rebinding) leads nowhere either. Redirects are not followed.

use std::net::IpAddr;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::channels::push::webpush::endpoint::is_public;

/// The longest address, in bytes.
pub const LONGEST_URL: usize = 2_048;

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// No https address, or too long.
    #[error("give an https address of at most {LONGEST_URL} bytes")]
    NotAnAddress,
    /// It holds what belongs in no address that is stored.
    #[error("leave user name, password and fragment out of the address")]
    Adorned,
    /// It leads inside.
    #[error("this address lies inside a network: give one that the internet reaches")]
    Inside,
}

/// The addresses that may be called.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddressRules {
    /// Whether this machine may be called too, without TLS as well: for the demonstration and tests.
    pub allow_loopback: bool,
}

impl AddressRules {
    /// The address, if it may be called.
    pub fn check(self, address: &str) -> Result<Url, AddressRefused> {
        if address.len() > LONGEST_URL {
            return Err(AddressRefused::NotAnAddress);
        }
        let url = Url::parse(address).map_err(|_| AddressRefused::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(AddressRefused::Adorned);
        }
        let ip = host_address(&url);
        let is_loopback = ip.is_some_and(|ip| ip.is_loopback());
        if is_loopback && self.allow_loopback && matches!(url.scheme(), "http" | "https") {
            return Ok(url);
        }
        if url.scheme() != "https" || url.host_str().is_none_or(str::is_empty) {
            return Err(AddressRefused::NotAnAddress);
        }
        match ip {
            Some(ip) if !is_public(ip) => Err(AddressRefused::Inside),
            _ => Ok(url),
        }
    }

    fn lets(self, address: IpAddr) -> bool {
        (self.allow_loopback && address.is_loopback()) || is_public(address)
    }
}

/// Resolves names by the system, and only to addresses that may be called.
#[derive(Clone, Copy, Debug)]
pub struct Resolver(pub AddressRules);

/// The name leads nowhere that may be called.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the name resolves to no public address")]
pub struct NoPublicAddress;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<_> = found.filter(|address| rules.lets(address.ip())).collect();
            if public.is_empty() {
                return Err(NoPublicAddress.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// The address that stands in the place of a name. The parser has unfolded numbers in any base by now.
fn host_address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OUT: AddressRules = AddressRules {
        allow_loopback: false,
    };
    const LOCAL: AddressRules = AddressRules { allow_loopback: true };

    #[test]
    fn nothing_that_leads_inside_is_taken_however_it_is_written() {
        for inside in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://10.1.2.3/hook",
            "https://172.16.0.1/",
            "https://192.168.1.1:8443/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://\u{ff11}27.0.0.1/",
        ] {
            assert_eq!(OUT.check(inside).err(), Some(AddressRefused::Inside), "{inside}");
        }
    }

    #[test]
    fn an_address_is_https_and_holds_nothing_secret_of_its_own() {
        let host = "meldkamer.example";
        assert!(OUT.check(&format!("https://{host}/hooks/oproep?key=1")).is_ok());
        assert!(OUT.check(&format!("https://{host}:8443/")).is_ok());
        for wrong in ["http://", "ftp://", "//", "file:///etc/passwd#"] {
            assert!(OUT.check(&format!("{wrong}{host}/")).is_err(), "{wrong}");
        }
        for adorned in [
            "https://a@b.example/",
            "https://:p@b.example/",
            "https://b.example/#x",
        ] {
            assert_eq!(
                OUT.check(adorned).err(),
                Some(AddressRefused::Adorned),
                "{adorned}"
            );
        }
        assert!(
            OUT.check(&format!("https://{host}/{}", "a".repeat(LONGEST_URL)))
                .is_err()
        );
    }

    #[test]
    fn this_machine_is_called_only_where_that_is_configured_and_no_other_inside() {
        assert!(LOCAL.check("http://127.0.0.1:8080/").is_ok() && LOCAL.check("https://[::1]/").is_ok());
        for still in [
            "https://10.0.0.1/",
            "http://b.example/",
            "https://169.254.169.254/",
            "ftp://127.0.0.1/",
        ] {
            assert!(LOCAL.check(still).is_err(), "{still}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_https_and_no_private_number(address in "https?://[0-9a-fx.:\\[\\]@%]{1,24}(/|:8)?") {
            if let Ok(url) = OUT.check(&address) {
                prop_assert_eq!(url.scheme(), "https");
                prop_assert!(host_address(&url).is_none_or(is_public));
            }
        }
    }
}
