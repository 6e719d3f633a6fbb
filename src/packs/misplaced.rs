//! Examples that belong elsewhere: taken out of their question, each is held against all other sentences of the pack. One
//! that is nearly the sentences of another question, and like none of its own, was most likely put into the wrong file.

use std::collections::HashMap;
use std::sync::Arc;

use super::finding::Finding;
use super::fold::fold;
use super::layout::SourceFile;
use super::pack::{Intent, Pack};

/// From this likeness on two sentences are nearly one, 0 to 1.
const NEARLY: f32 = 0.72;
/// A sentence below this likeness is no help, 0 to 1.
const UNLIKE: f32 = 0.34;
/// Neighbours that must agree.
const AGREE: usize = 2;
/// Pairs of signs that stand in more sentences than this say little and cost much.
const TOO_COMMON: usize = 600;

/// One sentence: its question, and its pairs of signs, sorted.
struct Sentence<'p> {
    intent: usize,
    text: &'p str,
    pairs: Vec<u64>,
}

/// The examples of a pack that belong elsewhere, at their lines in `files`. With `only_own` those of the shop alone.
pub fn misplaced(pack: &Pack, files: &[SourceFile], only_own: bool) -> Vec<Finding> {
    // Most shops have no sentence of their own, and the common ones are looked at once.
    let has_own = |intent: &Arc<Intent>| intent.is_of_shop() || !intent.own.is_empty();
    if only_own && !pack.intents.iter().any(has_own) {
        return Vec::new();
    }
    let mut sentences = Vec::new();
    for (at, intent) in pack.intents.iter().enumerate() {
        if intent.kind.is_small_talk() {
            continue;
        }
        sentences.extend(intent.examples.iter().map(|text| Sentence {
            intent: at,
            text,
            pairs: pairs(text),
        }));
    }
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    for (at, sentence) in sentences.iter().enumerate() {
        for pair in &sentence.pairs {
            places
                .entry(*pair)
                .or_default()
                .push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    let mut shared: Vec<usize> = vec![0; sentences.len()];
    let mut findings = Vec::new();
    for (at, sentence) in sentences.iter().enumerate() {
        let intent = &pack.intents[sentence.intent];
        let own = intent.is_of_shop() || intent.own.iter().any(|own| own == sentence.text);
        if only_own && !own || sentence.pairs.len() < 4 {
            continue;
        }
        let mut touched: Vec<u32> = Vec::new();
        for pair in &sentence.pairs {
            let Some(list) = places.get(pair).filter(|list| list.len() <= TOO_COMMON) else {
                continue;
            };
            for other in list {
                if shared[*other as usize] == 0 {
                    touched.push(*other);
                }
                shared[*other as usize] += 1;
            }
        }
        let mut near: Vec<(f32, usize)> = Vec::new();
        let mut home = 0.0_f32;
        for other in &touched {
            let index = *other as usize;
            // Only those with much in common are counted exactly.
            if index != at && shared[index] * 4 >= sentence.pairs.len() {
                let likeness = likeness(&sentence.pairs, &sentences[index].pairs);
                if sentences[index].intent == sentence.intent {
                    home = home.max(likeness);
                } else if likeness >= NEARLY {
                    near.push((likeness, index));
                }
            }
            shared[index] = 0;
        }
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let Some((_, first)) = near.first() else { continue };
        let agree = near
            .iter()
            .take(AGREE + 1)
            .filter(|(_, index)| sentences[*index].intent == sentences[*first].intent);
        if home < UNLIKE && agree.count() >= AGREE.min(near.len()) && near.len() >= AGREE {
            findings.push(finding(pack, sentence, &sentences[*first], files));
        }
    }
    findings
}

fn finding(pack: &Pack, sentence: &Sentence, like: &Sentence, files: &[SourceFile]) -> Finding {
    let (home, other) = (&pack.intents[sentence.intent], &pack.intents[like.intent]);
    let (file, line, column) = place(sentence.text, &home.id, files).unwrap_or((home.file.as_str(), 0, 0));
    Finding::warning(
        "I130",
        file,
        format!(
            "“{}”像是 {} 的问法（那里有“{}”），放在这里会答错",
            sentence.text, other.id, like.text
        ),
        format!(
            "`{}` seems to ask {} (which has `{}`); here it is answered wrongly",
            sentence.text, other.id, like.text
        ),
    )
    .at(line, column)
    .hint(
        format!("移到 {}；就是问这个的，就再写几句像它的例句", other.file),
        format!(
            "move it to {}; if it does ask this, write more examples like it here",
            other.file
        ),
    )
}

/// Where an example stands: the file of its question, or the one that a shop lays over it.
fn place<'f>(text: &str, id: &str, files: &'f [SourceFile]) -> Option<(&'f str, usize, usize)> {
    let name = format!("{}.yaml", id.replacen('.', "/", 1));
    let of_question = |file: &&SourceFile| file.name == name || file.name.ends_with(&format!("/{name}"));
    files.iter().filter(of_question).find_map(|file| {
        let content = std::str::from_utf8(&file.bytes).ok()?;
        content.lines().enumerate().find_map(|(index, line)| {
            let item = line.trim_start().strip_prefix('-')?.trim().trim_matches(['"', '\'']);
            let column = line
                .chars()
                .take_while(|sign| sign.is_whitespace() || *sign == '-')
                .count()
                + 1;
            (item == text || fold(item) == fold(text)).then_some((file.name.as_str(), index + 1, column))
        })
    })
}

/// Pairs of neighbouring signs of a folded sentence, of words for Latin ones; sorted, each once.
fn pairs(text: &str) -> Vec<u64> {
    let folded = fold(text);
    let mut pairs: Vec<u64> = Vec::new();
    if folded.is_ascii() {
        let words: Vec<u64> = folded.split(' ').map(hash).collect();
        pairs.extend(words.windows(2).map(|pair| pair[0].rotate_left(7) ^ pair[1]));
        pairs.extend(words);
    } else {
        let signs: Vec<char> = folded.chars().filter(|sign| *sign != ' ').collect();
        pairs.extend(
            signs
                .windows(2)
                .map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])),
        );
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn hash(word: &str) -> u64 {
    // FNV-1a: only equal words must be equal.
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// How much of both is the same, 0 to 1 (Dice).
fn likeness(a: &[u64], b: &[u64]) -> f32 {
    let (mut i, mut j, mut same) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                same += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * same as f32 / (a.len() + b.len()) as f32
}
