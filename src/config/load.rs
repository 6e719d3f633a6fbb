//! Three layers into one [`Settings`]: file, environment, flags. Everything that is wrong is reported at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::catalogue::{Key, Section, sections};
use super::error::{ConfigError, Place, Problem};
use super::{Secret, Settings};

/// What every variable of ours begins with.
const PREFIX: &str = "YINGDA_";
/// Settings that had another name in version 0.1: section, old name, new name. The old name is read with a warning.
const RENAMED: [(&str, &str, &str); 3] = [
    ("handoff", "silent_s", "agent_reply_timeout_s"),
    ("store", "patience_ms", "retry_timeout_ms"),
    ("gateway", "moving_spread_ms", "reconnect_spread_ms"),
];

/// Where settings come from. Nothing else is read, so that loading is a function of its arguments.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file with its text.
    pub file: Option<(PathBuf, String)>,
    /// The environment; only names that begin with `YINGDA_` are looked at.
    pub environment: BTreeMap<String, String>,
    /// Flags: the key such as `gateway.listen`, the flag as typed such as `--listen`, the value.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

/// Settings that can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// What is set.
    pub settings: Settings,
    /// Where old names of settings stand; they are read, and should be replaced.
    pub warnings: Vec<Problem>,
}

/// Puts the layers together.
///
/// # Errors
/// [`ConfigError::Wrong`] with everything that is wrong.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut loader = Loader {
        sections: sections(),
        value: Value::Object(Map::new()),
        problems: Vec::new(),
        warnings: Vec::new(),
    };
    if let Some((path, text)) = &sources.file {
        loader.file(path, text);
    }
    for (name, text) in &sources.environment {
        loader.variable(name, text);
    }
    for (key, flag, text) in &sources.flags {
        let (section, name) = key.split_once('.').expect("flags name a key of a section");
        loader.text(&Place::Flag((*flag).to_owned()), section, None, name, text);
    }
    if loader.problems.is_empty() {
        Ok(Loaded {
            settings: serde_json::from_value(loader.value).expect("every key was tried on its own"),
            warnings: loader.warnings,
        })
    } else {
        Err(ConfigError::Wrong(loader.problems))
    }
}

