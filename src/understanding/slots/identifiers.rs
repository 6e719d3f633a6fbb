//! Order numbers, waybill numbers and phone numbers.

use std::ops::Range;

use crate::model::SlotName;
use crate::privacy::may_be_identity_card;

use super::reading::Reading;

/// Letters that carriers put before their numbers.
const CARRIERS: [&str; 24] = [
    "sf", "yt", "jt", "zto", "sto", "yto", "yd", "yunda", "jd", "jdv", "jdva", "jdvb", "jdvc", "jdx", "dpk", "dp",
    "ems", "ky", "ane", "best", "ht", "tt", "uc", "zt",
];
const ORDER_WORDS: [&str; 5] = ["订单", "定单", "order", "下单", "单子"];
const WAYBILL_WORDS: [&str; 13] = [
    "快递", "运单", "物流", "包裹", "快件", "面单", "顺丰", "圆通", "中通", "韵达", "tracking", "waybill", "parcel",
];
/// What else is a long number; nothing is read from it.
const OTHER_WORDS: [&str; 16] = [
    "身份证",
    "银行卡",
    "卡号",
    "税号",
    "抬头",
    "账号",
    "帐号",
    "条码",
    "条形码",
    "序列号",
    "编码",
    "批号",
    "识别号",
    "支付宝",
    "微信",
    "qq",
];
const PHONE_WORDS: [&str; 10] = [
    "电话", "手机", "联系", "号码", "phone", "tel", "mobile", "whatsapp", "call", "cell",
];

/// Reads all of them. A long number that is none is taken as well, so that nothing else is read from its digits.
pub(super) fn read(reading: &mut Reading<'_>) {
    waybills_with_letters(reading);
    for index in 0..reading.numbers.len() {
        let number = reading.numbers[index].clone();
        if number.han || !reading.free_number(index) {
            continue;
        }
        let start = number.range.start;
        if let Some((range, value)) = phone(reading, index) {
            reading.add(SlotName::Phone, value, range);
            continue;
        }
        let length = reading.at_digits(start);
        // 240511-123456789012345 is how one platform writes its orders.
        let hyphen = start + length;
        if length == 6 && reading.at(hyphen) == '-' && reading.at_digits(hyphen + 1) == 15 {
            let range = start..hyphen + 16;
            reading.add(SlotName::OrderNumber, reading.slice(range.clone()), range);
            continue;
        }
        let glued = reading.before(start).is_ascii_alphanumeric() || reading.at(start + length).is_ascii_alphabetic();
        if (8..=24).contains(&length) {
            let range = start..start + length;
            match (!glued).then(|| kind(reading, &range)).flatten() {
                Some(name) => reading.add(name, reading.slice(range.clone()), range),
                None => reading.taken[range].fill(true),
            }
        } else if length > 24 {
            reading.taken[start..start + length].fill(true);
        }
    }
}

impl Reading<'_> {
    /// How many digits stand from here on.
    fn at_digits(&self, start: usize) -> usize {
        (start..self.chars.len())
            .take_while(|&at| self.at(at).is_ascii_digit())
            .count()
    }

    /// How near before a range one of the words ends, up to 14 characters.
    fn near_before(&self, start: usize, words: &[&str]) -> Option<usize> {
        (0..14).find(|back| {
            start
                .checked_sub(*back)
                .is_some_and(|end| self.any_ends(end, words).is_some())
        })
    }

    fn near_after(&self, end: usize, words: &[&str]) -> Option<usize> {
        (0..8).find(|ahead| self.any_begins(end + ahead, words).is_some())
    }

    fn near(&self, range: &Range<usize>, words: &[&str]) -> Option<usize> {
        self.near_before(range.start, words)
            .or_else(|| self.near_after(range.end, words).map(|ahead| ahead + 14))
    }
}

/// What a run of digits is.
fn kind(reading: &Reading<'_>, range: &Range<usize>) -> Option<SlotName> {
    let length = range.len();
    let other = reading.near_before(range.start, &OTHER_WORDS);
    let order = reading.near(range, &ORDER_WORDS);
    let waybill = reading.near(range, &WAYBILL_WORDS);
    let number_word = reading.near(range, &["单号", "number"]);
    if other.is_some_and(|other| [order, waybill].iter().flatten().all(|near| *near > other)) {
        return None;
    }
    let as_order = (10..=20).contains(&length).then_some(SlotName::OrderNumber);
    let as_waybill = (12..=15).contains(&length).then_some(SlotName::Waybill);
    match (order, waybill) {
        (Some(order), Some(waybill)) if waybill < order => return as_waybill,
        (None, Some(_)) if as_waybill.is_some() => return as_waybill,
        (Some(_), _) => return as_order,
        _ => {}
    }
    let asked_order = reading.expects(SlotName::OrderNumber);
    let asked_waybill = reading.expects(SlotName::Waybill);
    if number_word.is_some() {
        // 单号 is what each side calls its own number: it is the one that was asked for.
        return if asked_order && !asked_waybill {
            as_order
        } else {
            as_waybill.or(as_order)
        };
    }
    if asked_waybill && as_waybill.is_some() {
        return as_waybill;
    }
    if (18..=19).contains(&length) && (asked_order || !may_be_identity_card(&reading.slice(range.clone()))) {
        return as_order;
    }
    as_order.filter(|_| asked_order)
}

