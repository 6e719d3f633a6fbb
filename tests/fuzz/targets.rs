//! What is given bytes that nobody has made with care. Each target reads them as the program does and holds what comes out to
//! what others rely on; a panic is a finding. Shared by the tests (`mod.rs`) and by cargo-fuzz (`fuzz_targets`), so it uses
//! nothing but the library.

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use calamine::{Reader, Xlsx};
use yingda::dialogue::{Generation, Simulator};
use yingda::gateway::protocol::{ChatRequest, DeskRequest};
use yingda::model::{EventKind, Language, Millis};
use yingda::packs::{Format, Pattern, SourceFile, import_tsv, load_shops, render};
use yingda::understanding::Tolerance;
use yingda::understanding::matching::patterns::PatternTable;
use yingda::understanding::normalise::{Normalised, SynonymTable, Text, normalise};

/// A target: its name and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("frames", frames),
    ("events", events),
    ("intent_files", intent_files),
    ("goods_sheets", goods_sheets),
    ("question_sheets", question_sheets),
    ("normalising", normalising),
    ("patterns", patterns),
    ("templates", templates),
    ("messages", messages),
];

/// A shop of three questions.
const FILES: [(&str, &str); 4] = [
    ("refund/time.yaml", include_str!("../packs/shop/refund/time.yaml")),
    ("shipping/fee.yaml", include_str!("../packs/shop/shipping/fee.yaml")),
    ("shipping/time.yaml", include_str!("../packs/shop/shipping/time.yaml")),
    (
        "shops/demo/shop.yaml",
        include_str!("../packs/shop/shops/demo/shop.yaml"),
    ),
];
/// 2026-11-29, 10:00 in Shanghai, milliseconds.
const NOW: u64 = 1_795_917_600_000;
/// What the bot may say at once at most, characters. The answers of the shop are a sentence each.
const LONGEST_ANSWER: usize = 20_000;

/// What clients send on both sockets: read, written and read again it is the same.
pub fn frames(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(request) = serde_json::from_str::<ChatRequest>(text) {
        let written = serde_json::to_string(&request).expect("a request can be written");
        assert_eq!(
            serde_json::from_str::<ChatRequest>(&written).expect("and read"),
            request
        );
    }
    if let Ok(request) = serde_json::from_str::<DeskRequest>(text) {
        let written = serde_json::to_string(&request).expect("a request can be written");
        assert_eq!(
            serde_json::from_str::<DeskRequest>(&written).expect("and read"),
            request
        );
    }
}

/// Stored events, also of versions to come: what is read is written so that it is read as the same.
pub fn events(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(event) = EventKind::from_json(text) else { return };
    let written = serde_json::to_string(&event).expect("an event can be written");
    assert_eq!(EventKind::from_json(&written).expect("and read"), event);
    assert_eq!(serde_json::from_str::<EventKind>(&written).expect("either way"), event);
}

