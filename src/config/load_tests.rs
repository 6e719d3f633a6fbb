//! Reading settings: order of the layers, mistakes, secrets.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{LogFormat, Synchronous, default_text, print};

fn from_file(text: &str) -> Result<Settings, ConfigError> {
    let loaded = super::load(&Sources {
        file: Some((PathBuf::from("yingda.toml"), text.to_owned())),
        ..Sources::default()
    })?;
    assert_eq!(loaded.warnings, [], "only old names warn");
    Ok(loaded.settings)
}

fn load(sources: &Sources) -> Result<Settings, ConfigError> {
    super::load(sources).map(|loaded| loaded.settings)
}

fn from_environment(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    load(&Sources {
        environment: pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Sources::default()
    })
}

#[test]
fn nothing_set_is_the_default() {
    assert_eq!(load(&Sources::default()).unwrap(), Settings::default());
    assert_eq!(from_file("").unwrap(), Settings::default());
}

/// A16: a file of a version before means what it said, also when it said for ever.
#[test]
fn an_operators_own_retention_is_told_from_none() {
    for (text, days) in [
        ("", None),
        ("retention_days = 0", Some(0)),
        ("retention_days = 30", Some(30)),
    ] {
        let settings = from_file(&format!("[store]\n{text}")).unwrap();
        assert_eq!(settings.store.retention_days, days, "{text}");
        assert_eq!(
            from_file(&print(&settings)).unwrap(),
            settings,
            "it is printed as it is"
        );
    }
    let refused = from_file("[privacy]\nwhole_for = [\"agnet\"]").unwrap_err().to_string();
    assert!(refused.contains("agnet") && refused.contains("supervisor"), "{refused}");
    assert!(from_file("[store]\nretention_days = 40000").is_err());
}

#[test]
fn the_default_file_says_the_defaults() {
    assert_eq!(from_file(&default_text()).unwrap(), Settings::default());
}

#[test]
fn what_is_printed_reads_back_the_same() {
    let settings =
        from_file("[shops.\"a b\"]\norigins = [\"https://x.example\"]\n[telemetry]\nlog_format = \"json\"").unwrap();
    assert_eq!(from_file(&print(&settings)).unwrap(), settings);
}

#[test]
fn environment_wins_over_file_and_flag_over_both() {
    let settings = load(&Sources {
        file: Some((
            PathBuf::from("f.toml"),
            "[gateway]\nlisten = \"127.0.0.1:1\"\nframe_burst = 7\n".into(),
        )),
        environment: BTreeMap::from([
            ("YINGDA_GATEWAY__LISTEN".into(), "127.0.0.1:2".into()),
            ("YINGDA_STORE__SYNCHRONOUS".into(), "full".into()),
            ("PATH".into(), "/bin".into()),
        ]),
        flags: vec![("gateway.listen", "--listen", "localhost:3".into())],
    })
    .unwrap();
    assert_eq!(settings.gateway.listen.port(), 3);
    assert_eq!(settings.gateway.frame_burst, 7);
    assert_eq!(settings.store.synchronous, Synchronous::Full);
}

#[test]
fn the_environment_reads_every_kind() {
    let settings = from_environment(&[
        ("YINGDA_GATEWAY__METRICS_PUBLIC", "yes"),
        ("YINGDA_UNDERSTANDING__ASK_BACK", "0.25"),
        ("YINGDA_TELEMETRY__LOG_FORMAT", "json"),
        ("YINGDA_SHOPS__DEMO__ORIGINS", "https://a.example, https://b.example"),
        ("YINGDA_CONFIG", "x.toml"),
        ("YINGDA_UPDATE", "1"),
    ])
    .unwrap();
    assert!(settings.gateway.metrics_public);
    assert!((settings.understanding.ask_back - 0.25).abs() < 1e-9);
    assert_eq!(settings.telemetry.log_format, LogFormat::Json);
    let origins = settings.shop("demo").origins;
    let written: Vec<_> = origins.iter().map(ToString::to_string).collect();
    assert_eq!(written, ["https://a.example", "https://b.example"]);
}

