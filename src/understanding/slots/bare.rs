//! Bare numbers: `165 95`, `170/60kg`, or `95` after the question for the weight.
//!
//! 斤 is what shoppers mean unless only kilograms make a body; where both do, nothing is read and the talk asks.

use crate::model::SlotName;

use super::lengths::centimetres;
use super::reading::{Reading, plain};
use super::units::{HEIGHT_WORDS, WEIGHT_WORDS};

/// Which reading of a bare weight makes a plausible body.
pub(super) fn bare_weight(number: f64, height: Option<f64>, latin: bool, child: bool) -> Option<f64> {
    let (half, whole) = (number / 2.0, number);
    let Some(height) = height else {
        return match number {
            _ if child => None,
            35.0..=78.0 => Some(whole),
            88.0..=300.0 if !latin => Some(half),
            _ => None,
        };
    };
    let square = (height / 100.0).powi(2);
    let (by_jin, by_kilogram) = (half / square, whole / square);
    if height < 140.0 {
        return match () {
            () if !latin && (12.5..=26.0).contains(&by_jin) => Some(half),
            () if (12.5..=26.0).contains(&by_kilogram) => Some(whole),
            () => None,
        };
    }
    // Tall people are heavier, so that 180 100 may be 斤 or kilograms.
    let least = if height >= 172.0 { 17.0 } else { 15.3 };
    match () {
        () if !latin && (least..=45.0).contains(&by_jin) => Some(half),
        () if by_jin < 14.4 && (14.0..=30.0).contains(&by_kilogram) => Some(whole),
        () => None,
    }
}

/// Reads bare numbers that the other half, a word or the question gives a meaning.
pub(super) fn read(reading: &mut Reading<'_>) {
    partners(reading);
    pairs(reading);
    named_weight(reading);
    expected(reading);
}

/// Whether the number stands for itself: no unit, no letter, no sum.
pub(super) fn stands_alone(reading: &Reading<'_>, index: usize) -> bool {
    let number = &reading.numbers[index];
    let before = reading.before(number.range.start);
    let after = reading.at(number.range.end);
    reading.free_number(index)
        && !number.vague
        && !before.is_ascii_alphanumeric()
        && (number.cut || !(before == '.' || (after == '.' && reading.at(number.range.end + 1).is_ascii_digit())))
        && !"¥$%第*x#+_满减降差费价件双套".contains(before)
        && !after.is_ascii_alphabetic()
        && !"码号块元件双个套条只天折斤岁月日周%米年点分款*+#@支盒瓶包张楼栋期次份倍后位级台寸尺几多来".contains(after)
}

/// The gap between two numbers of one person: blanks, marks, and words that lead on.
fn close(reading: &Reading<'_>, left: usize, right: usize) -> bool {
    if right < left || right - left > 8 {
        return false;
    }
    let gap: String = reading.slice(left..right);
    let mut rest = gap.as_str();
    const WORDS: [&str; 20] = [
        "体重", "身高", "大概", "大约", "左右", "只有", "才", "重", "高", "的", "不到", "是", "我", "有", "也", "约",
        "and", "人", "就", "个子",
    ];
    'gap: while !rest.is_empty() {
        if let Some(next) = rest.strip_prefix([' ', ',', '/', ':', '|', '&', '+', '-', '。', '.', '(']) {
            rest = next;
            continue;
        }
        for word in WORDS {
            if let Some(next) = rest.strip_prefix(word) {
                rest = next;
                continue 'gap;
            }
        }
        return false;
    }
    true
}

fn height_value(reading: &Reading<'_>, index: usize) -> Option<f64> {
    let value = centimetres(&reading.numbers[index]);
    let least = if reading.of_a_child() { 60.0 } else { 140.0 };
    (least..=205.0).contains(&value).then_some(value)
}

