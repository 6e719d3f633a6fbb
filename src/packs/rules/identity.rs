//! Ids: well formed, like the path, used once, and not those of a signal.

use std::collections::BTreeMap;

use crate::packs::finding::Finding;
use crate::packs::layout::within;
use crate::packs::written::{Files, is_imported};
use crate::packs::yaml::{At, nearest};

use super::SIGNAL_IDS;

/// Checks the ids of intents and signals.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for (file, intent) in files.written() {
        let Some(id) = &intent.intent else { continue };
        if let Some((first, line)) = seen.get(id.value.as_str()) {
            findings.push(
                Finding::error(
                    "I020",
                    file,
                    format!("{} 已经在 {first} 第 {line} 行用过了", id.value),
                    format!("{} is already used in {first}, line {line}", id.value),
                )
                .at(id.line, id.column)
                .hint(
                    "改一个 id，或把两个文件合成一个",
                    "rename one, or make one file of both",
                ),
            );
        } else {
            seen.insert(&id.value, (file, id.line));
        }
        if SIGNAL_IDS.contains(&id.value.as_str()) {
            findings.push(
                Finding::error(
                    "I023",
                    file,
                    format!("{} 是信号的名字，问题不能用", id.value),
                    format!("{} is the name of a signal and cannot name a question", id.value),
                )
                .at(id.line, id.column)
                .hint("换一个名字", "choose another name"),
            );
            continue;
        }
        if is_imported(file) {
            check_imported(file, id, findings);
        } else {
            check_written(file, id, findings);
        }
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, signal) in &files.signals {
        let Some(id) = &signal.signal else { continue };
        if let Some(first) = seen.insert(&id.value, file) {
            findings.push(
                Finding::error(
                    "I020",
                    file,
                    format!("{} 已经在 {first} 里写过了", id.value),
                    format!("{} is already in {first}", id.value),
                )
                .at(id.line, id.column)
                .hint("合成一个文件", "make one file of both"),
            );
        }
        if !SIGNAL_IDS.contains(&id.value.as_str()) {
            let near = nearest(&id.value, SIGNAL_IDS.into_iter());
            findings.push(
                Finding::error(
                    "I023",
                    file,
                    format!("没有叫 {} 的信号", id.value),
                    format!("there is no signal {}", id.value),
                )
                .at(id.line, id.column)
                .hint(
                    near.map_or_else(
                        || format!("可以用的有：{}", SIGNAL_IDS.join("、")),
                        |near| format!("是不是想写 {near}？"),
                    ),
                    near.map_or_else(
                        || format!("known are {}", SIGNAL_IDS.join(", ")),
                        |near| format!("did you mean {near}?"),
                    ),
                ),
            );
        } else {
            let path = within(file);
            check_path(file, path.strip_prefix("signals/").unwrap_or(path), id, findings);
        }
    }
}

fn check_written(file: &str, id: &At<String>, findings: &mut Vec<Finding>) {
    let legal = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-')
    };
    if !(id.value.split('.').all(legal) && id.value.contains('.')) {
        findings.push(
            Finding::error(
                "I022",
                file,
                format!("“{}”不是合格的 id", id.value),
                format!("`{}` is no id", id.value),
            )
            .at(id.line, id.column)
            .hint(
                "写成 主题.问题，只用小写字母、数字和下划线，例如 shipping.time",
                "write topic.question in lower case letters, digits and underscores, for example shipping.time",
            ),
        );
        return;
    }
    check_path(file, within(file), id, findings);
}

fn check_path(file: &str, path: &str, id: &At<String>, findings: &mut Vec<Finding>) {
    let by_path = path.trim_end_matches(".yaml").replace('/', ".");
    if by_path != id.value {
        let by_id = match id.value.split_once('.') {
            Some((topic, question)) => format!("{topic}/{question}.yaml"),
            None => format!("{}.yaml", id.value),
        };
        findings.push(
            Finding::error(
                "I021",
                file,
                format!("id 是 {}，和文件的位置对不上", id.value),
                format!("the id {} does not fit the place of the file", id.value),
            )
            .at(id.line, id.column)
            .hint(
                format!("把 id 改成 {by_path}，或把文件移到 {by_id}"),
                format!("make the id {by_path}, or move the file to {by_id}"),
            ),
        );
    }
}

fn check_imported(file: &str, id: &At<String>, findings: &mut Vec<Finding>) {
    // A label keeps its spelling, so that evaluations print what their data says.
    if id.value.chars().any(char::is_control) || id.value.chars().count() > 120 || id.value == "none" {
        findings.push(
            Finding::error(
                "I022",
                file,
                format!("“{}”不能用作 id", id.value),
                format!("`{}` cannot be an id", id.value),
            )
            .at(id.line, id.column)
            .hint("一行以内、不超过 120 个字", "one line, at most 120 characters"),
        );
    }
}
