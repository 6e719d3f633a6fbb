//! What the form of an article may hold, beside the other goods of the shop: a word for each field that holds what cannot be. Pure.

use crate::packs::{WrittenGoods, WrittenText, fold};
use crate::shop::{SAID, link_key, read_price};

use super::shop_form::{FieldWord, LONGEST_NAME, LONGEST_TEXT, too_long, word};

/// Names, links, sizes, colours or attributes of an article at most.
const MOST_VALUES: usize = 60;

/// The article without blanks around and without what is empty or stands twice.
pub(super) fn tidy_goods(mut goods: WrittenGoods) -> WrittenGoods {
    for text in [&mut goods.id, &mut goods.name, &mut goods.name_en, &mut goods.price] {
        *text = text.trim().to_owned();
    }
    for list in [&mut goods.aliases, &mut goods.links, &mut goods.sizes] {
        let mut seen = Vec::new();
        for text in std::mem::take(list) {
            let text = text.trim().to_owned();
            if !text.is_empty() && !seen.contains(&text) {
                seen.push(text);
            }
        }
        *list = seen;
    }
    for list in [&mut goods.colors, &mut goods.said, &mut goods.attributes] {
        for text in list.iter_mut() {
            for part in [&mut text.name, &mut text.zh, &mut text.en] {
                *part = part.trim().to_owned();
            }
            if text.en == text.zh {
                text.en.clear();
            }
        }
        list.retain(|text| [&text.name, &text.zh, &text.en].iter().any(|part| !part.is_empty()));
    }
    goods.said.retain(|text| !text.zh.is_empty() || !text.en.is_empty());
    goods
}

/// What cannot be of an article that is put in the place of `base`, or is new, beside the others of the shop.
pub(super) fn goods_fit(base: Option<&WrittenGoods>, goods: &WrittenGoods, others: &[&WrittenGoods]) -> Vec<FieldWord> {
    let mut words = Vec::new();
    if goods.name.is_empty() {
        words.push(word("name", "要有名称。", "It needs a name."));
    }
    if !goods.price.is_empty() && read_price(&goods.price).is_none() {
        words.push(word(
            "price",
            format!("“{}”不是价格，只写数字，例如 399 或 59.9，单位是元。", goods.price),
            format!(
                "“{}” is no price; write only the number, such as 399 or 59.9, in yuan.",
                goods.price
            ),
        ));
    }
    let same_id = |other: &&&WrittenGoods| !goods.id.is_empty() && other.id.eq_ignore_ascii_case(&goods.id);
    if let Some(other) = others.iter().find(same_id) {
        words.push(word(
            "id",
            format!("「{}」已经用了这个编号。", other.name),
            format!("“{}” has this number already.", other.name),
        ));
    }
    // Names that stood there before are not this change's.
    let is_old = |name: &String| {
        base.is_some_and(|base| base.name == *name || base.name_en == *name || base.aliases.contains(name))
    };
    let named = [("name", &goods.name), ("name_en", &goods.name_en)];
    let named = named
        .into_iter()
        .chain(goods.aliases.iter().map(|alias| ("aliases", alias)));
    for (field, name) in named.filter(|(_, name)| !name.is_empty() && !is_old(name)) {
        let meant = |other: &&&WrittenGoods| {
            let names = [&other.name, &other.name_en].into_iter().chain(&other.aliases);
            names
                .into_iter()
                .any(|known| !known.is_empty() && fold(known) == fold(name))
        };
        if let Some(other) = others.iter().find(meant) {
            words.push(word(
                field,
                format!(
                    "“{name}”已经是「{}」的叫法，顾客说它会当成那一件。换一个，或先从那件去掉。",
                    other.name
                ),
                format!(
                    "“{name}” means “{}” already. Choose another, or take it from that article first.",
                    other.name
                ),
            ));
        }
    }
    for link in &goods.links {
        let key = link_key(link);
        let meant = |other: &&&WrittenGoods| other.links.iter().any(|known| key.is_some() && link_key(known) == key);
        match others.iter().find(meant) {
            Some(other) => words.push(word(
                "links",
                format!("“{link}”和「{}」的链接对得上同一个。", other.name),
                format!("“{link}” fits “{}” too.", other.name),
            )),
            None if key.is_none() => words.push(word(
                "links",
                format!("“{link}”里没有这件商品自己的编号（至少 4 位），认不出是哪一件。"),
                format!("“{link}” has no number of this article in it, of 4 digits or more."),
            )),
            None => {}
        }
    }
    for (list, texts) in [
        ("said", &goods.said),
        ("attributes", &goods.attributes),
        ("colors", &goods.colors),
    ] {
        for (at, text) in texts.iter().enumerate() {
            if let Some(wrong) = text_fits(list, at, text, texts) {
                words.push(wrong);
            }
        }
    }
    let short = [("name", &goods.name), ("name_en", &goods.name_en), ("id", &goods.id)];
    let lists = [
        ("aliases", &goods.aliases),
        ("links", &goods.links),
        ("sizes", &goods.sizes),
    ];
    let in_lists = lists
        .into_iter()
        .flat_map(|(field, texts)| texts.iter().map(move |text| (field, text)));
    let long = |(field, text): &(&str, &String)| {
        let most = if *field == "links" { LONGEST_TEXT } else { LONGEST_NAME };
        text.chars().count() > most
    };
    words.extend(
        short
            .into_iter()
            .chain(in_lists)
            .filter(long)
            .map(|(field, _)| too_long(field, if field == "links" { LONGEST_TEXT } else { LONGEST_NAME })),
    );
    let counts = lists.map(|(field, texts)| (field, texts.len()));
    let counts = counts
        .into_iter()
        .chain([("colors", goods.colors.len()), ("attributes", goods.attributes.len())]);
    for (field, _) in counts.filter(|(_, count)| *count > MOST_VALUES) {
        words.push(word(
            field,
            format!("最多 {MOST_VALUES} 个。"),
            format!("{MOST_VALUES} at most."),
        ));
    }
    words
}

