//! Files that are no lines of label, tab, sentence: what they look like, and how what is in them gets here. Nothing of
//! them is converted.

use std::collections::BTreeSet;

use super::Finding;
use super::fold::is_han;

/// Headings over labels, in small letters.
const LABEL_HEADINGS: [&str; 14] = [
    "label", "labels", "intent", "intents", "class", "category", "id", "标签", "意图", "分类", "类别", "標籤", "意圖",
    "类目",
];
/// Headings over sentences, in small letters.
const SENTENCE_HEADINGS: [&str; 22] = [
    "text",
    "sentence",
    "sentences",
    "utterance",
    "query",
    "question",
    "example",
    "examples",
    "instruction",
    "message",
    "句子",
    "问题",
    "问法",
    "例句",
    "文本",
    "内容",
    "话术",
    "顾客问",
    "問題",
    "例句",
    "文字",
    "sample",
];
/// Fewer lines say nothing of their columns.
const ENOUGH: usize = 5;

/// A reader of a table's rows, which may have any number of cells. The first of `marks` that stands in the first line that is
/// not empty divides the cells; where none does, a comma would.
pub fn table_reader(text: &str, marks: [u8; 3]) -> csv::Reader<&[u8]> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let divides = |mark: &u8| first.as_bytes().contains(mark);
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(marks.into_iter().find(divides).unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// The text of a file in UTF-8, or in UTF-16 as spreadsheets save it.
///
/// # Errors
/// What the file is, when it holds no text that is read here.
pub fn decode(source: &str, bytes: &[u8]) -> Result<String, Box<Finding>> {
    let refused = |zh: &str, en: &str, hint: (&str, &str)| Err(Box::new(looks_like(source, 0, (zh, en), hint)));
    let units = |read: fn([u8; 2]) -> u16| {
        let pairs = bytes[2..].chunks_exact(2).map(move |pair| read([pair[0], pair[1]]));
        char::decode_utf16(pairs)
            .map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
    };
    match bytes {
        [b'P', b'K', 3 | 5, ..] => {
            return refused("Excel 表格（.xlsx）", "an Excel workbook (.xlsx)", SHEET);
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return refused("旧版 Excel 表格（.xls）", "an old Excel workbook (.xls)", SHEET);
        }
        [b'%', b'P', b'D', b'F', ..] => return refused("PDF", "a PDF", SHEET),
        [0xFF, 0xFE, ..] => return Ok(units(u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => return Ok(units(u16::from_be_bytes)),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => refused(
            "不带标记的 UTF-16，或不是文本",
            "UTF-16 without its mark, or no text",
            UTF8,
        ),
        Ok(text) => Ok(text.to_owned()),
        Err(_) if is_gbk(bytes) => refused(
            "GBK 编码（简体中文 Windows 的 ANSI）",
            "GBK text (ANSI of Chinese Windows)",
            UTF8,
        ),
        Err(error) => {
            let at = error.valid_up_to();
            let zh = format!("别的编码，不是 UTF-8（第 {at} 个字节起）");
            let en = format!("another encoding than UTF-8 (from byte {at} on)");
            refused(&zh, &en, UTF8)
        }
    }
}

/// Whether all bytes beyond ASCII come in the pairs of GBK.
fn is_gbk(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        match rest {
            [] => return true,
            [0..=0x7F, more @ ..] => rest = more,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, more @ ..] => rest = more,
            _ => return false,
        }
    }
}

const UTF8: (&str, &str) = (
    "用记事本另存为 UTF-8；Excel：另存为“Unicode 文本 (*.txt)”",
    "save it as UTF-8 in your editor; Excel: save as Unicode Text (*.txt)",
);
const SHEET: (&str, &str) = (
    "在 Excel 里把标签放第一列、句子放第二列，另存为“Unicode 文本 (*.txt)”或制表符分隔的 UTF-8",
    "in Excel put labels into the first column and sentences into the second, and save as Unicode Text (*.txt) or tab-separated UTF-8",
);
const BY_HAND: (&str, &str) = (
    "把每一句写成一行：标签、Tab、句子，去掉标注和占位符，存成 UTF-8 的 .tsv",
    "write each sentence as a line: label, tab, sentence, without annotations and placeholders, as .tsv in UTF-8",
);
const ANSWERS: (&str, &str) = (
    "问题和答案用 yingda shop new 店铺id --from 文件.csv 带进来；只要句子，就写成：标签、Tab、句子",
    "questions with answers come in by `yingda shop new <id> --from FILE.csv`; for sentences alone write label, tab, sentence",
);

fn looks_like(source: &str, line: usize, what: (&str, &str), hint: (&str, &str)) -> Finding {
    Finding::error(
        "I017",
        source,
        format!(
            "这个文件像是{}；能导入的是每行一句：标签、Tab、句子。什么都没有写",
            what.0
        ),
        format!(
            "this looks like {}; what is imported is label, tab, sentence, one a line. Nothing was written",
            what.1
        ),
    )
    .at(line, 0)
    .hint(hint.0, hint.1)
}

/// What a text is when it is not label, tab, sentence.
pub fn recognise(source: &str, text: &str) -> Option<Finding> {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_end()))
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    let (what, line, hint) = by_words(&lines)
        .or_else(|| by_separator(&lines))
        .or_else(|| by_columns(&lines))?;
    Some(looks_like(source, line, what, hint))
}

