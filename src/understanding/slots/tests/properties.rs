//! What holds for any text.

use proptest::prelude::*;

use super::super::gates::Gates;
use super::super::numerals::numbers;
use super::{reader, show};
use crate::model::{SlotName, Slots};
use crate::understanding::normalise::{MAX_CHARS, fold};

/// Pieces that the readers look at, thrown together at random.
const PIECES: [&str; 90] = [
    "1",
    "65",
    "165",
    "95",
    "1.65",
    "42.5",
    "300",
    "13812345678",
    "1234567890123456789",
    "sf",
    "一",
    "两",
    "百",
    "十",
    "零",
    "五",
    "半",
    "俩",
    "米",
    "m",
    "cm",
    "斤",
    "kg",
    "lbs",
    "'",
    "\"",
    "ft",
    "岁",
    "个月",
    "个",
    "件",
    "码",
    "号",
    "月",
    "日",
    "元",
    "块",
    "¥",
    "$",
    "减",
    "满",
    "-",
    "/",
    ",",
    ".",
    " ",
    "点",
    "万",
    "xl",
    "xxxl",
    "黑",
    "色",
    "的",
    "新疆",
    "天水",
    "上周五",
    "11.11",
    "身高",
    "体重",
    "脚长",
    "www.",
    "https://a.cn/",
    "1",
    "23",
    "456",
    "7890",
    "yt",
    "cn",
    "税号",
    "收件人",
    "陈晨",
    "西湖区",
    "文三路",
    "8号",
    "3单元",
    "rose lane",
    "有限公司",
    "抬头",
    "均码",
    "one size",
    "medium",
    "s",
    "加",
    "x",
    "0",
    "两个",
    "五块",
    "天前",
    "三岁",
    "穿",
];

fn sound(text: &str, expecting: &[SlotName]) -> Result<(), TestCaseError> {
    let (folded, _) = fold(text, MAX_CHARS);
    let reader = reader();
    let found = reader.read(&folded, expecting);
    for slot in &found {
        prop_assert!(!slot.range.is_empty() && slot.range.end <= folded.len() && !slot.value.is_empty());
    }
    for pair in found.windows(2) {
        let apart = pair[0].range.end <= pair[1].range.start;
        let shared =
            pair[0].range == pair[1].range && pair[0].name == SlotName::Province && pair[1].name == SlotName::City;
        let within = pair
            .iter()
            .any(|slot| matches!(slot.name, SlotName::Address | SlotName::InvoiceHeading));
        prop_assert!(apart || shared || within, "{text}: {}", show(&found));
    }
    // No gate is shut before anything.
    let without_gates = reader.read_through(
        Gates::OPEN,
        &folded,
        numbers(folded.chars()),
        expecting,
        &Slots::default(),
    );
    prop_assert_eq!(&found, &without_gates, "{}", text);
    prop_assert_eq!(reader.mask_entities(folded.chars()).len(), folded.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        sound(&text, &SlotName::ALL)?;
    }

    #[test]
    fn any_mixture_is_read(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12), asked in any::<bool>()) {
        sound(&pieces.concat(), if asked { &SlotName::ALL } else { &[] })?;
    }

    #[test]
    fn what_was_asked_for_alone_is_read(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..6),
        asked in prop::sample::select(&SlotName::ALL[..]),
    ) {
        sound(&pieces.concat(), &[asked])?;
    }

    #[test]
    fn bodies_are_read_back(height in 1400u32..=2050, weight in 300u32..=1500) {
        let (height, weight) = (super::super::reading::plain(f64::from(height) / 10.0, 1), super::super::reading::plain(f64::from(weight) / 10.0, 1));
        let found = reader().read(&fold(&format!("{height}cm {weight}kg"), MAX_CHARS).0, &[]);
        prop_assert_eq!(show(&found), format!("height={height}, weight={weight}"));
    }

    #[test]
    fn jin_and_kilograms_agree(jin in 60u32..=300) {
        let reader = reader();
        let by_jin = reader.read(&fold(&format!("{jin}斤"), MAX_CHARS).0, &[]);
        let by_kilograms = reader.read(&fold(&format!("{}kg", f64::from(jin) / 2.0), MAX_CHARS).0, &[]);
        prop_assert_eq!(show(&by_jin), show(&by_kilograms));
    }
}

/// Every canonical value, written as an answer to the question for its slot, is read as itself.
#[test]
fn canonical_values_are_read_as_themselves() {
    let reader = reader();
    for (name, values) in [
        (SlotName::Height, "165 162.5 110"),
        (SlotName::FootLength, "245 150"),
        (SlotName::Age, "3 0.5 0.67"),
        (
            SlotName::Province,
            "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾",
        ),
        (SlotName::City, "深圳 天水 开封 白银 义乌 高雄 香港 乌鲁木齐"),
        (
            SlotName::OrderNumber,
            "4503218876 1234567890123456789 240511-123456789012345",
        ),
        (SlotName::Waybill, "SF1234567890123 773012345678901"),
        (SlotName::Phone, "13812345678 +886912345678 91234567 +85291234567"),
        (SlotName::Money, "299 5.5"),
        (
            SlotName::Date,
            "前天 上周五 11.11 双十一 618 3号 5月20日 2024-11-11 3天前 1个月前 yesterday",
        ),
        (SlotName::Color, "黑色 米白 卡其色 浅灰色 藏青 奶茶色"),
        (SlotName::Size, "S XL 2XL 3XL 均码 42 42.5 US9 75B 170/88A 110"),
        (SlotName::Quantity, "2 50"),
        (SlotName::Goods, "城行板鞋 新疆灰枣"),
    ] {
        for value in values.split(' ') {
            let found = reader.read(&fold(value, MAX_CHARS).0, &[name]);
            assert!(
                found.iter().any(|slot| slot.name == name && slot.value == value),
                "{value}: {}",
                show(&found)
            );
        }
    }
    let weight = reader.read(&fold("47.5kg", MAX_CHARS).0, &[]);
    assert_eq!(show(&weight), "weight=47.5");
}

#[test]
fn what_is_known_decides_a_bare_number() {
    let reader = reader();
    let read = |known: f64, text: &str| {
        let mut slots = Slots::default();
        slots.set(SlotName::Height, known.to_string());
        show(&reader.read_knowing(&fold(text, MAX_CHARS).0, &[SlotName::Height, SlotName::Weight], &slots))
    };
    assert_eq!(read(155.0, "80"), "weight=40");
    assert_eq!(read(180.0, "90"), "weight=90");
    assert_eq!(read(175.0, "150"), "weight=75");
    assert_eq!(read(165.0, "80"), "");
}
