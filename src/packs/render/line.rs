//! Findings in one line each, for editors and grep.

use std::fmt::Write as _;

use crate::packs::Finding;

use super::path;

/// `file:line:column: severity[rule]: Chinese | English`.
pub fn render(findings: &[Finding], folder: &str) -> String {
    let mut shown = String::new();
    for finding in findings {
        let _ = writeln!(
            shown,
            "{}:{}:{}: {}[{}]: {} | {}",
            path(folder, &finding.file),
            finding.line,
            finding.column,
            finding.severity.name(),
            finding.rule,
            one_line(&finding.message.zh),
            one_line(&finding.message.en),
        );
    }
    shown
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
