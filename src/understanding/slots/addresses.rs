//! Delivery addresses: 杭州市西湖区文三路 8 号 3 单元 501, 12 Rose Lane, Apt 4.
//!
//! An address is several of its parts close together. Which words are parts, and what leads to one, stands in
//! `addresses.txt`.

use std::ops::Range;
use std::sync::LazyLock;

use super::FoundSlot;
use super::reading::Reading;
use crate::model::SlotName;
use crate::understanding::lexicon::section;
use crate::understanding::normalise::{is_han, is_mark};
use crate::understanding::word_list::WordList;

/// What a part says about where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A province, a city, a district.
    Region,
    /// A road, with a number behind it.
    Street,
    /// An estate, a building with a name, a village, a school.
    Area,
    /// A house, a stair or a flat, with its number.
    Unit,
}

/// A part with its place.
struct Found {
    part: Part,
    range: Range<usize>,
}

struct Words {
    units: WordList,
    roads: WordList,
    areas: WordList,
    regions: WordList,
    leading: Vec<&'static str>,
    not_roads: Vec<&'static str>,
    english_roads: Vec<&'static str>,
    /// Words that stand in no name of a road: 5 days on the road.
    no_names: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let list = |name| section(include_str!("../lexicon/addresses.txt"), name);
    Words {
        units: WordList::new(list("units")),
        roads: WordList::new(list("roads")),
        areas: WordList::new(list("areas")),
        regions: WordList::new(list("regions")),
        leading: list("leading"),
        not_roads: list("not roads"),
        english_roads: list("english roads"),
        no_names: list("no names"),
    }
});

/// Parts of one address are no further apart than this, in characters.
const GAP: usize = 12;
/// A name of a road or an estate is no longer than this, in characters.
const NAME: usize = 8;

/// The address in a text, if it holds one. A place within it stays a place.
pub(super) fn read(reading: &mut Reading<'_>) -> Option<FoundSlot> {
    let range = han(reading).or_else(|| latin(reading))?;
    Some(reading.take_over(SlotName::Address, range))
}

fn han(reading: &Reading<'_>) -> Option<Range<usize>> {
    let parts = parts(reading);
    let asked = reading.expects(SlotName::Address);
    let close = parts.chunk_by(|left, right| right.range.start.saturating_sub(left.range.end) <= GAP);
    let best = close.max_by_key(|near| near.len())?;
    let count = |part: Part| best.iter().filter(|found| found.part == part).count();
    let (regions, units) = (count(Part::Region).min(3), count(Part::Unit));
    let named = count(Part::Street) + count(Part::Area);
    // A number of a house alone may be anything; a place alone is where somebody asks about.
    let whole = units >= 1 && named + regions >= 1 || units >= 2 || named >= 1 && regions >= 2;
    let partly = asked && (units + named >= 1 || regions >= 2);
    if !(whole && (units + named + regions >= 3 || asked) || partly) {
        return None;
    }
    let start = beginning(reading, best[0].range.start, best[0].part);
    let end = ending(reading, best[best.len() - 1].range.end);
    // Numbers and links that were read before are no part of it.
    let free = |at: usize| {
        let inside = |slot: &FoundSlot| slot.range.contains(&at);
        !reading.found.iter().any(|slot| inside(slot) && slot.name.is_data())
    };
    (start..end).all(free).then_some(start..end)
}

/// All parts, in order.
fn parts(reading: &Reading<'_>) -> Vec<Found> {
    let mut parts: Vec<Found> = Vec::new();
    for slot in &reading.found {
        if slot.name == SlotName::Province {
            parts.push(Found {
                part: Part::Region,
                range: slot.range.clone(),
            });
        }
    }
    let mut at = 0;
    while at < reading.chars.len() {
        let found = part_at(reading, at);
        at = found.as_ref().map_or(at + 1, |found| found.range.end);
        parts.extend(found);
    }
    parts.sort_by_key(|found| (found.range.start, found.range.end));
    parts
}

