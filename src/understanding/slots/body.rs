//! Heights, weights, feet and ages that say what they are: by a unit or by a word before them.

use crate::model::SlotName;

use super::reading::{Reading, plain};
use super::units::{POUND, STONE, WEIGHT_WORDS, WEIGHTS};
use super::{ages, lengths};

/// Plausible weights, kilograms; below the second only for children.
const WEIGHT: (f64, f64, f64) = (2.0, 25.0, 200.0);

/// Reads all of them, most telling first.
pub(super) fn read(reading: &mut Reading<'_>) {
    cut_pairs(reading);
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) {
            lengths::feet_and_inches(reading, at);
        }
    }
    by_unit(reading);
    if !reading.hints.child && !reading.has(SlotName::Height) && !reading.has(SlotName::Weight) {
        as_a_child(reading);
    }
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) && !reading.in_span(at) {
            lengths::named_height(reading, at);
        }
    }
}

fn by_unit(reading: &mut Reading<'_>) {
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) && !reading.in_span(at) {
            let _ = weight(reading, at) || lengths::length(reading, at) || ages::read(reading, at);
        }
    }
}

/// 90cm 26斤 is a child's body although nobody says so: both halves are there and fit each other.
fn as_a_child(reading: &mut Reading<'_>) {
    let (taken, found) = (reading.taken.clone(), reading.found.len());
    reading.hints.child = true;
    by_unit(reading);
    let body = reading.value(SlotName::Height).zip(reading.value(SlotName::Weight));
    if !body.is_some_and(|(height, weight)| (11.0..=26.0).contains(&(weight / (height / 100.0).powi(2)))) {
        reading.hints.child = false;
        reading.found.truncate(found);
        reading.taken = taken;
    }
}

/// 165.95斤 and, as an answer, 165.95 are two numbers with a dot between them.
fn cut_pairs(reading: &mut Reading<'_>) {
    let asked = (reading.expects(SlotName::Height) || reading.expects(SlotName::Weight)) && !reading.hints.price;
    for at in (0..reading.numbers.len()).rev() {
        let number = &reading.numbers[at];
        let end = number.range.end;
        let tall = number.fraction && !number.han && (140.0..206.0).contains(&number.value);
        let weighed = WEIGHTS
            .iter()
            .any(|(unit, _)| reading.any_begins(end, &[unit]).is_some());
        let alone = !reading.at(end).is_ascii_alphanumeric() && !matches!(reading.at(end), '.' | '厘' | '公');
        if !tall
            || !reading.free_number(at)
            || reading.before(number.range.start) == '.'
            || !(weighed || (asked && alone))
        {
            continue;
        }
        let cut = super::numerals::halves(reading.chars, number);
        if let Some((left, right)) = cut.filter(|(_, right)| (2..=3).contains(&right.digits) && right.value >= 35.0) {
            reading.numbers.splice(at..=at, [left, right]);
        }
    }
}

/// 95斤, 47.5kg, 130 lbs, 9 stone 4.
fn weight(reading: &mut Reading<'_>, at: usize) -> bool {
    let number = reading.numbers[at].clone();
    if number.vague {
        return false;
    }
    let mut end = number.range.end;
    end += usize::from(matches!(reading.at(end), '多' | '来'));
    let unit = WEIGHTS
        .iter()
        .find_map(|(unit, kilograms)| Some((reading.any_begins(end, &[unit])?, *kilograms)));
    let Some((mut end, kilograms)) = unit else { return false };
    let mut value = number.value * kilograms;
    if reading.at(end) == '半' {
        value += kilograms / 2.0;
        end += 1;
    }
    if kilograms == STONE {
        let rest = reading.trimmed(end);
        let pounds = reading
            .numbers
            .get(at + 1)
            .filter(|next| next.range.start == rest && next.value < 14.0);
        if let Some(pounds) = pounds.cloned() {
            value += pounds.value * POUND;
            end = pounds.range.end;
            end = reading
                .any_begins(end, &["lbs", "lb", " lbs", " lb", " pounds"])
                .unwrap_or(end);
        }
    }
    let start = number.range.start;
    // 胖了十斤 is a difference, 承重200斤 a strength, 50斤装 a pack.
    let difference = reading.any_ends(
        start,
        &[
            "胖", "胖了", "瘦", "瘦了", "减", "减了", "重了", "轻了", "掉了", "涨了", "长了", "差", "少了", "每",
        ],
    );
    let strength = reading.led_by(
        start,
        &[
            "承重",
            "负重",
            "载重",
            "承受",
            "限重",
            "最大",
            "超重",
            "净含量",
            "lost",
            "gained",
            "up to",
        ],
    );
    let pack = reading.any_begins(
        end,
        &[
            "装",
            "大米",
            "米",
            "面",
            "苹果",
            "橘",
            "重量级",
            "以内包邮",
            "包邮",
            "一箱",
            "/",
            "of ",
        ],
    );
    let parcel = reading.led_by(start, &["包裹", "快递", "首重", "续重"]);
    if difference.is_some() || strength || pack.is_some() || parcel || reading.hints.pet {
        return false;
    }
    let told = reading.led_by(start, &WEIGHT_WORDS);
    let (least, adult, most) = WEIGHT;
    let least = if reading.of_a_child() || told { least } else { adult };
    if (least..=most).contains(&value) {
        reading.add(SlotName::Weight, plain(value, 1), start..end);
        return true;
    }
    false
}
