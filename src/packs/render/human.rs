//! Findings with their source line and a caret.

use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::packs::{Finding, Severity, SourceFile};

use super::path;

/// One picture a finding, Chinese first, English as a note.
pub fn render(findings: &[Finding], sources: &[SourceFile], folder: &str, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let texts: HashMap<&str, String> = sources
        .iter()
        .map(|file| (file.name.as_str(), String::from_utf8_lossy(&file.bytes).into_owned()))
        .collect();
    let mut shown = String::new();
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let file = path(folder, &finding.file);
        let title = level.primary_title(finding.message.zh.as_str()).id(finding.rule);
        let mut group = match texts.get(finding.file.as_str()).and_then(|text| spot(text, finding)) {
            Some((line, span)) => title.element(
                Snippet::source(line)
                    .line_start(finding.line)
                    .path(file)
                    .annotation(AnnotationKind::Primary.span(span)),
            ),
            None => title.element(Origin::path(file)),
        };
        group = note(group, Level::NOTE, &finding.message.en);
        group = note(group, Level::HELP, &finding.hint.zh);
        group = note(group, Level::HELP, &finding.hint.en);
        shown.push_str(&renderer.render(&[group]));
        shown.push_str("\n\n");
    }
    shown
}

fn note<'a>(group: Group<'a>, level: Level<'a>, text: &'a str) -> Group<'a> {
    if text.is_empty() {
        group
    } else {
        group.element(level.message(text))
    }
}

/// The line of a finding and the bytes to point at: from its column to the end of the word, or the whole line.
fn spot<'t>(text: &'t str, finding: &Finding) -> Option<(&'t str, Range<usize>)> {
    let line = text
        .trim_start_matches('\u{feff}')
        .lines()
        .nth(finding.line.checked_sub(1)?)?;
    let whole = line.len() - line.trim_start().len()..line.trim_end().len().max(line.len() - line.trim_start().len());
    let Some(skip) = finding.column.checked_sub(1) else {
        return Some((line, whole));
    };
    let start = line.char_indices().nth(skip).map_or(line.len(), |(at, _)| at);
    if finding.width > 0 {
        let end = line[start..]
            .char_indices()
            .nth(finding.width)
            .map_or(line.len(), |(at, _)| start + at);
        return Some((line, start..end));
    }
    let word = line[start..]
        .char_indices()
        .find(|(at, character)| *at > 0 && (character.is_whitespace() || ",]，".contains(*character)))
        .map_or(line.len(), |(at, _)| start + at);
    Some((line, start..word))
}
