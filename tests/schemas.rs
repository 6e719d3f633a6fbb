//! What is written from the types is checked in and not stale: `YINGDA_UPDATE=1 cargo test --test all schemas`
//! writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use yingda::gateway::error::Refusal;
use yingda::gateway::protocol::{ChatFrame, ChatRequest, DeskFrame, DeskRequest};
use yingda::model::Language;

use crate::support::typescript;

/// Holds a checked-in file against what it should be, or writes it.
fn compare(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("YINGDA_UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is stale; YINGDA_UPDATE=1 cargo test --test all schemas writes it anew"
    );
}

/// The definitions of all frames; of what is received as it is read, of what is sent as it is written.
fn definitions() -> Map<String, Value> {
    let mut requests: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    requests.subschema_for::<ChatRequest>();
    requests.subschema_for::<DeskRequest>();
    let mut frames = SchemaSettings::draft2020_12().for_serialize().into_generator();
    frames.subschema_for::<ChatFrame>();
    frames.subschema_for::<DeskFrame>();
    let mut all: Map<String, Value> = requests.take_definitions(true);
    all.extend(frames.take_definitions(true));
    // By name, so that the order of the sources does not show.
    let mut names: Vec<String> = all.keys().cloned().collect();
    names.sort();
    names
        .into_iter()
        .map(|name| (name.clone(), all.remove(&name).unwrap()))
        .collect()
}

#[test]
fn the_protocols_schema() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "yingda.v1",
        "description": "Frames are JSON text. /v1/chat: ChatRequest in, ChatFrame out. /v1/desk: DeskRequest in, DeskFrame out.",
        "$defs": definitions(),
    });
    compare(
        "docs/protocol.schema.json",
        &format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()),
    );
}

#[test]
fn the_front_ends_types() {
    let text = format!(
        "// The frames of subprotocol `yingda.v1`. Written from `src/gateway/protocol.rs` by\n\
         // `YINGDA_UPDATE=1 cargo test --test all schemas`; do not edit.\n{}",
        typescript::declarations(&definitions())
    );
    compare("src/web/shared/protocol.d.ts", &text);
}

#[test]
fn the_default_settings() {
    compare("config/default.toml", &yingda::config::default_text());
}

#[test]
fn the_table_of_refusals() {
    let mut text = String::from(
        "# Refusals\n\n\
         Every refusal carries one of these codes: in an `error` frame, or in the body `{\"code\":…,\"message\":…}` of an\n\
         HTTP answer. The message is in the client's language. Where the close code is –, the socket stays open. Written\n\
         from `src/gateway/error.rs` by `YINGDA_UPDATE=1 cargo test --test all schemas`.\n\n\
         | code | HTTP | close | 中文 | English |\n|---|---|---|---|---|\n",
    );
    for refusal in Refusal::ALL {
        let close = refusal.close().map_or("–".to_owned(), |close| close.to_string());
        let (zh, en) = (refusal.message(Language::Chinese), refusal.message(Language::English));
        let _ = writeln!(
            text,
            "| `{}` | {} | {close} | {zh} | {en} |",
            refusal.code(),
            refusal.status()
        );
    }
    compare("docs/errors.md", &text);
}

#[test]
fn every_example_in_the_protocols_description_is_a_frame() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md")).unwrap();
    let mut examples = 0;
    for line in text.lines() {
        let Some((side, json)) = line.split_once(' ') else {
            continue;
        };
        let known = match side {
            "C→" => serde_json::from_str::<ChatRequest>(json).map(|_| ()),
            "C←" => serde_json::from_str::<ChatFrame>(json).map(|_| ()),
            "D→" => serde_json::from_str::<DeskRequest>(json).map(|_| ()),
            "D←" => serde_json::from_str::<DeskFrame>(json).map(|_| ()),
            _ => continue,
        };
        assert!(known.is_ok(), "{line}: {known:?}");
        examples += 1;
    }
    assert!(examples > 20, "{examples} examples");
}
