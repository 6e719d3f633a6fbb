//! What lies on the shelf says what learning says; what is broken, foreign or in the way costs time and nothing else.
#![allow(clippy::unwrap_used)]

use std::fs;

use super::tests::{FEE, file};
use super::*;
use crate::packs::SourceFile;
use crate::understanding::Context;
use crate::understanding::preserve;

const SHOP: &str = "shop: demo\nname: {zh: 小店, en: Shop}\nallow: [no_person]\nfacts:\n  cutoff: \"16:00\"\n";
const ANGER: &str = "signal: emotion.anger\ntitle: 生气\ntitle_en: Anger\nlane: high\nstrong: [骗子]\n\
                     examples: [你们太过分了, 气死我了, 再也不来了]\ncalm: [不是骗子吧]\n";
const MESSAGES: [&str; 6] = [
    "邮费要多少钱",
    "is postage free",
    "气死了，你们就是骗子",
    "啦啦啦",
    "yunfei zenme suan",
    "发到北京包由吗",
];

fn files(fee: &str) -> Vec<SourceFile> {
    vec![
        file("shipping/fee.yaml", fee),
        file("signals/emotion/anger.yaml", ANGER),
        file("shops/demo/shop.yaml", SHOP),
    ]
}

fn publisher() -> Publisher {
    Publisher::new(Tolerance::default(), crate::shop::clock::OWN_MS)
}

/// What is read in messages by what a publisher makes at a start.
fn read(publisher: Publisher, fee: &str) -> Vec<String> {
    let reading = Reading::from_files(files(fee), Vec::new());
    let (mut publisher, none) = (publisher, Generations::new());
    let (shops, _) = publisher
        .load(&reading, &none)
        .unwrap_or_else(|findings| panic!("{findings:#?}"));
    let index = &shops[0].index;
    let read = MESSAGES.iter().map(|message| {
        let read = index.understand(message, &Context::default());
        format!("{read:?} {:?}", index.explain_signals(message))
    });
    read.collect()
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    kept.sort();
    kept
}

fn names(folder: &Path) -> Vec<String> {
    let name = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .split('-')
            .next()
            .unwrap()
            .to_owned()
    };
    kept(folder).iter().map(name).collect()
}

#[test]
fn a_second_start_reads_the_same_and_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("learned");
    let anew = read(publisher(), FEE);
    assert_eq!(read(publisher().keeping_in(shelf.clone()), FEE), anew);
    assert_eq!(names(&shelf), ["questions", "signals", "tests"]);
    let written = || {
        kept(&shelf)
            .iter()
            .map(|path| fs::read(path).unwrap())
            .collect::<Vec<_>>()
    };
    let before = written();
    assert_eq!(read(publisher().keeping_in(shelf.clone()), FEE), anew);
    assert_eq!(written(), before);
}

#[test]
fn only_the_very_files_that_kept_all_rules_are_not_held_against_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("learned");
    let reading = |fee: &str| Reading::from_files(files(fee), Vec::new());
    let found = |fee: &str| {
        let loaded = publisher()
            .keeping_in(shelf.clone())
            .load(&reading(fee), &Generations::new());
        loaded.unwrap_or_else(|findings| panic!("{findings:#?}")).1.len()
    };
    let anew = found(FEE);
    assert!(!names(&shelf).contains(&RULES.to_owned()), "there was something to say");
    assert_eq!(found(FEE), anew);
    FolderShelf::new(shelf.clone()).put(RULES, &rules_key(&reading(FEE)), &|_| Ok(()));
    assert!(found(FEE) < anew);
    assert_eq!(found(&FEE.replace("亲，", "您好，")), anew);
}

