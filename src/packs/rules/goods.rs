//! The catalogue: numbers, names, links, prices, and what is asked of goods.

use std::collections::{HashMap, HashSet};

use crate::packs::finding::Finding;
use crate::packs::fold::fold;
use crate::packs::written::{GoodsFile, ShopFile};
use crate::packs::yaml::At;
use crate::shop::{link_key, not_listed, number_key, read_price};

/// Checks the goods of a shop. `shop_file` is where its attributes are written.
pub fn check(shop_file: &str, shop: &ShopFile, findings: &mut Vec<Finding>) {
    let file = shop.goods_file.as_deref().unwrap_or(shop_file);
    let mut ids = HashMap::new();
    let mut names = HashMap::new();
    let mut keys = HashMap::new();
    let mut attributes = HashSet::new();
    for (place, goods) in shop.goods.iter().enumerate() {
        if let Some(id) = &goods.id
            && let Some(key) = number_key(&id.value)
        {
            keys.entry(key).or_insert((place, id.line));
        }
    }
    for (place, goods) in shop.goods.iter().enumerate() {
        if let Some(price) = &goods.price
            && read_price(&price.value).is_none()
        {
            findings.push(
                Finding::error(
                    "I097",
                    file,
                    format!("价格“{}”不是数字", price.value),
                    format!("the price `{}` is no number", price.value),
                )
                .at(price.line, price.column)
                .hint("只写数字，单位是元", "only the number, in yuan"),
            );
        }
        if let Some(id) = &goods.id
            && let Some(line) = taken(&mut ids, id.value.to_lowercase(), place, id.line)
        {
            findings.push(
                Finding::error(
                    "I112",
                    file,
                    format!("商品编号“{}”在第 {line} 行已经用过", id.value),
                    format!("the item number `{}` is used in line {line} already", id.value),
                )
                .at(id.line, id.column)
                .hint("每件商品一个编号", "every article has a number of its own"),
            );
        }
        let said = [&goods.name].into_iter().chain(&goods.name_en).chain(&goods.aliases);
        for name in said {
            if let Some(line) = taken(&mut names, fold(&name.value), place, name.line) {
                findings.push(two_of_a_name(file, name, line));
            }
        }
        for link in &goods.links {
            match link_key(&link.value) {
                None => findings.push(no_part_of_its_own(file, link)),
                Some(key) => {
                    if let Some(line) = taken(&mut keys, key, place, link.line) {
                        findings.push(two_of_a_link(file, link, line));
                    }
                }
            }
        }
        size_table(file, goods, findings);
        attributes.extend(goods.attributes.iter().map(|(name, _)| name.value.as_str()));
    }
    for attribute in &shop.attributes {
        // Without goods, which may be what could not be read, no attribute is at fault.
        if !shop.goods.is_empty() && !attributes.contains(attribute.name.value.as_str()) {
            let name = &attribute.name;
            findings.push(
                Finding::warning(
                    "I117",
                    shop_file,
                    format!("没有一件商品写了“{}”", name.value),
                    format!("no article has the attribute `{}`", name.value),
                )
                .at(name.line, name.column)
                .hint(
                    "在商品的 attributes: 里写上，或删掉这一项",
                    "write it under `attributes:` of goods, or remove it here",
                ),
            );
        }
    }
}

/// The line of another article that has this already.
fn taken(known: &mut HashMap<String, (usize, usize)>, key: String, place: usize, line: usize) -> Option<usize> {
    let (first, at) = *known.entry(key).or_insert((place, line));
    (first != place).then_some(at)
}

fn two_of_a_link(file: &str, link: &At<String>, line: usize) -> Finding {
    Finding::error(
        "I114",
        file,
        format!("链接“{}”和第 {line} 行的商品对得上同一个", link.value),
        format!("the link `{}` fits the article of line {line} too", link.value),
    )
    .at(link.line, link.column)
    .hint("写上只有这件商品才有的数字", "write the number that only this item has")
}

fn no_part_of_its_own(file: &str, link: &At<String>) -> Finding {
    Finding::error(
        "I114",
        file,
        format!("链接“{}”里没有这件商品自己的编号或名字，认不出是哪一件", link.value),
        format!("the link `{}` has no number or name of this item in it", link.value),
    )
    .at(link.line, link.column)
    .hint(
        "写到商品编号为止，例如 item.jd.com/100012345.html；编号至少 4 位",
        "write it with the item's number of 4 digits or more: item.jd.com/100012345.html",
    )
}

/// A size table that speaks of a size which the article does not come in.
fn size_table(file: &str, goods: &GoodsFile, findings: &mut Vec<Finding>) {
    let sizes: Vec<String> = goods.sizes.iter().map(|size| size.value.clone()).collect();
    let table = goods.said.iter().find(|(name, _)| *name == "size_table");
    let Some((_, table)) = table else { return };
    let texts = [&table.zh].into_iter().chain(&table.en);
    let Some((text, size)) = texts
        .into_iter()
        .find_map(|text| Some((text, not_listed(&sizes, &text.value)?)))
    else {
        return;
    };
    findings.push(
        Finding::warning(
            "I118",
            file,
            format!("尺码表写到 {size}，尺码里却没有 {size}"),
            format!("the size table speaks of {size}, which is not among the sizes"),
        )
        .at(text.line, text.column)
        .hint(
            "两处改成一样：补上这个尺码，或从尺码表里去掉",
            "make the two agree: add the size, or take it out of the table",
        ),
    );
}

fn two_of_a_name(file: &str, name: &At<String>, line: usize) -> Finding {
    Finding::warning(
        "I113",
        file,
        format!("“{}”在第 {line} 行已经是另一件商品的叫法，会当成那一件", name.value),
        format!(
            "`{}` names another article in line {line} already, which is meant",
            name.value
        ),
    )
    .at(name.line, name.column)
    .hint("一个叫法只留给一件商品", "leave each name to one article")
}
