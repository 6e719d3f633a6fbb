//! Conversations that an operator can read (`tests/scenarios/*.yaml`, see the README there), held with the shipped
//! intents and without a server. All that is not as written is reported at once.

#![allow(clippy::unwrap_used)]

mod kinds;
mod script;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use yingda::dialogue::Generation;
use yingda::dialogue::Simulator;
use yingda::dialogue::turn::Outcome;
use yingda::model::{EventKind, Language, Millis, SlotName};
use yingda::publishing;
use yingda::reply::in_script;
use yingda::shop::clock::OWN_MS;
use yingda::understanding::Tolerance;

use script::{Script, Turn, alternatives};

static GENERATION: LazyLock<Arc<Generation>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    // The files' own tests are another step (`yingda check`): a failing one must not hide what is found here.
    match publishing::compile(&folder, Tolerance::default(), OWN_MS, Some("demo")) {
        Ok((generation, _)) => generation,
        Err(findings) => unreachable!("the shipped intents are sound: {findings:?}"),
    }
});

/// A Tuesday afternoon in shop hours: 2026-11-17 15:00 in Shanghai.
const NOW: Millis = Millis(1_794_898_800_000);

#[test]
fn every_conversation_goes_as_written() {
    let mut failures = String::new();
    let mut failed = 0;
    let scripts = script::all();
    for script in &scripts {
        let problems = play(script);
        if !problems.is_empty() {
            failed += 1;
            let _ = writeln!(failures, "\n{} — {}", script.file, script.scenario);
            for problem in problems {
                let _ = writeln!(failures, "  {problem}");
            }
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} conversations went otherwise:\n{failures}",
        scripts.len()
    );
}

#[test]
fn the_conversations_cover_both_kinds() {
    let scripts = script::all();
    let with_people = scripts.iter().filter(|script| script.hands_off()).count();
    assert!(scripts.len() >= 46, "{} conversations", scripts.len());
    assert!(
        with_people * 3 >= scripts.len(),
        "{with_people} of {} go to people",
        scripts.len()
    );
    assert!(
        with_people * 3 <= scripts.len() * 2,
        "{with_people} of {} go to people",
        scripts.len()
    );
    let titles: BTreeSet<&str> = scripts.iter().map(|script| script.scenario.as_str()).collect();
    assert_eq!(titles.len(), scripts.len(), "two conversations have one title");
}

