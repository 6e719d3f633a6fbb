//! What a shop sells: its goods with what it says of each, found by name without walking them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::item_keys::{link_key, number_key};
use super::sizes::has_size;
use super::text::LocalText;
use crate::model::Language;

/// What may be said of goods in a text of its own, as the fields of the catalogue are called.
pub const SAID: [&str; 6] = ["stock", "in_box", "suits", "compatible", "material", "size_table"];

/// Signs of colours, of which the name of a colour has one.
const COLOURS: &str = "黑白红黄蓝绿紫灰粉橙棕褐青银金咖驼杏橘米卡";

/// An article. What is empty or `None` the shop does not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goods {
    /// The item number.
    pub id: Option<String>,
    /// Full name.
    pub name: LocalText,
    /// Other names.
    pub aliases: Vec<String>,
    /// Links that are this item, or the part of them that is its own.
    pub links: Vec<String>,
    /// Price, yuan.
    pub price: Option<f64>,
    /// Sizes; `36-45` is every whole size between.
    pub sizes: Vec<String>,
    /// Colours.
    pub colors: Vec<LocalText>,
    /// Texts by the names in [`SAID`].
    pub said: Vec<(&'static str, LocalText)>,
    /// Attributes by name.
    pub attributes: Vec<(String, LocalText)>,
    /// What is otherwise in periods of the shop.
    pub in_periods: Vec<GoodsInPeriod>,
}

/// What is otherwise for an article in a period of the shop. What is empty or `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoodsInPeriod {
    /// The name of the period.
    pub period: String,
    /// Price, yuan.
    pub price: Option<f64>,
    /// Texts by the names in [`SAID`].
    pub said: Vec<(&'static str, LocalText)>,
}

impl Goods {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&LocalText> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// The text of a field in [`SAID`].
    pub fn said(&self, name: &str) -> Option<&LocalText> {
        let found = self.said.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text)
    }

    /// The article while these periods last, the one that counts first.
    pub fn during(&self, lasting: &[&str]) -> Cow<'_, Goods> {
        let mut goods = Cow::Borrowed(self);
        // What counts first is written last.
        for name in lasting.iter().rev() {
            for otherwise in self.in_periods.iter().filter(|of| of.period == *name) {
                let goods = goods.to_mut();
                goods.price = otherwise.price.or(goods.price);
                for (name, text) in &otherwise.said {
                    goods.said.retain(|(known, _)| known != name);
                    goods.said.push((name, text.clone()));
                }
            }
        }
        goods
    }

    /// Whether it comes in this size; `None` where the shop does not say.
    pub fn has_size(&self, size: &str) -> Option<bool> {
        has_size(&self.sizes, size)
    }

    /// The colours that are meant by a word such as 白色, as the shop calls them: 白, or 米白 where there is no plain one.
    /// `None` where it does not say, or calls them by names that are no colours.
    pub fn colors_like(&self, word: &str) -> Option<Vec<&LocalText>> {
        let stem = |text: &str| text.trim_end_matches('色').to_lowercase();
        let asked = stem(word);
        let same: Vec<_> = self.colors.iter().filter(|known| stem(&known.zh) == asked).collect();
        if !same.is_empty() {
            return Some(same);
        }
        let holding: Vec<_> = self.colors.iter().filter(|known| known.zh.contains(&asked)).collect();
        let plain = |known: &LocalText| known.zh.contains(|c| COLOURS.contains(c));
        let tells = !holding.is_empty() || self.colors.iter().all(plain);
        (tells && !self.colors.is_empty() && !asked.is_empty()).then_some(holding)
    }

    /// What a message has in it when it means this item by number or link.
    pub fn keys(&self) -> impl Iterator<Item = String> + '_ {
        let links = self.links.iter().filter_map(|link| link_key(link));
        self.id.iter().filter_map(|id| number_key(id)).chain(links)
    }
}

/// A property that goods have and shoppers ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// Its name; it asks too.
    pub name: LocalText,
    /// Other words it is asked by: 几个口.
    pub asked: Vec<String>,
}

/// All goods of a shop, and what is asked of them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    goods: Vec<Goods>,
    attributes: Vec<Attribute>,
    by_name: HashMap<String, usize>,
}

impl Catalogue {
    /// A catalogue of these goods; attributes that only they name are asked by their names.
    pub fn new(goods: Vec<Goods>, mut attributes: Vec<Attribute>) -> Catalogue {
        let mut by_name = HashMap::with_capacity(goods.len());
        let mut known: std::collections::HashSet<String> =
            attributes.iter().map(|attribute| attribute.name.zh.clone()).collect();
        for attribute in &mut attributes {
            attribute.asked.extend(usually_asked(&attribute.name.zh));
        }
        for (place, article) in goods.iter().enumerate() {
            by_name.entry(article.name.zh.clone()).or_insert(place);
            for (name, _) in &article.attributes {
                if known.insert(name.clone()) {
                    attributes.push(Attribute {
                        name: LocalText::same(name),
                        asked: usually_asked(name).collect(),
                    });
                }
            }
        }
        Catalogue {
            goods,
            attributes,
            by_name,
        }
    }