/// SF1234567890123, JDVA12345678901, EA123456789CN.
fn waybills_with_letters(reading: &mut Reading<'_>) {
    let mut at = 0;
    while at < reading.chars.len() {
        let letters = (at..reading.chars.len())
            .take_while(|&position| reading.at(position).is_ascii_lowercase())
            .count();
        if letters == 0 || reading.before(at).is_ascii_alphanumeric() {
            at += letters.max(1);
            continue;
        }
        let word = reading.slice(at..at + letters);
        let mut digits_at = at + letters;
        if matches!(reading.at(digits_at), ' ' | '-' | ':')
            && reading.at(digits_at + 1).is_ascii_digit()
            && letters >= 2
        {
            digits_at += 1;
        }
        let digits = reading.at_digits(digits_at);
        let end = digits_at + digits;
        let carrier =
            CARRIERS.contains(&word.as_str()) && (10..=18).contains(&digits) && !reading.at(end).is_ascii_alphabetic();
        let postal = letters == 2
            && digits == 9
            && digits_at == at + 2
            && reading.at(end).is_ascii_alphabetic()
            && reading.at(end + 1).is_ascii_alphabetic()
            && !reading.at(end + 2).is_ascii_alphanumeric();
        if carrier {
            let value = word.to_uppercase() + &reading.slice(digits_at..end);
            reading.add(SlotName::Waybill, value, at..end);
        } else if postal {
            let value = reading.slice(at..end + 2).to_uppercase();
            reading.add(SlotName::Waybill, value, at..end + 2);
        }
        at = end.max(at + letters);
    }
}

/// 13812345678, 138 1234 5678, +86 138…, +886 912 345 678, 0912345678, and eight digits behind 电话.
fn phone(reading: &Reading<'_>, index: usize) -> Option<(Range<usize>, String)> {
    let first = &reading.numbers[index].range;
    let before = reading.before(first.start);
    if before.is_ascii_alphanumeric() || before == '.' {
        return None;
    }
    // Runs of digits with one blank or hyphen between them.
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut at = first.start;
    while runs.len() < 5 {
        let length = reading.at_digits(at);
        if length == 0 {
            break;
        }
        runs.push(at..at + length);
        at += length;
        if !matches!(reading.at(at), ' ' | '-') || !reading.at(at + 1).is_ascii_digit() {
            break;
        }
        at += 1;
    }
    let international = before == '+';
    for count in (1..=runs.len()).rev() {
        let runs = &runs[..count];
        let end = runs[count - 1].end;
        if reading.at(end).is_ascii_alphabetic() {
            continue;
        }
        let digits: String = runs.iter().map(|run| reading.slice(run.clone())).collect();
        let shape: Vec<usize> = runs.iter().map(Range::len).collect();
        let start = first.start - usize::from(international);
        let country = |code: &str| digits.strip_prefix(code).map(str::to_owned);
        if let Some(mainland) = country("86")
            .filter(|rest| is_mainland(rest))
            .or_else(|| Some(digits.clone()).filter(|all| is_mainland(all)))
        {
            let usual = matches!(
                shape.as_slice(),
                [_] | [3, 4, 4] | [3, 8] | [7, 4] | [2, 11] | [2, 3, 4, 4] | [5, 4, 4]
            );
            let is_order = count == 1
                && reading
                    .near_before(start, &["订单号", "单号", "order number"])
                    .is_some_and(|near| near < 4);
            if usual && !is_order {
                return Some((start..end, mainland));
            }
        }
        if let Some(rest) = country("886")
            .filter(|rest| rest.trim_start_matches('0').len() == 9 && rest.trim_start_matches('0').starts_with('9'))
            && (international || count > 1 || digits.len() >= 12)
        {
            return Some((start..end, format!("+886{}", rest.trim_start_matches('0'))));
        }
        if let Some(rest) = country("852").filter(|rest| rest.len() == 8)
            && (international || shape.first() == Some(&3))
        {
            return Some((start..end, format!("+852{rest}")));
        }
        let asked = reading.expects(SlotName::Phone) || reading.near(&(start..end), &PHONE_WORDS).is_some();
        if digits.len() == 10 && digits.starts_with("09") && matches!(shape.as_slice(), [10] | [4, 6] | [4, 3, 3]) {
            return Some((start..end, digits));
        }
        if asked
            && digits.len() == 8
            && matches!(shape.as_slice(), [8] | [4, 4])
            && digits.starts_with(['2', '3', '5', '6', '7', '8', '9'])
        {
            return Some((start..end, digits));
        }
        let landline = (11..=12).contains(&digits.len())
            && digits.starts_with('0')
            && matches!(shape.as_slice(), [3 | 4, 7 | 8] | [_]);
        if landline && asked {
            return Some((start..end, digits));
        }
    }
    None
}

fn is_mainland(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}
