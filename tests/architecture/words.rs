//! Old names that the glossary replaced do not come back into the code.

use super::source::{Source, sources};

/// Names that are used no more, with what is said instead (docs/glossary.md). Whole identifiers, in code without its
/// comments and texts: stored keys and frames keep the names they have.
const REPLACED: [(&str, &str); 32] = [
    ("Bars", "SignalThresholds"),
    ("Beginnings", "PrefixTrie"),
    ("Begun", "Started"),
    ("Brought", "Handoff"),
    ("Grave", "Critical"),
    ("Lean", "ContextDependence"),
    ("Nature", "CueKind"),
    ("Needs", "RequiredBigrams"),
    ("News", "PeerChange"),
    ("NewsFeed", "PeerChanges"),
    ("Pulse", "Watermark"),
    ("Rehearsal", "Simulator"),
    ("Road", "ShardWriter"),
    ("Rung", "Notification"),
    ("Surroundings", "Staffing"),
    ("Unseen", "CrossValidation"),
    ("Wire", "Connection"),
    ("Woken", "Wakeup"),
    ("alike", "mask_entities"),
    ("bell", "notify_channel"),
    ("carry_out", "execute"),
    ("deal", "fold_of"),
    ("foreign", "held_out_class"),
    ("heat", "any_handoff"),
    ("household", "client_prefix"),
    ("look_over", "reconcile"),
    ("moving_spread_ms", "reconnect_spread_ms"),
    ("own_tests", "pack_tests"),
    ("passing_of", "mmapped_filled"),
    ("patience_ms", "retry_timeout_ms"),
    ("silent_s", "agent_reply_timeout_s"),
    ("whisper", "ephemeral_channel"),
];

/// Lines that use a replaced name.
fn replaced(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !source.is_tests()) {
        for (number, line) in source.code.lines().enumerate() {
            let words = line.split(|character: char| !character.is_alphanumeric() && character != '_');
            for word in words {
                if let Some((_, instead)) = REPLACED.iter().find(|(old, _)| *old == word) {
                    wrong.push(format!("src/{}:{}: {word}, say {instead}", source.path, number + 1));
                }
            }
        }
    }
    wrong
}

#[test]
fn names_that_the_glossary_replaced_are_not_used() {
    let wrong = replaced(&sources("src"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_replaced_name_is_found_in_code_and_not_in_texts_or_longer_names() {
    let text = "struct Road;\n// A Road.\nconst A: &str = \"bell\";\nfn bell_of(road: Road) {}\n";
    assert_eq!(
        replaced(&[Source::new("store/redis/a.rs", text)]),
        [
            "src/store/redis/a.rs:1: Road, say ShardWriter",
            "src/store/redis/a.rs:4: Road, say ShardWriter",
        ]
    );
}
