//! What the look at the lines finds and mends.

use super::*;

fn only(text: &str) -> (Finding, String) {
    let mut scan = prescan("a.yaml", text);
    assert_eq!(scan.findings.len(), 1, "{text:?} {:?}", scan.findings);
    (scan.findings.remove(0), scan.text)
}

#[test]
fn a_chinese_colon_is_named_and_mended() {
    let (finding, text) = only("intent: a.b\nexamples：\n  - 发货\n");
    assert_eq!((finding.rule, finding.line, finding.column), ("I002", 2, 9));
    assert!(text.contains("\nexamples:\n"));
    let (finding, text) = only("title：发货\n");
    assert_eq!(finding.column, 6);
    assert_eq!(finding.hint.zh, "换成英文冒号加一个空格：title: 发货");
    assert_eq!(text, "title: 发货\n");
    let (finding, _) = only("tests:\n  - ask：在吗\n");
    assert_eq!((finding.line, finding.column), (2, 8));
}

#[test]
fn missing_spaces_are_named() {
    let (finding, text) = only("examples:\n  -发货\n");
    assert_eq!((finding.rule, finding.line, finding.column), ("I013", 2, 3));
    assert_eq!(text, "examples:\n  - 发货\n");
    let (finding, text) = only("title:发货\n");
    assert_eq!((finding.rule, finding.line, finding.column), ("I013", 1, 6));
    assert_eq!(text, "title: 发货\n");
    let (finding, text) = only("title :发货\n");
    assert_eq!((finding.rule, finding.column), ("I013", 7));
    assert_eq!(text, "title: 发货\n");
    assert!(prescan("a.yaml", "---\na: -5\n- https://x.cn\n").findings.is_empty());
}

#[test]
fn a_chinese_colon_in_a_sentence_is_fine() {
    assert!(
        prescan("a.yaml", "  - 请问：几时发货\n  - XL：有货吗\n")
            .findings
            .is_empty()
    );
}

#[test]
fn tabs_and_wide_spaces_are_named() {
    let (finding, text) = only("examples:\n\t- 发货\n");
    assert_eq!((finding.rule, finding.line, finding.column), ("I003", 2, 1));
    assert_eq!(text, "examples:\n  - 发货\n");
    let (finding, _) = only("examples:\n　- 发货\n");
    assert_eq!(finding.rule, "I003");
}

#[test]
fn signs_at_the_beginning_need_quotes() {
    for (line, column) in [
        ("  - {{ shop.cutoff }} 前付款当天发", 5),
        ("  - text: {{ days }} 天到", 11),
        ("  - [能|可以](发货|寄出)", 5),
        ("  - @客服", 5),
        ("title: %折扣", 8),
    ] {
        let (finding, text) = only(line);
        assert_eq!(
            (finding.rule, finding.line, finding.column),
            ("I005", 1, column),
            "{line}"
        );
        assert!(text.trim_end().ends_with('"'), "{text}");
    }
}

#[test]
fn anchors_and_tags_are_named() {
    for line in ["a: &base", "a: *base", "  - !str x"] {
        let (finding, _) = only(line);
        assert_eq!(finding.rule, "I006", "{line}");
    }
}

#[test]
fn lists_in_brackets_and_blocks_are_left_alone() {
    for text in [
        "not: [退货, 退款]\n",
        "not: [退货]   # 另有文件\n",
        "  - [150-158, 40-47, S]\n",
        "  - {word: 发货, same: [发出]}\n",
        "text: |\n  * 一\n  {{ x }}\nb: c\n",
    ] {
        assert!(prescan("a.yaml", text).findings.is_empty(), "{text:?}");
    }
}

#[test]
fn marks_and_colons_that_only_look_like_it_are_named() {
    for mark in ['–', '—', '―', '•', '·', '●', '▪', '－', '*'] {
        let (finding, text) = only(&format!("examples:\n  {mark} 发货\n"));
        assert_eq!((finding.rule, finding.line, finding.column), ("I013", 2, 3), "{mark}");
        assert_eq!(text, "examples:\n  - 发货\n", "{mark}");
    }
    for colon in ['﹕', '∶', '꞉', '：', '︰'] {
        let (finding, text) = only(&format!("title{colon}发货\n"));
        assert_eq!((finding.rule, finding.column), ("I002", 6), "{colon}");
        assert_eq!(text, "title: 发货\n", "{colon}");
    }
}

#[test]
fn full_width_brackets_and_colons_in_braces_are_named() {
    for (line, rule, column, mended) in [
        ("not: ［退货，退款］", "I012", 6, "not: [退货, 退款]"),
        ("not: [退货，退款］", "I012", 12, "not: [退货, 退款]"),
        ("name: ｛zh: 小店, en: Shop｝", "I012", 7, "name: {zh: 小店, en: Shop}"),
        ("  - {ask：挖掘机}", "I002", 9, "  - {ask: 挖掘机}"),
        (
            "  - {ask: 挖掘机，expect: none}",
            "I012",
            14,
            "  - {ask: 挖掘机, expect: none}",
        ),
        ("  - {ask:挖掘机}", "I013", 9, "  - {ask: 挖掘机}"),
    ] {
        let (finding, text) = only(line);
        assert_eq!((finding.rule, finding.column), (rule, column), "{line}");
        assert_eq!(text, format!("{mended}\n"));
    }
    for line in [
        "  - ［图片］",
        "  - {ask: \"几点：发货，expect：无\", expect: none}",
        "  - {ask: 请问：几点发货}",
    ] {
        assert!(prescan("a.yaml", line).findings.is_empty(), "{line}");
    }
}

#[test]
fn quotes_of_word_processors_and_fences_are_named() {
    for line in ["  - “好”", "title: ‘好’", "  - ask: ＂好＂"] {
        let (finding, text) = only(line);
        assert_eq!(finding.rule, "I018", "{line}");
        assert_eq!(finding.severity, crate::packs::Severity::Warning);
        assert_eq!(text, format!("{line}\n"));
    }
    assert!(prescan("a.yaml", "  - “好”和“坏”\n").findings.is_empty());
    let (finding, text) = only("```yaml\na: b\n```\n");
    assert_eq!((finding.rule, finding.line), ("I001", 1));
    assert_eq!(text, "\na: b\n\n");
}
