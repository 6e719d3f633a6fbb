//! Which goods a talk is about, and what is asked of them.

use std::sync::LazyLock;

use crate::model::{Question, SlotName, Slots};
use crate::packs::Intent;
use crate::understanding::Understanding;
use crate::understanding::kinds::ClauseReading;
use crate::understanding::lexicon::entries;
use crate::understanding::normalise::{MAX_CHARS, fold};

use super::{Generation, State};

/// How sure it is that goods are asked for a property that they have and the message names.
const NAMED: f32 = 0.9;

/// What is asked of goods beside the question itself.
const OF_GOODS: [SlotName; 3] = [SlotName::Attribute, SlotName::Color, SlotName::Size];

/// Words that point at the two goods that were named last.
static POINTS_AT_TWO: LazyLock<Vec<&str>> =
    LazyLock::new(|| entries(include_str!("lexicon/points_at_two.txt")).collect());

/// What is known after a message, and the message with what it leaves unsaid of the goods it asks about.
pub(super) fn in_hand(state: &State, mut understanding: Understanding) -> (Slots, Understanding) {
    carry(state, &mut understanding);
    let new = &mut understanding.slots;
    let mut slots = state.memory.slots.clone();
    let has = |name| new.get(name).is_some();
    // A link that fits nothing is another item than the one before.
    if has(SlotName::Link) && !has(SlotName::Goods) {
        slots.0.remove(&SlotName::Goods);
        slots.0.remove(&SlotName::OtherGoods);
    }
    // What was asked of goods is asked once.
    slots.0.remove(&SlotName::Attribute);
    let before = slots.get(SlotName::Goods);
    if let (Some(before), Some(now)) = (before, new.get(SlotName::Goods))
        && before != now
    {
        let before = before.to_owned();
        slots.set(SlotName::OtherGoods, before);
    }
    slots.update(new);
    if let Some(other) = slots.get(SlotName::OtherGoods).filter(|_| points_at_two(state)) {
        new.set(SlotName::OtherGoods, other);
    }
    (slots, understanding)
}

/// 云垫 2 呢: the same is asked of other goods, and what it is goes unsaid.
fn carry(state: &State, understanding: &mut Understanding) {
    let leans = understanding.explanation.first();
    let leans = leans.is_some_and(|whole| whole.reason.from_context);
    let questions = understanding.questions.iter().map(|question| &question.id);
    if !leans || !questions.eq(&state.memory.last_intents) {
        return;
    }
    let new = &mut understanding.slots;
    let has = |name: &SlotName| new.get(*name).is_some();
    if !has(&SlotName::Goods) || OF_GOODS.iter().any(has) {
        return;
    }
    for name in OF_GOODS {
        if let Some(value) = state.memory.slots.get(name) {
            new.set(name, value);
        }
    }
}

fn points_at_two(state: &State) -> bool {
    state.pending.iter().any(|pending| {
        let text = fold(&pending.text, MAX_CHARS).0.to_string();
        POINTS_AT_TWO.iter().any(|word| text.contains(word))
    })
}

/// A message that names what the goods in hand have, and is like no sentence of the pack or says nothing else: the pack's
/// question for attributes answers it.
pub(super) fn asked_of_goods(
    generation: &Generation,
    slots: &Slots,
    mut understanding: Understanding,
) -> Understanding {
    let unread = understanding.clauses.iter().any(ClauseReading::is_unread);
    let named = understanding.slots.get(SlotName::Attribute);
    let goods = slots.get(SlotName::Goods);
    let takes_attributes = |intent: &Intent| intent.slots.iter().any(|slot| slot.name == SlotName::Attribute);
    let of_attributes = |question: &Question| generation.pack.intent(&question.id).is_some_and(takes_attributes);
    let unanswered = understanding.questions.is_empty() && unread
        || understanding.only_names_attribute && !understanding.questions.iter().any(of_attributes);
    let (true, Some(named), Some(goods)) = (unanswered, named, goods) else {
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
    if let Some(intent) = intents.find(|intent| takes_attributes(intent)) {
        understanding.candidates.clear();
        understanding.questions = vec![Question::new(&intent.id, NAMED, intent.kind)];
    }
    understanding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::tiny;
    use crate::understanding::{Explained, Reason};

    /// A message of these values after a talk of those; `leans` when only the talk says what it asks.
    fn read(before: &[(SlotName, &str)], text: &str, now: &[(SlotName, &str)], leans: bool) -> (Slots, Slots) {
        let mut state = State::default();
        tiny::received(&mut state, text);
        state.memory_mut().last_intents = vec!["product.stock".to_owned()];
        before
            .iter()
            .for_each(|(name, value)| state.memory_mut().slots.set(*name, *value));
        let mut understanding = tiny::asks(&["product.stock"]);
        now.iter()
            .for_each(|(name, value)| understanding.slots.set(*name, *value));
        understanding.explanation.push(Explained {
            text: text.to_owned(),
            ranked: Vec::new(),
            reason: Reason {
                from_context: leans,
                ..Reason::default()
            },
        });
        let (known, understanding) = in_hand(&state, understanding);
        (known, understanding.slots)
    }

    const FORTY_TWO: [(SlotName, &str); 3] = [
        (SlotName::Goods, "甲"),
        (SlotName::Size, "42"),
        (SlotName::Color, "白色"),
    ];

    #[test]
    fn the_same_is_asked_of_other_goods_only_where_the_message_says_no_more() {
        let (known, asked) = read(&FORTY_TWO, "乙呢", &[(SlotName::Goods, "乙")], true);
        assert_eq!(asked.get(SlotName::Size), Some("42"));
        assert_eq!(known.get(SlotName::OtherGoods), Some("甲"));
        let (known, asked) = read(&FORTY_TWO, "乙现货吗", &[(SlotName::Goods, "乙")], false);
        assert_eq!((asked.get(SlotName::Size), asked.get(SlotName::Color)), (None, None));
        assert_eq!(known.get(SlotName::Size), Some("42"), "the shopper's size stays known");
        let (_, asked) = read(&FORTY_TWO, "43呢", &[(SlotName::Size, "43")], true);
        assert_eq!(asked.get(SlotName::Color), None);
    }

    #[test]
    fn the_goods_before_are_asked_about_where_the_words_point_at_two() {
        let now = [(SlotName::Goods, "乙")];
        let (_, single) = read(&FORTY_TWO, "乙多少钱", &now, false);
        assert_eq!(single.get(SlotName::OtherGoods), None);
        let (_, both) = read(&FORTY_TWO, "和乙比哪个好", &now, false);
        assert_eq!(both.get(SlotName::OtherGoods), Some("甲"));
    }

    #[test]
    fn a_link_that_fits_nothing_is_not_the_goods_before() {
        let (known, _) = read(&FORTY_TWO, "a.com/1", &[(SlotName::Link, "a.com/1")], false);
        assert_eq!(known.get(SlotName::Goods), None);
    }
}
