//! Values in a message: heights, places, numbers, days, goods. Pure, one pass over the text.
//!
//! What is not certain is no slot: the talk asks for it.

mod addresses;
mod ages;
mod bare;
mod body;
mod colours;
mod days;
mod gates;
mod hints;
mod identifiers;
mod invoices;
mod items;
mod lengths;
mod lexicon;
mod links;
mod money;
mod numerals;
mod places;
mod quantities;
mod reading;
mod receivers;
mod sizes;
#[cfg(test)]
mod tests;
mod units;

use std::borrow::Cow;
use std::ops::Range;

use super::normalise::Text;
use crate::model::{SlotName, Slots};
use crate::privacy::HIDDEN;
use crate::shop::Catalogue;
use gates::Gates;
use hints::HintWords;
use items::Items;
use lexicon::{Hit, Lexicon, Meaning};
use numerals::Number;
use places::Place;
use reading::Reading;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSlot {
    /// Which slot.
    pub name: SlotName,
    /// Canonical value, in the unit that [`SlotName`] says.
    pub value: String,
    /// Characters of the text.
    pub range: Range<usize>,
}

/// Reads slots; compiled once for a pack.
pub struct SlotReader {
    lexicon: Lexicon,
    items: Items,
    hints: HintWords,
}

impl SlotReader {
    /// Compiles the word lists and the shop's goods.
    pub fn new(goods: &Catalogue) -> SlotReader {
        SlotReader {
            lexicon: Lexicon::new(goods),
            items: Items::new(goods),
            hints: HintWords::new(),
        }
    }

    /// Reads a folded text. `expecting` are the slots that were asked for or that the last question uses:
    /// bare numbers and doubtful words count only for them.
    ///
    /// Ranges ascend and do not overlap, but for a city, whose province has the very same range and stands before it, and
    /// for an address and an invoice heading, which hold their province and city, and for goods, which have the range of the
    /// link that means them.
    pub fn read(&self, text: &Text, expecting: &[SlotName]) -> Vec<FoundSlot> {
        self.read_knowing(text, expecting, &Slots::default())
    }

    /// Like [`SlotReader::read`], with what earlier messages said: a bare `80` is 斤 or kg according to the height.
    pub fn read_knowing(&self, text: &Text, expecting: &[SlotName], known: &Slots) -> Vec<FoundSlot> {
        let numbers = numerals::numbers(text.chars());
        let gates = Gates::of(text.chars(), &numbers);
        self.read_through(gates, text, numbers, expecting, known)
    }

    /// Reads what the gates let through: with all of them open the same is found, only slower.
    fn read_through(
        &self,
        gates: Gates,
        text: &Text,
        numbers: Vec<Number>,
        expecting: &[SlotName],
        known: &Slots,
    ) -> Vec<FoundSlot> {
        let chars = text.chars();
        let mut reading = Reading {
            chars,
            numbers,
            hints: self.hints.see(chars),
            expecting,
            known,
            taken: vec![false; chars.len()],
            found: Vec::new(),
        };
        let hits = self.lexicon.hits(chars);
        if gates.numbers {
            hidden_numbers(&mut reading, text);
        }
        if gates.links {
            links::read(&mut reading);
        }
        let mut within = self.items.read(&mut reading);
        within.extend(read_words(&mut reading, &hits));
        if gates.long_numbers {
            invoices::tax_number(&mut reading);
            identifiers::read(&mut reading);
        }
        within.extend(addresses::read(&mut reading));
        within.extend(invoices::heading(&mut reading));
        receivers::read(&mut reading);
        if gates.numbers {
            days::read(&mut reading);
            money::read(&mut reading);
            body::read(&mut reading);
        }
        if gates.letters {
            sizes::letters(&mut reading, text);
        }
        if gates.numbers {
            sizes::counted(&mut reading);
        }
        sizes::free_size(&mut reading);
        if gates.numbers {
            sizes::numbers(&mut reading);
            quantities::read(&mut reading);
            bare::read(&mut reading);
        }
        if expecting.contains(&SlotName::Color)
            && !reading.has(SlotName::Color)
            && let Some((at, colour)) = colours::bare(chars)
        {
            reading.add(SlotName::Color, colour, at..at + 1);
        }
        let mut found = reading.found;
        found.extend(within);
        found.sort_by_key(|slot| (slot.range.start, slot.name));
        found
    }

