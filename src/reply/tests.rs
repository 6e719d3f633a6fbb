//! Which variant is said when, and what is wrong with a template.
#![allow(clippy::unwrap_used)]

use jiff::civil::Date;

use crate::model::{Language, SlotName, Slots};
use crate::packs::{Finding, Pack, SourceFile, load_files};

use super::Templates;

const SHOP: &str = "shop: demo
name: {zh: 小店, en: Shop}
service_hours:
  every_day: \"09:00-23:00\"
clock: jd
facts:
  cutoff: \"16:00\"
  gift: {zh: 袜子, en: socks}
";

fn pack(answers: &str) -> Pack {
    let intent = format!(
        "intent: size.recommend
title: 选码
title_en: Size
examples: [穿多大]
slots:
  - name: height
    ask: 身高多少呢？{{{{ shop.gift }}}}
    ask_en: How tall are you?
  - name: weight
  - name: size
table:
  columns: [height, weight, best]
  rows:
    - [150-160, \"*\", S]
    - [160-170, 40-60, M]
answers:
{answers}
tests:
  - ask: 选码
    expect: size.recommend
"
    );
    let files = [
        ("shops/demo/shop.yaml", SHOP.to_owned()),
        ("size/recommend.yaml", intent),
    ]
    .map(|(name, text)| SourceFile {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    });
    let (pack, findings) = load_files(&files);
    pack.unwrap_or_else(|| panic!("{findings:#?}"))
}

fn reply_ms(pack: &Pack) -> u64 {
    pack.shop.reply_ms(crate::shop::clock::OWN_MS)
}

fn slots(known: &[(SlotName, &str)]) -> Slots {
    let mut slots = Slots::default();
    for (name, value) in known {
        slots.set(*name, *value);
    }
    slots
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

const ANSWERS: &str = "  - 一般看身高
  - 也可以看身高和 {{ shop.gift }}
  - text: 身高 {{ height }} 的话再说下体重
  - 身高 {{ height }} 穿 {{ best }}
  - In general
  - text: For {{ height }} take {{ best }}
    lang: en
";

fn said(pack: &Pack, language: Language, known: &[(SlotName, &str)], rotation: usize) -> Option<String> {
    let templates = Templates::compile(pack, reply_ms(pack)).unwrap();
    let today = day("2026-11-21");
    templates.answer(pack, "size.recommend", language, &slots(known), today, rotation)
}

#[test]
fn the_most_specific_variant_wins_and_equals_take_turns() {
    use Language::{Chinese, English};
    use SlotName::{Height, Weight};
    let pack = pack(ANSWERS);
    assert_eq!(said(&pack, Chinese, &[], 0).unwrap(), "一般看身高");
    assert_eq!(said(&pack, Chinese, &[], 1).unwrap(), "也可以看身高和 袜子");
    assert_eq!(said(&pack, Chinese, &[], 2).unwrap(), "一般看身高");
    assert_eq!(
        said(&pack, Chinese, &[(Height, "165")], 0).unwrap(),
        "身高 165 的话再说下体重"
    );
    assert_eq!(said(&pack, Chinese, &[(Height, "155")], 0).unwrap(), "身高 155 穿 S");
    let both = [(Height, "165"), (Weight, "47.5")];
    assert_eq!(said(&pack, Chinese, &both, 0).unwrap(), "身高 165 穿 M");
    assert_eq!(said(&pack, English, &both, 7).unwrap(), "For 165 take M");
    assert_eq!(said(&pack, English, &[(Height, "165")], 0).unwrap(), "In general");
}

#[test]
fn the_other_language_answers_where_one_is_missing() {
    let chinese = pack("  - 只有中文 {{ shop.gift }}\n");
    assert_eq!(said(&chinese, Language::English, &[], 0).unwrap(), "只有中文 袜子");
    let pack = pack("  - 身高 {{ height }}\n  - English only\n");
    assert_eq!(said(&pack, Language::Chinese, &[], 0).unwrap(), "English only");
}

#[test]
fn nothing_is_said_where_nothing_is_known() {
    let pack = pack("  - 身高 {{ height }}\n");
    assert_eq!(said(&pack, Language::Chinese, &[], 0), None);
    let templates = Templates::compile(&pack, reply_ms(&pack)).unwrap();
    let none = templates.answer(
        &pack,
        "no.such",
        Language::Chinese,
        &Slots::default(),
        day("2026-11-21"),
        0,
    );
    assert_eq!(none, None);
}

#[test]
fn dated_answers_are_said_on_their_days() {
    let pack = pack("  - 平时\n  - text: 大促\n    from: 2026-11-10\n    to: 2026-11-12\n");
    let templates = Templates::compile(&pack, reply_ms(&pack)).unwrap();
    let on = |date: &str, rotation: usize| {
        let slots = Slots::default();
        templates
            .answer(&pack, "size.recommend", Language::Chinese, &slots, day(date), rotation)
            .unwrap()
    };
    assert_eq!(
        (on("2026-11-09", 0), on("2026-11-09", 1)),
        ("平时".into(), "平时".into())
    );
    assert_eq!(
        (on("2026-11-10", 0), on("2026-11-12", 1)),
        ("大促".into(), "大促".into())
    );
    assert_eq!(on("2026-11-13", 1), "平时");
}

#[test]
fn slots_are_asked_for_in_both_languages() {
    let pack = pack(ANSWERS);
    let templates = Templates::compile(&pack, reply_ms(&pack)).unwrap();
    let ask = |slot, language| templates.ask("size.recommend", slot, language, day("2026-11-21"));
    assert_eq!(ask(SlotName::Height, Language::Chinese).unwrap(), "身高多少呢？袜子");
    assert_eq!(ask(SlotName::Height, Language::English).unwrap(), "How tall are you?");
    assert_eq!(ask(SlotName::Weight, Language::Chinese), None);
}

#[test]
fn phrases_are_shipped_and_never_the_same_twice() {
    let pack = pack(ANSWERS);
    let templates = Templates::compile(&pack, reply_ms(&pack)).unwrap();
    let today = day("2026-11-21");
    for language in [Language::Chinese, Language::English] {
        let first = templates.phrase("unknown", language, &[], today, 0);
        let second = templates.phrase("unknown", language, &[], today, 1);
        assert!(!first.is_empty() && !second.is_empty() && first != second);
    }
    let joined = templates.phrase("agent_joined", Language::Chinese, &[("name", "勺子")], today, 0);
    assert!(joined.contains("勺子"));
    let asked = templates.phrase("handoff_asked", Language::Chinese, &[], today, 0);
    assert!(asked.contains("30 秒内"), "jd's clock: {asked}");
    let offline = templates.phrase("handoff_offline", Language::English, &[], today, 0);
    assert!(offline.contains("9:00-23:00 every day"), "{offline}");
    assert_eq!(templates.phrase("no_such", Language::Chinese, &[], today, 0), "");
}

#[test]
fn wrong_templates_are_findings() {
    let wrong = |text: &str| -> Vec<Finding> {
        let errors = Templates::compile(&pack(text), 30_000).err().unwrap_or_default();
        errors.into_iter().map(Finding::from).collect()
    };
    let cases = [
        ("{{ shop.cutof }} 前", "I072", "shop.cutoff"),
        ("{{ cutoff }} 前", "I071", "shop.cutoff"),
        ("{{ hight }} 前", "I071", "height"),
        ("{{ height 前", "I070", "{{"),
        ("{% if height %}高", "I070", "{{"),
        ("{% for x in range(9) %}{{ x }}{% endfor %}", "I071", "shop."),
        ("{{ height|shout }}", "I070", "{% if %}"),
        // A21
        ("{{ 'x'|replace('x', 'y') }}", "I070", "{% if %}"),
        ("{{ 'x' * 1000000000 }}", "I070", "{% if %}"),
        ("{% for x in [1, 2] %}{{ height }}{% endfor %}", "I070", "{% if %}"),
    ];
    for (text, rule, hint) in cases {
        let findings = wrong(&format!("  - 好\n  - \"{text}\"\n"));
        assert_eq!(findings.len(), 1, "{text} {findings:#?}");
        assert_eq!((findings[0].rule, findings[0].line), (rule, 18), "{text} {findings:#?}");
        assert_eq!(findings[0].file, "size/recommend.yaml");
        assert!(findings[0].hint.zh.contains(hint), "{text} {findings:#?}");
    }
    assert!(wrong(ANSWERS).is_empty());
    // A21: what shoppers get has a size.
    for long in ["字".repeat(9_000), "字".repeat(6_000)] {
        let findings = wrong(&format!("  - 好\n  - {long}{{{{ shop.gift }}}}\n"));
        assert_eq!((findings.len(), findings[0].rule), (1, "I070"));
        assert!(findings[0].hint.zh.contains("写短"), "{findings:#?}");
    }
}

#[test]
fn only_what_names_something_of_the_talk_stays_compiled() {
    let written = pack(ANSWERS);
    let templates = Templates::compile(&written, reply_ms(&written)).unwrap();
    let texts = templates.texts.of_intent("size.recommend");
    let held = |place: usize| {
        let name = format!("intent size.recommend {place}");
        let (plain, daily) = (texts.plain.get(&name), texts.daily.contains_key(&name));
        (plain, daily, texts.environment.get_template(&name).is_ok())
    };
    assert_eq!(held(0), (Some(&"一般看身高".into()), false, false));
    assert_eq!(held(1), (None, true, false));
    assert_eq!(held(3), (None, false, true));
    assert_eq!(held(4), (Some(&"In general".into()), false, false));
}
