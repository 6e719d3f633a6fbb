//! Which messages of a talk count as not answered well.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

/// A talk as lines: what happened, a second apart. `?` is said by the shopper; the rest are kinds of turns of the bot,
/// with the questions that they are about, and what else happens.
struct Talk(Vec<Arc<Event>>);

impl Talk {
    fn of(kinds: Vec<Value>) -> Talk {
        let events = kinds.into_iter().enumerate().map(|(at, kind)| {
            Arc::new(Event {
                seq: at as u64 + 1,
                epoch: 0,
                at: Millis(1_000 * at as u64),
                kind: serde_json::from_value(kind).unwrap(),
            })
        });
        Talk(events.collect())
    }

    /// What is found, with reasons, in a span of all time, long after.
    fn missed(&self) -> Vec<(String, Why)> {
        let span = Millis(0)..Millis(u64::MAX);
        let found = missed(&self.0, &span, Millis(10_000_000));
        found.into_iter().map(|missed| (missed.text, missed.why)).collect()
    }
}

fn said(id: &str, text: &str) -> Value {
    json!({"type": "received", "id": id, "text": text})
}

fn decision(kind: &str, intents: &[&str]) -> Value {
    let intents: Vec<Value> = intents.iter().map(|id| json!({"id": id, "confidence": 0.9})).collect();
    json!({"kind": kind, "intents": intents, "alternatives": [], "signals": [], "slots": {}})
}

fn bot(to: &str, decision: Value, offered: &[&str]) -> Value {
    let choices: Vec<Value> = offered.iter().map(|id| json!({"label": id, "intent": id})).collect();
    json!({"type": "answered", "reply_to": [to], "decision": decision, "text": "答", "choices": choices})
}

fn handed_off(reason: &str, turn: Option<(&str, Value)>) -> Value {
    let mut event = json!({"type": "handed_off", "reason": reason, "lane": "normal", "deadline": 0, "signals": [],
        "open_questions": [], "text": "转"});
    if let Some((to, decision)) = turn {
        event["reply_to"] = json!([to]);
        event["decision"] = decision;
    }
    event
}

fn stars(stars: u8) -> Value {
    json!({"type": "rated", "stars": stars})
}

fn of(text: &str, why: Why) -> Vec<(String, Why)> {
    vec![(text.to_owned(), why)]
}

fn good(question: &str) -> Value {
    decision("answer", &[question])
}

#[test]
fn what_was_not_understood_counts_and_what_the_bot_had_asked_for_counts_most() {
    let lost = || decision("unknown", &[]);
    let talk = Talk::of(vec![said("1", "能刻字吗"), bot("1", lost(), &[])]);
    assert_eq!(talk.missed(), of("能刻字吗", Why::NotUnderstood));
    let talk = Talk::of(vec![
        said("1", "能刻字吗"),
        handed_off("misses", Some(("1", decision("handoff", &[])))),
    ]);
    assert_eq!(talk.missed(), of("能刻字吗", Why::NotUnderstood));
    let mut asks = decision("ask_slot", &["order.modify"]);
    asks["asked"] = json!("order_number");
    let talk = Talk::of(vec![
        said("1", "改地址"),
        bot("1", asks, &[]),
        said("2", "就昨天那单"),
        bot("2", lost(), &[]),
    ]);
    assert_eq!(talk.missed(), of("就昨天那单", Why::ReplyLost));
}

#[test]
fn what_was_offered_and_not_taken_counts() {
    let back = || bot("1", decision("clarify", &[]), &["price.gift", "price.coupon"]);
    let left = Talk::of(vec![said("1", "送不送"), back()]);
    assert_eq!(left.missed(), of("送不送", Why::Abandoned));
    // Whoever was asked a moment ago may still choose.
    assert_eq!(missed(&left.0, &(Millis(0)..Millis(9)), Millis(2_000)), []);
    let taken = Talk::of(vec![
        said("1", "送不送"),
        back(),
        said("2", "赠品"),
        bot("2", good("price.gift"), &[]),
    ]);
    assert_eq!(taken.missed(), []);
    let other = Talk::of(vec![
        said("1", "送不送"),
        back(),
        said("2", "几时发"),
        bot("2", good("shipping.time"), &[]),
    ]);
    assert_eq!(other.missed(), of("送不送", Why::Abandoned));
    let button = Talk::of(vec![said("1", "送不送"), back(), handed_off("asked", None)]);
    assert_eq!(button.missed(), of("送不送", Why::AskedPerson));
    let mut asks = decision("ask_slot", &["size.recommend"]);
    asks["asked"] = json!("height");
    let silent = Talk::of(vec![said("1", "穿多大"), bot("1", asks, &[])]);
    assert_eq!(silent.missed(), of("穿多大", Why::Abandoned));
}

