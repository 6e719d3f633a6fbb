//! What agents may send is written from a person's mouth.

use crate::packs::finding::Finding;
use crate::packs::written::Files;

/// Words that only the bot says, in lower case: whoever reads them has a person already.
const OF_THE_BOT: [&str; 11] = [
    "转人工",
    "轉人工",
    "我是机器人",
    "我是機器人",
    "自动助手",
    "自動助手",
    "智能客服",
    "ask for a person",
    "talk to a person",
    "tap for a person",
    "automatic assistant",
];

/// Checks `agent:` of every question.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        if intent.waive.iter().any(|rule| rule.value == "I146") {
            continue;
        }
        for answer in &intent.agent {
            let text = answer.text.value.to_lowercase();
            let Some(word) = OF_THE_BOT.iter().find(|word| text.contains(**word)) else {
                continue;
            };
            findings.push(
                Finding::warning(
                    "I146",
                    file,
                    format!("客服话术里写着“{word}”：顾客已经在和客服说话了"),
                    format!("`{word}` in a text for agents: whoever reads it has a person already"),
                )
                .at(answer.text.line, answer.text.column)
                .hint(
                    "写成客服自己会说的话：我这就帮您查",
                    "write what an agent would say: I am looking into it now",
                ),
            );
        }
    }
}
