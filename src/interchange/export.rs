//! A shop as sheets: all its questions with what is said to them and whose word it is, its goods, its facts. What comes out is
//! read by the import again, and unchanged it changes nothing.

use crate::model::Language;
use crate::packs::{Pack, SourceFile, Whose, goods_table, written_facts};
use crate::sheets::{WrittenSheet, workbook};
use crate::shop::Goods;

use super::questions::examples_text;

/// Columns of questions, in both languages.
const QUESTIONS: [&str; 13] = [
    "编号 id",
    "分类 category",
    "标题 title",
    "英文标题 title_en",
    "问法（每行一句）examples",
    "语言 language",
    "第几条 variant",
    "开始 from",
    "结束 to",
    "时段 period",
    "答案 answer",
    "客服话术 for_agents",
    "归属 whose",
];
const WIDTHS: [u32; 13] = [26, 12, 20, 24, 40, 8, 8, 12, 12, 12, 70, 70, 10];
/// Columns of facts.
const FACTS: [&str; 3] = ["资料 fact", "中文 zh", "英文 en"];
/// Units of UTF-16 that a cell holds: spreadsheets stop at 32,767.
const HOLDS: usize = 32_000;
/// Characters behind which an answer goes on in the next row; each has two units at most.
const CELL: usize = 15_000;

/// A shop as a workbook.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// So many texts are longer than a cell may be and are not in it; the import leaves what is not there as it is.
    pub too_long: usize,
}

/// The workbook of a shop. `files` are those of the folder.
pub fn export(pack: &Pack, files: &[SourceFile]) -> Exported {
    let mut questions = questions(pack);
    let goods: Vec<&Goods> = pack.shop.goods.iter().collect();
    let mut goods = goods_table(&goods);
    let mut facts = facts(pack, files);
    let mut too_long = 0;
    for cell in [&mut questions, &mut goods, &mut facts].into_iter().flatten().flatten() {
        if cell.encode_utf16().count() > HOLDS {
            cell.clear();
            too_long += 1;
        }
    }
    let widths: Vec<u32> = goods
        .first()
        .map(|headings| headings.iter().map(|_| 18).collect())
        .unwrap_or_default();
    let mut sheets = vec![WrittenSheet {
        name: "问题 questions",
        widths: &WIDTHS,
        rows: &questions,
    }];
    if goods.len() > 1 {
        sheets.push(WrittenSheet {
            name: "商品 goods",
            widths: &widths,
            rows: &goods,
        });
    }
    if facts.len() > 1 {
        sheets.push(WrittenSheet {
            name: "店铺资料 facts",
            widths: &[24, 50, 50],
            rows: &facts,
        });
    }
    Exported {
        bytes: workbook(&sheets),
        too_long,
    }
}

/// The heading, and a row for each answer; the first of a question has its title and its examples.
fn questions(pack: &Pack) -> Vec<Vec<String>> {
    let mut rows = vec![QUESTIONS.map(str::to_owned).to_vec()];
    for intent in &pack.intents {
        let category = intent.id.split('.').next().unwrap_or_default();
        let begun = || {
            let mut row = vec![String::new(); QUESTIONS.len()];
            row[0].clone_from(&intent.id);
            category.clone_into(&mut row[1]);
            row
        };
        let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let whose = |whose: Whose| format!("{} {}", whose.zh(), whose.name());
        let mut of_question: Vec<Vec<String>> = Vec::new();
        let (mut chinese, mut traditional, mut english) = (0, 0, 0);
        for answer in &intent.answers {
            let count = match answer.language {
                Language::Chinese => &mut chinese,
                Language::Traditional => &mut traditional,
                Language::English => &mut english,
            };
            *count += 1;
            for (at, part) in parts(&answer.text).into_iter().enumerate() {
                let mut row = begun();
                answer.language.tag().clone_into(&mut row[5]);
                row[6] = if at == 0 {
                    count.to_string()
                } else {
                    format!("{count}+")
                };
                row[7] = day(&answer.from);
                row[8] = day(&answer.to);
                row[9] = answer.period.clone().unwrap_or_default();
                row[10] = part;
                row[12] = whose(answer.whose());
                of_question.push(row);
            }
        }
        // What agents may send has rows of its own: its days are not those of an answer.
        for text in &intent.agent {
            let mut row = begun();
            text.language.tag().clone_into(&mut row[5]);
            row[7] = day(&text.from);
            row[8] = day(&text.to);
            row[9] = text.period.clone().unwrap_or_default();
            row[11].clone_from(&text.text);
            row[12] = whose(text.whose());
            of_question.push(row);
        }
        let examples = by_lines(&examples_text(&intent.examples));
        let without = of_question.len().max(1);
        while of_question.len() < examples.len().max(without) {
            let mut row = begun();
            row[12] = whose(if intent.is_of_shop() { Whose::Shop } else { Whose::Pack });
            of_question.push(row);
        }
        of_question[0][2].clone_from(&intent.title.zh);
        of_question[0][3].clone_from(&intent.title.en);
        for (row, examples) in of_question.iter_mut().zip(examples) {
            row[4] = examples;
        }
        rows.extend(of_question);
    }
    rows
}

/// A text in parts that fit a cell each. None begins or ends with a blank: those around a cell say nothing.
fn parts(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut from = 0;
    while signs.len() - from > CELL {
        let solid = |at: &usize| !signs[at - 1].is_whitespace() && !signs[*at].is_whitespace();
        let until = (from + CELL / 2..=from + CELL).rev().find(solid).unwrap_or(from + CELL);
        found.push(signs[from..until].iter().collect());
        from = until;
    }
    found.push(signs[from..].iter().collect());
    found
}

/// A text of lines in parts that fit a cell each.
fn by_lines(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut length = 0;
    for line in text.split('\n') {
        let more = line.chars().count() + 1;
        if length > 0 && length + more > CELL {
            found.push(String::new());
            length = 0;
        }
        if let Some(last) = found.last_mut() {
            if length > 0 {
                last.push('\n');
            }
            last.push_str(line);
        }
        length += more;
    }
    found
}

/// The facts as `shop.yaml` has them; what follows from the rest of it is not among them.
fn facts(pack: &Pack, files: &[SourceFile]) -> Vec<Vec<String>> {
    let mut rows = vec![FACTS.map(str::to_owned).to_vec()];
    let file = files.iter().find(|file| file.name == pack.shop_file);
    let facts = file
        .and_then(|file| written_facts(&file.name, &file.bytes).ok())
        .unwrap_or_default();
    rows.extend(
        facts
            .into_iter()
            .map(|fact| vec![fact.name, fact.zh, fact.en.unwrap_or_default()]),
    );
    rows
}
