//! What the detector reaches on sentences it has not learned.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::Path;

use super::super::normalise::{SynonymTable, normalise};
use super::*;

fn why(index: &SignalIndex, synonyms: &SynonymTable, text: &str) -> String {
    index
        .explain(text, &normalise(text, synonyms))
        .iter()
        .filter(|r| r.score >= TAKES_EFFECT)
        .map(|r| {
            format!(
                "{} {:.2} m{:.1}/{:.1} {:?}",
                r.id,
                r.score,
                r.margin,
                r.bar,
                r.cues
                    .iter()
                    .filter(|c| c.cancelled.is_none())
                    .map(|c| if c.strength == Strength::Strong {
                        format!("<<{}>> {}", c.pattern, c.words)
                    } else {
                        c.words.clone()
                    })
                    .collect::<Vec<_>>()
            )
        })
        .collect::<Vec<_>>()
        .join(" ; ")
}
use crate::intents;

pub fn pack() -> Pack {
    let (pack, findings) = intents::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/intents")));
    pack.unwrap_or_else(|| panic!("{findings:#?}"))
}

fn fires(index: &SignalIndex, synonyms: &SynonymTable, text: &str) -> Vec<SignalHit> {
    index
        .detect(text, &normalise(text, synonyms))
        .into_iter()
        .filter(|hit| hit.score >= TAKES_EFFECT)
        .collect()
}

