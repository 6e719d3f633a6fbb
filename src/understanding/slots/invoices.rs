//! What an invoice is made out to: 苏州云帆科技有限公司 91320500MA1ABCDE2K.

use std::ops::Range;
use std::sync::LazyLock;

use super::FoundSlot;
use super::reading::Reading;
use crate::model::SlotName;
use crate::understanding::lexicon::section;
use crate::understanding::normalise::is_han;
use crate::understanding::word_list::WordList;

struct Words {
    /// Ends of names that only companies have.
    surely: WordList,
    /// Ends of names that others have too.
    perhaps: WordList,
    labels: WordList,
    leading: Vec<&'static str>,
    tax: Vec<&'static str>,
    asking: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let list = |name| section(include_str!("../lexicon/invoices.txt"), name);
    Words {
        surely: WordList::new(list("surely")),
        perhaps: WordList::new(list("perhaps")),
        labels: WordList::new(list("labels")),
        leading: list("leading"),
        tax: list("tax"),
        asking: list("asking"),
    }
});

/// Characters of the name of a company before its kind, at least and at most.
const LEAST: usize = 2;
const MOST: usize = 24;

/// Reads the tax number; before order numbers, whose digits it may have.
pub(super) fn tax_number(reading: &mut Reading<'_>) {
    let asked = reading.expects(SlotName::TaxNumber);
    let mut at = 0;
    while at < reading.chars.len() {
        let end = (at..reading.chars.len())
            .find(|&end| !reading.at(end).is_ascii_alphanumeric())
            .unwrap_or(reading.chars.len());
        let range = at..end;
        at = end.max(at + 1);
        if !(15..=20).contains(&range.len()) {
            continue;
        }
        let letters = reading.chars[range.clone()]
            .iter()
            .filter(|c| c.is_ascii_alphabetic())
            .count();
        let digits = range.len() - letters;
        let labelled = (0..=8).any(|back| {
            range
                .start
                .checked_sub(back)
                .is_some_and(|end| reading.any_ends(end, &WORDS.tax).is_some())
        });
        // 18 signs, digits and letters: GB 32100, the unified social credit code; i, o, s, v, z do not occur.
        let code = range.len() == 18
            && (1..=10).contains(&letters)
            && !reading.chars[range.clone()].iter().any(|c| "iosvz".contains(*c))
            && reading.at(range.start).is_ascii_digit();
        if digits >= 8 && (labelled || code || asked && matches!(range.len(), 15 | 18 | 20)) {
            let value = reading.slice(range.clone()).to_ascii_uppercase();
            reading.add(SlotName::TaxNumber, value, range);
        }
    }
}

/// The heading: a company's name, or what stands behind 抬头. A place within it stays a place.
pub(super) fn heading(reading: &mut Reading<'_>) -> Option<FoundSlot> {
    let range = find(reading)?;
    Some(reading.take_over(SlotName::InvoiceHeading, range))
}

fn find(reading: &Reading<'_>) -> Option<Range<usize>> {
    let asked = reading.expects(SlotName::InvoiceHeading);
    if let Some(range) = company(reading, asked) {
        return Some(range);
    }
    let personal = (0..reading.chars.len()).find(|&at| asked && reading.begins(at, "个人"));
    if let Some(at) =
        personal.filter(|at| !reading.begins(*at, "个人改") && !reading.begins(at.saturating_sub(1), "从个人"))
    {
        return Some(at..at + 2);
    }
    let labelled = (0..reading.chars.len()).find_map(|at| {
        let mut start = reading.listed(at, &WORDS.labels)?;
        while let Some(next) = reading.any_begins(start, &[":", " ", "是", "写", "开", "为"]) {
            start = next;
        }
        let end = name_end(reading, start);
        let name = reading.slice(start..end);
        let asks = WORDS.asking.iter().any(|word| name.contains(word));
        ((4..=MOST).contains(&(end - start)) && !asks).then_some(start..end)
    });
    labelled.filter(|range| {
        !reading
            .found
            .iter()
            .any(|slot| slot.name.is_data() && slot.range.start < range.end && range.start < slot.range.end)
    })
}

fn company(reading: &Reading<'_>, asked: bool) -> Option<Range<usize>> {
    let words = &*WORDS;
    let mut best: Option<Range<usize>> = None;
    for at in 0..reading.chars.len() {
        let end = reading
            .listed(at, &words.surely)
            .or_else(|| asked.then(|| reading.listed(at, &words.perhaps)).flatten());
        let Some(end) = end else { continue };
        let start = name_start(reading, at);
        let name = reading.slice(start..end);
        let asks = words.asking.iter().any(|word| name.contains(word));
        if at - start >= LEAST && !asks {
            // 有限公司 ends a name that 公司 would end as well: the longest wins.
            best = Some(best.map_or(start..end, |known| known.start..end));
        }
    }
    best
}

fn part_of_name(character: char) -> bool {
    is_han(character) || character.is_ascii_alphanumeric() || matches!(character, '(' | ')' | '&' | '.' | '\'' | '-')
}

/// Where a name starts that goes on to a position.
fn name_start(reading: &Reading<'_>, end: usize) -> usize {
    let latin = reading.before(end).is_ascii() && reading.before(end) != ')';
    let mut start = end;
    while start > 0 && end - start < MOST {
        let before = reading.at(start - 1);
        if !(part_of_name(before) || latin && before == ' ') || reading.any_ends(start, &WORDS.leading).is_some() {
            break;
        }
        start -= 1;
    }
    while reading.at(start) == ' ' && start < end {
        start += 1;
    }
    start
}

fn name_end(reading: &Reading<'_>, start: usize) -> usize {
    (start..reading.chars.len())
        .find(|&at| !part_of_name(reading.at(at)) || reading.taken[at])
        .unwrap_or(reading.chars.len())
}
