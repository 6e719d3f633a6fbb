//! What templates may say of the goods in hand: what the catalogue says, and nothing it does not.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;

use super::talk_slots::TalkSlots;
use crate::model::{Language, SlotName, Slots};
use crate::shop::{Catalogue, Goods};

/// Attributes in a comparison at the most: it is read on a phone.
const MOST_COMPARED: usize = 3;

/// What is known beside slots once goods are named.
pub(super) const NAMES: [&str; 24] = [
    "goods.id",
    "goods.name",
    "goods.price",
    "goods.sizes",
    "goods.colors",
    "goods.color_count",
    "goods.offered",
    "goods.no_size",
    "goods.no_color",
    "goods.stock",
    "goods.in_box",
    "goods.suits",
    "goods.compatible",
    "goods.material",
    "goods.size_table",
    "other_goods.name",
    "other_goods.price",
    "other_goods.colors",
    "other_goods.stock",
    "other_goods.attribute",
    "attribute.name",
    "attribute.value",
    "comparison",
    "unknown_goods",
];

/// Adds what the catalogue says of the goods in the slots while these periods last.
pub(super) fn add(
    known: &mut BTreeMap<String, Value>,
    catalogue: &Catalogue,
    slots: TalkSlots<'_>,
    language: Language,
    lasting: &[&str],
) {
    let name = slots.known.get(SlotName::Goods);
    let Some(goods) = name.and_then(|name| catalogue.get(name)) else {
        // What looks like goods and is none must not be said to be there.
        known.remove(SlotName::Goods.name());
        let unknown = name.or_else(|| slots.known.get(SlotName::Link));
        if let Some(unknown) = unknown.filter(|_| !catalogue.is_empty()) {
            known.insert("unknown_goods".to_owned(), Value::from(unknown));
        }
        return;
    };
    let goods = &*goods.during(lasting);
    let mut put = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            known.insert(name.to_owned(), Value::from(text));
        }
    };
    let between = between(language);
    put("goods.id", goods.id.clone());
    put("goods.sizes", listed(&goods.sizes, between));
    put(
        "goods.color_count",
        (!goods.colors.is_empty()).then(|| goods.colors.len().to_string()),
    );
    for (name, text) in common(goods, language) {
        put(&format!("goods.{name}"), Some(text));
    }
    for (name, text) in &goods.said {
        put(&format!("goods.{name}"), Some(text.get(language).to_owned()));
    }
    let asked = asked_for(catalogue, goods, slots.asked, language);
    // There is no such size beside a colour that there is.
    let lacks = !(asked.no_sizes.is_empty() && asked.no_colors.is_empty());
    put(
        "goods.offered",
        listed(&asked.offered, between)
            .filter(|_| !lacks)
            .map(|text| spaced(&text, language)),
    );
    put(
        "goods.no_size",
        listed(&asked.no_sizes, between).map(|text| spaced(&text, language)),
    );
    put("goods.no_color", listed(&asked.no_colors, between));
    let attribute = slots.asked.get(SlotName::Attribute);
    if let Some((name, value)) = attribute.and_then(|name| Some((name, goods.attribute(name)?))) {
        put(
            "attribute.name",
            Some(catalogue.attribute_name(name, language).to_owned()),
        );
        put("attribute.value", Some(value.get(language).to_owned()));
    }
    let other = slots.asked.get(SlotName::OtherGoods);
    let other = other.and_then(|name| catalogue.get(name));
    if let Some(other) = other.filter(|other| other.name != goods.name) {
        let other = &*other.during(lasting);
        for (name, text) in common(other, language) {
            put(&format!("other_goods.{name}"), Some(text));
        }
        let value = attribute.and_then(|name| other.attribute(name));
        put(
            "other_goods.attribute",
            value.map(|value| value.get(language).to_owned()),
        );
        let rows = compared(catalogue, other, goods, language);
        put("comparison", listed(&rows, "\n").map(|rows| format!("\n{rows}")));
    }
}

fn between(language: Language) -> &'static str {
    if language == Language::English { ", " } else { "、" }
}

/// A list in words; `None` for an empty one.
fn listed(texts: &[String], between: &str) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(between))
}

