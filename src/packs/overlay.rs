//! Lays what a shop writes over the common pack. What a shop writes beats the pack; what it leaves out stays, and
//! stays one copy for all shops.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::PackId;

use super::build::{
    allowed, back_within_ms, blocked, build_answer, build_intent, build_phrases, build_scope, build_scoring,
    build_shop, build_signal, build_standards, build_synonyms, plain,
};
use super::finding::Finding;
use super::fold::fold;
use super::pack::{Answer, Intent, Pack};
use super::written::{Files, OverlayFile};

/// The pack of one shop.
pub fn lay(common: &Pack, files: Files, id: PackId, findings: &mut Vec<Finding>) -> Pack {
    let mut pack = common.clone();
    pack.id = id;
    pack.shop_file = files.shop_file;
    pack.allow = allowed(files.shop.as_ref());
    pack.shop = files.shop.map(build_shop).unwrap_or_default();
    let mut off = BTreeSet::new();
    // The shop's own sentences, with the questions that they ask.
    let mut own: Vec<(String, String)> = Vec::new();
    for (file, overlay) in files.overlays {
        let name = overlay
            .intent
            .intent
            .as_ref()
            .map(|id| id.value.clone())
            .unwrap_or_default();
        let Ok(at) = pack.intents.binary_search_by(|intent| intent.id.cmp(&name)) else {
            continue;
        };
        if overlay.is_off() {
            off.insert(name);
            continue;
        }
        own.extend(
            overlay
                .intent
                .examples
                .iter()
                .map(|text| (fold(&text.value), name.clone())),
        );
        change(Arc::make_mut(&mut pack.intents[at]), file, overlay, findings);
    }
    for (file, intent) in files.intents {
        let intent = build_intent(file, intent);
        own.extend(intent.examples.iter().map(|text| (fold(text), intent.id.clone())));
        pack.intents.push(Arc::new(intent));
    }
    pack.intents.retain(|intent| !off.contains(&intent.id));
    pack.intents.sort_by(|a, b| a.id.cmp(&b.id));
    if !off.is_empty() {
        forget(&mut pack, &off);
    }
    if !files.out_of_scope.is_empty() {
        let texts = plain(files.out_of_scope);
        own.extend(texts.iter().map(|text| (fold(text), "none".to_owned())));
        Arc::make_mut(&mut pack.out_of_scope).extend(texts);
    }
    if !own.is_empty() {
        give_way(&mut pack, &own);
    }
    if !files.synonyms.is_empty() {
        Arc::make_mut(&mut pack.synonyms).extend(build_synonyms(files.synonyms));
    }
    for (file, signal) in files.signals {
        let more = build_signal(file, signal);
        let signals = Arc::make_mut(&mut pack.signals);
        match signals.iter_mut().find(|signal| signal.id == more.id) {
            Some(signal) => {
                signal.strong.extend(more.strong);
                signal.medium.extend(more.medium);
                signal.weak.extend(more.weak);
                signal.examples.extend(more.examples);
                signal.calm.extend(more.calm);
                signal.tests.extend(more.tests);
            }
            None => {
                signals.push(more);
                signals.sort_by(|a, b| a.id.cmp(&b.id));
            }
        }
    }
    if !files.scope.lists.is_empty() {
        Arc::make_mut(&mut pack.scope).extend(build_scope(files.scope));
    }
    pack.phrases.extend(build_phrases(files.phrases));
    pack.standards.extend(build_standards(&files.standards));
    pack.blocked = blocked(std::mem::take(&mut pack.blocked), &files.standards);
    pack.back_within_ms = back_within_ms(files.back_within.as_ref()).or(pack.back_within_ms);
    if !files.scoring.is_empty() {
        pack.scoring = build_scoring(&files.scoring);
    }
    pack
}

