//! What people wrote over a question stays, but for what is changed.
#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

const COMMON: &str =
    "intent: a.b\ntitle: 运费\ntitle_en: Fee\nexamples: [包邮吗, 几块]\nanswers:\n  - 满 99 包邮\n  - Free from 99\n";

fn files(own: Option<&str>) -> Vec<SourceFile> {
    let file = |name: &str, text: &str| SourceFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut files = vec![file("a/b.yaml", COMMON)];
    files.extend(own.map(|own| file("shops/tea/a/b.yaml", own)));
    files
}

fn question(own: Option<&str>) -> WrittenQuestion {
    written_question(&files(own), "tea", "a.b").unwrap().unwrap()
}

fn edited(own: &str, change: impl FnOnce(&mut OwnWords)) -> String {
    let question = question(Some(own));
    let mut wanted = question.own.clone();
    change(&mut wanted);
    String::from_utf8(question.with("a.b", &wanted).unwrap().unwrap()).unwrap()
}

#[test]
fn an_answer_over_the_common_pack_makes_a_file_and_the_last_word_taken_away_deletes_it() {
    let before = question(None);
    assert_eq!(before.common.as_ref().unwrap().answers.len(), 2);
    let wanted = OwnWords {
        answers: vec![WrittenAnswer::plain("亲，包邮\n港澳台另算")],
        ..OwnWords::default()
    };
    let made = String::from_utf8(before.with("a.b", &wanted).unwrap().unwrap()).unwrap();
    assert!(
        made.ends_with("intent: a.b\nanswers:\n  - \"亲，包邮\\n港澳台另算\"\n"),
        "{made}"
    );
    let there = question(Some(&made));
    assert_eq!(there.own, wanted);
    assert_eq!(there.with("a.b", &OwnWords::default()).unwrap(), None);
    let noted = question(Some(&format!("# 店长说过\n{made}")));
    let left = String::from_utf8(noted.with("a.b", &OwnWords::default()).unwrap().unwrap()).unwrap();
    assert!(
        left.starts_with("# 店长说过\n") && left.ends_with("intent: a.b\n"),
        "{left}"
    );
}

#[test]
fn texts_for_agents_are_written_beside_the_answers_and_go_by_themselves() {
    let own = "intent: a.b\nanswers:\n  - 亲，包邮 # 店长\n";
    let both = edited(own, |words| words.agent.push(WrittenAnswer::plain("您这单包邮")));
    assert_eq!(both, format!("{own}agent:\n  - \"您这单包邮\"\n"));
    assert_eq!(question(Some(&both)).own.agent.len(), 1);
    assert_eq!(edited(&both, |words| words.agent.clear()), own);
}

#[test]
fn a_text_far_behind_its_dash_is_changed_whole_and_keeps_its_comment() {
    let own = "intent: a.b\nanswers:\n  -   \"一 #号\"  # 甲\n";
    assert_eq!(
        edited(own, |words| words.answers[0].text = "二".into()),
        "intent: a.b\nanswers:\n  - \"二\"  # 甲\n"
    );
}

#[test]
fn comments_order_and_quotes_of_what_stays_are_kept() {
    let own = "# 我的\nintent: a.b   # 别动\ntitle: '旧'  # 短\nanswers:\n  # 平时\n  - 一  # 甲\n\n  # 双11\n  - text: 二   # 乙\n    from: 2026-11-01  # 起\n    to: 2026-11-11\n  - |\n    三\n    行\n# 结尾\ntests: [{ask: x, expect: a.b}]\n";
    let with = |change: fn(&mut OwnWords)| edited(own, change);
    assert_eq!(
        with(|words| words.answers[0].text = "一\"新".into()),
        own.replace("- 一  # 甲", "- \"一\\\"新\"  # 甲")
    );
    assert_eq!(
        with(|words| {
            words.answers[1].text = "二新".into();
            words.answers[1].to = Some("2026-11-12".into());
        }),
        own.replace("text: 二   # 乙", "text: \"二新\"   # 乙")
            .replace("to: 2026-11-11", "to: 2026-11-12")
    );
    assert_eq!(
        with(|words| words.answers[1].from = None),
        own.replace("    from: 2026-11-01  # 起\n", "")
    );
    assert_eq!(
        with(|words| words.answers[1].lang = Some("zh".into())),
        own.replace("to: 2026-11-11\n", "to: 2026-11-11\n    lang: zh\n")
    );
    assert_eq!(
        with(|words| drop(words.answers.remove(0))),
        own.replace("  - 一  # 甲\n", "")
    );
    assert_eq!(
        with(|words| words.answers[2].text = "三".into()),
        own.replace("  - |\n    三\n    行\n", "  - \"三\"\n")
    );
    assert_eq!(
        with(|words| words.answers.push(WrittenAnswer::plain("四"))),
        own.replace("    行\n", "    行\n  - \"四\"\n")
    );
    assert_eq!(
        with(|words| words.title = "新".into()),
        own.replace("'旧'  #", "\"新\"  #")
    );
    assert_eq!(
        with(|words| words.title.clear()),
        own.replace("title: '旧'  # 短\n", "")
    );
    assert_eq!(
        with(|words| words.off = true),
        own.replace("# 别动\n", "# 别动\noff: true\n")
    );
}

