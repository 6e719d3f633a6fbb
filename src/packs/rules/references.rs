//! Names that must be known: intents in `choices:` and `tests:`, slots, lanes, phrases.

use std::collections::BTreeSet;

use crate::model::{IntentKind, Lane, SlotName};
use crate::packs::finding::Finding;
use crate::packs::written::{Files, IntentFile, TestFile};
use crate::packs::yaml::{At, nearest};

/// The signals there are. The first half of an id tells what can turn its cues around (`CueKind`), so files fill them but
/// add none. What a signal does to a talk stands in its file: `lane`.
pub const SIGNAL_IDS: [&str; 10] = [
    "emotion.anger",
    "emotion.disappointment",
    "emotion.anxiety",
    "complaint.service",
    "complaint.product",
    "complaint.logistics",
    "threat.review",
    "threat.regulator",
    "threat.legal",
    "safety.harm",
];

/// What the bot says beside answers.
pub const PHRASE_KEYS: [&str; 25] = [
    "welcome",
    "unknown",
    "unknown_again",
    "clarify",
    "more",
    "noted",
    "data_received",
    "goods_seen",
    "ask_again",
    "attachment",
    "handoff_asked",
    "handoff_signal",
    "handoff_safety",
    "handoff_top",
    "handoff_ledger",
    "handoff_misses",
    "handoff_collected",
    "handoff_offline",
    "handoff_unstaffed",
    "agent_joined",
    "requeued",
    "returned",
    "closed",
    "queue_position",
    "rate_thanks",
];

/// Checks every name that is used.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    // A file that is broken, or whose id is, has its own finding; whoever names it need not hear of it.
    let mut intents: BTreeSet<&str> = files.paths.iter().map(String::as_str).collect();
    let written = files.written().filter_map(|(_, intent)| intent.intent.as_ref());
    intents.extend(files.known.intents.iter().map(String::as_str));
    intents.extend(written.map(|id| id.value.as_str()));
    let mut answers = intents.clone();
    answers.extend(
        files
            .signals
            .iter()
            .filter_map(|(_, signal)| signal.signal.as_ref().map(|id| id.value.as_str())),
    );
    answers.extend(files.known.signals.iter().map(String::as_str));
    answers.insert("none");
    for (file, intent) in files.written() {
        for choice in &intent.choices {
            known("I050", file, choice, ("问题", "intent"), &intents, findings);
            if intent.intent.as_ref().is_some_and(|id| id.value == choice.value) {
                findings.push(
                    Finding::warning("I051", file, "choices 里写了它自己", "a choice that leads to itself")
                        .at(choice.line, choice.column)
                        .hint("换成顾客接下来会问的问题", "name what shoppers ask next"),
                );
            }
        }
        check_slots(file, intent, findings);
        check_tell_person(file, intent, findings);
        if let Some(kind) = &intent.kind {
            let kinds = IntentKind::ALL.iter().map(|kind| kind.name()).collect();
            known("I058", file, kind, ("kind 写法", "value for `kind`"), &kinds, findings);
        }
        if let Some(handoff) = &intent.handoff {
            let words = BTreeSet::from(["never", "offer", "always"]);
            known(
                "I054",
                file,
                handoff,
                ("handoff 写法", "value for `handoff`"),
                &words,
                findings,
            );
        }
        check_tests(file, &intent.tests, &answers, findings);
    }
    one_way_to_people(files, findings);
    for (file, signal) in &files.signals {
        if let Some(lane) = &signal.lane {
            let lanes = Lane::ALL.iter().map(|lane| lane.name()).collect();
            known("I055", file, lane, ("队列", "lane"), &lanes, findings);
        }
        check_tests(file, &signal.tests, &answers, findings);
    }
    let keys = BTreeSet::from(PHRASE_KEYS);
    for (file, key, _) in &files.phrases {
        known("I056", file, key, ("话术", "phrase"), &keys, findings);
    }
}

