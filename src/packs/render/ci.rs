//! Findings as workflow commands, which forges show beside the changed line.

use std::fmt::Write as _;

use crate::packs::Finding;

use super::path;

/// `::error file=…,line=…,col=…,title=…::message`.
pub fn render(findings: &[Finding], folder: &str) -> String {
    let mut shown = String::new();
    for finding in findings {
        let _ = write!(
            shown,
            "::{} file={}",
            finding.severity.name(),
            property(&path(folder, &finding.file))
        );
        if finding.line > 0 {
            let _ = write!(shown, ",line={}", finding.line);
        }
        if finding.column > 0 {
            let _ = write!(shown, ",col={}", finding.column);
        }
        let mut text = format!("{}\n{}", finding.message.zh, finding.message.en);
        if !finding.hint.zh.is_empty() {
            let _ = write!(text, "\n{}\n{}", finding.hint.zh, finding.hint.en);
        }
        let _ = writeln!(shown, ",title={}::{}", finding.rule, data(&text));
    }
    shown
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
