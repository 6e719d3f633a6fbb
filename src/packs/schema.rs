//! The JSON Schema of the files of a folder, for editors that complete and check while people write: a question, what a
//! shop writes over one, and `shop.yaml`. One schema serves all, so that an editor needs one line of settings.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::written::{GOODS_KEYS, IntentFile, ONLY_OVER};
use crate::model::DAYS_OF_WEEK;
use crate::shop::clock::ReplyClock;
use crate::shop::{EVERY_DAY, SAID};

/// The schema as it is checked in at `intents/schema.json`.
pub fn intent_file_schema() -> String {
    let schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<IntentFile>();
    let mut question = schema.to_value();
    let definitions = question
        .as_object_mut()
        .and_then(|fields| {
            fields.remove("$schema");
            fields.remove("definitions")
        })
        .unwrap_or_default();
    let has = |key: &&str| json!({ "required": [key] });
    let only_over: Vec<Value> = ONLY_OVER.iter().map(has).collect();
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "yingda",
        "description": "A question, what a shop writes over one, or shop.yaml.",
        "if": { "required": ["shop"] },
        "then": { "$ref": "#/definitions/ShopFile" },
        "else": {
            "if": { "anyOf": [{ "anyOf": only_over }, { "not": { "required": ["examples"] } }] },
            "then": { "$ref": "#/definitions/OverlayFile" },
            "else": { "$ref": "#/definitions/IntentFile" },
        },
        "definitions": with(definitions, [
            ("OverlayFile", overlay(&question)),
            ("IntentFile", question),
            ("ShopFile", shop()),
        ]),
    });
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

fn with<const N: usize>(mut map: Value, more: [(&str, Value); N]) -> Value {
    for (name, value) in more {
        map[name] = value;
    }
    map
}

/// What a shop writes over a question: nothing but the id must be there.
fn overlay(question: &Value) -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let mut schema = question.clone();
    schema["title"] = "OverlayFile".into();
    schema["description"] = "What a shop changes in a question of the common pack.".into();
    schema["required"] = json!(["intent"]);
    let fields = &mut schema["properties"];
    fields["more_answers"] = fields["answers"].clone();
    fields["more_answers"]["description"] = "Answers that take turns with those of the common pack.".into();
    fields["mute"] = texts;
    fields["mute"]["description"] = "Beginnings of answers of the common pack that this shop does not say.".into();
    fields["off"] = json!({
        "description": "true: the shop does not know this question.",
        "type": "boolean",
    });
    schema
}

/// `shop.yaml`.
fn shop() -> Value {
    let text = json!({
        "anyOf": [
            { "type": ["string", "number"] },
            {
                "type": "object",
                "properties": { "zh": { "type": "string" }, "en": { "type": "string" } },
                "required": ["zh"],
                "additionalProperties": false,
            },
        ],
    });
    let mut fact = text.clone();
    fact["anyOf"][1]["properties"]["periods"] = json!({ "type": "object", "additionalProperties": text });
    let spans = json!({ "type": ["string", "null"] });
    let days: serde_json::Map<String, Value> = [EVERY_DAY]
        .into_iter()
        .chain(DAYS_OF_WEEK)
        .map(|day| (day.to_owned(), spans.clone()))
        .collect();
    let clocks: Vec<&str> = ReplyClock::names().collect();
    let holidays = json!({ "type": "object", "additionalProperties": spans });
    let described = |mut schema: Value, description: &str| {
        schema["description"] = description.into();
        schema
    };
    json!({
        "title": "ShopFile",
        "description": "Who a shop is, when its people are there, and the facts that answers use.",
        "type": "object",
        "properties": {
            "shop": described(json!({ "type": "string", "pattern": "^[a-z0-9-]{1,40}$" }), "The id, as the folder."),
            "name": described(text.clone(), "The shop's name."),
            "timezone": described(json!({ "type": "string" }), "IANA zone; Asia/Shanghai by default."),
            "service_hours": described(
                json!({ "type": "object", "properties": days, "additionalProperties": spans }),
                "When people are at the desk: \"09:00-12:00, 13:30-23:00\"; nothing or closed: nobody is. Several days at once: monday-friday, weekend, 周一至周五.",
            ),
            "holidays": described(
                json!({
                    "anyOf": [
                        holidays,
                        { "type": "array", "items": { "anyOf": [{ "type": "string" }, holidays] } },
                    ],
                }),
                "Days with other hours: 2027-02-16, or 2027-02-16..2027-02-22, and their hours; without hours closed.",
            ),
            "periods": described(
                json!({
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [
                            { "type": "string" },
                            {
                                "type": "object",
                                "properties": { "from": { "type": "string" }, "to": { "type": "string" } },
                                "required": ["from", "to"],
                                "additionalProperties": false,
                            },
                        ],
                    },
                }),
                "Named periods, exact to the minute: 双11: 2026-10-31 20:00..2026-11-11. Answers, facts and goods refer to them.",
            ),
            "clock": described(json!({ "enum": clocks }), "Whose reply clock the queue keeps."),
            "allow": described(
                json!({ "type": "array", "items": { "enum": super::pack::ALLOWED } }),
                "What this shop may go without.",
            ),
            "facts": described(
                json!({ "type": "object", "additionalProperties": fact }),
                "Facts by name; answers say {{ shop.<name> }}. `periods` says what one is meanwhile.",
            ),
            "attributes": described(
                json!({
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": { "type": "string" },
                            "name_en": { "type": "string" },
                            "asked": { "type": "array", "items": { "type": "string" } },
                        },
                        "required": ["name"],
                        "additionalProperties": false,
                    },
                }),
                "What is asked of goods: the name of an attribute and other words that ask for it.",
            ),
            "goods": described(goods(&text), "The goods; goods.yaml beside it holds the same list, goods.csv a sheet."),
        },
        "required": ["shop", "name"],
        "additionalProperties": false,
    })
}

