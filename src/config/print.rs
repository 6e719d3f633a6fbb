//! Settings as a file: `config/default.toml` and `yingda config print`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Settings;
use super::catalogue::sections;

/// Width of comment lines.
const WIDTH: usize = 110;

/// The text of `config/default.toml`: every key with its comment and default.
pub fn default_text() -> String {
    let mut text = String::from(
        "# Every setting of yingda with its default. Copy the lines you change into a file of your own and start with\n\
         # `yingda serve --config FILE`. An environment variable wins over the file: YINGDA_GATEWAY__LISTEN sets\n\
         # gateway.listen, YINGDA_SHOPS__DEMO__IDENTITY_KEY sets shops.demo.identity_key, lists take commas. A flag wins\n\
         # over both. Written from the types in src/config; `YINGDA_UPDATE=1 cargo test config` writes it anew.\n",
    );
    text.push_str(&written(&Settings::default(), true));
    text
}

/// The settings in force, without comments; secrets show as `***`.
pub fn print(settings: &Settings) -> String {
    let mut shown = settings.clone();
    shown.store.url = without_password(&shown.store.url);
    written(&shown, false).trim_start().to_owned()
}

/// What is set otherwise than it comes, by `section.key` (`shops.ID.key`), without secrets; and the SHA-256 of all
/// settings in force as [`print`] shows them, as hexadecimal digits.
pub fn set(settings: &Settings) -> (BTreeMap<String, Value>, String) {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(print(settings)));
    let mut shown = settings.clone();
    shown.store.url = without_password(&shown.store.url);
    let plain = |settings: &Settings| serde_json::to_value(settings).expect("settings are plain data");
    let (values, defaults) = (plain(&shown), plain(&Settings::default()));
    let shop_defaults = serde_json::to_value(super::ShopSettings::default()).expect("settings are plain data");
    let mut set = BTreeMap::new();
    for section in sections() {
        let values = &values[&section.name];
        let shops = values.as_object().filter(|_| section.by_shop).into_iter().flatten();
        let groups: Vec<(String, &Value, &Value)> = match section.by_shop {
            true => shops
                .map(|(shop, keys)| (format!("{}.{shop}", section.name), keys, &shop_defaults))
                .collect(),
            false => vec![(section.name.clone(), values, &defaults[&section.name])],
        };
        for (name, values, defaults) in groups {
            for key in &section.keys {
                if values[&key.name] != defaults[&key.name] {
                    set.insert(format!("{name}.{}", key.name), values[&key.name].clone());
                }
            }
        }
    }
    (set, digest)
}

/// An address without who signs in there and how.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://***@{place}"),
        _ => url.to_owned(),
    }
}

fn written(settings: &Settings, comments: bool) -> String {
    let values = serde_json::to_value(settings).expect("settings are plain data");
    let mut text = String::new();
    for section in sections() {
        if section.by_shop {
            let shops = values[&section.name].as_object();
            for (shop, keys) in shops.into_iter().flatten() {
                let _ = write!(text, "\n[{}.{}]\n", section.name, quoted_key(shop));
                for key in &section.keys {
                    line(&mut text, &key.name, &keys[&key.name]);
                }
            }
            if comments {
                text.push('\n');
                comment(&mut text, &section.doc);
                let _ = writeln!(text, "# [{}.demo]", section.name);
                let defaults = serde_json::to_value(super::ShopSettings::default()).expect("settings are plain data");
                for key in &section.keys {
                    comment(&mut text, &key.doc);
                    let _ = writeln!(text, "# {} = {}", key.name, toml_value(&defaults[&key.name]));
                }
            }
            continue;
        }
        text.push('\n');
        if comments {
            comment(&mut text, &section.doc);
        }
        let _ = writeln!(text, "[{}]", section.name);
        for key in &section.keys {
            if comments {
                comment(&mut text, &key.doc);
            }
            line(&mut text, &key.name, &values[&section.name][&key.name]);
        }
    }
    text
}

/// A setting; one that is not set stands as a comment.
fn line(text: &mut String, name: &str, value: &Value) {
    let _ = match value {
        Value::Null => writeln!(text, "# {name} ="),
        value => writeln!(text, "{name} = {}", toml_value(value)),
    };
}

fn comment(text: &mut String, doc: &str) {
    let mut line = String::from("#");
    for word in doc.split_whitespace() {
        if line.chars().count() + word.chars().count() >= WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

fn quoted_key(key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || "-_".contains(each));
    if bare {
        key.to_owned()
    } else {
        toml_value(&Value::from(key))
    }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        // JSON's strings, numbers and truths are TOML's as well; both escape control characters as \uXXXX.
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_the_store_is_not_shown() {
        let mut settings = Settings::default();
        settings.store.url = "redis+cluster://shop:s3cr@t@db:6379,db2:6379".to_owned();
        let shown = print(&settings);
        assert!(shown.contains("redis+cluster://***@db:6379,db2:6379"), "{shown}");
        assert!(!shown.contains("s3cr"), "{shown}");
    }

    // A15
    #[test]
    fn what_is_set_is_told_by_its_name_and_without_secrets() {
        let mut settings = Settings::default();
        let (nothing, as_it_comes) = set(&settings);
        assert!(nothing.is_empty(), "{nothing:?}");
        settings.store.url = "redis://shop:s3cr@t@db:6379".to_owned();
        settings.gateway.max_connections = 7;
        let shop: super::super::ShopSettings =
            serde_json::from_value(serde_json::json!({"identity_key": "k".repeat(32), "max_connections": 3}))
                .expect("a shop");
        settings.shops.insert("shoes".to_owned(), shop);
        let (told, digest) = set(&settings);
        let keys: Vec<&str> = told.keys().map(String::as_str).collect();
        let expected = [
            "gateway.max_connections",
            "shops.shoes.identity_key",
            "shops.shoes.max_connections",
            "store.url",
        ];
        assert_eq!(keys, expected);
        assert_eq!(told["store.url"], "redis://***@db:6379");
        assert_eq!(told["shops.shoes.identity_key"], "***");
        assert_ne!(digest, as_it_comes);
        assert_eq!(digest.len(), 64);
    }
}
