//! What shoppers send because they were asked for it: addresses, names, headings, links.

use super::{check, reader, show};
use crate::model::SlotName;
use crate::understanding::normalise::{MAX_CHARS, fold};

const MOVING: [SlotName; 3] = [SlotName::Address, SlotName::Receiver, SlotName::Phone];
const INVOICE: [SlotName; 2] = [SlotName::InvoiceHeading, SlotName::TaxNumber];

/// The value of one slot, in the words as written.
fn value(text: &str, expecting: &[SlotName], name: SlotName) -> String {
    let (folded, _) = fold(text, MAX_CHARS);
    let found = reader().read(&folded, expecting);
    let slot = found.iter().find(|slot| slot.name == name);
    slot.map_or_else(
        || format!("none of {}", show(&found)),
        |slot| folded.original(text, slot.range.clone()).to_owned(),
    )
}

#[test]
fn addresses_are_read_in_the_forms_that_people_write() {
    for (text, address) in [
        (
            "改成宁波市鄞州区百丈东路 17 号 2 幢 903，收件人沈悦 13700001111",
            "宁波市鄞州区百丈东路 17 号 2 幢 903",
        ),
        (
            "四川成都武侯区科华北路62号力宝大厦12楼",
            "四川成都武侯区科华北路62号力宝大厦12楼",
        ),
        ("新地址：桂花园小区8栋一单元302室", "桂花园小区8栋一单元302室"),
        (
            "寄到江西省赣州市于都县贡江镇长征大道 5 号",
            "江西省赣州市于都县贡江镇长征大道 5 号",
        ),
        ("臺北市信義區松仁路 88 號 6 樓", "臺北市信義區松仁路 88 號 6 樓"),
        (
            "change it to 48 Maple Court, Flat 3, Leeds LS6 2AB",
            "48 Maple Court, Flat 3, Leeds LS6 2AB",
        ),
        (
            "9 old mill road, dayton 45402 name Joan Pike",
            "9 old mill road, dayton 45402",
        ),
    ] {
        assert_eq!(value(text, &MOVING, SlotName::Address), address, "{text}");
    }
    // Part by part, where it was asked for.
    assert_eq!(
        value("滨江花园 5 栋 1201", &MOVING, SlotName::Address),
        "滨江花园 5 栋 1201"
    );
}

#[test]
fn a_question_about_a_place_holds_no_address() {
    for text in [
        "寄到江苏南京要几天",
        "你们实体店在哪条路上",
        "3楼能送上门吗",
        "路上要走几天",
        "收到的三号色和五号色哪个深",
        "5号发的货，到10号了还没到",
        "this way it took 5 days on the road",
    ] {
        let (folded, _) = fold(text, MAX_CHARS);
        let found = reader().read(&folded, &[]);
        assert!(
            found.iter().all(|slot| slot.name != SlotName::Address),
            "{text}: {}",
            show(&found)
        );
    }
}

#[test]
fn receivers_are_named_beside_a_phone_behind_a_label_or_alone_where_asked() {
    check(
        &MOVING,
        &[
            ("沈悦 13700001111", "receiver=沈悦, phone=13700001111"),
            ("13700001111 欧阳一鸣", "phone=13700001111, receiver=欧阳一鸣"),
            ("收件人改成周小川", "receiver=周小川"),
            ("周小川", "receiver=周小川"),
            ("姓名：林可 电话 13700001111", "receiver=林可, phone=13700001111"),
            ("马上", ""),
            ("谢谢", ""),
            ("什么时候能改好", ""),
        ],
    );
    check(
        &[],
        &[("周小川", ""), ("黄色 13700001111", "color=黄色, phone=13700001111")],
    );
}

#[test]
fn headings_and_tax_numbers() {
    for (text, heading) in [
        ("无锡青屿贸易有限公司 税号 91320200MA1XYTCD3K", "无锡青屿贸易有限公司"),
        ("抬头改成常州市明德小学", "常州市明德小学"),
        ("抬头：嘉禾律师事务所", "嘉禾律师事务所"),
        ("个人", "个人"),
        ("Northwind Paper Ltd", "Northwind Paper Ltd"),
    ] {
        assert_eq!(value(text, &INVOICE, SlotName::InvoiceHeading), heading, "{text}");
    }
    for text in ["91320200MA1XYTCD3K", "税号91320200ma1xytcd3k"] {
        assert_eq!(
            value(text, &INVOICE, SlotName::TaxNumber)
                .to_uppercase()
                .trim_start_matches("税号"),
            "91320200MA1XYTCD3K"
        );
    }
    // A question about headings gives none; an order number is no tax number.
    for text in ["抬头可以写公司吗", "发票抬头怎么改", "订单号 202611280005123456"] {
        let (folded, _) = fold(text, MAX_CHARS);
        let found = reader().read(&folded, &[]);
        let data = |slot: &super::FoundSlot| matches!(slot.name, SlotName::InvoiceHeading | SlotName::TaxNumber);
        assert!(!found.iter().any(data), "{text}: {}", show(&found));
    }
}

#[test]
fn links_are_taken_whole() {
    for (text, link) in [
        (
            "https://shop.example.com/item/100012345678.html?x=1 这个有货吗",
            "https://shop.example.com/item/100012345678.html?x=1",
        ),
        ("item.example.cn/3456789012 多少钱", "item.example.cn/3456789012"),
        ("看下 http://a.example/b。", "http://a.example/b"),
    ] {
        assert_eq!(value(text, &[], SlotName::Link), link, "{text}");
    }
}
