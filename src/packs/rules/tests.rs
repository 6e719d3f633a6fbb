//! For each rule a text that breaks it, and the place where it is found.
#![allow(clippy::unwrap_used)]

use crate::packs::{Finding, Severity, SourceFile, expired, load_files};

const SHOP: &str = "shop: demo\nname: {zh: 小店, en: Shop}\ntimezone: Asia/Shanghai\nclock: taobao\nservice_hours:\n  every_day: \"09:00-23:00\"\nfacts:\n  cutoff: \"16:00\"\n";

const TIME: &str = "intent: shipping.time
title: 什么时候发货
title_en: When will it ship
examples:
  - 什么时候发货
  - 多久发货
  - 今天能发吗
  - 几时寄出
  - 周末发不发
  - 现货当天走吗
  - when do you ship
  - is it sent today
patterns:
  - (什么时候|几时)[能|可以](发货|寄出)
not: [退货]
answers:
  - 亲，当天发出～
  - It leaves today.
choices: []
tests:
  - ask: 現在下單今天出貨嗎
    expect: shipping.time
  - ask: 仓库几点打包
    expect: shipping.time
  - ask: will it go out today
    expect: shipping.time
  - ask: 什么时候退货
    expect_not: shipping.time
";

const TABLE: &str = "slots:
  - name: province
