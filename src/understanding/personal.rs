//! Phones, addresses and names of receivers hidden in a text, for those who need not see them. They are found as slots are.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value;

use crate::model::SlotName;
use crate::privacy::{hidden, mask_cards, phone_hidden};
use crate::shop::Catalogue;

use super::normalise::{MAX_CHARS, fold};
use super::slots::SlotReader;

/// Keys whose values are ids or words of the program.
const NAMES: [&str; 16] = [
    "type",
    "id",
    "agent",
    "shop",
    "shopper",
    "conversation",
    "pack",
    "kind",
    "reason",
    "lane",
    "cause",
    "lang",
    "cursor",
    "order_number",
    "waybill",
    "reply_to",
];

static READER: LazyLock<SlotReader> = LazyLock::new(|| SlotReader::new(&Catalogue::default()));

/// The text with phones, addresses and names of receivers hidden, and cards, should it hold any; as it is where there are none.
pub fn hide_personal(text: &str) -> Cow<'_, str> {
    let cards = mask_cards(text, false);
    let found = personal(&cards);
    if found.is_empty() {
        return cards;
    }
    let mut shown = String::with_capacity(cards.len());
    let mut at = 0;
    for (range, name) in found {
        shown.push_str(&cards[at..range.start]);
        let written = &cards[range.clone()];
        shown.push_str(&match name {
            SlotName::Phone => phone_hidden(written),
            _ => hidden(written),
        });
        at = range.end;
    }
    shown.push_str(&cards[at..]);
    Cow::Owned(shown)
}

/// Hides the same in every text of a JSON value; slots of these names are hidden whole.
pub fn hide_personal_in(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(shown) = hide_personal(text) {
                *text = shown;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_personal_in),
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(_) if NAMES.contains(&key.as_str()) => {}
                    Value::String(text) if key == SlotName::Phone.name() => *text = phone_hidden(text),
                    Value::String(text)
                        if [SlotName::Address.name(), SlotName::Receiver.name()].contains(&key.as_str()) =>
                    {
                        *text = hidden(text);
                    }
                    other => hide_personal_in(other),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Which data stand in a text, as far as they are known without a question before them.
pub fn data_in(text: &str) -> Vec<SlotName> {
    let (folded, _) = fold(text, MAX_CHARS);
    let found = READER.read(&folded, &[]);
    found.into_iter().map(|slot| slot.name).collect()
}

/// What is personal, with its bytes, in order and without overlaps.
fn personal(text: &str) -> Vec<(Range<usize>, SlotName)> {
    let mut found = Vec::new();
    let mut from = 0;
    // Longer texts are read in stretches; they overlap, so that nothing is cut in two.
    while from < text.len() {
        let stretch = &text[from..];
        let (folded, _) = fold(stretch, MAX_CHARS);
        for slot in READER.read(&folded, &[]) {
            let hides = matches!(slot.name, SlotName::Phone | SlotName::Address | SlotName::Receiver);
            if hides && !slot.range.is_empty() {
                let (start, end) = (folded.span(slot.range.start).start, folded.span(slot.range.end - 1).end);
                found.push((from + start..from + end, slot.name));
            }
        }
        let step = stretch.char_indices().nth(MAX_CHARS).map(|_| MAX_CHARS - OVERLAP);
        let next = step.and_then(|step| stretch.char_indices().nth(step));
        from = next.map_or(text.len(), |(at, _)| from + at);
    }
    found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut end = 0;
    found.retain(|(range, _)| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    found
}

/// By so many characters stretches of a long text overlap: an address is no longer.
const OVERLAP: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    /// A16
    #[test]
    fn phones_addresses_and_receivers_are_hidden_and_the_rest_stays() {
        for (text, shown) in [
            ("我电话13812345678，打给我", "我电话138****5678，打给我"),
            ("電話０９１２３４５６７８", "電話０９*****６７８"),
            ("收件人：张三 138 1234 5678", "收件人：张*** 138 **** 5678"),
            ("身份证110101199003077715", "身份证**************7715"),
            ("订单号912345678901，什么时候发货", "订单号912345678901，什么时候发货"),
            ("发到新疆要几天", "发到新疆要几天"),
        ] {
            assert_eq!(hide_personal(text), shown);
        }
        let address = hide_personal("寄到杭州市西湖区文三路8号3单元501，谢谢").into_owned();
        assert!(!address.contains("文三路") && address.contains("谢谢"), "{address}");
    }

    /// A16
    #[test]
    fn a_number_behind_a_long_text_is_hidden_too() {
        let text = format!("{}电话13812345678", "这件衣服我很喜欢，".repeat(300));
        assert!(!hide_personal(&text).contains("13812345678"));
    }

    /// A16
    #[test]
    fn slots_of_stored_decisions_are_hidden() {
        let mut event = serde_json::json!({
            "type": "answered",
            "text": "电话13812345678",
            "decision": {"slots": {"phone": "13812345678", "address": "文三路8号", "order_number": "912345678901"}},
        });
        hide_personal_in(&mut event);
        let slots = &event["decision"]["slots"];
        assert_eq!(event["text"], "电话138****5678");
        assert_eq!(
            (slots["phone"].as_str(), slots["address"].as_str()),
            (Some("138****5678"), Some("文***"))
        );
        assert_eq!(slots["order_number"], "912345678901");
    }
}
