//! The JSON Schema of intent files, for editors that complete and check while people write.

use schemars::generate::SchemaSettings;

use super::written::IntentFile;

/// The schema as it is checked in at `intents/schema.json`.
pub fn intent_file_schema() -> String {
    let schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<IntentFile>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::packs::written::INTENT_KEYS;

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
        let schema: serde_json::Value = serde_json::from_str(&intent_file_schema()).unwrap();
        let mut named: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let mut read = INTENT_KEYS.map(str::to_owned).to_vec();
        named.sort();
        read.sort();
        assert_eq!(named, read);
        let required = schema["required"].as_array().unwrap();
        assert_eq!(required.len(), 6, "{required:?}");
    }
}
