//! Whatever is edited in whatever order, a publisher that remembers what it read says and serves what one does that
//! has never read anything.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::FEE;
use super::*;
use crate::model::{Language, Slots};
use crate::packs::SourceFile;
use crate::understanding::Context;

const TIME: &str = "intent: shipping.time
title: 什么时候发货
title_en: When will it ship
examples: [什么时候发货, 几时寄出, 多久能发, 今天发不发, when do you ship, is it sent today]
answers:
  - 亲，{{ shop.cutoff }} 前付款当天发出～
  - Paid before {{ shop.cutoff }} it leaves today.
choices: [shipping.fee]
tests:
  - ask: 你好，什么时候发货
    expect: shipping.time
  - ask: 那多久能发
    after: [请问邮费多少]
    expect: shipping.time
";
const MESSAGES: [&str; 4] = ["多久能发货", "要邮费吗", "几点前下单今天走", "好的"];

/// The files that are edited, each with what may stand in it; `None` is no file.
fn choices() -> Vec<(&'static str, Vec<Option<String>>)> {
    let shop = |id: &str, facts: &str| {
        Some(format!(
            "shop: {id}\nname: {{zh: 小店, en: Shop}}\nallow: [no_signals, no_person, lost_shop, shrink]\nfacts:\n{facts}"
        ))
    };
    let own = |rest: &str| Some(format!("intent: shipping.time\n{rest}"));
    vec![
        (
            "shipping/time.yaml",
            vec![
                Some(TIME.to_owned()),
                Some(TIME.replace("当天发出", "当天就走")),
                Some(TIME.replace("多久能发,", "多久能发, 几点前下单今天走,")),
                // Whether this can be said depends on the fact.
                Some(TIME.replace("{{ shop.cutoff }} 前", "{{ shop.cutoff|int + 1 }} 点前")),
                Some(TIME.replace("answers:", "answrs:")),
                // A test that fails.
                Some(TIME.replace("expect: shipping.time", "expect: shipping.fee")),
            ],
        ),
        (
            "shipping/fee.yaml",
            vec![
                Some(FEE.to_owned()),
                Some(FEE.replace("满 99", "满 {{ shop.sum }}")),
                Some(FEE.replace("title: 邮费多少", "title: 邮费")),
                Some(FEE.replace("examples:", "kind: small_talk\nexamples:")),
                None,
            ],
        ),
        ("notes.txt", vec![None, Some(String::new())]),
        (
            "shops/a/shop.yaml",
            vec![
                shop("a", "  cutoff: \"16\"\n  sum: \"99\"\n"),
                shop("a", "  cutoff: \"17\"\n  sum: \"99\"\n"),
                shop("a", "  cutoff: 下午\n  sum: \"99\"\n"),
                shop("a", "  cutoff: \"16\"\n"),
                shop("b", "  cutoff: \"16\"\n"),
            ],
        ),
        (
            "shops/a/shipping/time.yaml",
            vec![
                None,
                own("answers:\n  - 亲，{{ shop.cutoff }} 点前都走～\n"),
                own("examples: [货啥时候动身]\n"),
                // Words that take what a common test asks.
                own("examples: [请问一下邮费多少, 请问邮费多少呀, 邮费请问多少]\n"),
                own("mute: [亲]\n"),
                own("mute: [没有这句]\n"),
                own("off: true\n"),
            ],
        ),
        (
            "shops/b/shop.yaml",
            vec![
                shop("b", "  cutoff: \"18\"\n  sum: \"59\"\n"),
                shop("b", "  cutoff: \"19\"\n  sum: \"59\"\n"),
                None,
            ],
        ),
        (
            "shops/b/gift/box.yaml",
            vec![
                None,
                Some("intent: gift.box\nexamples: [送礼盒吗, 邮费多少]\nanswers: [亲，送的～]\n".to_owned()),
            ],
        ),
        ("shop.yaml", vec![None, shop("c", "  cutoff: \"9\"\n  sum: \"9\"\n")]),
    ]
}

/// All that can be seen of what was built.
fn seen(built: &Built) -> (Vec<String>, Vec<String>) {
    let (generations, findings) = match built {
        Ok((generations, findings)) => (generations.as_slice(), findings),
        Err(findings) => (&[][..], findings),
    };
    let mut findings: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    findings.sort();
    let today = jiff::civil::date(2026, 11, 28);
    let mut shops = Vec::new();
    for generation in generations {
        let pack = &generation.pack;
        shops.push(format!("{} {}", pack.shop.id, pack.id.as_str()));
        for message in MESSAGES {
            let read = generation.index.understand(message, &Context::default());
            shops.push(format!("{message} {:?} {:?}", read.questions, read.alternatives));
        }
        for intent in &pack.intents {
            for (language, turn) in [(Language::Chinese, 0), (Language::Chinese, 1), (Language::English, 0)] {
                let said = generation
                    .templates
                    .answer(pack, &intent.id, language, &Slots::default(), today, turn);
                shops.push(format!("{} {said:?} {:?}", intent.id, intent.choices));
            }
        }
        shops.push(generation.templates.phrase("unknown", Language::Chinese, &[], today, 0));
    }
    (findings, shops)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reload_says_and_serves_what_a_start_would(edits in prop::collection::vec((0usize..8, 0usize..7), 1..8)) {
        let choices = choices();
        let mut folder: BTreeMap<&str, Option<String>> =
            choices.iter().map(|(name, texts)| (*name, texts[0].clone())).collect();
        let mut publisher = Publisher::new(Tolerance::default(), crate::shop::clock::OWN_MS);
        let mut served = Generations::new();
        for (file, text) in std::iter::once((0, 0)).chain(edits) {
            let (name, texts) = &choices[file];
            folder.insert(name, texts[text % texts.len()].clone());
            let present = folder.iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
            let files = present.map(|(name, text)| SourceFile { name: (*name).to_owned(), bytes: text.clone().into_bytes() });
            let reading = Reading { files: files.collect(), findings: Vec::new(), id: [0; 32] };
            let warm = publisher.load(&reading, &served);
            let cold = Publisher::new(Tolerance::default(), crate::shop::clock::OWN_MS).load(&reading, &Generations::new());
            prop_assert_eq!(seen(&warm), seen(&cold));
            if let Ok((generations, _)) = warm {
                served = generations.into_iter().map(|made| (made.pack.shop.id.clone(), made)).collect();
            }
        }
    }
}