/// Pressing a button sends its label, so that what stands on one must be read as what it is for.
#[test]
fn a_button_in_traditional_characters_asks_what_it_asks_in_simplified_ones() {
    let asked = |label: &str| {
        let mut simulator = Simulator::new(Arc::clone(&GENERATION), Language::Chinese, NOW);
        let outcome = simulator.say(&[label]);
        outcome.map(|outcome| outcome.decision.intents.first().map(|question| question.id.clone()))
    };
    let titles = GENERATION.pack.intents.iter().map(|intent| intent.title.zh.as_str());
    let wrong: Vec<String> = titles
        .map(|title| (title, in_script(title, Language::Traditional)))
        .filter(|(title, traditional)| asked(title) != asked(traditional))
        .map(|(title, traditional)| format!("{title} {traditional}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Plays a conversation; what was not as written.
fn play(script: &Script) -> Vec<String> {
    let mut problems = Vec::new();
    let lang = Language::from_tag(script.lang.as_deref().unwrap_or("zh-CN")).unwrap_or_default();
    let mut simulator = Simulator::new(Arc::clone(&GENERATION), lang, NOW);
    let mut handed_off_at = None;
    for (index, turn) in script.turns.iter().enumerate() {
        let number = index + 1;
        let texts = turn.texts();
        let outcome = simulator.say(&texts);
        let mut wrong = Vec::new();
        let handed_off = outcome.as_ref().is_some_and(|outcome| outcome.handoff.is_some());
        if handed_off {
            handed_off_at = Some(number);
        }
        if script.handoff_by.is_some() {
            if handed_off {
                if number < script.handoff_from.unwrap_or(1) {
                    wrong.push("a person was brought in too early".to_owned());
                }
                check_handoff(
                    script.reason.as_deref(),
                    script.lane.as_deref(),
                    outcome.as_ref(),
                    &mut wrong,
                );
            } else if outcome.is_some() {
                check_turn(turn, outcome.as_ref(), true, &mut wrong);
            }
        } else {
            check_turn(turn, outcome.as_ref(), false, &mut wrong);
        }
        if !wrong.is_empty() {
            problems.push(format!("turn {number} “{}”", texts.join(" ⏎ ")));
            problems.extend(wrong.into_iter().map(|line| format!("    {line}")));
            problems.push(format!("    {}", describe(outcome.as_ref(), &simulator)));
        }
    }
    if let Some(by) = script.handoff_by
        && handed_off_at.is_none_or(|at| at > by)
    {
        problems.push(format!(
            "a person should have been brought in by turn {by}; {}",
            handed_off_at.map_or_else(|| "it never happened".to_owned(), |at| format!("it was turn {at}"))
        ));
        problems.push(format!("    ledger {:.2}", simulator.state().memory.ledger.level));
    }
    problems
}

fn check_turn(turn: &Turn, outcome: Option<&Outcome>, may_hand_off: bool, wrong: &mut Vec<String>) {
    let Some(outcome) = outcome else {
        if turn.decision.as_deref() != Some("silent") {
            wrong.push("the bot was silent: a person has the chat".to_owned());
        }
        return;
    };
    let kind = kind_of(outcome);
    match turn.decision.as_deref() {
        None if kind == "handoff" && !may_hand_off => wrong.push("handed off without need".to_owned()),
        None if !turn.intents.is_empty() && !matches!(kind, "answer" | "ask_slot") => {
            wrong.push("decision should be answer".to_owned());
        }
        Some("calm") if kind == "handoff" => wrong.push("handed off without need".to_owned()),
        None | Some("calm") => {}
        Some(wanted) if !alternatives(wanted).any(|wanted| wanted == kind) => {
            wrong.push(format!("decision should be {wanted}"));
        }
        Some(_) => {}
    }
    if kind == "handoff" {
        check_handoff(turn.reason.as_deref(), turn.lane.as_deref(), Some(outcome), wrong);
    }
    let found: Vec<&str> = outcome
        .decision
        .intents
        .iter()
        .map(|question| question.id.as_str())
        .collect();
    check_intents(turn, &found, wrong);
    for (slot, wanted) in &turn.slots {
        let Some(name) = SlotName::from_name(slot) else {
            wrong.push(format!("there is no slot {slot}"));
            continue;
        };
        let value = outcome.decision.slots.get(name).unwrap_or("nothing");
        if value != wanted {
            wrong.push(format!("{slot} should be {wanted}, is {value}"));
        }
    }
    for wanted in &turn.alternatives {
        let considered = outcome
            .decision
            .alternatives
            .iter()
            .any(|question| question.id == *wanted);
        if !considered && !found.contains(&wanted.as_str()) {
            wrong.push(format!("{wanted} should have been considered"));
        }
    }
    let said = said(outcome);
    if let Some(wanted) = &turn.says
        && !said.contains(wanted.as_str())
    {
        wrong.push(format!("the reply should say “{wanted}”: {said}"));
    }
}

/// Every expected question is answered, and beside them nothing but manners.
fn check_intents(turn: &Turn, found: &[&str], wrong: &mut Vec<String>) {
    for wanted in &turn.intents {
        if !alternatives(wanted).any(|wanted| found.contains(&wanted)) {
            wrong.push(format!("{wanted} should be answered"));
        }
    }
    for id in &turn.not_intents {
        if found.contains(&id.as_str()) {
            wrong.push(format!("{id} should not be answered"));
        }
    }
    if turn.intents.is_empty() {
        return;
    }
    let expected: Vec<&str> = turn.intents.iter().flat_map(|wanted| alternatives(wanted)).collect();
    for id in found
        .iter()
        .filter(|id| !id.starts_with("chat.") && !expected.contains(*id))
    {
        wrong.push(format!("{id} was answered and not asked"));
    }
}

fn check_handoff(reason: Option<&str>, lane: Option<&str>, outcome: Option<&Outcome>, wrong: &mut Vec<String>) {
    let Some((why, where_to)) = outcome.and_then(|outcome| outcome.handoff) else {
        return;
    };
    if let Some(wanted) = reason
        && !alternatives(wanted).any(|wanted| wanted == why.name())
    {
        wrong.push(format!("reason should be {wanted}"));
    }
    if let Some(wanted) = lane
        && !alternatives(wanted).any(|wanted| wanted == where_to.name())
    {
        wrong.push(format!("lane should be {wanted}"));
    }
}

fn kind_of(outcome: &Outcome) -> &'static str {
    match outcome.handoff {
        Some(_) => "handoff",
        None => outcome.decision.kind.name(),
    }
}

/// All that the shopper was told in this turn.
fn said(outcome: &Outcome) -> String {
    let texts = outcome.events.iter().filter_map(|event| match event {
        EventKind::Answered { text, .. } | EventKind::HandedOff { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// What happened instead, for the person who mends it.
fn describe(outcome: Option<&Outcome>, simulator: &Simulator) -> String {
    let Some(outcome) = outcome else {
        return "→ silent".to_owned();
    };
    let mut line = format!("→ {}", kind_of(outcome));
    if let Some((reason, lane)) = outcome.handoff {
        let _ = write!(line, " ({}, {})", reason.name(), lane.name());
    }
    let questions = outcome.decision.intents.iter().map(|it| ("", it));
    let considered = outcome.decision.alternatives.iter().take(3).map(|it| ("?", it));
    for (mark, question) in questions.chain(considered) {
        let _ = write!(line, " · {mark}{} {:.2}", question.id, question.confidence);
    }
    for signal in &outcome.decision.signals {
        let _ = write!(line, " · !{} {:.2} “{}”", signal.id, signal.score, signal.evidence);
    }
    let _ = write!(line, " · ledger {:.2}", simulator.state().memory.ledger.level);
    line
}
