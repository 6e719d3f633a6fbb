//! What shoppers write that is no question: data, statements, pictures. It is taken as what it is, and never answered as
//! if it asked.

use std::sync::Arc;

use yingda::dialogue::{Simulator, turn::Outcome};
use yingda::model::{DecisionKind, Language, SlotName};
use yingda::understanding::kinds::ClauseKind;

use super::{GENERATION, NOW};

/// The bot's turn over the last of these messages.
fn after(turns: &[&str]) -> Outcome {
    let mut talk = Simulator::new(Arc::clone(&GENERATION), Language::Chinese, NOW);
    let mut last = None;
    for turn in turns {
        talk.give_back();
        last = talk.say(&[turn]);
    }
    last.unwrap_or_else(|| panic!("no turn was taken over {turns:?}"))
}

fn kinds(text: &str) -> Vec<ClauseKind> {
    after(&[text])
        .understanding
        .clauses
        .iter()
        .map(|clause| clause.kind)
        .collect()
}

#[test]
fn each_clause_has_its_kind() {
    use ClauseKind::{Information, Question, Request, Social, Statement};
    for (text, expected) in [
        ("包邮吗", vec![Question]),
        ("帮我改一下收货地址", vec![Request]),
        ("你好，几天能到", vec![Social, Question]),
        ("订单号 202611280001", vec![Information]),
        ("姜小满 13600002222", vec![Information]),
        ("宁波市鄞州区百丈东路17号2幢903", vec![Information]),
        ("https://shop.example.com/item/100023456.html", vec![Information]),
        ("隔壁家的猫又跑过来了", vec![Statement]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn data_without_a_question_is_taken_and_asked_about() {
    for text in [
        "202611280001",
        "订单号：202611280001",
        "姜小满 13600002222",
        "https://shop.example.com/item/1000.html",
        "7",
    ] {
        let outcome = after(&[text]);
        assert_eq!(
            outcome.decision.kind,
            DecisionKind::Acknowledge,
            "{text}: {:?}",
            outcome.decision
        );
        assert!(
            outcome.decision.intents.is_empty() && outcome.handoff.is_none(),
            "{text}"
        );
    }
    let given = after(&["订单号：202611280001"]);
    assert_eq!(given.decision.slots.get(SlotName::OrderNumber), Some("202611280001"));
}

#[test]
fn a_picture_or_a_face_is_no_word() {
    for text in ["[图片]", "【视频】", "[图片][图片]", "[呲牙]"] {
        let outcome = after(&[text]);
        assert_eq!(outcome.decision.kind, DecisionKind::Acknowledge, "{text}");
        assert!(
            outcome.decision.intents.is_empty() && outcome.handoff.is_none(),
            "{text}"
        );
    }
    let beside = after(&["[图片] 这款包邮吗"]);
    assert_eq!(beside.decision.intents[0].id, "shipping.fee");
}

#[test]
fn a_wish_that_is_denied_is_not_the_wish() {
    for text in [
        "不用转人工了",
        "先不用找客服",
        "不開發票了",
        "订单别取消",
        "don't cancel my order",
        "no need for a person, thanks",
    ] {
        let outcome = after(&[text]);
        assert!(outcome.handoff.is_none(), "{text}: {:?}", outcome.handoff);
        let asked: Vec<&str> = outcome
            .decision
            .intents
            .iter()
            .map(|question| question.id.as_str())
            .collect();
        assert!(asked.iter().all(|id| id.starts_with("chat.")), "{text}: {asked:?}");
    }
    for (text, wish) in [
        ("怎么不给我转人工", "service.human"),
        ("不要机器人，转人工", "service.human"),
        ("不想要了，帮我取消订单", "order.cancel"),
        ("能不能开发票", "invoice.request"),
    ] {
        let outcome = after(&[text]);
        assert!(
            outcome.decision.intents.iter().any(|question| question.id == wish),
            "{text}: {:?}",
            outcome.decision.intents
        );
    }
}
