//! Folders with little or nothing in them: nothing stumbles over them, and none is taken live.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::tests::{FEE, file, publish};
use super::*;
use crate::dialogue::Simulator;
use crate::model::{IntentKind, Language, Millis};
use crate::packs::SourceFile;

const SHOP: &str = "shop: demo\nname: {zh: 小店, en: Shop}\nfacts:\n  cutoff: \"16:00\"\n";
const HUMAN: &str = "intent: service.human\ntitle: 转人工\ntitle_en: A person\nkind: ask_for_person\n\
                     examples: [转人工, 叫个人来, talk to a person]\nanswers: [亲，这就去叫人～, Somebody is coming.]\n";
const HELLO: &str = "intent: chat.hello\ntitle: 你好\ntitle_en: Hello\nkind: greeting\nexamples: [你好, 在吗, hello]\n\
                     answers: [亲，在的～, Hello!]\n";
const ANGER: &str = "signal: emotion.anger\ntitle: 生气\ntitle_en: Anger\nlane: high\nstrong: [骗子]\n\
                     examples: [你们太过分了, 气死我了]\n";
const MESSAGES: [&str; 6] = [
    "多久能发货",
    "要邮费吗",
    "你们都是骗子，太过分了",
    "你好",
    "hello there 42",
    "𝄞",
];

/// Files that may be there, each in some of its forms.
fn files() -> impl Strategy<Value = Vec<SourceFile>> {
    let forms: Vec<(&str, Vec<String>)> = vec![
        (
            "shops/demo/shop.yaml",
            vec![
                SHOP.to_owned(),
                String::new(),
                format!("{SHOP}allow: [no_signals, no_person]\n"),
            ],
        ),
        (
            "shipping/fee.yaml",
            vec![
                FEE.to_owned(),
                FEE.replace(
                    "[邮费多少, 包邮吗, 运费怎么算, 要出邮费吗, how much is postage, is shipping free]",
                    "[邮费多少]",
                ),
                FEE.replace(
                    "[邮费多少, 包邮吗, 运费怎么算, 要出邮费吗, how much is postage, is shipping free]",
                    "[]",
                ),
                FEE.split("tests:").next().unwrap().to_owned(),
            ],
        ),
        ("service/human.yaml", vec![HUMAN.to_owned()]),
        ("chat/hello.yaml", vec![HELLO.to_owned()]),
        (
            "signals/emotion/anger.yaml",
            vec![ANGER.to_owned(), ANGER.replace("lane: high\n", "")],
        ),
        (
            "shared/out_of_scope.yaml",
            vec![
                "examples: [今天天气怎么样, 给我讲个笑话]\n".to_owned(),
                "examples: []\n".to_owned(),
            ],
        ),
        (
            "shared/synonyms.yaml",
            vec!["- {canonical: 邮费, words: [运费, 快递费]}\n".to_owned(), String::new()],
        ),
        ("readme.txt", vec!["nothing".to_owned()]),
    ];
    let each: Vec<_> = forms
        .into_iter()
        .map(|(name, texts)| {
            prop::option::of(prop::sample::select(texts)).prop_map(move |text| text.map(|text| file(name, &text)))
        })
        .collect();
    each.prop_map(|files| files.into_iter().flatten().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    // A9, F4
    #[test]
    fn whatever_is_missing_nothing_panics_and_only_what_serves_shoppers_goes_live(files in files()) {
        for pack in load_shops(&files).0 {
            let Ok(generation) = Generation::compile(pack, Tolerance::default(), crate::shop::clock::OWN_MS, &[]) else {
                continue;
            };
            let mut talk = Simulator::new(Arc::new(generation), Language::Chinese, Millis(0));
            for message in MESSAGES {
                talk.say(&[message]);
                talk.give_back();
            }
        }
        if let Ok((shops, _)) = publish(files, &Generations::new()) {
            for shop in shops {
                let pack = &shop.pack;
                let allowed = |word: &str| pack.allow.contains(word);
                prop_assert!(pack.intents.iter().any(|intent| intent.kind == IntentKind::Question));
                prop_assert!(!pack.shop_file.is_empty());
                prop_assert!(pack.person().is_some() || allowed("no_person"));
                prop_assert!(pack.signals.iter().any(|signal| signal.lane.is_some()) || allowed("no_signals"));
            }
        }
    }
}

// A7
#[test]
fn what_is_pressing_is_heard_whatever_was_written_before_it_in_one_message_or_several() {
    let allowed = format!("{SHOP}allow: [no_person]\n");
    let files = vec![
        file("shops/demo/shop.yaml", &allowed),
        file("shipping/fee.yaml", FEE),
        file("signals/emotion/anger.yaml", ANGER),
    ];
    let (shops, _) = publish(files, &Generations::new()).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let heard = |messages: &[&str]| {
        let mut talk = Simulator::new(Arc::clone(&shops[0]), Language::Chinese, Millis(0));
        let outcome = talk.say(messages).unwrap();
        outcome
            .decision
            .signals
            .iter()
            .any(|signal| signal.id == "emotion.anger" && signal.takes_effect())
    };
    let threat = "你们就是骗子";
    assert!(heard(&[threat]));
    let calm = "今天天气不错，我们去公园走了走，";
    for before in [
        calm.repeat(70),
        calm.repeat(120),
        "\u{1}".repeat(1_900),
        "\u{200b}".repeat(1_900),
    ] {
        let one = format!("{before}{threat}");
        assert!(heard(&[&one]), "{} characters before it", before.chars().count());
        assert!(
            heard(&[&before, threat]),
            "after a message of {}",
            before.chars().count()
        );
        let after = format!("{threat}，{before}");
        assert!(heard(&[&after]), "{} characters behind it", before.chars().count());
    }
    assert!(!heard(&[&calm.repeat(120)]));
    // What is longer still is heard at its end, and goes to people in any case.
    let endless = calm.repeat(120);
    let many = [endless.as_str(); 8];
    let mut talk = Simulator::new(Arc::clone(&shops[0]), Language::Chinese, Millis(0));
    assert!(talk.say(&many).unwrap().handoff.is_some());
    assert!(heard(&[&many[..], &[threat]].concat()));
}