fn shop_with(name: &str, bytes: &[u8]) -> Vec<SourceFile> {
    let others = FILES.iter().filter(|(known, _)| *known != name);
    let mut files: Vec<SourceFile> = others
        .map(|(name, text)| SourceFile {
            name: (*name).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    files.push(SourceFile {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    });
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

/// Reads, reports and, where it may go live, compiles and answers with it.
fn read_shop(files: &[SourceFile]) {
    let (packs, findings) = load_shops(files);
    for format in [Format::Human, Format::Line, Format::Json, Format::Ci] {
        render(format, &findings, files, "intents", false);
    }
    for pack in packs {
        let Ok(generation) = Generation::compile(pack, Tolerance::default(), 180_000, &[Arc::clone(shop())]) else {
            continue;
        };
        talk(&Arc::new(generation), &["包邮吗", "你们就是骗子"]);
    }
}

fn talk(generation: &Arc<Generation>, texts: &[&str]) {
    for language in [Language::Chinese, Language::English] {
        let mut simulator = Simulator::new(Arc::clone(generation), language, Millis(NOW));
        for text in texts {
            if let Some(outcome) = simulator.say(&[text]) {
                let said: usize = outcome.says().iter().map(|line| line.chars().count()).sum();
                assert!(said <= LONGEST_ANSWER, "an answer of {said} characters");
            }
            simulator.give_back();
        }
    }
}

/// The shop as it is written, compiled once.
fn shop() -> &'static Arc<Generation> {
    static SHOP: OnceLock<Arc<Generation>> = OnceLock::new();
    SHOP.get_or_init(|| {
        let (mut packs, _) = load_shops(&shop_with(FILES[0].0, FILES[0].1.as_bytes()));
        let pack = packs.pop().expect("the shop of the tests has no errors");
        let generation = Generation::compile(pack, Tolerance::default(), 180_000, &[]);
        Arc::new(generation.expect("its answers compile"))
    })
}

/// A file of an operator. The first byte says which.
pub fn intent_files(data: &[u8]) {
    let Some((which, bytes)) = data.split_first() else {
        return;
    };
    let name = match which % 5 {
        0 => "shared/synonyms.yaml",
        1 => "shops/demo/shop.yaml",
        2 => "shops/demo/goods.yaml",
        3 => "signals/anger.yaml",
        _ => "shipping/fee.yaml",
    };
    read_shop(&shop_with(name, bytes));
}

/// `goods.csv` of a shop.
pub fn goods_sheets(data: &[u8]) {
    read_shop(&shop_with("shops/demo/goods.csv", data));
}

/// Sheets of questions: a workbook, or lines of labels and sentences, whose files load when they were taken over.
pub fn question_sheets(data: &[u8]) {
    if let Ok(mut book) = Xlsx::new(Cursor::new(data))
        && let Some(Ok(sheet)) = book.worksheet_range_at(0)
    {
        let _ = sheet.start();
        sheet
            .rows()
            .take(10_000)
            .flatten()
            .for_each(|cell| drop(cell.to_string()));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let imported = import_tsv("lines.tsv", text);
        let files: Vec<SourceFile> = imported
            .files
            .into_iter()
            .map(|(name, text)| SourceFile {
                name,
                bytes: text.into_bytes(),
            })
            .collect();
        let (_, findings) = load_shops(&files);
        let broken: Vec<_> = findings.iter().filter(|finding| finding.rule == "I001").collect();
        assert!(broken.is_empty(), "imported files do not parse: {broken:?}");
    }
}

/// Text of shoppers: every position leads back to whole characters of what was typed.
pub fn normalising(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Normalised {
        folded,
        canonical,
        clauses,
        ..
    } = normalise(&text, &SynonymTable::new(&[]));
    for part in [&folded, &canonical] {
        spans_hold(part, &text);
    }
    for clause in clauses {
        assert!(clause.range.start <= clause.range.end && clause.range.end <= canonical.len());
    }
}

fn spans_hold(part: &Text, original: &str) {
    for at in 0..part.len() {
        let span = part.span(at);
        assert!(
            span.start <= span.end && original.get(span.clone()).is_some(),
            "{span:?} of {original:?}"
        );
    }
}

/// Patterns, tried on themselves and on a sentence.
pub fn patterns(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.lines().take(20).collect();
    for line in &lines {
        if let Ok(pattern) = Pattern::parse(line) {
            pattern.shortest();
        }
    }
    let table = PatternTable::new(lines.iter().copied(), &SynonymTable::new(&[]));
    for sentence in [&*text, "亲，满多少钱包邮呀，还有什么时候发货"] {
        let chars: Vec<char> = sentence.chars().take(2_000).collect();
        for found in table.find(&chars) {
            assert!(found.pattern < lines.len() && found.range.end <= chars.len());
        }
    }
}

/// An answer with whatever between its braces.
pub fn templates(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let quoted = serde_json::to_string(&*text).expect("text can be quoted");
    let file = FILES[1].1;
    let (head, _) = file.split_once("answers:").expect("the file has answers");
    let file = format!("{head}answers:\n  - zh: {quoted}\n    en: {quoted}\n");
    read_shop(&shop_with("shipping/fee.yaml", file.as_bytes()));
}

/// Whole messages, three lines at most, through everything that makes an answer.
pub fn messages(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.splitn(3, '\n').collect();
    talk(shop(), &lines);
}