#[test]
fn what_lies_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = FolderShelf::new(folder.path().to_owned());
    let list: Vec<u32> = (0..100_000).collect();
    let make = || list.clone();
    assert_eq!(preserve::kept(Some(&shelf), "list", &[1; 32], make), list);
    let never = || -> Vec<u32> { panic!("it is there") };
    assert_eq!(preserve::kept(Some(&shelf), "list", &[1; 32], never), list);
    assert_eq!(preserve::kept(Some(&shelf), "list", &[2; 32], || vec![7u32]), [7]);
    // What is whole and too short or too long for what is read is none of its kind.
    assert_eq!(preserve::kept(Some(&shelf), "list", &[1; 32], || 5u64), 5);
    assert_eq!(preserve::kept(Some(&shelf), "list", &[1; 32], || [1u64, 2]), [1, 2]);
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("learned");
    read(publisher().keeping_in(shelf.clone()), FEE);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&shelf), 0o700);
    assert!(kept(&shelf).iter().all(|path| mode(path) == 0o600));
}

#[test]
fn whatever_is_wrong_with_a_file_it_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("learned");
    let anew = read(publisher().keeping_in(shelf.clone()), FEE);
    let whole: Vec<(PathBuf, Vec<u8>)> = kept(&shelf)
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    let all = |wrong: &dyn Fn(&[u8]) -> Vec<u8>| {
        whole
            .iter()
            .for_each(|(path, bytes)| fs::write(path, wrong(bytes)).unwrap());
    };
    let flipped = |at: usize| {
        move |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = at % bytes.len();
            bytes[at] ^= 0x10;
            bytes
        }
    };
    let cut = |part: usize| move |bytes: &[u8]| bytes[..bytes.len() * part / 8].to_vec();
    let another_form = |bytes: &[u8]| [b"yingda learned 0\n", &bytes[17..]].concat();
    for at in [3, 20, 49, 50, 60, 100, 1_000, 5_001, usize::MAX] {
        all(&flipped(at));
        assert_eq!(read(publisher().keeping_in(shelf.clone()), FEE), anew, "bit {at}");
    }
    for part in 0..8 {
        all(&cut(part));
        assert_eq!(read(publisher().keeping_in(shelf.clone()), FEE), anew, "{part} eighths");
    }
    all(&another_form);
    assert_eq!(read(publisher().keeping_in(shelf.clone()), FEE), anew);
    // Each was written again, whole.
    for (path, bytes) in &whole {
        assert_eq!(fs::read(path).unwrap().len(), bytes.len());
    }
    // What was learned from other files, under the name of what these teach.
    let other = folder.path().join("other");
    read(
        publisher().keeping_in(other.clone()),
        &FEE.replace("包邮吗", "送不送礼盒"),
    );
    for ((path, _), theirs) in whole.iter().zip(kept(&other)) {
        fs::copy(theirs, path).unwrap();
    }
    assert_eq!(read(publisher().keeping_in(shelf), FEE), anew);
}

#[test]
fn a_folder_that_cannot_be_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let anew = read(publisher(), FEE);
    assert_eq!(read(publisher().keeping_in(file.join("learned")), FEE), anew);
    assert_eq!(read(publisher().keeping_in(file), FEE), anew);
}

#[test]
fn old_files_go_and_one_edit_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("learned");
    let edited = |words: &str| FEE.replace("包邮吗", words);
    for words in ["包邮吗", "邮费贵吗", "邮费谁付", "邮费几块"] {
        read(publisher().keeping_in(shelf.clone()), &edited(words));
    }
    assert_eq!(
        names(&shelf),
        ["questions", "questions", "signals", "signals", "tests", "tests"]
    );
    let before = kept(&shelf);
    read(publisher().keeping_in(shelf.clone()), &edited("邮费谁付"));
    assert_eq!(kept(&shelf), before);
    fs::write(shelf.join("questions-1.new"), "half").unwrap();
    fs::write(shelf.join("notes.txt"), "somebody's own").unwrap();
    // An answer teaches nothing.
    read(
        publisher().keeping_in(shelf.clone()),
        &edited("邮费谁付").replace("满 99", "满 59"),
    );
    let learned = |files: Vec<PathBuf>| -> Vec<PathBuf> {
        let tests = |path: &PathBuf| path.to_str().unwrap().contains("tests-");
        files.into_iter().filter(|path| !tests(path)).collect()
    };
    let own = shelf.join("notes.txt");
    assert_eq!(fs::read_to_string(&own).unwrap(), "somebody's own");
    fs::remove_file(own).unwrap();
    assert_eq!(learned(kept(&shelf)), learned(before));
}
