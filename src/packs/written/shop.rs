//! What is written in `shop.yaml`.

use super::goods::{AttributeFile, GoodsFile};
use super::text::TextFile;
use crate::packs::yaml::{At, Node, Reader};
use crate::shop::Period;

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
    /// Named periods.
    pub periods: Vec<PeriodFile>,
    /// Clock profile.
    pub clock: Option<At<String>>,
    /// Facts by name.
    pub facts: Vec<(At<String>, TextFile)>,
    /// What facts are in periods: the fact, the period, the text.
    pub facts_in_periods: Vec<(At<String>, At<String>, TextFile)>,
    /// What it may go without.
    pub allow: Vec<At<String>>,
    /// Goods.
    pub goods: Vec<GoodsFile>,
    /// The file they are in, when it is not this one.
    pub goods_file: Option<String>,
    /// What is asked of goods.
    pub attributes: Vec<AttributeFile>,
}

/// A period with its ends, as they are written.
#[derive(Clone, Debug, Default)]
pub struct PeriodFile {
    /// Its name.
    pub name: At<String>,
    /// The first day or minute.
    pub from: At<String>,
    /// The last day, or the minute at which it is over.
    pub to: At<String>,
}

/// The keys of the file.
pub(in crate::packs) const SHOP_KEYS: [&str; 11] = [
    "shop",
    "name",
    "timezone",
    "service_hours",
    "holidays",
    "periods",
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
        if let Some(node) = fields.take("periods") {
            file.periods = read_periods(reader, node);
        }
        if let Some(node) = fields.take("facts")
            && let Some(facts) = reader.mapping(node, ("facts", "`facts`"))
        {
            for (name, value) in facts.into_entries() {
                file.read_fact(reader, name, value);
            }
        }
        let goods = reader.list(&mut fields, "goods").items();
        file.goods = GoodsFile::read_all(reader, goods);
        for node in reader.list(&mut fields, "attributes").items() {
            file.attributes.extend(AttributeFile::read(reader, node));
        }
        Some(file)
    }

    /// A fact is a text, a text for each language, or one of these with what it is in periods.
    fn read_fact(&mut self, reader: &mut Reader, name: At<String>, mut value: At<Node>) {
        let what = name.value.clone();
        let mut in_periods = None;
        if let Node::Map(entries) = &mut value.value
            && let Some(at) = entries.iter().position(|(key, _)| key.value == "periods")
        {
            in_periods = Some(entries.remove(at).1);
        }
        if let Node::Map(entries) = &mut value.value
            && in_periods.is_some()
            && entries.len() == 1
            && entries[0].0.value == "zh"
        {
            // With periods beside it a text for both languages has a name too.
            value = entries.remove(0).1;
        }
        let text = match &value.value {
            Node::Map(entries) if in_periods.is_some() && entries.is_empty() => {
                if let Some(fields) = reader.fields(value, (&what, &what), &["zh", "en"]) {
                    reader.missing(&fields, "zh", "zh: 48 小时");
                }
                None
            }
            _ => TextFile::read(reader, value, &what),
        };
        if let Some(texts) = in_periods.and_then(|node| reader.mapping(node, ("periods", "`periods`"))) {
            for (period, text) in texts.into_entries() {
                let text = TextFile::read(reader, text, &what);
                let text = text.map(|text| (name.clone(), period, text));
                self.facts_in_periods.extend(text);
            }
        }
        self.facts.extend(text.map(|text| (name, text)));
    }
}

/// Names with `from` and `to`, as a mapping or in one text: `2026-10-31 20:00..2026-11-11`.
fn read_periods(reader: &mut Reader, node: At<Node>) -> Vec<PeriodFile> {
    let written = reader.mapping(node, ("periods", "`periods`"));
    let written = written.map(|periods| periods.into_entries()).unwrap_or_default();
    let periods = written.into_iter().filter_map(|(name, value)| {
        if !matches!(value.value, Node::Map(_)) {
            let text = reader.one_text(value, "periods")?;
            let (from, to) = Period::ends(&text.value).unwrap_or((&text.value, ""));
            let (from, to) = (text.with(from.to_owned()), text.with(to.to_owned()));
            return Some(PeriodFile { name, from, to });
        }
        let what = ("periods 的每一项", "an item of `periods`");
        let mut fields = reader.fields(value, what, &["from", "to"])?;
        let from = reader.need_text(&mut fields, "from", "from: 2026-10-31 20:00");
        let to = reader.need_text(&mut fields, "to", "to: 2026-11-11");
        let (from, to) = (from?, to?);
        Some(PeriodFile { name, from, to })
    });
    periods.collect()
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