type Look = ((&'static str, &'static str), usize, (&'static str, &'static str));

/// Formats that are known by words of theirs.
fn by_words(lines: &[(usize, &str)]) -> Option<Look> {
    let with = |wanted: &dyn Fn(&str) -> bool| lines.iter().find(|(_, line)| wanted(line)).map(|(number, _)| *number);
    let (first, start) = *lines.first()?;
    let start = start.trim_start_matches('\u{feff}').trim();
    if start.contains('\t') && !start.starts_with(['{', '<']) {
        return None;
    }
    if let Some(line) = with(&|line| line.starts_with("## intent:") || line.starts_with("## synonym:")) {
        return Some((("Rasa 1 的 Markdown", "Markdown of Rasa 1"), line, BY_HAND));
    }
    let word = |word: &str| with(&|line| line.trim_start().trim_start_matches("- ").starts_with(word));
    if let Some(line) = word("nlu:").or_else(|| word("examples: |")) {
        return Some((("Rasa 的 YAML（nlu:）", "YAML of Rasa (nlu:)"), line, BY_HAND));
    }
    if let (Some(line), Some(_)) = (word("intents:"), word("sentences:").or_else(|| word("data:"))) {
        let what = ("hassil（Home Assistant）的 YAML", "YAML of hassil (Home Assistant)");
        return Some((what, line, BY_HAND));
    }
    if let (Some(line), Some(_)) = (word("intent:"), word("examples:")) {
        let what = ("应答自己的话术文件（YAML）", "an intent file of yingda (YAML)");
        let hint = (
            "不用导入：放进话术目录的 主题/问题.yaml，再 yingda check",
            "it needs no import: put it into the folder as topic/question.yaml and run `yingda check`",
        );
        return Some((what, line, hint));
    }
    let lower = start.to_lowercase();
    let cells: Vec<&str> = lower
        .split([',', ';'])
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    if cells.contains(&"short_code") {
        return Some((
            ("Chatwoot 的快捷回复（CSV）", "canned responses of Chatwoot (CSV)"),
            first,
            ANSWERS,
        ));
    }
    if cells.contains(&"instruction") && cells.contains(&"intent") {
        return Some((("Bitext 的 CSV", "a CSV of Bitext"), first, SHEET));
    }
    match start.chars().next()? {
        '{' | '[' if start.len() == 1 || start.contains(['"', '}']) => Some((("JSON", "JSON"), first, BY_HAND)),
        '<' if start.starts_with("<?xml") || start.starts_with("<!") || start.starts_with("<html") => {
            Some((("网页或 XML", "a web page or XML"), first, BY_HAND))
        }
        _ => None,
    }
}

