//! What was learned from the shipped files and kept says of every message what learning says.

use std::path::Path;

use yingda::publishing::{Publisher, Reading};
use yingda::shop::clock::OWN_MS;
use yingda::shops::Generations;
use yingda::understanding::{Context, Index, Tolerance};

/// All that is read in messages: every test of the files, thinned out examples, two of them joined, some cut short.
fn read(folder: &Path) -> Vec<String> {
    let mut publisher = Publisher::new(Tolerance::default(), OWN_MS).keeping_in(folder.to_owned());
    let intents = Reading::of(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/intents")));
    let (shops, _) = publisher
        .load(&intents, &Generations::new())
        .unwrap_or_else(|findings| panic!("{findings:#?}"));
    let pack = &shops[0].pack;
    let tests = pack.intents.iter().flat_map(|intent| &intent.tests);
    let tests = tests.chain(pack.signals.iter().flat_map(|signal| &signal.tests));
    let examples = pack.intents.iter().flat_map(|intent| &intent.examples).step_by(17);
    let messages: Vec<&str> = tests
        .map(|test| &*test.ask)
        .chain(examples.map(|text| &**text))
        .collect();
    let mut read = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        read.push(said(&shops[0].index, message));
        if at % 3 == 0 {
            let other = messages[at * 7 % messages.len()];
            read.push(said(&shops[0].index, &format!("{message}，{other}")));
            read.push(said(&shops[0].index, &message.chars().skip(1).collect::<String>()));
        }
    }
    read
}

fn said(index: &Index, message: &str) -> String {
    let context = Context::default();
    format!(
        "{message}: {:?} {:?}",
        index.understand(message, &context),
        index.explain_signals(message)
    )
}

#[test]
fn the_shipped_files_are_read_the_same_at_the_second_start() {
    let folder = tempfile::tempdir().unwrap();
    let first = read(folder.path());
    assert!(first.len() > 2_000, "{}", first.len());
    let kept = std::fs::read_dir(folder.path()).unwrap().count();
    // Two models for each of two shops that ask in their own words, that the tests were passed, and that the files keep all rules.
    assert_eq!(kept, 6);
    let second = read(folder.path());
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first, second);
    }
    assert_eq!(first.len(), second.len());
}