#[test]
#[ignore]
fn report() {
    let pack = pack();
    let synonyms = SynonymTable::new(&pack.synonyms);
    let start = std::time::Instant::now();
    let index = SignalIndex::build(&pack, &synonyms);
    eprintln!("build {:?} bars {:?}", start.elapsed(), index.bars());
    for line in include_str!("unseen.txt").lines().filter(|l| !l.starts_with('#')) {
        let (id, text) = line.split_once('\t').unwrap();
        let hits = fires(&index, &synonyms, text);
        let ok = if id == "calm" {
            hits.is_empty()
        } else {
            hits.iter().any(|h| h.id == id)
        };
        if !ok {
            eprintln!(
                "UNSEEN {id} | {text} | {:?} {}",
                hits.iter().map(|h| h.id.clone()).collect::<Vec<_>>(),
                index
                    .explain(text, &normalise(text, &synonyms))
                    .iter()
                    .filter(|r| r.id == id || r.score > 0.5)
                    .map(|r| format!(
                        "{} {:.2} m{:.1}/{:.1} {:?}",
                        r.id,
                        r.score,
                        r.margin,
                        r.bar,
                        r.cues
                            .iter()
                            .map(|c| format!("{}{}{:?}", c.words, c.strength as u8, c.cancelled))
                            .collect::<Vec<_>>()
                    ))
                    .collect::<String>()
            );
        }
    }
    // plain
    for signal in &pack.signals {
        for test in &signal.tests {
            let hits = fires(&index, &synonyms, &test.ask);
            let ok = match (&test.expect, &test.expect_not) {
                (Some(id), _) => hits.iter().any(|h| &h.id == id),
                (_, Some(id)) => hits.iter().all(|h| &h.id != id),
                _ => true,
            };
            if !ok {
                eprintln!(
                    "TEST {} | {} | {:#?}",
                    signal.id,
                    test.ask,
                    index.explain(&test.ask, &normalise(&test.ask, &synonyms))
                );
            }
        }
    }
    const F: usize = 5;
    let mut order = std::collections::HashMap::new();
    let mut n = 0;
    for signal in &pack.signals {
        for text in signal.examples.iter().chain(&signal.calm) {
            order.insert(text.clone(), n % F);
            n += 1;
        }
    }
    for text in &pack.scope.content {
        order.insert(text.clone(), n % F);
        n += 1;
    }
    for intent in &pack.intents {
        for text in &intent.examples {
            order.insert(text.clone(), n % F);
            n += 1;
        }
    }
    for text in &pack.out_of_scope {
        order.insert(text.clone(), n % F);
        n += 1;
    }
    let mut total = 0;
    let mut bad = 0;
    let mut nonworry = 0;
    let (mut calm_n, mut calm_bad, mut calm_any) = (0, 0, 0);
    let (mut content_n, mut content_bad) = (0, 0);
    let mut rec = std::collections::BTreeMap::new();
    for fold in 0..F {
        let index = SignalIndex::build_without(&pack, &synonyms, &|text| order.get(text) == Some(&fold));
        for (id, text) in pack
            .intents
            .iter()
            .flat_map(|i| i.examples.iter().map(move |t| (i.id.as_str(), t)))
            .chain(pack.out_of_scope.iter().map(|t| ("none", t)))
        {
            if order[text] != fold {
                continue;
            }
            total += 1;
            let hits = fires(&index, &synonyms, text);
            if !hits.is_empty() {
                bad += 1;
                if hits.iter().any(|h| h.id != "emotion.anxiety") {
                    nonworry += 1;
                }
                eprintln!("FA {} | {} | {:?}", id, text, why(&index, &synonyms, text));
            }
        }
        for signal in &pack.signals {
            for text in &signal.examples {
                if order[text] != fold {
                    continue;
                }
                let hits = fires(&index, &synonyms, text);
                let zh = text.chars().any(|c| c > '\u{3000}' && c < '\u{a000}');
                let e = rec.entry((signal.id.clone(), zh)).or_insert([0; 4]);
                e[0] += 1;
                if hits.iter().any(|h| h.id == signal.id) {
                    e[1] += 1;
                }
                if hits.iter().any(|h| h.id != "emotion.anxiety") {
                    e[2] += 1;
                }
                let exp = index.explain(text, &normalise(text, &synonyms));
                if exp.iter().any(|r| {
                    r.id == signal.id
                        && r.cues
                            .iter()
                            .any(|c| c.strength == Strength::Strong && c.cancelled.is_none())
                }) {
                    e[3] += 1;
                }
                if !hits.iter().any(|h| h.id == signal.id) {
                    eprintln!(
                        "MISS {} | {} | {:?} | {:?}",
                        signal.id,
                        text,
                        hits.iter().map(|h| h.id.clone()).collect::<Vec<_>>(),
                        exp.iter().find(|r| r.id == signal.id).map(|r| (
                            r.score,
                            r.margin,
                            r.bar,
                            r.cues
                                .iter()
                                .map(|c| (c.words.clone(), c.cancelled))
                                .collect::<Vec<_>>()
                        ))
                    );
                }
            }
            for text in &signal.calm {
                if order[text] != fold {
                    continue;
                }
                calm_n += 1;
                let hits = fires(&index, &synonyms, text);
                if !hits.is_empty() {
                    calm_any += 1;
                }
                if hits.iter().any(|h| h.id != "emotion.anxiety") {
                    calm_bad += 1;
                }
                if !hits.is_empty() {
                    eprintln!("CALM {} | {} | {:?}", signal.id, text, why(&index, &synonyms, text));
                }
            }
        }
        for text in &pack.scope.content {
            if order[text] != fold {
                continue;
            }
            content_n += 1;
            let hits = fires(&index, &synonyms, text);
            if !hits.is_empty() {
                content_bad += 1;
                eprintln!("CONTENT {} | {:?}", text, why(&index, &synonyms, text));
            }
        }
    }
    for (k, v) in rec {
        eprintln!(
            "REC {k:?} n {} own {:.3} any {:.3} strongcue {:.3}",
            v[0],
            v[1] as f32 / v[0] as f32,
            v[2] as f32 / v[0] as f32,
            v[3] as f32 / v[0] as f32
        );
    }
    eprintln!("plain {total} bad {bad} nonworry {nonworry}");
    eprintln!("calm {calm_n} bad {calm_bad} any {calm_any}; content {content_n} bad {content_bad}");
}
