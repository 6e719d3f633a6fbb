//! The shape of the source: rooms use only rooms below them, no circle lies within a room, pure rooms stay pure, files
//! stay readable.

mod source;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use source::{Source, sources};

/// Every room with its rank; a room may use rooms of lower rank only.
const RANKS: [(&str, u8); 30] = [
    ("model", 0),
    ("privacy", 1),
    ("sheets", 1),
    ("telemetry", 1),
    ("config", 2),
    ("shop", 2),
    ("files", 3),
    ("store", 3),
    ("handoff", 3),
    ("packs", 4),
    ("reply", 5),
    ("understanding", 5),
    ("dialogue", 6),
    ("accounts", 7),
    ("insight", 7),
    ("shops", 7),
    ("hub", 8),
    ("phrases", 8),
    ("publishing", 8),
    ("customers", 9),
    ("interchange", 9),
    ("orders", 9),
    ("reporting", 9),
    ("reviewing", 9),
    ("search", 9),
    ("teaching", 9),
    ("gateway", 10),
    ("cli", 11),
    ("lib", 12),
    ("main", 12),
];

/// Where time, disk, network and runtime may not be named: paths below `src`, and the files in them that may.
const PURE: [(&str, &[&str]); 11] = [
    ("model/", &[]),
    ("privacy/", &[]),
    ("sheets/", &[]),
    ("shop/", &[]),
    ("handoff/", &[]),
    ("packs/", &["packs/folder.rs"]),
    ("understanding/", &[]),
    ("reply/", &[]),
    ("dialogue/", &[]),
    ("insight/", &[]),
    ("interchange/", &[]),
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

fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

/// Which module each path of each file leads to; the files that hold tests only are left out.
struct Arrows<'a> {
    files: BTreeMap<Vec<String>, &'a Source>,
    given_out: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
}

impl<'a> Arrows<'a> {
    fn of(sources: &'a [Source]) -> Arrows<'a> {
        let files: BTreeMap<_, _> = sources
            .iter()
            .filter(|source| !source.is_tests() && source.path != "main.rs")
            .map(|source| (source.module(), source))
            .collect();
        let given_out = files
            .iter()
            .map(|(module, source)| (module.clone(), source.given_out()));
        Arrows {
            given_out: given_out.collect(),
            files,
        }
    }

    /// The file in which what the path names is written, through whatever gives it out.
    fn target(&self, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        // Names that are given out again lead on; a few steps reach the end.
        for _ in 0..4 {
            let module = (0..=path.len())
                .rev()
                .map(|length| &path[..length])
                .find(|module| self.files.contains_key(*module))
                .unwrap_or_default();
            let on = path
                .get(module.len())
                .and_then(|name| self.given_out.get(module)?.get(name))
                .filter(|on| **on != path);
            match on {
                Some(on) => path = on.clone(),
                None => return module.to_vec(),
            }
        }
        path
    }

    /// Every arrow from a file to another, with the line that draws it.
    fn all(&self) -> Vec<(&'a Source, Vec<String>, usize)> {
        let mut arrows = Vec::new();
        for source in self.files.values() {
            for (path, line) in source.paths() {
                arrows.push((*source, self.target(&path), line));
            }
        }
        arrows
    }

    /// Circles among the files and folders that lie side by side in one folder: each as the lines that draw it.
    ///
    /// A folder's `mod.rs` is the folder itself: what it says about its own files is no arrow.
    fn circles(&self) -> Vec<String> {
        // By folder: from one name in it to another, with a place that says so.
        let mut folders: BTreeMap<Vec<String>, BTreeMap<(String, String), String>> = BTreeMap::new();
        for (source, target, line) in self.all() {
            let from = source.module();
            let shared = from
                .iter()
                .zip(&target)
                .take_while(|(from, target)| from == target)
                .count();
            if shared == 0 || shared == from.len() || shared == target.len() {
                continue;
            }
            folders
                .entry(from[..shared].to_vec())
                .or_default()
                .entry((from[shared].clone(), target[shared].clone()))
                .or_insert_with(|| format!("src/{}:{line}", source.path));
        }
        let mut circles = Vec::new();
        for (folder, arrows) in folders {
            let reach = reachable(arrows.keys());
            let within: Vec<String> = arrows
                .iter()
                .filter(|((from, to), _)| reach.contains(&(to.clone(), from.clone())))
                .map(|((from, to), place)| format!("{place}: {from} uses {to}"))
                .collect();
            if !within.is_empty() {
                circles.push(format!("a circle in {}:\n  {}", folder.join("/"), within.join("\n  ")));
            }
        }
        circles
    }
}

/// All pairs of names that a chain of arrows leads from and to.
fn reachable<'a>(arrows: impl Iterator<Item = &'a (String, String)>) -> BTreeSet<(String, String)> {
    let mut all: BTreeSet<(String, String)> = arrows.cloned().collect();
    loop {
        let further: Vec<(String, String)> = all
            .iter()
            .flat_map(|(from, over)| {
                let on = all.iter().filter(move |(start, _)| start == over);
                on.map(move |(_, to)| (from.clone(), to.clone()))
            })
            .filter(|pair| !all.contains(pair))
            .collect();
        if further.is_empty() {
            return all;
        }
        all.extend(further);
    }
}