/// The list of goods, in which texts are as everywhere.
fn goods(text: &Value) -> Value {
    let string = json!({ "type": "string" });
    let strings = json!({ "type": "array", "items": { "type": ["string", "number"] } });
    let mut properties = serde_json::Map::new();
    let price = json!({ "type": ["number", "string"] });
    let mut otherwise: serde_json::Map<String, Value> =
        SAID.map(|name| (name.to_owned(), text.clone())).into_iter().collect();
    otherwise.insert("price".to_owned(), price.clone());
    let in_period = json!({
        "anyOf": [price, { "type": "object", "properties": otherwise, "additionalProperties": false }],
    });
    for name in GOODS_KEYS {
        let value = match name {
            "aliases" | "links" | "sizes" => strings.clone(),
            "colors" => json!({ "type": "array", "items": text }),
            "attributes" => json!({ "type": "object", "additionalProperties": text }),
            "periods" => json!({ "type": "object", "additionalProperties": in_period }),
            "id" | "price" => json!({ "type": ["number", "string"] }),
            _ => string.clone(),
        };
        properties.insert(name.to_owned(), value);
    }
    properties.extend(SAID.map(|name| (name.to_owned(), text.clone())));
    json!({
        "type": "array",
        "items": {
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": properties,
                    "required": ["name"],
                    "additionalProperties": false,
                },
            ],
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::packs::written::{INTENT_KEYS, SHOP_KEYS};

    #[test]
    fn the_checked_in_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/intents/schema.json");
        if std::env::var_os("YINGDA_UPDATE").is_some() {
            std::fs::write(path, intent_file_schema()).unwrap();
        }
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            checked_in == intent_file_schema(),
            "intents/schema.json is stale: run `YINGDA_UPDATE=1 cargo test --lib schema`"
        );
    }

    #[test]
    fn the_schema_names_the_keys_that_are_read() {
        let schema: Value = serde_json::from_str(&intent_file_schema()).unwrap();
        let over: Vec<&str> = INTENT_KEYS.into_iter().chain(ONLY_OVER).collect();
        for (file, mut read, required) in [
            ("IntentFile", INTENT_KEYS.to_vec(), 6),
            ("OverlayFile", over, 1),
            ("ShopFile", SHOP_KEYS.to_vec(), 2),
        ] {
            let schema = &schema["definitions"][file];
            let mut named: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
            named.sort();
            read.sort_unstable();
            assert_eq!(named, read, "{file}");
            assert_eq!(schema["required"].as_array().unwrap().len(), required, "{file}");
        }
    }
}
