//! Texts that mean the same put together. Pure, and the same texts give the same groups whatever their order: the
//! heaviest text leads, and each other joins the leader that it is most like.
//!
//! Likeness is half what letters and words two texts share, the rare ones counting more, and half what their words mean
//! (`understanding::vectors`). What shares no sign at all is not compared, so ten thousand texts take seconds.

use std::collections::HashMap;

use crate::model::StableHash;
use crate::understanding::normalise::{is_han, is_letter};
use crate::understanding::vectors::Vectors;

/// From this likeness on two texts are of one group.
const ALIKE: f32 = 0.55;
/// From this likeness on a text is what was settled before.
pub const SETTLED: f32 = 0.75;
/// So many of the leaders that share most are compared by meaning too.
const COMPARED: usize = 24;
/// Characters that say how something is asked, and not what.
const LIGHT: &str = "能不可以吗么呢吧啊呀的了我你您们是在要有没这那个得怎样会请亲";
/// How much more a rare sign counts.
const RARE: f32 = 0.5;
/// Of a handful of texts it is not known which signs are rare: so many are counted beside them, and of each sign so many.
const FEW: (f32, f32) = (20.0, 5.0);
/// How much of the likeness is meaning.
const MEANT: f32 = 0.5;

/// One text for grouping: canonical, with how many people wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Weighed<'a> {
    /// Its characters.
    pub chars: &'a [char],
    /// How much it counts.
    pub weight: usize,
}

/// What a text is compared by.
struct Marks {
    /// Signs with their weights, sorted, of unit length.
    signs: Vec<(u64, f32)>,
    /// The meaning, of unit length or all zero.
    meaning: Vec<f32>,
}

/// Groups of texts, by their places; the leader first, then by weight.
pub struct Groups {
    /// The groups, heaviest first.
    pub groups: Vec<Vec<usize>>,
    /// Texts that are like something that was settled.
    pub settled: Vec<usize>,
}

/// Groups texts. Those that are like one of `settled` are left out.
pub fn group(texts: &[Weighed<'_>], settled: &[Vec<char>]) -> Groups {
    let all = texts
        .iter()
        .map(|text| text.chars)
        .chain(settled.iter().map(Vec::as_slice));
    let rarity = Rarity::of(all);
    let vectors = Vectors::shipped();
    let marks = |chars: &[char]| Marks::of(chars, &rarity, vectors);
    let mut known = Leaders::default();
    for text in settled {
        known.add(marks(text));
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&texts[*a], &texts[*b]);
        b.weight.cmp(&a.weight).then_with(|| a.chars.cmp(b.chars))
    });
    let mut found = Groups {
        groups: Vec::new(),
        settled: Vec::new(),
    };
    let mut leaders = Leaders::default();
    for at in order {
        let text = marks(texts[at].chars);
        if known.nearest(&text).is_some_and(|(_, likeness)| likeness >= SETTLED) {
            found.settled.push(at);
            continue;
        }
        match leaders.nearest(&text) {
            Some((leader, likeness)) if likeness >= ALIKE => found.groups[leader].push(at),
            _ => {
                leaders.add(text);
                found.groups.push(vec![at]);
            }
        }
    }
    let weight = |group: &Vec<usize>| group.iter().map(|at| texts[*at].weight).sum::<usize>();
    found.groups.sort_by_key(|group| std::cmp::Reverse(weight(group)));
    found
}

/// How rare a sign is among the texts.
struct Rarity {
    texts: f32,
    having: HashMap<u64, u32>,
}

impl Rarity {
    fn of<'a>(texts: impl Iterator<Item = &'a [char]>) -> Rarity {
        let (mut count, mut having) = (0, HashMap::new());
        for text in texts {
            count += 1;
            let mut signs = signs(text);
            signs.sort_unstable_by_key(|(sign, _)| *sign);
            signs.dedup_by_key(|(sign, _)| *sign);
            for (sign, _) in signs {
                *having.entry(sign).or_insert(0) += 1;
            }
        }
        Rarity {
            texts: count as f32,
            having,
        }
    }

    fn weight(&self, sign: u64) -> f32 {
        let having = self.having.get(&sign).copied().unwrap_or(1) as f32;
        1.0 + RARE * ((self.texts + FEW.0) / (having + FEW.1)).ln()
    }
}

