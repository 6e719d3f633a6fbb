//! Which goods a talk is about, and what is asked of them.

use crate::model::{Question, SlotName, Slots};
use crate::understanding::{ClauseKind, Understanding};

use super::{Generation, State};

/// How sure it is that goods are asked for a property that they have and the message names.
const NAMED: f32 = 0.9;

/// What is known after a message: a link that fits nothing is another item than the one before, and what was asked of
/// goods is not asked again, unless the same question goes on about other goods.
pub(super) fn slots_after(state: &State, understanding: &Understanding) -> Slots {
    let new = &understanding.slots;
    let mut slots = state.memory.slots.clone();
    let has = |name| new.get(name).is_some();
    if has(SlotName::Link) && !has(SlotName::Goods) {
        slots.0.remove(&SlotName::Goods);
        slots.0.remove(&SlotName::OtherGoods);
    }
    let same_question = understanding
        .questions
        .iter()
        .map(|question| &question.id)
        .eq(&state.memory.last_intents);
    if !(same_question && has(SlotName::Goods)) {
        slots.0.remove(&SlotName::Attribute);
    }
    slots.update(new);
    slots
}

/// A question that no sentence of the pack is like, but that names what the goods in hand have: the pack's question for
/// attributes answers it.
pub(super) fn asked_of_goods(
    generation: &Generation,
    slots: &Slots,
    mut understanding: Understanding,
) -> Understanding {
    let unread = understanding
        .clauses
        .iter()
        .any(|clause| clause.kind == ClauseKind::Question && clause.intents.is_empty());
    let named = understanding.slots.get(SlotName::Attribute);
    let goods = slots.get(SlotName::Goods);
    let (true, true, Some(named), Some(goods)) = (understanding.questions.is_empty(), unread, named, goods) else {
        return understanding;
    };
    let goods = generation.pack.shop.goods.get(goods);
    if goods.and_then(|goods| goods.attribute(named)).is_none() {
        return understanding;
    }
    // The likeliest of those that speak of attributes.
    let pack = &generation.pack;
    let likely = understanding.alternatives.iter();
    let likely = likely.filter_map(|question| pack.intent(&question.id));
    let mut intents = likely.chain(pack.intents.iter().map(AsRef::as_ref));
    let takes = intents.find(|intent| intent.slots.iter().any(|slot| slot.name == SlotName::Attribute));
    if let Some(intent) = takes {
        let question = Question::new(&intent.id, NAMED, intent.kind);
        understanding.candidates.clear();
        understanding.questions.push(question);
    }
    understanding
}
