//! Synonyms that fight, and such as stand in too many words.

use std::collections::{HashMap, HashSet};

use crate::packs::finding::Finding;
use crate::packs::fold::fold;
use crate::packs::written::Files;

/// Single characters that mean the same wherever they stand: particles, pronouns, and words of Yue and of the north.
const WORDS_OF_ONE: &str = "啥咋冇您哋佢嘅咗喺睇嚟畀俾揾啲嘢俺咱嗰乜唔嘞咁邊边孬甭";

/// Checks `shared/synonyms.yaml`; a shop's also against those of the common pack.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    // Most shops write none, and what they share is checked once.
    if files.synonyms.is_empty() {
        return;
    }
    let file = files.name("shared/synonyms.yaml");
    let known = &files.known.synonyms;
    let words: HashSet<String> = known
        .iter()
        .chain(&files.synonyms)
        .map(|synonym| fold(&synonym.word.value))
        .collect();
    let mut variants: HashMap<String, &str> = HashMap::new();
    for synonym in known {
        for same in &synonym.same {
            variants.insert(fold(&same.value), &synonym.word.value);
        }
    }
    for synonym in &files.synonyms {
        let word = &synonym.word.value;
        if let Some(other) = variants.get(&fold(word)).filter(|other| fold(other) != fold(word)) {
            findings.push(fights(&file, word, other).at(synonym.word.line, synonym.word.column));
        }
        for same in &synonym.same {
            let folded = fold(&same.value);
            let twice = variants.get(&folded).copied().filter(|other| fold(other) != fold(word));
            if words.contains(&folded) && folded != fold(word) {
                // Said here, and not again where it is a word.
                findings.push(
                    Finding::error(
                        "I135",
                        &file,
                        format!("“{}”自己也是一个词，又要读成“{word}”：两边打架", same.value),
                        format!(
                            "`{}` is a word of its own and is also to be read as `{word}`: they fight",
                            same.value
                        ),
                    )
                    .at(same.line, same.column)
                    .hint(
                        "意思一样就并成一条，不一样就从 same 里去掉",
                        "make one entry of them where they mean the same, else take it out of `same`",
                    ),
                );
                continue;
            }
            if let Some(other) = twice {
                findings.push(fights(&file, &same.value, other).at(same.line, same.column));
            } else if same.value.chars().count() == 1 && !same.value.chars().all(|sign| WORDS_OF_ONE.contains(sign)) {
                findings.push(
                    Finding::warning(
                        "I136",
                        &file,
                        format!("“{}”只有一个字，别的词里的它也会换成“{word}”", same.value),
                        format!(
                            "`{}` is a single character and is replaced by `{word}` within other words too",
                            same.value
                        ),
                    )
                    .at(same.line, same.column)
                    .hint("连着前后的字一起写，如“送啥”", "write it with its neighbours"),
                );
            }
            variants.insert(folded, word);
        }
    }
}

fn fights(file: &str, same: &str, other: &str) -> Finding {
    Finding::error(
        "I135",
        file,
        format!("“{same}”已经要读成“{other}”，两条打架"),
        format!("`{same}` is to be read as `{other}` already: the two fight"),
    )
    .hint("只留一条", "keep one of them")
}