/// Lays one file over one question.
fn change(intent: &mut Intent, file: String, overlay: OverlayFile, findings: &mut Vec<Finding>) {
    let OverlayFile {
        intent: written,
        more_answers,
        mute,
        ..
    } = overlay;
    let kind = written.kind.is_some();
    let (title, title_en) = (written.title.is_some(), written.title_en.is_some());
    let (handoff, table, slots) = (
        written.handoff.is_some(),
        written.table.is_some(),
        !written.slots.is_empty(),
    );
    let more = build_intent(file.clone(), written);
    if title {
        intent.title.zh = more.title.zh;
    }
    if title_en {
        intent.title.en = more.title.en;
    }
    intent.own.extend(more.examples.iter().chain(&more.patterns).cloned());
    intent.examples.extend(more.examples);
    intent.patterns.extend(more.patterns);
    intent.forbidden.extend(more.forbidden);
    intent.denied.extend(more.denied);
    intent.required.extend(more.required);
    intent.tests.extend(more.tests);
    if slots {
        intent.slots = more.slots;
        intent.tell_person = more.tell_person;
    }
    if table {
        intent.table = more.table;
    }
    if kind {
        intent.kind = more.kind;
    }
    if handoff {
        intent.handoff = more.handoff;
    }
    if !more.choices.is_empty() {
        intent.choices = more.choices;
    }
    for beginning in &mute {
        let before = intent.answers.len();
        intent
            .answers
            .retain(|answer| !answer.text.trim().starts_with(beginning.value.trim()));
        if intent.answers.len() == before {
            findings.push(
                Finding::error(
                    "I105",
                    &file,
                    format!("没有以“{}”开头的答案可以关掉", beginning.value),
                    format!("no answer begins with `{}`, so none is muted", beginning.value),
                )
                .at(beginning.line, beginning.column)
                .hint("照抄通用答案的开头几个字", "copy the first words of the pack's answer"),
            );
        }
    }
    in_place(&mut intent.answers, more.answers);
    in_place(&mut intent.agent, more.agent);
    intent
        .answers
        .extend(more_answers.into_iter().map(|answer| build_answer(&file, answer)));
}

/// The languages that the shop writes in are its own.
fn in_place(answers: &mut Vec<Answer>, written: Vec<Answer>) {
    answers.retain(|answer| written.iter().all(|own| own.language != answer.language));
    answers.extend(written);
}

/// Nothing leads to a question that the shop does not know, and no test asks for it.
fn forget(pack: &mut Pack, off: &BTreeSet<String>) {
    for intent in &mut pack.intents {
        let expects = |id: &Option<String>| id.as_ref().is_some_and(|id| off.contains(id));
        let leads = intent.choices.iter().any(|id| off.contains(id));
        if leads || intent.tests.iter().any(|test| expects(&test.expect)) {
            let intent = Arc::make_mut(intent);
            intent.choices.retain(|id| !off.contains(id));
            intent.tests.retain(|test| !expects(&test.expect));
        }
    }
    let signals = Arc::make_mut(&mut pack.signals);
    for signal in signals {
        signal
            .tests
            .retain(|test| test.expect.as_ref().is_none_or(|id| !off.contains(id)));
    }
}

/// A sentence that the shop has written is an example of the shop's question, and of no other; a test of the common
/// pack that asks it says nothing here.
fn give_way(pack: &mut Pack, own: &[(String, String)]) {
    let mut askers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (sentence, of) in own {
        askers.entry(sentence).or_default().push(of);
    }
    let elsewhere = |text: &str, id: &str| {
        let askers = askers.get(fold(text).as_str());
        askers.is_some_and(|askers| askers.iter().any(|of| *of != id))
    };
    for intent in &mut pack.intents {
        let id = intent.id.clone();
        if intent.examples.iter().any(|text| elsewhere(text, &id)) {
            Arc::make_mut(intent).examples.retain(|text| !elsewhere(text, &id));
        }
        let overruled = |test: &super::PackTest| test.expect.as_ref().is_some_and(|id| elsewhere(&test.ask, id));
        if intent.tests.iter().any(overruled) {
            Arc::make_mut(intent).tests.retain(|test| !overruled(test));
        }
    }
    if pack.out_of_scope.iter().any(|text| elsewhere(text, "none")) {
        Arc::make_mut(&mut pack.out_of_scope).retain(|text| !elsewhere(text, "none"));
    }
}
