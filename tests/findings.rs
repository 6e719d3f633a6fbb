//! Every finding has a page, and the page is its test: what it calls wrong gives exactly that finding at the line it
//! names, and what it calls mended does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yingda::dialogue::Generation;
use yingda::packs::{Finding, SourceFile, expired, import_tsv, load, load_files, misplaced};
use yingda::publishing::{fit_for_shoppers, run_pack_tests};
use yingda::shop::clock::OWN_MS;
use yingda::understanding::Tolerance;

/// The pages' day, for answers that end.
const TODAY: &str = "2026-11-28";
/// Findings that examples this short may have. The pages are about something else.
const BESIDE: [&str; 6] = ["I032", "I036", "I090", "G003", "G005", "G006"];
/// Findings about what answered before, which no page can show: `publishing` has their tests.
const OF_TWO: [&str; 2] = ["G002", "G004"];
/// The shop of the pages that do not write their own.
const SHOP: &str = "shop: demo\nname: {zh: 小店, en: Shop}\ntimezone: Asia/Shanghai\nclock: taobao\n\
                    service_hours:\n  every_day: \"09:00-23:00\"\nfacts:\n  cutoff: \"16:00\"\n";

/// One example of a page.
#[derive(Default)]
struct Example {
    /// Names with contents; a folder's name ends in `/` and it has none.
    files: Vec<(String, Option<String>)>,
    /// The file and the line (0 for the whole file) at which the finding is said to be.
    place: Option<(String, usize)>,
}

struct Page {
    id: String,
    severity: String,
    wrong: Example,
    mended: Example,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = fs::read_dir(root().join("docs/findings"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "README"))
        .map(|path| page(&path))
        .collect();
    pages.sort_by(|a, b| a.id.cmp(&b.id));
    pages
}

fn page(path: &Path) -> Page {
    let text = fs::read_to_string(path).unwrap();
    let id = path.file_stem().unwrap().to_string_lossy().into_owned();
    assert!(
        text.starts_with(&format!("# {id} ")),
        "{id}: the title begins with the id"
    );
    let section = |name: &str| -> &str {
        let (_, rest) = text
            .split_once(&format!("\n## {name}\n"))
            .unwrap_or_else(|| panic!("{id}: no {name}"));
        rest.split_once("\n## ").map_or(rest, |(section, _)| section)
    };
    for part in [
        "**什么问题：**",
        "**为什么要紧：**",
        "**What is wrong:**",
        "**Why it matters:**",
    ] {
        assert!(text.contains(part), "{id}: no {part}");
    }
    Page {
        severity: text.lines().nth(2).unwrap_or_default().to_owned(),
        wrong: example(section("错的 · Wrong")),
        mended: example(section("改好的 · Mended")),
        id,
    }
}

/// Reads headings like `` `shipping/time.yaml`，第 5 行 · line 5 `` with the fenced block behind each.
fn example(section: &str) -> Example {
    let mut example = Example::default();
    let mut block: Option<String> = None;
    for line in section.lines() {
        match (&mut block, line) {
            (Some(_), "```") => example.files.last_mut().unwrap().1 = block.take(),
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, line) if line.starts_with("```") => block = Some(String::new()),
            (None, line) if line.starts_with('`') => {
                let (name, place) = line[1..].split_once('`').unwrap();
                example.files.push((name.to_owned(), None));
                let number = place.rsplit(" · line ").next().and_then(|number| number.parse().ok());
                if number.is_some() || place.contains("the whole file") {
                    example.place = Some((name.to_owned(), number.unwrap_or(0)));
                }
            }
            _ => {}
        }
    }
    example
}

/// The bytes of a block: `\xE5` stands for one that is not UTF-8.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

/// Everything that is found in an example, tests of the files included.
fn findings(example: &Example, with_shop: bool) -> Vec<Finding> {
    if let Some((folder, None)) = example.files.first()
        && folder.ends_with('/')
    {
        return load(&root().join(folder)).1;
    }
    let mut files = Vec::new();
    for (name, content) in &example.files {
        match content {
            Some(content) if name.ends_with(".tsv") => return import_tsv(name, content).findings,
            Some(content) => files.push(SourceFile {
                name: name.clone(),
                bytes: bytes(content),
            }),
            None => {}
        }
    }
    if with_shop {
        files.push(SourceFile {
            name: "shops/demo/shop.yaml".to_owned(),
            bytes: SHOP.as_bytes().to_vec(),
        });
    }
    let (pack, mut found) = load_files(&files);
    let Some(pack) = pack else { return found };
    found.extend(fit_for_shoppers(&pack));
    found.extend(expired(&pack, TODAY.parse().unwrap()));
    found.extend(misplaced(&pack, &files, false));
    match Generation::compile(pack, Tolerance::default(), OWN_MS, &[]) {
        Ok(generation) => found.extend(run_pack_tests(&Arc::new(generation))),
        Err(errors) => found.extend(errors),
    }
    found
}

