//! What is written in `shop.yaml`.

use super::goods::{AttributeFile, GoodsFile};
use super::text::TextFile;
use crate::packs::yaml::{At, Node, Reader};

/// The shop's facts.
#[derive(Clone, Debug, Default)]
pub struct ShopFile {
    /// Its id.
    pub shop: Option<At<String>>,
    /// Its name.
    pub name: Option<TextFile>,
    /// IANA zone name.
    pub timezone: Option<At<String>>,
    /// Service hours by day.
    pub service_hours: Vec<(At<String>, At<String>)>,
    /// Days with other hours: a day or a range of days, and its spans; without spans closed.
    pub holidays: Vec<(At<String>, At<String>)>,
    /// Clock profile.
    pub clock: Option<At<String>>,
    /// Facts by name.
    pub facts: Vec<(At<String>, TextFile)>,
    /// What it may go without.
    pub allow: Vec<At<String>>,
    /// Goods.
    pub goods: Vec<GoodsFile>,
    /// The file they are in, when it is not this one.
    pub goods_file: Option<String>,
    /// What is asked of goods.
    pub attributes: Vec<AttributeFile>,
}

/// The keys of the file.
pub(in crate::packs) const SHOP_KEYS: [&str; 10] = [
    "shop",
    "name",
    "timezone",
    "service_hours",
    "holidays",
    "clock",
    "allow",
    "facts",
    "goods",
    "attributes",
];

impl ShopFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> Option<ShopFile> {
        let mut fields = reader.fields(tree, ("文件", "the file"), &SHOP_KEYS)?;
        let shop = reader.need_text(&mut fields, "shop", "shop: demo");
        let name = fields.take("name");
        if name.is_none() {
            reader.missing(&fields, "name", "name: 我的小店");
        }
        let mut file = ShopFile {
            shop,
            name: name.and_then(|node| TextFile::read(reader, node, "name")),
            timezone: reader.text(&mut fields, "timezone"),
            clock: reader.text(&mut fields, "clock"),
            allow: reader.texts(&mut fields, "allow"),
            ..ShopFile::default()
        };
        if let Some(node) = fields.take("service_hours")
            && let Some(hours) = reader.mapping(node, ("service_hours", "`service_hours`"))
        {
            for (day, spans) in hours.into_entries() {
                if let Some(spans) = read_spans(reader, spans, "service_hours") {
                    file.service_hours.push((day, spans));
                }
            }
        }
        if let Some(node) = fields.take("holidays") {
            file.holidays = read_holidays(reader, node);
        }
        if let Some(node) = fields.take("facts")
            && let Some(facts) = reader.mapping(node, ("facts", "`facts`"))
        {
            for (name, value) in facts.into_entries() {
                let what = name.value.clone();
                if let Some(text) = TextFile::read(reader, value, &what) {
                    file.facts.push((name, text));
                }
            }
        }
        let goods = reader.list(&mut fields, "goods").items();
        file.goods = GoodsFile::read_all(reader, goods);
        for node in reader.list(&mut fields, "attributes").items() {
            file.attributes.extend(AttributeFile::read(reader, node));
        }
        Some(file)
    }
}

/// A list of days that are closed, or days with their hours; one entry of a list may have hours too.
fn read_holidays(reader: &mut Reader, node: At<Node>) -> Vec<(At<String>, At<String>)> {
    match node.value {
        Node::List { items, .. } => items.into_iter().flat_map(|item| read_holidays(reader, item)).collect(),
        Node::Map(_) => {
            let days = reader.mapping(node, ("holidays", "`holidays`"));
            let days = days.map(|days| days.into_entries()).unwrap_or_default();
            days.into_iter()
                .filter_map(|(days, spans)| Some((days, read_spans(reader, spans, "holidays")?)))
                .collect()
        }
        _ => {
            let days = reader.one_text(node, "holidays");
            days.map(|days| (days.clone(), days.with(String::new())))
                .into_iter()
                .collect()
        }
    }
}

/// Hours of a day; nothing written means closed.
fn read_spans(reader: &mut Reader, node: At<Node>, what: &str) -> Option<At<String>> {
    match &node.value {
        Node::Null => Some(node.with(String::new())),
        Node::Text(text) if text.trim().is_empty() => Some(node.with(String::new())),
        _ => reader.one_text(node, what),
    }
}
