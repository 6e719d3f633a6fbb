//! What a pattern can say: sample texts.

use super::pattern::{Part, Pattern};

impl Pattern {
    /// Up to `limit` different texts that match, always the same ones, spread over all alternatives. Gaps are
    /// left out.
    pub fn expansions(&self, limit: usize) -> Vec<String> {
        let total = count(&self.parts);
        let step = step(total);
        let mut texts: Vec<String> = Vec::new();
        let mut index = 0_u64;
        for _ in 0..total.min(limit.saturating_mul(2) as u64) {
            if texts.len() >= limit {
                break;
            }
            let mut text = String::new();
            let mut rest = index;
            write(&self.parts, &mut rest, &mut text);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
            index = ((u128::from(index) + u128::from(step)) % u128::from(total)) as u64;
        }
        texts
    }
}

/// How many ways there are, at most `u64::MAX`.
fn count(parts: &[Part]) -> u64 {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(_) | Part::Gap | Part::WordGap => 1,
            Part::Either(alternatives) => sum(alternatives),
            Part::Optional(alternatives) => sum(alternatives).saturating_add(1),
        })
        .fold(1, u64::saturating_mul)
}

fn sum(alternatives: &[Vec<Part>]) -> u64 {
    alternatives
        .iter()
        .map(|one| count(one))
        .fold(0, u64::saturating_add)
        .max(1)
}

/// A stride near the golden section of `total` and without a common divisor: walking with it meets every way
/// once, and the first few already differ in all places.
fn step(total: u64) -> u64 {
    if total < 3 {
        return 1;
    }
    let mut step = (total as f64 * 0.618_034) as u64 | 1;
    while gcd(step, total) != 1 {
        step += 2;
    }
    step % total
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Writes the way with this index; `rest` is used up like the digits of a number.
fn write(parts: &[Part], rest: &mut u64, text: &mut String) {
    for part in parts {
        let (alternatives, may_be_missing) = match part {
            Part::Text(words) => {
                text.push_str(words);
                continue;
            }
            Part::Gap => continue,
            Part::WordGap => {
                text.push(' ');
                continue;
            }
            Part::Either(alternatives) => (alternatives, false),
            Part::Optional(alternatives) => (alternatives, true),
        };
        let ways = sum(alternatives).saturating_add(u64::from(may_be_missing));
        let mut digit = *rest % ways;
        *rest /= ways;
        for alternative in alternatives {
            let here = count(alternative);
            if digit < here {
                write(alternative, &mut digit, text);
                break;
            }
            digit -= here;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    /// Where a match that starts at `at` can end; slow and plain, to hold the expansions against.
    fn ends(parts: &[Part], text: &[char], at: usize) -> Vec<usize> {
        let Some((part, rest)) = parts.split_first() else {
            return vec![at];
        };
        let after: Vec<usize> = match part {
            Part::Text(words) => literal(words, text, at).into_iter().collect(),
            Part::Either(alternatives) => alternatives.iter().flat_map(|one| ends(one, text, at)).collect(),
            Part::Optional(alternatives) => std::iter::once(at)
                .chain(alternatives.iter().flat_map(|one| ends(one, text, at)))
                .collect(),
            Part::Gap => (at..=text.len().min(at + 6)).collect(),
            Part::WordGap => (at..=text.len())
                .filter(|end| *end == at || text[end - 1] == ' ')
                .collect(),
        };
        after.into_iter().flat_map(|end| ends(rest, text, end)).collect()
    }

    fn literal(words: &str, text: &[char], mut at: usize) -> Option<usize> {
        for character in words.chars() {
            if character == ' ' {
                let edge = at == 0 || at == text.len() || text[at - 1] == ' ';
                if !edge && text[at] != ' ' {
                    return None;
                }
                while text.get(at) == Some(&' ') {
                    at += 1;
                }
            } else if text.get(at) == Some(&character) {
                at += 1;
            } else {
                return None;
            }
        }
        Some(at)
    }

    fn matches(pattern: &Pattern, text: &str) -> bool {
        let characters: Vec<char> = text.chars().collect();
        ends(&pattern.parts, &characters, 0).contains(&characters.len())
    }

    fn pattern_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[发货退款多久能吗a-c]{1,3}",
            Just("when ship".to_owned()),
            Just("...".to_owned()),
            Just("do ... go".to_owned()),
        ];
        let written = leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
                prop::collection::vec(inner, 1..4).prop_map(|parts| format!("[{}]", parts.join("|"))),
            ]
        });
        written.prop_map(|text| format!("起{text}止"))
    }

    proptest! {
        #[test]
        fn every_expansion_matches(text in pattern_text()) {
            let pattern = Pattern::parse(&text).unwrap();
            let texts = pattern.expansions(40);
            prop_assert!(!texts.is_empty());
            for expansion in &texts {
                prop_assert!(matches(&pattern, expansion), "{text} -> {expansion}");
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[发()\\[\\]|. …a]{0,24}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                pattern.expansions(8);
            }
        }
    }

    #[test]
    fn few_expansions_reach_all_alternatives() {
        let pattern = Pattern::parse("(什么时候|几时|多久)[能|可以](发货|发出|寄出)").unwrap();
        let all = pattern.expansions(100);
        assert_eq!(all.len(), 27);
        let few = pattern.expansions(6);
        for word in ["什么时候", "几时", "多久", "发货", "发出", "寄出"] {
            assert!(few.iter().any(|text| text.contains(word)), "{word} {few:?}");
        }
        assert_eq!(pattern.expansions(6), few);
    }
}
