//! Which packs are read with one and the same index.

use crate::packs::{Intent, Pack, SignalSource};

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
        id: _,
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
