//! The list of all keys with their documentation and what they take, read from the types by way of their schema.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Settings;

/// What a key takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Truth,
    Whole { min: u64, max: u64 },
    Number { min: f64, max: f64 },
    Choice(Vec<String>),
    List,
}

/// A key of a section.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub name: String,
    pub kind: Kind,
    pub doc: String,
}

/// A section; `by_shop` for the one that is repeated for every shop.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub name: String,
    pub by_shop: bool,
    pub doc: String,
    pub keys: Vec<Key>,
}

/// All sections in the order of the types.
pub(super) fn sections() -> Vec<Section> {
    let generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let schema = generator.into_root_schema_for::<Settings>().to_value();
    members(&schema)
        .map(|(name, member)| {
            let by_shop = member.get("additionalProperties").filter(|value| value.is_object());
            Section {
                name: name.clone(),
                by_shop: by_shop.is_some(),
                doc: doc(member),
                keys: members(by_shop.unwrap_or(member))
                    .map(|(name, key)| Key {
                        name: name.clone(),
                        kind: kind(key),
                        doc: doc(key),
                    })
                    .collect(),
            }
        })
        .collect()
}

fn members(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn doc(schema: &Value) -> String {
    schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn kind(schema: &Value) -> Kind {
    let choices: Vec<String> = ["oneOf", "enum"]
        .iter()
        .filter_map(|word| schema.get(word).and_then(Value::as_array))
        .flatten()
        .filter_map(|choice| choice.get("const").unwrap_or(choice).as_str())
        .map(str::to_owned)
        .collect();
    if !choices.is_empty() {
        return Kind::Choice(choices);
    }
    let bound = |word: &str| schema.get(word).and_then(Value::as_f64);
    // What may be left unset is of its type or null.
    let kinds = schema.get("type").and_then(Value::as_array);
    let one = kinds.into_iter().flatten().find(|kind| *kind != "null");
    match one.or(schema.get("type")).and_then(Value::as_str) {
        Some("boolean") => Kind::Truth,
        Some("array") => Kind::List,
        Some("integer") => Kind::Whole {
            min: bound("minimum").unwrap_or(0.0) as u64,
            max: bound("maximum").map_or(u64::from(u32::MAX), |max| max as u64),
        },
        Some("number") => Kind::Number {
            min: bound("minimum").unwrap_or(f64::MIN),
            max: bound("maximum").unwrap_or(f64::MAX),
        },
        _ => Kind::Text,
    }
}

impl Kind {
    /// What is allowed, in Chinese and English.
    pub fn allowed(&self) -> (String, String) {
        match self {
            Kind::Text => ("引号里的文字".into(), "text in quotes".into()),
            Kind::Truth => ("true 或 false".into(), "true or false".into()),
            Kind::Whole { min, max } => (
                format!("{min} 到 {max} 的整数"),
                format!("a whole number from {min} to {max}"),
            ),
            Kind::Number { min, max } => (format!("{min} 到 {max} 的数"), format!("a number from {min} to {max}")),
            Kind::Choice(choices) => {
                let quoted: Vec<String> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
                (quoted.join("、"), format!("one of {}", quoted.join(", ")))
            }
            Kind::List => (
                "文字的列表，如 [\"a\", \"b\"]".into(),
                "a list of texts, such as [\"a\", \"b\"]".into(),
            ),
        }
    }

    /// Whether a value is of this kind and within its bounds.
    pub fn takes(&self, value: &Value) -> bool {
        match self {
            Kind::Text => value.is_string(),
            Kind::Truth => value.is_boolean(),
            Kind::Whole { min, max } => value.as_u64().is_some_and(|number| (*min..=*max).contains(&number)),
            Kind::Number { min, max } => value.as_f64().is_some_and(|number| (*min..=*max).contains(&number)),
            Kind::Choice(choices) => value
                .as_str()
                .is_some_and(|text| choices.iter().any(|choice| choice == text)),
            Kind::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        }
    }

    /// Reads the text of an environment variable or a flag: no quotes around texts, commas between list items.
    pub fn read(&self, text: &str) -> Value {
        let text = text.trim();
        match self {
            Kind::Text | Kind::Choice(_) => Value::from(text),
            Kind::Truth => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Value::from(true),
                "false" | "0" | "no" | "off" => Value::from(false),
                _ => Value::from(text),
            },
            Kind::Whole { .. } => text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
            Kind::Number { .. } => text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from),
            Kind::List => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(Value::from)
                .collect(),
        }
    }
}
