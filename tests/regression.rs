//! Bugs, each with the test that shows it.

use std::sync::Arc;

use yingda::dialogue::Simulator;
use yingda::model::{DecisionKind, Language, Millis};
use yingda::packs::import_tsv;
use yingda::publishing;
use yingda::understanding::Tolerance;

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
    let (generation, _) = publishing::compile(folder.path(), Tolerance::default())
        .map_err(|_| "refused")
        .unwrap();
    let outcome = Simulator::new(Arc::new(generation), Language::English, Millis(0))
        .say(&["i lost my card"])
        .unwrap();
    assert_eq!(outcome.decision.kind, DecisionKind::Answer);
    assert_eq!(outcome.decision.intents[0].id, "card_lost");
}
