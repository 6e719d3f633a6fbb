//! Packs of a wanted size, made of the shipped one: the same every time.

use std::sync::Arc;

use yingda::packs::{Answer, Intent, Pack};

/// From so many sentences on, intents are added until there are as many as a large shop has.
const MANY: usize = 10_000;
/// Intents of a large shop.
const INTENTS: usize = 160;
/// Two questions in one message.
const JOINTS: [&str; 4] = ["，", "，还有", "。", "，另外"];

/// A sequence that only its seed decides (SplitMix64).
pub struct Draw(u64);

impl Draw {
    /// The next number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// Messages that the files' own tests send, in a shuffled order.
pub fn messages(pack: &Pack, most: usize) -> Vec<String> {
    let intents = pack.intents.iter().flat_map(|intent| &intent.tests);
    let signals = pack.signals.iter().flat_map(|signal| &signal.tests);
    let mut messages: Vec<String> = intents.chain(signals).map(|test| test.ask.clone()).collect();
    messages.sort();
    messages.dedup();
    let mut draw = Draw(42);
    for at in (1..messages.len()).rev() {
        messages.swap(at, draw.below(at + 1));
    }
    messages.truncate(most);
    messages
}

/// The pack with so many example sentences: every n-th where there are too many, else with variants beside them, and
/// intents beside them that ask two shipped questions in one sentence.
pub fn sized(shipped: &Pack, sentences: usize) -> Pack {
    let mut pack = shipped.clone();
    let mut draw = Draw(sentences as u64);
    if sentences >= MANY {
        let shipped = pack.intents.len();
        for number in shipped..INTENTS {
            let (first, second) = (number % shipped, (number * 7 + 1) % shipped);
            let joined = pair(&pack.intents[first], &pack.intents[second], number, &mut draw);
            pack.intents.push(Arc::new(joined));
        }
        pack.intents.sort_by(|a, b| a.id.cmp(&b.id));
    }
    // Every list keeps its share.
    let lists = pack.intents.iter().map(|intent| intent.examples.len());
    let present = lists.sum::<usize>() + pack.out_of_scope.len();
    let mut budget = Share {
        present,
        sentences,
        seen: 0,
    };
    for intent in &mut pack.intents {
        resize(&mut Arc::make_mut(intent).examples, &mut budget, &mut draw);
    }
    resize(Arc::make_mut(&mut pack.out_of_scope), &mut budget, &mut draw);
    pack
}

/// Deals the wanted number of sentences out without losing any to rounding.
struct Share {
    present: usize,
    sentences: usize,
    seen: usize,
}

impl Share {
    fn of(&mut self, length: usize) -> usize {
        let dealt = |seen: usize| seen * self.sentences / self.present;
        let share = dealt(self.seen + length) - dealt(self.seen);
        self.seen += length;
        share
    }
}

fn resize(list: &mut Vec<String>, budget: &mut Share, draw: &mut Draw) {
    let wanted = budget.of(list.len());
    let shipped = list.len();
    if wanted < shipped {
        *list = (0..wanted).map(|at| list[at * shipped / wanted].clone()).collect();
    }
    while list.len() < wanted && shipped > 0 {
        let (one, other) = (&list[draw.below(shipped)], &list[draw.below(shipped)]);
        let variant = match draw.below(3) {
            0 => format!("{one}{}{other}", JOINTS[draw.below(JOINTS.len())]),
            _ => edited(one, other, draw),
        };
        list.push(variant);
    }
}

/// A slip: one or two characters left out, doubled, swapped, or taken from another sentence.
fn edited(sentence: &str, other: &str, draw: &mut Draw) -> String {
    let mut chars: Vec<char> = sentence.chars().collect();
    let strange: Vec<char> = other.chars().collect();
    for _ in 0..=draw.below(2) {
        let at = draw.below(chars.len());
        match draw.below(4) {
            0 if chars.len() > 3 => drop(chars.remove(at)),
            1 if at + 1 < chars.len() => chars.swap(at, at + 1),
            2 => chars.insert(at, strange[draw.below(strange.len())]),
            _ => chars[at] = strange[draw.below(strange.len())],
        }
    }
    chars.into_iter().collect()
}

/// An intent that asks what two others ask.
fn pair(first: &Intent, second: &Intent, number: usize, draw: &mut Draw) -> Intent {
    let one = |intent: &Intent, draw: &mut Draw| intent.examples[draw.below(intent.examples.len())].clone();
    Intent {
        id: format!("pair.n{number}"),
        title: first.title.clone(),
        examples: (0..60)
            .map(|_| {
                let joint = JOINTS[draw.below(JOINTS.len())];
                format!("{}{joint}{}", one(first, draw), one(second, draw))
            })
            .collect(),
        answers: vec![Answer {
            text: "稍等".to_owned(),
            ..Answer::default()
        }],
        ..Intent::default()
    }
}
