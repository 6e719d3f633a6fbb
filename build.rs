//! Names this build by a hash of the sources that learning, reading and testing go through, the crates, the target and the
//! compiler: what another build learned and kept is learned again (`src/understanding/preserve`).

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The rooms; tests/architecture holds that they use no other.
const ROOMS: [&str; 12] = [
    "config",
    "dialogue",
    "handoff",
    "model",
    "packs",
    "privacy",
    "publishing",
    "reply",
    "sheets",
    "shop",
    "shops",
    "understanding",
];
/// Single files that have a say, too.
const FILES: [&str; 3] = ["build.rs", "Cargo.lock", "Cargo.toml"];
/// What cargo says of the build.
const SETTINGS: [&str; 3] = ["TARGET", "OPT_LEVEL", "CARGO_CFG_TARGET_FEATURE"];

fn main() {
    let mut paths: Vec<PathBuf> = FILES.iter().map(PathBuf::from).collect();
    paths.extend(ROOMS.iter().map(|room| Path::new("src").join(room)));
    let mut files = Vec::new();
    for path in &paths {
        println!("cargo::rerun-if-changed={}", path.display());
        collect(path, &mut files);
    }
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        // A file that vanishes meanwhile is as good as none: cargo runs this again.
        (file.display().to_string(), fs::read(&file).unwrap_or_default()).hash(&mut hash);
    }
    for name in SETTINGS {
        env::var(name).ok().hash(&mut hash);
    }
    let compiler = env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("-vV").output().ok());
    compiler.map(|output| output.stdout).hash(&mut hash);
    println!("cargo::rustc-env=YINGDA_BUILD={:016x}", hash.finish());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