#[test]
fn what_a_page_calls_wrong_is_found_and_what_it_calls_mended_is_not() {
    let mut faults = Vec::new();
    for page in pages() {
        if OF_TWO.contains(&page.id.as_str()) {
            continue;
        }
        let examples = [&page.wrong, &page.mended];
        let about_the_shop = |example: &&Example| {
            example
                .files
                .iter()
                .any(|(name, _)| name.ends_with("shop.yaml") || name.starts_with("shops/"))
        };
        let with_shop = !examples.iter().any(about_the_shop);
        let (file, line) = page
            .wrong
            .place
            .clone()
            .unwrap_or_else(|| panic!("{}: no place", page.id));
        // What is wrong with a folder is said of the folder itself.
        let file = if file.ends_with('/') { ".".to_owned() } else { file };
        let wrong = findings(&page.wrong, with_shop);
        let here = wrong
            .iter()
            .find(|finding| finding.rule == page.id && finding.file == file && finding.line == line);
        match here {
            None => faults.push(format!("{}: not found at {file}:{line} but {wrong:#?}", page.id)),
            Some(finding) if !page.severity.contains(finding.severity.name()) => {
                faults.push(format!("{}: it is {:?}", page.id, finding.severity));
            }
            Some(_) => {}
        }
        let other = |finding: &&Finding| finding.rule != page.id && !BESIDE.contains(&finding.rule);
        faults.extend(
            wrong
                .iter()
                .filter(other)
                .map(|finding| format!("{}: also {finding:?}", page.id)),
        );
        let mended = findings(&page.mended, with_shop);
        let left = |finding: &&Finding| finding.rule == page.id || other(finding);
        faults.extend(
            mended
                .iter()
                .filter(left)
                .map(|finding| format!("{}: mended has {finding:?}", page.id)),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The ids of findings that the program can give: `"I012"` in its source.
fn ids() -> BTreeSet<String> {
    fn collect(folder: &Path, ids: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, ids);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                ids.extend(text.split('"').filter(|text| is_id(text)).map(str::to_owned));
            }
        }
    }
    let mut ids = BTreeSet::new();
    collect(&root().join("src"), &mut ids);
    ids
}

fn is_id(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, digits @ ..]
        if matches!(letter, b'I' | b'G') && digits.len() == 3 && digits.iter().all(u8::is_ascii_digit))
}

#[test]
fn every_finding_has_a_page_and_every_page_a_finding() {
    let pages: BTreeSet<String> = pages().into_iter().map(|page| page.id).collect();
    let ids = ids();
    assert!(ids.len() > 60, "{ids:?}");
    let without: Vec<_> = ids.difference(&pages).collect();
    let idle: Vec<_> = pages.difference(&ids).collect();
    assert!(without.is_empty(), "docs/findings has no page for {without:?}");
    assert!(idle.is_empty(), "no finding for the pages {idle:?}");
}

#[test]
fn the_table_of_rules_covers_the_ids_that_there_are() {
    let text = fs::read_to_string(root().join("src/packs/rules/mod.rs")).unwrap();
    let ranges: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("//! | ")?.split(" | ").next())
        .map(|range| range.split_once('–').unwrap_or((range, range)))
        .filter(|(from, to)| is_id(from) && is_id(to))
        .collect();
    assert!(ranges.len() > 8, "{ranges:?}");
    let ids = ids();
    for id in &ids {
        let covered = ranges
            .iter()
            .filter(|(from, to)| *from <= id.as_str() && id.as_str() <= *to)
            .count();
        assert_eq!(covered, 1, "{id} is in {covered} ranges of the table");
    }
    for (from, to) in ranges {
        assert!(
            ids.contains(from) && ids.contains(to),
            "{from}–{to} begins or ends with no finding"
        );
    }
}

#[test]
fn of_a_file_of_another_form_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let import = |bytes: &[u8]| {
        let (file, out) = (folder.path().join("a.tsv"), folder.path().join("out"));
        fs::write(&file, bytes).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_yingda"));
        let output = command
            .args(["import", "tsv"])
            .arg(file)
            .arg("--out")
            .arg(&out)
            .output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), out.exists(), said)
    };
    for bytes in [
        &b"short_code,content\nhi,hello\n"[..],
        b"PK\x03\x04",
        b"a\t\xce\xca\xcc\xe2\n",
    ] {
        let (code, written, said) = import(bytes);
        assert_eq!((code, written), (Some(2), false), "{said}");
        assert!(said.contains("UTF-8") || said.contains("shop new"), "{said}");
    }
    let units = "\u{feff}标签\t句子\nship\t几时发货\n".encode_utf16();
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let (code, written, said) = import(&bytes);
    assert_eq!((code, written), (Some(0), true), "{said}");
}
