//! The shape of the source: rooms use only rooms below them, pure rooms stay pure, files stay readable.

use std::fs;
use std::path::{Path, PathBuf};

/// Every room with its rank; a room may use rooms of lower rank only.
const RANKS: [(&str, u8); 18] = [
    ("model", 0),
    ("telemetry", 1),
    ("config", 2),
    ("shop", 2),
    ("store", 3),
    ("handoff", 3),
    ("packs", 4),
    ("reply", 5),
    ("understanding", 5),
    ("dialogue", 6),
    ("insight", 7),
    ("shops", 7),
    ("hub", 8),
    ("publishing", 8),
    ("gateway", 9),
    ("cli", 10),
    ("lib", 11),
    ("main", 11),
];

/// Where time, disk, network and runtime may not be named: paths below `src`, and the files in them that may.
const PURE: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("shop", &[]),
    ("handoff", &[]),
    ("packs", &["packs/folder.rs"]),
    ("understanding", &[]),
    ("reply", &[]),
    ("dialogue", &[]),
];

const IMPURE: [&str; 8] = [
    "tokio::",
    "axum::",
    "rusqlite::",
    "std::fs",
    "std::net",
    "std::env",
    "SystemTime",
    "Instant::now",
];

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join(folder), &mut found);
    found.sort();
    let relative = |(path, text): (PathBuf, String)| (path.strip_prefix(root.join(folder)).unwrap().to_owned(), text);
    found.into_iter().map(relative).collect()
}

fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

/// The room a source file belongs to: the first part of its path.
fn room(path: &Path) -> String {
    let first = path
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// What a line of code names behind `crate::`, comments aside.
fn named(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|each| each.is_alphanumeric() || *each == '_')
                .collect()
        })
        .collect()
}

#[test]
fn no_room_uses_one_of_its_own_rank_or_above() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let own = room(&path);
        let own_rank = rank(&own).unwrap_or_else(|| panic!("{} is in no room of the list", path.display()));
        for (number, line) in text.lines().enumerate() {
            for other in named(line) {
                if other != own && rank(&other).is_some_and(|other| other >= own_rank) {
                    wrong.push(format!("src/{}:{}: {own} uses {other}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_rooms_name_no_runtime_no_disk_and_no_clock() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let name = path.to_string_lossy().replace('\\', "/");
        let is_pure = PURE
            .iter()
            .any(|(pure, except)| name.starts_with(pure) && !except.contains(&name.as_str()));
        // Tests may read the files they are about.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if !is_pure || name.ends_with("tests.rs") {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            if let Some(word) = IMPURE.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("src/{name}:{}: {word}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_say_what_they_are_for_and_have_real_names() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in sources(folder) {
            let name = format!("{folder}/{}", path.display());
            let lines = text.lines().count();
            if lines > 500 {
                wrong.push(format!("{name} has {lines} lines: split it by meaning"));
            }
            if !text.starts_with("//!") {
                wrong.push(format!("{name} does not begin by saying what it is for"));
            }
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if ["util", "utils", "helper", "helpers", "common", "manager", "misc"].contains(&stem.as_str()) {
                wrong.push(format!("{name}: say what it holds"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
