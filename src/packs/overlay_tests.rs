//! What a shop writes over the common pack, and what it may not.
#![allow(clippy::unwrap_used)]

use super::{Finding, Pack, Severity, SourceFile, load_shops};
use crate::model::Language;

const TIME: &str = "intent: shipping.time
title: 什么时候发货
title_en: When will it ship
examples: [什么时候发货, 几时寄出, 今天能发吗, 多久能寄, 周末发不发, 当天走吗, when do you ship, is it sent today]
answers:
  - 亲，当天发出～
  - 现货都是当天走
  - It leaves today.
choices: [shipping.fee]
tests:
  - {ask: 現在下單今天出貨嗎, expect: shipping.time}
  - {ask: 仓库几点打包, expect: shipping.time}
  - {ask: will it go out today, expect: shipping.time}
  - {ask: 什么时候退货, expect_not: shipping.time}
";

fn fee() -> String {
    TIME.replace("shipping.time", "shipping.fee")
        .replace("choices: [shipping.fee]", "choices: []")
        .replace("发货", "收费")
        .replace("寄", "扣")
        .replace("发", "免")
        .replace("走", "付")
        .replace("ship,", "charge,")
        .replace("sent", "free")
        .replace("It leaves", "It is paid")
}

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// The shops `a`, which writes these files, and `b`, which writes none.
fn shops(own: &[(&str, &str)]) -> (Vec<Pack>, Vec<Finding>) {
    let mut files = vec![
        file("shipping/time.yaml", TIME),
        file("shipping/fee.yaml", &fee()),
        file("shops/a/shop.yaml", "shop: a\nname: {zh: 甲, en: A}\n"),
        file("shops/b/shop.yaml", "shop: b\nname: {zh: 乙, en: B}\n"),
    ];
    files.extend(own.iter().map(|(name, text)| file(&format!("shops/a/{name}"), text)));
    load_shops(&files)
}

#[track_caller]
fn sound(own: &[(&str, &str)]) -> [Pack; 2] {
    let (packs, findings) = shops(own);
    assert!(findings.is_empty(), "{findings:#?}");
    packs.try_into().unwrap()
}

fn answers(pack: &Pack, id: &str) -> Vec<String> {
    let answers = &pack.intent(id).unwrap().answers;
    answers.iter().map(|answer| answer.text.clone()).collect()
}

#[test]
fn answers_take_the_place_of_the_packs_in_their_language_only() {
    let over = "intent: shipping.time\nanswers: [亲，次日发出～]\n";
    let [a, b] = sound(&[("shipping/time.yaml", over)]);
    assert_eq!(answers(&a, "shipping.time"), ["It leaves today.", "亲，次日发出～"]);
    assert_eq!(answers(&b, "shipping.time").len(), 3);
    assert_eq!(
        a.intent("shipping.time").unwrap().answers[1].file,
        "shops/a/shipping/time.yaml"
    );
    assert_ne!(a.id, b.id);
}

#[test]
fn answers_name_what_the_packs_table_finds() {
    let table = "slots:\n  - {name: weight, ask: 体重多少, ask_en: What is your weight}\ntable:\n  columns: [weight, size]\n  \
                 rows:\n    - [\"40-50\", S 码]\nanswers:\n";
    let over = "intent: shipping.time\nanswers: [\"亲，拍 {{ size }}～\"]\n";
    let (_, findings) = load_shops(&[
        file(
            "shipping/time.yaml",
            &TIME.replace("answers:\n", table).replace("[shipping.fee]", "[]"),
        ),
        file("shops/a/shop.yaml", "shop: a\nname: {zh: 甲, en: A}\n"),
        file("shops/a/shipping/time.yaml", over),
    ]);
    assert!(findings.iter().all(|finding| finding.rule != "I127"), "{findings:#?}");
}

#[test]
fn more_answers_come_beside_and_muted_ones_are_silent() {
    let over = "intent: shipping.time\nmore_answers: [看仓库安排～]\nmute: [现货都是]\n";
    let [a, _] = sound(&[("shipping/time.yaml", over)]);
    let expected = ["亲，当天发出～", "It leaves today.", "看仓库安排～"];
    assert_eq!(answers(&a, "shipping.time"), expected);
    let silent = "intent: shipping.time\nmute: [预售]\n";
    let (packs, findings) = shops(&[("shipping/time.yaml", silent)]);
    assert!(packs.is_empty());
    assert_eq!((findings[0].rule, findings[0].line), ("I105", 2));
}

