//! The default is complete and true, and every mistake is named.

use figment::Figment;
use figment::providers::{Format, Toml};

use super::*;

fn read(over: &str) -> Result<Config, ConfigError> {
    Config::read(Figment::from(Toml::string(DEFAULT)).merge(Toml::string(over)))
}

/// The default with the settings that stand in it commented out.
fn everything() -> String {
    let is_setting = |line: &str| {
        line.starts_with('[')
            || line
                .split_once(" = ")
                .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    DEFAULT
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) => setting,
            _ => line,
        })
        // Secrets in files that are not there.
        .map(|line| {
            line.split_once("{ file = ")
                .map_or(line.to_owned(), |(key, _)| format!("{key}\"secret\""))
        })
        .map(|line| line + "\n")
        .collect()
}

#[test]
fn the_default_can_be_used_as_it_is() {
    let config = read("").unwrap();
    assert_eq!(config.server.listen, "127.0.0.1:8080");
    assert!(
        config.email.is_none(),
        "no provider is reached without being configured"
    );
}

#[test]
fn every_setting_that_stands_there_commented_out_is_read() {
    let config = Config::read(Figment::from(Toml::string(&everything()))).unwrap();
    assert!(config.email.is_some() && config.sms.kannel.is_some() && config.push.fcm.is_some());
}

#[test]
fn a_setting_that_nobody_reads_is_named() {
    for over in [
        "[web]\nport = 1",
        "[pace.push]\nspeed = 3",
        "[emails]\nhost = 'x'",
        "[push.fcm]\nkey = 'x'",
    ] {
        let error = read(over).unwrap_err().to_string();
        let key = over.split(['\n', '=']).next_back().unwrap_or(over);
        assert!(
            error.contains("unknown field") || error.contains("missing field"),
            "{key}: {error}"
        );
    }
}

#[test]
fn a_value_out_of_its_range_is_named_with_what_to_do() {
    for (over, part) in [
        ("[pace.sms]\nwindow = 900", "pace.sms.window is 900: use 1 to 500"),
        ("[pace.email]\nrate_per_s = 0", "leave it out for no limit"),
        (
            "[web]\npublic_url = 'https://oproep.example/'",
            "ends with a slash",
        ),
        ("[dispatch]\nlease_ms = 300", "three times"),
    ] {
        let error = read(over).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_secret_comes_from_its_file_and_a_missing_file_is_named_with_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "s3cret\n").unwrap();
    let account = |path: &Path| {
        format!(
            "[sms.cm]\nfrom = 'Burgernet'\nproduct_token = {{ file = '{}' }}",
            path.display()
        )
    };
    let config = read(&account(&path)).unwrap();
    let token = config.sms.cm.unwrap().product_token;
    assert_eq!(secrecy::ExposeSecret::expose_secret(&token), "s3cret");
    let error = read(&account(&folder.path().join("other")))
        .unwrap_err()
        .to_string();
    assert!(error.contains("sms.cm.product_token"), "{error}");
}

#[test]
fn a_public_address_that_makes_text_messages_too_long_is_refused() {
    let public_url = |length: usize| format!("[web]\npublic_url = \"https://{}\"\n", "a".repeat(length - 8));
    assert!(read(&public_url(73)).is_ok());
    let refused = read(&public_url(74)).unwrap_err().to_string();
    assert!(refused.contains("web.public_url"), "{refused}");
}

#[test]
fn reports_are_asked_for_where_they_are_taken() {
    let kannel = |end: &str| {
        format!(
            "[web]\nkannel_receipts_secret = \"geheim\"\n[sms.kannel]\nurl = \"http://127.0.0.1/sendsms\"\n\
             username = \"a\"\npassword = \"b\"\nfrom = \"Oproep\"\n\
             receipts_url = \"http://127.0.0.1/receipts/kannel{end}\"\n"
        )
    };
    assert!(read(&kannel("/geheim")).is_ok());
    for wrong in ["", "/anders"] {
        let refused = read(&kannel(wrong)).unwrap_err().to_string();
        assert!(refused.contains("receipts_url"), "{refused}");
        assert!(!refused.contains("geheim"), "{refused}");
    }
}
