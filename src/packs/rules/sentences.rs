//! Sentences: enough of them, each in one place.

use std::collections::HashMap;

use crate::packs::finding::{Finding, Severity};
use crate::packs::fold::fold;
use crate::packs::written::{Files, IntentFile, is_imported};
use crate::packs::yaml::At;

/// With fewer examples a question is hardly recognised in other words.
const ENOUGH: usize = 8;
/// Tests that a question should have.
const ENOUGH_TESTS: usize = 4;
/// Where sentences that no shop should answer live.
const OUT_OF_SCOPE: &str = "shared/out_of_scope.yaml";

struct Place<'a> {
    file: &'a str,
    line: usize,
    id: &'a str,
}

/// Checks examples and tests.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let out_of_scope = files.name(OUT_OF_SCOPE);
    let mut seen: HashMap<String, Place> = HashMap::new();
    for (file, intent) in files.written() {
        let id = intent.intent.as_ref().map_or("?", |id| &id.value);
        for example in &intent.examples {
            one_place(&mut seen, file, id, example, findings);
        }
        // While some of its lines cannot be read, counting the others says nothing.
        let unread = |finding: &Finding| finding.severity == Severity::Error && finding.rule < "I020";
        let sound = |finding: &Finding| finding.file != *file || !unread(finding) || finding.rule == "I009";
        let whole = files.intents.iter().any(|(name, _)| name == file);
        if whole && findings.iter().all(sound) {
            amount(file, intent, findings);
        }
        contradictions(file, intent, findings);
    }
    for example in &files.out_of_scope {
        one_place(&mut seen, &out_of_scope, "none", example, findings);
    }
    for (file, signal) in &files.signals {
        let mut within: HashMap<String, Place> = HashMap::new();
        for example in signal.examples.iter().chain(&signal.calm) {
            let id = signal.signal.as_ref().map_or("?", |id| &id.value);
            one_place(&mut within, file, id, example, findings);
        }
        if signal.strong.is_empty() && signal.medium.is_empty() && signal.examples.is_empty() {
            findings.push(
                Finding::warning(
                    "I032",
                    file,
                    "既没有句式也没有例句，这个信号永远不会出现",
                    "neither patterns nor examples: this signal can never be seen",
                )
                .hint("加上 strong: 或 examples:", "add `strong:` or `examples:`"),
            );
        }
    }
}

fn one_place<'a>(
    seen: &mut HashMap<String, Place<'a>>,
    file: &'a str,
    id: &'a str,
    example: &At<String>,
    findings: &mut Vec<Finding>,
) {
    let key = fold(&example.value);
    let Some(first) = seen.get(&key) else {
        let line = example.line;
        seen.insert(key, Place { file, line, id });
        return;
    };
    let finding = if first.file == file {
        Finding::warning(
            "I031",
            file,
            format!("“{}”在第 {} 行已经写过", example.value, first.line),
            format!("`{}` is already in line {}", example.value, first.line),
        )
        .hint("删掉一句", "delete one of them")
    } else {
        // What was written by hand can be mended by hand; labelled data has such doubles, and is what it is.
        let severity = if is_imported(file) || is_imported(first.file) {
            Severity::Warning
        } else {
            Severity::Error
        };
        Finding::new(
            "I030",
            severity,
            file,
            format!(
                "“{}”同时写在 {}（{} 第 {} 行）里",
                example.value, first.id, first.file, first.line
            ),
            format!(
                "`{}` is also in {} ({}, line {})",
                example.value, first.id, first.file, first.line
            ),
        )
        .hint("只留在最合适的一个问题里", "keep it where it fits best")
    };
    findings.push(finding.at(example.line, example.column));
}

fn amount(file: &str, intent: &IntentFile, findings: &mut Vec<Finding>) {
    let count = intent.examples.len();
    if (1..ENOUGH).contains(&count) {
        let example = &intent.examples[0];
        findings.push(
            Finding::warning(
                "I032",
                file,
                format!("只有 {count} 句例句，换个说法就可能认不出"),
                format!(
                    "only {count} example{}: other wordings may not be recognised",
                    if count == 1 { "" } else { "s" }
                ),
            )
            .at(example.line, 0)
            .hint(
                format!("写到 {ENOUGH} 句以上，说法越不一样越好"),
                format!("write at least {ENOUGH}, as different as they come"),
            ),
        );
    }
    let count = intent.tests.len();
    if (1..ENOUGH_TESTS).contains(&count) && !is_imported(file) {
        let test = &intent.tests[0];
        findings.push(
            Finding::warning(
                "I036",
                file,
                format!("只有 {count} 条测试"),
                format!("only {count} test{}", if count == 1 { "" } else { "s" }),
            )
            .at(test.place.line, 0)
            .hint(
                format!("写到 {ENOUGH_TESTS} 条：换个说法、繁体、英文，再加一条 expect_not"),
                format!("write {ENOUGH_TESTS}: other words, Traditional characters, English, and one expect_not"),
            ),
        );
    }
    if is_imported(file) && intent.answers.is_empty() {
        findings.push(
            Finding::warning(
                "I037",
                file,
                "导入的问题还没有答案：能认出来，但答不了",
                "imported and without answers: it is recognised and cannot be answered",
            )
            .hint(
                "加上 answers:、title: 和 tests:",
                "add `answers:`, `title:` and `tests:`",
            ),
        );
    }
}

/// Examples that the file's own `not:` forbids, and tests that only repeat an example.
fn contradictions(file: &str, intent: &IntentFile, findings: &mut Vec<Finding>) {
    let forbidden: Vec<(String, &str)> = intent
        .not
        .iter()
        .map(|word| (fold(&word.value), word.value.as_str()))
        .collect();
    let mut folded = HashMap::new();
    for example in &intent.examples {
        let key = fold(&example.value);
        if let Some((_, word)) = forbidden.iter().find(|(word, _)| holds(&key, word)) {
            findings.push(
                Finding::warning(
                    "I035",
                    file,
                    format!("例句“{}”里有 not: 中的“{word}”，永远认不出来", example.value),
                    format!(
                        "the example `{}` holds `{word}` from `not:` and is never recognised",
                        example.value
                    ),
                )
                .at(example.line, example.column)
                .hint(
                    "删掉例句，或从 not: 里去掉这个词",
                    "delete the example, or the word from `not:`",
                ),
            );
        }
        folded.insert(key, example.line);
    }
    for test in &intent.tests {
        let own = test.expect.as_ref().map(|id| &id.value) == intent.intent.as_ref().map(|id| &id.value);
        if own && let Some(line) = folded.get(&fold(&test.ask.value)) {
            findings.push(
                Finding::warning(
                    "I034",
                    file,
                    format!("测试“{}”就是第 {line} 行的例句，测不出什么", test.ask.value),
                    format!(
                        "the test `{}` repeats the example in line {line} and proves little",
                        test.ask.value
                    ),
                )
                .at(test.ask.line, test.ask.column)
                .hint("换一个例句里没有的说法", "use words that are in no example"),
            );
        }
    }
}

/// Whether a sentence holds a word; a word in Latin letters only as a whole.
pub fn holds(sentence: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let latin = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    sentence.match_indices(word).any(|(at, _)| {
        let before = sentence[..at].chars().next_back();
        let after = sentence[at + word.len()..].chars().next();
        !(latin(before) && latin(word.chars().next()) || latin(after) && latin(word.chars().next_back()))
    })
}
