//! What the program is made of: licences, crates that are not wanted, doubles, and compilers. The lists are those of
//! `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

fn deny() -> toml::Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The packages that this machine's build uses, as `cargo metadata` tells them.
fn packages() -> Vec<Value> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
        ])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all["packages"].as_array().unwrap().clone()
}

/// Name and version of each crate that is linked into the program: without what only builds or tests it.
fn linked() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(["--package", "yingda", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let named = lines.lines().filter_map(|line| {
        let (name, version) = line.split_once(" v")?;
        let version = version.split(' ').next()?;
        (name != "yingda").then(|| format!("{name} {version}"))
    });
    named.collect()
}

#[test]
fn the_notices_name_every_crate_of_the_program_in_its_version() {
    let linked = linked();
    assert!(linked.len() > 100);
    let notices = include_str!("../docs/licenses.txt");
    let (list, texts) = notices.split_once("\n====").unwrap();
    let named = |crate_: &str| list.contains(&format!("\n{crate_} · ")) && texts.contains(&format!("\n  {crate_}\n"));
    let missing: Vec<&String> = linked.iter().filter(|linked| !named(linked)).collect();
    assert!(missing.is_empty(), "run tools/licenses/make: {missing:?}");
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// Whether licences that are allowed satisfy an expression: `A OR B`, `A AND (B OR C)`; `/` is an old way to write `OR`.
fn satisfied(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let outside = |mark: &str| -> Option<(String, String)> {
        let mut depth = 0;
        for (at, letter) in expression.char_indices() {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if depth == 0 && expression[at..].starts_with(mark) {
                return Some((expression[..at].to_owned(), expression[at + mark.len()..].to_owned()));
            }
        }
        None
    };
    let expression = expression.trim();
    if let Some((left, right)) = outside(" OR ").or_else(|| outside("/")) {
        return satisfied(&left, allowed) || satisfied(&right, allowed);
    }
    if let Some((left, right)) = outside(" AND ") {
        return satisfied(&left, allowed) && satisfied(&right, allowed);
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => satisfied(inner, allowed),
        None => allowed.contains(expression),
    }
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed = BTreeSet::from(["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"]);
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(GPL-3.0 OR ISC) AND MIT",
        "Apache-2.0 WITH LLVM-exception OR X",
    ] {
        assert!(satisfied(good, &allowed), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0"] {
        assert!(!satisfied(bad, &allowed), "{bad}");
    }
}

#[test]
fn every_licence_is_one_that_the_list_allows() {
    let deny = deny();
    let allowed: BTreeSet<&str> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| licence.as_str().unwrap())
        .collect();
    let packages = packages();
    assert!(packages.len() > 100);
    let wrong: Vec<_> = packages
        .iter()
        .filter(|package| !satisfied(text(package, "license"), &allowed))
        .map(|package| {
            format!(
                "{} {}: {}",
                text(package, "name"),
                text(package, "version"),
                package["license"]
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names in a list of `{ crate = "name@version", … }`, each with a reason.
fn listed(deny: &toml::Table, list: &str) -> Vec<(String, Option<String>)> {
    let entries = deny["bans"][list].as_array().unwrap();
    entries
        .iter()
        .map(|entry| {
            let name = entry["crate"].as_str().unwrap();
            assert!(
                entry["reason"].as_str().is_some_and(|reason| reason.len() > 5),
                "{name} has no reason"
            );
            let (name, version) = name
                .split_once('@')
                .map_or((name, None), |(name, version)| (name, Some(version)));
            (name.to_owned(), version.map(str::to_owned))
        })
        .collect()
}

#[test]
fn one_version_of_each_crate_but_for_those_with_a_reason() {
    let deny = deny();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        let name = text(&package, "name").to_owned();
        versions
            .entry(name)
            .or_default()
            .insert(text(&package, "version").to_owned());
    }
    let unwanted = listed(&deny, "deny");
    let found: Vec<_> = unwanted
        .iter()
        .filter(|(name, _)| versions.contains_key(name))
        .collect();
    assert!(found.is_empty(), "{found:?} are not wanted");
    let skipped = listed(&deny, "skip");
    let excused = |name: &str, version: &str| {
        skipped.iter().any(|(skipped, prefix)| {
            let prefix = prefix.as_deref().unwrap_or_default();
            skipped == name && version.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
        })
    };
    for (name, versions) in &versions {
        let left: Vec<_> = versions.iter().filter(|version| !excused(name, version)).collect();
        assert!(left.len() <= 1, "{name} is there as {left:?}");
    }
    for (name, version) in &skipped {
        let doubled = versions.get(name).is_some_and(|versions| versions.len() > 1);
        assert!(
            doubled,
            "{name} {version:?} is not doubled any more: take it off the list"
        );
    }
}

/// `rust-version` promises which compiler is enough. What the crates ask for is held here, the standard library by
/// clippy's `incompatible_msrv`; only building with that very compiler would show the rest.
#[test]
fn no_crate_needs_a_newer_compiler_than_we_promise() {
    let number = |version: &str| -> (u32, u32) {
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    let packages = packages();
    let ours = packages
        .iter()
        .find(|package| text(package, "name") == "yingda")
        .unwrap();
    let promised = number(text(ours, "rust_version"));
    let newer: Vec<_> = packages
        .iter()
        .filter(|package| number(text(package, "rust_version")) > promised)
        .map(|package| {
            format!(
                "{} {} needs {}",
                text(package, "name"),
                text(package, "version"),
                package["rust_version"]
            )
        })
        .collect();
    assert!(newer.is_empty(), "{}", newer.join("\n"));
}
