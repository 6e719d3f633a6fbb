//! `yingda shop new --from`, `shop import` and `export xlsx` as they are typed; the transcript of docs/sheets.md is what comes out.

use std::collections::BTreeMap;
use std::path::Path;

const DOC: &str = include_str!("../docs/sheets.md");

/// A folder with the small pack of the tests below `intents`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    crate::support::server::copy(&"tests/packs/shop".into(), &folder.path().join("intents"));
    folder
}

fn yingda(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_yingda"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// All files below a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.display().to_string(), std::fs::read(&path).unwrap())),
        }
    }
    found
}

/// The block of the document that begins with this language.
fn block(language: &str) -> &'static str {
    let from = DOC.split_once(&format!("```{language}\n")).unwrap().1;
    from.split_once("```").unwrap().0
}

#[test]
fn the_transcript_of_the_operators_docs_is_what_comes_out() {
    let folder = folder();
    let sheet = encoding_rs::GBK.encode(block("csv")).0.into_owned();
    std::fs::write(folder.path().join("话术.csv"), sheet).unwrap();
    let begin = ["shop", "new", "tea", "--from", "话术.csv", "--yes"];
    let (code, said) = yingda(folder.path(), &[&begin[..], &["--dry-run"]].concat());
    assert_eq!(code, Some(1), "{said}");
    assert!(
        !folder.path().join("intents/shops/tea").exists(),
        "a dry run writes nothing"
    );
    let (code, said) = yingda(folder.path(), &begin);
    assert_eq!(code, Some(1), "{said}");
    for line in block("console").lines().filter(|line| !line.starts_with('$')) {
        assert!(said.contains(line), "{line}\nis not in\n{said}");
    }
    // The mended sheet adds what was left out, and touches nothing else.
    let mended = block("csv")
        .replace("物流,包邮吗？,,亲，不包邮,\n", "")
        .replace("茶具送不送,,,", "茶具送不送,,亲，满 99 元送公道杯,")
        .replace(
            "亲，我们的茶天下第一，全网最低价",
            "亲，喜欢清香的选绿茶，喜欢醇厚的选红茶",
        );
    std::fs::write(folder.path().join("话术.csv"), mended).unwrap();
    let before = files(&folder.path().join("intents"));
    let import = ["shop", "import", "tea", "--from", "话术.csv", "--report", "结果.csv"];
    let (code, said) = yingda(folder.path(), &import);
    assert_eq!(code, Some(0), "{said}");
    let after = files(&folder.path().join("intents"));
    assert!(
        before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)),
        "nothing that was there is different"
    );
    assert_eq!(after.len(), before.len() + 2, "{said}");
    let report = std::fs::read_to_string(folder.path().join("结果.csv")).unwrap();
    assert_eq!(report.lines().count(), 5, "{report}");
    let (code, said) = yingda(folder.path(), &["ask", "--shop", "tea", "茶叶保质期多久"]);
    assert!(code == Some(0) && said.contains("密封放 18 个月"), "{said}");
}

#[test]
fn a_workbook_goes_out_and_comes_back_and_what_cannot_be_read_writes_nothing() {
    let folder = folder();
    let (code, said) = yingda(
        folder.path(),
        &["export", "xlsx", "--shop", "demo", "--out", "demo.xlsx"],
    );
    assert_eq!(code, Some(0), "{said}");
    let before = files(&folder.path().join("intents"));
    let import = |arguments: &[&str]| {
        yingda(
            folder.path(),
            &[&["shop", "import", "demo", "--yes", "--from"], arguments].concat(),
        )
    };
    let (code, said) = import(&["demo.xlsx"]);
    assert!(code == Some(0) && said.contains("没有要改的文件"), "{said}");
    for (name, bytes, told) in [
        ("a.xls", &b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], ".xls"),
        ("a.csv", "甲,1\n乙,2\n".as_bytes(), "--columns"),
        ("b.csv", b"", "空的"),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let (code, said) = import(&[name]);
        assert!(code == Some(2) && said.contains(told), "{said}");
    }
    let (code, said) = yingda(folder.path(), &["shop", "import", "nosuch", "--from", "demo.xlsx"]);
    assert!(code == Some(2) && said.contains("shop new nosuch"), "{said}");
    assert_eq!(files(&folder.path().join("intents")), before);
    let (code, _) = yingda(
        folder.path(),
        &["export", "xlsx", "--shop", "demo", "--out", "demo.xlsx"],
    );
    assert_eq!(code, Some(2), "it is not written over");
}
