//! Many shops in one folder: what is published, shared and refused.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::model::{Language, Slots};
use crate::packs::{Severity, SourceFile};

const TIME: &str = "intent: shipping.time
title: 什么时候发货
title_en: When will it ship
examples: [什么时候发货, 几时寄出, 多久能发, 今天发不发, when do you ship, is it sent today]
answers:
  - 亲，{{ shop.cutoff }} 前付款当天发出～
  - Paid before {{ shop.cutoff }} it leaves today.
tests:
  - ask: 你好，什么时候发货
    expect: shipping.time
";
pub(super) const FEE: &str = "intent: shipping.fee
title: 邮费多少
title_en: Postage
examples: [邮费多少, 包邮吗, 运费怎么算, 要出邮费吗, how much is postage, is shipping free]
answers:
  - 亲，满 99 元包邮～
  - Free from 99.
tests:
  - ask: 请问邮费多少
    expect: shipping.fee
";

fn shop(id: &str, cutoff: &str) -> SourceFile {
    let text = format!(
        "shop: {id}\nname: {{zh: 小店, en: Shop}}\nallow: [no_signals, no_person]\nfacts:\n  cutoff: \"{cutoff}\"\n"
    );
    file(&format!("shops/{id}/shop.yaml"), &text)
}

pub(super) fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

pub(super) fn publish(files: Vec<SourceFile>, previous: &Generations) -> Built {
    let reading = Reading {
        files,
        findings: Vec::new(),
        id: [0; 32],
    };
    Publisher::new(Tolerance::default(), crate::shop::clock::OWN_MS).load(&reading, previous)
}

fn common() -> Vec<SourceFile> {
    vec![file("shipping/time.yaml", TIME), file("shipping/fee.yaml", FEE)]
}

fn two(cutoff: &str) -> Vec<SourceFile> {
    [common(), vec![shop("a", "16:00"), shop("b", cutoff)]].concat()
}

fn by_shop(generations: &[Arc<Generation>]) -> Generations {
    let entry = |generation: &Arc<Generation>| (generation.pack.shop.id.clone(), Arc::clone(generation));
    generations.iter().map(entry).collect()
}

#[track_caller]
fn rules(refused: Built) -> Vec<&'static str> {
    let findings = refused.err().expect("it is refused");
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule).collect()
}

#[test]
fn shops_that_differ_in_facts_share_what_was_learned_and_an_unchanged_one_is_kept() {
    let (first, _) = publish(two("17:00"), &Generations::new()).map_err(|_| ()).unwrap();
    assert!(Arc::ptr_eq(&first[0].index, &first[1].index));
    assert!(Arc::ptr_eq(&first[0].pack.intents[0], &first[1].pack.intents[0]));
    assert!(first[0].templates.is_shared_with(&first[1].templates));
    let (second, _) = publish(two("18:00"), &by_shop(&first)).map_err(|_| ()).unwrap();
    assert!(Arc::ptr_eq(&first[0], &second[0]), "a did not change");
    assert!(!Arc::ptr_eq(&first[1], &second[1]), "b did");
    assert!(
        Arc::ptr_eq(&first[1].index, &second[1].index),
        "and learned nothing new"
    );
    let said = |generation: &Generation| {
        let (today, slots) = (jiff::civil::date(2026, 11, 28), Slots::default());
        let (pack, chinese) = (&generation.pack, Language::Chinese);
        generation
            .templates
            .answer(pack, "shipping.time", chinese, &slots, today, 0)
    };
    assert_eq!(said(&second[0]).unwrap(), "亲，16:00 前付款当天发出～");
    assert_eq!(said(&second[1]).unwrap(), "亲，18:00 前付款当天发出～");
    let own = "intent: shipping.fee\nexamples: [寄过来几块钱]\n";
    let files = [two("18:00"), vec![file("shops/b/shipping/fee.yaml", own)]].concat();
    let (third, _) = publish(files, &by_shop(&second)).map_err(|_| ()).unwrap();
    assert!(Arc::ptr_eq(&third[0], &first[0]) && !Arc::ptr_eq(&third[1].index, &first[1].index));
}

