//! Labelled sentences: `label<TAB>text` lines of a file.

use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};

use super::{lines, output};

/// The label and text of each line, and how many lines have no tab.
pub fn read(path: &Path) -> Result<(Vec<(String, String)>, usize)> {
    let file =
        std::fs::File::open(path).with_context(|| format!("打不开 {0} · {0} cannot be opened", path.display()))?;
    let mut labelled = Vec::new();
    let mut bad_lines = 0;
    for line in lines::of(BufReader::new(file)) {
        let line = line?;
        if line.text.trim().is_empty() {
            continue;
        }
        let Some((label, text)) = line.text.split_once('\t') else {
            bad_lines += 1;
            output::complain(&format!(
                "{0}:{1}: 缺少 TAB，应为 标签<TAB>句子 · no tab; should be label<TAB>text",
                path.display(),
                line.number
            ));
            continue;
        };
        labelled.push((label.trim().to_owned(), text.to_owned()));
    }
    Ok((labelled, bad_lines))
}
