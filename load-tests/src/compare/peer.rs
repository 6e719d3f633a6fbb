//! The Node server: whether it can be had here, and its packages, which are installed below the build folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What the folder of the server holds and the build folder gets.
const FILES: [&str; 4] = ["package.json", LOCK, "server.mjs", "examples.mjs"];
const LOCK: &str = "package-lock.json";

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
    let installed = is_installed(&folder, source);
    for file in FILES {
        let from = source.join(file);
        fs::copy(&from, folder.join(file)).with_context(|| format!("no {}", from.display()))?;
    }
    if !installed {
        let npm = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()?;
        if !npm.status.success() {
            // Otherwise the next run would take what is there for an installation of this lock file.
            let _ = fs::remove_file(folder.join(LOCK));
            bail!("npm ci failed: {}", String::from_utf8_lossy(&npm.stderr).trim());
        }
    }
    Ok(folder.join("server.mjs"))
}

/// Whether the folder has the packages of this lock file.
fn is_installed(folder: &Path, source: &Path) -> bool {
    // npm writes its own lock file last, so it stands for a whole installation.
    let whole = folder.join("node_modules/.package-lock.json").is_file();
    let wanted = fs::read(source.join(LOCK)).ok();
    whole && wanted.is_some() && wanted == fs::read(folder.join(LOCK)).ok()
}

/// `target`, where this program was built.
fn build_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent);
    Ok(folder.context("this program has no build folder")?.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn packages_are_installed_again_when_the_lock_file_has_changed() {
        let scratch = std::env::temp_dir().join(format!("load-tests-peer-{}", std::process::id()));
        let (folder, source) = (scratch.join("folder"), scratch.join("source"));
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        fs::create_dir_all(&source).unwrap();
        assert!(!is_installed(&folder, &source));
        fs::write(source.join(LOCK), "one").unwrap();
        fs::write(folder.join(LOCK), "one").unwrap();
        assert!(!is_installed(&folder, &source), "npm was interrupted");
        fs::write(folder.join("node_modules/.package-lock.json"), "").unwrap();
        assert!(is_installed(&folder, &source));
        fs::write(source.join(LOCK), "two").unwrap();
        assert!(!is_installed(&folder, &source));
        fs::remove_dir_all(&scratch).unwrap();
    }

    #[test]
    fn every_file_of_the_server_is_there() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer");
        for file in FILES {
            assert!(source.join(file).is_file(), "{file}");
        }
    }
}
