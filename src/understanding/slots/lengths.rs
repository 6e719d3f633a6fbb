//! Lengths: body heights in all their spellings, and feet.

use std::ops::Range;

use crate::model::SlotName;

use super::numerals::is_numeral;
use super::reading::{Reading, plain};
use super::units::{HEIGHT_WORDS, WEIGHTS};

const CENTIMETRES: [&str; 7] = ["厘米", "公分", "cms", "cm", " cm", "centimetres", "centimeters"];
const MILLIMETRES: [&str; 4] = ["毫米", "mm", " mm", "millimetres"];
const METRES: [&str; 7] = ["米", " 米", "m", " m", "公尺", " meters", " metres"];
const INCH: f64 = 2.54;
/// Words that say which length is meant when it is no height, nearest before the number.
const OTHER_LENGTHS: [&str; 50] = [
    "腰围",
    "胸围",
    "臀围",
    "衣长",
    "裤长",
    "袖长",
    "裙长",
    "肩宽",
    "内长",
    "大腿围",
    "腿围",
    "头围",
    "手围",
    "臂围",
    "跟高",
    "鞋跟",
    "下围",
    "上围",
    "底围",
    "颈围",
    "领围",
    "脚围",
    "腕",
    "直径",
    "尺寸",
    "腰",
    "胸",
    "臀",
    "宽",
    "长",
    "厚",
    "深",
    "跟",
    "增高",
    "提高",
    "肩",
    "腿",
    "waist",
    "chest",
    "bust",
    "hip",
    "hips",
    "length",
    "width",
    "inseam",
    "wide",
    "long",
    "heel",
    "heels",
    "长高",
];
const FOOT_WORDS: [&str; 9] = [
    "脚长",
    "足长",
    "脚板",
    "脚掌",
    "脚",
    "足",
    "foot",
    "feet",
    "foot length",
];

/// Plausible heights, centimetres; below the second only for children.
const HEIGHT: (f64, f64, f64) = (50.0, 130.0, 230.0);

/// 5'7, 5'7", 5 ft 7, 5 foot 7 inches, 6 foot.
pub(super) fn feet_and_inches(reading: &mut Reading<'_>, at: usize) {
    let number = reading.numbers[at].clone();
    if number.han || !(3.0..8.0).contains(&number.value) || reading.before(number.range.start).is_ascii_alphanumeric() {
        return;
    }
    let end = number.range.end;
    let quote = reading.at(end) == '\'' && !reading.at(end + 1).is_ascii_alphabetic();
    let unit = if quote {
        Some(end + 1)
    } else {
        reading.any_begins(end, &["ft", " ft", "foot", " foot", " feet", "feet", "英尺"])
    };
    let Some(unit_end) = unit else { return };
    if reading.hints.furniture {
        return;
    }
    let mut stop = unit_end;
    let mut inches = 0.0;
    let inch_start = (unit_end..unit_end + 3)
        .take_while(|&position| position == unit_end || matches!(reading.at(position - 1), ' ' | '.' | ','))
        .find(|&position| reading.at(position).is_ascii_digit());
    let second = inch_start
        .and_then(|start| (at + 1..reading.numbers.len()).find(|&next| reading.numbers[next].range.start == start));
    if let Some(second) = second {
        let tail = reading.numbers[second].clone();
        let after = tail.range.end;
        let other_unit = WEIGHTS
            .iter()
            .any(|(unit, _)| reading.any_begins(after, &[unit]).is_some());
        if tail.value < 12.0 && !number.fraction && !other_unit {
            inches = tail.value;
            stop = after;
            if let Some(end) = reading.any_begins(
                after,
                &["\"", "''", "inches", " inches", "inch", " inch", "in", " in", "英寸"],
            ) {
                // `5 ft 7 in blue` is about a colour, but `in` belongs to the height all the same.
                stop = end;
            }
        }
    }
    if quote && second.is_none() && stop < reading.chars.len() && reading.at(stop) != ' ' {
        return;
    }
    let centimetres = (number.value * 12.0 + inches) * INCH;
    if (HEIGHT.1 - 30.0..=HEIGHT.2).contains(&centimetres) {
        reading.add(
            SlotName::Height,
            plain(centimetres.round(), 0),
            number.range.start..stop,
        );
    }
}

