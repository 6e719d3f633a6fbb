//! What somebody wishes, on top of what somebody else has changed meanwhile: what they did not touch is the other's, lists have
//! what both put in, and where both changed the same thing otherwise nobody's is taken. The page does the same while a form is open. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Lists in which a place means something, so that their items are not looked for elsewhere.
const BY_PLACE: [&str; 1] = ["week"];

/// `mine` on top of `theirs`, both built on `base`.
///
/// # Errors
/// The fields in which both changed the same otherwise, sorted.
pub(super) fn merged<T: Serialize + DeserializeOwned>(base: &T, theirs: &T, mine: &T) -> Result<T, Vec<String>> {
    let values = [base, theirs, mine].map(serde_json::to_value);
    let [Ok(base), Ok(theirs), Ok(mine)] = values else {
        return Err(Vec::new());
    };
    let mut both = BTreeSet::new();
    let value = together("", [&base, &theirs, &mine], &mut both);
    match serde_json::from_value(value) {
        Ok(merged) if both.is_empty() => Ok(merged),
        _ => Err(both.into_iter().collect()),
    }
}

/// The two on top of each other; fields that both changed are named in `both`.
fn together(field: &str, [base, theirs, mine]: [&Value; 3], both: &mut BTreeSet<String>) -> Value {
    if mine == base || mine == theirs {
        return theirs.clone();
    }
    if theirs == base {
        return mine.clone();
    }
    match (base, theirs, mine) {
        (Value::Object(base), Value::Object(theirs), Value::Object(mine)) => {
            let keys: BTreeSet<&String> = base.keys().chain(theirs.keys()).chain(mine.keys()).collect();
            let mut object = Map::new();
            for key in keys {
                let of = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                let named = if field.is_empty() { key } else { field };
                let value = together(named, [&of(base), &of(theirs), &of(mine)], both);
                // A field that is not there and one that is empty are the same.
                if !value.is_null() {
                    object.insert(key.clone(), value);
                }
            }
            Value::Object(object)
        }
        (Value::Array(base), Value::Array(theirs), Value::Array(mine)) => {
            if BY_PLACE.contains(&field) && base.len() == theirs.len() && base.len() == mine.len() {
                let places = base.iter().zip(theirs).zip(mine);
                return places
                    .map(|((base, theirs), mine)| together(field, [base, theirs, mine], both))
                    .collect();
            }
            match [base, theirs, mine].map(|list| keyed(list)) {
                [Some(base), Some(theirs), Some(mine)] => lists(field, [&base, &theirs, &mine], both),
                _ => clash(field, &Value::Array(theirs.clone()), both),
            }
        }
        _ => clash(field, theirs, both),
    }
}

fn clash(field: &str, theirs: &Value, both: &mut BTreeSet<String>) -> Value {
    both.insert(field.to_owned());
    theirs.clone()
}

/// A list whose items are found by what they are about.
type Keyed<'v> = Vec<(String, &'v Value)>;

/// The items by what they are about; `None` where that does not tell one from the other.
fn keyed(list: &[Value]) -> Option<Keyed<'_>> {
    let key = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            match (text("name"), text("from"), text("to"), text("text")) {
                (Some(name), ..) => Some(name.to_owned()),
                // Days with hours of their own; the days of an answer are no name for it.
                (None, Some(from), Some(to), None) => Some(format!("{from}..{to}")),
                _ => None,
            }
        }
        _ => None,
    };
    let items: Option<Keyed<'_>> = list.iter().map(|item| Some((key(item)?, item))).collect();
    let items = items?;
    let keys: BTreeSet<&str> = items.iter().map(|(key, _)| key.as_str()).collect();
    (keys.len() == items.len()).then_some(items)
}

