//! What templates may say of the goods in hand: what the catalogue says, and nothing it does not.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;

use crate::model::{Language, SlotName, Slots};
use crate::shop::{Catalogue, Goods, LocalText};

/// What is known beside slots once goods are named.
pub(super) const NAMES: [&str; 19] = [
    "goods.id",
    "goods.name",
    "goods.price",
    "goods.sizes",
    "goods.colors",
    "goods.color_count",
    "goods.offered",
    "goods.not_offered",
    "goods.stock",
    "goods.in_box",
    "goods.suits",
    "goods.compatible",
    "goods.material",
    "goods.size_table",
    "other_goods.name",
    "attribute.name",
    "attribute.value",
    "comparison",
    "unknown_link",
];

/// Adds what the catalogue says of the goods in the slots.
pub(super) fn add(known: &mut BTreeMap<String, Value>, catalogue: &Catalogue, slots: &Slots, language: Language) {
    let find = |slot| slots.get(slot).and_then(|name| catalogue.get(name));
    let mut put = |name: &str, text: String| {
        known.insert(name.to_owned(), Value::from(text));
    };
    let Some(goods) = find(SlotName::Goods) else {
        if let (Some(link), false) = (slots.get(SlotName::Link), catalogue.is_empty()) {
            put("unknown_link", link.to_owned());
        }
        return;
    };
    put("goods.name", goods.name.get(language).to_owned());
    if let Some(id) = &goods.id {
        put("goods.id", id.clone());
    }
    if let Some(price) = goods.price {
        put("goods.price", price.to_string());
    }
    let between = if language == Language::English { ", " } else { "、" };
    if !goods.sizes.is_empty() {
        put("goods.sizes", goods.sizes.join(between));
    }
    if !goods.colors.is_empty() {
        let colors: Vec<&str> = goods.colors.iter().map(|color| color.get(language)).collect();
        put("goods.colors", colors.join(between));
        put("goods.color_count", colors.len().to_string());
    }
    for (name, text) in &goods.said {
        put(&format!("goods.{name}"), text.get(language).to_owned());
    }
    let (offered, missing) = asked_for(goods, slots, language);
    if !missing.is_empty() {
        put("goods.not_offered", missing.join(between));
    } else if !offered.is_empty() {
        put("goods.offered", offered.join(between));
    }
    if let Some((name, value)) = slots
        .get(SlotName::Attribute)
        .and_then(|name| Some((name, goods.attribute(name)?)))
    {
        put("attribute.name", catalogue.attribute_name(name, language).to_owned());
        put("attribute.value", value.get(language).to_owned());
    }
    if let Some(other) = find(SlotName::OtherGoods).filter(|other| other.name != goods.name) {
        put("other_goods.name", other.name.get(language).to_owned());
        let rows = compared(catalogue, other, goods, language);
        if !rows.is_empty() {
            put(
                "comparison",
                rows.join(if language == Language::English { "; " } else { "；" }),
            );
        }
    }
}

/// The size and the colour that were asked for: those that there are, and those that there are not.
fn asked_for(goods: &Goods, slots: &Slots, language: Language) -> (Vec<String>, Vec<String>) {
    let (mut offered, mut missing) = (Vec::new(), Vec::new());
    if let Some(word) = slots.get(SlotName::Color)
        && !goods.colors.is_empty()
    {
        match goods.color(word) {
            Some(color) => offered.push(color.get(language).to_owned()),
            None => missing.push(word.to_owned()),
        }
    }
    if let Some(size) = slots.get(SlotName::Size) {
        let said = match language {
            Language::English => format!("size {size}"),
            Language::Chinese | Language::Traditional => format!("{size} 码"),
        };
        match goods.has_size(size) {
            Some(true) => offered.push(said),
            Some(false) => missing.push(said),
            None => {}
        }
    }
    (offered, missing)
}

/// Price and the attributes that both have, the first one's value first.
fn compared(catalogue: &Catalogue, first: &Goods, second: &Goods, language: Language) -> Vec<String> {
    let english = language == Language::English;
    let mut rows = Vec::new();
    if let (Some(one), Some(two)) = (first.price, second.price) {
        rows.push(if english {
            format!("price {one} / {two} yuan")
        } else {
            format!("价格 {one} / {two} 元")
        });
    }
    for (name, one) in &first.attributes {
        if let Some(two) = second.attribute(name) {
            let value = |text: &LocalText| text.get(language).to_owned();
            let name = catalogue.attribute_name(name, language);
            rows.push(format!("{name} {} / {}", value(one), value(two)));
        }
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

    fn shop() -> Catalogue {
        let goods = |name: &str, price: f64, sole: &str| Goods {
            name: LocalText::same(name),
            price: Some(price),
            sizes: vec!["36-45".to_owned()],
            colors: vec![LocalText::same("白色"), LocalText::same("黑色")],
            attributes: vec![("鞋底".to_owned(), LocalText::same(sole))],
            ..Goods::default()
        };
        Catalogue::new(vec![goods("甲", 399.0, "碳板"), goods("乙", 99.5, "橡胶")], Vec::new())
    }

    fn said(slots: &[(SlotName, &str)], name: &str) -> Option<String> {
        let mut known = Slots::default();
        for (slot, value) in slots {
            known.set(*slot, *value);
        }
        let mut values = BTreeMap::new();
        add(&mut values, &shop(), &known, Language::Chinese);
        values.get(name).map(ToString::to_string)
    }

    #[test]
    fn what_is_asked_of_goods_is_what_the_catalogue_says() {
        use SlotName::{Attribute, Color, Goods, Link, OtherGoods, Size};
        let text = |slots: &[(SlotName, &str)], name: &str| said(slots, name).unwrap_or_default();
        assert_eq!(text(&[(Goods, "甲")], "goods.price"), "399");
        assert_eq!(text(&[(Goods, "乙"), (Attribute, "鞋底")], "attribute.value"), "橡胶");
        assert_eq!(
            text(&[(Goods, "甲"), (Size, "42"), (Color, "白色")], "goods.offered"),
            "白色、42 码"
        );
        assert_eq!(
            text(&[(Goods, "甲"), (Size, "47"), (Color, "白色")], "goods.not_offered"),
            "47 码"
        );
        assert_eq!(
            text(&[(Goods, "甲"), (OtherGoods, "乙")], "comparison"),
            "价格 99.5 / 399 元；鞋底 橡胶 / 碳板"
        );
        assert_eq!(said(&[(Goods, "甲"), (Attribute, "防水")], "attribute.value"), None);
        assert_eq!(said(&[(Goods, "丙")], "goods.price"), None);
        assert_eq!(text(&[(Link, "a.com/1")], "unknown_link"), "a.com/1");
        assert_eq!(said(&[(Link, "a.com/1"), (Goods, "甲")], "unknown_link"), None);
    }
}
