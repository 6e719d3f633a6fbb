//! Which column of a sheet holds what: from its headings, wherever they stand, from what stands below them, or as somebody
//! has said.

use crate::packs::{GoodsHeading, goods_heading};
use crate::sheets::{Row, Sheet, letters};

use super::heading::Role;

/// Rows that are looked at for headings.
const HEAD: usize = 20;
/// Rows that are looked at for what a column holds.
const SAMPLE: usize = 200;

/// What a sheet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Questions and answers.
    Questions,
    /// Goods.
    Goods,
    /// Facts of the shop.
    Facts,
    /// Nothing that is taken.
    Nothing,
}

/// How a column's role is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By its heading.
    Heading,
    /// By what stands in it.
    Content,
    /// Somebody has said so.
    Told,
}

/// A sheet with its columns known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// What it is about.
    pub about: About,
    /// The place of the row of headings among the sheet's rows; `None` where there is none.
    pub heading: Option<usize>,
    /// The roles of columns of questions or facts, by column.
    pub roles: Vec<(usize, Role, Known)>,
    /// Headings whose columns are not read.
    pub unread: Vec<String>,
    /// Whether examples stand one a line, as an export has them, and nothing else divides them.
    pub by_line: bool,
}

impl Columns {
    /// The columns of a role, in order.
    pub fn of(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles
            .iter()
            .filter(move |(_, known, _)| *known == role)
            .map(|(column, ..)| *column)
    }

    /// The rows below the headings.
    pub fn body<'s>(&self, sheet: &'s Sheet) -> &'s [Row] {
        let from = self.heading.map_or(0, |at| at + 1);
        sheet.rows.get(from..).unwrap_or_default()
    }

    fn has(&self, is_it: impl Fn(Role) -> bool) -> bool {
        self.roles.iter().any(|(_, role, _)| is_it(*role))
    }
}

/// A column that somebody names: by its letter, or by its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it holds; `None`: it is not read.
    pub role: Option<Role>,
    /// `B`, or the heading.
    pub column: String,
}

/// What is wrong with `--columns`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// Not `name=column`.
    #[error("“{0}”读不懂，写成 问题=B,答案=D。\n`{0}` is not understood; write 问题=B,答案=D (question=B,answer=D).")]
    Form(String),
    /// No such role.
    #[error(
        "不知道“{0}”是什么列；可以写：编号 分类 标题 问题 问法 关键词 同义词 答案 英文答案 开始 结束 备注（- 是不读）。\n`{0}` is no kind of column; write id category title question examples keywords synonyms answer answer_en from to note (or -)."
    )]
    Role(String),
    /// No such column in any sheet that is read.
    #[error(
        "没有“{0}”这一列：写列的字母（A、B、C）或表头的原文。\nThere is no column `{0}`: write its letter (A, B, C) or its heading."
    )]
    Column(String),
}

/// Reads `问题=B,答案=D`.
///
/// # Errors
/// What is wrong with it.
pub fn told(text: &str) -> Result<Vec<Told>, ColumnsError> {
    let parts = text.split([',', '，']).map(str::trim).filter(|part| !part.is_empty());
    let read = parts.map(|part| {
        let (role, column) = part
            .split_once(['=', '＝'])
            .ok_or_else(|| ColumnsError::Form(part.to_owned()))?;
        let (role, column) = (role.trim(), column.trim());
        if column.is_empty() {
            return Err(ColumnsError::Form(part.to_owned()));
        }
        Ok(Told {
            role: match role {
                "-" | "不读" => None,
                role => Some(Role::of(role).ok_or_else(|| ColumnsError::Role(role.to_owned()))?),
            },
            column: column.to_owned(),
        })
    });
    read.collect()
}

