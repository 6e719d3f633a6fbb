//! A process of its own is let fail or die at each of the planned places: what was its caller told, and what is there
//! afterwards?

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use futures_util::future::join_all;
use tempfile::TempDir;

use super::super::failure::Point;
use super::super::failure::planned::PLAN;
use super::{Embedded, EmbeddedOptions, OFTEN, closed, kept, said, started, talk, tidied};
use crate::model::Millis;
use crate::store::{Expect, Log};

/// Where the child finds its data folder.
const FOLDER: &str = "YINGDA_TEST_STORE_FOLDER";
const TALKS: usize = 4;
const ROUNDS: usize = 12;
/// Set when the child is to go on until it dies.
const FOR_EVER: &str = "YINGDA_TEST_STORE_FOR_EVER";
/// Set when there is to be free space in the file.
const FREE_SPACE: &str = "YINGDA_TEST_STORE_FREE_SPACE";
/// Set when the messages of a round are sent together.
const IN_GROUPS: &str = "YINGDA_TEST_STORE_IN_GROUPS";

/// What the child was told before its end.
#[derive(Default)]
struct Told {
    kept: BTreeMap<(String, String), u64>,
    refused: BTreeMap<(String, String), String>,
    forgotten: Vec<String>,
    finished: bool,
}

/// Not a test by itself: the process that the tests below start. It says on standard output what it is told.
#[test]
#[ignore = "is started by the tests of planned failures"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(live(&folder));
}

async fn live(folder: &Path) {
    let tell = |line: String| {
        // Past the test harness, which would keep it until the end.
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ntold {line}").and_then(|()| out.flush()).unwrap();
    };
    let store = match Embedded::open(folder, tidied(OFTEN)) {
        Ok(store) => store,
        Err(error) => return tell(format!("unopened {error}")),
    };
    for number in 0..TALKS {
        let name = talk(number);
        // A restart after a failure finds them there.
        let _ = store
            .append(name, Expect::New, vec![started(&format!("anon:{number}"))])
            .await;
    }
    if std::env::var_os(FREE_SPACE).is_some() {
        let large = "字".repeat(7_000);
        let mut new_events = vec![started("anon:large")];
        new_events.extend((0..300).map(|number| said(&format!("m{number}"), &large)));
        new_events.push(closed(10));
        store.append(talk(TALKS), Expect::New, new_events).await.unwrap();
        store.forget(Millis(100), 1).await.unwrap();
    }
    let rounds = if std::env::var_os(FOR_EVER).is_some() {
        usize::MAX
    } else {
        ROUNDS
    };
    // Who dies is asked one message at a time, so that what it was told is known to the last message.
    let in_groups = std::env::var_os(IN_GROUPS).is_some();
    for round in 0..rounds {
        let id = format!("m{round}");
        let append = async |number| match store.append(talk(number), Expect::Any, vec![said(&id, "包邮吗")]).await {
            Ok(receipt) => {
                let seq = receipt.duplicate_of.unwrap_or_else(|| receipt.events[0].seq);
                tell(format!("kept {} {id} {seq}", talk(number)));
            }
            Err(error) => tell(format!("refused {} {id} {error}", talk(number))),
        };
        if in_groups {
            join_all((0..TALKS).map(append)).await;
        } else {
            for number in 0..TALKS {
                append(number).await;
            }
        }
    }
    for number in 0..TALKS / 2 {
        // Refused when a run before this one has closed and forgotten it.
        let _ = store.append(talk(number), Expect::Any, vec![closed(10)]).await;
    }
    match store.forget(Millis(100), 10).await {
        Ok(count) => tell(format!("forgot {count}")),
        Err(error) => tell(format!("forgot nothing: {error}")),
    }
    store.close().await.unwrap();
    tell("finished".to_owned());
}

/// Runs the child under this plan.
fn run(folder: &TempDir, point: Option<(Point, u64, bool)>) -> Told {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "store::embedded::faults::planned::child",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FOLDER, folder.path())
        .env_remove(PLAN)
        .env_remove(FOR_EVER)
        .env_remove(IN_GROUPS)
        .env_remove(FREE_SPACE);
    if matches!(point, Some((Point::Compacting, ..))) {
        command.env(FREE_SPACE, "1");
    }
    if !point.is_some_and(|(_, _, dies)| dies) {
        command.env(IN_GROUPS, "1");
    }
    if matches!(point, Some((Point::Folding | Point::Compacting, ..))) {
        // When that happens is a matter of time.
        command.env(FOR_EVER, "1");
    }
    if let Some((at, time, dies)) = point {
        let at = match at {
            Point::BeforeCommit => "before_commit",
            Point::AfterCommit => "after_commit",
            Point::Folding => "folding",
            Point::Forgetting => "forgetting",
            Point::Compacting => "compacting",
            Point::Upgrading => "upgrading",
        };
        command.env(
            PLAN,
            serde_json::json!({"at": at, "time": time, "dies": dies}).to_string(),
        );
    }
    let output = command.output().unwrap();
    let dies = point.is_some_and(|(_, _, dies)| dies);
    assert_eq!(
        output.status.success(),
        !dies,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut told = Told::default();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some(line) = line.strip_prefix("told ") else {
            continue;
        };
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["kept", talk, id, seq] => {
                told.kept.insert((talk.to_owned(), id.to_owned()), seq.parse().unwrap());
            }
            ["refused", talk, id, why] => {
                told.refused.insert((talk.to_owned(), id.to_owned()), why.to_owned());
            }
            ["forgot", ..] => told.forgotten.push(line.to_owned()),
            ["unopened", ..] => told.forgotten.push(line.to_owned()),
            ["finished"] => told.finished = true,
            _ => panic!("{line}"),
        }
    }
    told
}

