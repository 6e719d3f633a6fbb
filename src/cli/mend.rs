//! `yingda check --fix`: what can be meant in one way only is written so, and each changed line is shown.

use std::path::Path;

use anyhow::Result;

use crate::packs::{MendedFile, SourceFile, mend};
use crate::publishing::edit::{FileChange, put_all};

use super::output;

/// Mends the files of a folder, all of them or none, and says whether there was anything to mend.
pub fn files(folder: &Path, files: &[SourceFile]) -> Result<bool> {
    let mended: Vec<(&SourceFile, MendedFile)> = files.iter().filter_map(|file| Some((file, mend(file)?))).collect();
    let changes: Vec<FileChange> = mended
        .iter()
        .map(|(file, mended)| FileChange {
            name: file.name.clone(),
            before: Some(file.bytes.clone()),
            after: Some(mended.text.clone().into_bytes()),
        })
        .collect();
    put_all(folder, &changes)?;
    for (file, mended) in &mended {
        output::complain(&told(&file.name, mended));
    }
    if mended.is_empty() {
        output::complain("没有能自动改的 · nothing that could be mended without asking\n");
    } else {
        let lines: usize = mended.iter().map(|(_, mended)| mended.lines.len()).sum();
        output::complain(&format!(
            "改了 {0} 个文件、{lines} 行 · files mended: {0}, lines: {lines}\n",
            mended.len()
        ));
    }
    Ok(!mended.is_empty())
}

/// What changes in a file, a line and its mend below each other.
fn told(name: &str, mended: &MendedFile) -> String {
    let mut text = String::new();
    if let Some(encoding) = mended.encoding {
        text.push_str(&format!("{name}：{encoding} → UTF-8\n"));
    }
    for line in &mended.lines {
        text.push_str(&format!(
            "{name}:{} {}\n  - {}\n",
            line.number,
            line.rules.join(" "),
            line.before
        ));
        match &line.after {
            Some(after) => text.push_str(&format!("  + {after}\n")),
            None => text.push_str("    删掉这一行 · the line goes\n"),
        }
    }
    text.truncate(text.trim_end().len());
    text
}