/// A bare number next to a height or weight with a unit: 165 95斤, 170/60kg, 一米七五 一百四.
fn partners(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        if !stands_alone(reading, index) || reading.in_span(index) {
            continue;
        }
        let range = reading.numbers[index].range.clone();
        let near = |name: SlotName| {
            reading
                .found
                .iter()
                .find(|slot| {
                    slot.name == name
                        && (close(reading, slot.range.end, range.start) || close(reading, range.end, slot.range.start))
                })
                .and_then(|slot| slot.value.parse::<f64>().ok())
        };
        if let Some(weight) = near(SlotName::Weight).filter(|_| !reading.has(SlotName::Height)) {
            let height = height_value(reading, index)
                .filter(|height| (10.0..=50.0).contains(&(weight / (height / 100.0).powi(2))));
            if let Some(height) = height {
                reading.add(SlotName::Height, plain(height, 1), range);
            }
        } else if let Some(height) = near(SlotName::Height).filter(|_| !reading.has(SlotName::Weight)) {
            let value = reading.numbers[index].value;
            let in_feet = reading
                .found
                .iter()
                .any(|slot| slot.name == SlotName::Height && reading.at(slot.range.start + 1) == '\'');
            let weight = if in_feet {
                let pounds = value * 0.453_592_37;
                (14.0..=45.0)
                    .contains(&(pounds / (height / 100.0).powi(2)))
                    .then_some(pounds)
            } else {
                bare_weight(
                    value,
                    Some(height),
                    reading.hints.latin && !reading.hints.han,
                    reading.of_a_child(),
                )
            };
            if let Some(weight) = weight {
                reading.add(SlotName::Weight, plain(weight, 1), range);
            }
        }
    }
}

/// Two bare numbers that make a body: 165 95, 175/140.
fn pairs(reading: &mut Reading<'_>) {
    if reading.has(SlotName::Height) || reading.has(SlotName::Weight) {
        return;
    }
    let asked = reading.expects(SlotName::Height) || reading.expects(SlotName::Weight);
    if reading.hints.price && !asked {
        return;
    }
    for index in 0..reading.numbers.len().saturating_sub(1) {
        if !stands_alone(reading, index) || !stands_alone(reading, index + 1) {
            continue;
        }
        let (left, right) = (reading.numbers[index].clone(), reading.numbers[index + 1].clone());
        let gap = reading.slice(left.range.end..right.range.start);
        let plainly = gap.contains('重')
            || (!gap.is_empty() && gap.chars().all(|character| matches!(character, ' ' | '/' | ',')));
        if !close(reading, left.range.end, right.range.start) || !(plainly || asked) {
            continue;
        }
        // A third number makes a list: 160 165 170 有吗.
        let listed = |other: Option<usize>| {
            other.is_some_and(|other| {
                stands_alone(reading, other)
                    && (close(reading, reading.numbers[other].range.end, left.range.start)
                        || close(reading, right.range.end, reading.numbers[other].range.start))
            })
        };
        if listed(index.checked_sub(1)) || listed((index + 2 < reading.numbers.len()).then_some(index + 2)) {
            continue;
        }
        let latin = reading.hints.latin && !reading.hints.han;
        let child = reading.of_a_child();
        let body = |height: usize, weight: f64| {
            let height = height_value(reading, height)?;
            let weight = bare_weight(weight, Some(height), latin, child)?;
            (asked || weight / (height / 100.0).powi(2) <= 32.0).then_some((height, weight))
        };
        if let Some((height, weight)) = body(index, right.value) {
            reading.add(SlotName::Height, plain(height, 1), left.range);
            reading.add(SlotName::Weight, plain(weight, 1), right.range);
            return;
        }
        if asked
            && left.value < 140.0
            && let Some((height, weight)) = body(index + 1, left.value)
        {
            reading.add(SlotName::Weight, plain(weight, 1), left.range);
            reading.add(SlotName::Height, plain(height, 1), right.range);
            return;
        }
    }
}

/// 体重130, weight 62.
fn named_weight(reading: &mut Reading<'_>) {
    for index in 0..reading.numbers.len() {
        if reading.has(SlotName::Weight) {
            return;
        }
        let range = reading.numbers[index].range.clone();
        if !stands_alone(reading, index) || reading.in_span(index) || reading.hints.pet {
            continue;
        }
        let loosely = reading.any_ends(range.start, &["重"]).is_some() && reading.has(SlotName::Height);
        if loosely || reading.led_by(range.start, &["体重", "weight", "weigh", "weighs", "weighing"]) {
            let height = reading
                .value(SlotName::Height)
                .or_else(|| reading.known_value(SlotName::Height));
            let latin = reading.hints.latin && !reading.hints.han;
            if let Some(weight) = bare_weight(reading.numbers[index].value, height, latin, reading.of_a_child()) {
                reading.add(SlotName::Weight, plain(weight, 1), range);
            }
        }
    }
}

