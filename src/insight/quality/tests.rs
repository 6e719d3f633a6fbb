//! What the rules find, and what looks like it and is fine.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::packs::Pack;
use crate::shop::clock::OWN_MS;
use crate::understanding::Tolerance;

const MINUTE: u64 = 60_000;

fn shop() -> Generation {
    Generation::compile(Pack::default(), Tolerance::default(), OWN_MS, &[]).unwrap()
}

/// A talk as what happened at which minute.
fn found(happened: &[(f64, Value)]) -> Vec<Mark> {
    let events: Vec<Arc<Event>> = happened
        .iter()
        .enumerate()
        .map(|(at, (minute, kind))| {
            Arc::new(Event {
                seq: at as u64 + 1,
                epoch: 0,
                at: Millis((minute * MINUTE as f64) as u64),
                kind: serde_json::from_value(kind.clone()).unwrap(),
            })
        })
        .collect();
    marks(&events, &shop())
}

fn rules(happened: &[(f64, Value)]) -> Vec<Rule> {
    found(happened).iter().map(|mark| mark.rule).collect()
}

fn asks(text: &str) -> Value {
    json!({"type": "received", "id": "c", "text": text})
}

fn says(text: &str) -> Value {
    json!({"type": "agent_said", "id": "a", "agent": "mei", "name": "小美", "text": text})
}

fn has() -> Value {
    json!({"type": "assigned", "agent": "mei", "name": "小美"})
}

fn handed_off(deadline_minute: u64) -> Value {
    json!({"type": "handed_off", "reason": "asked", "lane": "normal", "deadline": deadline_minute * MINUTE,
        "signals": [], "open_questions": [], "text": "转"})
}

fn ended(by: Option<&str>) -> Value {
    json!({"type": "closed", "agent": by})
}

#[test]
fn the_first_reply_is_held_to_what_was_promised_and_later_ones_to_the_reply_clock() {
    let talk = |first: f64, second: f64| {
        vec![
            (0.0, asks("要人工")),
            (0.0, handed_off(3)),
            (0.5, has()),
            (first, says("您好")),
            (first + 1.0, asks("什么时候发货")),
            (second, says("明天发")),
        ]
    };
    assert_eq!(rules(&talk(2.9, 6.0)), []);
    let late = found(&talk(4.0, 9.5));
    assert_eq!(
        late.iter().map(|mark| mark.rule).collect::<Vec<_>>(),
        [Rule::LongWait, Rule::Silence]
    );
    assert_eq!(
        (late[0].quote.as_str(), late[0].lasted_ms, late[0].limit_ms),
        ("要人工", Some(4 * MINUTE), Some(3 * MINUTE))
    );
    assert_eq!(
        (late[1].quote.as_str(), late[1].seq, late[1].limit_ms),
        ("什么时候发货", 5, Some(OWN_MS))
    );
    assert_eq!(late[1].agent, Some(AgentId::new("mei")));
    // Waited for in vain until the end counts as well, and what wants no reply does not.
    for (last, found) in [
        ("还在吗", vec![Rule::Silence]),
        ("好的，谢谢您", vec![]),
        ("嗯嗯 ok！", vec![]),
        ("好的尺码呢", vec![Rule::Silence]),
    ] {
        let talk = [
            (0.0, has()),
            (0.1, says("您好")),
            (1.0, asks(last)),
            (20.0, ended(None)),
        ];
        assert_eq!(rules(&talk), found, "{last}");
    }
}

#[test]
fn whoever_says_that_they_come_back_comes_back_or_has_done_it_already() {
    let talk = |promise: &str, next: (f64, Value)| rules(&[(0.0, has()), (1.0, says(promise)), next]);
    for promise in [
        "稍等，我去查一下",
        "亲稍候，核实后回复您",
        "請稍等，我幫您查一下",
        "麻烦您稍等哈",
        "One moment please",
    ] {
        assert_eq!(talk(promise, (12.0, says("查到了"))), [Rule::Promise], "{promise}");
        assert_eq!(talk(promise, (5.0, says("查到了，明天到"))), [], "{promise}");
        assert_eq!(
            talk(promise, (2.0, ended(Some("mei")))),
            [Rule::Promise],
            "the agent ends it: {promise}"
        );
        assert_eq!(talk(promise, (2.0, ended(None))), [], "the shopper leaves: {promise}");
    }
    for fine in ["不用稍等，现在就可以", "稍等的话已为您登记好了", "麻烦您核实一下地址"] {
        assert_eq!(talk(fine, (2.0, ended(Some("mei")))), [], "{fine}");
    }
}

