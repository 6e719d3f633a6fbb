//! Ages: 三岁半, 6个月, 10-year-old.

use crate::model::SlotName;

use super::reading::{Reading, plain};

/// 3岁, 三岁半, 6个月, 3 years old, 10-year-old.
pub(super) fn read(reading: &mut Reading<'_>, at: usize) -> bool {
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
        let limit = reading.any_begins(stop, &["以下", "以上", "以内"]);
        if limit.is_none() && (0.0..=120.0).contains(&years) {
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
