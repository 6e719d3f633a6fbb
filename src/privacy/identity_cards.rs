//! Numbers of Chinese identity cards (GB 11643): region, day of birth, order, check sign.

/// The weights of the check sign.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check sign for each remainder.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// Provinces; 71, 81 to 83 are for residents from Taiwan, Hong Kong and Macao, 91 for permanent residents from abroad.
const REGIONS: [u32; 36] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83, 91,
];

/// Whether these signs are such a number. Without a word for it (`announced`) the check sign must be right; with one a slip of
/// the finger is forgiven, and the numbers of the old cards with fifteen digits count.
pub(super) fn is_one(digits: &[char], groups: &[usize], announced: bool) -> bool {
    match digits.len() {
        18 if groups.len() <= 4 => plausible(digits) && (announced || checks(digits)),
        15 => announced && groups.len() == 1 && old(digits),
        _ => false,
    }
}

/// Whether eighteen digits may be such a number, be the check sign right or not: nothing else should be read from them.
pub fn may_be_identity_card(digits: &str) -> bool {
    let digits: Vec<char> = digits.chars().collect();
    digits.len() == 18 && plausible(&digits)
}

fn checks(digits: &[char]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
        .sum();
    CHECKS[sum as usize % 11] == digits[17]
}

fn plausible(digits: &[char]) -> bool {
    let year = number(digits, 6, 10);
    region(digits) && (1900..=2039).contains(&year) && is_day(year, number(digits, 10, 12), number(digits, 12, 14))
}

fn old(digits: &[char]) -> bool {
    region(digits)
        && is_day(
            1900 + number(digits, 6, 8),
            number(digits, 8, 10),
            number(digits, 10, 12),
        )
}

fn region(digits: &[char]) -> bool {
    REGIONS.contains(&number(digits, 0, 2))
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn number(digits: &[char], from: usize, to: usize) -> u32 {
    digits[from..to]
        .iter()
        .fold(0, |sum, digit| sum * 10 + digit.to_digit(10).unwrap_or(0))
}
