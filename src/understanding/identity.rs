//! Which packs are read with one and the same index, and what its parts are learned from.

use super::preserve::{Key, KeyBuilder};
use crate::packs::{Intent, Pack, SignalSource};

/// What the sentences of a pack are learned from (`examples.rs`).
pub fn examples_key(pack: &Pack, vectors: bool) -> Key {
    let mut key = of_pack(pack, vectors);
    for intent in &pack.intents {
        key.texts(&intent.patterns);
        key.text(&intent.title.zh);
        key.text(&intent.title.en);
    }
    for signal in pack.signals.iter() {
        key.texts(&signal.examples);
        key.texts(&signal.calm);
    }
    // The names of goods decide what is a place and what a colour.
    for goods in pack.shop.goods.iter() {
        key.text(&format!("{:?}", (&goods.name, &goods.aliases, &goods.links, &goods.id)));
    }
    key.text(&format!("{:?}", pack.shop.goods.attributes()));
    key.finish()
}

/// What the signals of a pack are learned from (`signals/mod.rs`).
pub fn signals_key(pack: &Pack, vectors: bool) -> Key {
    let mut key = of_pack(pack, vectors);
    add_cues(&mut key, pack);
    for signal in pack.signals.iter() {
        key.text(&signal.id);
        key.text(&format!("{:?}", signal.lane));
        key.texts(&signal.examples);
        key.texts(&signal.calm);
    }
    key.finish()
}

/// What the cues of a pack, and the words that decide their scope, are compiled from.
pub fn cues_key(pack: &Pack) -> Key {
    let mut key = KeyBuilder::default();
    add_synonyms(&mut key, pack);
    add_cues(&mut key, pack);
    key.finish()
}

/// What both models are learned from.
fn of_pack(pack: &Pack, vectors: bool) -> KeyBuilder {
    let mut key = KeyBuilder::default();
    key.number(usize::from(vectors));
    key.number(pack.intents.len());
    pack.intents.iter().for_each(|intent| key.texts(&intent.examples));
    key.texts(pack.out_of_scope.iter());
    add_synonyms(&mut key, pack);
    key.number(pack.signals.len());
    key
}

fn add_synonyms(key: &mut KeyBuilder, pack: &Pack) {
    key.number(pack.synonyms.len());
    for synonym in pack.synonyms.iter() {
        key.text(&synonym.word);
        key.texts(&synonym.same);
    }
}

fn add_cues(key: &mut KeyBuilder, pack: &Pack) {
    key.number(pack.signals.len());
    for signal in pack.signals.iter() {
        for texts in [&signal.strong, &signal.medium, &signal.weak] {
            key.texts(texts);
        }
    }
    pack.scope.lists().into_iter().for_each(|texts| key.texts(texts));
}

/// Whether everything that decides how messages are read is the same in two packs.
pub fn read_the_same(one: &Pack, other: &Pack) -> bool {
    // Taken apart by name: a new field must be decided on here.
    let Pack {
        shop,
        shop_file: _,
        allow: _,
        intents,
        synonyms,
        out_of_scope,
        signals,
        scope,
        phrases: _,
        standards: _,
        blocked: _,
        scoring: _,
        back_within_ms: _,
        id: _,
        common: _,
    } = one;
    shop.goods.is_named_like(&other.shop.goods)
        && intents.len() == other.intents.len()
        && intents
            .iter()
            .zip(&other.intents)
            .all(|(a, b)| std::sync::Arc::ptr_eq(a, b) || alike_intents(a, b))
        && synonyms == &other.synonyms
        && out_of_scope == &other.out_of_scope
        && scope == &other.scope
        && signals.len() == other.signals.len()
        && (std::sync::Arc::ptr_eq(signals, &other.signals)
            || signals
                .iter()
                .zip(other.signals.iter())
                .all(|(a, b)| alike_signals(a, b)))
}

fn alike_intents(one: &Intent, other: &Intent) -> bool {
    let Intent {
        id,
        title,
        examples,
        patterns,
        forbidden,
        denied,
        required,
        slots,
        tell_person: _,
        table: _,
        answers: _,
        agent: _,
        choices: _,
        kind,
        handoff: _,
        tests: _,
        file: _,
        own: _,
    } = one;
    (id, title, kind) == (&other.id, &other.title, &other.kind)
        && slots
            .iter()
            .map(|slot| slot.name)
            .eq(other.slots.iter().map(|slot| slot.name))
        && (patterns, forbidden, required) == (&other.patterns, &other.forbidden, &other.required)
        && denied == &other.denied
        && examples == &other.examples
}

fn alike_signals(one: &SignalSource, other: &SignalSource) -> bool {
    let SignalSource {
        id,
        title: _,
        lane,
        strong,
        medium,
        weak,
        examples,
        calm,
        tests: _,
        file: _,
    } = one;
    (id, lane) == (&other.id, &other.lane)
        && (strong, medium, weak) == (&other.strong, &other.medium, &other.weak)
        && (examples, calm) == (&other.examples, &other.calm)
}
