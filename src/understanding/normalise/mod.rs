//! Canonical text: what two spellings of the same words have in common, with the way back to the original.
//!
//! Both sides are folded alike, the examples when the files load and the messages when they come, so a fold only
//! has to be consistent, not right as a translation.

mod characters;
mod clauses;
mod codes;
mod fold;
mod spelling;
mod synonyms;
mod text;
mod written_around;

pub use characters::{is_han, is_letter};
pub use clauses::{Clause, begins, split_clauses, without_end_marks};
pub use fold::{Noise, fold, fold_pattern_text, is_invisible, is_mark};
pub use spelling::Spelling;
pub use synonyms::SynonymTable;
pub use text::Text;
use written_around::written_plainly;

/// A message in the two forms that the stages read.
#[derive(Clone, Debug)]
pub struct Normalised {
    /// Folded: one script, one width, one case, noise removed. Slots are read from it.
    pub folded: Text,
    /// Folded, slips of English spelling mended, what is written around in plain writing, and synonyms replaced by their
    /// canonical words. Patterns, cues and the model read it.
    pub canonical: Text,
    /// How it was typed: repeated marks, shouting.
    pub noise: Noise,
    /// Clauses of `canonical`, in order.
    pub clauses: Vec<Clause>,
}

/// The longest text that is read at once, in characters that can be seen; longer ones are read in stretches (`long.rs`), so
/// that time stays bounded.
pub const MAX_CHARS: usize = 1_000;

/// Normalises a sentence of the files, whose spelling is right.
pub fn normalise(original: &str, synonyms: &SynonymTable) -> Normalised {
    normalise_message(original, synonyms, None)
}

/// Normalises a message, with its spelling mended where the pack's is given.
pub fn normalise_message(original: &str, synonyms: &SynonymTable, spelling: Option<&Spelling>) -> Normalised {
    let (folded, noise) = fold(original, MAX_CHARS);
    let mended = spelling.and_then(|spelling| spelling.mend(&folded, original));
    let canonical = synonyms.apply(&written_plainly(mended.as_ref().unwrap_or(&folded)));
    let clauses = split_clauses(&canonical);
    Normalised {
        folded,
        canonical,
        noise,
        clauses,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        fold(text, MAX_CHARS).0.to_string()
    }

    #[test]
    fn scripts_widths_and_cases_become_one() {
        assert_eq!(folded("什麼時候發貨"), "什么时候发货");
        assert_eq!(folded("ＡＢＣ１２３，￥"), "abc123,¥");
        assert_eq!(folded("Hello   World"), "hello world");
        assert_eq!(folded("运\u{200b}费\u{202e}多少"), "运费多少");
    }

    #[test]
    fn repetition_is_noise_but_digits_are_not() {
        assert_eq!(folded("在吗在吗？？？？？"), "在吗在吗?");
        assert_eq!(folded("快快快快快发货啊啊啊啊"), "快发货啊");
        assert_eq!(folded("sooooo slow!!!"), "soo slow!");
        assert_eq!(folded("单号1110000"), "单号1110000");
        let (_, noise) = fold("WHERE IS MY ORDER!!!", MAX_CHARS);
        assert!(noise.shouting && noise.exclamations == 3);
    }

    #[test]
    fn the_way_back_gives_the_words_as_written() {
        let text = "請問ＡＢＣ幾時出貨？？";
        let (folded, _) = fold(text, MAX_CHARS);
        let at = folded.find("几时").unwrap();
        assert_eq!(folded.original(text, at..at + 2), "幾時");
    }

    #[test]
    fn clauses_are_cut_at_marks_and_at_spaces_between_han() {
        let synonyms = SynonymTable::new(&[]);
        let normalised = normalise("包邮吗，什么时候发货 有赠品吗", &synonyms);
        let clauses: Vec<String> = normalised
            .clauses
            .iter()
            .map(|clause| normalised.canonical.slice(clause.range.clone()))
            .collect();
        assert_eq!(clauses, ["包邮吗", "什么时候发货", "有赠品吗"]);
    }

    #[test]
    fn the_query_of_a_link_is_no_question() {
        let synonyms = SynonymTable::new(&[]);
        let clauses = |text: &str| {
            let normalised = normalise(text, &synonyms);
            let clauses = normalised.clauses.iter();
            clauses
                .map(|clause| (normalised.canonical.slice(clause.range.clone()), clause.asked))
                .collect::<Vec<_>>()
        };
        let link = "https://m.shop.example/d?id=100012345&from=app";
        let [(text, asked)] = &clauses(link)[..] else {
            panic!("{:?}", clauses(link));
        };
        assert!(text.ends_with("from=app") && !asked);
        let beside: Vec<String> = clauses(&format!("跑鞋 {link} 这个还有货吗"))
            .into_iter()
            .map(|clause| clause.0)
            .collect();
        assert_eq!((beside.len(), beside[2].as_str()), (3, "这个还有货吗"));
        assert_eq!(clauses("size 42? or 43?").len(), 2);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.clone());
        }

        #[test]
        fn every_span_lies_in_the_original_on_character_borders(text in "\\PC{0,60}") {
            let (folded, _) = fold(&text, MAX_CHARS);
            for at in 0..folded.len() {
                let span = folded.span(at);
                prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && span.start <= span.end);
            }
        }
    }
}
