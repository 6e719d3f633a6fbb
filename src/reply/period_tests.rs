//! What is said, and what things cost, in the named periods of a shop.
#![allow(clippy::unwrap_used)]

use crate::model::{Language, Millis, SlotName, Slots};
use crate::packs::{Pack, SourceFile, load_files};

use super::{TalkSlots, Templates};

const SHOP: &str = "shop: demo
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
periods:
  双11: 2026-10-31 20:00..2026-11-11
  最后一小时: {from: 2026-11-11 23:00, to: 2026-11-11 24:00}
facts:
  within:
    zh: 48 小时
    en: 48 hours
    periods:
      双11: {zh: 7 天, en: 7 days}
goods:
  - name: 充电器
    price: 99
    stock: 现货
    periods:
      双11: 79
      最后一小时: {price: 69, stock: 最后一批}
";

const QUESTION: &str = "intent: shipping.time
title: 何时发货
title_en: Shipping
examples: [什么时候发货]
slots:
  - name: goods
answers:
  - \"{{ shop.within }}内发出\"
  - \"Sent within {{ shop.within }}\"
  - text: \"双 11 订单多，{{ shop.within }}内发出\"
    period: 双11
tests:
  - {ask: 什么时候发货, expect: shipping.time}
";

const PRICE: &str = "intent: goods.price
title: 多少钱
title_en: Price
examples: [多少钱]
slots:
  - name: goods
answers:
  - \"{{ goods.name }} {{ goods.price }} 元，{{ goods.stock }}\"
  - \"{{ goods.name }} {{ goods.price }} yuan\"
tests:
  - {ask: 多少钱, expect: goods.price}
";

fn pack() -> Pack {
    let files = [
        ("shops/demo/shop.yaml", SHOP),
        ("shipping/time.yaml", QUESTION),
        ("goods/price.yaml", PRICE),
    ]
    .map(|(name, text)| SourceFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    });
    let (pack, findings) = load_files(&files);
    pack.unwrap_or_else(|| panic!("{findings:#?}"))
}

/// `2026-10-31T19:59` in Shanghai.
fn at(text: &str) -> Millis {
    let zoned = text
        .parse::<jiff::civil::DateTime>()
        .unwrap()
        .in_tz("Asia/Shanghai")
        .unwrap();
    Millis(zoned.timestamp().as_millisecond().unsigned_abs())
}

#[test]
fn answers_facts_and_prices_change_with_the_minute() {
    let pack = pack();
    let templates = Templates::compile(&pack, 0).unwrap();
    let said = |question: &str, language, at: Millis| {
        let mut slots = Slots::default();
        slots.set(SlotName::Goods, "充电器");
        let slots = TalkSlots {
            known: &slots,
            asked: &slots,
        };
        templates
            .answer(&pack, question, language, slots, pack.shop.time_at(at), 0)
            .unwrap()
    };
    let chinese = |at: Millis| said("shipping.time", Language::Chinese, at);
    let (before, during) = (at("2026-10-31T19:59"), at("2026-10-31T20:00"));
    let (late, over) = (at("2026-11-11T23:00"), at("2026-11-12T00:00"));
    assert_eq!(chinese(before), "48 小时内发出");
    assert_eq!(chinese(during), "双 11 订单多，7 天内发出");
    assert_eq!(chinese(late), "双 11 订单多，7 天内发出");
    assert_eq!(chinese(over), "48 小时内发出");
    assert_eq!(said("shipping.time", Language::English, during), "Sent within 7 days");
    let price = |at: Millis| said("goods.price", Language::Chinese, at);
    assert_eq!(price(before), "充电器 99 元，现货");
    assert_eq!(price(during), "充电器 79 元，现货");
    // The shorter period counts.
    assert_eq!(price(late), "充电器 69 元，最后一批");
    assert_eq!(price(over), "充电器 99 元，现货");
}

#[test]
fn whoever_signs_sees_what_is_said_in_each_period() {
    let pack = pack();
    let templates = Templates::compile(&pack, 0).unwrap();
    let intent = pack.intent("shipping.time").unwrap();
    let proofs = templates.proofs(intent, pack.shop.time_at(at("2026-09-01T10:00")));
    let said: Vec<(&str, &str)> = proofs
        .iter()
        .map(|proof| (proof.case.as_str(), proof.text.as_deref().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("", "48 小时内发出"),
            ("双11", "7 天内发出"),
            ("", "Sent within 48 hours"),
            ("双11", "Sent within 7 days"),
            ("", "双 11 订单多，7 天内发出"),
        ]
    );
}
