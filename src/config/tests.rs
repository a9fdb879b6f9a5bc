//! The default is complete and true, and every mistake is named.

use std::collections::BTreeSet;

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};

use super::*;
use crate::dispatch::Timing;
use crate::dispatch::account::WhenInDoubt;
use crate::web::rate::Rates;

fn read(over: &str) -> Result<Config, ConfigError> {
    Config::read(&Figment::from(Toml::string(DEFAULT)).merge(Toml::string(over)))
}

/// The default with the settings that stand in it commented out, but for the section for training, with which no
/// provider can be.
fn everything() -> String {
    let text = with_all_settings();
    text.split("[training]").next().unwrap().to_owned()
}

/// The default with the settings of the section for training.
fn for_training() -> String {
    let text = with_all_settings();
    let (_, settings) = text.split_once("[training]").unwrap();
    let settings = settings.replace("scenario_file = ", "# scenario_file = ");
    format!("{DEFAULT}\n[training]{settings}")
}

fn with_all_settings() -> String {
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
    let config = Config::read(&Figment::from(Toml::string(&everything()))).unwrap();
    assert!(config.email.is_some() && config.sms.kannel.is_some() && config.push.fcm.is_some());
}

/// The path of every table in this one, and the names of the settings in it.
fn tables(path: &str, dict: &Dict, found: &mut Vec<(String, BTreeSet<String>)>) {
    found.push((path.to_owned(), dict.keys().cloned().collect()));
    for (name, value) in dict {
        if let Value::Dict(_, inner) = value {
            tables(&format!("{path}{name}."), inner, found);
        }
    }
}

#[test]
fn every_setting_that_is_read_stands_there_and_every_one_that_stands_there_is_read() {
    let text = everything();
    let all: Dict = Figment::from(Toml::string(&text)).extract().unwrap();
    let mut found = Vec::new();
    tables("", &all, &mut found);
    assert!(found.len() > 15, "{found:?}");
    found.push((
        "training.".to_owned(),
        ["seed", "scenario_file"].map(str::to_owned).into(),
    ));
    for (table, mut stand_there) in found {
        if table == "further." {
            // Names of one's own.
            continue;
        }
        if table.is_empty() {
            // Read beside the others: see `for_training`.
            stand_there.insert("training".to_owned());
        }
        let text = if table == "training." {
            for_training()
        } else {
            text.clone()
        };
        // Whoever reads the table refuses a setting that is none, and names those that it knows.
        let figment = Figment::from(Toml::string(&text)).merge((format!("{table}no_setting"), 1));
        let read: &[&str] = match Config::read(&figment) {
            Err(ConfigError::Setting(error)) => match error.kind {
                Kind::UnknownField(_, read) => read,
                // One word or a table: not told apart by its settings.
                _ if table.ends_with("when_in_doubt.") => &["urgent", "normal"],
                other => panic!("[{table}] {other}"),
            },
            other => panic!("[{table}] takes a setting that is none: {other:?}"),
        };
        let mut read: BTreeSet<String> = read.iter().map(|name| (*name).to_owned()).collect();
        if [
            "push.apns.",
            "push.web_push.",
            "sms.kannel.",
            "sms.cm.",
            "sms.spryng.",
            "sms.twilio.",
            "voice.cm.",
            "voice.twilio.",
        ]
        .contains(&table.as_str())
        {
            assert!(
                read.remove("http"),
                "[{table}http] is described once, at [push.fcm.http]"
            );
        }
        let is_further = table.starts_with("further.") && !table.ends_with(".pace.");
        if is_further || ["sms.cm.", "pace.sms.", "pace.email.", "pace.voice."].contains(&table.as_str()) {
            // Described once, at the first of its kind.
            assert!(read.is_superset(&stand_there), "[{table}]");
            continue;
        }
        assert_eq!(read, stand_there, "[{table}] in config/default.toml");
    }
}

#[test]
fn what_stands_there_is_what_the_code_takes_without_it() {
    let config = read("").unwrap();
    assert_eq!(config.lifetimes(), Lifetimes::default());
    assert_eq!(config.web.rates, Rates::default());
    assert_eq!(config.safeguards(), Safeguards::default());
    let (timing, usual) = (config.dispatch.timing(config.failover.times()), Timing::default());
    assert_eq!(
        [
            timing.flush_every,
            timing.lease,
            timing.poll_every,
            timing.sweep_every,
            timing.failover.slow_after,
            timing.failover.probe_first,
            timing.failover.probe_longest,
            timing.failover.drift_back,
        ],
        [
            usual.flush_every,
            usual.lease,
            usual.poll_every,
            usual.sweep_every,
            usual.failover.slow_after,
            usual.failover.probe_first,
            usual.failover.probe_longest,
            usual.failover.drift_back,
        ]
    );
    assert_eq!(timing.failover.moves_in_doubt, usual.failover.moves_in_doubt);
}

