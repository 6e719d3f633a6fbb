//! Bugs, each with the test that shows it: here, or where the list says.

use yingda::dialogue::Simulator;
use yingda::model::{DecisionKind, Language, Millis};
use yingda::packs::import_tsv;
use yingda::publishing;
use yingda::shop::clock::OWN_MS;
use yingda::understanding::Tolerance;

/// Mended faults that are held beside the code or in the browser: what it was, the file, and what the test is called.
const HELD: [(&str, &str, &str); 11] = [
    (
        "去消保會 was mended by sound into 取消",
        "src/understanding/matching/repair.rs",
        "fn what_others_write_is_no_slip",
    ),
    (
        "the desk's longest ready replies left the window",
        "tests/browser/conversation.test.js",
        "asked, answered, angry, taken over, closed, rated",
    ),
    (
        "Traditional writings that the conversion left apart",
        "src/packs/fold.rs",
        "fn writings_of_one_sentence_are_equal",
    ),
    (
        "别发错 was taken for the report of a wrong item",
        "intents/order/wrong_item.yaml",
        "ask: 我要白色的那双，别发错了哈",
    ),
    (
        "a chat that an agent had lost waited although only that agent was free",
        "src/handoff/queue/tests.rs",
        "fn who_lost_a_chat_gets_it_back_later_and_only_when_nobody_else_can",
    ),
    (
        "an agent's last words were never shown to a shopper who was away",
        "tests/resuming.rs",
        "fn last_words_said_while_the_shopper_was_away_come_before_the_next_talk",
    ),
    (
        "the same in the widget",
        "tests/browser/delivery.test.js",
        "an agent's last words said while the shopper was away come before the next talk",
    ),
    (
        "a message larger than a frame was sent again without end",
        "tests/browser/delivery.test.js",
        "what is too long goes back into the editor, before what was begun since",
    ),
    (
        "two pages undid each other's list of unsent messages, and both sent them",
        "tests/browser/delivery.test.js",
        "two tabs show what waits in one of them, and it is sent once",
    ),
    (
        "a link that breaks as soon as it is welcomed was tried every half second",
        "tests/browser/link.test.js",
        "each failure doubles the wait, with jitter, up to a bound; only a link that holds resets it",
    ),
    (
        "a request that the store kept waiting made the whole socket deaf",
        "tests/resuming.rs",
        "fn a_store_that_cannot_write_refuses_by_id_and_pings_are_answered_meanwhile",
    ),
];

#[test]
fn what_is_held_elsewhere_is_still_there() {
    for (fault, file, test) in HELD {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(test), "{fault}: {file} has no `{test}`");
    }
}

/// Imported intents have no answers yet; what they were read as was counted as unknown.
#[test]
fn imported_intents_are_answered_before_anybody_writes_answers() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "card_lost\tmy card is lost\ncard_lost\ti lost my card\ncard_lost\tsomeone took my card\n\
                 top_up\thow do i top up\ntop_up\tadd money to my account\ntop_up\tput money on the card\n";
    for (name, content) in import_tsv("lines.tsv", lines).files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let (generation, _) = publishing::compile(folder.path(), Tolerance::default(), OWN_MS, None)
        .map_err(|_| "refused")
        .unwrap();
    let outcome = Simulator::new(generation, Language::English, Millis(0))
        .say(&["i lost my card"])
        .unwrap();
    assert_eq!(outcome.decision.kind, DecisionKind::Answer);
    assert_eq!(outcome.decision.intents[0].id, "card_lost");
}
