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
            let Some(texts) = check_one(file, text, findings) else {
                continue;
            };
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

/// Checks a pattern by itself; the texts of it that are looked at, where it is one.
fn check_one(file: &str, text: &At<String>, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
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
    let texts = pattern.expansions(SAMPLE);
    if let Some(word) = texts.iter().find(|text| is_common_sign(text)) {
        findings.push(
            Finding::warning(
                "I137",
                file,
                format!("只要有“{word}”就算命中，几乎什么话都能匹配上，例如“你好，在{word}”"),
                format!("`{word}` alone is enough, which is in nearly every message"),
            )
            .at(text.line, text.column)
            .hint(
                "加上一定要出现的词：(赠品|礼品)...(有|吗)",
                "add words that must be there: (gift|freebie)...(any|is there)",
            ),
        );
    }
    Some(texts)
}

/// Whether a text is a sign or word that is in messages of every kind.
fn is_common_sign(text: &str) -> bool {
    const COMMON: [&str; 48] = [
        "有", "吗", "么", "呢", "嘛", "吧", "的", "了", "是", "在", "能", "可以", "可", "要", "想", "会", "不", "没",
        "我", "你", "您", "这", "那", "个", "什么", "怎么", "多少", "几", "哪", "请问", "亲", "好", "啊", "呀", "啦",
        "都", "还", "就", "也", "the", "is", "a", "do", "can", "i", "it", "you", "what",
    ];
    COMMON.contains(&text.trim().to_lowercase().as_str())
}