#[test]
fn no_room_uses_one_of_its_own_rank_or_above() {
    let sources = sources("src");
    let mut wrong = Vec::new();
    for (source, target, line) in Arrows::of(&sources).all() {
        let (Some(own), Some(other)) = (source.module().first().cloned(), target.first()) else {
            continue;
        };
        let own_rank = rank(&own).unwrap_or_else(|| panic!("src/{} is in no room of the list", source.path));
        if own != *other && rank(other).is_some_and(|other| other >= own_rank) {
            wrong.push(format!("src/{}:{line}: {own} uses {other}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_of_a_room_use_each_other_in_a_circle() {
    let sources = sources("src");
    let circles = Arrows::of(&sources).circles();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// Lines of pure rooms that name what they may not.
fn impure(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let is_pure = PURE
            .iter()
            .any(|(pure, except)| source.path.starts_with(pure) && !except.contains(&source.path.as_str()));
        // Tests may read the files they are about.
        if !is_pure || source.is_tests() {
            continue;
        }
        for (number, line) in source.code.lines().enumerate() {
            if let Some(word) = IMPURE.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("src/{}:{}: {word}", source.path, number + 1));
            }
        }
    }
    wrong
}

#[test]
fn pure_rooms_name_no_runtime_no_disk_and_no_clock() {
    let sources = sources("src");
    for (pure, _) in PURE {
        let known = sources.iter().any(|source| source.path.starts_with(pure));
        assert!(known, "{pure} is on the list of pure rooms and is not there");
    }
    let wrong = impure(&sources);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_say_what_they_are_for_and_have_real_names() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests"] {
        for source in sources(folder) {
            let name = format!("{folder}/{}", source.path);
            let lines = source.text.lines().count();
            if lines > 500 {
                wrong.push(format!("{name} has {lines} lines: split it by meaning"));
            }
            if !source.text.starts_with("//!") {
                wrong.push(format!("{name} does not begin by saying what it is for"));
            }
            let stem = name
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .trim_end_matches(".rs")
                .to_owned();
            if ["util", "utils", "helper", "helpers", "common", "manager", "misc"].contains(&stem.as_str()) {
                wrong.push(format!("{name}: say what it holds"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rooms whose sources are in the identity of a build.
fn rooms_of_the_build() -> Vec<String> {
    let script = include_str!("../../build.rs");
    let (_, list) = script.split_once("const ROOMS").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let names = list.lines().filter_map(|line| line.trim().strip_prefix('"'));
    names.map(|name| name.trim_end_matches("\",").to_owned()).collect()
}

#[test]
fn what_is_learned_depends_on_no_room_outside_the_identity_of_a_build() {
    let rooms = rooms_of_the_build();
    assert!(rooms.iter().any(|room| room == "understanding"), "{rooms:?}");
    let sources = sources("src");
    let mut wrong = Vec::new();
    for (source, target, line) in Arrows::of(&sources).all() {
        let (Some(own), Some(other)) = (source.module().first().cloned(), target.first()) else {
            continue;
        };
        if rooms.contains(&own) && !rooms.contains(other) {
            wrong.push(format!("src/{}:{line}: {own} uses {other}", source.path));
        }
    }
    assert!(wrong.is_empty(), "add the rooms to build.rs:\n{}", wrong.join("\n"));
}

/// The guards above, tried on small sources that break them.
mod guards {
    use super::*;

    #[test]
    fn code_behind_a_test_module_is_read_and_the_module_is_not() {
        let text =
            "#[cfg(test)]\nmod tests {\n    fn a() { std::fs::read(\"}\"); }\n}\nfn b() { std::fs::read(\"x\"); }\n";
        let found = impure(&[Source::new("understanding/slots/mod.rs", text)]);
        assert_eq!(found, ["src/understanding/slots/mod.rs:5: std::fs"]);
        let declared = "#[cfg(test)]\nmod tests;\nuse std::fs;\n";
        assert_eq!(impure(&[Source::new("reply/mod.rs", declared)]).len(), 1);
        let said = "//! Not std::fs.\nconst A: &str = \"std::fs\"; // nor std::fs\n";
        assert!(impure(&[Source::new("reply/mod.rs", said)]).is_empty());
    }

    #[test]
    fn paths_are_read_from_groups_parents_and_expressions() {
        let text = "use super::super::super::config::{self, Clock as Time};\npub(in crate::cli) fn f<'a>() { crate::store::x::<u8>('\\'', r#\"crate::cli\"#) }\n";
        let source = Source::new("understanding/slots/days.rs", text);
        let paths: Vec<String> = source
            .paths()
            .into_iter()
            .map(|(path, line)| format!("{line} {}", path.join("::")))
            .collect();
        assert_eq!(paths, ["1 config", "1 config::Clock", "2 store::x"]);
    }

    #[test]
    fn circles_are_found_between_files_and_through_what_a_folder_gives_out() {
        let circles = |files: &[(&str, &str)]| {
            let sources: Vec<Source> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
            Arrows::of(&sources).circles().len()
        };
        assert_eq!(
            circles(&[("reply/a.rs", "use super::b::B;"), ("reply/b.rs", "use super::a::A;")]),
            1
        );
        assert_eq!(circles(&[("reply/a.rs", "use super::b::B;"), ("reply/b.rs", "")]), 0);
        // a → c/mod.rs, which gives out what is in c/d.rs; c/d.rs → a.
        let folders = [
            ("reply/a.rs", "use crate::reply::c::D;"),
            ("reply/c/mod.rs", "pub use d::D;"),
            ("reply/c/d.rs", "use super::super::a::A;"),
        ];
        assert_eq!(circles(&folders), 1);
        let given_out = [
            ("reply/mod.rs", "pub use b::B;"),
            ("reply/a.rs", "use super::B;"),
            ("reply/b.rs", "use super::a;"),
        ];
        assert_eq!(circles(&given_out), 1);
    }
}
