//! What became of each row of a sheet, for the person who has written it.

use std::fmt::Write as _;

use crate::sheets::csv_cell;
use crate::shop::LocalText;

/// Where something stands in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet; empty for a file of text.
    pub sheet: String,
    /// The row, as the spreadsheet shows it.
    pub row: usize,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// A new question, article or fact.
    New,
    /// The shop's answer to a question that the common pack knows.
    Over,
    /// Something that the shop had already is different now.
    Changed,
    /// It is there already, word for word.
    Same,
    /// It went into another row's question.
    Merged,
    /// It says nothing that can be taken.
    LeftOut,
    /// The law, the platform or the shop's standards forbid it.
    HeldBack,
}

impl Became {
    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Became::New => "新增",
            Became::Over => "换成本店答案",
            Became::Changed => "更新",
            Became::Same => "没有变化",
            Became::Merged => "并入",
            Became::LeftOut => "没有收",
            Became::HeldBack => "拦下",
        }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            Became::New => "new",
            Became::Over => "own answer to a known question",
            Became::Changed => "changed",
            Became::Same => "same",
            Became::Merged => "merged",
            Became::LeftOut => "left out",
            Became::HeldBack => "held back",
        }
    }

    /// Whether somebody has to look at the row.
    pub fn is_lost(self) -> bool {
        matches!(self, Became::LeftOut | Became::HeldBack)
    }
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// What it is about: the question, the article, the fact.
    pub about: String,
    /// What became of it.
    pub became: Became,
    /// The question that it is now part of, or the file.
    pub id: String,
    /// Why, where there is more to say.
    pub why: LocalText,
}

impl Line {
    /// A line without a reason.
    pub fn new(place: &Place, about: &str, became: Became, id: &str) -> Line {
        Line {
            place: place.clone(),
            about: about.to_owned(),
            became,
            id: id.to_owned(),
            why: LocalText::default(),
        }
    }

    /// The same for this reason.
    #[must_use]
    pub fn because(mut self, zh: impl Into<String>, en: impl Into<String>) -> Line {
        self.why = LocalText {
            zh: zh.into(),
            en: en.into(),
        };
        self
    }
}

/// The lines as a sheet (CSV with a mark, so that spreadsheets read it as UTF-8).
pub fn csv(lines: &[Line]) -> String {
    let mut text = "\u{feff}表 sheet,行 row,内容 what,结果 result,编号 id,原因,reason\r\n".to_owned();
    for line in lines {
        let result = format!("{} {}", line.became.zh(), line.became.en());
        let cells = [
            &line.place.sheet,
            &line.about,
            &result,
            &line.id,
            &line.why.zh,
            &line.why.en,
        ]
        .map(|cell| csv_cell(cell));
        let [sheet, about, result, id, zh, en] = cells;
        let _ = write!(text, "{sheet},{},{about},{result},{id},{zh},{en}\r\n", line.place.row);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_opens_as_a_sheet_and_holds_no_formulas() {
        let place = Place {
            sheet: "话术,1".to_owned(),
            row: 7,
        };
        let line = Line::new(&place, "=HYPERLINK(\"x\")", Became::HeldBack, "faq.a").because("不行", "no");
        let text = csv(&[line]);
        assert!(
            text.ends_with("\r\n\"话术,1\",7,\"'=HYPERLINK(\"\"x\"\")\",拦下 held back,faq.a,不行,no\r\n"),
            "{text}"
        );
    }
}
