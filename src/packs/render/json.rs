//! Findings for programs.

use serde_json::json;

use crate::packs::Finding;

use super::path;

/// One array, in the order of the findings.
pub fn render(findings: &[Finding], folder: &str) -> String {
    let list: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "rule": finding.rule,
                "severity": finding.severity.name(),
                "file": path(folder, &finding.file),
                "line": finding.line,
                "column": finding.column,
                "message": { "zh": finding.message.zh, "en": finding.message.en },
                "hint": { "zh": finding.hint.zh, "en": finding.hint.en },
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&list).expect("texts and numbers are plain JSON");
    text.push('\n');
    text
}
