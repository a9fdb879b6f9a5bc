//! What Twilio's text messages and calls share: the account, its refusals, and the signature of its calls to us.
//!
//! <https://www.twilio.com/docs/usage/requests-to-twilio>, <https://www.twilio.com/docs/usage/security>.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use reqwest::header::HeaderValue;
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The version of the API that stands in its addresses.
const VERSION: &str = "2010-04-01";

/// Who we are to Twilio.
pub(super) struct Account {
    url: Url,
    authorization: HeaderValue,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(..)")
    }
}

/// Why an account is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAccount {
    /// The address.
    #[error("base_url is not an http or https address: use https://api.twilio.com")]
    BaseUrl,
    /// The account.
    #[error("account_sid must be AC and 32 letters and digits, as Twilio's console shows it")]
    AccountSid,
    /// The address for reports.
    #[error(
        "web.public_url must be an http or https address without query, fragment and slash at its end, for Twilio to call"
    )]
    CallbackUrl,
}

impl Account {
    /// The resource of an account, for instance `Messages`.
    pub(super) fn new(
        base_url: &str,
        account_sid: &str,
        auth_token: &SecretString,
        resource: &str,
    ) -> Result<Self, BadAccount> {
        let is_sid = account_sid.len() == 34
            && account_sid.starts_with("AC")
            && account_sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_sid {
            return Err(BadAccount::AccountSid);
        }
        let base = base_url.trim_end_matches('/');
        let url = Url::parse(&format!(
            "{base}/{VERSION}/Accounts/{account_sid}/{resource}.json"
        ))
        .ok()
        .filter(is_http)
        .ok_or(BadAccount::BaseUrl)?;
        let credentials = BASE64.encode(format!("{account_sid}:{}", auth_token.expose_secret()));
        let mut authorization =
            HeaderValue::try_from(format!("Basic {credentials}")).expect("base64 is a header's value");
        authorization.set_sensitive(true);
        Ok(Self { url, authorization })
    }

    /// Where it is.
    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// The `Authorization` header; never printed.
    pub(super) const fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Checks an address that Twilio calls: ours are appended to it.
pub(super) fn check_callback(url: &str) -> Result<(), BadAccount> {
    let plain = !url.contains(['?', '#']) && !url.ends_with('/');
    if plain && Url::parse(url).is_ok_and(|url| is_http(&url)) {
        Ok(())
    } else {
        Err(BadAccount::CallbackUrl)
    }
}

/// Twilio's number for what is wrong with a request (<https://www.twilio.com/docs/api/errors>); none where the
/// answer says none.
pub(super) fn error_code(body: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Failure {
        code: u32,
    }
    Some(serde_json::from_slice::<Failure>(body).ok()?.code)
}

/// Whether Twilio took what was posted.
pub(super) fn is_created(status: StatusCode) -> bool {
    matches!(status.as_u16(), 200 | 201)
}

/// Whether a call to us is Twilio's: the signature over its address and its parameters, in the order of their
/// names, by HMAC-SHA-1 with the account's token. Takes the same time for every signature.
pub fn is_signed(
    auth_token: &SecretString,
    url: &str,
    parameters: &[(String, String)],
    signature: &str,
) -> bool {
    // Bounded before decoding: twenty bytes are 28 characters.
    let Some(signature) = (signature.len() == 28)
        .then(|| BASE64.decode(signature).ok())
        .flatten()
    else {
        return false;
    };
    let mut sorted: Vec<_> = parameters.iter().collect();
    sorted.sort();
    let mut signed = url.to_owned();
    for (name, value) in sorted {
        signed.push_str(name);
        signed.push_str(value);
    }
    let key = hmac::Key::new(
        hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        auth_token.expose_secret().as_bytes(),
    );
    hmac::verify(&key, signed.as_bytes(), &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parameters() -> Vec<(String, String)> {
        [
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("Caller", "+12349013030"),
            ("From", "+12349013030"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Twilio's own example, whatever the order of the parameters.
    #[test]
    fn the_documented_example_is_genuine_and_nothing_beside_it() {
        let (token, url) = (
            "12345".to_owned().into(),
            "https://mycompany.com/myapp.php?foo=1&bar=2",
        );
        let signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
        assert!(is_signed(&token, url, &parameters(), signature));
        let mut other = parameters();
        other[2].1 = "1235".to_owned();
        assert!(!is_signed(&token, url, &other, signature));
        assert!(!is_signed(
            &token,
            "https://mycompany.com/myapp.php",
            &parameters(),
            signature
        ));
        assert!(!is_signed(
            &"12346".to_owned().into(),
            url,
            &parameters(),
            signature
        ));
        for none in ["", "x", "0/KCTR6DLpKmkAf8muzZqo1nDgR="] {
            assert!(!is_signed(&token, url, &parameters(), none), "{none}");
        }
    }

    #[test]
    fn an_account_has_a_sid_and_a_callback_is_plain() {
        let token = "t".to_owned().into();
        let sid = format!("AC{}", "0".repeat(32));
        let account = |base: &str, sid: &str| Account::new(base, sid, &token, "Messages").map(|one| one.url);
        assert_eq!(
            account("https://api.twilio.com/", &sid).unwrap().as_str(),
            format!("https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages.json")
        );
        assert_eq!(
            account("https://api.twilio.com", "AC1/../x"),
            Err(BadAccount::AccountSid)
        );
        assert_eq!(account("api.twilio.com", &sid), Err(BadAccount::BaseUrl));
        assert_eq!(check_callback("https://oproep.example/receipts/twilio"), Ok(()));
        for bad in [
            "https://o.example/a?b",
            "https://o.example/",
            "ftp://o.example/a",
            "x",
        ] {
            assert_eq!(check_callback(bad), Err(BadAccount::CallbackUrl), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_call_makes_the_check_panic(url in ".{0,60}", name in ".{0,10}", value in ".{0,10}", signature in ".{0,40}") {
            is_signed(&"t".to_owned().into(), &url, &[(name, value)], &signature);
        }
    }
}
