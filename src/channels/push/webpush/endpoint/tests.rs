use proptest::prelude::*;

use super::*;

fn rules() -> EndpointRules {
    EndpointRules::new(&KNOWN_HOSTS.map(str::to_owned), false).unwrap()
}

#[test]
fn the_known_push_services_are_called() {
    for address in [
        "https://fcm.googleapis.com/fcm/send/abc:def-_",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QABC",
        "https://wns2-am3p.notify.windows.com/w/?token=BQYAAA%3d%3d",
        "HTTPS://FCM.GOOGLEAPIS.COM:443/x",
    ] {
        assert!(rules().check(address).is_ok(), "{address}");
    }
}

#[test]
fn each_listed_host_is_a_service_and_loopback_one_more() {
    let rules = EndpointRules::new(&KNOWN_HOSTS.map(str::to_owned), true).unwrap();
    let services = rules.services();
    for (address, name) in [
        ("https://fcm.googleapis.com/fcm/send/1", "fcm.googleapis.com"),
        (
            "https://wns2-par02p.notify.windows.com/w/?token=1",
            "*.notify.windows.com",
        ),
        ("https://web.push.apple.com/1", "*.push.apple.com"),
        ("http://[::1]:8080/1", "loopback"),
    ] {
        assert_eq!(services[rules.service_of(address).unwrap()], name);
    }
    assert!(rules.service_of("https://push.example/1").is_err());
}

#[test]
fn no_disguise_leads_elsewhere() {
    for address in [
        // Not https, not an address.
        "http://fcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x",
        "file:///etc/passwd",
        "fcm.googleapis.com/x",
        "https://",
        "data:text/plain,x",
        "",
        // Loopback and inside, in every notation.
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.01/",
        "https://127.1/",
        "https://%31%32%37.0.0.1/",
        "https://127。0。0。1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/",
        // Names that look listed.
        "https://fcm.googleapis.com.evil.example/",
        "https://evilfcm.googleapis.com/",
        "https://x.fcm.googleapis.com/",
        "https://push.apple.com/",
        "https://evilpush.apple.com/",
        "https://.push.apple.com/",
        "https://fcm.googleapis.com./",
        "https://web.push.apple.com./",
        "https://evil.example\\.fcm.googleapis.com/",
        "https://fcm.googleapis.com%2eevil.example/",
        "https://fcm.googleapis.com%00.evil.example/",
        // A user name that looks like the host, another port, a fragment.
        "https://fcm.googleapis.com@evil.example/",
        "https://evil.example@fcm.googleapis.com/",
        "https://:pw@fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/",
        "https://fcm.googleapis.com:22/",
        "https://fcm.googleapis.com/#x",
    ] {
        assert!(rules().check(address).is_err(), "{address}");
    }
    assert!(
        rules()
            .check(&format!("https://fcm.googleapis.com/{}", "x".repeat(LONGEST_URL)))
            .is_err()
    );
}

#[test]
fn the_loopback_is_open_only_where_the_setting_says_so_and_nothing_else_with_it() {
    let open = EndpointRules::new(&[], true).unwrap();
    assert!(open.check("http://127.0.0.1:4001/push/1").is_ok());
    assert!(open.check("https://[::1]:4001/push/1").is_ok());
    for address in [
        "http://127.0.0.2:4001/",
        "http://localhost:4001/",
        "http://10.0.0.1/",
        "https://fcm.googleapis.com/x",
        "http://x@127.0.0.1:4001/",
        "ftp://127.0.0.1/",
    ] {
        assert!(open.check(address).is_err(), "{address}");
    }
}

#[test]
fn a_list_that_would_open_the_inside_is_refused() {
    for host in [
        "",
        "*",
        "*.",
        "com",
        "*.com",
        "127.0.0.1",
        "1.2",
        "Push.example",
        "push.example:443",
        "[::1]",
        "a..b",
        "*.*.example",
    ] {
        assert!(EndpointRules::new(&[host.to_owned()], false).is_err(), "{host}");
    }
}

#[test]
fn special_addresses_are_not_public() {
    for inside in [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff:fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ] {
        assert!(!is_public(inside.parse().unwrap()), "{inside}");
    }
    for outside in [
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2a00:1450:400e::200a",
        "2001:4860:4860::8888",
        "2600::1",
        "3fff:1000::1",
    ] {
        assert!(is_public(outside.parse().unwrap()), "{outside}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    use std::error::Error;

    use tokio::net::TcpListener;

    let canary = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(PublicResolver)
        .build()
        .unwrap();
    let address = format!("http://localhost:{}/", canary.local_addr().unwrap().port());
    let error = client.get(address).send().await.unwrap_err();
    assert!(error.is_connect());
    let mut source: Option<&dyn Error> = Some(&error);
    while let Some(cause) = source {
        if cause.is::<NoPublicAddress>() {
            return;
        }
        source = cause.source();
    }
    panic!("refused for another reason: {error:?}");
}

proptest! {
    #[test]
    fn whatever_is_let_through_goes_by_https_to_a_listed_host(address in "(https?://)?[a-z0-9@:/.%\\\\#\\[\\]]{0,40}") {
        if let Ok(url) = rules().check(&address) {
            prop_assert_eq!(url.scheme(), "https");
            let host = url.host_str().unwrap();
            prop_assert!(KNOWN_HOSTS.iter().any(|listed| host.ends_with(listed.trim_start_matches('*'))));
        }
    }

    #[test]
    fn no_mapped_address_is_public(v4: u32) {
        prop_assert!(!is_public(IpAddr::V6(Ipv4Addr::from_bits(v4).to_ipv6_mapped())));
        prop_assert!(!is_public(IpAddr::V6(Ipv4Addr::from_bits(v4).to_ipv6_compatible())));
    }
}