#[test]
fn a_question_that_is_off_is_offered_nowhere() {
    let [a, b] = sound(&[("shipping/fee.yaml", "intent: shipping.fee\noff: true\n")]);
    assert!(a.intent("shipping.fee").is_none() && b.intent("shipping.fee").is_some());
    assert!(a.intent("shipping.time").unwrap().choices.is_empty());
    assert_eq!(b.intent("shipping.time").unwrap().choices, ["shipping.fee"]);
}

#[test]
fn a_sentence_of_the_shop_is_the_shops() {
    let over = "intent: shipping.fee\nexamples: [今天能發嗎]\n";
    let [a, b] = sound(&[("shipping/fee.yaml", over)]);
    let has = |pack: &Pack, id: &str, text: &str| pack.intent(id).unwrap().examples.iter().any(|known| known == text);
    assert!(has(&a, "shipping.fee", "今天能發嗎") && !has(&a, "shipping.time", "今天能发吗"));
    assert!(has(&b, "shipping.time", "今天能发吗"));
}

#[test]
fn phrases_of_the_shop_replace_by_key() {
    let phrases = "phrases:\n  welcome:\n    - 甲店欢迎您\n    - Welcome to A\n";
    let [a, b] = sound(&[("shared/phrases.yaml", phrases)]);
    assert_eq!(a.phrases["welcome"][0].text, "甲店欢迎您");
    assert_eq!(a.phrases["welcome"][0].language, Language::Chinese);
    assert!(b.phrases.is_empty());
}

#[test]
fn what_a_shop_may_not_write_says_where() {
    let one = |files: Vec<SourceFile>| {
        let (packs, findings) = load_shops(&files);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let refused = findings[0].severity == Severity::Error;
        assert_eq!(packs.is_empty(), refused);
        let finding = findings.into_iter().next().unwrap();
        assert!(!finding.hint.zh.is_empty() && !finding.hint.en.is_empty());
        (finding.rule, finding.file, finding.line)
    };
    let profile = |id: &str| format!("shop: {id}\nname: {{zh: 甲, en: A}}\n");
    let at = |rule, file: &str, line| (rule, file.to_owned(), line);
    let found = one(vec![file("shop.yaml", &profile("a"))]);
    assert_eq!(found, at("I100", "shop.yaml", 0));
    let both = vec![
        file("shop.yaml", &profile("a")),
        file("shops/a/shop.yaml", &profile("a")),
    ];
    assert_eq!(one(both), at("I101", "shop.yaml", 0));
    let found = one(vec![file("shops/A_1/shop.yaml", &profile("A_1"))]);
    assert_eq!(found, at("I102", "shops/A_1/shop.yaml", 1));
    let found = one(vec![file("shops/b/shop.yaml", &profile("a"))]);
    assert_eq!(found, at("I103", "shops/b/shop.yaml", 1));
    let (_, findings) = shops(&[("shipping/tiem.yaml", "intent: shipping.tiem\noff: true\n")]);
    assert_eq!(findings[0].rule, "I104");
    assert!(findings[0].hint.en.contains("shipping/time.yaml"), "{findings:?}");
    let bare = vec![
        file("shops/a/shop.yaml", &profile("a")),
        file("shops/b/shared/synonyms.yaml", "synonyms: []\n"),
    ];
    assert_eq!(one(bare), at("I106", "shops/b/shop.yaml", 0));
}

#[test]
fn a_shop_yaml_in_its_old_place_is_the_shop_that_it_names() {
    let old = [
        file(
            "shipping/time.yaml",
            &TIME.replace("choices: [shipping.fee]", "choices: []"),
        ),
        file(
            "shop.yaml",
            "shop: old\nname: {zh: 老店, en: Old}\nfacts:\n  cutoff: \"16:00\"\n",
        ),
        file(
            "shops/old/shipping/time.yaml",
            "intent: shipping.time\nmore_answers: [看仓库～]\n",
        ),
    ];
    let (packs, findings) = load_shops(&old);
    assert_eq!(
        findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(),
        ["I100"]
    );
    assert_eq!(packs.len(), 1);
    assert_eq!(packs[0].shop.id.as_str(), "old");
    assert_eq!(packs[0].shop.facts["cutoff"].zh, "16:00");
    assert_eq!(answers(&packs[0], "shipping.time").len(), 4);
}
