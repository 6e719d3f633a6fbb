//! What a shop has written of an article, as keys of a mapping and as cells of a sheet.

use serde::{Deserialize, Serialize};

use super::super::goods::said_heading;
use super::super::mapping::Value;
use crate::packs::written::{Column, GoodsFile, TextFile, column};
use crate::packs::yaml::At;
use crate::shop::{SAID, read_price};

/// A text of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrittenText {
    /// What it is called, for an attribute; the field's name for other texts; empty for a colour.
    pub name: String,
    /// In Chinese, or in both languages.
    pub zh: String,
    /// In English; empty where it is not written apart.
    pub en: String,
}

/// An article as a shop has written it. What is empty is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WrittenGoods {
    /// Item number.
    pub id: String,
    /// Full name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Links.
    pub links: Vec<String>,
    /// Price, as written.
    pub price: String,
    /// Sizes.
    pub sizes: Vec<String>,
    /// Colours.
    pub colors: Vec<WrittenText>,
    /// Texts by the names of their fields: `stock`, `in_box` …
    pub said: Vec<WrittenText>,
    /// Attributes by name.
    pub attributes: Vec<WrittenText>,
}

impl WrittenGoods {
    /// What stands under each key of a file; `None` where nothing does.
    pub(super) fn values(&self) -> Vec<(String, Option<Value>)> {
        let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
        let texts = |texts: &[String]| {
            let texts: Vec<Value> = texts.iter().cloned().map(Value::Text).collect();
            (!texts.is_empty()).then_some(Value::List(texts))
        };
        let price = match self.price.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            true if read_price(&self.price).is_some() => Some(Value::Plain(self.price.clone())),
            _ => text(&self.price),
        };
        let colors: Vec<Value> = self.colors.iter().map(WrittenText::value).collect();
        let attributes = self
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), attribute.value()));
        let attributes: Vec<(String, Value)> = attributes.collect();
        let mut values = vec![
            ("id", text(&self.id)),
            ("name", text(&self.name)),
            ("name_en", text(&self.name_en)),
            ("aliases", texts(&self.aliases)),
            ("links", texts(&self.links)),
            ("price", price),
            ("sizes", texts(&self.sizes)),
            ("colors", (!colors.is_empty()).then_some(Value::List(colors))),
        ];
        for name in SAID {
            let said = self.said.iter().find(|said| said.name == name);
            values.push((name, said.map(WrittenText::value)));
        }
        values.push(("attributes", (!attributes.is_empty()).then_some(Value::Map(attributes))));
        values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// What stands in each column of a sheet, with a heading for it.
    pub(super) fn cells(&self) -> Vec<(String, Column, String)> {
        let joined = |texts: &mut dyn Iterator<Item = &str>| texts.collect::<Vec<_>>().join("、");
        let all = |texts: &[String]| joined(&mut texts.iter().map(String::as_str));
        let colors_en = match self.colors.iter().all(|color| !color.en.is_empty()) {
            true => joined(&mut self.colors.iter().map(|color| color.en.as_str())),
            false => String::new(),
        };
        let mut cells = vec![
            ("编号".to_owned(), self.id.clone()),
            ("名称".to_owned(), self.name.clone()),
            ("英文名".to_owned(), self.name_en.clone()),
            ("别名".to_owned(), all(&self.aliases)),
            ("链接".to_owned(), all(&self.links)),
            ("价格".to_owned(), self.price.clone()),
            ("尺码".to_owned(), all(&self.sizes)),
            (
                "颜色".to_owned(),
                joined(&mut self.colors.iter().map(|color| color.zh.as_str())),
            ),
            ("颜色英文".to_owned(), colors_en),
        ];
        let headed = self.said.iter().map(|said| (said_heading(&said.name).to_owned(), said));
        let attributes = self
            .attributes
            .iter()
            .map(|attribute| (attribute.name.clone(), attribute));
        for (heading, text) in headed.chain(attributes) {
            cells.push((format!("{heading}英文"), text.en.clone()));
            cells.push((heading, text.zh.clone()));
        }
        let cells = cells.into_iter().map(|(heading, cell)| {
            let column = column(&heading);
            (heading, column, cell)
        });
        cells.collect()
    }
}

impl WrittenText {
    fn of(name: &str, text: TextFile) -> WrittenText {
        let zh = text.zh.value;
        let en = text.en.map(|en| en.value).filter(|en| *en != zh);
        WrittenText {
            name: name.to_owned(),
            en: en.unwrap_or_default(),
            zh,
        }
    }

    fn value(&self) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        match self.en.is_empty() {
            true => text(&self.zh),
            false => Value::Map(vec![
                ("zh".to_owned(), text(&self.zh)),
                ("en".to_owned(), text(&self.en)),
            ]),
        }
    }
}

impl From<GoodsFile> for WrittenGoods {
    fn from(file: GoodsFile) -> WrittenGoods {
        let one = |text: Option<At<String>>| text.map(|text| text.value).unwrap_or_default();
        let all = |texts: Vec<At<String>>| texts.into_iter().map(|text| text.value).collect();
        let said = file.said.into_iter().map(|(name, text)| WrittenText::of(name, text));
        // The columns of a sheet may be in any order.
        let mut said: Vec<WrittenText> = said.collect();
        said.sort_by_key(|said| SAID.iter().position(|name| *name == said.name));
        let attributes = file.attributes.into_iter();
        WrittenGoods {
            id: one(file.id),
            name: file.name.value,
            name_en: one(file.name_en),
            aliases: all(file.aliases),
            links: all(file.links),
            price: one(file.price),
            sizes: all(file.sizes),
            colors: file
                .colors
                .into_iter()
                .map(|color| WrittenText::of("", color))
                .collect(),
            said,
            attributes: attributes
                .map(|(name, text)| WrittenText::of(&name.value, text))
                .collect(),
        }
    }
}