    /// The goods, as written.
    pub fn iter(&self) -> std::slice::Iter<'_, Goods> {
        self.goods.iter()
    }

    /// Whether the shop lists nothing.
    pub fn is_empty(&self) -> bool {
        self.goods.is_empty()
    }

    /// The attributes that are asked for.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The goods with this full Chinese name.
    pub fn get(&self, name: &str) -> Option<&Goods> {
        self.by_name.get(name).and_then(|place| self.goods.get(*place))
    }

    /// The name of an attribute in a language.
    pub fn attribute_name<'a>(&'a self, name: &'a str, language: Language) -> &'a str {
        let known = self.attributes.iter().find(|attribute| attribute.name.zh == name);
        known.map_or(name, |attribute| attribute.name.get(language))
    }

    /// Whether messages mean the same goods and attributes by the same words: prices and values do not count.
    pub fn is_named_like(&self, other: &Catalogue) -> bool {
        fn names(goods: &Goods) -> (&LocalText, &[String], &[String], &Option<String>) {
            (&goods.name, &goods.aliases, &goods.links, &goods.id)
        }
        self.attributes == other.attributes && self.goods.iter().map(names).eq(other.goods.iter().map(names))
    }
}

/// The words by which shoppers usually ask for an attribute of this name, whatever a shop writes.
fn usually_asked(name: &str) -> impl Iterator<Item = String> {
    let lines = include_str!("asked_by.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let known = lines.filter_map(|line| line.split_once(": "));
    let found = known.filter(move |(names, _)| names.split(' ').any(|known| known == name));
    let listed = found.flat_map(|(_, words)| words.split(", ").map(str::to_owned));
    // 防不防水 asks for 防水.
    let mut chars = name.chars();
    let two = match (chars.next(), chars.next(), chars.next()) {
        (Some(first), Some(_), None) if !first.is_ascii() => Some(format!("{first}不{name}")),
        _ => None,
    };
    listed.collect::<Vec<_>>().into_iter().chain(two)
}

/// A price as operators write it, in yuan: 399, ¥1,299.00, 59元.
pub fn read_price(text: &str) -> Option<f64> {
    let number = text
        .trim()
        .trim_start_matches(['¥', '￥'])
        .trim_end_matches('元')
        .trim();
    let digits = number.replace([',', '，'], "");
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    digits.parse::<f64>().ok().filter(|price| plain && price.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_read_as_shops_write_them() {
        for (text, price) in [("399", 399.0), ("¥1,299.50", 1299.5), (" 59元 ", 59.0)] {
            assert_eq!(read_price(text), Some(price), "{text}");
        }
        for wrong in ["三百", "", "-1", "NaN", "1e9", "99-129"] {
            assert_eq!(read_price(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes_and_colours_are_those_that_are_listed() {
        let shoe = Goods {
            sizes: vec!["36-45".into(), "XL".into()],
            colors: vec![LocalText::same("米白"), LocalText::same("黑色")],
            ..Goods::default()
        };
        assert_eq!((shoe.has_size("42"), shoe.has_size("46")), (Some(true), Some(false)));
        assert_eq!(
            (shoe.has_size("xl"), Goods::default().has_size("42")),
            (Some(true), None)
        );
        let like = |word: &str| {
            let found = shoe.colors_like(word);
            found.map(|found| found.iter().map(|color| color.zh.clone()).collect::<Vec<_>>())
        };
        assert_eq!(like("白色"), Some(vec!["米白".to_owned()]));
        assert_eq!(like("黑色"), Some(vec!["黑色".to_owned()]));
        assert_eq!(like("红色"), Some(Vec::new()));
        let named = Goods {
            colors: vec![LocalText::same("午夜"), LocalText::same("白色")],
            ..Goods::default()
        };
        assert_eq!(named.colors_like("黑色"), None, "午夜 may be black");
    }

    #[test]
    fn usual_attributes_are_asked_by_usual_words() {
        let goods = Goods {
            name: LocalText::same("充电器"),
            attributes: vec![
                ("接口".to_owned(), LocalText::same("2 个 USB-C")),
                ("防水".to_owned(), LocalText::same("不防水")),
            ],
            ..Goods::default()
        };
        let catalogue = Catalogue::new(vec![goods], Vec::new());
        let asked: Vec<_> = catalogue
            .attributes()
            .iter()
            .flat_map(|attribute| &attribute.asked)
            .collect();
        for word in ["几个口", "防不防水"] {
            assert!(asked.contains(&&word.to_owned()), "{asked:?}");
        }
    }

    #[test]
    fn values_are_not_words() {
        let shop = |price: f64, alias: &str| {
            let goods = Goods {
                name: LocalText::same("疾风"),
                aliases: vec![alias.to_owned()],
                price: Some(price),
                ..Goods::default()
            };
            Catalogue::new(vec![goods], Vec::new())
        };
        assert!(shop(1.0, "a").is_named_like(&shop(2.0, "a")));
        assert!(!shop(1.0, "a").is_named_like(&shop(1.0, "b")));
    }
}