#[test]
fn other_forms_are_edited_where_it_is_certain_and_refused_where_it_is_not() {
    let own = "intent: a.b\r\nanswers: [一, 二] # 两条\r\nexamples:\r\n- 甲\r\n- 乙";
    assert_eq!(
        edited(own, |words| words.answers.truncate(1)),
        own.replace("answers: [一, 二] # 两条\r\n", "answers: # 两条\r\n  - \"一\"\r\n")
    );
    assert_eq!(
        edited(own, |words| words.examples.push("丙".into())),
        format!("{own}\r\n- \"丙\"\r\n")
    );
    for odd in [
        "{intent: a.b, answers: [一]}\n",
        "intent: a.b\nanswers: [一,\n  二]\n",
        "intent: a.b\nanswers:\n  -\n    一\n",
    ] {
        let question = question(Some(odd));
        let mut wanted = question.own.clone();
        wanted.answers[0].text = "新".into();
        assert!(
            matches!(question.with("a.b", &wanted), Err(CannotEdit::Form(_))),
            "{odd}"
        );
    }
    let odd = files(Some("intent: a.b\nanswers:\n  - text: {a: b}\n"));
    assert!(matches!(written_question(&odd, "tea", "a.b"), Err(CannotEdit::Form(_))));
}

#[test]
fn what_is_changed_or_switched_off_is_told() {
    assert_eq!(
        changed_questions(&files(Some("intent: a.b\noff: true\n")), "tea"),
        [("a.b".to_owned(), true)]
    );
    assert!(changed_questions(&files(None), "tea").is_empty());
}

fn answer() -> impl Strategy<Value = WrittenAnswer> {
    let text = "[a-c#: \"'\\\\一二\n]{0,6}[a一]";
    let day = prop::option::of(Just("2026-11-11".to_owned()));
    let period = prop::option::of(prop_oneof![Just("双11".to_owned()), Just("618".to_owned())]);
    (text, prop::option::of(Just("zh".to_owned())), day.clone(), day, period).prop_map(
        |(text, lang, from, to, period)| WrittenAnswer {
            text,
            lang,
            from,
            to,
            period,
        },
    )
}

proptest! {
    // Whatever is written from whatever was written before is read as it was meant, and back again.
    #[test]
    fn words_come_out_as_they_went_in(lists in prop::collection::vec(prop::collection::vec(answer(), 0..5), 2..5)) {
        let mut bytes = b"# mine\nintent: a.b\nchoices: [c.d] # next\n".to_vec();
        for answers in lists {
            let question = written_question(&files(Some(std::str::from_utf8(&bytes).unwrap())), "tea", "a.b").unwrap().unwrap();
            let mut wanted = question.own.clone();
            wanted.more_answers = answers;
            let after = question.with("a.b", &wanted).unwrap().unwrap();
            let text = String::from_utf8(after.clone()).unwrap();
            prop_assert!(text.starts_with("# mine\nintent: a.b\nchoices: [c.d] # next\n"), "{text}");
            let read = written_question(&files(Some(&text)), "tea", "a.b").unwrap().unwrap();
            prop_assert_eq!(&read.own, &wanted);
            bytes = after;
        }
    }
}
