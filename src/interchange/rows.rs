//! Rows of sheets gathered into questions: several rows may be about one, by their id, by merged cells, or because they ask the
//! same.

use std::collections::BTreeMap;

use crate::model::Language;
use crate::packs::{fold, language_of_answer};
use crate::sheets::{CellKind, Row, Sheet};

use super::cell_texts::{Same, day, lines, questions, synonyms, words};
use super::columns::Columns;
use super::heading::Role;
use super::ids;
use super::report::{Became, Line, Place};

/// A question as the sheets have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The rows that it stands in.
    pub places: Vec<Place>,
    /// Its id, `topic.question`.
    pub id: Option<String>,
    /// What the shop calls it in a column of ids, where that is no such id: an imported label, a number of its own.
    pub label: String,
    /// Its category.
    pub category: String,
    /// Its title, where a column has one.
    pub title: String,
    /// Its English title.
    pub title_en: String,
    /// What shoppers say.
    pub examples: Vec<String>,
    /// Key words, which are examples where nothing else knows them.
    pub keywords: Vec<String>,
    /// What is said to them.
    pub answers: Vec<SheetAnswer>,
    /// What agents may send.
    pub agent: Vec<SheetAnswer>,
    /// Words that mean the same.
    pub synonyms: Vec<(String, Vec<String>)>,
    /// The examples as the cells hold them, where they stand one a line.
    pub written: Option<String>,
}

/// An answer as a sheet has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetAnswer {
    /// The text; the source of a template.
    pub text: String,
    /// The language that a column gives; without it, seen from the text.
    pub lang: Option<Language>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// The period of the shop in which it is said.
    pub period: Option<String>,
    /// Which of the answers in its language, from 1.
    pub variant: Option<usize>,
}

impl SheetAnswer {
    /// The language.
    pub fn language(&self) -> Language {
        self.lang.unwrap_or_else(|| language_of_answer(&self.text))
    }
}

impl Asked {
    /// What it is called in a report.
    pub fn about(&self) -> &str {
        let first = self.examples.first().or(self.keywords.first());
        match (first, self.title.is_empty(), &self.id) {
            (_, false, _) => &self.title,
            (Some(first), ..) => first,
            (None, _, Some(id)) => id,
            _ => "",
        }
    }

    fn says(&self, sentence: &str) -> bool {
        self.examples.iter().any(|known| fold(known) == fold(sentence))
    }

    /// Takes what another row says of the same question.
    pub fn take_all(&mut self, other: Asked) {
        self.places.extend(other.places);
        for sentence in other.examples {
            if !self.says(&sentence) {
                self.examples.push(sentence);
            }
        }
        for word in other.keywords {
            if !self.keywords.contains(&word) {
                self.keywords.push(word);
            }
        }
        for answer in other.answers {
            if !self.answers.contains(&answer) {
                self.answers.push(answer);
            }
        }
        for answer in other.agent {
            if !self.agent.contains(&answer) {
                self.agent.push(answer);
            }
        }
        self.synonyms.extend(other.synonyms);
        self.written = match (self.written.take(), other.written) {
            (Some(first), Some(more)) => Some(format!("{first}\n{more}")),
            (first, more) => first.or(more),
        };
        for (own, more) in [
            (&mut self.title, other.title),
            (&mut self.title_en, other.title_en),
            (&mut self.category, other.category),
        ] {
            if own.is_empty() {
                *own = more;
            }
        }
    }
}

/// What rows have been gathered into.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The questions, in the order of their first rows.
    pub asked: Vec<Asked>,
    /// What became of rows that are not in them, and of those that went into others.
    pub lines: Vec<Line>,
    /// Ids and sentences by the question that has them.
    by_id: BTreeMap<String, usize>,
    by_sentence: BTreeMap<String, usize>,
}

impl Gathered {
    /// Gathers the rows of one sheet.
    pub fn add(&mut self, sheet: &Sheet, columns: &Columns) {
        let heading = columns.heading.map(|at| &sheet.rows[at].cells);
        let mut before: Option<usize> = None;
        for row in columns.body(sheet) {
            if heading == Some(&row.cells) {
                continue;
            }
            let place = Place {
                sheet: sheet.name.clone(),
                row: row.number,
            };
            match read(row, columns, &place) {
                Ok(Some(read)) => before = self.put(read, before, &place),
                Ok(None) => {}
                Err(line) => self.lines.push(*line),
            }
        }
    }