#[test]
fn an_answer_counts_when_what_came_next_says_so() {
    let answered = || vec![said("1", "能退吗"), bot("1", good("returns.policy"), &[])];
    let then = |more: Vec<Value>| Talk::of([answered(), more].concat()).missed();
    assert_eq!(then(vec![]), []);
    assert_eq!(then(vec![said("2", "谢谢"), bot("2", good("chat.thanks"), &[])]), []);
    assert_eq!(then(vec![handed_off("asked", None)]), of("能退吗", Why::AskedPerson));
    let person = handed_off("asked", Some(("2", decision("handoff", &["service.human"]))));
    assert_eq!(then(vec![said("2", "转人工"), person]), of("能退吗", Why::AskedPerson));
    let mut cross = good("returns.policy");
    cross["signals"] = json!([{"id": "emotion.anger", "score": 0.8, "evidence": "什么态度"}]);
    assert_eq!(
        then(vec![said("2", "什么态度"), bot("2", cross.clone(), &[])]),
        of("能退吗", Why::Angered)
    );
    cross["signals"][0]["score"] = json!(0.2);
    assert_eq!(
        then(vec![said("2", "啥态度"), bot("2", cross, &[])])[0].1,
        Why::AskedAgain
    );
    assert_eq!(then(vec![stars(1)]), of("能退吗", Why::LowStars));
    assert_eq!(then(vec![stars(3)]), []);
    // The stars are for the agent who had the talk.
    let agent = json!({"type": "assigned", "agent": "a", "name": "小美"});
    assert_eq!(then(vec![agent, stars(1)]), []);
}

#[test]
fn the_same_asked_again_counts_unless_it_brings_something_new() {
    let fee = |to: &str, province: &str| {
        let mut decision = good("shipping.fee");
        decision["slots"] = if province.is_empty() {
            json!({})
        } else {
            json!({"province": province})
        };
        bot(to, decision, &[])
    };
    let talk = |second: &str| {
        Talk::of(vec![
            said("1", "邮费多少"),
            fee("1", "江苏"),
            said("2", "那邮费呢"),
            fee("2", second),
        ])
        .missed()
    };
    assert_eq!(talk("江苏"), of("邮费多少", Why::AskedAgain));
    assert_eq!(talk("新疆"), []);
}

#[test]
fn an_answer_that_also_called_a_person_and_small_talk_are_well() {
    let both = |seq: usize| {
        let mut events = Talk::of(vec![
            said("1", "退款，转人工"),
            bot("1", good("refund.time"), &[]),
            handed_off("asked", None),
        ])
        .0;
        if seq == 1 {
            let mut same = (*events[2]).clone();
            same.at = events[1].at;
            events[2] = Arc::new(same);
        }
        Talk(events).missed()
    };
    assert_eq!(both(1), []);
    assert_eq!(both(0), of("退款，转人工", Why::AskedPerson));
    let talk = Talk::of(vec![
        said("1", "你好"),
        bot("1", good("chat.greeting"), &[]),
        handed_off("asked", None),
    ]);
    assert_eq!(talk.missed(), []);
}

#[test]
fn only_messages_of_the_span_count_and_a_log_may_begin_in_the_middle() {
    let lost = decision("unknown", &[]);
    let talk = Talk::of(vec![
        said("1", "能刻字吗"),
        bot("1", lost.clone(), &[]),
        said("2", "能印字吗"),
        bot("2", lost.clone(), &[]),
    ]);
    let found = missed(&talk.0, &(Millis(2_000)..Millis(3_000)), Millis(10_000_000));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].text.as_str(), found[0].said.as_str()), ("能印字吗", "答"));
    assert_eq!(
        missed(&talk.0[1..], &(Millis(0)..Millis(9_000)), Millis(9_000)).len(),
        1
    );
}