fn lists(field: &str, [base, theirs, mine]: [&Keyed<'_>; 3], both: &mut BTreeSet<String>) -> Value {
    let by_key = |list: &Keyed<'_>| -> BTreeMap<String, Value> {
        let items = list.iter().map(|(key, item)| (key.clone(), (*item).clone()));
        items.collect()
    };
    let (was, there, here) = (by_key(base), by_key(theirs), by_key(mine));
    let of = |items: &BTreeMap<String, Value>, key: &str| items.get(key).cloned().unwrap_or_default();
    let added = mine.iter().filter(|(key, _)| !there.contains_key(key));
    let all = theirs.iter().chain(added).map(|(key, _)| key);
    let items = all.map(|key| together(field, [&of(&was, key), &of(&there, key), &of(&here, key)], both));
    items.filter(|item| !item.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::{OwnWords, WrittenAnswer, WrittenFact, WrittenGoods, WrittenHoliday, WrittenHours, WrittenText};

    fn words(answer: &str, examples: &[&str]) -> OwnWords {
        OwnWords {
            answers: vec![WrittenAnswer::plain(answer)],
            examples: examples.iter().map(|text| (*text).to_owned()).collect(),
            ..OwnWords::default()
        }
    }

    #[test]
    fn sentences_of_both_stand_and_one_answer_that_both_changed_is_in_the_way() {
        let base = words("8 元", &["运费", "邮费"]);
        let theirs = words("8 元", &["邮费", "包邮吗"]);
        let mine = words("9 元", &["运费", "邮费", "快递费"]);
        let together = merged(&base, &theirs, &mine);
        assert_eq!(together, Ok(words("9 元", &["邮费", "包邮吗", "快递费"])));
        let theirs = words("10 元", &["运费"]);
        assert_eq!(merged(&base, &theirs, &mine), Err(vec!["answers".to_owned()]));
        assert_eq!(merged(&base, &mine, &mine), Ok(mine), "both wished the same");
    }

    #[test]
    fn hours_are_brought_together_by_the_day() {
        let hours = |monday: &str, sunday: &str, days: &[(&str, &str)]| {
            let mut hours = WrittenHours::default();
            monday.clone_into(&mut hours.week[0]);
            sunday.clone_into(&mut hours.week[6]);
            let holidays = days.iter().map(|(day, spans)| WrittenHoliday {
                from: (*day).to_owned(),
                to: (*day).to_owned(),
                hours: (*spans).to_owned(),
            });
            hours.holidays = holidays.collect();
            hours
        };
        let base = hours("9", "9", &[("a", "1"), ("b", "1")]);
        let theirs = hours("10", "9", &[("b", "1"), ("c", "2")]);
        let mine = hours("9", "", &[("a", "1"), ("b", "3"), ("d", "4")]);
        let together = hours("10", "", &[("b", "3"), ("c", "2"), ("d", "4")]);
        assert_eq!(merged(&base, &theirs, &mine), Ok(together));
        let theirs = hours("11", "9", &[("a", "1")]);
        let mine = hours("12", "9", &[("a", "1"), ("b", "3")]);
        let both = ["holidays", "week"].map(str::to_owned);
        assert_eq!(merged(&base, &theirs, &mine), Err(both.to_vec()));
    }

    #[test]
    fn articles_and_facts_are_brought_together_by_their_fields() {
        let text = |name: &str, zh: &str| WrittenText {
            name: name.to_owned(),
            zh: zh.to_owned(),
            en: String::new(),
        };
        let goods = |price: &str, said: Vec<WrittenText>| WrittenGoods {
            name: "水壶".to_owned(),
            price: price.to_owned(),
            said,
            ..WrittenGoods::default()
        };
        let base = goods("99", vec![text("stock", "现货")]);
        let theirs = goods("89", vec![text("stock", "现货"), text("in_box", "壶")]);
        let mine = goods("99", vec![text("stock", "下周到")]);
        let together = goods("89", vec![text("stock", "下周到"), text("in_box", "壶")]);
        assert_eq!(merged(&base, &theirs, &mine), Ok(together));
        let fact = |zh: &str, en: Option<&str>| WrittenFact {
            name: "fee".to_owned(),
            zh: zh.to_owned(),
            en: en.map(str::to_owned),
        };
        let (base, theirs, mine) = (fact("8", None), fact("8", Some("eight")), fact("9", None));
        assert_eq!(merged(&base, &theirs, &mine), Ok(fact("9", Some("eight"))));
    }
}