#[test]
fn what_was_given_is_not_asked_for_again() {
    let decided = json!({"type": "answered", "reply_to": ["c"], "text": "好", "choices": [],
        "decision": {"kind": "answer", "intents": [], "alternatives": [], "signals": [], "slots": {"order_number": "912345678901"}}});
    let given = |asked: &str| {
        rules(&[
            (0.0, asks("订单 912345678901")),
            (0.0, decided.clone()),
            (1.0, has()),
            (1.1, says(asked)),
        ])
    };
    assert_eq!(given("麻烦您提供一下订单号"), [Rule::Repeat]);
    assert_eq!(given("请问订单号是多少呢"), [Rule::Repeat]);
    for fine in [
        "您发的订单号我查到了",
        "收到订单号了",
        "不用再发订单号",
        "请提供手机号",
        "帮您查一下",
    ] {
        assert!(!given(fine).contains(&Rule::Repeat), "{fine}");
    }
    // What the shopper tells the agent counts too, and only from then on.
    let phone = [
        (0.0, has()),
        (0.1, says("留一下手机号")),
        (0.2, asks("13812345678")),
        (0.3, says("麻烦留一下手机号")),
    ];
    let marks = found(&phone);
    assert_eq!(
        (marks.len(), marks[0].seq, marks[0].slot),
        (1, 4, Some(SlotName::Phone))
    );
}

#[test]
fn feelings_are_not_labelled_and_apologies_come_with_something_done() {
    assert_eq!(
        rules(&[(0.0, has()), (0.1, says("亲，您一定很着急吧。我们看看"))]),
        [Rule::Feelings]
    );
    assert_eq!(
        found(&[(0.0, has()), (0.1, says("收到。理解您的心情！马上看"))])[0].quote,
        "理解您的心情！"
    );
    let sorry = |three: [&str; 3]| {
        let said = three
            .iter()
            .enumerate()
            .map(|(at, text)| (at as f64 / 10.0, says(text)));
        rules(&std::iter::once((0.0, has())).chain(said).collect::<Vec<_>>())
    };
    assert_eq!(
        sorry(["抱歉亲", "真的不好意思", "非常抱歉给您添麻烦了"]),
        [Rule::Apology]
    );
    assert_eq!(sorry(["抱歉亲", "不好意思，已为您补发", "非常抱歉"]), []);
    assert_eq!(sorry(["抱歉亲", "您不用说抱歉", "对不起"]), []);
}

#[test]
fn chats_that_were_taken_back_and_few_stars_are_marked_and_what_was_withdrawn_was_not_said() {
    let released = |cause: &str| json!({"type": "released", "agent": "mei", "cause": cause, "note": ""});
    let rated = |stars: u8| json!({"type": "rated", "stars": stars});
    assert_eq!(
        rules(&[(0.0, has()), (0.1, asks("在吗")), (5.0, released("silent"))]),
        [Rule::TakenBack]
    );
    assert_eq!(
        rules(&[(0.0, has()), (0.1, asks("在吗")), (1.0, released("given_back"))]),
        []
    );
    let low = found(&[(0.0, has()), (0.1, says("您好")), (1.0, rated(2)), (1.1, ended(None))]);
    assert_eq!(
        (low[0].rule, low[0].stars, low[0].name.as_str()),
        (Rule::LowStars, Some(2), "小美")
    );
    assert_eq!(
        rules(&[(0.0, has()), (1.0, rated(1)), (2.0, rated(5))]),
        [],
        "the last one counts"
    );
    let withdrawn = json!({"type": "withdrawn", "agent": "mei", "name": "小美", "of": 2});
    assert_eq!(rules(&[(0.0, has()), (0.1, says("您别生气")), (0.2, withdrawn)]), []);
}

#[test]
fn a_quote_is_the_sentence_and_never_longer_than_may_be() {
    let long = format!("{}，您一定很着急，{}", "前面的话".repeat(40), "后面的话".repeat(40));
    let mark = found(&[(0.0, has()), (0.1, says(&long))]).remove(0);
    assert!(mark.quote.starts_with("您一定很着急") && mark.quote.chars().count() <= LONGEST_QUOTE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is said and whenever: a mark is about something that stands in the log, and its quote is a part of what was said.
    #[test]
    fn every_mark_quotes_the_log(talk in prop::collection::vec((0..4_u8, 0..30_u32, "[稍等抱歉您急订单号发好。，a-c0-9 ]{0,12}"), 1..24)) {
        let mut minute = 0.0;
        let happened: Vec<(f64, Value)> = std::iter::once((0.0, has()))
            .chain(talk.into_iter().map(|(who, after, text)| {
                minute += f64::from(after) / 4.0;
                let kind = match who {
                    0 => asks(&text),
                    1 => handed_off(minute as u64 + 3),
                    _ => says(&text),
                };
                (minute, kind)
            }))
            .collect();
        for mark in found(&happened) {
            if mark.quote.is_empty() {
                continue;
            }
            let (_, kind) = &happened[mark.seq as usize - 1];
            let said = kind["text"].as_str().unwrap();
            prop_assert!(said.contains(&mark.quote), "{said:?} does not hold {:?}", mark.quote);
        }
    }
}