/// Finds out about a sheet.
///
/// # Errors
/// A column that was told is not in it.
pub fn columns(sheet: &Sheet, told: &[Told]) -> Result<Columns, ColumnsError> {
    let mut found = by_heading(sheet);
    if !told.is_empty() {
        found.about = About::Questions;
        // What was told may stand below headings that nobody knows.
        if found.heading.is_none() {
            found.heading = sheet
                .rows
                .iter()
                .take(HEAD)
                .position(|row| told.iter().any(|told| named(row, told).is_some()));
        }
        for told in told {
            let column = place(sheet, found.heading, told).ok_or_else(|| ColumnsError::Column(told.column.clone()))?;
            found.roles.retain(|(known, ..)| *known != column);
            if let Some(role) = told.role {
                // Of what was guessed to be the same, what was told is meant.
                found
                    .roles
                    .retain(|(_, known, how)| *known != role || *how == Known::Told);
                found.roles.push((column, role, Known::Told));
            }
        }
    }
    if matches!(found.about, About::Questions | About::Nothing) {
        by_content(sheet, &mut found);
        found.roles.sort_unstable_by_key(|(column, ..)| *column);
        let asks = found.has(|role| role.is_asked() || matches!(role, Role::Title | Role::Id));
        found.about = match asks && found.has(|role| role.is_answered() || role.is_asked()) {
            true => About::Questions,
            false => About::Nothing,
        };
    }
    if let (Some(at), About::Questions) = (found.heading, found.about) {
        let cells = sheet.rows[at].cells.iter().enumerate();
        let unread = cells
            .filter(|(column, cell)| !cell.text.is_empty() && !found.roles.iter().any(|(known, ..)| known == column));
        found.unread = unread.map(|(_, cell)| cell.text.clone()).collect();
    }
    Ok(found)
}

fn named(row: &Row, told: &Told) -> Option<usize> {
    row.cells
        .iter()
        .position(|cell| !cell.text.is_empty() && cell.text == told.column)
}

fn place(sheet: &Sheet, heading: Option<usize>, told: &Told) -> Option<usize> {
    let by_name = heading.and_then(|at| named(&sheet.rows[at], told));
    by_name.or_else(|| {
        let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        (0..width).find(|column| letters(*column) == told.column.to_ascii_uppercase())
    })
}

fn by_heading(sheet: &Sheet) -> Columns {
    let mut found = Columns {
        about: About::Nothing,
        heading: None,
        roles: Vec::new(),
        unread: Vec::new(),
        by_line: false,
    };
    for (at, row) in sheet.rows.iter().take(HEAD).enumerate() {
        let mut roles: Vec<(usize, Role, Known)> = Vec::new();
        for (column, cell) in row.cells.iter().enumerate() {
            let Some(role) = Role::of(&cell.text) else { continue };
            let several = role.is_asked() || role == Role::Synonyms;
            if several || !roles.iter().any(|(_, known, _)| *known == role) {
                roles.push((column, role, Known::Heading));
            }
        }
        // Where nothing else is an answer, what shops call the words of agents is what the bot is to say.
        if !roles.iter().any(|(_, role, _)| role.is_answered()) {
            for (_, role, _) in &mut roles {
                if *role == Role::Agent {
                    *role = Role::Answer;
                }
            }
        }
        let has = |is_it: &dyn Fn(Role) -> bool| roles.iter().any(|(_, role, _)| is_it(*role));
        let facts = has(&|role| role == Role::Fact) && has(&|role| role == Role::FactZh);
        let asked = has(&|role| role.is_asked() || role == Role::Title);
        let questions =
            (asked && has(&Role::is_answered)) || (roles.len() >= 2 && has(&Role::is_asked)) || is_first(at, row);
        let goods = is_goods(row);
        if !(facts || questions || goods) {
            continue;
        }
        found.about = match () {
            () if facts => About::Facts,
            () if goods && !(asked && has(&Role::is_answered)) => About::Goods,
            () => About::Questions,
        };
        found.heading = Some(at);
        found.by_line = row.cells.iter().any(|cell| cell.text.contains("每行一句"));
        if found.about == About::Questions {
            roles.retain(|(_, role, _)| !matches!(role, Role::Fact | Role::FactZh | Role::FactEn));
        }
        if found.about != About::Goods {
            found.roles = roles;
        }
        return found;
    }
    found
}