/// The signs of a text: each Chinese character, each two that stand together, each word of letters or digits.
fn signs(chars: &[char]) -> Vec<(u64, f32)> {
    let mut found = Vec::with_capacity(chars.len() * 2);
    let mut at = 0;
    while at < chars.len() {
        let here = chars[at];
        if is_han(here) {
            let light = LIGHT.contains(here);
            found.push((
                StableHash::EMPTY.with(u32::from(here)).bits(),
                if light { 0.1 } else { 0.5 },
            ));
            if let Some(next) = chars.get(at + 1).filter(|next| is_han(**next)) {
                let both = StableHash::EMPTY.with(u32::from(here)).with(u32::from(*next));
                let kind = match (light, LIGHT.contains(*next)) {
                    (true, true) => 0.2,
                    (false, false) => 1.0,
                    _ => 0.6,
                };
                found.push((both.bits(), kind));
            }
            at += 1;
        } else if is_letter(here) || here.is_alphanumeric() {
            let inside = |sign: &&char| !is_han(**sign) && (is_letter(**sign) || sign.is_alphanumeric());
            let length = chars[at..].iter().take_while(inside).count();
            let word = chars[at..at + length].iter().map(|sign| u32::from(*sign));
            found.push((StableHash::of(word).with(1_u32).bits(), 1.0));
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

impl Marks {
    fn of(chars: &[char], rarity: &Rarity, vectors: Option<&Vectors>) -> Marks {
        let mut counted: HashMap<u64, f32> = HashMap::new();
        for (sign, kind) in signs(chars) {
            *counted.entry(sign).or_insert(0.0) += kind * rarity.weight(sign);
        }
        let mut signs: Vec<(u64, f32)> = counted.into_iter().collect();
        // Sums depend on the order: with the signs in theirs, the same text always has the same likeness.
        signs.sort_unstable_by_key(|(sign, _)| *sign);
        let length = signs.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            signs.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        let mut meaning = Vec::new();
        if let Some(vectors) = vectors {
            vectors.embed(chars, &mut meaning);
        }
        Marks { signs, meaning }
    }
}

/// The texts that others are compared with.
#[derive(Default)]
struct Leaders {
    marks: Vec<Marks>,
    having: HashMap<u64, Vec<(u32, f32)>>,
    /// What each shares with the text in hand.
    shared: Vec<f32>,
}

impl Leaders {
    fn add(&mut self, marks: Marks) {
        let number = self.marks.len() as u32;
        for (sign, weight) in &marks.signs {
            self.having.entry(*sign).or_default().push((number, *weight));
        }
        self.marks.push(marks);
        self.shared.push(0.0);
    }

    /// The one most like a text, with how much; of equals the first.
    fn nearest(&mut self, text: &Marks) -> Option<(usize, f32)> {
        let mut touched = Vec::new();
        for (sign, weight) in &text.signs {
            for (leader, there) in self.having.get(sign).into_iter().flatten() {
                let shared = &mut self.shared[*leader as usize];
                if *shared == 0.0 {
                    touched.push(*leader as usize);
                }
                *shared += weight * there;
            }
        }
        let mut near: Vec<(usize, f32)> = touched.iter().map(|leader| (*leader, self.shared[*leader])).collect();
        touched.iter().for_each(|leader| self.shared[*leader] = 0.0);
        near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(COMPARED);
        let likeness = near.into_iter().map(|(leader, shared)| {
            let meant: f32 = self.marks[leader]
                .meaning
                .iter()
                .zip(&text.meaning)
                .map(|(a, b)| a * b)
                .sum();
            (leader, (1.0 - MEANT) * shared + MEANT * meant)
        });
        likeness.reduce(
            |best, other| match other.1 > best.1 || (other.1 == best.1 && other.0 < best.0) {
                true => other,
                false => best,
            },
        )
    }
}

#[cfg(test)]
mod tests;