    /// Puts a row where it belongs; the place of its question.
    fn put(&mut self, read: Read, before: Option<usize>, place: &Place) -> Option<usize> {
        let Read {
            mut asked,
            merged,
            continued,
        } = read;
        let own = Some(asked.label.clone())
            .filter(|label| !label.is_empty())
            .or_else(|| asked.id.clone());
        let into = match own {
            Some(id) => match self.by_id.get(&id) {
                Some(at) => Some(*at),
                None => {
                    self.by_id.insert(id, self.asked.len());
                    None
                }
            },
            None if merged => before,
            None => None,
        };
        if let Some(at) = into {
            let there = &mut self.asked[at];
            if continued && let (Some(last), [more]) = (there.answers.last_mut(), asked.answers.as_slice()) {
                last.text.push_str(&more.text);
                asked.answers.clear();
            }
            if merged {
                let (first, id) = (there.places[0].row, there.about().to_owned());
                self.lines
                    .push(Line::new(place, asked.about(), Became::Merged, &id).because(
                        format!("合并的格子：和第 {first} 行是同一个问题"),
                        format!("merged cells: the question of row {first}"),
                    ));
            }
            let sentences = asked.examples.clone();
            there.take_all(asked);
            for sentence in sentences {
                self.by_sentence.entry(fold(&sentence)).or_insert(at);
            }
            return into;
        }
        if asked.id.is_none() && asked.label.is_empty() {
            if let Some(at) = asked
                .examples
                .first()
                .and_then(|first| self.by_sentence.get(&fold(first)))
                .copied()
            {
                return self.twice(asked, at, place);
            }
            // A sentence belongs to the first row that has it.
            let by_sentence = &self.by_sentence;
            asked
                .examples
                .retain(|sentence| !by_sentence.contains_key(&fold(sentence)));
        }
        let at = self.asked.len();
        for sentence in &asked.examples {
            self.by_sentence.entry(fold(sentence)).or_insert(at);
        }
        self.asked.push(asked);
        Some(at)
    }

    /// A row that asks what another has asked: one more wording where the answer is the same, else nobody knows which is meant.
    fn twice(&mut self, asked: Asked, at: usize, place: &Place) -> Option<usize> {
        let there = &mut self.asked[at];
        let (first, id, about) = (
            there.places[0].clone(),
            there.about().to_owned(),
            asked.about().to_owned(),
        );
        let which = match first.sheet == place.sheet {
            true => format!("第 {} 行", first.row),
            false => format!("“{}”第 {} 行", first.sheet, first.row),
        };
        let same = asked.answers.iter().all(|answer| there.answers.contains(answer));
        if same {
            there.take_all(asked);
            self.lines.push(
                Line::new(place, &about, Became::Merged, &id)
                    .because(format!("和{which}一样"), format!("the same as row {}", first.row)),
            );
            return Some(at);
        }
        self.lines.push(Line::new(place, &about, Became::LeftOut, &id).because(
            format!("和{which}是同一个问题，答案却不一样；留一个，或把两条答案写成合并的格子"),
            format!(
                "the question of row {}, with another answer; keep one of them",
                first.row
            ),
        ));
        None
    }
}

struct Read {
    asked: Asked,
    /// Its question or its answer is merged with the one above.
    merged: bool,
    /// It goes on with the answer above, which is too long for one cell.
    continued: bool,
}