/// Files without a single tab.
fn by_separator(lines: &[(usize, &str)]) -> Option<Look> {
    let (first, _) = *lines.first()?;
    if lines.iter().any(|(_, line)| line.contains('\t')) {
        return None;
    }
    let most = |sign: char| lines.iter().filter(|(_, line)| line.contains(sign)).count() * 5 >= lines.len() * 4;
    Some(match () {
        () if most(',') => (("逗号分隔的表格（CSV）", "a table with commas (CSV)"), first, SHEET),
        () if most(';') => (("分号分隔的表格（CSV）", "a table with semicolons (CSV)"), first, SHEET),
        () => (
            (
                "没有标签的文本：一个 Tab 也没有",
                "text without labels: there is not one tab",
            ),
            first,
            BY_HAND,
        ),
    })
}

/// Columns that are others than label and sentence.
fn by_columns(lines: &[(usize, &str)]) -> Option<Look> {
    let rows: Vec<Vec<&str>> = lines
        .iter()
        .map(|(_, line)| line.split('\t').map(|cell| cell.trim().trim_matches('"')).collect())
        .filter(|cells: &Vec<&str>| cells.len() > 1)
        .collect();
    let first = lines.first()?.0;
    let known =
        |cell: &str, words: &[&str]| words.contains(&cell.trim_start_matches('\u{feff}').to_lowercase().as_str());
    let head = rows.first()?;
    let swapped = (
        (
            "两列反了的表格：第一列是句子，第二列是标签",
            "a table the other way round: sentences first, labels second",
        ),
        first,
        (
            "把两列对调：标签在前，句子在后",
            "swap the columns: the label first, then the sentence",
        ),
    );
    if known(head[0], &SENTENCE_HEADINGS) && known(head[1], &LABEL_HEADINGS) {
        return Some(swapped);
    }
    let wide = rows
        .iter()
        .filter(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() > 2)
        .count();
    if rows.len() >= 3 && wide * 2 > rows.len() {
        return Some((
            ("两列以上的表格", "a table of more than two columns"),
            first,
            (
                "只留两列：标签在前，句子在后",
                "keep two columns: the label first, then the sentence",
            ),
        ));
    }
    let rows = &rows[usize::from(is_heading(head[0], head[1]))..];
    let distinct = |column: usize| rows.iter().map(|cells| cells[column]).collect::<BTreeSet<_>>().len();
    let spoken = rows.iter().filter(|cells| is_spoken(cells[0])).count();
    if rows.len() < ENOUGH || distinct(0) * 10 < rows.len() * 9 || spoken * 2 < rows.len() {
        return None;
    }
    if distinct(1) * 2 <= rows.len() {
        return Some(swapped);
    }
    let what = (
        "问题和答案的表格：第一列是句子，几乎每行都不一样",
        "questions with answers: the first column holds sentences, nearly all different",
    );
    Some((what, first, ANSWERS))
}

/// Whether a line is the heading of a table and no sentence.
pub fn is_heading(label: &str, sentence: &str) -> bool {
    let (label, sentence) = (label.trim().to_lowercase(), sentence.trim().to_lowercase());
    let (label, sentence) = (label.trim_start_matches('\u{feff}'), sentence.as_str());
    LABEL_HEADINGS.contains(&label) && SENTENCE_HEADINGS.contains(&sentence)
        || ["label", "intent", "标签", "意图"].contains(&label)
}