table:
  columns: [province, days]
  rows:
    - [江苏|浙江, \"2\"]
    - [\"*\", \"5\"]
";

fn file(name: &str, text: impl AsRef<[u8]>) -> SourceFile {
    SourceFile {
        name: name.to_owned(),
        bytes: text.as_ref().to_vec(),
    }
}

/// Findings for a sound shop with these files.
fn check(files: &[(&str, &str)]) -> Vec<Finding> {
    let mut all = vec![file("shops/demo/shop.yaml", SHOP)];
    all.extend(files.iter().map(|(name, text)| file(name, text)));
    load_files(&all).1
}

/// The one finding for the sound intent with one piece replaced.
fn broken(from: &str, to: &str) -> Finding {
    assert!(TIME.contains(from), "{from}");
    only(&[("shipping/time.yaml", &TIME.replacen(from, to, 1))])
}

fn only(files: &[(&str, &str)]) -> Finding {
    let mut findings = check(files);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

#[track_caller]
fn found(finding: &Finding, rule: &str, line: usize, column: usize) {
    assert_eq!(
        (finding.rule, finding.line, finding.column),
        (rule, line, column),
        "{finding:#?}"
    );
    assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty());
    assert!(
        !finding.hint.zh.is_empty() && !finding.hint.en.is_empty(),
        "{finding:?}"
    );
}

#[test]
fn a_sound_file_has_no_findings() {
    let findings = check(&[("shipping/time.yaml", TIME)]);
    assert!(findings.is_empty(), "{findings:#?}");
    let with_table = format!("{TIME}{TABLE}");
    let findings = check(&[("shipping/time.yaml", &with_table)]);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn mistakes_of_writing_are_explained() {
    found(&broken("examples:\n", "examples：\n"), "I002", 4, 9);
    found(&broken("  - 多久发货", "\t- 多久发货"), "I003", 6, 1);
    found(&broken("  - 多久发货", "  -多久发货"), "I013", 6, 3);
    found(&broken("- 多久发货", "- {{ x }} 发货"), "I005", 6, 5);
    found(&broken("- 多久发货", "- 退货: 怎么办"), "I005", 6, 5);
    found(&broken("- 多久发货", "- *base"), "I006", 6, 5);
    found(&broken("[退货]", "[退货，退款]"), "I012", 15, 7);
    let finding = broken("- 多久发货", "- \"多久\"发货");
    assert_eq!((finding.rule, finding.line), ("I001", 6));
    assert!(finding.hint.zh.contains("整句"), "{finding:?}");
}

#[test]
fn keys_are_checked() {
    let finding = broken("patterns:", "pattern:");
    found(&finding, "I008", 13, 1);
    assert!(finding.hint.en.contains("`patterns`"));
    found(&broken("title: 什么时候发货\n", ""), "I009", 1, 1);
    found(&broken("title: 什么时候发货\n", "title:\n"), "I009", 2, 1);
    found(&broken("not: [退货]", "not: 退货"), "I010", 15, 6);
    found(&broken("choices: []", "title: 又一个"), "I007", 19, 1);
    found(&broken("    expect: shipping.time\n", ""), "I009", 21, 5);
}

#[test]
fn wrong_bytes_have_a_place() {
    let mut bytes = TIME.as_bytes().to_vec();
    let at = TIME.find("多久").unwrap();
    bytes[at] = 0xff;
    let (pack, findings) = load_files(&[file("shops/demo/shop.yaml", SHOP), file("shipping/time.yaml", bytes)]);
    assert!(pack.is_none());
    found(&findings[0], "I004", 6, 5);
}

#[test]
fn ids_fit_their_place() {
    found(&broken("intent: shipping.time", "intent: shipping.when"), "I021", 1, 9);
    let upper = TIME.replace("shipping.time", "Shipping.Time");
    found(&only(&[("Shipping/Time.yaml", &upper)]), "I022", 1, 9);
    let signal = TIME.replace("shipping.time", "emotion.anger");
    found(&only(&[("emotion/anger.yaml", &signal)]), "I023", 1, 9);
    let twin = TIME.replace("发", "退").replace("寄", "邮").replace("现", "旧");
    let twin = twin.replace("when do", "how do").replace("is it", "was it");
    let findings = check(&[("shipping/time.yaml", TIME), ("shipping/when.yaml", &twin)]);
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"I020") && rules.contains(&"I021"), "{findings:#?}");
    let signal = "signal: emotion.angry\ntitle: 生气\ntitle_en: Anger\nstrong: [气死]\n";
    let finding = only(&[("signals/emotion/angry.yaml", signal)]);
    found(&finding, "I023", 1, 9);
    assert!(finding.hint.en.contains("emotion.anger"));
}

#[test]
fn a_sentence_has_one_place() {
    let other = TIME
        .replace("shipping.time", "returns.policy")
        .replace("- ", "- 退")
        .replace("退ask", "ask")
        .replacen("- 退什么时候发货", "- 什么時候發貨？", 1);
    let findings = check(&[("shipping/time.yaml", TIME), ("returns/policy.yaml", &other)]);
    let doubles: Vec<_> = findings.iter().filter(|finding| finding.rule == "I030").collect();
    assert_eq!(doubles.len(), 1, "{findings:#?}");
    found(doubles[0], "I030", 5, 5);
    assert_eq!(doubles[0].severity, Severity::Error);
    found(&broken("- 多久发货", "- 什么时候发货。"), "I031", 6, 5);
    found(&broken("- 多久发货\n  - 今天能发吗\n  - ", "- "), "I032", 5, 0);
}

#[test]
fn sentences_do_not_contradict_their_file() {
    found(&broken("- 多久发货", "- 退货后多久发货"), "I035", 6, 5);
    found(&broken("仓库几点打包", "几时寄出"), "I034", 23, 10);
    found(
        &broken("  - ask: 仓库几点打包\n    expect: shipping.time\n", ""),
        "I036",
        21,
        0,
    );
    let out = "examples:\n  - 多久发货\n";
    found(
        &only(&[("shipping/time.yaml", TIME), ("shared/out_of_scope.yaml", out)]),
        "I030",
        2,
        5,
    );
}

#[test]
fn patterns_are_read() {
    found(&broken("(什么时候|几时)[能", "(什么时候|几时[能"), "I040", 14, 5);
    found(&broken("(什么时候|几时)", "(什么时候|)"), "I040", 14, 11);
    found(
        &broken("(什么时候|几时)[能|可以](发货|寄出)", "\"[能]...\""),
        "I041",
        14,
        5,
    );
    found(&broken("(发货|寄出)", "退货"), "I042", 14, 5);
}

#[test]
fn names_are_known() {
    let finding = broken("choices: []", "choices: [shipping.tiem]");
    found(&finding, "I050", 19, 11);
    assert!(finding.hint.en.contains("shipping.time"));
    found(&broken("choices: []", "choices: [shipping.time]"), "I051", 19, 11);
    found(&broken("choices: []", "slots:\n  - name: hight"), "I052", 20, 11);
    found(&broken("expect: shipping.time", "expect: shipping.tim"), "I053", 22, 13);
    found(&broken("choices: []", "handoff: allways"), "I054", 19, 10);
    found(&broken("choices: []", "kind: chat"), "I058", 19, 7);
    let person = |id: &str, kind: &str| TIME.replacen("shipping.time", id, 1).replacen("choices: []", kind, 1);
    let files = [
        ("service/agent.yaml", person("service.agent", "kind: ask_for_person")),
        ("service/human.yaml", person("service.human", "choices: []")),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let findings = check(&files);
    let twice = findings.iter().find(|finding| finding.rule == "I059");
    assert_eq!(
        twice.map(|finding| finding.file.as_str()),
        Some("service/human.yaml"),
        "{findings:?}"
    );
    let signal = "signal: emotion.anger\ntitle: 生气\ntitle_en: Anger\nlane: urgnt\nstrong: [气死]\n";
    found(&only(&[("signals/emotion/anger.yaml", signal)]), "I055", 4, 7);
    let phrases = "phrases:\n  welcom:\n    - 您好\n    - Hello\n";
    found(&only(&[("shared/phrases.yaml", phrases)]), "I056", 2, 3);
    found(
        &broken("choices: []", "slots:\n  - name: age\n  - name: age"),
        "I057",
        21,
        11,
    );
}

#[test]
fn tables_are_sound() {
    let table = |from: &str, to: &str| {
        assert!(TABLE.contains(from), "{from}");
        let text = format!("{TIME}{}", TABLE.replacen(from, to, 1));
        only(&[("shipping/time.yaml", &text)])
    };
    found(&table("[province, days]", "[provinse, days]"), "I060", 32, 3);
    found(&table("slots:\n  - name: province\n", ""), "I060", 30, 3);
    found(&table("- [江苏|浙江, \"2\"]", "- [江苏|浙江]"), "I061", 34, 7);
    found(&table("江苏|浙江", "江苏||浙江"), "I062", 34, 8);
    let ranged = TABLE.replace("province", "height").replace("江苏|浙江", "180-170");
    let text = format!("{TIME}{ranged}");
    found(&only(&[("shipping/time.yaml", &text)]), "I062", 34, 8);
    found(
        &table(
            "    - [江苏|浙江, \"2\"]\n    - [\"*\", \"5\"]",
            "    - [\"*\", \"5\"]\n    - [江苏, \"2\"]",
        ),
        "I063",
        35,
        7,
    );
}

#[test]
fn answers_have_languages_and_dates() {
    let finding = broken("  - It leaves today.\n", "");
    found(&finding, "I073", 17, 0);
    assert_eq!(finding.severity, Severity::Warning);
    let finding = broken("  - 亲，当天发出～\n", "");
    found(&finding, "I073", 17, 0);
    assert_eq!(finding.severity, Severity::Error);
    let dated = "  - 亲，当天发出～\n  - text: 大促\n    from: 2026-11-12\n    to: 2026-11-10\n";
    found(&broken("  - 亲，当天发出～\n", dated), "I075", 19, 11);
    found(
        &broken("- 亲，当天发出～", "- 亲\n  - text: 大促\n    to: 11.12"),
        "I076",
        19,
        9,
    );
    found(&broken("- 亲，当天发出～", "- text: 亲\n    lang: cn"), "I077", 18, 11);
    found(
        &broken("- 亲，当天发出～", "- text: 大促\n    to: 2026-11-12"),
        "I078",
        17,
        0,
    );
}

#[test]
fn answers_expire() {
    let text = TIME.replacen("- 亲，当天发出～", "- 亲\n  - text: 大促\n    to: 2026-11-12", 1);
    let pack = load_files(&[file("shops/demo/shop.yaml", SHOP), file("shipping/time.yaml", &text)])
        .0
        .unwrap();
    assert!(expired(&pack, "2026-11-12".parse().unwrap()).is_empty());
    found(&expired(&pack, "2026-11-13".parse().unwrap())[0], "I074", 18, 0);
    // Where nothing is left in a language that is said once, for each of them.
    let text = text
        .replacen("  - 亲\n", "", 1)
        .replacen("It leaves today.", "text: Sale\n    to: 2026-11-12", 1);
    let pack = load_files(&[file("shops/demo/shop.yaml", SHOP), file("shipping/time.yaml", text)])
        .0
        .unwrap();
    let ended = expired(&pack, "2026-11-13".parse().unwrap());
    let rules: Vec<_> = ended.iter().map(|finding| (finding.rule, finding.line)).collect();
    assert_eq!(rules, [("I143", 17), ("I143", 19)]);
}

#[test]
fn answers_keep_the_service_standards() {
    let cases = [
        ("亲，这是最好的鞋", "I080", 9),
        ("亲，百分百正品", "I080", 7),
        ("亲，销量第一哦", "I080", 9),
        ("亲，100%正品", "I080", 7),
        ("亲，加微信聊", "I081", 7),
        ("亲，您一定很生气", "I082", 7),
        ("亲，我理解您的愤怒", "I082", 10),
        ("亲，不满意您可以投诉", "I083", 10),
        ("亲，都是快递慢", "I084", 7),
        ("给您带来不便", "I085", 5),
    ];
    for (text, rule, column) in cases {
        found(&broken("亲，当天发出～", text), rule, 17, column);
    }
    for harmless in ["亲，第一时间发出", "亲，100%棉", "亲，最好提前一天拍", "亲，最晚明天发"]
    {
        let text = TIME.replace("亲，当天发出～", harmless);
        assert!(check(&[("shipping/time.yaml", &text)]).is_empty(), "{harmless}");
    }
    found(&broken("亲，当天发出～", &"长".repeat(91)), "I086", 17, 5);
}

#[test]
fn the_shop_is_checked() {
    let shop = |from: &str, to: &str| {
        assert!(SHOP.contains(from), "{from}");
        let findings = load_files(&[file("shops/demo/shop.yaml", SHOP.replacen(from, to, 1))]).1;
        assert_eq!(findings.len(), 1, "{findings:#?}");
        findings.into_iter().next().unwrap()
    };
    found(&shop("Asia/Shanghai", "Asia/Beijin"), "I091", 3, 11);
    found(&shop("taobao", "taobo"), "I092", 4, 8);
    found(&shop("every_day", "everyday"), "I093", 6, 3);
    found(&shop("09:00-23:00", "9点-23点"), "I094", 6, 14);
    found(&shop("cutoff:", "Cut-off:"), "I095", 8, 3);
    found(&shop("\"16:00\"", "下午四点"), "I096", 8, 11);
    found(
        &shop("facts:", "goods:\n  - name: 鞋\n    price: 三百\nfacts:"),
        "I097",
        9,
        12,
    );
    found(&load_files(&[]).1[0], "I090", 0, 0);
}

#[test]
fn a_person_is_told_of_slots_that_are_read_and_a_slip_in_a_name_is_one_finding() {
    let telling = |name: &str| {
        let written = format!("slots:\n  - name: order_number\ntell_person: [{name}]\nchoices: []");
        only(&[("shipping/time.yaml", &TIME.replace("choices: []", &written))])
    };
    assert_eq!(telling("order_nummer").rule, "I052");
    assert_eq!(telling("phone").rule, "I109");
}

#[test]
fn unknown_files_are_named() {
    let finding = only(&[("shipping/time.yml", TIME)]);
    found(&finding, "I011", 0, 0);
    assert_eq!(finding.severity, Severity::Warning);
}

#[test]
fn everything_is_said_at_once() {
    let text = TIME
        .replace("title_en: When will it ship\n", "titel: x\n")
        .replace("(什么时候|几时)", "(什么时候|几时")
        .replace("choices: []", "choices: [a.b]");
    let rules: Vec<_> = check(&[("shipping/time.yaml", &text), ("returns/policy.yaml", "intent: [\n")])
        .iter()
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(rules, ["I001", "I009", "I008", "I040", "I050"]);
}

proptest::proptest! {
    /// Whatever is done to a file, it is read to its end, and a refusal always has a reason.
    #[test]
    fn a_spoilt_file_never_breaks_the_reader(
        at in 0_usize..TIME.len() + TABLE.len(),
        cut in 0_usize..12,
        put in "[-:：，、\\[\\]{}\"'*&!|>#%@?\t \n发a0]{0,6}",
    ) {
        let mut text: Vec<char> = format!("{TIME}{TABLE}").chars().collect();
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, put.chars());
        let text: String = text.into_iter().collect();
        let (pack, findings) = load_files(&[file("shops/demo/shop.yaml", SHOP), file("shipping/time.yaml", &text)]);
        let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
        proptest::prop_assert_eq!(pack.is_none(), refused, "{}", text);
        // All that is found later is looked for in what can be read, whatever is wrong.
        let files = [file("shops/demo/shop.yaml", SHOP), file("shipping/time.yaml", &text)];
        let (packs, more) = crate::packs::load_despite_errors(&files);
        proptest::prop_assert!(more.len() >= findings.len() && packs.len() == 1, "{}", text);
        crate::packs::misplaced(&packs[0], &files, false);
        for finding in &findings {
            proptest::prop_assert!(finding.line <= text.lines().count() + 1, "{} {:?}", text, finding);
        }
    }
}

#[test]
fn a_key_that_is_misspelt_is_not_missing_too() {
    for (right, wrong) in [
        ("\ntitle:", "\nTitle:"),
        ("\nexamples:", "\nEXAMPLES:"),
        ("\nanswers:", "\nanswer:"),
        ("\ntitle:", "\nt\u{456}tle:"),
    ] {
        let finding = broken(right, wrong);
        assert_eq!(finding.rule, "I008", "{wrong}");
        assert!(finding.hint.en.contains(right.trim_matches(['\n', ':'])), "{finding:?}");
    }
}

#[test]
fn signs_of_other_programs_are_warned_of() {
    for (from, to, column) in [
        ("- 几时寄出", "- 寄[圆通](carrier)吗", 6),
        ("- 几时寄出", "- 到<city>要几天", 6),
        ("ask: 仓库几点打包", "ask: \"{{Name}} 的包裹\"", 11),
        ("- 亲，当天发出～", "- 亲，<br>当天发出～", 7),
    ] {
        let finding = broken(from, to);
        assert_eq!((finding.rule, finding.column), ("I038", column), "{to}");
        assert_eq!(finding.severity, Severity::Warning);
    }
}

#[test]
fn days_of_the_week_are_read_as_people_write_them() {
    let hours = |written: &str| {
        let shop = SHOP.replacen("every_day: \"09:00-23:00\"", written, 1);
        load_files(&[file("shops/demo/shop.yaml", shop), file("shipping/time.yaml", TIME)]).1
    };
    for written in [
        "monday-friday: \"9:00-18:00\"\n  weekend: 休息",
        "周一至周五: \"9:00-18:00\"\n  saturday: \"10:00-12:00\"",
    ] {
        assert_eq!(hours(written), [], "{written}");
    }
    let twice = hours("monday: \"9:00-18:00\"\n  周一: 休息");
    assert_eq!(
        (twice.len(), twice[0].rule, twice[0].line),
        (1, "I093", 7),
        "{twice:#?}"
    );
}
