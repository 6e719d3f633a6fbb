//! The files: what may stand in them, and reading them all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A conversation as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it is about.
    pub scenario: String,
    /// Language of the shopper's page, `zh-CN` unless said.
    #[serde(default)]
    pub lang: Option<String>,
    /// A person must not come before this turn …
    #[serde(default)]
    pub handoff_from: Option<usize>,
    /// … and must have come by this one.
    #[serde(default)]
    pub handoff_by: Option<usize>,
    /// Why that person comes.
    #[serde(default)]
    pub reason: Option<String>,
    /// The lane of that ticket.
    #[serde(default)]
    pub lane: Option<String>,
    /// The turns.
    pub turns: Vec<Turn>,
    /// Name of the file.
    #[serde(skip)]
    pub file: String,
}

/// A turn: what the shopper writes, and what should come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// One message.
    #[serde(default)]
    pub shopper: Option<String>,
    /// Several messages in quick succession.
    #[serde(default)]
    pub burst: Vec<String>,
    /// What the bot does.
    #[serde(default)]
    pub decision: Option<String>,
    /// What is answered, all of it, and beside it only manners.
    #[serde(default)]
    pub intents: Vec<String>,
    /// What is not answered.
    #[serde(default)]
    pub not_intents: Vec<String>,
    /// What was at least considered.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// What is known after the turn.
    #[serde(default)]
    pub slots: BTreeMap<String, String>,
    /// A part of the reply.
    #[serde(default)]
    pub says: Option<String>,
    /// Why a person comes.
    #[serde(default)]
    pub reason: Option<String>,
    /// How pressing the ticket is.
    #[serde(default)]
    pub lane: Option<String>,
}

impl Turn {
    /// What the shopper writes.
    pub fn texts(&self) -> Vec<&str> {
        self.shopper.iter().chain(&self.burst).map(String::as_str).collect()
    }
}

impl Script {
    /// Whether a person is expected at some point.
    pub fn hands_off(&self) -> bool {
        self.handoff_by.is_some()
            || self
                .turns
                .iter()
                .any(|turn| turn.decision.as_deref() == Some("handoff"))
    }
}

/// The choices in `urgent or high`.
pub fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    text.split(" or ").map(str::trim)
}

/// All conversations, by file name.
pub fn all() -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Script {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let mut script: Script = match serde_saphyr::from_str(&text) {
        Ok(script) => script,
        Err(error) => unreachable!("{file}: {error}"),
    };
    assert!(!script.turns.is_empty(), "{file}: no turns");
    for (index, turn) in script.turns.iter().enumerate() {
        let number = index + 1;
        assert_eq!(
            usize::from(turn.shopper.is_some()) + usize::from(!turn.burst.is_empty()),
            1,
            "{file}: turn {number} needs `shopper` or `burst`"
        );
        for decision in turn.decision.iter().flat_map(|decision| alternatives(decision)) {
            assert!(
                [
                    "answer",
                    "clarify",
                    "ask_slot",
                    "unknown",
                    "acknowledge",
                    "handoff",
                    "calm",
                    "silent"
                ]
                .contains(&decision),
                "{file}: turn {number}: there is no decision {decision}"
            );
        }
    }
    script.file = file;
    script
}
