//! What is written of goods, in `shop.yaml` or in `goods.yaml` beside it.

use super::text::TextFile;
use crate::packs::yaml::{At, Fields, Node, Reader, as_text};
use crate::shop::SAID;

/// The keys of an article that are no text of its own.
pub(in crate::packs) const GOODS_KEYS: [&str; 10] = [
    "id",
    "name",
    "name_en",
    "aliases",
    "links",
    "price",
    "sizes",
    "colors",
    "attributes",
    "periods",
];

/// An article.
#[derive(Clone, Debug, Default)]
pub struct GoodsFile {
    /// Item number.
    pub id: Option<At<String>>,
    /// Full name.
    pub name: At<String>,
    /// English name.
    pub name_en: Option<At<String>>,
    /// Other names.
    pub aliases: Vec<At<String>>,
    /// Links.
    pub links: Vec<At<String>>,
    /// Price, as written.
    pub price: Option<At<String>>,
    /// Sizes.
    pub sizes: Vec<At<String>>,
    /// Colours.
    pub colors: Vec<TextFile>,
    /// Texts by field.
    pub said: Vec<(&'static str, TextFile)>,
    /// Attributes by name.
    pub attributes: Vec<(At<String>, TextFile)>,
    /// What it costs, and what is said of it, in periods.
    pub in_periods: Vec<GoodsPeriodFile>,
}

/// What is otherwise for an article in a period of the shop.
#[derive(Clone, Debug, Default)]
pub struct GoodsPeriodFile {
    /// The period.
    pub period: At<String>,
    /// Price, as written.
    pub price: Option<At<String>>,
    /// Texts by field.
    pub said: Vec<(&'static str, TextFile)>,
}

/// A property that is asked for.
#[derive(Clone, Debug, Default)]
pub struct AttributeFile {
    /// Its name.
    pub name: At<String>,
    /// Its English name.
    pub name_en: Option<At<String>>,
    /// Words it is asked by.
    pub asked: Vec<At<String>>,
}

impl GoodsFile {
    /// Reads the list of a `goods.yaml`, or that under `goods:`.
    pub(super) fn read_all(reader: &mut Reader, nodes: Vec<At<Node>>) -> Vec<GoodsFile> {
        nodes
            .into_iter()
            .filter_map(|node| GoodsFile::read(reader, node))
            .collect()
    }

    fn read(reader: &mut Reader, node: At<Node>) -> Option<GoodsFile> {
        if as_text(&node.value).is_some() {
            return Some(GoodsFile {
                name: reader.one_text(node, "goods")?,
                ..GoodsFile::default()
            });
        }
        let keys: Vec<&str> = GOODS_KEYS.into_iter().chain(SAID).collect();
        let mut fields = reader.fields(node, ("goods 的每一项", "an item of `goods`"), &keys)?;
        let mut goods = GoodsFile {
            name: reader.need_text(&mut fields, "name", "name: 疾风 3 跑鞋")?,
            id: reader.text(&mut fields, "id"),
            name_en: reader.text(&mut fields, "name_en"),
            aliases: reader.texts(&mut fields, "aliases"),
            links: reader.texts(&mut fields, "links"),
            price: reader.text(&mut fields, "price"),
            sizes: reader.texts(&mut fields, "sizes"),
            ..GoodsFile::default()
        };
        for node in reader.list(&mut fields, "colors").items() {
            goods.colors.extend(TextFile::read(reader, node, "colors"));
        }
        goods.said = read_said(reader, &mut fields);
        if let Some(node) = fields.take("periods")
            && let Some(periods) = reader.mapping(node, ("periods", "`periods`"))
        {
            for (period, value) in periods.into_entries() {
                goods.in_periods.extend(GoodsPeriodFile::read(reader, period, value));
            }
        }
        if let Some(node) = fields.take("attributes")
            && let Some(attributes) = reader.mapping(node, ("attributes", "`attributes`"))
        {
            for (name, value) in attributes.into_entries() {
                let what = name.value.clone();
                if let Some(text) = TextFile::read(reader, value, &what) {
                    goods.attributes.push((name, text));
                }
            }
        }
        Some(goods)
    }
}

impl GoodsPeriodFile {
    /// Reads a price, or a price and texts by field.
    fn read(reader: &mut Reader, period: At<String>, value: At<Node>) -> Option<GoodsPeriodFile> {
        let mut file = GoodsPeriodFile {
            period,
            ..GoodsPeriodFile::default()
        };
        if as_text(&value.value).is_some() {
            file.price = reader.one_text(value, "price");
            return Some(file);
        }
        let keys: Vec<&str> = ["price"].into_iter().chain(SAID).collect();
        let mut fields = reader.fields(value, ("periods 的每一项", "an item of `periods`"), &keys)?;
        file.price = reader.text(&mut fields, "price");
        file.said = read_said(reader, &mut fields);
        Some(file)
    }
}

/// The texts of an article that have fields of their own.
fn read_said(reader: &mut Reader, fields: &mut Fields) -> Vec<(&'static str, TextFile)> {
    let mut said = Vec::new();
    for name in SAID {
        if let Some(node) = fields.take(name) {
            said.extend(TextFile::read(reader, node, name).map(|text| (name, text)));
        }
    }
    said
}

impl AttributeFile {
    /// Reads one entry of `attributes:` of `shop.yaml`.
    pub(super) fn read(reader: &mut Reader, node: At<Node>) -> Option<AttributeFile> {
        let what = ("attributes 的每一项", "an item of `attributes`");
        let mut fields = reader.fields(node, what, &["name", "name_en", "asked"])?;
        Some(AttributeFile {
            name: reader.need_text(&mut fields, "name", "name: 接口")?,
            name_en: reader.text(&mut fields, "name_en"),
            asked: reader.texts(&mut fields, "asked"),
        })
    }
}

/// The goods of a `goods.yaml`: a list, or the list under `goods:`.
pub(super) fn read_file(reader: &mut Reader, tree: At<Node>) -> Vec<GoodsFile> {
    let nodes = match tree.value {
        Node::List { items, .. } => items,
        _ => match reader.fields(tree, ("文件", "the file"), &["goods"]) {
            Some(mut fields) => reader.list(&mut fields, "goods").items(),
            None => Vec::new(),
        },
    };
    GoodsFile::read_all(reader, nodes)
}