#[test]
fn a_shop_holds_only_the_answers_that_it_words_itself() {
    let own = "intent: shipping.fee\nanswers:\n  - 亲，满 {{ shop.cutoff }} 包邮～\n";
    let files = [two("17:00"), vec![file("shops/b/shipping/fee.yaml", own)]].concat();
    let (shops, _) = publish(files, &Generations::new()).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let [a, b] = &shops[..] else { panic!("two shops") };
    assert!(
        Arc::ptr_eq(&a.index, &b.index),
        "what is answered changes nothing of what is read"
    );
    assert!(!a.templates.is_shared_with(&b.templates));
    assert!(a.templates.has_base_in_common_with(&b.templates));
    let said = |generation: &Generation, id: &str, language| {
        let (today, slots) = (jiff::civil::date(2026, 11, 28), Slots::default());
        let templates = &generation.templates;
        templates.answer(&generation.pack, id, language, &slots, today, 0)
    };
    let fee = |generation: &Generation| said(generation, "shipping.fee", Language::Chinese).unwrap();
    assert_eq!(
        (fee(a), fee(b)),
        ("亲，满 99 元包邮～".into(), "亲，满 17:00 包邮～".into())
    );
    assert_eq!(said(b, "shipping.fee", Language::English).unwrap(), "Free from 99.");
    let time = said(b, "shipping.time", Language::Chinese).unwrap();
    assert_eq!(time, "亲，17:00 前付款当天发出～");
}

#[test]
fn a_common_test_that_fails_is_said_once_and_every_shop_is_refused() {
    let mut files = two("17:00");
    files[0] = file(
        "shipping/time.yaml",
        &TIME.replace("expect: shipping.time", "expect: shipping.fee"),
    );
    assert_eq!(rules(publish(files, &Generations::new())), ["G001"]);
}

/// Shop b asks about the time of shipping in words that are much like those of a common test about postage.
fn taking(more: &str) -> Vec<SourceFile> {
    let own = format!("intent: shipping.time\nexamples: [请问一下邮费多少, 请问邮费多少呀, 邮费请问多少]\n{more}");
    [two("17:00"), vec![file("shops/b/shipping/time.yaml", &own)]].concat()
}

#[test]
fn a_common_test_that_a_shops_words_change_is_a_warning_with_its_margin_until_it_holds_again() {
    let mut publisher = Publisher::new(Tolerance::default(), crate::shop::clock::OWN_MS);
    let mut load = |files: Vec<SourceFile>, previous: &Generations| {
        let reading = Reading {
            files,
            findings: Vec::new(),
            id: [0; 32],
        };
        let (shops, findings) = publisher
            .load(&reading, previous)
            .unwrap_or_else(|findings| panic!("{findings:#?}"));
        let warned: Vec<Finding> = findings.into_iter().filter(|finding| finding.rule == "G007").collect();
        (by_shop(&shops), warned)
    };
    let (before, warned) = load(two("17:00"), &Generations::new());
    assert!(warned.is_empty());
    let (taken, warned) = load(taking(""), &before);
    let [only] = &warned[..] else { panic!("{warned:#?}") };
    assert_eq!(
        (only.severity, only.file.as_str()),
        (Severity::Warning, "shops/b/shop.yaml")
    );
    let said = &only.message.zh;
    assert!(
        said.contains("请问邮费多少") && said.contains("shipping/fee.yaml:"),
        "{said}"
    );
    assert!(
        said.contains("shipping.fee 0.") || said.contains("shipping.fee 1."),
        "{said}"
    );
    // As long as it is so it is said, whatever else is changed.
    let (still, warned) = load(taking("answers: [亲，当天就走～]\n"), &taken);
    assert_eq!(warned.len(), 1);
    let mut other = taking("answers: [亲，当天就走～]\n");
    other[2] = shop("a", "15:00");
    let (other, warned) = load(other, &still);
    assert_eq!(warned.len(), 1);
    let (_, warned) = load(two("17:00"), &other);
    assert!(warned.is_empty());
}

