//! Patterns: well formed, and able to match something but not everything.

use crate::packs::finding::Finding;
use crate::packs::fold::fold;
use crate::packs::pattern::Pattern;
use crate::packs::written::Files;
use crate::packs::yaml::At;

use super::sentences::holds;

/// How many texts of a pattern are looked at.
const SAMPLE: usize = 64;

/// Checks the patterns of intents and signals.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        let forbidden: Vec<String> = intent.not.iter().map(|word| fold(&word.value)).collect();
        for text in &intent.patterns {
            let Some(pattern) = check_one(file, text, findings) else {
                continue;
            };
            let texts = pattern.expansions(SAMPLE);
            let never = !texts.is_empty()
                && texts.iter().all(|text| {
                    let text = fold(text);
                    forbidden.iter().any(|word| holds(&text, word))
                });
            if never {
                findings.push(
                    Finding::warning(
                        "I042",
                        file,
                        "这个句式的每种说法都含有 not: 里的词，永远用不上",
                        "everything this pattern matches holds a word from `not:`, so it never counts",
                    )
                    .at(text.line, text.column)
                    .hint(
                        "删掉句式，或从 not: 里去掉这个词",
                        "delete the pattern, or the word from `not:`",
                    ),
                );
            }
        }
    }
    for (file, signal) in &files.signals {
        for text in signal.strong.iter().chain(&signal.medium).chain(&signal.weak) {
            check_one(file, text, findings);
        }
    }
}

fn check_one(file: &str, text: &At<String>, findings: &mut Vec<Finding>) -> Option<Pattern> {
    let pattern = match Pattern::parse(&text.value) {
        Ok(pattern) => pattern,
        Err(error) => {
            let (message, hint) = (error.kind.message(), error.kind.hint());
            findings.push(
                Finding::error("I040", file, message.zh, message.en)
                    .at(text.line, text.column + text.inset + error.at)
                    .hint(hint.zh, hint.en),
            );
            return None;
        }
    };
    if pattern.shortest() == 0 {
        findings.push(
            Finding::error(
                "I041",
                file,
                "这个句式什么话都能匹配上",
                "this pattern matches anything",
            )
            .at(text.line, text.column)
            .hint(
                "至少留一个一定要出现的词，不放在方括号里",
                "keep at least one word that must occur, outside square brackets",
            ),
        );
        return None;
    }
    Some(pattern)
}
