//! Heights, weights, feet and ages that say what they are: by a unit or by a word before them.

use crate::model::SlotName;

use super::reading::{Reading, plain};

const CENTIMETRES: [&str; 7] = ["厘米", "公分", "cms", "cm", " cm", "centimetres", "centimeters"];
const MILLIMETRES: [&str; 4] = ["毫米", "mm", " mm", "millimetres"];
const METRES: [&str; 6] = ["米", "m", " m", "公尺", " meters", " metres"];
/// Kilograms in a unit; blanks before Latin units are allowed.
const WEIGHTS: [(&str, f64); 24] = [
    ("公斤", 1.0),
    (" 公斤", 1.0),
    ("千克", 1.0),
    ("市斤", 0.5),
    ("斤", 0.5),
    (" 斤", 0.5),
    ("磅", POUND),
    ("kgs", 1.0),
    ("kg", 1.0),
    (" kgs", 1.0),
    (" kg", 1.0),
    ("kilos", 1.0),
    ("kilo", 1.0),
    (" kilos", 1.0),
    (" kilograms", 1.0),
    ("lbs", POUND),
    ("lb", POUND),
    (" lbs", POUND),
    (" lb", POUND),
    (" pounds", POUND),
    ("pounds", POUND),
    (" stone", STONE),
    ("st", STONE),
    ("k g", 1.0),
];
const POUND: f64 = 0.453_592_37;
const STONE: f64 = 6.350_293_18;
const INCH: f64 = 2.54;

pub(super) const HEIGHT_WORDS: [&str; 12] = [
    "身高",
    "个子",
    "个头",
    "身长",
    "净高",
    "高个子",
    "个子矮",
    "个子高",
    "个矮",
    "height",
    "tall",
    "高",
];
pub(super) const WEIGHT_WORDS: [&str; 8] = ["体重", "净重", "重", "weight", "weigh", "weighs", "weighing", "斤数"];
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
/// Plausible weights, kilograms; below the second only for children.
const WEIGHT: (f64, f64, f64) = (2.0, 25.0, 200.0);

/// Reads all of them, most telling first.
pub(super) fn read(reading: &mut Reading<'_>) {
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) {
            feet_and_inches(reading, at);
        }
    }
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) && !reading.in_span(at) {
            let _ = weight(reading, at) || length(reading, at) || age(reading, at);
        }
    }
    for at in 0..reading.numbers.len() {
        if reading.free_number(at) && !reading.in_span(at) {
            named_height(reading, at);
        }
    }
}

/// Whether small heights and weights are plausible.
pub(super) fn of_a_child(reading: &Reading<'_>) -> bool {
    reading.hints.child
        || reading
            .value(SlotName::Age)
            .or_else(|| reading.known_value(SlotName::Age))
            .is_some_and(|age| age < 15.0)
        || reading
            .known_value(SlotName::Height)
            .is_some_and(|height| height < HEIGHT.1)
}

/// 5'7, 5'7", 5 ft 7, 5 foot 7 inches, 6 foot.
fn feet_and_inches(reading: &mut Reading<'_>, at: usize) {
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
    let least = if of_a_child(reading) || told { least } else { adult };
    if (least..=most).contains(&value) {
        reading.add(SlotName::Weight, plain(value, 1), start..end);
        return true;
    }
    false
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
fn length(reading: &mut Reading<'_>, at: usize) -> bool {
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
    if matches!(reading.at(tail.range.end), '几' | '多' | '来') {
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
fn named_height(reading: &mut Reading<'_>, at: usize) {
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

fn add_height(reading: &mut Reading<'_>, centimetres: f64, range: std::ops::Range<usize>, told: bool) -> bool {
    let (least, adult, most) = HEIGHT;
    if reading.hints.furniture && !told && !reading.has(SlotName::Weight) {
        return false;
    }
    let least = if told || of_a_child(reading) || reading.expects(SlotName::Height) {
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

fn add_foot(reading: &mut Reading<'_>, millimetres: f64, range: std::ops::Range<usize>) -> bool {
    if !(90.0..=330.0).contains(&millimetres) {
        return false;
    }
    reading.add(SlotName::FootLength, plain(millimetres, 0), range);
    true
}

/// 3岁, 三岁半, 6个月, 3 years old, 10-year-old.
fn age(reading: &mut Reading<'_>, at: usize) -> bool {
    let number = reading.numbers[at].clone();
    let (start, end) = (number.range.start, number.range.end);
    if number.vague || matches!(reading.before(start), '第' | '满') {
        return false;
    }
    if let Some(mut stop) = reading.any_begins(end, &["周岁", "岁", "歲"]) {
        let mut years = number.value;
        if reading.at(stop) == '半' {
            years += 0.5;
            stop += 1;
        } else if let Some(months) = reading
            .numbers
            .get(at + 1)
            .filter(|next| next.range.start == stop && next.value < 12.0)
            && let Some(end) = reading.any_begins(months.range.end, &["个月", "月"])
        {
            years += months.value / 12.0;
            stop = end;
        }
        if (0.0..=120.0).contains(&years) {
            reading.add(SlotName::Age, plain(years, 2), start..stop);
            return true;
        }
        return false;
    }
    let years = reading.any_begins(
        end,
        &[
            " years old",
            " year old",
            "-year-old",
            " yrs old",
            " yo",
            "yo",
            "y/o",
            " y/o",
        ],
    );
    if let Some(stop) = years {
        if (1.0..=120.0).contains(&number.value) {
            reading.add(SlotName::Age, plain(number.value, 2), start..stop);
            return true;
        }
        return false;
    }
    let months = reading.any_begins(
        end,
        &[
            "个月大",
            "个月",
            "月龄",
            " months old",
            " month old",
            "-month-old",
            " months",
            " mo",
        ],
    );
    let Some(stop) = months else {
        let told = reading.led_by(start, &["aged", "age"])
            || (reading.hints.child
                && reading.hints.latin
                && reading.led_by(start, &["son", "daughter", "kid", "boy", "girl"]));
        let last = reading.at(end);
        if told
            && (1.0..=18.0).contains(&number.value)
            && !number.fraction
            && !last.is_alphanumeric()
            && !"'\"".contains(last)
        {
            reading.add(SlotName::Age, plain(number.value, 2), start..end);
            return true;
        }
        return false;
    };
    let counted = reading.slice(end..stop);
    let plainly = counted.contains('大') || counted.contains('龄') || counted.contains("old");
    let meant = plainly || reading.expects(SlotName::Age) || (reading.hints.child && reading.at(stop) != '前');
    if meant && !reading.hints.pregnancy && (1.0..=48.0).contains(&number.value) {
        let stop = stop + usize::from(reading.at(stop) == '大');
        reading.add(SlotName::Age, plain(number.value / 12.0, 2), start..stop);
        return true;
    }
    false
}
