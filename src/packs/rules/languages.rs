//! Whether an answer is written in the language that it says.

use crate::model::Language;
use crate::packs::build::{answer_language, without_braces};
use crate::packs::finding::Finding;
use crate::packs::fold::{is_han, is_only_simplified, is_only_traditional};
use crate::packs::written::{AnswerFile, Files};

/// Checks answers and phrases.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        intent
            .answers
            .iter()
            .chain(&intent.agent)
            .for_each(|answer| check_answer(file, answer, findings));
    }
    for (file, overlay) in &files.overlays {
        overlay
            .more_answers
            .iter()
            .for_each(|answer| check_answer(file, answer, findings));
    }
    for (file, _, answers) in &files.phrases {
        answers.iter().for_each(|answer| check_answer(file, answer, findings));
    }
}

fn check_answer(file: &str, answer: &AnswerFile, findings: &mut Vec<Finding>) {
    let words = words(&answer.text.value);
    let han = words.chars().filter(|sign| is_han(*sign)).count();
    let latin = words
        .split(|sign: char| !sign.is_ascii_alphabetic())
        .filter(|word| word.len() > 1)
        .count();
    let of = |test: fn(char) -> bool| words.chars().find(|sign| test(*sign));
    let (zh, en, hint) = match answer_language(answer) {
        Language::English if han > 2 => (
            "写着 lang: en，里面却是中文".to_owned(),
            "it says `lang: en` and holds Chinese".to_owned(),
            ("改成 lang: zh，或换成英文", "write `lang: zh`, or put it into English"),
        ),
        Language::Chinese | Language::Traditional if han == 0 && latin >= 3 => (
            "写着中文，里面却是英文".to_owned(),
            "it says Chinese and holds English".to_owned(),
            ("改成 lang: en，或换成中文", "write `lang: en`, or put it into Chinese"),
        ),
        Language::Chinese => match of(is_only_traditional) {
            Some(sign) => (
                format!("有繁体字“{sign}”，会发给用简体的顾客"),
                format!("`{sign}` is a Traditional character, and would go to readers of Simplified ones"),
                (
                    "写成简体（给用繁体的顾客会自动转换），或标上 lang: zh-Hant",
                    "write Simplified characters, which are converted for readers of Traditional ones, or say `lang: zh-Hant`",
                ),
            ),
            None => return,
        },
        Language::Traditional => match of(is_only_simplified) {
            Some(sign) => (
                format!("写着 lang: zh-Hant，却有简体字“{sign}”"),
                format!("it says `lang: zh-Hant` and holds the Simplified `{sign}`"),
                ("写成繁体", "write Traditional characters"),
            ),
            None => return,
        },
        Language::English => return,
    };
    findings.push(
        Finding::warning("I139", file, zh, en)
            .at(answer.text.line, answer.text.column)
            .hint(hint.0, hint.1),
    );
}

/// The text without its variables and links.
fn words(text: &str) -> String {
    let words = without_braces(text);
    let parts = words.split_whitespace().filter(|part| !part.contains("://"));
    parts.collect::<Vec<_>>().join(" ")
}