/// What may be said of either of two goods.
fn common(goods: &Goods, language: Language) -> Vec<(&'static str, String)> {
    let colors: Vec<String> = goods
        .colors
        .iter()
        .map(|color| color.get(language).to_owned())
        .collect();
    let said = [
        ("name", Some(goods.name.get(language).to_owned())),
        ("price", goods.price.map(|price| price.to_string())),
        ("colors", listed(&colors, between(language))),
        ("stock", goods.said("stock").map(|text| text.get(language).to_owned())),
    ];
    said.into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .collect()
}

/// Chinese writes a blank between a character and a Latin letter or a number: 有 42 码.
fn spaced(text: &str, language: Language) -> String {
    let latin = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if latin && language != Language::English {
        format!(" {text}")
    } else {
        text.to_owned()
    }
}

/// The sizes and colours that were asked for.
#[derive(Default)]
struct AskedFor {
    offered: Vec<String>,
    no_sizes: Vec<String>,
    no_colors: Vec<String>,
}

fn asked_for(catalogue: &Catalogue, goods: &Goods, asked: &Slots, language: Language) -> AskedFor {
    let mut found = AskedFor::default();
    if let Some(word) = asked.get(SlotName::Color)
        && let Some(like) = goods.colors_like(word)
    {
        let like = like.iter().map(|color| color.get(language).to_owned());
        found.offered.extend(like);
        if found.offered.is_empty() {
            found.no_colors.push(color_name(catalogue, word, language));
        }
    }
    if let Some(size) = asked.get(SlotName::Size) {
        let said = match language {
            Language::English => format!("size {size}"),
            Language::Chinese | Language::Traditional => format!("{size} 码"),
        };
        match goods.has_size(size) {
            Some(true) => found.offered.push(said),
            Some(false) => found.no_sizes.push(said),
            None => {}
        }
    }
    found
}

/// A colour in the language of the reply, where some article comes in it.
fn color_name(catalogue: &Catalogue, word: &str, language: Language) -> String {
    if language != Language::English {
        return word.to_owned();
    }
    let mut colors = catalogue.iter().flat_map(|goods| &goods.colors);
    let known = colors.find(|color| color.zh == word && color.en.is_ascii());
    known.map_or_else(|| "that colour".to_owned(), |color| color.en.clone())
}

/// Price, whom they suit, and the attributes in which they differ, a line each; the first one's value first.
fn compared(catalogue: &Catalogue, first: &Goods, second: &Goods, language: Language) -> Vec<String> {
    let english = language == Language::English;
    let mut rows = Vec::new();
    if let (Some(one), Some(two)) = (first.price, second.price) {
        rows.push(if english {
            format!("· price {one} / {two} yuan")
        } else {
            format!("· 价格 {one} / {two} 元")
        });
    }
    let suits = |goods: &Goods| goods.said("suits").map(|text| text.get(language).to_owned());
    if let (Some(one), Some(two)) = (suits(first), suits(second))
        && one != two
    {
        let name = if english { "made for" } else { "适合" };
        rows.push(format!("· {name} {one} / {two}"));
    }
    let both = first.attributes.iter();
    let both = both.filter_map(|(name, one)| Some((name, one, second.attribute(name)?)));
    // What is the same in both tells nothing apart.
    for (name, one, two) in both.filter(|(_, one, two)| one != two).take(MOST_COMPARED) {
        let name = catalogue.attribute_name(name, language);
        rows.push(format!("· {name} {} / {}", one.get(language), two.get(language)));
    }
    rows
}

/// A value that is said by itself and has fields: `{{ goods }}`, `{{ goods.price }}`.
#[derive(Debug)]
struct Named {
    text: String,
    fields: BTreeMap<String, Value>,
}