struct Loader {
    sections: Vec<Section>,
    value: Value,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Loader {
    fn file(&mut self, path: &Path, text: &str) {
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let place = place(path, text, error.span().map_or(0, |span| span.start));
                let said = error.message();
                return self.problem(place, format!("写法不对：{said}"), format!("not valid TOML: {said}"));
            }
        };
        for (name, value) in &table {
            let at = place(path, text, name.span().start);
            let Some(section) = self.section(&at, name.get_ref()) else {
                continue;
            };
            let Some(inner) = value.get_ref().as_table() else {
                let name = &section.name;
                self.problem(
                    at,
                    format!("{name} 是一节，写作 [{name}]"),
                    format!("{name} is a section: [{name}]"),
                );
                continue;
            };
            if section.by_shop {
                for (shop, keys) in inner {
                    let at = place(path, text, shop.span().start);
                    match keys.get_ref().as_table() {
                        Some(keys) => self.table(path, text, &section.name, Some(shop.get_ref()), keys),
                        None => self.problem(
                            at,
                            format!("店铺写作 [{}.{}]", section.name, shop.get_ref()),
                            format!("a shop is a section: [{}.{}]", section.name, shop.get_ref()),
                        ),
                    }
                }
            } else {
                self.table(path, text, &section.name, None, inner);
            }
        }
    }

    fn table(&mut self, path: &Path, text: &str, section: &str, shop: Option<&str>, table: &DeTable<'_>) {
        for (name, value) in table {
            let at = place(path, text, name.span().start);
            let renamed = new_name(section, name.get_ref());
            if let Some(new) = renamed.filter(|new| table.contains_key(*new)) {
                let old = name.get_ref();
                self.problem(
                    at,
                    format!("{section}.{old} 是 {section}.{new} 的旧名，只写新名"),
                    format!("{section}.{old} is the old name of {section}.{new}; write the new one only"),
                );
                continue;
            }
            if let Some(key) = self.key(&at, section, name.get_ref()) {
                let at = place(path, text, value.span().start);
                self.set(&at, section, shop, &key, json(value.get_ref()));
            }
        }
    }

    /// `YINGDA_SECTION__KEY`, and `YINGDA_SHOPS__SHOP__KEY`.
    fn variable(&mut self, name: &str, text: &str) {
        let Some(path) = name.strip_prefix(PREFIX) else { return };
        let place = Place::Environment(name.to_owned());
        let parts: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        match parts.as_slice() {
            // A single word is no setting (`YINGDA_CONFIG`, tools' own variables), unless it is one misspelt.
            [word] => {
                let meant = self.sections.iter().find_map(|section| {
                    let known = section.keys.iter().any(|key| key.name == *word) && !section.by_shop;
                    known.then(|| format!("{PREFIX}{}__{path}", section.name.to_ascii_uppercase()))
                });
                if let Some(meant) = meant {
                    self.problem(place, format!("应为 {meant}"), format!("did you mean {meant}?"));
                }
            }
            [section, key] => self.text(&place, section, None, key, text),
            [section, shop, key] => self.text(&place, section, Some(shop), key, text),
            _ => self.problem(
                place,
                format!("写作 {PREFIX}节__键"),
                format!("the form is {PREFIX}SECTION__KEY"),
            ),
        }
    }

    fn text(&mut self, at: &Place, section: &str, shop: Option<&str>, name: &str, text: &str) {
        let Some(known) = self.section(at, section) else { return };
        if known.by_shop != shop.is_some() {
            let form = if known.by_shop {
                "SHOPS__SHOP__KEY"
            } else {
                "SECTION__KEY"
            };
            return self.problem(
                at.clone(),
                format!("写作 {PREFIX}{form}"),
                format!("the form is {PREFIX}{form}"),
            );
        }
        if let Some(key) = self.key(at, section, name) {
            let value = key.kind.read(text);
            self.set(at, section, shop, &key, value);
        }
    }

    fn section(&mut self, at: &Place, name: &str) -> Option<Section> {
        let found = self.sections.iter().find(|section| section.name == name).cloned();
        if found.is_none() {
            let all: Vec<String> = self.sections.iter().map(|section| section.name.clone()).collect();
            self.unknown(at, name, &all);
        }
        found
    }

    fn key(&mut self, at: &Place, section: &str, name: &str) -> Option<Key> {
        let known = self.sections.iter().find(|known| known.name == section)?;
        let renamed = new_name(section, name);
        let wanted = renamed.unwrap_or(name);
        let found = known.keys.iter().find(|key| key.name == wanted).cloned();
        if let Some(new) = renamed {
            self.warnings.push(Problem {
                place: at.clone(),
                zh: format!("{section}.{name} 现名 {section}.{new}，请改用新名"),
                en: format!("{section}.{name} is called {section}.{new} now; please use the new name"),
            });
        }
        if found.is_none() {
            let all: Vec<String> = known.keys.iter().map(|key| format!("{section}.{}", key.name)).collect();
            self.unknown(at, &format!("{section}.{name}"), &all);
        }
        found
    }

    fn unknown(&mut self, at: &Place, name: &str, all: &[String]) {
        let meant = all
            .iter()
            .map(|candidate| (strsim::jaro_winkler(candidate, name), candidate))
            .filter(|(score, _)| *score > 0.8)
            .max_by(|left, right| left.0.total_cmp(&right.0))
            .map(|(_, candidate)| candidate);
        let (zh, en) = match meant {
            Some(meant) => (
                format!("没有 {name} 这一项，是不是 {meant}？"),
                format!("there is no setting {name}; did you mean {meant}?"),
            ),
            None => (
                format!("没有 {name} 这一项；可用的：{}", all.join("、")),
                format!("there is no setting {name}; there are {}", all.join(", ")),
            ),
        };
        self.problem(at.clone(), zh, en);
    }

    /// Sets a key when its value is allowed. The value is tried alone, so that what a type refuses is reported at
    /// the place it was written.
    fn set(&mut self, at: &Place, section: &str, shop: Option<&str>, key: &Key, value: Value) {
        // People write the name of this machine where an address is meant.
        let value = match value.as_str().and_then(|text| text.strip_prefix("localhost:")) {
            Some(port) if (section, key.name.as_str()) == ("gateway", "listen") => {
                Value::from(format!("127.0.0.1:{port}"))
            }
            _ => value,
        };
        let name = match shop {
            Some(shop) => format!("{section}.{shop}.{}", key.name),
            None => format!("{section}.{}", key.name),
        };
        let secret = key.name.ends_with("_key") || key.name.ends_with("_key_before");
        let shown = if secret { "***".to_owned() } else { value.to_string() };
        if !key.kind.takes(&value) {
            let (zh, en) = key.kind.allowed();
            return self.problem(
                at.clone(),
                format!("{name} 不能是 {shown}，应为{zh}"),
                format!("{name} cannot be {shown}; it takes {en}"),
            );
        }
        let mut alone = Value::Object(Map::new());
        put(&mut alone, section, shop, &key.name, value.clone());
        match serde_json::from_value::<Settings>(alone) {
            Ok(_) => put(&mut self.value, section, shop, &key.name, value),
            Err(error) if secret => self.problem(
                at.clone(),
                format!("{name} 至少 {} 个字符", Secret::SHORTEST),
                format!("{name}: {error}"),
            ),
            Err(error) => self.problem(
                at.clone(),
                format!("{name} 不能是 {shown}：{error}"),
                format!("{name} cannot be {shown}: {error}"),
            ),
        }
    }

    fn problem(&mut self, place: Place, zh: String, en: String) {
        self.problems.push(Problem { place, zh, en });
    }
}

/// What a setting of this old name is called now.
fn new_name(section: &str, name: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|(of, old, _)| *of == section && *old == name);
    renamed.map(|(_, _, new)| *new)
}

fn put(into: &mut Value, section: &str, shop: Option<&str>, key: &str, value: Value) {
    let mut at = into;
    for step in std::iter::once(section).chain(shop) {
        at = at
            .as_object_mut()
            .expect("only tables are put above keys")
            .entry(step)
            .or_insert_with(|| Value::Object(Map::new()));
    }
    at[key] = value;
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Integer(number) => i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Float(number) => number
            .as_str()
            .replace('_', "")
            .parse::<f64>()
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => table
            .iter()
            .map(|(name, value)| (name.get_ref().to_string(), json(value.get_ref())))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn place(path: &Path, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place::File {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