/// The answer to a question: a number alone.
fn expected(reading: &mut Reading<'_>) {
    // 299 199: among numbers that no body has, none is one.
    let too_large = |index: usize| stands_alone(reading, index) && reading.numbers[index].value > 260.0;
    let listed = (0..reading.numbers.len()).any(too_large);
    for index in 0..reading.numbers.len() {
        if !stands_alone(reading, index) || reading.in_span(index) {
            continue;
        }
        let number = reading.numbers[index].clone();
        let start = number.range.start;
        let other_length = reading.led_by(
            start,
            &["腰围", "胸围", "臀围", "肩宽", "衣长", "鞋码", "鞋", "waist", "chest"],
        );
        if other_length {
            continue;
        }
        let wants = |name: SlotName| reading.expects(name) && !reading.has(name);
        let value = number.value;
        let whole = value.fract() == 0.0;
        if let Some((name, value)) = body_part(reading, index).filter(|_| !listed) {
            reading.add(name, plain(value, 1), number.range);
        } else if wants(SlotName::FootLength) && (19.0..=32.0).contains(&value) {
            reading.add(SlotName::FootLength, plain(value * 10.0, 0), number.range);
        } else if wants(SlotName::FootLength) && (90.0..=330.0).contains(&value) {
            reading.add(SlotName::FootLength, plain(value, 0), number.range);
        } else if wants(SlotName::Size) && !number.han && size_number(value) {
            reading.add(SlotName::Size, plain(value, 1), number.range);
        } else if wants(SlotName::Age) && value <= 120.0 {
            reading.add(SlotName::Age, plain(value, 2), number.range);
        } else if wants(SlotName::Quantity) && whole && (1.0..10_000.0).contains(&value) {
            reading.add(SlotName::Quantity, plain(value, 0), number.range);
        } else if wants(SlotName::Money) && value > 0.0 && value < 1e6 {
            reading.add(SlotName::Money, plain(value, 2), number.range);
        }
    }
}

/// Shoe sizes, and the sizes of children's clothes.
pub(super) fn size_number(value: f64) -> bool {
    (34.0..=48.0).contains(&value) && (value * 2.0).fract() == 0.0
        || (60.0..=180.0).contains(&value) && value % 5.0 == 0.0
}

fn body_part(reading: &Reading<'_>, index: usize) -> Option<(SlotName, f64)> {
    let number = &reading.numbers[index];
    let wants = |name: SlotName| reading.expects(name) && !reading.has(name);
    let latin = reading.hints.latin && !reading.hints.han;
    let child = reading.of_a_child();
    let tall = centimetres(number);
    let known = reading
        .value(SlotName::Height)
        .or_else(|| reading.known_value(SlotName::Height));
    let weight = bare_weight(number.value, known, latin, child).filter(|_| wants(SlotName::Weight));
    let told_height = reading.led_by(number.range.start, &HEIGHT_WORDS);
    let told_weight = reading.led_by(number.range.start, &WEIGHT_WORDS);
    // The height is known and the weight is not: the number answers for the weight.
    let weight_open = known.is_some() && reading.known_value(SlotName::Weight).is_none() && !told_height;
    if let Some(weight) = weight.filter(|_| weight_open || told_weight) {
        return Some((SlotName::Weight, weight));
    }
    if wants(SlotName::Height) && !told_weight {
        let both = wants(SlotName::Weight) && known.is_none() && !child && !told_height;
        let least = if both { 140.0 } else { 50.0 };
        if (least..=210.0).contains(&tall) && (tall >= 140.0 || child || reading.expecting.len() == 1 || told_height) {
            return Some((SlotName::Height, tall));
        }
        // 100–139 may be a child's height or a weight in 斤.
        if both && tall >= 100.0 {
            return None;
        }
    }
    weight.map(|weight| (SlotName::Weight, weight))
}

#[cfg(test)]
mod tests {
    use super::bare_weight;

    #[test]
    fn jin_unless_only_kilograms_make_a_body() {
        for (number, height, kilograms) in [
            (95.0, Some(165.0), Some(47.5)),
            (140.0, Some(175.0), Some(70.0)),
            (50.0, Some(165.0), Some(50.0)),
            (57.0, Some(167.0), Some(57.0)),
            (80.0, Some(165.0), None),
            (100.0, Some(180.0), None),
            (90.0, Some(180.0), Some(90.0)),
            (80.0, Some(155.0), Some(40.0)),
            (38.0, Some(110.0), Some(19.0)),
            (18.0, Some(110.0), Some(18.0)),
            (95.0, None, Some(47.5)),
            (50.0, None, Some(50.0)),
            (82.0, None, None),
            (400.0, Some(165.0), None),
        ] {
            assert_eq!(
                bare_weight(number, height, false, false),
                kilograms,
                "{number} {height:?}"
            );
        }
        assert_eq!(bare_weight(95.0, Some(165.0), true, false), None);
    }
}
