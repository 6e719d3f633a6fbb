//! Sums of money: 299元, ¥299, 三十块, 五块五, $20, 降了三十.

use crate::model::SlotName;

use super::reading::{Reading, plain};

const UNITS: [&str; 19] = [
    "元钱",
    "元",
    "块钱",
    "块",
    "圆",
    "人民币",
    "rmb",
    " rmb",
    "yuan",
    " yuan",
    "cny",
    " cny",
    " dollars",
    " bucks",
    " usd",
    "usd",
    "刀",
    " hkd",
    "港币",
];
/// Words that make a sum of a bare number behind them.
const VERBS: [&str; 39] = [
    "降了",
    "降价",
    "降",
    "便宜了",
    "便宜",
    "优惠了",
    "优惠",
    "减免",
    "立减",
    "减了",
    "减",
    "满",
    "原价",
    "现价",
    "售价",
    "到手价",
    "价格是",
    "价格",
    "卖",
    "花了",
    "付了",
    "亏了",
    "亏",
    "省了",
    "贵了",
    "涨了",
    "涨",
    "返",
    "让",
    "抹",
    "少了",
    "少",
    "差价",
    "只要",
    "实付",
    "预算",
    "预算只有",
    "多付了",
    "退",
];
const LATIN_VERBS: [&str; 8] = [
    "paid",
    "pay",
    "off",
    "cost",
    "costs",
    "budget",
    "overpaid by",
    "knock off",
];

/// Reads all sums.
pub(super) fn read(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        if reading.free_number(index) {
            sum(reading, index);
        }
    }
}

fn sum(reading: &mut Reading<'_>, index: usize) {
    let number = reading.numbers[index].clone();
    let (mut start, mut end) = (number.range.start, number.range.end);
    let before = reading.before(start);
    if before.is_ascii_alphabetic() && reading.any_ends(start, &["rmb", "cny", "usd", "us", "hkd"]).is_none() {
        return;
    }
    let mut value = number.value;
    // 1,299元
    if !number.han && !number.fraction && number.digits <= 3 && reading.at(end) == ',' {
        let tail = reading
            .numbers
            .get(index + 1)
            .filter(|next| next.range.start == end + 1 && !next.han);
        let whole = |digits: usize| {
            tail.is_some_and(|tail| {
                reading.chars[tail.range.clone()]
                    .iter()
                    .take_while(|character| **character != '.')
                    .count()
                    == digits
            })
        };
        if let Some(tail) = tail.filter(|_| whole(3)).cloned() {
            let marked = matches!(before, '¥' | '$') || reading.any_begins(tail.range.end, &UNITS).is_some();
            if marked {
                value = value * 1_000.0 + tail.value;
                end = tail.range.end;
            }
        }
    }
    let sign_end = reading.back_over(start, " ");
    let sign = matches!(reading.before(sign_end), '¥' | '$' | '€' | '£');
    let code = reading.any_ends(
        start,
        &["rmb", "rmb ", "cny", "cny ", "usd ", "hkd", "hkd ", "nt$", "hk$", "us$"],
    );
    if reading.at(end) == '多' || reading.at(end) == '来' {
        // 两百多块: near enough only where a unit says that it is a sum.
        if reading.any_begins(end + 1, &UNITS).is_some() {
            end += 1;
        }
    }
    let unit = reading
        .any_begins(end, &UNITS)
        .filter(|&stop| !other_piece(reading, end, stop));
    let bare_sum = unit.is_none() && !sign && code.is_none();
    if bare_sum && !led(reading, index, end) {
        return;
    }
    // 掉了一块 is a piece, 差一块 a sum.
    let single = number.han && number.value == 1.0 && unit == Some(end + 1) && reading.at(end) == '块';
    if single && !"差宜退返降减补惠".contains(before) {
        return;
    }
    if number.vague || before == '第' || !(value > 0.0 && value < 1e7) {
        return;
    }
    if sign {
        start = sign_end - 1;
    } else if let Some(code) = code {
        start = code;
    }
    if let Some(stop) = unit {
        end = stop;
        (value, end) = small_change(reading, index, value, end);
    }
    reading.add(SlotName::Money, plain(value, 2), start..end);
}

/// 两块面包 and 三块肥皂 are pieces, 299元旦 is a day.
fn other_piece(reading: &Reading<'_>, start: usize, stop: usize) -> bool {
    let unit = reading.slice(start..stop);
    let next = reading.at(stop);
    (unit == "块" && "儿面蛋布板肥香地屏表糖豆腐手石电巧毛料寄发走拍买".contains(next))
        || (unit == "元" && "旦宵素气老".contains(next))
        || (unit == "元" && reading.begins(stop, "二次"))
        || (unit == "刀" && reading.hints.han && next == '具')
}

/// 五块五 is 5.5, 3块8毛 3.8, 299元5角 299.5.
fn small_change(reading: &Reading<'_>, index: usize, value: f64, end: usize) -> (f64, usize) {
    let Some(tail) = reading
        .numbers
        .get(index + 1)
        .filter(|next| next.range.start == end && !next.fraction)
    else {
        return (value, end);
    };
    let after = tail.range.end;
    if tail.value >= 10.0 {
        return (value, end);
    }
    if matches!(reading.at(after), '毛' | '角') {
        return (value + tail.value / 10.0, after + 1);
    }
    let goes_on = reading.at(after).is_ascii_alphanumeric()
        || ("件双个套条斤块元包盒瓶张天折码号十百千".contains(reading.at(after)) && !reading.begins(after, "包邮"));
    if reading.at(end - 1) == '块' && !goes_on && !tail.vague {
        return (value + tail.value / 10.0, after);
    }
    (value, end)
}

/// Whether a bare number is a sum by the word before it: 降了三十, 满300减30, i paid 399, 20 off.
fn led(reading: &Reading<'_>, index: usize, end: usize) -> bool {
    let number = &reading.numbers[index];
    let start = number.range.start;
    let after = reading.at(end);
    let counted = "件双个套条斤码号只天折%点些下丢次倍半岁盒瓶包张楼年月日周几分米位成成寸口样色块单张份杯"
        .contains(after)
        || after.is_ascii_alphabetic()
        || number.value < 1.0;
    if counted || number.vague {
        return false;
    }
    let lead = reading.back_over(start, " :");
    if reading.any_ends(lead, &VERBS).is_some() {
        // 少一 and 退3 say too little about money, 让12315 names a hotline.
        return (5.0..10_000.0).contains(&number.value) && !(number.han && number.digits == 1);
    }
    let rest = reading.trimmed(end);
    let percent = reading.at(end) == '%';
    !percent
        && (reading.led_by(start, &LATIN_VERBS) && reading.hints.latin
            || (!reading.hints.han && reading.any_begins(rest, &["off"]).is_some()))
}
