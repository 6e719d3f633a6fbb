//! What people write stays as it is.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn put(text: &str, sentences: &[&str]) -> Result<String, CannotEdit> {
    let sentences: Vec<String> = sentences.iter().map(|text| (*text).to_owned()).collect();
    with_examples("a/b.yaml", text.as_bytes(), &sentences)
}

#[test]
fn sentences_come_at_the_end_of_the_list_and_nothing_else_changes() {
    for (before, after) in [
        (
            "# 我的\nintent: a.b\nexamples:\n  # 运费\n  - 包邮吗   # 常问\n  - \"几块\"\n\nanswers:\n  - 包\n",
            "# 我的\nintent: a.b\nexamples:\n  # 运费\n  - 包邮吗   # 常问\n  - \"几块\"\n  - \"新\"\n\nanswers:\n  - 包\n",
        ),
        // Dashes at the margin, Windows line ends, no line end at the end.
        ("examples:\r\n- 一\r\n- 二", "examples:\r\n- 一\r\n- 二\r\n- \"新\"\r\n"),
        (
            "intent: a.b\nexamples: [一, 二]  # 两句\n",
            "intent: a.b\nexamples: [\"新\", 一, 二]  # 两句\n",
        ),
        (
            "examples: [\n  一,\n  二,\n]\n",
            "examples: [\"新\", \n  一,\n  二,\n]\n",
        ),
        ("examples: []\n", "examples: [\"新\"]\n"),
        ("examples:\nanswers: [包]\n", "examples:\n  - \"新\"\nanswers: [包]\n"),
        (
            "intent: a.b\nanswers: [包]",
            "intent: a.b\nanswers: [包]\nexamples:\n  - \"新\"\n",
        ),
        ("", "examples:\n  - \"新\"\n"),
        // A comment behind the list is not part of it; a text of several lines is not cut.
        (
            "examples:\n  - 一\n  # 以后再加\nanswers: [包]\n",
            "examples:\n  - 一\n  - \"新\"\n  # 以后再加\nanswers: [包]\n",
        ),
        (
            "examples:\n  - 一\n  - 二\n    三\n",
            "examples:\n  - \"新\"\n  - 一\n  - 二\n    三\n",
        ),
        (
            "examples:\n  - 一\n  - >-\n    二\n    三\n",
            "examples:\n  - \"新\"\n  - 一\n  - >-\n    二\n    三\n",
        ),
    ] {
        assert_eq!(put(before, &["新"]).as_deref(), Ok(after), "{before}");
    }
}

#[test]
fn what_is_there_is_not_added_again() {
    let text = "examples:\n  - 什么时候發貨？\n";
    assert_eq!(put(text, &["什么时候发货?"]).unwrap(), text);
    assert_eq!(
        put(text, &["什么时候发货", "几时寄"]).unwrap(),
        format!("{text}  - \"几时寄\"\n")
    );
}

#[test]
fn what_cannot_be_added_to_is_refused() {
    for text in [
        "{intent: a.b, answers: [包]}",
        "- 一\n",
        "examples: 一句\n",
        "examples:\n  - {a: b}\n",
        "  intent: a.b\n",
    ] {
        assert!(
            matches!(put(text, &["新"]), Err(CannotEdit::Form(_))),
            "{text}: {:?}",
            put(text, &["新"])
        );
    }
    for text in ["examples:\n  - \"一\n", "a: 1\n b: [\n"] {
        assert!(matches!(put(text, &["新"]), Err(CannotEdit::Unreadable(_))), "{text}");
    }
    assert!(with_examples("a/b.yaml", &[0xff, 0xfe], &["新".to_owned()]).is_err());
}

#[test]
fn the_file_of_a_question_is_found() {
    let file = |name: &str, text: &str| SourceFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let files = [
        file("imported/card.yaml", "intent: \"Card Arrival\"\nexamples: [x]\n"),
        file("shipping/time.yaml", "intent: shipping.time\n"),
        file("shops/other/imported/x.yaml", "intent: own.x\n"),
        file("shops/tea/imported/x.yaml", "intent: own.x\n"),
    ];
    for (intent, name) in [
        ("shipping.time", "shops/tea/shipping/time.yaml"),
        ("Card Arrival", "shops/tea/imported/card.yaml"),
        ("own.x", "shops/tea/imported/x.yaml"),
        ("new.one", "shops/tea/new/one.yaml"),
    ] {
        assert_eq!(file_over(&files, "tea", intent), name);
    }
}

proptest! {
    #[test]
    fn whatever_is_taught_the_file_reads_and_every_old_line_is_there(
        old in prop::collection::vec("[a-z一-龥]{1,8}", 1..5),
        new in prop::collection::vec("\\PC{1,20}", 1..4),
        indent in 0_usize..4,
    ) {
        let new: Vec<String> = new.into_iter().filter(|text| !text.trim().is_empty()).collect();
        prop_assume!(!new.is_empty());
        let blank = " ".repeat(indent);
        let lines: String = old.iter().map(|text| format!("{blank}- \"{text}\" # {text}\n")).collect();
        let text = format!("# head\nintent: a.b\nexamples:\n{lines}answers: [x]\n");
        let edited = with_examples("a/b.yaml", text.as_bytes(), &new).unwrap();
        let mut rest = edited.lines();
        prop_assert!(text.lines().all(|line| rest.any(|there| there == line)));
        let there = examples("a/b.yaml", edited.as_bytes()).unwrap();
        prop_assert!(new.iter().all(|sentence| there.iter().any(|text| fold(text) == fold(sentence))));
        let whole = new_examples(Some("a.b"), &new);
        prop_assert_eq!(examples("a/b.yaml", whole.as_bytes()).unwrap(), new);
    }
}