    /// The text with every place and every colour replaced by one sign each, so that a question matches whatever
    /// place or colour stands in it. Positions stay: what is left of a longer name is blank.
    pub fn mask_entities<'a>(&self, chars: &'a [char]) -> Cow<'a, [char]> {
        let hits = self.lexicon.hits(chars);
        if hits.is_empty() {
            return Cow::Borrowed(chars);
        }
        let mut masked = chars.to_vec();
        let mut put = |range: Range<usize>, sign: char, word: &str| {
            let latin = chars[range.start].is_ascii();
            let mut signs = word.chars();
            for (at, place) in masked[range].iter_mut().enumerate() {
                *place = match at {
                    _ if latin => signs.next().unwrap_or(' '),
                    0 => sign,
                    _ => ' ',
                };
            }
        };
        let mut end = 0;
        for (range, _) in meant_places(chars, &hits, false) {
            // 广东省深圳市 is one place.
            let more = range.start > 0 && range.start == end;
            end = range.end;
            put(range, if more { ' ' } else { PLACE }, PLACE_WORD);
        }
        for hit in &hits {
            match hit.meaning {
                Meaning::Abroad => put(hit.range.clone(), PLACE, PLACE_WORD),
                Meaning::Colour(_) if colours::meant(chars, hit.range.start, hit.range.end) => {
                    put(hit.range.clone(), COLOUR, COLOUR_WORD);
                }
                _ => {}
            }
        }
        Cow::Owned(masked)
    }
}

/// What is left to be seen of the number of a card that was hidden before it was stored is no number.
fn hidden_numbers(reading: &mut Reading<'_>, text: &Text) {
    for number in reading.numbers.clone() {
        let start = number.range.start;
        // The folded text has one sign for a row of them: 2*50 is no card.
        let hides = |at: usize| text.chars()[at] == HIDDEN && text.span(at).len() > HIDING;
        if start.checked_sub(1).is_some_and(hides) {
            reading.taken[number.range].fill(true);
        }
    }
}

/// So many signs in a row hide something.
const HIDING: usize = 6;

/// Signs for any place and any colour, from the private area, and what stands for them among Latin words.
const PLACE: char = '\u{e000}';
const COLOUR: char = '\u{e001}';
const PLACE_WORD: &str = "zqz";
const COLOUR_WORD: &str = "zxz";

/// The places among the hits that are meant as places, with their full ranges.
fn meant_places<'a>(chars: &[char], hits: &[Hit<'a>], expected: bool) -> Vec<(Range<usize>, &'a Place)> {
    let mut meant: Vec<(Range<usize>, &Place)> = Vec::new();
    for hit in hits {
        let Meaning::Place(place) = hit.meaning else {
            continue;
        };
        let before = meant
            .last()
            .filter(|(range, _)| {
                range.end == hit.range.start || (range.end + 1 == hit.range.start && chars[range.end] == ' ')
            })
            .map(|(_, place)| *place);
        if let Some(end) = places::extent(chars, hit.range.start, hit.range.end, place, before, expected) {
            meant.push((hit.range.start..end, place));
        }
    }
    meant
}

/// Takes goods, days, colours and places; gives the cities apart, since each shares its range with its province.
fn read_words(reading: &mut Reading<'_>, hits: &[Hit<'_>]) -> Vec<FoundSlot> {
    for hit in hits {
        let range = hit.range.clone();
        match hit.meaning {
            Meaning::Goods(name) => match items::other_model(reading, &range, name) {
                Some(whole) => reading.add(SlotName::Goods, reading.slice(whole.clone()), whole),
                None => reading.add(SlotName::Goods, name.clone(), range),
            },
            Meaning::Attribute(name) => reading.add(SlotName::Attribute, name.clone(), range),
            Meaning::Day(day) if days::meant(reading.chars, range.start, range.end) => {
                reading.add(SlotName::Date, day.clone(), range);
            }
            Meaning::Colour(colour) if colours::meant(reading.chars, range.start, range.end) => {
                reading.add(SlotName::Color, colour.clone(), range);
            }
            Meaning::Nothing => reading.taken[range].fill(true),
            Meaning::Day(_) | Meaning::Colour(_) | Meaning::Place(_) | Meaning::Abroad => {}
        }
    }
    let expected = reading.expects(SlotName::Province) || reading.expects(SlotName::City);
    let mut cities = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for (range, place) in meant_places(reading.chars, hits, expected) {
        if !reading.free(range.clone()) {
            continue;
        }
        // 广东深圳 names the province once.
        let named = last.is_some_and(|(end, province)| province == place.province && range.start <= end + 2);
        last = Some((range.end, place.province));
        let city = place.city.map(|city| FoundSlot {
            name: SlotName::City,
            value: city.to_owned(),
            range: range.clone(),
        });
        match city {
            Some(city) if named => reading.add(SlotName::City, city.value, range),
            city => {
                reading.add(SlotName::Province, place.province, range);
                cities.extend(city);
            }
        }
    }
    for (at, province) in places::abbreviated(reading.chars) {
        reading.add(SlotName::Province, province, at..at + 1);
    }
    cities
}
