//! How what a shop works with is shown to those who need not see it whole.

use super::HIDDEN;

/// Shortest phone number that shows both of its ends.
const BOTH_ENDS: usize = 8;

/// A phone number with its middle hidden: `138****5678`. Signs between the digits stay.
pub fn phone_hidden(phone: &str) -> String {
    let digits = phone.chars().filter(|sign| sign.is_alphanumeric()).count();
    let (head, tail) = match digits {
        0..BOTH_ENDS => (0, 2.min(digits)),
        BOTH_ENDS..=10 => (2, 3),
        _ => (digits - 8, 4),
    };
    let mut seen = 0;
    let signs = phone.chars().map(|sign| {
        if !sign.is_alphanumeric() {
            return sign;
        }
        seen += 1;
        match seen > head && seen <= digits - tail {
            true => HIDDEN,
            false => sign,
        }
    });
    signs.collect()
}

/// A name, an address: the first sign, and that there is more.
pub fn hidden(text: &str) -> String {
    let mut signs = text.chars();
    match signs.next() {
        Some(first) => format!("{first}{}", HIDDEN.to_string().repeat(3)),
        None => String::new(),
    }
}
