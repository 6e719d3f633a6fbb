//! Why a phrase is refused.

use crate::accounts::AccountError;
use crate::files::FileError;
use crate::packs::Breach;
use crate::store::StoreError;

/// A part of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is sent.
    Text,
    /// What it is called.
    Title,
    /// Among which it is listed.
    Group,
}

impl Part {
    /// Its name in Chinese and in English.
    fn names(self) -> [&'static str; 2] {
        match self {
            Part::Text => ["内容", "The text"],
            Part::Title => ["标题", "The title"],
            Part::Group => ["分组", "The group"],
        }
    }
}

/// Why a phrase is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PhraseError {
    /// The text shows nothing.
    #[error("the text is empty")]
    Empty,
    /// A part is too long.
    #[error("{part:?} is longer than {most} characters")]
    Long {
        /// Which.
        part: Part,
        /// Characters at most.
        most: usize,
    },
    /// There are as many as there may be.
    #[error("there are {most} phrases already")]
    Full {
        /// So many.
        most: usize,
    },
    /// The same text is there.
    #[error("the same text is there already")]
    Known,
    /// There is no such phrase of this owner.
    #[error("no such phrase")]
    Unknown,
    /// The service standards forbid it.
    #[error("{}: {}", .0.standard.rule, .0.word)]
    Standards(Breach),
    /// Its file cannot be taken, or given.
    #[error(transparent)]
    File(#[from] FileError),
    /// Pictures and documents are not taken here.
    #[error("no files are taken")]
    FilesOff,
    /// A sheet has too many rows or bytes.
    #[error("the sheet is too long")]
    SheetLong {
        /// Its rows without the heading; `None` where only its size is known.
        rows: Option<usize>,
    },
    /// A sheet is no text in UTF-8.
    #[error("the sheet cannot be read")]
    SheetUnreadable,
    /// A sheet has no column with texts.
    #[error("the sheet has no column of texts")]
    SheetColumns,
    /// A row of a sheet has more cells than its heading, or a quote that nothing closes.
    #[error("the cells of this row are shifted")]
    Shifted,
    /// Whoever asks may not, or the store refused.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<StoreError> for PhraseError {
    fn from(error: StoreError) -> PhraseError {
        PhraseError::Account(AccountError::from(error))
    }
}

impl PhraseError {
    /// What is wrong and what to do, in Chinese and in English, where numbers or words must be named.
    pub fn words(&self) -> Option<[String; 2]> {
        let words = match self {
            PhraseError::Long { part, most } => {
                let [zh, en] = part.names();
                [
                    format!("{zh}最多 {most} 个字，请缩短或分成几条。"),
                    format!("{en} has at most {most} characters; shorten it, or make several phrases of it."),
                ]
            }
            PhraseError::Full { most } => [
                format!("短语已有 {most} 条，满了：先删掉不用的（按使用次数排在最后的）。"),
                format!("There are {most} phrases, which is the most: delete some first, the least used stand last."),
            ],
            PhraseError::Standards(breach) => breach.words(),
            PhraseError::SheetLong { rows: Some(rows) } => [
                format!("表格有 {rows} 行，一次最多 2000 行：请分成几个文件导入。什么都没有导入。"),
                format!("The sheet has {rows} rows; at most 2,000 are taken at once: divide it. Nothing was taken."),
            ],
            _ => return None,
        };
        Some(words)
    }
}
