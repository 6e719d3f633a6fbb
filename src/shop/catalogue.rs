//! What a shop sells: its goods with what it says of each, found by name without walking them.

use std::collections::HashMap;

use super::text::LocalText;
use crate::model::Language;

/// What may be said of goods in a text of its own, as the fields of the catalogue are called.
pub const SAID: [&str; 6] = ["stock", "in_box", "suits", "compatible", "material", "size_table"];

/// Shorter item numbers and parts of links are not looked for: they would be sizes and quantities.
const SHORTEST_KEY: usize = 4;
/// Last parts of links that name no goods.
const NO_KEYS: [&str; 8] = ["html", "shtml", "item", "detail", "goods", "product", "index", "http"];

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
}

impl Goods {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&LocalText> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Whether it comes in this size; `None` where the shop does not say.
    pub fn has_size(&self, size: &str) -> Option<bool> {
        (!self.sizes.is_empty()).then(|| self.sizes.iter().any(|known| covers(known, size)))
    }

    /// The colour that is meant by a word such as 白色, as the shop calls it: 白, or 米白 where there is no plain one.
    /// `None` where it has none; whether it says colours at all is in [`Goods::colors`].
    pub fn color(&self, word: &str) -> Option<&LocalText> {
        let stem = |text: &str| text.trim_end_matches('色').to_lowercase();
        let asked = stem(word);
        let same = self.colors.iter().find(|known| stem(&known.zh) == asked);
        same.or_else(|| {
            let mut holding = self.colors.iter().filter(|known| known.zh.contains(&asked));
            holding.next().filter(|_| !asked.is_empty())
        })
    }

    /// What a message has in it when it means this item by number or link.
    pub fn keys(&self) -> impl Iterator<Item = String> + '_ {
        let id = self.id.iter().map(|id| id.to_lowercase());
        let links = self.links.iter().filter_map(|link| link_key(link));
        id.filter(|id| id.len() >= SHORTEST_KEY).chain(links)
    }
}

fn covers(known: &str, size: &str) -> bool {
    let number = |text: &str| text.trim().parse::<u16>().ok();
    match known.split_once('-') {
        Some((low, high)) if number(low).is_some() && number(high).is_some() => {
            number(size).is_some_and(|size| number(low) <= Some(size) && Some(size) <= number(high))
        }
        _ => known.eq_ignore_ascii_case(size),
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
        for (place, article) in goods.iter().enumerate() {
            by_name.entry(article.name.zh.clone()).or_insert(place);
            for (name, _) in &article.attributes {
                if known.insert(name.clone()) {
                    attributes.push(Attribute {
                        name: LocalText::same(name),
                        asked: Vec::new(),
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

/// The part of a link that is the item's own: its longest number, or its last part where it has none.
pub fn link_key(link: &str) -> Option<String> {
    let lower = link.to_lowercase();
    let parts = || {
        lower
            .split(|c: char| !is_key_part(c))
            .filter(|part| part.len() >= SHORTEST_KEY)
    };
    let numbers = parts().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let number = numbers.max_by_key(|part| part.len());
    let last = || parts().filter(|part| !NO_KEYS.contains(part)).last();
    number.or_else(last).map(str::to_owned)
}

/// Whether a character can stand in an item number.
pub fn is_key_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_by_its_own_part() {
        for (link, key) in [
            ("100012345", "100012345"),
            ("item.jd.com/100012345.html", "100012345"),
            ("?id=678901234&sku=12", "678901234"),
            ("https://shop.example/p/jifeng-3.html", "jifeng-3"),
        ] {
            assert_eq!(link_key(link).as_deref(), Some(key), "{link}");
        }
        assert_eq!(link_key("?id=1"), None);
    }

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
        assert_eq!(shoe.color("白色").map(|color| color.zh.as_str()), Some("米白"));
        assert!(shoe.color("黑色").is_some() && shoe.color("红色").is_none());
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