/// At most one intent asks for a person: buttons and the shopper's words must mean the same.
fn one_way_to_people(files: &Files, findings: &mut Vec<Finding>) {
    let mut first: Option<&str> = None;
    for (file, intent) in files.written() {
        let Some(id) = &intent.intent else { continue };
        let kind = match &intent.kind {
            Some(kind) => IntentKind::from_name(&kind.value).unwrap_or_default(),
            None => IntentKind::by_id(&id.value),
        };
        if kind != IntentKind::AskForPerson {
            continue;
        }
        let Some(other) = first else {
            first = Some(&id.value);
            continue;
        };
        let place = intent.kind.as_ref().unwrap_or(id);
        findings.push(
            Finding::error(
                "I059",
                file,
                format!("转人工只能有一个问题，“{other}”已经是了"),
                format!("only one intent asks for a person, and `{other}` does already"),
            )
            .at(place.line, place.column)
            .hint(
                "把句子并到一个文件里，或改成 kind: question",
                "put the sentences into one file, or write kind: question",
            ),
        );
    }
}

fn known(
    rule: &'static str,
    file: &str,
    name: &At<String>,
    what: (&str, &str),
    names: &BTreeSet<&str>,
    findings: &mut Vec<Finding>,
) {
    if names.contains(name.value.as_str()) {
        return;
    }
    let finding = Finding::error(
        rule,
        file,
        format!("没有“{}”这个{}", name.value, what.0),
        format!("there is no {} `{}`", what.1, name.value),
    )
    .at(name.line, name.column);
    findings.push(match nearest(&name.value, names.iter().copied()) {
        Some(near) => finding.hint(format!("是不是想写 {near}？"), format!("did you mean {near}?")),
        None if names.len() <= 20 => {
            let list: Vec<&str> = names.iter().copied().collect();
            finding.hint(
                format!("可以写：{}", list.join("、")),
                format!("known are {}", list.join(", ")),
            )
        }
        None => finding.hint(
            "检查拼写，或先建这个文件",
            "check the spelling, or write that file first",
        ),
    });
}

fn slot_names() -> BTreeSet<&'static str> {
    SlotName::ALL.iter().map(|slot| slot.name()).collect()
}

fn check_slots(file: &str, intent: &IntentFile, findings: &mut Vec<Finding>) {
    let names = slot_names();
    let mut seen = BTreeSet::new();
    for slot in &intent.slots {
        known("I052", file, &slot.name, ("槽位", "slot"), &names, findings);
        if !seen.insert(&slot.name.value) {
            findings.push(
                Finding::error(
                    "I057",
                    file,
                    format!("槽位 {} 写了两遍", slot.name.value),
                    format!("the slot {} stands twice", slot.name.value),
                )
                .at(slot.name.line, slot.name.column)
                .hint("删掉一个", "delete one"),
            );
        }
        if let (Some(ask), None) = (&slot.ask, &slot.ask_en) {
            findings.push(
                Finding::warning("I073", file, "没有英文的追问 ask_en", "no English question `ask_en`")
                    .at(ask.line, ask.column)
                    .hint("加上 ask_en", "add `ask_en`"),
            );
        }
    }
}

/// What a person is told about is what the question reads.
fn check_tell_person(file: &str, intent: &IntentFile, findings: &mut Vec<Finding>) {
    let names = slot_names();
    let read: BTreeSet<&str> = intent.slots.iter().map(|slot| slot.name.value.as_str()).collect();
    for name in &intent.tell_person {
        known("I052", file, name, ("槽位", "slot"), &names, findings);
        if names.contains(name.value.as_str()) && !read.contains(name.value.as_str()) {
            findings.push(
                Finding::error(
                    "I109",
                    file,
                    format!("tell_person 里的 {} 不在 slots 里，收不到", name.value),
                    format!("`tell_person` names {}, which `slots` does not read", name.value),
                )
                .at(name.line, name.column)
                .hint(
                    format!("在 slots 里加一行 - name: {}", name.value),
                    format!("add `- name: {}` to `slots`", name.value),
                ),
            );
        }
    }
}

fn check_tests(file: &str, tests: &[TestFile], answers: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    for test in tests {
        for id in test.expect.iter().chain(&test.expect_not) {
            known("I053", file, id, ("问题或信号", "intent or signal"), answers, findings);
        }
    }
}
