//! Answers ask only for what is used, and promise only people who are called.

use crate::packs::finding::Finding;
use crate::packs::written::{AnswerFile, Files, IntentFile};

/// Words with which an answer asks for something.
const ASKING: [&str; 34] = [
    "请发",
    "发我",
    "发给我",
    "发一下",
    "发过来",
    "发来",
    "发这里",
    "发在这里",
    "请提供",
    "提供一下",
    "提供下",
    "告诉我",
    "告知",
    "报一下",
    "报下",
    "报给我",
    "留一下",
    "留下",
    "写一下",
    "说一下您的",
    "给一下",
    "给我",
    "send us",
    "send me",
    "send over",
    "tell us",
    "tell me",
    "give us",
    "give me",
    "reply with",
    "share your",
    "let us know your",
    "let me know your",
    "provide",
];

/// Things that are asked for, with the slots that take them.
const THINGS: [(&[&str], &[&str]); 12] = [
    (&["订单号", "订单编号", "order number"], &["order_number"]),
    (&["运单号", "快递单号", "物流单号", "tracking number"], &["waybill"]),
    (
        &[
            "收货地址",
            "新地址",
            "详细地址",
            "your address",
            "new address",
            "full address",
        ],
        &["address"],
    ),
    (&["电话", "手机号", "联系方式", "phone number"], &["phone"]),
    (&["收件人", "收货人"], &["receiver"]),
    (&["抬头"], &["invoice_heading"]),
    (&["税号"], &["tax_number"]),
    (&["身高"], &["height"]),
    (&["体重"], &["weight"]),
    (&["脚长"], &["foot_length"]),
    (&["链接给", "商品链接"], &["link", "goods"]),
    (&["件数", "数量"], &["quantity"]),
];

/// What the widget cannot send.
const PICTURES: [&str; 14] = [
    "照片",
    "图片",
    "截图",
    "视频",
    "拍照",
    "拍张",
    "拍个",
    "拍一张",
    "拍几张",
    "photo",
    "picture",
    "screenshot",
    "video",
    "snapshot",
];

/// Words with which a person is promised.
const PROMISES: [&str; 24] = [
    "客服会",
    "同事会",
    "专员会",
    "售后会",
    "仓库会",
    "会联系您",
    "会给您",
    "给您回电",
    "给您回复",
    "为您登记",
    "帮您登记",
    "已登记",
    "帮您反馈",
    "帮您催",
    "为您催",
    "帮您转",
    "马上为您处理",
    "会尽快处理",
    "已为您",
    "a colleague will",
    "we will contact",
    "we will get back",
    "we'll get back",
    "will call you",
];

/// Checks every answer of every question.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        for answer in &intent.answers {
            check_answer(file, intent, answer, files, findings);
        }
    }
    for (file, overlay) in &files.overlays {
        for answer in &overlay.more_answers {
            check_answer(file, &overlay.intent, answer, files, findings);
        }
    }
}

fn check_answer(file: &str, intent: &IntentFile, answer: &AnswerFile, files: &Files, findings: &mut Vec<Finding>) {
    let known = intent.intent.as_ref().and_then(|id| files.known.slots.get(&id.value));
    let reads = |names: &[&str]| {
        let slots = intent.slots.iter().chain(known.into_iter().flatten());
        slots
            .map(|slot| slot.name.value.as_str())
            .any(|name| names.contains(&name))
    };
    let waived = |rule: &str| intent.waive.iter().any(|waived| waived.value == rule);
    let text = answer.text.value.to_lowercase();
    let mut add = |rule: &'static str, message: (String, String), hint: (&str, &str)| {
        if !waived(rule) {
            findings.push(
                Finding::error(rule, file, message.0, message.1)
                    .at(answer.text.line, answer.text.column)
                    .hint(hint.0, hint.1),
            );
        }
    };
    for sentence in text.split(['。', '！', '？', '；', '～', '\n', '!', '?']) {
        let has = |words: &[&'static str]| words.iter().copied().find(|word| sentence.contains(word));
        if has(&ASKING).is_some() {
            if let Some(picture) = has(&PICTURES) {
                add(
                    "I110",
                    (
                        format!("答案里要“{picture}”，可是聊天窗口发不了"),
                        format!("the answer asks for `{picture}`, which the chat cannot send"),
                    ),
                    ("请顾客用文字描述", "ask for a description in words"),
                );
            }
            for (words, slots) in THINGS {
                if let Some(thing) = has(words).filter(|_| !reads(slots)) {
                    add(
                        "I110",
                        (
                            format!("答案里要“{thing}”，可是发来了也没有用处"),
                            format!("the answer asks for `{thing}`, which nothing uses"),
                        ),
                        (
                            "在 slots 和 tell_person 里写上它，或者不要它",
                            "name it in `slots` and `tell_person`, or do not ask for it",
                        ),
                    );
                }
            }
        }
        let called = intent.handoff.as_ref().is_some_and(|handoff| handoff.value != "never");
        if let Some(promise) = has(&PROMISES).filter(|_| !called && intent.tell_person.is_empty()) {
            add(
                "I111",
                (
                    format!("答应了“{promise}”，可是没有人会知道"),
                    format!("`{promise}` promises somebody who is never told"),
                ),
                (
                    "写 handoff 或 tell_person，或者改成顾客自己能做的事",
                    "write `handoff` or `tell_person`, or say what the shopper can do",
                ),
            );
        }
    }
}
