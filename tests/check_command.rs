//! `yingda check` and `yingda replay` as they are typed.

use std::fs;
use std::path::Path;
use std::process::Command;

const TIME: &str = "intent: shipping.time
title: 什么时候发货
title_en: When will it ship
examples:
  - 什么时候发货
  - 几时寄出
  - 多久能发
  - 今天能发吗
answers:
  - 亲，当天发～
  - It leaves today.
tests:
  - ask: 亲，什么时候发货呀
    expect: shipping.time
";
const SHOP: &str = "shop: demo
name: {zh: 小店, en: Shop}
allow: [no_signals, no_person]
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files.iter().chain(&[("shops/demo/shop.yaml", SHOP)]) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Exit code, standard output, standard error.
fn yingda(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_yingda"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn everything_is_said_at_once_errors_first_with_columns() {
    let broken = TIME
        .replace("title: 什么时候发货\n", "")
        .replace("expect: shipping.time", "expect_not: shipping.time");
    let files = folder(&[("shipping/time.yaml", &broken)]);
    let (code, out, said) = yingda(&["check", ".", "--format", "line"], files.path());
    assert_eq!(code, 1, "{out}{said}");
    let lines: Vec<&str> = out.lines().collect();
    let rule = |line: &str| line.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
    let rules: Vec<String> = lines.iter().map(|line| rule(line)).collect();
    assert_eq!(rules, ["I009", "G001", "I032", "I036"], "{out}");
    assert!(
        lines[2].contains("/shipping/time.yaml:4:3: warning") || lines[2].contains("time.yaml:4:3: warning"),
        "{out}"
    );
    assert!(said.contains("2 errors, 2 warnings"), "{said}");
}

#[test]
fn a_folder_may_be_named_at_once_and_a_rule_must_be_one() {
    let files = folder(&[("shipping/time.yaml", TIME)]);
    let (code, out, _) = yingda(&["check", ".", "--rule", "i032"], files.path());
    assert!(code == 1 && out.contains("I032") && !out.contains("I036"), "{out}");
    let (code, _, said) = yingda(&["check", ".", "--rule", "I999"], files.path());
    assert!(code == 2 && said.contains("I999"), "{said}");
    let (code, _, said) = yingda(&["check", "elsewhere"], files.path());
    assert!(code == 2 && said.contains("elsewhere"), "{said}");
}

#[test]
fn signs_that_only_look_like_those_of_yaml_are_mended_and_all_else_stays() {
    let note = "# 运营备注：周五上新";
    let wrong = format!("{note}\n{TIME}")
        .replace("title: 什么", "title：什么")
        .replace("  - 几时寄出", "  -几时寄出")
        .replace("  - 多久能发", "\u{3000}- 多久能发");
    let files = folder(&[("shipping/time.yaml", &wrong)]);
    let path = files.path().join("shipping/time.yaml");
    let (_, before, _) = yingda(&["check", ".", "--format", "line"], files.path());
    assert_eq!(before.matches("error[").count(), 3, "{before}");
    assert_eq!(fs::read_to_string(&path).unwrap(), wrong);

    let (_, after, said) = yingda(&["check", ".", "--fix", "--format", "line"], files.path());
    assert!(!after.contains("error["), "{after}");
    assert!(
        said.contains("- title：什么时候发货") && said.contains("+ title: 什么时候发货"),
        "{said}"
    );
    assert!(said.contains("files mended: 1, lines: 3"), "{said}");
    let mended = fs::read_to_string(&path).unwrap();
    assert_eq!(mended, format!("{note}\n{TIME}"));

    let (_, _, said) = yingda(&["check", ".", "--fix"], files.path());
    assert!(said.contains("nothing that could be mended"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), mended);
}

