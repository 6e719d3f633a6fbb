//! Messages and what is read from them.
#![allow(clippy::unwrap_used)]

mod bodies;
mod counts;
mod data;
mod numbers;
mod places;
mod properties;

use super::{FoundSlot, SlotReader};
use crate::model::SlotName;
use crate::shop::{Catalogue, Goods, LocalText};
use crate::understanding::normalise::{MAX_CHARS, fold};

/// Compiled once for all tests.
fn reader() -> &'static SlotReader {
    static READER: std::sync::LazyLock<SlotReader> = std::sync::LazyLock::new(compile);
    &READER
}

fn compile() -> SlotReader {
    let article = |zh: &str, en: &str, aliases: &[&str]| Goods {
        name: LocalText {
            zh: zh.into(),
            en: en.into(),
        },
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        ..Goods::default()
    };
    let goods = vec![
        article(
            "疾风 3 跑鞋",
            "Jifeng 3 running shoe",
            &["疾风3", "疾风", "跑鞋", "jifeng 3", "jifeng"],
        ),
        article("城行板鞋", "Chengxing sneaker", &["城行", "板鞋", "小白鞋"]),
        article("轻翼速干 T 恤", "Qingyi quick-dry tee", &["轻翼", "速干t恤", "速干衣"]),
        article("新疆灰枣", "Xinjiang dates", &[]),
    ];
    SlotReader::new(&Catalogue::new(goods, Vec::new()))
}

fn show(found: &[FoundSlot]) -> String {
    let parts: Vec<String> = found
        .iter()
        .map(|slot| format!("{}={}", slot.name.name(), slot.value))
        .collect();
    parts.join(", ")
}

/// Checks all rows, and tells all that are wrong at once.
fn check(expecting: &[SlotName], rows: &[(&str, &str)]) {
    let reader = reader();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let got = show(&reader.read(&fold(text, MAX_CHARS).0, expecting));
            (got != *expected).then(|| format!("{text}\n    wanted {expected}\n    got    {got}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn ranges_give_the_words_as_written() {
    let text = "我在廣東深圳，一米六五 95斤，單號ＳＦ1234567890123";
    let (folded, _) = fold(text, MAX_CHARS);
    let found = reader().read(&folded, &[]);
    let words: Vec<&str> = found
        .iter()
        .map(|slot| folded.original(text, slot.range.clone()))
        .collect();
    assert_eq!(words, ["廣東", "深圳", "一米六五", "95斤", "ＳＦ1234567890123"]);
}

#[test]
fn goods_are_the_longest_names() {
    check(
        &[],
        &[
            ("疾风3有货吗", "goods=疾风 3 跑鞋"),
            ("疾风 3 跑鞋多少钱", "goods=疾风 3 跑鞋"),
            ("小白鞋和跑鞋哪个好", "goods=城行板鞋, goods=疾风 3 跑鞋"),
            ("速干T恤 白色 XL", "goods=轻翼速干 T 恤, color=白色, size=XL"),
            ("is the Jifeng 3 in stock", "goods=疾风 3 跑鞋"),
            ("跑鞋黑色42码还有吗", "goods=疾风 3 跑鞋, color=黑色, size=42"),
            ("新疆灰枣发新疆吗", "goods=新疆灰枣, province=新疆"),
            ("疾風3跑鞋 要兩雙", "goods=疾风 3 跑鞋, quantity=2"),
        ],
    );
}

#[test]
fn a_link_or_a_number_is_the_article_it_belongs_to() {
    let shoe = Goods {
        id: Some("100012345".to_owned()),
        name: LocalText::same("疾风"),
        links: vec!["item.shop.example/888800001.html".to_owned()],
        attributes: vec![("防水".to_owned(), LocalText::same("不防水"))],
        ..Goods::default()
    };
    let reader = SlotReader::new(&Catalogue::new(vec![shoe], Vec::new()));
    let read = |text: &str| -> Vec<(SlotName, String)> {
        let (folded, _) = fold(text, MAX_CHARS);
        let found = reader.read(&folded, &[]).into_iter();
        found.map(|slot| (slot.name, slot.value)).collect()
    };
    for text in [
        "https://item.shop.example/888800001.html?a=1",
        "这个 100012345 多少钱",
        "【跑鞋】https://m.shop.example/d?id=100012345",
        "item.shop.example/888800001.html",
    ] {
        let goods: Vec<_> = read(text)
            .into_iter()
            .filter(|(name, _)| *name == SlotName::Goods)
            .collect();
        assert_eq!(goods, [(SlotName::Goods, "疾风".to_owned())], "{text}");
    }
    assert!(
        read("https://item.shop.example/777.html")
            .iter()
            .all(|(name, _)| *name != SlotName::Goods)
    );
    assert_eq!(read("防水吗"), [(SlotName::Attribute, "防水".to_owned())]);
}

#[test]
fn another_model_is_not_the_goods_whose_name_it_has() {
    let goods = |text: &str| -> Vec<String> {
        let (folded, _) = fold(text, MAX_CHARS);
        let found = reader().read(&folded, &[]).into_iter();
        found
            .filter(|slot| slot.name == SlotName::Goods)
            .map(|slot| slot.value)
            .collect()
    };
    for (text, named) in [
        ("有疾风5吗", "疾风5"),
        ("疾风 5多少钱", "疾风 5"),
        ("疾风3多少钱", "疾风 3 跑鞋"),
        ("疾风 3 多少钱", "疾风 3 跑鞋"),
        ("疾风有吗", "疾风 3 跑鞋"),
        ("疾风42码有吗", "疾风 3 跑鞋"),
        ("疾风2双多少钱", "疾风 3 跑鞋"),
        ("疾风 42有吗", "疾风 3 跑鞋"),
    ] {
        assert_eq!(goods(text), [named], "{text}");
    }
}

#[test]
fn a_size_behind_goods_a_colour_or_a_word_that_asks_is_one() {
    for text in ["有42吗", "黑色42有吗", "疾风3 42有货吗", "城行42还有吗"] {
        let (folded, _) = fold(text, MAX_CHARS);
        let found = reader().read(&folded, &[]);
        let size = found.iter().find(|slot| slot.name == SlotName::Size);
        assert_eq!(size.map(|slot| slot.value.as_str()), Some("42"), "{text}");
    }
    let (folded, _) = fold("有42个人吗", MAX_CHARS);
    assert!(
        reader()
            .read(&folded, &[])
            .iter()
            .all(|slot| slot.name != SlotName::Size)
    );
}

#[test]
fn twenty_thousand_goods_are_read_without_walking_them() {
    let goods = (0..20_000).map(|number| Goods {
        id: Some(format!("9000{number:06}")),
        name: LocalText::same(&format!("商品{number:06}号")),
        ..Goods::default()
    });
    let reader = SlotReader::new(&Catalogue::new(goods.collect(), Vec::new()));
    let (folded, _) = fold("商品012345号多少钱", MAX_CHARS);
    // Walking them would take minutes.
    for _ in 0..1_000 {
        assert_eq!(reader.read(&folded, &[])[0].value, "商品012345号");
    }
}