/// What a row says; `None` for one that says nothing of questions.
fn read(row: &Row, columns: &Columns, place: &Place) -> Result<Option<Read>, Box<Line>> {
    let cells = |role: Role| {
        columns
            .of(role)
            .map(|column| row.cell(column))
            .filter(|cell| !cell.text.is_empty())
    };
    let text = |role: Role| cells(role).next().map(|cell| cell.text.clone()).unwrap_or_default();
    let mut asked = Asked {
        places: vec![place.clone()],
        category: text(Role::Category),
        title: text(Role::Title),
        title_en: text(Role::TitleEn),
        ..Asked::default()
    };
    if row.open_quote {
        return Err(left_out(
            place,
            &asked,
            (
                "引号没有成对，后面的格子连在了一起；两头各一个英文双引号，内容里的写两个",
                "a quote is not closed and takes the cells behind it",
            ),
        ));
    }
    let mut merged = false;
    for role in [Role::Question, Role::MoreQuestions] {
        for cell in cells(role) {
            // A question that goes over several rows is one, with an answer in each.
            merged |= cell.kind == CellKind::Merged && role == Role::Question;
            asked.examples.extend(match columns.by_line {
                true => lines(&cell.text),
                false => questions(&cell.text),
            });
            if columns.by_line {
                asked.written = Some(cell.text.clone());
            }
        }
    }
    let id = text(Role::Id);
    match ids::whole(&id) {
        Some(whole) => asked.id = Some(whole),
        // A running number changes with every row that somebody puts in.
        None if id.chars().all(|sign| sign.is_ascii_digit() || sign == '.') => {}
        None => asked.label = id,
    }
    for cell in cells(Role::Keywords) {
        asked.keywords.extend(words(&cell.text));
    }
    let broken = [
        Role::Id,
        Role::Question,
        Role::MoreQuestions,
        Role::Title,
        Role::Answer,
        Role::AnswerEn,
        Role::AnswerHant,
        Role::Agent,
    ]
    .into_iter()
    .flat_map(cells)
    .find(|cell| cell.kind == CellKind::Broken);
    if let Some(cell) = broken {
        return Err(left_out(
            place,
            &asked,
            (
                &format!(
                    "格子里的公式出错了，或者嵌了图片（{}）；改好公式，或选中后“粘贴为数值”",
                    cell.text
                ),
                &format!(
                    "a formula that has come to an error, or a picture in the cell ({})",
                    cell.text
                ),
            ),
        ));
    }
    let days = (asked_day(&text(Role::From)), asked_day(&text(Role::To)));
    let (Ok(from), Ok(to)) = days else {
        return Err(left_out(
            place,
            &asked,
            (
                "日期读不懂，写成 2026-11-01",
                "a day that is not understood; write 2026-11-01",
            ),
        ));
    };
    let language = text(Role::Language);
    let tagged = match language.as_str() {
        "" => None,
        "中文" | "简体" | "中文 zh" => Some(Language::Chinese),
        "繁体" | "繁體" => Some(Language::Traditional),
        "英文" | "英语" => Some(Language::English),
        tag => Language::from_tag(tag),
    };
    let variant = text(Role::Variant);
    let continued = variant.ends_with('+');
    for (role, lang) in [
        (Role::Answer, tagged),
        (Role::AnswerHant, Some(Language::Traditional)),
        (Role::AnswerEn, Some(Language::English)),
    ] {
        for cell in cells(role) {
            merged |= cell.kind == CellKind::Merged;
            asked.answers.push(SheetAnswer {
                text: cell.text.clone(),
                lang,
                from: from.clone(),
                to: to.clone(),
                period: Some(text(Role::Period)).filter(|period| !period.is_empty()),
                variant: variant.trim_end_matches('+').parse().ok(),
            });
        }
    }
    for cell in cells(Role::Agent) {
        merged |= cell.kind == CellKind::Merged;
        asked.agent.push(SheetAnswer {
            text: cell.text.clone(),
            lang: tagged,
            from: from.clone(),
            to: to.clone(),
            period: Some(text(Role::Period)).filter(|period| !period.is_empty()),
            variant: None,
        });
    }
    let nothing =
        asked.examples.is_empty() && asked.answers.is_empty() && asked.agent.is_empty() && asked.keywords.is_empty();
    if nothing && (asked.id.is_none() || asked.title.is_empty()) {
        return Ok(None);
    }
    if asked.examples.is_empty() && asked.keywords.is_empty() && asked.id.is_none() && asked.label.is_empty() && !merged
    {
        if asked.title.is_empty() {
            return Err(left_out(place, &asked, ("没有问题", "no question")));
        }
        asked.examples = questions(&asked.title);
    }
    read_synonyms(cells(Role::Synonyms).map(|cell| cell.text.as_str()), &mut asked);
    Ok(Some(Read {
        asked,
        merged,
        continued,
    }))
}

fn left_out(place: &Place, asked: &Asked, why: (&str, &str)) -> Box<Line> {
    Box::new(Line::new(place, asked.about(), Became::LeftOut, "").because(why.0, why.1))
}

fn asked_day(text: &str) -> Result<Option<String>, ()> {
    match text {
        "" => Ok(None),
        text => day(text).map(Some).ok_or(()),
    }
}

/// Synonyms name their word, or one of them stands in what is asked; others are further key words.
fn read_synonyms<'t>(cells: impl Iterator<Item = &'t str>, asked: &mut Asked) {
    for said in cells.flat_map(synonyms) {
        match said {
            Same::Of(word, same) => asked.synonyms.push((word, same)),
            Same::Words(words) => {
                let spoken = |word: &String| {
                    let word = fold(word);
                    asked.examples.iter().any(|sentence| fold(sentence).contains(&word))
                };
                match words.iter().find(|word| spoken(word)).cloned() {
                    Some(word) if words.len() > 1 => {
                        let same = words.into_iter().filter(|other| *other != word).collect();
                        asked.synonyms.push((word, same));
                    }
                    _ => asked.keywords.extend(words),
                }
            }
        }
    }
}
