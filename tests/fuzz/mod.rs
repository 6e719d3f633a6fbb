//! Every target of `targets.rs` on its seeds, on what was once found, and on some thousand changed seeds, always the same ones. Longer, with
//! other changes: `YINGDA_FUZZ_SECONDS=600`. For a day and led by coverage: `README.md` here.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

mod mutate;
mod targets;

use mutate::Mutator;
use targets::{TARGETS, Target};

/// Changed seeds that each target is tried on when no time is asked for.
const ROUNDS: u32 = 250;
/// No input of 4 KiB may take longer, even in a debug build on a busy machine.
const SLOWEST: Duration = Duration::from_secs(20);

fn inputs(folder: &str, target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz")
        .join(folder)
        .join(target);
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Runs one input; one that panics or takes too long is kept, and the test fails with where it is.
fn try_on((name, target): Target, input: &[u8]) {
    let begun = Instant::now();
    let outcome = catch_unwind(|| target(input));
    let why = match outcome {
        Err(_) => "panics",
        Ok(()) if begun.elapsed() > SLOWEST => "takes too long",
        Ok(()) => return,
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}-{}", std::process::id()));
    fs::write(&file, input).unwrap();
    panic!(
        "{name} {why} on {}; mend it and keep the file in tests/fuzz/findings/{name}\n{}",
        file.display(),
        String::from_utf8_lossy(input)
    );
}

fn fuzz(name: &str) {
    let target = *TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let seeds = inputs("corpus", name);
    assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
    seeds.iter().for_each(|seed| try_on(target, seed));
    let found = inputs("findings", name);
    found.iter().for_each(|input| try_on(target, input));
    let seconds: Option<u64> = std::env::var("YINGDA_FUZZ_SECONDS")
        .ok()
        .map(|text| text.parse().unwrap());
    match seconds {
        None => {
            let mut mutator = Mutator::new(*b"yingda, the same");
            for _ in 0..ROUNDS {
                try_on(target, &mutator.next(&seeds));
            }
        }
        Some(seconds) => {
            let mut mutator = Mutator::new(rand_seed());
            let end = Instant::now() + Duration::from_secs(seconds);
            while Instant::now() < end {
                try_on(target, &mutator.next(&seeds));
            }
        }
    }
}

fn rand_seed() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

macro_rules! each {
    ($($test:ident $target:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            fuzz($target);
        })*

        #[test]
        fn every_target_has_a_test_a_program_and_seeds() {
            let tested = [$($target),*];
            let manifest = include_str!("Cargo.toml");
            for (name, _) in TARGETS {
                assert!(tested.contains(&name), "{name} has no test");
                assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has no program");
                let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fuzz/fuzz_targets/{name}.rs"));
                assert!(fs::read_to_string(program).unwrap().contains(&format!("targets::{name}(")));
            }
        }
    };
}

each! {
    no_frame_of_a_client_brings_the_server_down "frames",
    no_stored_event_is_read_otherwise_than_it_is_written "events",
    no_intent_file_brings_check_down "intent_files",
    no_sheet_of_goods_brings_check_down "goods_sheets",
    no_sheet_of_questions_brings_an_import_down "question_sheets",
    every_place_in_a_text_leads_back_to_what_was_typed "normalising",
    no_pattern_brings_the_matcher_down "patterns",
    no_answer_brings_a_talk_down "templates",
    no_message_brings_a_talk_down "messages",
}

/// The search itself finds what is wrong: a target that cannot bear one word falls within the usual rounds.
#[test]
fn a_fault_that_a_word_wakes_is_found() {
    let mut mutator = Mutator::new(*b"yingda, the same");
    let seeds = [b"hello".to_vec(), "包邮吗".as_bytes().to_vec()];
    let falls = |input: &[u8]| String::from_utf8_lossy(input).contains('\u{202e}');
    assert!((0..ROUNDS).any(|_| falls(&mutator.next(&seeds))));
    let repeat = |_| {
        let mut mutator = Mutator::new(*b"yingda, the same");
        (0..50).map(|_| mutator.next(&seeds)).collect::<Vec<_>>()
    };
    assert_eq!(repeat(1), repeat(2), "the same every time");
}
