//! How a shopper is called where people read it.

use super::visible::{escaped_in_line, shows_something};
use super::{ShopperId, StableHash};

/// The letters and digits of visitors' codes: none is taken for another, and without vowels they spell nothing.
const CODE: [char; 31] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S',
    'T', 'V', 'W', 'X', 'Y', 'Z', 'A', 'E',
];
/// So many make a code: of ten thousand visitors two have the same one with a chance of one in sixteen millions.
const CODE_LENGTH: usize = 10;

/// The shop's customer id, or `访客` with a code made of the visitor's id.
pub fn shopper_name(shopper: &ShopperId) -> String {
    match shopper.as_str().split_once(':') {
        // What the shop calls its customers is shown as it is, as far as it can be seen, and never looks like a visitor.
        Some(("customer", id)) if id.starts_with("访客") || !shows_something(id) => {
            format!("“{}”", escaped_in_line(id))
        }
        Some(("customer", id)) => escaped_in_line(id).into_owned(),
        _ => {
            let mut rest = StableHash::of(shopper.as_str().bytes()).stirred();
            let letters = CODE.len() as u64;
            let code = (0..CODE_LENGTH).map(|_| {
                let letter = usize::try_from(rest % letters).expect("is below 31");
                rest /= letters;
                CODE[letter]
            });
            format!("访客 {}", code.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn visitors_are_told_apart_and_customers_named() {
        assert_eq!(shopper_name(&ShopperId::new("customer:u-1001")), "u-1001");
        // F26: neither a line of its own, nor turned around, nor taken for somebody else.
        assert_eq!(
            shopper_name(&ShopperId::new("customer:u\n\u{202e}1\u{1b}")),
            "u\\u{a}\\u{202e}1\\u{1b}"
        );
        assert_eq!(shopper_name(&ShopperId::new("customer:访客 1234")), "“访客 1234”");
        assert_eq!(shopper_name(&ShopperId::new("customer:\u{200b}")), "“\u{200b}”");
        let visitor = shopper_name(&ShopperId::new("anon:0192abcd"));
        let code = visitor.strip_prefix("访客 ").unwrap_or_default();
        assert!(
            code.chars().count() == CODE_LENGTH && code.chars().all(|letter| CODE.contains(&letter)),
            "{visitor}"
        );
        let names: HashSet<String> = (0..100_000)
            .map(|number| shopper_name(&ShopperId::new(format!("anon:0192abcd-{number:012x}"))))
            .collect();
        assert_eq!(names.len(), 100_000, "no two have one name");
    }
}
