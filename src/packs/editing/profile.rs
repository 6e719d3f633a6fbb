//! Who a shop is, in its `shop.yaml`: its name, its time zone and its reply clock, changed line by line.

use serde::{Deserialize, Serialize};

use super::super::yaml::Node;
use super::mapping::{Value, with_values};
use super::{CannotEdit, Entries, entries, rest, text_of};

const NAME: &str = "name";
const TIMEZONE: &str = "timezone";
const CLOCK: &str = "clock";

/// Who a shop is, as it has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenProfile {
    /// Its name in Chinese, or in both languages.
    pub name: String,
    /// Its English name, where that is another; empty otherwise.
    #[serde(default)]
    pub name_en: String,
    /// IANA zone; empty for Shanghai's.
    #[serde(default)]
    pub timezone: String,
    /// The reply clock; empty for its own.
    #[serde(default)]
    pub clock: String,
}

/// What a file says of who the shop is.
///
/// # Errors
/// It cannot be read, or says it in another form than texts.
pub fn written_profile(name: &str, bytes: &[u8]) -> Result<WrittenProfile, CannotEdit> {
    let entries = entries(name, bytes)?;
    let (zh, en) = name_of(name, &entries)?;
    Ok(WrittenProfile {
        name_en: if en == zh { String::new() } else { en },
        name: zh,
        timezone: text_of(name, &entries, TIMEZONE)?,
        clock: text_of(name, &entries, CLOCK)?,
    })
}

/// The file that says this of the shop. The very same text where nothing is different.
///
/// # Errors
/// It is written in a form that is not edited line by line.
pub fn with_profile(name: &str, bytes: &[u8], wanted: &WrittenProfile) -> Result<String, CannotEdit> {
    let text = std::str::from_utf8(bytes).map_err(|_| CannotEdit::Unreadable(name.to_owned()))?;
    let before = entries(name, bytes)?;
    let known = written_profile(name, bytes)?;
    let mut changes: Vec<(String, Option<Value>)> = Vec::new();
    if (&known.name, &known.name_en) != (&wanted.name, &wanted.name_en) {
        let value = match wanted.name_en.is_empty() {
            true => Value::Text(wanted.name.clone()),
            false => Value::Map(vec![
                ("zh".to_owned(), Value::Text(wanted.name.clone())),
                ("en".to_owned(), Value::Text(wanted.name_en.clone())),
            ]),
        };
        changes.push((NAME.to_owned(), Some(value)));
    }
    for (key, was, is) in [
        (TIMEZONE, &known.timezone, &wanted.timezone),
        (CLOCK, &known.clock, &wanted.clock),
    ] {
        if was != is {
            let value = (!is.is_empty()).then(|| Value::Plain(is.clone()));
            changes.push((key.to_owned(), value));
        }
    }
    let edited = with_values(name, text, &[], &changes)?;
    // The form of a file may be odder than thought: what comes out is read again.
    let ours = [NAME, TIMEZONE, CLOCK];
    let same_rest = rest(&before, &ours) == rest(&entries(name, edited.as_bytes())?, &ours);
    match written_profile(name, edited.as_bytes())? == *wanted && same_rest {
        true => Ok(edited),
        false => Err(CannotEdit::Form(name.to_owned())),
    }
}

/// The name in both languages.
fn name_of(name: &str, entries: &Entries) -> Result<(String, String), CannotEdit> {
    let form = || CannotEdit::Form(name.to_owned());
    match entries
        .iter()
        .find(|(known, _)| known.value == NAME)
        .map(|(_, value)| &value.value)
    {
        Some(Node::Text(text)) => Ok((text.clone(), text.clone())),
        Some(Node::Map(fields)) => {
            let zh = text_of(name, fields, "zh")?;
            let en = text_of(name, fields, "en")?;
            Ok((zh.clone(), if en.is_empty() { zh } else { en }))
        }
        _ => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn edited(text: &str, change: impl FnOnce(&mut WrittenProfile)) -> String {
        let mut profile = written_profile("shop.yaml", text.as_bytes()).unwrap();
        change(&mut profile);
        with_profile("shop.yaml", text.as_bytes(), &profile).unwrap()
    }

    #[test]
    fn name_zone_and_clock_change_in_their_lines_and_keep_their_comments() {
        let shop = "shop: tea\nname: {zh: 茶铺, en: Tea} # 招牌\ntimezone: Asia/Shanghai # 总部\nclock: own\nfacts: {cutoff: \"16:00\"}\n";
        assert_eq!(edited(shop, |_| {}), shop);
        let moved = edited(shop, |profile| profile.timezone = "Asia/Taipei".to_owned());
        assert_eq!(moved, shop.replace("Asia/Shanghai", "Asia/Taipei"));
        let jd = edited(shop, |profile| profile.clock = "jd".to_owned());
        assert_eq!(jd, shop.replace("clock: own", "clock: jd"));
        let named = edited(shop, |profile| profile.name = "好茶".to_owned());
        let read = written_profile("shop.yaml", named.as_bytes()).unwrap();
        assert_eq!((read.name.as_str(), read.name_en.as_str()), ("好茶", "Tea"));
        assert!(named.contains("# 招牌") && named.contains("# 总部"), "{named}");
        let plain = edited("shop: tea\nname: 茶铺\n", |profile| {
            profile.clock = "taobao".to_owned()
        });
        assert_eq!(plain, "shop: tea\nname: 茶铺\nclock: taobao\n");
    }
}
