//! `yingda eval` as it is typed: the page that opens from disk, and two packs on the same sentences.

use std::fs;
use std::path::Path;
use std::process::Command;

const SHOP: &str = "shop: demo\nname: {zh: 小店, en: Shop}\nallow: [no_signals, no_person]\n";
const SENTENCES: &str = "shipping.time\t亲什么时候能发货\nshipping.time\t多久可以发出\nreturns.process\t怎么申请退货\nreturns.process\t<b>退货</b>怎么弄\nnone\t今天天气真好\n";

fn question(id: &str, title: &str, examples: &[&str]) -> String {
    let examples: String = examples.iter().map(|text| format!("  - {text}\n")).collect();
    format!(
        "intent: {id}\ntitle: {title}\ntitle_en: {id}\nexamples:\n{examples}answers:\n  - 亲，{title}请看说明～\n  - See the page about {id}.\ntests:\n  - ask: {title}\n    expect: {id}\n"
    )
}

fn folder(questions: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = ("shops/demo/shop.yaml", SHOP.to_owned());
    for (name, text) in questions.iter().chain([&shop]) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(folder.path().join("sentences.tsv"), SENTENCES).unwrap();
    folder
}

fn both() -> tempfile::TempDir {
    let shipping = ["什么时候发货", "多久能发货", "几时寄出", "今天能发吗", "多久发出"];
    let returns = ["怎么退货", "退货流程", "如何申请退货", "想退货怎么弄"];
    folder(&[
        (
            "shipping/time.yaml",
            question("shipping.time", "什么时候发货", &shipping),
        ),
        (
            "returns/process.yaml",
            question("returns.process", "怎么退货", &returns),
        ),
    ])
}

/// Exit code, standard output, standard error.
fn eval(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_yingda"))
        .args(["eval", "--data", "sentences.tsv", "--intents", "."])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn an_evaluation_is_one_page_without_scripts_that_opens_from_disk() {
    let folder = both();
    let (code, out, said) = eval(&["--html", "report.html"], folder.path());
    assert_eq!(code, 0, "{out}{said}");
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    for part in ["最常混的十对", "每句例句轮流拿掉", "答得多和答得错", "<svg", "首选正确"] {
        assert!(page.contains(part), "no {part}");
    }
    for foreign in ["<script", "http://", "https://", "src=", "<b>退货"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn two_packs_are_compared_on_the_same_sentences() {
    let (here, there) = (
        both(),
        folder(&[(
            "shipping/time.yaml",
            question(
                "shipping.time",
                "什么时候发货",
                &["什么时候发货", "多久能发货", "几时寄出"],
            ),
        )]),
    );
    let against = there.path().display().to_string();
    let (code, out, said) = eval(&["--against", &against, "--json"], here.path());
    assert_eq!(code, 0, "{out}{said}");
    let both: serde_json::Value = serde_json::from_str(&out).unwrap();
    let comparison = &both["comparison"];
    assert_eq!(comparison["sentences"], 5);
    let only_here = comparison["only_here"].as_u64().unwrap();
    assert!(only_here >= 1, "{comparison}");
    // So few sentences prove nothing.
    assert!(comparison["p"].as_f64().unwrap() > 0.05, "{comparison}");
    let (_, out, _) = eval(&["--against", &against], here.path());
    assert!(out.contains("McNemar") && out.contains("可能只是碰巧"), "{out}");
    let (code, _, said) = eval(&["--against", "nowhere"], here.path());
    assert!(code == 2 && said.contains("nowhere"), "{code} {said}");
}
