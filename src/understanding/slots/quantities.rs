//! How many pieces: 两件, 3双, 20套, 50 pcs.

use crate::model::SlotName;

use super::reading::{Reading, plain};

const COUNTERS: &str = "件双套条盒箱瓶罐包袋对副顶份台个只支张本把";
const LATIN: [&str; 21] = [
    " pcs",
    "pcs",
    " pieces",
    " piece",
    " pairs",
    " pair",
    " sets",
    " boxes",
    " bottles",
    " packs",
    " units",
    " of them",
    " of these",
    " of those",
    " tees",
    " shirts",
    " shoes",
    " orders of",
    " sets",
    " items",
    " pair of",
];
/// What makes no count of goods out of 个: 三个月, 两个订单.
const NOT_GOODS: &str = "月小人字工问码号x加点星礼快包订单链地店客朋平账帐运颜尺亲多半样";
/// Verbs before 一件, without which it only means "a".
const TAKING: &str = "买拍要订来退加购换下送拿满再定";

/// Reads all counts.
pub(super) fn read(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        if reading.free_number(index)
            && let Some(end) = count(reading, index)
        {
            let number = reading.numbers[index].clone();
            reading.add(SlotName::Quantity, plain(number.value, 0), number.range.start..end);
        }
    }
}

fn count(reading: &Reading<'_>, index: usize) -> Option<usize> {
    let number = &reading.numbers[index];
    let (start, end) = (number.range.start, number.range.end);
    let before = reading.before(start);
    let whole = !number.vague && !number.fraction && (1.0..100_000.0).contains(&number.value);
    if !whole
        || matches!(before, '第' | '假' | '-' | '.' | '十' | '每' | '¥' | '$' | '几')
        || before.is_ascii_alphanumeric()
    {
        return None;
    }
    if !number.han
        && let Some(stop) = reading.any_begins(end, &LATIN)
    {
        return Some(stop);
    }
    let bought = TAKING.contains(before) || (before == '了' && start >= 2 && TAKING.contains(reading.at(start - 2)));
    // 买了俩: the number holds its counter.
    if matches!(reading.before(end), '俩' | '仨') {
        return bought.then_some(end);
    }
    let counter_at = reading.trimmed(end);
    let counter = reading.at(counter_at);
    if !COUNTERS.contains(counter) || counter_at >= reading.chars.len() {
        return None;
    }
    let next = reading.at(counter_at + 1);
    // 四件套 is one article, 2只装 one pack.
    if matches!(next, '套' | '装' | '制' | '左') && !(counter == '套' && next == '装') {
        return None;
    }
    if counter == '包' && matches!(next, '邮' | '裹' | '退' | '换' | '装') {
        return None;
    }
    // 三包 is the law on repairs, 一副面孔 no pair of anything.
    if (counter == '包' && number.han && number.value == 3.0 && !bought)
        || (counter == '副' && matches!(next, '面' | '嘴'))
    {
        return None;
    }
    if matches!(counter, '个' | '只' | '把' | '支' | '张' | '对') {
        let article = number.value == 1.0 || NOT_GOODS.contains(next);
        let other = counter == '个' && matches!(before, '那' | '这' | '哪')
            || counter == '只' && matches!(next, '有' | '要' | '能' | '是');
        let turned =
            counter == '把' || counter == '对' && matches!(next, '不' | '了' | '比' | '的' | '吗' | '应' | '照');
        if article || other || turned {
            return None;
        }
    }
    if number.value == 1.0 {
        let said = !number.han || reading.expects(SlotName::Quantity);
        if !(bought || said) || matches!(next, '代' | '起') {
            return None;
        }
    }
    Some(counter_at + 1)
}
