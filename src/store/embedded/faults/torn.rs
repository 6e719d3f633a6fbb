//! Files as a crash leaves them: the last write cut off or garbled, a fold half done.

use std::fs;
use std::path::Path;

use super::{DATABASE, Dice, crash_image, kept, open_without_housekeeping, said, started, talk};
use crate::store::{Expect, Log};

const SEED: u64 = 20_261_122;
const TALKS: usize = 3;

/// Messages in the order in which they were acknowledged, each with the length of the log behind it.
async fn written(folder: &Path, messages: usize) -> (super::Embedded, Vec<((String, String), u64, u64)>) {
    let store = open_without_housekeeping(folder);
    for number in 0..TALKS {
        store
            .append(talk(number), Expect::New, vec![started(&format!("anon:{number}"))])
            .await
            .unwrap();
    }
    let mut acknowledged = Vec::new();
    let mut dice = Dice(SEED);
    for number in 0..messages {
        let (name, id) = (talk(number % TALKS), format!("m{number}"));
        // From a few bytes to several pages of the log.
        let text = "字".repeat(1 + dice.below(4) as usize * dice.below(1500) as usize);
        let receipt = store
            .append(name.clone(), Expect::Any, vec![said(&id, &text)])
            .await
            .unwrap();
        let end = fs::metadata(folder.join(format!("{DATABASE}-wal"))).unwrap().len();
        acknowledged.push(((name.to_string(), id), receipt.events[0].seq, end));
    }
    (store, acknowledged)
}

/// What was wholly written before `intact` is there; of the rest, a beginning.
fn holds(folder: &Path, acknowledged: &[((String, String), u64, u64)], intact: u64, how: &str) {
    let messages = kept(folder).messages;
    let survived = messages.len();
    for (place, (message, seq, end)) in acknowledged.iter().enumerate() {
        assert_eq!(
            messages.get(message),
            (place < survived).then_some(seq),
            "{how}: {message:?}"
        );
        assert!(
            place < survived || *end > intact,
            "{how}: {message:?} was written before {intact}"
        );
    }
}

#[tokio::test]
async fn a_torn_last_write_takes_only_what_was_not_wholly_written() {
    let origin = tempfile::tempdir().unwrap();
    let (_store, acknowledged) = written(origin.path(), 40).await;
    let log = format!("{DATABASE}-wal");
    let length = fs::metadata(origin.path().join(&log)).unwrap().len();
    let mut dice = Dice(SEED);
    for round in 0..120 {
        let folder = tempfile::tempdir().unwrap();
        crash_image(origin.path(), folder.path());
        let path = folder.path().join(&log);
        let mut bytes = fs::read(&path).unwrap();
        // Mostly near the end, where a real crash tears; also anywhere.
        let reach = if round % 4 == 0 { length } else { length.min(40_000) };
        let at = length - 1 - dice.below(reach);
        match round % 3 {
            0 => bytes.truncate(at as usize),
            1 => bytes[at as usize..].fill(0),
            _ => {
                let end = (at as usize + 1 + dice.below(5000) as usize).min(bytes.len());
                bytes[at as usize..end].iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
        fs::write(&path, bytes).unwrap();
        holds(
            folder.path(),
            &acknowledged,
            at,
            &format!("seed {SEED}, round {round}, at {at} of {length}"),
        );
    }
}

#[tokio::test]
async fn a_fold_cut_anywhere_in_the_middle_loses_nothing() {
    let origin = tempfile::tempdir().unwrap();
    let (store, acknowledged) = written(origin.path(), 40).await;
    let before = tempfile::tempdir().unwrap();
    crash_image(origin.path(), before.path());
    store.close().await.unwrap();
    let old = fs::read(before.path().join(DATABASE)).unwrap();
    let new = fs::read(origin.path().join(DATABASE)).unwrap();
    assert_ne!(old, new);
    let mut dice = Dice(SEED);
    for round in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        crash_image(before.path(), folder.path());
        // The disk writes pages in any order; the log is intact until all of them are written.
        let mut mixed = old.clone();
        mixed.resize(new.len(), 0);
        for (page, fresh) in mixed.chunks_mut(4096).zip(new.chunks(4096)) {
            if dice.below(2) == 0 {
                page.copy_from_slice(fresh);
            }
        }
        fs::write(folder.path().join(DATABASE), mixed).unwrap();
        holds(
            folder.path(),
            &acknowledged,
            u64::MAX,
            &format!("seed {SEED}, round {round}"),
        );
    }
}