/// Whether a label reads like a sentence.
fn is_spoken(label: &str) -> bool {
    let ends = label.ends_with(['?', '？', '!', '！', '。', '.', '吗', '呢', '嗎', '吧', '了']);
    let han = label.chars().filter(|sign| is_han(*sign)).count();
    let words = label.split_whitespace().count();
    han >= 6 || words >= 4 || ends && (han >= 3 || words >= 2)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::import_tsv;
    use super::*;

    const FAQ: &str = "什么时候发货呢\t当天发\n能退货吗\t七天内可以\n多久能退款呢\t三天\n你们有几个颜色\t五个\n运费是多少钱啊\t包邮\n";

    #[test]
    fn files_of_other_programs_are_one_finding_and_nothing_is_written() {
        for (text, what, line) in [
            (
                "flags,instruction,category,intent,response\nB,where is my order,ORDER,track_order,\"Hi, …\"\n",
                "Bitext",
                1,
            ),
            ("short_code,content\nhi,你好\n", "Chatwoot", 1),
            (
                "version: \"3.1\"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n",
                "Rasa",
                2,
            ),
            ("## intent:greet\n- 你好\n", "Rasa 1", 1),
            (
                "language: zh\nintents:\n  Light:\n    data:\n      - sentences:\n        - 开灯\n",
                "hassil",
                2,
            ),
            ("intent: a.b\nexamples:\n  - 你好\n", "yingda check", 1),
            ("{\n  \"rasa_nlu_data\": {}\n}\n", "JSON", 1),
            ("greet,你好\ngreet,在吗\n", "逗号", 1),
            ("greet;你好\ngreet;在吗\n", "分号", 1),
            ("你好\n在吗\n", "没有标签", 1),
            (
                "什么时候发货\tship\n几时能寄出去\tship\n今天能发出吗\tship\n可以退掉吗？\treturn\n不想要了能退吗\treturn\n",
                "反了",
                1,
            ),
            ("text\tlabel\n发货\tship\n", "反了", 1),
            ("1\tship\t几时发\n2\tship\t几时寄\n3\tship\t发货\n", "两列以上", 1),
            (FAQ, "问题和答案", 1),
        ] {
            let imported = import_tsv("a.tsv", text);
            assert!(imported.files.is_empty(), "{text}");
            assert_eq!(imported.findings.len(), 1, "{text}");
            let finding = &imported.findings[0];
            assert_eq!((finding.rule, finding.line), ("I017", line), "{text}");
            let said = format!("{} {}", finding.message.zh, finding.hint.zh);
            assert!(said.contains(what), "{text} {said}");
        }
    }

    #[test]
    fn bytes_of_other_programs_are_named() {
        for (bytes, what) in [
            (&b"PK\x03\x04rest"[..], ".xlsx"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", ".xls"),
            (b"a\t\xce\xca\xcc\xe2\n", "GBK"),
            (b"a\t\xff\n", "UTF-8"),
            (b"a\0\t\0b\0", "UTF-16"),
        ] {
            let finding = decode("a.tsv", bytes).unwrap_err();
            assert_eq!(finding.rule, "I017");
            assert!(finding.message.zh.contains(what), "{}", finding.message.zh);
        }
    }

    #[test]
    fn unicode_text_of_spreadsheets_is_read() {
        let text = "ship\t几时发货\r\nship\t今天发吗😀\r\n";
        let units = || std::iter::once(0xFEFF).chain(text.encode_utf16());
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big, text.as_bytes().to_vec()] {
            let text = decode("a.tsv", &bytes).unwrap();
            let imported = import_tsv("a.tsv", &text);
            assert_eq!(imported.labels.get("ship"), Some(&2));
            assert!(imported.findings.is_empty());
        }
    }

    #[test]
    fn labelled_sentences_are_no_other_file() {
        for text in [
            "Card Arrival\twhere is my card, please, \"now\"?\ncard\tx\nrefund\ty, z\nno tab\n",
            "什么时候发货\t几时寄\n能退吗\t可以退不\n",
            "a\tintent: x\nb\tnlu: 是什么\n",
            "[a]\t发货\n[b]\t退货\n",
            "a\t一\t\nb\t二\t\nc\t三\t\n",
        ] {
            assert_eq!(recognise("a.tsv", text), None, "{text}");
        }
    }
}