#[test]
fn a_shops_own_test_that_fails_refuses_it() {
    let files = taking("tests:\n  - {ask: 请问邮费多少, expect: shipping.fee}\n");
    assert_eq!(rules(publish(files, &Generations::new())), ["G001"]);
}

#[test]
fn a_shop_a_fifth_of_the_questions_and_the_fit_for_shoppers_are_not_lost_unless_it_is_said() {
    let (before, _) = publish(two("17:00"), &Generations::new()).map_err(|_| ()).unwrap();
    let before = by_shop(&before);
    let one = [common(), vec![shop("a", "16:00")]].concat();
    assert_eq!(rules(publish(one.clone(), &before)), ["G002"]);
    let say = |files: &mut Vec<SourceFile>, word: &str| {
        for file in files.iter_mut().filter(|file| file.name.ends_with("shop.yaml")) {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            file.bytes = text.replace("allow: [", &format!("allow: [{word}, ")).into_bytes();
        }
    };
    let mut allowed = one;
    say(&mut allowed, "lost_shop");
    assert_eq!(publish(allowed, &before).map_err(|_| ()).unwrap().0.len(), 1);
    let mut less = two("17:00");
    less.retain(|file| file.name != "shipping/fee.yaml");
    assert_eq!(rules(publish(less.clone(), &before)), ["G004"; 4]);
    say(&mut less, "shrink");
    assert!(publish(less, &before).is_ok());
    let mut silent = two("17:00");
    for file in &mut silent {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        file.bytes = text.replace("allow: [no_signals, no_person]\n", "").into_bytes();
    }
    assert_eq!(rules(publish(silent, &Generations::new())), ["G003"; 4]);
}

/// What is said of a folder that lost all that.
fn left(keep: impl Fn(&str) -> bool, previous: &Generations) -> Vec<&'static str> {
    let mut files = two("17:00");
    files.retain(|file| keep(&file.name));
    rules(publish(files, previous))
}

// A9, F4
#[test]
fn a_folder_that_lost_all_of_its_questions_or_shops_is_not_taken_whether_something_answers_or_not() {
    let (before, _) = publish(two("17:00"), &Generations::new()).map_err(|_| ()).unwrap();
    for previous in [Generations::new(), by_shop(&before)] {
        let lost = |keep: &dyn Fn(&str) -> bool, rule: &str| {
            let found = left(keep, &previous);
            assert!(found.contains(&rule), "{rule}: {found:?}");
        };
        lost(&|_| false, "G005");
        lost(&|_| false, "G006");
        lost(&|name| name.starts_with("shops/"), "G005");
        lost(&|name| !name.starts_with("shops/"), "G006");
    }
}

// A9, F4
#[test]
fn signals_that_are_cut_short_are_not_taken_either() {
    let anger = |words: &str| {
        let text = format!("signal: emotion.anger\ntitle: 生气\ntitle_en: Anger\nlane: high\nexamples: [{words}]\n");
        [two("17:00"), vec![file("signals/emotion/anger.yaml", &text)]].concat()
    };
    let (before, _) = publish(anger("气死我了, 你们太过分了, 真是受够了"), &Generations::new())
        .unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert_eq!(rules(publish(anger("气死我了"), &by_shop(&before))), ["G004"; 2]);
}

#[test]
fn a_fact_that_a_shop_lacks_refuses_all_and_says_whose_it_is() {
    let mut files = two("17:00");
    let last = files.last_mut().unwrap();
    let text = String::from_utf8(last.bytes.clone()).unwrap();
    last.bytes = text.replace("cutoff", "closing").into_bytes();
    let mut findings = publish(files, &Generations::new()).err().unwrap();
    findings.retain(|finding| finding.severity == Severity::Error);
    assert!(!findings.is_empty());
    for finding in &findings {
        assert_eq!(finding.rule, "I072");
        assert_eq!(finding.file, "shipping/time.yaml");
        assert!(finding.message.zh.contains("shops/b/shop.yaml"), "{finding:?}");
    }
}
