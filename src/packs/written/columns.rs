//! The headings of a sheet of goods.

use crate::shop::SAID;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::packs) enum Column {
    /// Item number.
    Id,
    /// Full name.
    Name,
    /// English name.
    NameEn,
    /// Other names.
    Aliases,
    /// Links.
    Links,
    /// Price.
    Price,
    /// Sizes.
    Sizes,
    /// Colours.
    Colors,
    /// Colours in English.
    ColorsEn,
    /// A text of its own, and whether it is the English one.
    Said(&'static str, bool),
    /// An attribute that is called as the column, and whether it is the English value.
    Attribute(String, bool),
    /// No heading.
    Nothing,
}

/// Headings in both languages; every other heading is the name of an attribute.
const HEADINGS: [(&str, Column); 49] = [
    ("id", Column::Id),
    ("编号", Column::Id),
    ("货号", Column::Id),
    ("商品id", Column::Id),
    ("商品编号", Column::Id),
    ("商品编码", Column::Id),
    ("name", Column::Name),
    ("名称", Column::Name),
    ("商品名称", Column::Name),
    ("商品名", Column::Name),
    ("商品", Column::Name),
    ("name_en", Column::NameEn),
    ("英文名", Column::NameEn),
    ("英文名称", Column::NameEn),
    ("名称英文", Column::NameEn),
    ("商品名称英文", Column::NameEn),
    ("aliases", Column::Aliases),
    ("别名", Column::Aliases),
    ("昵称", Column::Aliases),
    ("俗称", Column::Aliases),
    ("links", Column::Links),
    ("link", Column::Links),
    ("链接", Column::Links),
    ("商品链接", Column::Links),
    ("price", Column::Price),
    ("价格", Column::Price),
    ("售价", Column::Price),
    ("单价", Column::Price),
    ("sizes", Column::Sizes),
    ("尺码", Column::Sizes),
    ("colors", Column::Colors),
    ("colours", Column::Colors),
    ("颜色", Column::Colors),
    ("colors_en", Column::ColorsEn),
    ("颜色英文", Column::ColorsEn),
    ("库存", Column::Said("stock", false)),
    ("现货", Column::Said("stock", false)),
    ("包装清单", Column::Said("in_box", false)),
    ("盒内", Column::Said("in_box", false)),
    ("包装内容", Column::Said("in_box", false)),
    ("适合", Column::Said("suits", false)),
    ("适合人群", Column::Said("suits", false)),
    ("适用人群", Column::Said("suits", false)),
    ("适配", Column::Said("compatible", false)),
    ("适用型号", Column::Said("compatible", false)),
    ("材质", Column::Said("material", false)),
    ("面料", Column::Said("material", false)),
    ("尺码表", Column::Said("size_table", false)),
    ("尺码对照", Column::Said("size_table", false)),
];

/// Endings of the headings of English texts.
const ENGLISH: [&str; 4] = ["_en", "英文", "（英文）", "(英文)"];

/// What a heading says that the column holds.
pub(in crate::packs) fn column(heading: &str) -> Column {
    let heading = heading.trim();
    if heading.is_empty() {
        return Column::Nothing;
    }
    let english = ENGLISH.iter().find_map(|ending| heading.strip_suffix(ending));
    let named = |name: &str| {
        let name = name.to_lowercase();
        let known = HEADINGS.iter().find(|(known, _)| *known == name);
        let said = SAID.into_iter().find(|said| *said == name);
        known
            .map(|(_, column)| column.clone())
            .or(said.map(|said| Column::Said(said, false)))
    };
    if let Some(known) = named(heading) {
        return known;
    }
    // 价格（元）
    let name = english.unwrap_or(heading).trim();
    let plain = name.split(['（', '(']).next().unwrap_or_default().trim();
    match named(plain) {
        Some(Column::Said(said, _)) => Column::Said(said, english.is_some()),
        Some(Column::Colors) if english.is_some() => Column::ColorsEn,
        Some(Column::Name) if english.is_some() => Column::NameEn,
        // Other names are names, in whatever language.
        Some(Column::Aliases) => Column::Aliases,
        Some(known) if english.is_none() => known,
        Some(_) => Column::Nothing,
        None => Column::Attribute(name.to_owned(), english.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_and_others_are_attributes() {
        for (heading, is) in [
            ("商品名称", Column::Name),
            ("ID", Column::Id),
            ("价格（元）", Column::Price),
            ("材质", Column::Said("material", false)),
            ("材质（英文）", Column::Said("material", true)),
            ("material_en", Column::Said("material", true)),
            ("Colors_en", Column::ColorsEn),
            ("防水", Column::Attribute("防水".to_owned(), false)),
            ("USB 接口_en", Column::Attribute("USB 接口".to_owned(), true)),
            (" ", Column::Nothing),
        ] {
            assert_eq!(column(heading), is, "{heading}");
        }
    }
}