#[test]
fn law_is_an_error_unless_a_comment_says_why() {
    let with = |answer: &str| {
        let text = TIME.replace("亲，当天发～", answer);
        let files = folder(&[("shipping/time.yaml", &text)]);
        let (_, out, _) = yingda(&["check", ".", "--format", "line"], files.path());
        out
    };
    assert!(with("亲，关注公众号看进度").contains("error[I081]"));
    let waived = with("亲，关注公众号看进度 # 豁免 I081：品牌自有公众号，已备案");
    assert!(!waived.contains("I081") && !waived.contains("I144"), "{waived}");
    let bare = with("亲，关注公众号看进度 # 豁免 I081");
    assert!(bare.contains("error[I081]") && bare.contains("warning[I144]"), "{bare}");
}

#[test]
fn every_text_is_written_for_whoever_signs_it() {
    let sized = TIME.replace(
        "answers:\n  - 亲，当天发～\n",
        "slots:\n  - name: weight\n    ask: \"体重多少，{{ shop.name }}帮您选\"\n    ask_en: What is your weight\ntable:\n  columns: [weight, size]\n  rows:\n    \
         - [\"40-50\", S 码]\n    - [\"50-60\", M 码]\nanswers:\n  - \"亲，建议 {{ size }}，{{ shop.name }}的{{ weight }} 斤\"\n  - 亲，看 <尺码表>\n",
    );
    let files = folder(&[("shipping/time.yaml", &sized)]);
    let (code, out, said) = yingda(&["say", "--intents", ".", "--out", "texts.html"], files.path());
    assert_eq!(code, 0, "{out}{said}");
    let page = fs::read_to_string(files.path().join("texts.html")).unwrap();
    for text in [
        "建议 S 码，小店的〔weight〕",
        "weight 50-60",
        "看 &lt;尺码表&gt;",
        "体重多少，小店帮您选",
        "phrases.unknown",
        "time.yaml:",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let (code, _, said) = yingda(&["say", "--intents", ".", "--out", "texts.html"], files.path());
    assert!(code == 2 && said.contains("--force"), "{said}");
    let (code, _, _) = yingda(&["say", "--intents", ".", "--out", "texts.xlsx"], files.path());
    assert_eq!(code, 0);
    assert!(fs::read(files.path().join("texts.xlsx")).unwrap().starts_with(b"PK"));
    let (code, _, said) = yingda(&["say", "--intents", ".", "--out", "texts.pdf"], files.path());
    assert!(code == 2 && said.contains(".xlsx"), "{said}");
}

#[test]
fn a_replay_tells_what_would_change_and_keeps_its_bounds() {
    let before = folder(&[("shipping/time.yaml", TIME)]);
    let after = folder(&[("shipping/time.yaml", &TIME.replace("当天发", "次日发"))]);
    let talks = "{\"id\":\"t1\",\"turns\":[\"什么时候发货\"]}\n{\"id\":\"t2\",\"turns\":[{\"who\":\"shopper\",\"text\":\"几时寄出\"}]}\n";
    fs::write(before.path().join("talks.jsonl"), talks).unwrap();
    let against = after.path().to_str().unwrap();
    let replay = |more: &[&str]| {
        let arguments = [
            "replay",
            "--data",
            "talks.jsonl",
            "--intents",
            ".",
            "--against",
            against,
        ];
        yingda(&[&arguments[..], more].concat(), before.path())
    };
    let (code, out, said) = replay(&["--json", "--html", "page.html", "--fail-if", "no-longer>0"]);
    assert_eq!(code, 0, "{out}{said}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["messages"], &report["by_change"]["reworded"]),
        (&2.into(), &2.into()),
        "{out}"
    );
    let page = fs::read_to_string(before.path().join("page.html")).unwrap();
    assert!(
        page.contains("次日发") && page.contains("当天发") && !page.contains("<script"),
        "{page}"
    );
    let (code, _, said) = replay(&["--fail-if", "changed>=50%"]);
    assert!(code == 1 && said.contains("changed>=50%"), "{said}");
    let (code, _, said) = replay(&["--fail-if", "lost>0"]);
    assert!(code == 2 && said.contains("no-longer"), "{said}");
    fs::write(before.path().join("talks.jsonl"), "[]\n").unwrap();
    let (code, _, said) = replay(&[]);
    assert!(code == 2 && said.contains("talks.jsonl"), "{said}");
}