/// What is wrong with one of the texts of a list.
fn text_fits(list: &str, at: usize, text: &WrittenText, all: &[WrittenText]) -> Option<FieldWord> {
    let field = match list {
        "said" => text.name.clone(),
        "attributes" => format!("attributes.{at}"),
        _ => list.to_owned(),
    };
    let is_named = list != "colors";
    if list == "said" && !SAID.contains(&text.name.as_str()) {
        return Some(word(field, "没有这一项。", "There is no such field."));
    }
    if is_named && text.name.is_empty() {
        return Some(word(field, "要写是什么，例如 防水。", "Say what it is, such as 防水."));
    }
    if text.zh.is_empty() {
        return Some(word(
            field,
            "要写中文；英文可以不写。",
            "It needs Chinese; English may be left out.",
        ));
    }
    if is_named && all[..at].iter().any(|other| other.name == text.name) {
        return Some(word(
            field,
            format!("“{}”上面已经写了。", text.name),
            format!("“{}” stands above already.", text.name),
        ));
    }
    let most = if list == "colors" { LONGEST_NAME } else { LONGEST_TEXT };
    let long =
        text.name.chars().count() > LONGEST_NAME || [&text.zh, &text.en].iter().any(|text| text.chars().count() > most);
    long.then(|| too_long(&field, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(words: &[FieldWord]) -> Vec<&str> {
        words.iter().map(|word| word.field.as_str()).collect()
    }

    #[test]
    fn goods_are_told_apart_by_names_numbers_and_links() {
        let goods = |name: &str, alias: &str, id: &str, link: &str| WrittenGoods {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            links: vec![link.to_owned()],
            ..WrittenGoods::default()
        };
        let shoe = goods("疾风 3 跑鞋", "疾风", "1001", "item.jd.com/100101.html");
        let mut wrong = goods("云垫", "疾风", "1001", "item.jd.com/100101.html");
        wrong.price = "abc".to_owned();
        wrong.attributes = vec![
            WrittenText::default(),
            WrittenText {
                name: "防水".to_owned(),
                ..WrittenText::default()
            },
        ];
        let words = goods_fit(None, &wrong, &[&shoe]);
        assert_eq!(
            fields(&words),
            ["price", "id", "aliases", "links", "attributes.0", "attributes.1"]
        );
        assert!(words[2].words[0].contains("疾风 3 跑鞋"));
        // What stood there before, by hand, is not this change's.
        let before = goods("云垫", "疾风", "1002", "item.jd.com/100102.html");
        assert!(goods_fit(Some(&before), &before, &[&shoe]).is_empty());
        let tidy = tidy_goods(WrittenGoods {
            aliases: vec![" 云 ".to_owned(), "云".to_owned(), String::new()],
            said: vec![WrittenText {
                name: "stock".to_owned(),
                ..WrittenText::default()
            }],
            ..wrong
        });
        assert_eq!((tidy.aliases.len(), tidy.said.len(), tidy.attributes.len()), (1, 0, 1));
    }
}