/// A run after the failure: everything is sent again, as clients do, and has its first place; nothing is there twice.
fn goes_on(folder: &TempDir, told: &Told) {
    let again = run(folder, None);
    assert!(again.finished && again.refused.is_empty(), "{:?}", again.refused);
    assert_eq!(again.kept.len(), TALKS * ROUNDS);
    for (message, seq) in &told.kept {
        assert_eq!(again.kept.get(message), Some(seq), "{message:?}");
    }
    assert_eq!(again.forgotten, ["forgot 2"]);
    assert_eq!(kept(folder.path()).conversations, TALKS - 2);
}

#[test]
fn dying_before_the_commit_keeps_what_was_acknowledged_and_none_of_the_group() {
    for time in [TALKS as u64 + 1, TALKS as u64 + 6] {
        let folder = tempfile::tempdir().unwrap();
        let told = run(&folder, Some((Point::BeforeCommit, time, true)));
        assert!(!told.finished && told.refused.is_empty());
        assert_eq!(
            kept(folder.path()).messages,
            told.kept,
            "no more and no less than was acknowledged"
        );
        goes_on(&folder, &told);
    }
}

#[test]
fn dying_after_the_commit_keeps_the_group_and_a_resend_is_told_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(&folder, Some((Point::AfterCommit, TALKS as u64 + 3, true)));
    let stored = kept(folder.path()).messages;
    assert!(
        stored.len() > told.kept.len(),
        "the group that nobody was told of is there"
    );
    for (message, seq) in &told.kept {
        assert_eq!(stored.get(message), Some(seq));
    }
    goes_on(&folder, &told);
}

#[test]
fn a_commit_that_fails_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(&folder, Some((Point::BeforeCommit, TALKS as u64 + 3, false)));
    assert!(!told.refused.is_empty());
    assert!(
        told.refused
            .values()
            .all(|why| why.contains("cannot write") && why.contains("no space"))
    );
    for message in told.refused.keys() {
        assert!(!told.kept.contains_key(message));
    }
    // The messages after the refused ones were taken without a gap: `kept` holds every log against 1, 2, 3 …
    let stored = kept(folder.path()).messages;
    let open: BTreeMap<_, _> = told
        .kept
        .clone()
        .into_iter()
        .filter(|((talk, _), _)| talk > &"talk-1".to_owned())
        .collect();
    assert_eq!(stored, open, "the first two talks have been closed and forgotten");
}

/// Dies when the place is reached for the first time, and when it is reached for a later one.
fn dying_at_loses_nothing(point: Point, times: [u64; 2]) {
    for time in times {
        let folder = tempfile::tempdir().unwrap();
        let told = run(&folder, Some((point, time, true)));
        let stored = kept(folder.path()).messages;
        for (message, seq) in &told.kept {
            assert_eq!(stored.get(message), Some(seq));
        }
    }
}

#[test]
fn dying_while_the_log_is_folded_loses_nothing() {
    dying_at_loses_nothing(Point::Folding, [1, 2]);
}

#[test]
fn dying_while_the_file_shrinks_loses_nothing() {
    dying_at_loses_nothing(Point::Compacting, [1, 3]);
}

#[test]
fn dying_while_forgetting_forgets_all_of_a_talk_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(&folder, Some((Point::Forgetting, 2, true)));
    assert!(told.forgotten.is_empty());
    assert_eq!(kept(folder.path()).messages, told.kept);
    let again = run_forgetting(&folder);
    assert_eq!(again, 2);
    assert_eq!(kept(folder.path()).conversations, TALKS - 2);
}

#[test]
fn forgetting_that_fails_says_so_and_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(&folder, Some((Point::Forgetting, 2, false)));
    assert!(told.forgotten[0].contains("no space"), "{:?}", told.forgotten);
    assert_eq!(kept(folder.path()).conversations, TALKS);
    assert_eq!(run_forgetting(&folder), 2);
}

fn run_forgetting(folder: &TempDir) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Embedded::open(folder.path(), EmbeddedOptions::default()).unwrap();
        store.forget(Millis(100), 10).await.unwrap()
    })
}

#[test]
fn an_upgrade_that_fails_keeps_the_old_file_and_one_that_dies_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(&folder, Some((Point::Upgrading, 1, false)));
    assert!(told.forgotten[0].starts_with("unopened"), "{:?}", told.forgotten);
    run(&folder, Some((Point::Upgrading, 1, true)));
    goes_on(&folder, &Told::default());
}