/// What length a number is, by the nearest word before it in its clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Height,
    Foot,
    Other,
    Unsaid,
}

fn measure(reading: &Reading<'_>, start: usize, end: usize) -> Measure {
    if reading
        .any_begins(
            end,
            &[
                "高跟", "宽", "长", "厚", "深", "的腰", "的跟", "跟", "腰", " wide", " long", " waist", "*", "x",
            ],
        )
        .is_some()
        && !reading.led_by(start, &["身高", "脚长", "foot"])
        && !(reading.hints.feet && reading.any_begins(end, &[" long"]).is_some())
    {
        return Measure::Other;
    }
    if reading
        .any_begins(end, &["高", " tall", "的个子", "个子", "的身高", "大个"])
        .is_some()
    {
        return Measure::Height;
    }
    for back in 0..10 {
        let Some(position) = start.checked_sub(back) else { break };
        if back > 0
            && matches!(reading.at(position), '。' | '!' | '?' | ';' | ',')
            && !reading.at(position + 1).is_ascii_digit()
        {
            break;
        }
        // Longer words first: 跟高 is no height.
        let length = |words: &[&str]| {
            words
                .iter()
                .filter_map(|word| reading.any_ends(position, &[word]).map(|at| position - at))
                .max()
        };
        let (other, foot, height) = (length(&OTHER_LENGTHS), length(&FOOT_WORDS), length(&HEIGHT_WORDS));
        match [other, foot, height].into_iter().flatten().max() {
            None => {}
            longest if longest == height => return Measure::Height,
            longest if longest == foot => return Measure::Foot,
            _ => return Measure::Other,
        }
    }
    Measure::Unsaid
}

/// 165cm, 1.65m, 一米六五, 脚长24.5, 245mm.
pub(super) fn length(reading: &mut Reading<'_>, at: usize) -> bool {
    let number = reading.numbers[at].clone();
    let (start, end) = (number.range.start, number.range.end);
    let before = reading.before(start);
    if before.is_ascii_alphabetic() || matches!(before, '*' | '-' | '+' | '第') {
        return false;
    }
    if let Some(stop) = reading.any_begins(end, &MILLIMETRES) {
        let foot = match measure(reading, start, stop) {
            Measure::Foot => true,
            Measure::Unsaid | Measure::Other => {
                reading.hints.feet || reading.hints.size || reading.expects(SlotName::FootLength)
            }
            Measure::Height => false,
        };
        return foot && add_foot(reading, number.value, start..stop);
    }
    if let Some(stop) = reading.any_begins(end, &CENTIMETRES) {
        return match measure(reading, start, stop) {
            Measure::Foot => add_foot(reading, number.value * 10.0, start..stop),
            Measure::Height => add_height(reading, number.value, start..stop, true),
            Measure::Other => false,
            Measure::Unsaid if number.value < 50.0 => {
                (reading.hints.feet || reading.expects(SlotName::FootLength))
                    && (19.0..=32.0).contains(&number.value)
                    && add_foot(reading, number.value * 10.0, start..stop)
            }
            Measure::Unsaid => {
                let stop = stop + usize::from(reading.at(stop) == '高');
                add_height(reading, number.value, start..stop, false)
            }
        };
    }
    if let Some((centimetres, stop)) = metres(reading, at) {
        return match measure(reading, start, stop) {
            Measure::Height => add_height(reading, centimetres, start..stop, true),
            Measure::Unsaid => add_height(reading, centimetres, start..stop, false),
            Measure::Foot | Measure::Other => false,
        };
    }
    // 脚长24.5, 脚长245: the word alone says the unit.
    let told = reading.led_by(start, &["脚长", "足长", "foot length"]);
    let unit_follows = "码号岁个件元块".contains(reading.at(end)) || reading.at(end).is_ascii_alphabetic();
    told && !unit_follows
        && if number.value < 50.0 {
            add_foot(reading, number.value * 10.0, start..end)
        } else {
            add_foot(reading, number.value, start..end)
        }
}

