//! What a shop answers: read strictly in its form and cut to what a desk can show. Nothing of it is believed to be short, few or clean.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::Millis;
use crate::model::visible::is_unseen;

/// Orders, items of one, parcels of one, steps of a parcel that are told at most.
const ORDERS: usize = 20;
const ITEMS: usize = 10;
const PARCELS: usize = 5;
const STEPS: usize = 20;
/// Longest text, characters.
const LONGEST: usize = 200;

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number, as customers say it.
    #[serde(deserialize_with = "text")]
    pub id: String,
    /// When it was placed.
    #[serde(default, deserialize_with = "moment", skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
    /// How it stands, in the shop's words.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// What it costs, in the shop's words.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub total: String,
    /// Where the shop's people look at it; http and https only.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// What was bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Where it is on its way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<Parcel>,
}

/// Something that was bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What.
    #[serde(deserialize_with = "text")]
    pub title: String,
    /// Size, colour.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub variant: String,
    /// How many.
    #[serde(default = "one")]
    pub count: u32,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    /// Who carries it.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub carrier: String,
    /// Its number.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// How it stands.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// Where it was, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// Where a parcel was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    #[serde(default, deserialize_with = "moment", skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
    /// What happened.
    #[serde(deserialize_with = "text")]
    pub text: String,
}

#[derive(Deserialize)]
struct Answer {
    orders: Vec<Order>,
}

fn one() -> u32 {
    1
}

/// A text, or a number that stands for one: cut, without what nobody can see.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Text(String),
        Whole(u64),
        Nothing(()),
    }
    let written = match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Whole(number) => number.to_string(),
        Written::Nothing(()) => String::new(),
    };
    let seen = |sign: &char| !is_unseen(*sign) && !sign.is_control();
    Ok(written
        .chars()
        .filter(seen)
        .take(LONGEST)
        .collect::<String>()
        .trim()
        .to_owned())
}

/// Milliseconds since 1970, or as RFC 3339 writes a time.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Millis>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Millis(u64),
        Text(String),
        Nothing(()),
    }
    match Written::deserialize(deserializer)? {
        Written::Millis(at) => Ok(Some(Millis(at))),
        Written::Nothing(()) => Ok(None),
        Written::Text(text) => {
            let at: Timestamp = text.parse().map_err(serde::de::Error::custom)?;
            Ok(u64::try_from(at.as_millisecond()).ok().map(Millis))
        }
    }
}

/// The orders of an answer, and how many more it holds.
///
/// # Errors
/// What in it is of another form.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Order>, usize), serde_json::Error> {
    let Answer { mut orders } = serde_json::from_slice(bytes)?;
    let more = orders.len().saturating_sub(ORDERS);
    orders.truncate(ORDERS);
    for order in &mut orders {
        order.items.truncate(ITEMS);
        order.parcels.truncate(PARCELS);
        for parcel in &mut order.parcels {
            parcel.steps.truncate(STEPS);
        }
        let leads = ["https://", "http://"]
            .iter()
            .any(|scheme| order.url.starts_with(scheme));
        if !leads {
            order.url.clear();
        }
    }
    Ok((orders, more))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_is_read_as_shops_write_it() {
        let written = json!({"orders": [{
            "id": 2_611_300_009_u64, "at": "2026-11-28T10:00:00+08:00", "status": "已发货", "total": "¥199.00", "url": "javascript:alert(1)",
            "items": [{"title": "疾风3", "variant": "42 码", "count": 2}, {"title": "袜子"}],
            "parcels": [{"carrier": "顺丰", "number": "SF123", "status": "运输中", "steps": [{"at": 1_795_300_000_000_u64, "text": "到达杭州\u{202e}"}]}],
            "something": "new"}, {"id": "A-2", "status": null}], "page": 1});
        let (orders, more) = read(written.to_string().as_bytes()).expect("is an answer");
        assert_eq!((orders.len(), more), (2, 0));
        let first = &orders[0];
        assert_eq!(
            (first.id.as_str(), first.at),
            ("2611300009", Some(Millis(1_795_831_200_000)))
        );
        assert_eq!(first.url, "", "what is no page is no link");
        assert_eq!((first.items[0].count, first.items[1].count), (2, 1));
        assert_eq!(first.parcels[0].steps[0].text, "到达杭州");
        assert_eq!(orders[1].status, "");
    }

    #[test]
    fn too_much_is_cut_and_what_is_of_another_form_is_refused() {
        let step = json!({"text": "长".repeat(500)});
        let parcel = json!({"steps": vec![step; 50]});
        let order = json!({"id": "1", "items": vec![json!({"title": "x"}); 30], "parcels": vec![parcel; 9]});
        let (orders, more) = read(json!({"orders": vec![order; 33]}).to_string().as_bytes()).expect("is an answer");
        assert_eq!((orders.len(), more), (ORDERS, 13));
        assert_eq!((orders[0].items.len(), orders[0].parcels.len()), (ITEMS, PARCELS));
        let steps = &orders[0].parcels[0].steps;
        assert_eq!((steps.len(), steps[0].text.chars().count()), (STEPS, LONGEST));
        for other in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"orders":{}}"#,
            r#"{"orders":[{"status":"x"}]}"#,
            r#"{"orders":[{"id":["x"]}]}"#,
            r#"{"orders":[{"id":"1","at":"yesterday"}]}"#,
            r#"{"orders":[{"id":"1","items":[{"title":"x","count":-1}]}]}"#,
        ] {
            assert!(read(other.as_bytes()).is_err(), "{other}");
        }
    }
}