#[test]
fn a_further_account_is_for_one_channel_under_a_name_of_its_own() {
    let cm = |name: &str| {
        format!(
            "[further.{name}]\nweight = 2\n[further.{name}.sms.cm]\nfrom = 'Oproep'\nproduct_token = 'x'\n"
        )
    };
    let config = read(&cm("second")).unwrap();
    assert_eq!(config.further["second"].weight, 2);
    for (over, part) in [
        (cm("sms"), "further.sms: use a name"),
        (
            "[further.second]\nweight = 2\n".to_owned(),
            "exactly one of push, sms, voice and email",
        ),
        (
            cm("second").replace('2', "2000"),
            "further.second.weight is 2000: use 0 to 1000",
        ),
    ] {
        let error = read(&over).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_second_push_replaces_the_first_a_second_text_message_is_sent_in_a_hurry_only_and_a_second_mail_never() {
    let policies = |over: &str| {
        let config = read(over).unwrap();
        config.pace.named().map(|(_, pace)| pace.when_in_doubt)
    };
    let usual = [
        WhenInDoubt::Resend,
        WhenInDoubt::ResendUrgent,
        WhenInDoubt::LeaveUnknown,
        WhenInDoubt::ResendUrgent,
    ];
    assert_eq!(policies(""), usual);
    let word = policies("[pace.sms]\nwhen_in_doubt = 'leave_unknown'");
    assert_eq!(word[1], WhenInDoubt::LeaveUnknown);
    let apart = "[pace.email]\nwhen_in_doubt = { urgent = 'resend', normal = 'leave_unknown' }";
    assert_eq!(policies(apart)[2], WhenInDoubt::ResendUrgent);
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
        (
            "[accounts]\nsession_idle_minutes = 20_000",
            "accounts.session_idle_minutes is 20000: use 1 to 10080, which is accounts.session_longest_minutes",
        ),
        (
            "[participants]\nsession_longest_days = 0",
            "participants.session_longest_days is 0: use 1 to 3660",
        ),
        (
            "[participants]\ncode_valid_minutes = 90",
            "participants.code_valid_minutes is 90: use 2 to 60",
        ),
        (
            "[hold]\nfor_ms = 600_000",
            "hold.for_ms is 600000: use 0 to 300000",
        ),
        (
            "[[hold.of_kind]]\nkind = 'theft'\nfor_ms = 300_001",
            "hold.of_kind.for_ms is 300001",
        ),
        (
            "[approval.tolerance]\npercent = 60",
            "approval.tolerance.percent is 60: use 0 to 50",
        ),
        (
            "[limits]\ntold = ['the duty officer']",
            "limits.told: 'the duty officer' is no mail address",
        ),
        (
            "[limits.by_account]\nurgent = { an_hour = 0, a_day = 1 }",
            "limits.by_account.urgent.an_hour is 0",
        ),
        (
            "[pace.sms]\nwhen_in_doubt = 'twice'",
            "use resend, leave_unknown, or a word for each lane",
        ),
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

#[test]
fn a_training_process_has_no_provider_whatever_the_way_it_is_written_down() {
    assert!(read("[training]").unwrap().realm().is_training());
    assert_eq!(
        Config::read(&Figment::from(Toml::string(&for_training())))
            .unwrap()
            .training
            .unwrap()
            .seed,
        1
    );
    assert!(!read("").unwrap().realm().is_training());
    for provider in [
        "[push.fcm]\nservice_account_file = 'x'",
        "[push.web_push]\nsubject = 'mailto:a@b.nl'",
        "[sms.kannel]\nurl = 'http://x'",
        "[sms.cm]\nproduct_token = 'x'",
        "[email]\nhost = 'x'",
        "[sms.a_provider_of_later]\ntoken = 'x'",
        "[push.a_provider_of_later]\ntoken = 'x'",
        "[voice.a_provider_of_later]\ntoken = 'x'",
        "[web]\nkannel_receipts_secret = 'x'",
        "[web]\na_receipts_secret = 'x'",
    ] {
        let error = read(&format!("[training]\nseed = 1\n{provider}"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("do not go together"), "{provider}: {error}");
    }
}

#[test]
fn a_training_process_reads_its_scenario_before_anything_starts() {
    let error = read("[training]\nscenario_file = '/nowhere'")
        .unwrap_err()
        .to_string();
    assert!(error.contains("/nowhere"), "{error}");
}

#[test]
fn everybody_gets_one_to_seven_messages_a_week_or_no_limit_is_set() {
    assert_eq!(read("").unwrap().house().messages_a_week, Some(3));
    assert!(read("[participants]\nmessages_a_week = 8").is_err());
    assert!(read("[participants]\nmessages_a_week = 0").is_err());
}