/// 一米六五, 1米7, 1m65, 1.65米, 一米半: centimetres, and where it ends.
fn metres(reading: &Reading<'_>, at: usize) -> Option<(f64, usize)> {
    let number = &reading.numbers[at];
    let unit_end = reading.any_begins(number.range.end, &METRES).or_else(|| {
        // 1m65
        let glued = reading.at(number.range.end) == 'm' && reading.at(number.range.end + 1).is_ascii_digit();
        glued.then_some(number.range.end + 1)
    })?;
    if number.vague {
        return None;
    }
    if number.fraction {
        return Some((number.value * 100.0, unit_end));
    }
    if !(1.0..=2.0).contains(&number.value) {
        return None;
    }
    let whole = number.value * 100.0;
    if reading.at(unit_end) == '半' {
        return Some((whole + 50.0, unit_end + 1));
    }
    // 一米七几: not certain.
    let tail_start = |position: usize| reading.numbers.get(at + 1).filter(|next| next.range.start == position);
    let tail = tail_start(unit_end).or_else(|| {
        let next = tail_start(reading.trimmed(unit_end))?;
        let weight_follows = WEIGHTS
            .iter()
            .any(|(unit, _)| reading.any_begins(next.range.end, &[unit]).is_some());
        (!next.han && next.digits == 2 && !next.fraction && !weight_follows).then_some(next)
    });
    let Some(tail) = tail else {
        return Some((whole, unit_end));
    };
    let next = reading.at(tail.range.end);
    if matches!(next, '几' | '多' | '来') || is_numeral(next) || next.is_ascii_digit() {
        return None;
    }
    let written = reading.slice(tail.range.clone());
    let more = if tail.han {
        let ten = written.contains(['十', '廿']);
        match (tail.digits, ten) {
            (1, false) => tail.value * 10.0,
            (_, true) | (2, _) => tail.value,
            _ => return None,
        }
    } else if tail.fraction {
        // 1米65.5
        tail.value
    } else {
        match tail.digits {
            1 => tail.value * 10.0,
            2 => tail.value,
            _ => return None,
        }
    };
    if more >= 100.0 {
        return None;
    }
    let end = reading
        .any_begins(tail.range.end, &CENTIMETRES)
        .unwrap_or(tail.range.end);
    Some((whole + more, end))
}

/// 身高165, 身高1.65, 178高, 高165.
pub(super) fn named_height(reading: &mut Reading<'_>, at: usize) {
    let number = reading.numbers[at].clone();
    let (start, end) = (number.range.start, number.range.end);
    let after = reading.at(end);
    if number.vague || "斤米码号件个元块年月天%".contains(after) || after.is_ascii_alphabetic() {
        return;
    }
    let value = centimetres(&number);
    let told = reading.led_by(start, &HEIGHT_WORDS[..HEIGHT_WORDS.len() - 1]);
    let loosely = reading
        .any_ends(start, &["高", "高 ", "高:"])
        .is_some_and(|at| !"跟提帮增腰领身".contains(reading.before(at)))
        || (after == '高' && !"跟腰帮领档".contains(reading.at(end + 1)));
    let tall = (140.0..=210.0).contains(&value);
    if told || (loosely && tall) {
        let stop = end + usize::from(after == '高' && !told);
        add_height(reading, value, start..stop, true);
    }
    if reading.free(start..end) && reading.led_by(start, &["height", "个子矮", "个子高"]) && tall {
        add_height(reading, value, start..end, true);
    }
}

/// A bare number as a height: 1.65 is in metres.
pub(super) fn centimetres(number: &super::numerals::Number) -> f64 {
    if number.fraction && (1.2..=2.3).contains(&number.value) {
        number.value * 100.0
    } else {
        number.value
    }
}

fn add_height(reading: &mut Reading<'_>, centimetres: f64, range: Range<usize>, told: bool) -> bool {
    let (least, adult, most) = HEIGHT;
    if reading.hints.furniture && !told && !reading.has(SlotName::Weight) {
        return false;
    }
    let least = if told || reading.of_a_child() || reading.expects(SlotName::Height) {
        least
    } else {
        adult
    };
    if !(least..=most).contains(&centimetres) {
        return false;
    }
    reading.add(SlotName::Height, plain(centimetres, 1), range);
    true
}

fn add_foot(reading: &mut Reading<'_>, millimetres: f64, range: Range<usize>) -> bool {
    if !(90.0..=330.0).contains(&millimetres) {
        return false;
    }
    reading.add(SlotName::FootLength, plain(millimetres, 0), range);
    true
}
