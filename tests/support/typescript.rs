//! From JSON Schema to TypeScript declarations: as much of both as the protocol's types need.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Declarations for all definitions, in their order.
pub fn declarations(definitions: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (name, schema) in definitions {
        text.push('\n');
        comment(&mut text, "", schema);
        // What the server sends leaves fields out instead of sending null.
        let nullable = name.ends_with("Request");
        let is_plain_object = schema.get("properties").is_some() && schema.get("$ref").is_none();
        if is_plain_object {
            let _ = writeln!(text, "export interface {name} {}", object(schema, "", nullable));
        } else {
            let _ = writeln!(text, "export type {name} ={};", union(schema, nullable));
        }
    }
    text
}

fn union(schema: &Value, nullable: bool) -> String {
    let variants = ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.as_array());
    match variants {
        Some(variants) => variants
            .iter()
            .map(|variant| {
                let mut text = String::from("\n");
                comment(&mut text, "  ", variant);
                let _ = write!(text, "  | {}", kind(variant, "  ", nullable));
                text
            })
            .collect(),
        None => format!(" {}", kind(schema, "", nullable)),
    }
}

fn kind(schema: &Value, indent: &str, nullable: bool) -> String {
    let mut parts = Vec::new();
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        parts.push(target.rsplit('/').next().unwrap().to_owned());
    }
    for inner in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        parts.push(kind(inner, indent, nullable));
    }
    if let Some(value) = schema.get("const") {
        parts.push(value.to_string());
    } else if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        parts.push(values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | "));
    } else if let Some(variants) = ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.as_array()) {
        let kinds: Vec<String> = variants
            .iter()
            .map(|variant| kind(variant, indent, nullable))
            .filter(|kind| !kind.is_empty())
            .collect();
        parts.push(kinds.join(" | "));
    } else if schema.get("properties").is_some() {
        parts.push(object(schema, indent, nullable));
    } else if let Some(types) = schema.get("type") {
        let types: Vec<&str> = match types {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let kinds: Vec<String> = types
            .into_iter()
            .filter(|name| nullable || *name != "null")
            .map(|name| simple(name, schema, indent, nullable))
            .collect();
        parts.push(kinds.join(" | "));
    }
    assert!(!parts.is_empty(), "no type for {schema}");
    if parts.len() > 1 {
        format!("({})", parts.join(" & "))
    } else {
        parts.remove(0)
    }
}

fn simple(name: &str, schema: &Value, indent: &str, nullable: bool) -> String {
    match name {
        "integer" | "number" => "number".to_owned(),
        "array" => {
            let item = kind(&schema["items"], indent, nullable);
            if item.contains(' ') && !item.starts_with('(') {
                format!("({item})[]")
            } else {
                format!("{item}[]")
            }
        }
        "object" => {
            let value = schema.get("additionalProperties").filter(|value| value.is_object());
            let value = value.map_or("string".to_owned(), |value| kind(value, indent, nullable));
            format!("Record<string, {value}>")
        }
        other => other.to_owned(),
    }
}

fn object(schema: &Value, indent: &str, nullable: bool) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let inner = format!("{indent}  ");
    let mut text = String::from("{\n");
    for (name, field) in schema["properties"].as_object().unwrap() {
        comment(&mut text, &inner, field);
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        let _ = writeln!(text, "{inner}{name}{mark}: {};", kind(field, &inner, nullable));
    }
    let _ = write!(text, "{indent}}}");
    text
}

fn comment(text: &mut String, indent: &str, schema: &Value) {
    if let Some(description) = schema.get("description").and_then(Value::as_str) {
        let words: Vec<&str> = description.split_whitespace().collect();
        let _ = writeln!(text, "{indent}/** {} */", words.join(" "));
    }
}