impl Object for Named {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.fields.get(key.as_str()?).cloned()
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The values as templates name them: `goods.price` is a field of `goods`.
pub(super) fn nested(flat: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut fields: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for (name, value) in flat {
        match name.split_once('.') {
            Some((root, field)) => {
                fields
                    .entry(root.to_owned())
                    .or_default()
                    .insert(field.to_owned(), value);
            }
            None => {
                values.insert(name, value);
            }
        }
    }
    for (root, fields) in fields {
        let name = fields.get("name").or_else(|| values.get(&root));
        let text = name.map(ToString::to_string).unwrap_or_default();
        values.insert(root, Value::from_object(Named { text, fields }));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::LocalText;

    fn shop() -> Catalogue {
        let goods = |name: &str, price: f64, sole: &str| Goods {
            name: LocalText::same(name),
            price: Some(price),
            sizes: vec!["36-45".to_owned()],
            colors: vec![LocalText::same("白色"), LocalText::same("黑色")],
            attributes: vec![
                ("鞋底".to_owned(), LocalText::same(sole)),
                ("产地".to_owned(), LocalText::same("福建")),
            ],
            ..Goods::default()
        };
        Catalogue::new(vec![goods("甲", 399.0, "碳板"), goods("乙", 99.5, "橡胶")], Vec::new())
    }

    fn slots(values: &[(SlotName, &str)]) -> Slots {
        let mut slots = Slots::default();
        values.iter().for_each(|(name, value)| slots.set(*name, *value));
        slots
    }

    fn said_in(language: Language, known: &Slots, asked: &Slots, name: &str) -> Option<String> {
        let mut values = BTreeMap::new();
        values.insert("goods".to_owned(), Value::from("丙"));
        add(&mut values, &shop(), TalkSlots { known, asked }, language, &[]);
        values.get(name).map(ToString::to_string)
    }

    fn said(values: &[(SlotName, &str)], name: &str) -> Option<String> {
        let slots = slots(values);
        said_in(Language::Chinese, &slots, &slots, name)
    }

    #[test]
    fn what_is_asked_of_goods_is_what_the_catalogue_says() {
        use SlotName::{Attribute, Color, Goods, OtherGoods, Size};
        let asked = [(Goods, "甲"), (Size, "47"), (Color, "白色")];
        for (slots, name, text) in [
            (&[(Goods, "甲")][..], "goods.price", "399"),
            (&[(Goods, "乙"), (Attribute, "鞋底")], "attribute.value", "橡胶"),
            (
                &[(Goods, "甲"), (Size, "42"), (Color, "白色")],
                "goods.offered",
                "白色、42 码",
            ),
            (&[(Goods, "甲"), (Size, "42")], "goods.offered", " 42 码"),
            (&asked, "goods.no_size", " 47 码"),
            (&[(Goods, "甲"), (Color, "红色")], "goods.no_color", "红色"),
            // What is the same in both is no difference.
            (
                &[(Goods, "甲"), (OtherGoods, "乙")],
                "comparison",
                "\n· 价格 99.5 / 399 元\n· 鞋底 橡胶 / 碳板",
            ),
            (&[(Goods, "甲"), (OtherGoods, "乙")], "other_goods.price", "99.5"),
        ] {
            assert_eq!(said(slots, name).as_deref(), Some(text), "{name}");
        }
        assert_eq!(said(&asked, "goods.offered"), None);
        assert_eq!(said(&[(Goods, "甲"), (Attribute, "防水")], "attribute.value"), None);
        let red = slots(&[(Goods, "甲"), (Color, "红色")]);
        let english = said_in(Language::English, &red, &red, "goods.no_color");
        assert_eq!(english.as_deref(), Some("that colour"));
    }

    #[test]
    fn what_is_not_in_the_catalogue_is_unknown_and_not_named_as_goods() {
        use SlotName::{Goods, Link};
        for (slots, unknown) in [
            (&[(Goods, "丙")][..], Some("丙")),
            (&[(Link, "a.com/1")], Some("a.com/1")),
            (&[(Link, "a.com/1"), (Goods, "甲")], None),
            (&[], None),
        ] {
            assert_eq!(said(slots, "unknown_goods").as_deref(), unknown);
        }
        assert_eq!(said(&[(Goods, "丙")], "goods"), None);
        assert_eq!(said(&[(Goods, "丙")], "goods.price"), None);
    }

    #[test]
    fn a_size_that_was_said_before_is_not_asked_for() {
        let (goods, now) = (
            slots(&[(SlotName::Goods, "甲"), (SlotName::Size, "47")]),
            slots(&[(SlotName::Goods, "甲")]),
        );
        assert_eq!(said_in(Language::Chinese, &goods, &now, "goods.no_size"), None);
    }
}