/// Whether a sheet begins with short words of which one is what a column of questions is called: what the others say, nobody
/// knows.
fn is_first(at: usize, row: &Row) -> bool {
    let mut texts = row
        .cells
        .iter()
        .map(|cell| cell.text.as_str())
        .filter(|text| !text.is_empty());
    at == 0
        && texts.clone().count() >= 2
        && texts.clone().all(|text| text.chars().count() <= 10 && !asks(text))
        && texts.any(|text| Role::named(text) == Some(Role::Question))
}

/// Whether a row has the headings of goods: a name, and something else that only goods have.
fn is_goods(row: &Row) -> bool {
    let headings: Vec<GoodsHeading> = row.cells.iter().filter_map(|cell| goods_heading(&cell.text)).collect();
    headings.contains(&GoodsHeading::Name) && headings.contains(&GoodsHeading::Known)
}

/// What a column looks like.
#[derive(Default)]
struct Look {
    filled: usize,
    asking: usize,
    signs: usize,
}

/// Finds questions and answers that no heading names.
fn by_content(sheet: &Sheet, found: &mut Columns) {
    let asked = found.has(|role| matches!(role, Role::Question | Role::MoreQuestions | Role::Title));
    let answered = found.has(Role::is_answered);
    if asked && answered
        || found.about == About::Questions && found.heading.is_some() && found.has(|role| role == Role::Id)
    {
        return;
    }
    let rows: Vec<&Row> = found.body(sheet).iter().take(SAMPLE).collect();
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut looks: Vec<(usize, Look)> = (0..width).map(|column| (column, Look::default())).collect();
    for row in &rows {
        for (column, look) in &mut looks {
            let text = row.text(*column);
            look.filled += usize::from(!text.is_empty());
            look.asking += usize::from(asks(text));
            look.signs += text.chars().count();
        }
    }
    let taken: Vec<usize> = found.roles.iter().map(|(column, ..)| *column).collect();
    looks.retain(|(column, look)| {
        !taken.contains(column) && look.filled * 3 >= rows.len().max(1) && worded(&rows, *column)
    });
    let mut question = None;
    if !asked {
        let best = looks
            .iter()
            .max_by_key(|(column, look)| (look.asking, std::cmp::Reverse(*column)));
        question = best
            .filter(|(_, look)| look.asking * 4 >= look.filled || looks.len() == 2)
            .map(|(column, _)| *column);
        // Two columns of texts are question and answer, whatever they read like.
        if looks.len() == 2 && looks.iter().all(|(_, look)| look.asking * 4 < look.filled) {
            question = looks.first().map(|(column, _)| *column);
        }
        let Some(column) = question else { return };
        found.roles.push((column, Role::Question, Known::Content));
    }
    if !answered {
        let others = looks.iter().filter(|(column, _)| Some(*column) != question);
        if let Some((column, _)) = others.max_by_key(|(column, look)| (look.signs, std::cmp::Reverse(*column))) {
            found.roles.push((*column, Role::Answer, Known::Content));
        }
    }
    if found.about == About::Nothing && !found.has(Role::is_answered) {
        found.roles.clear();
    }
}

/// Whether a column holds words, and not numbers.
fn worded(rows: &[&Row], column: usize) -> bool {
    let texts = rows.iter().map(|row| row.text(column)).filter(|text| !text.is_empty());
    texts
        .clone()
        .filter(|text| text.chars().any(char::is_alphabetic))
        .count()
        * 2
        > texts.count()
}

/// Whether a text reads like a question.
pub fn asks(text: &str) -> bool {
    const WORDS: [&str; 19] = [
        "吗",
        "嗎",
        "呢",
        "么",
        "麼",
        "怎么",
        "怎麼",
        "怎样",
        "多少",
        "多久",
        "几天",
        "几时",
        "什么",
        "哪",
        "能不能",
        "可不可以",
        "是不是",
        "有没有",
        "how ",
    ];
    let end = text.trim_end_matches(['～', '~', '。', ' ']);
    end.ends_with(['?', '？']) || (text.chars().count() <= 40 && WORDS.into_iter().any(|word| text.contains(word)))
}
