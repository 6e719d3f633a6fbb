//! Numbers of bank cards (ISO/IEC 7812): who issues them, how long they are, and the check digit of Luhn.

/// Whether these digits are such a number: a right check digit, an issuer whose cards have this length, and either a word that
/// announces it or the groups in which cards print it.
pub(super) fn is_one(digits: &[char], groups: &[usize], announced: bool) -> bool {
    (announced || printed(groups)) && issued(digits) && luhn(digits)
}

/// Groups of four, or of the first six or seven and the rest, as on a card.
fn printed(groups: &[usize]) -> bool {
    let fours = groups.len() >= 3
        && groups[..groups.len() - 1].iter().all(|group| *group == 4)
        && groups.last().is_some_and(|last| (1..=4).contains(last));
    fours || matches!(groups, [6, 10..=13] | [4, 6, 4 | 5])
}

/// Whether an issuer gives out cards that begin and are as long as this.
fn issued(digits: &[char]) -> bool {
    let first = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0, |sum, digit| sum * 10 + digit.to_digit(10).unwrap_or(10))
    };
    match (digits.len(), first(2), first(4)) {
        // UnionPay.
        (16..=19, 62, _) => true,
        // Older cards of two large banks.
        (19, _, 9558 | 9559) => true,
        (19, _, 1030) => true,
        // Visa; MasterCard; Discover; JCB.
        (16, 40..=49 | 51..=55 | 65, _) => true,
        (16, _, 2221..=2720 | 6011 | 3528..=3589) => true,
        // American Express; Diners.
        (15, 34 | 37, _) => true,
        (14, 36 | 38, _) => true,
        _ => false,
    }
}

fn luhn(digits: &[char]) -> bool {
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let Some(digit) = digit.to_digit(10) else { return false };
        let twice = if place % 2 == 1 { digit * 2 } else { digit };
        sum += if twice > 9 { twice - 9 } else { twice };
    }
    sum.is_multiple_of(10)
}