/// The part whose sign begins at a position: 路 of 文三路, 号楼 of 3 号楼.
fn part_at(reading: &Reading<'_>, at: usize) -> Option<Found> {
    let words = &*WORDS;
    let word = |list: &WordList| reading.listed(at, list);
    let found = |part: Part, range: Range<usize>| Some(Found { part, range });
    if let Some(end) = word(&words.units)
        && let Some(start) = number_before(reading, at)
    {
        return found(Part::Unit, start..end);
    }
    let named = at > 0 && is_han(reading.before(at));
    if !named {
        return None;
    }
    if let Some(end) = word(&words.areas) {
        return found(Part::Area, at..end);
    }
    if let Some(end) = word(&words.roads)
        && reading.any_ends(end, &words.not_roads).is_none()
        && reading.any_begins(at, &words.not_roads).is_none()
    {
        let number = reading.trimmed(end);
        if reading.at(number).is_ascii_digit() || is_numeral(reading.at(number)) || !is_han(reading.at(number)) {
            return found(Part::Street, at..end);
        }
    }
    // 西湖区, 木渎镇: two characters of a name at least.
    if let Some(end) = word(&words.regions)
        && at >= 2
        && is_han(reading.at(at - 2))
    {
        return found(Part::Region, at..end);
    }
    None
}

fn is_numeral(character: char) -> bool {
    "一二三四五六七八九十百".contains(character)
}

/// Where the number before a position starts: 8 of 8 号, 十二 of 十二栋, a of a 座.
fn number_before(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let end = reading.back_over(at, " ");
    let mut start = end;
    while start > 0 {
        let character = reading.at(start - 1);
        let number = character.is_ascii_digit() || is_numeral(character) || character == '-' && start < end;
        let letter = character.is_ascii_alphabetic() && !reading.before(start - 1).is_ascii_alphabetic();
        if !(number || letter) || end - start >= 6 {
            break;
        }
        start -= 1;
    }
    (start < end).then_some(start)
}

/// Where the address begins whose first part starts at a position: the name of the road belongs to it, what leads to
/// it does not.
fn beginning(reading: &Reading<'_>, first: usize, part: Part) -> usize {
    let taken = reading.found.iter().any(|slot| slot.range.contains(&first));
    if taken && part == Part::Region {
        return first;
    }
    let mut start = first;
    while start > 0 && first - start < NAME {
        let before = reading.at(start - 1);
        let name = is_han(before) || before.is_ascii_alphanumeric();
        if !name || reading.any_ends(start, &WORDS.leading).is_some() {
            break;
        }
        start -= 1;
    }
    start
}

/// Where the address ends whose last part ends at a position: 501 behind 3 单元 belongs to it.
fn ending(reading: &Reading<'_>, last: usize) -> usize {
    let mut end = last;
    let mut at = reading.trimmed(end);
    let from = at;
    while at - from < 7 && (reading.at(at).is_ascii_alphanumeric() || matches!(reading.at(at), '-' | '#')) {
        at += 1;
    }
    let taken = |at: usize| reading.found.iter().any(|slot| slot.range.contains(&at));
    let phone = (from..at + 1).any(taken) || reading.at(at).is_ascii_digit();
    if at > from && !phone && reading.at(from).is_ascii_digit() {
        end = at;
    }
    end.min(reading.chars.len())
}

/// 12 Rose Lane, Apt 4, Springfield 62704: a number, a name, a word for a road, and what follows up to the end.
fn latin(reading: &Reading<'_>) -> Option<Range<usize>> {
    let digits = |at: usize| reading.at(at).is_ascii_digit() && !reading.before(at).is_ascii_alphanumeric();
    let start = (0..reading.chars.len()).find(|&at| digits(at) && road_behind(reading, at))?;
    let label = |at: usize| {
        reading
            .any_begins(at, &["name", "phone", "tel", "mobile", "my number"])
            .is_some()
    };
    let given = |at: usize| {
        reading
            .found
            .iter()
            .any(|slot| slot.name.is_data() && slot.range.contains(&at))
    };
    let stops = |at: usize| matches!(reading.at(at), '。' | '?' | ';' | '!') || is_han(reading.at(at));
    let mut end = (start..reading.chars.len())
        .find(|&at| stops(at) || label(at) || given(at))
        .unwrap_or(reading.chars.len());
    while end > start && (is_mark(reading.at(end - 1)) || reading.at(end - 1) == '+') {
        end -= 1;
    }
    Some(start..end)
}

/// Whether a word for a road comes one to four words behind the number at a position.
fn road_behind(reading: &Reading<'_>, number: usize) -> bool {
    let mut at = number;
    while reading.at(at).is_ascii_alphanumeric() {
        at += 1;
    }
    if at - number > 6 || reading.at(at) != ' ' {
        return false;
    }
    for word in 0..5 {
        let (end, letters) = reading.latin_after(at);
        if letters.is_empty() || WORDS.no_names.contains(&letters.as_str()) {
            return false;
        }
        if word > 0 && WORDS.english_roads.contains(&letters.as_str()) {
            return true;
        }
        at = end;
    }
    false
}
