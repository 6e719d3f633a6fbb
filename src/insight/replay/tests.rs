//! What a replay tells.

#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use super::*;
use crate::model::{AgentId, ClientMessageId, ConversationId, Event, EventKind, ShopId, ShopperId};
use crate::packs::{SourceFile, load_files};
use crate::shop::clock::OWN_MS;
use crate::understanding::Tolerance;

const SHOP: &str = "shop: demo\nname: 小店\nfacts:\n  cutoff: \"16:00\"\n";

fn question(id: &str, examples: &[&str], answer: &str) -> (String, String) {
    let name = format!("{}.yaml", id.replacen('.', "/", 1));
    let examples: String = examples.iter().map(|example| format!("  - {example}\n")).collect();
    let text = format!(
        "intent: {id}\ntitle: 题\ntitle_en: T\nexamples:\n{examples}answers:\n  - {answer}\n  - Yes.\ntests:\n  - ask: {}？\n    expect: {id}\n",
        "题目"
    );
    (name, text)
}

fn generation(questions: &[(String, String)], known: &[Arc<Generation>]) -> Arc<Generation> {
    let mut files: Vec<SourceFile> = questions
        .iter()
        .map(|(name, text)| SourceFile {
            name: name.clone(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    files.push(SourceFile {
        name: "shops/demo/shop.yaml".to_owned(),
        bytes: SHOP.as_bytes().to_vec(),
    });
    let (pack, findings) = load_files(&files);
    let pack = pack.unwrap_or_else(|| panic!("{findings:?}"));
    Arc::new(
        Generation::compile(pack, Tolerance::default(), OWN_MS, known)
            .map_err(|errors| format!("{errors:?}"))
            .unwrap(),
    )
}

const TIME: [&str; 8] = [
    "什么时候发货",
    "几时寄出",
    "多久能发",
    "今天能发吗",
    "现货当天走吗",
    "付款后几天发",
    "何时安排发出",
    "订单几点打包",
];
const GIFT: [&str; 8] = [
    "有赠品吗",
    "送什么东西",
    "有小礼物没",
    "买了送啥",
    "赠送袜子吗",
    "礼品还有吗",
    "有没有小样送",
    "满额有礼吗",
];

fn time(answer: &str) -> (String, String) {
    question("shipping.time", &TIME, answer)
}

fn gift(answer: &str) -> (String, String) {
    question("price.gift", &GIFT, answer)
}

/// Sentences that this pack answers with nothing.
fn silent(texts: &[&str]) -> (String, String) {
    let lines: String = texts.iter().map(|text| format!("  - {text}\n")).collect();
    ("shared/out_of_scope.yaml".to_owned(), format!("examples:\n{lines}"))
}

fn talk(id: &str, turns: &[&str]) -> RecordedTalk {
    RecordedTalk {
        id: id.to_owned(),
        language: Language::Chinese,
        turns: turns.iter().map(|turn| vec![(*turn).to_owned()]).collect(),
    }
}

fn count(report: &ReplayReport, change: Change) -> usize {
    report.by_change[&change]
}

#[test]
fn the_same_pack_changes_nothing() {
    let pack = generation(&[time("亲，当天发～"), gift("送袜子～")], &[]);
    let talks = [talk("a", &["什么时候发货", "有赠品吗", "天王盖地虎"])];
    let report = replay(&pack, &pack, &talks, 2, &|_| {});
    assert_eq!((report.talks, report.messages, report.changed), (1, 3, 0));
    assert_eq!(count(&report, Change::Same), 3);
    assert!(report.groups.is_empty());
}

#[test]
fn what_is_answered_otherwise_only_now_or_no_longer_is_told_apart() {
    let coupon = [
        "有优惠券吗",
        "怎么领券",
        "券在哪里领",
        "能用几张券",
        "新人券有没有",
        "优惠券过期了吗",
        "店铺券怎么用",
        "满减券怎么叠",
    ];
    let before = generation(&[time("亲，当天发～"), gift("送袜子～"), silent(&["有优惠券吗"])], &[]);
    let after = [
        time("亲，次日发～"),
        question("price.coupon", &coupon, "在首页领～"),
        silent(&["有赠品吗"]),
    ];
    let after = generation(&after, &[]);
    let talks = [
        talk("a", &["有赠品吗"]),
        talk("d", &["什么时候发货"]),
        talk("b", &["什么时候发货，打 13912340987 找我"]),
        talk("c", &["有优惠券吗"]),
    ];
    let report = replay(&before, &after, &talks, 2, &|_| {});
    assert_eq!(report.messages, 4);
    assert_eq!(count(&report, Change::NoLongerAnswered), 1, "{report:#?}");
    assert_eq!(count(&report, Change::NowAnswered), 1, "{report:#?}");
    assert!(count(&report, Change::Reworded) >= 1, "{report:#?}");
    let lost = &report.groups[0];
    assert_eq!(
        (lost.change, lost.before.as_str(), lost.count),
        (Change::NoLongerAnswered, "price.gift", 1)
    );
    let title = &report.titles["price.gift"];
    assert_eq!(
        report.titled("price.gift + unknown"),
        format!("{title} price.gift + unknown")
    );
    let sample = &lost.samples[0];
    assert_eq!(
        (sample.talk.as_str(), sample.turn, sample.text.as_str()),
        ("a", 1, "有赠品吗")
    );
    assert!(sample.before.says[0].contains("袜子") && sample.before.because[0].contains("例句原文"));
    let page = page(&report);
    assert!(page.contains("有赠品吗") && page.contains("不再能答"), "{page}");
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains("\"no_longer_answered\""), "{json}");
    for shown in [&page, &json] {
        assert!(!shown.contains("13912340987"), "{shown}");
    }
}

#[test]
fn however_many_threads_do_it_the_report_is_the_same() {
    let before = generation(&[time("亲，当天发～"), gift("送袜子～")], &[]);
    let after = generation(&[time("亲，次日发～"), gift("送鞋垫～")], std::slice::from_ref(&before));
    assert!(Arc::ptr_eq(&before.index, &after.index), "the words are the same");
    let texts = TIME.iter().chain(&GIFT);
    let talks: Vec<_> = texts
        .enumerate()
        .cycle()
        .take(150)
        .map(|(at, text)| talk(&at.to_string(), &[text, "那别的呢", text]))
        .collect();
    let seen = Mutex::new(0);
    let told = |messages: usize| {
        let mut seen = seen.lock().unwrap();
        *seen = messages.max(*seen);
    };
    let one = serde_json::to_value(replay(&before, &after, &talks, 1, &told)).unwrap();
    assert_eq!(*seen.lock().unwrap(), 450);
    let three = serde_json::to_value(replay(&before, &after, &talks, 3, &|_| {})).unwrap();
    assert_eq!(one, three);
    assert!(one["by_change"]["reworded"].as_u64().unwrap() >= 300, "{one}");
}

#[test]
fn a_log_gives_the_turns_of_the_bot_and_not_what_people_had() {
    let conversation = ConversationId::new("c1");
    let mut recorder = Recorder::default();
    let mut seq = 0;
    let mut add = |kind: EventKind| {
        seq += 1;
        let event = Event {
            seq,
            epoch: 0,
            at: Millis(seq * 1_000),
            kind,
        };
        recorder.add(&conversation, &event);
    };
    let said = |text: &str| EventKind::Received {
        id: ClientMessageId::new(text),
        text: text.to_owned(),
        heard: None,
        files: Vec::new(),
    };
    let answered = || {
        let text = r#"{"type":"answered","reply_to":[],"text":"","choices":[],"decision":{"kind":"answer","intents":[],"alternatives":[],"signals":[],"slots":{}}}"#;
        EventKind::from_json(text).unwrap()
    };
    add(EventKind::Started {
        shop: ShopId::new("demo"),
        shopper: ShopperId::new("s"),
        lang: Language::English,
    });
    add(said("在吗"));
    add(said("几时发货"));
    add(answered());
    add(EventKind::Assigned {
        agent: AgentId::new("a"),
        name: "小美".to_owned(),
        cause: None,
        by: None,
        note: String::new(),
    });
    add(said("只给客服看的"));
    add(EventKind::Returned {
        agent: AgentId::new("a"),
    });
    add(said("还没答的"));
    let talks = recorder.talks();
    assert_eq!(talks.len(), 1);
    assert_eq!(talks[0].language, Language::English);
    assert_eq!(
        talks[0].turns,
        [
            vec!["在吗".to_owned(), "几时发货".to_owned()],
            vec!["还没答的".to_owned()]
        ]
    );
}

#[test]
fn a_line_is_a_talk_in_either_form() {
    let plain = talk_of_line(r#"{"id":7,"turns":["hello","when"]}"#).unwrap().unwrap();
    assert_eq!(
        (plain.id.as_str(), plain.language, plain.turns.len()),
        ("7", Language::English, 2)
    );
    let labelled =
        r#"{"id":"t","turns":[{"who":"shopper","text":"几时发","questions":["a.b"]},{"who":"agent","text":"今天"}]}"#;
    let labelled = talk_of_line(labelled).unwrap().unwrap();
    assert_eq!(labelled.turns, [vec!["几时发".to_owned()]]);
    assert_eq!(talk_of_line(r#"{"turns":[" "]}"#).unwrap(), None);
    assert!(talk_of_line("[1]").is_err() && talk_of_line(r#"{"turns":[3]}"#).is_err());
}

#[test]
fn bounds_are_numbers_or_shares() {
    let before = generation(&[time("亲，当天发～"), gift("送袜子～")], &[]);
    let after = generation(&[time("亲，当天发～"), silent(&["有赠品吗"])], &[]);
    let talks = [talk("a", &["有赠品吗", "什么时候发货", "什么时候发货", "什么时候发货"])];
    let report = replay(&before, &after, &talks, 1, &|_| {});
    let met = |written: &str| FailIf::read(written).unwrap().is_met(&report);
    assert!(met("no-longer>0") && met("changed>=25%") && !met("changed>25%") && !met("other>0"));
    for wrong in ["no-longer", "lost>0", "other>x", "other>-1", "other<3", ">1"] {
        assert!(FailIf::read(wrong).is_err(), "{wrong}");
    }
}