#[test]
fn a_settings_file_of_version_0_1_is_read_and_its_old_names_are_told() {
    let old = "[gateway]\nmoving_spread_ms = 7\n[store]\npatience_ms = 800\n[handoff]\nsilent_s = 9\n";
    let sources = Sources {
        file: Some((PathBuf::from("yingda.toml"), old.to_owned())),
        environment: BTreeMap::from([("YINGDA_STORE__PATIENCE_MS".into(), "900".into())]),
        ..Sources::default()
    };
    let Loaded { settings, warnings } = super::load(&sources).unwrap();
    assert_eq!(settings.gateway.reconnect_spread_ms, 7);
    assert_eq!(
        settings.store.retry_timeout_ms, 900,
        "the environment wins over the file"
    );
    assert_eq!(settings.handoff.agent_reply_timeout_s, 9);
    let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for said in [
        "yingda.toml:2:1",
        "gateway.reconnect_spread_ms",
        "$YINGDA_STORE__PATIENCE_MS",
    ] {
        assert!(told.iter().any(|line| line.contains(said)), "{said}: {told:?}");
    }
    // Everything that is written now is new.
    assert!(!print(&settings).contains("patience_ms"));
    let both = from_file("[store]\npatience_ms = 800\nretry_timeout_ms = 900\n")
        .unwrap_err()
        .to_string();
    assert!(both.contains("yingda.toml:2:1") && both.contains("old name"), "{both}");
    let wrong = from_file("[store]\npatience_ms = 1\n").unwrap_err().to_string();
    assert!(wrong.contains("store.retry_timeout_ms cannot be 1"), "{wrong}");
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion_and_a_place() {
    let text = from_file("[gateway]\nlistne = \"127.0.0.1:1\"\n\n[gatway]\n")
        .unwrap_err()
        .to_string();
    assert!(text.contains("yingda.toml:2:1"), "{text}");
    assert!(text.contains("did you mean gateway.listen?"), "{text}");
    assert!(text.contains("yingda.toml:4:2"), "{text}");
    assert!(text.contains("did you mean gateway?"), "{text}");
    for (name, said) in [
        ("YINGDA_GATEWAY__LISTNE", "gateway.listen"),
        ("YINGDA_GATEWAY_LISTEN__X", "gateway"),
        ("YINGDA_LISTEN", "YINGDA_GATEWAY__LISTEN"),
    ] {
        let text = from_environment(&[(name, "1")]).unwrap_err().to_string();
        assert!(text.contains(&format!("${name}")) && text.contains(said), "{text}");
    }
}

#[test]
fn wrong_values_say_what_is_allowed() {
    for (file, said) in [
        ("[gateway]\nframe_burst = 0", "a whole number from 1 to 10000"),
        ("[gateway]\nframe_burst = -4", "a whole number"),
        ("[gateway]\nframe_burst = \"many\"", "a whole number"),
        ("[gateway]\nlisten = \"here\"", "socket address"),
        ("[gateway]\npublic_url = \"shop.example\"", "https://"),
        ("[gateway]\npublic_url = \"https://shop.example/#desk\"", "no ?, #"),
        ("[gateway]\ntrusted_proxies = [\"x\"]", "neither an address"),
        ("[telemetry]\nlog_format = \"xml\"", "one of \"text\", \"json\""),
        (
            "[understanding]\nwrong_answers_tolerated = 0.9",
            "a number from 0.001 to 0.5",
        ),
        ("[gateway]\nmetrics_public = 1", "true or false"),
        ("[shops.demo]\norigins = \"https://a\"", "a list of texts"),
        ("[shops.demo]\norigins = [\"shop.example\"]", "https://shop.example"),
        ("gateway = 3", "[gateway]"),
        ("[gateway\n", "not valid TOML"),
    ] {
        let text = from_file(file).unwrap_err().to_string();
        assert!(text.contains(said), "{file} → {text}");
        assert!(text.contains("yingda.toml:"), "{text}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let Err(ConfigError::Wrong(problems)) = from_file("[store]\ndate = 1\nurl = 2\n[telemetry]\nlog_format = \"x\"")
    else {
        unreachable!("three problems");
    };
    assert_eq!(problems.len(), 3);
}

#[test]
fn secrets_are_never_shown() {
    let key = "0123456789abcdef0123456789abcdef-secret";
    let settings = from_environment(&[("YINGDA_SHOPS__DEMO__IDENTITY_KEY", key)]).unwrap();
    assert_eq!(settings.shop("demo").identity_key.expose(), key);
    for shown in [print(&settings), format!("{settings:?}")] {
        assert!(shown.contains("***") && !shown.contains("secret"), "{shown}");
    }
    let refused = from_environment(&[("YINGDA_SHOPS__DEMO__IDENTITY_KEY", "short-secret")])
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("at least 32 characters") && !refused.contains("short-secret"),
        "{refused}"
    );
}
