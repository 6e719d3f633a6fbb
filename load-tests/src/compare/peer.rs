//! The Node server: whether it can be had here, and its packages, which are installed below the build folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What the folder of the server holds and the build folder gets.
const FILES: [&str; 4] = ["package.json", "package-lock.json", "server.mjs", "examples.mjs"];

/// Copies the server into the build folder and installs its packages, unless they are there; the path of its script.
///
/// # Errors
/// There is no node or npm, no folder, or the packages cannot be had: why, in words.
pub(super) fn install(source: &Path) -> Result<PathBuf> {
    for program in ["node", "npm"] {
        let asked = Command::new(program).arg("--version").stdin(Stdio::null()).output();
        if !asked.is_ok_and(|asked| asked.status.success()) {
            bail!("there is no {program}");
        }
    }
    let folder = build_folder()?.join("load-tests-peer");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let lock = folder.join("package-lock.json");
    let installed = folder.join("node_modules/.package-lock.json").is_file();
    let same = fs::read(&lock).ok() == fs::read(source.join("package-lock.json")).ok();
    for file in FILES {
        let from = source.join(file);
        fs::copy(&from, folder.join(file)).with_context(|| format!("no {}", from.display()))?;
    }
    // npm writes its own lock file last, so it stands for a whole installation.
    if !(installed && same) {
        let npm = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()?;
        if !npm.status.success() {
            // Otherwise the next run would take what is there for an installation of this lock file.
            let _ = fs::remove_file(&lock);
            bail!("npm ci failed: {}", String::from_utf8_lossy(&npm.stderr).trim());
        }
    }
    Ok(folder.join("server.mjs"))
}

/// `target`, where this program was built.
fn build_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent);
    Ok(folder.context("this program has no build folder")?.to_owned())
}
