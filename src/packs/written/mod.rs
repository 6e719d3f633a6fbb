//! What operators wrote, field by field and with positions. What it means is [`Pack`](super::Pack); the way from
//! one to the other is `build.rs`.

mod intent;
mod shared;
mod shop;

#[cfg(test)]
pub use intent::INTENT_KEYS;
pub use intent::{AnswerFile, IntentFile, SlotFile, TableFile, TestFile};
pub use shared::{ScopeFile, SignalFile, SynonymFile};
pub use shop::{ShopFile, TextFile};

use super::finding::Finding;
use super::yaml::At;
use shared::read_phrases;

/// All files of a folder, read.
#[derive(Default)]
pub struct Files {
    /// `shop.yaml`.
    pub shop: Option<ShopFile>,
    /// Ids that the paths of intent files stand for, those of unreadable files too.
    pub paths: Vec<String>,
    /// Intent files with their names.
    pub intents: Vec<(String, IntentFile)>,
    /// Signal files with their names.
    pub signals: Vec<(String, SignalFile)>,
    /// `signals/scope.yaml`.
    pub scope: ScopeFile,
    /// `shared/synonyms.yaml`.
    pub synonyms: Vec<SynonymFile>,
    /// `shared/out_of_scope.yaml`.
    pub out_of_scope: Vec<At<String>>,
    /// `shared/phrases.yaml`.
    pub phrases: Vec<(At<String>, Vec<AnswerFile>)>,
}

/// What a file is, by its place in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `shop.yaml`.
    Shop,
    /// `shared/synonyms.yaml`.
    Synonyms,
    /// `shared/out_of_scope.yaml`.
    OutOfScope,
    /// `shared/phrases.yaml`.
    Phrases,
    /// `signals/scope.yaml`.
    Scope,
    /// `signals/<kind>/<name>.yaml`.
    Signal,
    /// `<topic>/<question>.yaml`.
    Intent,
    /// No intent file, and known to be none: notes, schemas, hidden files.
    Beside,
    /// Anything else.
    Unknown,
}

/// The folder of intents that were imported rather than written: less is asked of them.
pub const IMPORTED: &str = "imported/";

/// What the file with this name is.
pub fn role(name: &str) -> Role {
    let parts: Vec<&str> = name.split('/').collect();
    let last = parts.last().copied().unwrap_or_default();
    let hidden = parts.iter().any(|part| part.starts_with('.'));
    if hidden || last.ends_with(".md") || last.ends_with(".json") || last.ends_with('~') {
        return Role::Beside;
    }
    if !last.ends_with(".yaml") {
        return Role::Unknown;
    }
    match parts.as_slice() {
        ["shop.yaml"] => Role::Shop,
        ["shared", "synonyms.yaml"] => Role::Synonyms,
        ["shared", "out_of_scope.yaml"] => Role::OutOfScope,
        ["shared", "phrases.yaml"] => Role::Phrases,
        ["signals", "scope.yaml"] => Role::Scope,
        ["signals", _, _] => Role::Signal,
        ["shared" | "signals", ..] => Role::Unknown,
        [_, _] => Role::Intent,
        _ => Role::Unknown,
    }
}

impl Files {
    /// Reads one file into its place.
    pub fn add(&mut self, name: &str, bytes: &[u8], findings: &mut Vec<Finding>) {
        let role = role(name);
        if role == Role::Beside {
            return;
        }
        if role == Role::Unknown {
            findings.push(
                Finding::warning("I011", name, "这个文件不会被读取", "this file is not read").hint(
                    "问题写在 <主题>/<问题>.yaml，公用的写在 shared/ 和 signals/ 里",
                    "questions live in <topic>/<question>.yaml, the rest in shared/ and signals/",
                ),
            );
            return;
        }
        if role == Role::Intent {
            self.paths.push(name.trim_end_matches(".yaml").replace('/', "."));
        }
        let Some(tree) = super::yaml::read_file(name, bytes, findings) else {
            return;
        };
        let mut reader = super::yaml::Reader::new(name);
        match role {
            Role::Shop => self.shop = ShopFile::read(&mut reader, tree),
            Role::Synonyms => self.synonyms = SynonymFile::read(&mut reader, tree),
            Role::OutOfScope => self.out_of_scope = shared::read_out_of_scope(&mut reader, tree),
            Role::Phrases => self.phrases = read_phrases(&mut reader, tree),
            Role::Scope => self.scope = ScopeFile::read(&mut reader, tree),
            Role::Signal => {
                if let Some(signal) = SignalFile::read(&mut reader, tree) {
                    self.signals.push((name.to_owned(), signal));
                }
            }
            Role::Intent => {
                if let Some(intent) = IntentFile::read(&mut reader, tree) {
                    self.intents.push((name.to_owned(), intent));
                }
            }
            Role::Beside | Role::Unknown => {}
        }
        findings.append(&mut reader.findings);
    }
}

/// Whether a file was imported.
pub fn is_imported(file: &str) -> bool {
    file.starts_with(IMPORTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_file_says_what_it_is() {
        assert_eq!(role("shop.yaml"), Role::Shop);
        assert_eq!(role("shipping/time.yaml"), Role::Intent);
        assert_eq!(role("signals/emotion/anger.yaml"), Role::Signal);
        assert_eq!(role("signals/scope.yaml"), Role::Scope);
        assert_eq!(role("README.md"), Role::Beside);
        assert_eq!(role("shipping/.time.yaml.swp"), Role::Beside);
        for unknown in ["shared/phrase.yaml", "a.yaml", "a/b/c.yaml", "a/b.yml", "a/b.txt"] {
            assert_eq!(role(unknown), Role::Unknown, "{unknown}");
        }
    }
}
